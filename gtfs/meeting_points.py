"""Meeting points of on-demand zones: where a zone of GTFS-Flex is served, as stops.

Planner, dispatcher and driver know stops. A zone becomes the stops of the feed that lie in it and
points on a grid between them, close enough that one is a short walk from any door.
"""

import json
import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.feed import Feed

SPACING_M: Final = 300
"""Between the points of a grid, metres: the next one is 212 m away at most, as the crow flies."""

MOST_POINTS: Final = 256
"""Points of one zone; a zone of more than 23 km² has a wider grid."""

_METRES_PER_DEGREE: Final = 111_195.0


def with_meeting_points(feed: Feed) -> Feed:
    """Give the zones that riders are picked up in or brought to stops.

    Parameters
    ----------
    feed : Feed
        A checked feed.

    Returns
    -------
    Feed
        With the points in stops.txt, and each zone as a location group of its stops; the feed
        itself where no trip serves a zone.
    """
    stop_times = feed.table("stop_times")
    windows = stop_times["start_pickup_drop_off_window"] != ""
    used = set(stop_times["location_id"][windows.to_numpy(dtype=bool)]) - {""}
    zones = [row for row in feed.records("locations") if row["location_id"] in used]
    if not zones:
        return feed
    stops = feed.table("stops")
    points: list[dict[str, str]] = []
    members: list[dict[str, str]] = []
    for zone in zones:
        inside, grid = _stops_of(zone, stops)
        points += grid
        ids = [*inside, *(point["stop_id"] for point in grid)]
        members += [{"location_group_id": zone["location_id"], "stop_id": key} for key in ids]
    # A service area that is drawn twice has the same points.
    unique = {point["stop_id"]: point for point in points}
    tables = dict(feed.tables)
    tables["stops"] = _with_rows(stops, list(unique.values()))
    tables["location_group_stops"] = _with_rows(feed.table("location_group_stops"), members)
    return replace(feed, tables=tables)


def _with_rows(frame: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    more = pd.DataFrame(rows, columns=list(frame.columns), dtype=str).fillna("")
    return pd.concat([frame, more], ignore_index=True)


def _stops_of(zone: dict[str, str], stops: pd.DataFrame) -> tuple[list[str], list[dict[str, str]]]:
    """Stops of the feed in a zone, and the points between them."""
    import shapely  # only feeds with zones need it
    import shapely.geometry

    shape: Any = shapely.make_valid(shapely.geometry.shape(json.loads(zone["geometry"])))
    shapely.prepare(shape)
    lat, lon = (
        pd.to_numeric(stops[name], errors="coerce").to_numpy(np.float64)
        for name in ("stop_lat", "stop_lon")
    )
    boardable = stops["location_type"].isin(["", "0"]).to_numpy(dtype=bool)
    inside = boardable & shapely.contains_xy(shape, lon, lat)
    grid_lat, grid_lon = _grid(shape)
    spacing_m = _spacing_m(shape)
    far = np.ones(len(grid_lat), dtype=bool)
    for stop_lat, stop_lon in zip(lat[inside], lon[inside], strict=True):
        metres = _metres(grid_lat - stop_lat, grid_lon - stop_lon, stop_lat)
        far &= metres > spacing_m / 2
    name = zone["stop_name"] or zone["location_id"]
    points = [
        {
            "stop_id": f"{zone['location_id']}@{lat:.5f},{lon:.5f}",
            "stop_name": f"{name} ({lat:.4f}, {lon:.4f})",
            "stop_lat": f"{lat:.6f}",
            "stop_lon": f"{lon:.6f}",
        }
        for lat, lon in zip(grid_lat[far].tolist(), grid_lon[far].tolist(), strict=True)
    ]
    return stops["stop_id"][inside].tolist(), points


def _metres(
    lat: NDArray[np.float64], lon: NDArray[np.float64], at_lat: float
) -> NDArray[np.float64]:
    return np.hypot(lat, lon * math.cos(math.radians(at_lat))) * _METRES_PER_DEGREE


def _spacing_m(shape: Any) -> float:
    """The least spacing that gives no more than `MOST_POINTS`."""
    east_m = _METRES_PER_DEGREE * math.cos(math.radians(shape.centroid.y))
    area_m2 = shape.area * _METRES_PER_DEGREE * east_m
    return max(float(SPACING_M), math.sqrt(area_m2 / MOST_POINTS))


def _grid(shape: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles of the cells of a grid that lie in a zone; its own middle when there are none."""
    import shapely

    spacing_m = _spacing_m(shape)
    west, south, east, north = shape.bounds
    step_lat = spacing_m / _METRES_PER_DEGREE
    step_lon = step_lat / math.cos(math.radians(shape.centroid.y))
    lat = np.arange(south + step_lat / 2, north, step_lat)
    lon = np.arange(west + step_lon / 2, east, step_lon)
    grid_lat, grid_lon = (part.ravel() for part in np.meshgrid(lat, lon, indexing="ij"))
    inside = shapely.contains_xy(shape, grid_lon, grid_lat)
    if not inside.any():
        middle = shape.representative_point()
        return np.array([middle.y]), np.array([middle.x])
    return grid_lat[inside], grid_lon[inside]
