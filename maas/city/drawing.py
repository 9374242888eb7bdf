"""The city as a drawing: GeoJSON layers from which the pages paint their map, without tiles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from shapely import LineString

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
_RAIL_MODES = frozenset({"TRAM", "SUBWAY", "RAIL", "CABLE_TRAM", "MONORAIL"})
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
    """Draw each line once, along its longest shape; what makes no line is left out.

    Parameters
    ----------
    city : City
        The city.

    Yields
    ------
    dict[str, Any]
        A feature of layer ``line`` or ``rail``.
    """
    timetable = city.timetable
    starts = timetable.shape_starts
    lengths = np.diff(starts)
    longest: dict[int, int] = {}
    for route, shape in zip(
        timetable.pattern_routes.tolist(), timetable.pattern_shapes.tolist(), strict=True
    ):
        best = longest.get(route, -1)
        if shape >= 0 and lengths[shape] > (lengths[best] if best >= 0 else 1):
            longest[route] = shape
    for number, shape in sorted(longest.items()):
        route = timetable.routes[number]
        at = slice(int(starts[shape]), int(starts[shape + 1]))
        points = zip(
            timetable.shape_lon[at].tolist(), timetable.shape_lat[at].tolist(), strict=True
        )
        layer = "rail" if route.mode in _RAIL_MODES else "line"
        yield _feature(
            layer, _line(list(points)), {"route_id": route.route_id, "color": route.color}
        )


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
