"""Zones become stops: those of the feed that lie in them, and a grid between."""

import json
import math

import pytest

from gtfs.flex import flex_trips
from gtfs.meeting_points import MOST_POINTS, SPACING_M, with_meeting_points
from tests.routing.feeds import feed, table

LAT, LON = 36.3, 136.3
KM_LAT = 1 / 111.195
KM_LON = KM_LAT / math.cos(math.radians(LAT))

STOP_TIMES = """
    trip_id,stop_id,stop_sequence,location_id,start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type
    van,,1,zone,08:00:00,12:00:00,2,1
    van,,2,zone,08:00:00,13:00:00,1,2
"""
STOPS = f"""
    stop_id,stop_name,stop_lat,stop_lon,location_type
    in,In,{LAT + KM_LAT / 2},{LON + KM_LON / 2},
    station,Station,{LAT + KM_LAT / 2},{LON + KM_LON / 2},1
    out,Out,{LAT + 2 * KM_LAT},{LON},0
"""


def square(km: float, west: float = LON, south: float = LAT) -> list[list[list[float]]]:
    east, north = west + km * KM_LON, south + km * KM_LAT
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def zoned(geometry: dict[str, object], stops: str = STOPS):  # type: ignore[no-untyped-def]
    made = feed(
        stops=stops,
        routes="route_id,agency_id,route_short_name,route_type\nvan,A,Van,3",
        trips="route_id,service_id,trip_id\nvan,daily,van",
        stop_times=STOP_TIMES,
    )
    frame = table("location_id,stop_name,stop_desc,zone_id,geometry\nzone,Old town,,,")
    frame["geometry"] = json.dumps(geometry)
    unused = frame.assign(location_id="unused")
    frame = frame.iloc[[0]]
    return type(made)(made.name, {**made.tables, "locations": _both(frame, unused)})


def _both(*frames):  # type: ignore[no-untyped-def]
    import pandas as pd

    return pd.concat(frames, ignore_index=True)


def test_a_zone_is_served_at_its_stops_and_on_a_grid() -> None:
    found = with_meeting_points(zoned({"type": "Polygon", "coordinates": square(1)}))
    (trip,) = flex_trips(found)
    assert "in" in trip.stop_ids
    assert not {"out", "station"} & set(trip.stop_ids)
    assert 8 <= len(trip.stop_ids) <= 16  # 3 x 3 or so of 300 m, beside the stop
    assert trip.pickup_stop_ids == trip.dropoff_stop_ids == trip.stop_ids
    rows = {row["stop_id"]: row for row in found.records("stops")}
    assert all(
        rows[stop_id]["stop_name"].startswith("Old town (36.3")
        for stop_id in rows
        if stop_id.startswith("zone@")
    )
    assert not any(stop_id.startswith("unused@") for stop_id in rows)


def test_from_anywhere_in_a_zone_a_point_is_near() -> None:
    found = with_meeting_points(zoned({"type": "Polygon", "coordinates": square(2)}))
    (trip,) = flex_trips(found)
    rows = {row["stop_id"]: row for row in found.records("stops")}
    places = [(float(rows[s]["stop_lat"]), float(rows[s]["stop_lon"])) for s in trip.stop_ids]
    for north in range(1, 20):
        for east in range(1, 20):
            lat, lon = LAT + north * KM_LAT / 10, LON + east * KM_LON / 10
            metres = min(
                1000 * math.hypot((lat - a) / KM_LAT, (lon - o) / KM_LON) for a, o in places
            )
            assert metres <= SPACING_M


def test_a_large_zone_has_a_wider_grid() -> None:
    found = with_meeting_points(zoned({"type": "Polygon", "coordinates": square(20)}))
    (trip,) = flex_trips(found)
    assert 0.8 * MOST_POINTS <= len(trip.stop_ids) <= 1.1 * MOST_POINTS + 2


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": square(0.05)},
        {"type": "MultiPolygon", "coordinates": [square(0.05), square(0.05, LON + 0.1)]},
        # A bow tie: drawn across itself.
        {
            "type": "Polygon",
            "coordinates": [
                [[136.3, 36.3], [136.301, 36.301], [136.301, 36.3], [136.3, 36.301], [136.3, 36.3]]
            ],
        },
    ],
)
def test_a_small_or_crooked_zone_has_a_point(geometry: dict[str, object]) -> None:
    (trip,) = flex_trips(with_meeting_points(zoned(geometry, STOPS.replace("in,In", "x,X"))))
    assert trip.stop_ids


def test_a_hole_is_not_served() -> None:
    ring = [*square(3), square(1, LON + KM_LON, LAT + KM_LAT)[0]]
    found = with_meeting_points(zoned({"type": "Polygon", "coordinates": ring}))
    for row in found.records("stops"):
        if row["stop_id"].startswith("zone@"):
            north = (float(row["stop_lat"]) - LAT) / KM_LAT
            east = (float(row["stop_lon"]) - LON) / KM_LON
            assert not (1.01 < north < 1.99 and 1.01 < east < 1.99)


def test_a_feed_without_zones_stays_as_it_is() -> None:
    plain = feed(stops=STOPS)
    assert with_meeting_points(plain) is plain
