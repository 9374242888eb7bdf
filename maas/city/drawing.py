"""The city as a drawing: GeoJSON layers from which the pages paint their map, without tiles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import pandas as pd
from shapely import LineString

from gtfs.feed import Feed
from maas.city.loading import City

_CLASSES = {
    "motorway": "trunk",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "residential",
    "residential": "residential",
    "living_street": "residential",
}
_MAIN = frozenset({"trunk", "primary", "secondary", "tertiary"})
_MOST_ROADS = 12_000
"""Beyond this many roads only main roads are drawn: a telephone has to paint them."""

_TOLERANCE_DEG = 0.00005
_RAIL_TYPES = frozenset({"0", "1", "2", "5", "12"})
_ON_MAP = frozenset(
    {"station", "hub", "onsen", "sight", "museum", "temple", "shrine", "park", "hall", "transport"}
)


def draw_city(city: City) -> dict[str, Any]:
    """Draw a city.

    Parameters
    ----------
    city : City
        The city.

    Returns
    -------
    dict[str, Any]
        A GeoJSON FeatureCollection; ``properties.layer`` is ``road``, ``rail``, ``line``,
        ``stop`` or ``place``.
    """
    features = [*_roads(city), *_lines(city), *_stops(city), *_places(city)]
    return {"type": "FeatureCollection", "features": features}


def _roads(city: City) -> list[dict[str, Any]]:
    """Draw the streets, main ones only in a big city.

    Parameters
    ----------
    city : City
        The city.

    Returns
    -------
    list[dict[str, Any]]
        Features of layer ``road``.
    """
    if city.streets_file is None:
        return []
    roads = list(_read_roads(city.streets_file))
    if len(roads) > _MOST_ROADS:
        roads = [road for road in roads if road["properties"]["class"] in _MAIN]
    return roads


def _read_roads(path: Path) -> Iterator[dict[str, Any]]:
    """Read the streets of an OpenStreetMap file.

    Parameters
    ----------
    path : Path
        ``.osm.pbf`` or ``.osm``.

    Yields
    ------
    dict[str, Any]
        A feature of layer ``road``.
    """
    reader = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    for item in reader:
        if not isinstance(item, osmium.osm.Way):
            continue
        road = _CLASSES.get(item.tags["highway"].removesuffix("_link"))
        points = [(n.location.lon, n.location.lat) for n in item.nodes if n.location.valid()]
        if road and len(points) > 1:
            yield _feature("road", _line(points), {"class": road})


def _lines(city: City) -> Iterator[dict[str, Any]]:
    """Draw each line once, along its longest shape.

    Parameters
    ----------
    city : City
        The city.

    Yields
    ------
    dict[str, Any]
        A feature of layer ``line`` or ``rail``.
    """
    for feed in city.feeds:
        trips, routes = feed.table("trips"), feed.table("routes")
        shapes = _shapes(feed)
        for route in routes.itertuples():
            ids = set(trips.loc[trips["route_id"] == route.route_id, "shape_id"])
            known = [shapes[shape_id] for shape_id in sorted(ids) if shape_id in shapes]
            if known:
                layer = "rail" if route.route_type in _RAIL_TYPES else "line"
                geometry = _line(max(known, key=len))
                yield _feature(
                    layer, geometry, {"route_id": route.route_id, "color": route.route_color}
                )


def _shapes(feed: Feed) -> dict[str, list[tuple[float, float]]]:
    """Read shapes.txt.

    Parameters
    ----------
    feed : Feed
        A feed.

    Returns
    -------
    dict[str, list[tuple[float, float]]]
        Shape id to its points as longitude and latitude, in order.
    """
    table = feed.table("shapes")
    if table.empty:
        return {}
    numbers = table[["shape_pt_lon", "shape_pt_lat", "shape_pt_sequence"]].apply(
        pd.to_numeric, errors="coerce"
    )
    numbers["shape_id"] = table["shape_id"]
    ordered = numbers.dropna().sort_values(["shape_id", "shape_pt_sequence"])
    return {
        str(shape_id): list(zip(group["shape_pt_lon"], group["shape_pt_lat"], strict=True))
        for shape_id, group in ordered.groupby("shape_id")
    }


def _stops(city: City) -> Iterator[dict[str, Any]]:
    """Draw the stops of the fixed lines.

    Parameters
    ----------
    city : City
        The city.

    Yields
    ------
    dict[str, Any]
        A feature of layer ``stop``.
    """
    for stop_id in city.timetable.stop_ids:
        place = city.stop(stop_id)
        if place is not None:
            english = city.words.text("stops", "stop_name", stop_id, place.name, "en")
            names = {"stop_id": stop_id, "name": place.name, "name_en": english}
            yield _feature("stop", _point(place.lon, place.lat), names)


def _places(city: City) -> Iterator[dict[str, Any]]:
    """Draw the places worth a label.

    Parameters
    ----------
    city : City
        The city.

    Yields
    ------
    dict[str, Any]
        A feature of layer ``place``.
    """
    for place in city.gazetteer.places:
        if place.kind in _ON_MAP:
            names = {
                "id": place.id,
                "name": place.name,
                "name_en": place.name_en,
                "kind": place.kind,
            }
            yield _feature("place", _point(place.lon, place.lat), names)


def _feature(layer: str, geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Make a GeoJSON feature.

    Parameters
    ----------
    layer : str
        Its layer.
    geometry : dict[str, Any]
        GeoJSON geometry.
    properties : dict[str, Any]
        What else is known.

    Returns
    -------
    dict[str, Any]
        The feature.
    """
    return {"type": "Feature", "geometry": geometry, "properties": {"layer": layer, **properties}}


def _line(points: list[tuple[float, float]]) -> dict[str, Any]:
    """Make a simplified line.

    Parameters
    ----------
    points : list[tuple[float, float]]
        Longitudes and latitudes; at least two.

    Returns
    -------
    dict[str, Any]
        GeoJSON LineString with about 5 m of tolerance.
    """
    line = LineString(points).simplify(_TOLERANCE_DEG)
    return {
        "type": "LineString",
        "coordinates": [[round(lon, 5), round(lat, 5)] for lon, lat in line.coords],
    }


def _point(lon: float, lat: float) -> dict[str, Any]:
    """Make a point.

    Parameters
    ----------
    lon, lat : float
        Degrees, WGS 84.

    Returns
    -------
    dict[str, Any]
        GeoJSON Point.
    """
    return {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}
