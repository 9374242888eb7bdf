"""On-demand services: groups, zones, windows, booking rules; drafts of GTFS-Flex too."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gtfs.errors import InvalidFeedError
from gtfs.feed import load_feed
from gtfs.flex import BookingRule, FlexTrip, flex_trips
from tests.gtfs.text_feeds import write_folder

TOKYO = ZoneInfo("Asia/Tokyo")
ZONE = """{"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": "hills", "properties": {"stop_name": "Hills"}, "geometry":
      {"type": "Polygon", "coordinates": [[[136.3,36.3],[136.4,36.3],[136.4,36.4],[136.3,36.3]]]}},
    {"type": "Feature", "id": "line", "properties": {}, "geometry":
      {"type": "LineString", "coordinates": [[136.3,36.3],[136.4,36.3]]}}]}"""
RULES = """
    booking_rule_id,booking_type,prior_notice_duration_min,message,phone_number
    half-hour,1,30,Call us,0761-00-0000
"""
GROUPED: dict[str, str | None] = {
    "location_groups.txt": "location_group_id,location_group_name\ntowns,All towns\n",
    "location_group_stops.txt": "location_group_id,stop_id\ntowns,S\ntowns,B\n",
    "locations.geojson": ZONE,
    "booking_rules.txt": RULES,
    "trips.txt": "route_id,service_id,trip_id\nL1,weekday,T1\n",
    "stop_times.txt": (
        "trip_id,stop_sequence,stop_id,location_group_id,location_id,"
        "start_pickup_drop_off_window,end_pickup_drop_off_window,"
        "pickup_type,drop_off_type,pickup_booking_rule_id\n"
        "T1,1,,towns,,08:00:00,16:00:00,2,2,half-hour\n"
        "T1,2,H,,,08:10:00,16:30:00,1,2,\n"
        "T1,3,,,hills,08:10:00,17:00:00,1,2,\n"
    ),
}


def only(tmp_path: Path, changes: dict[str, str | None]) -> FlexTrip:
    (trip,) = flex_trips(load_feed(write_folder(tmp_path / "hill", changes)))
    return trip


def test_groups_zones_and_windows(tmp_path: Path) -> None:
    trip = only(tmp_path, GROUPED)

    assert (trip.trip_id, trip.route_id, trip.service_id) == ("T1", "L1", "weekday")
    assert (trip.route_name, trip.agency_name) == ("1", "Hill Bus")
    assert trip.stop_ids == ("S", "B", "H")
    assert trip.pickup_stop_ids == ("S", "B")
    assert trip.dropoff_stop_ids == ("S", "B", "H")
    assert [zone["type"] for zone in trip.zones] == ["Polygon"]
    assert (trip.pickup_zones, len(trip.dropoff_zones)) == ((), 1)
    assert (trip.pickup_start_s, trip.pickup_end_s) == (8 * 3600, 16 * 3600)
    assert (trip.dropoff_start_s, trip.dropoff_end_s) == (8 * 3600, 17 * 3600)
    assert trip.booking_rule is not None
    assert trip.booking_rule.prior_notice_min_s == 1800
    assert trip.booking_rule.phone_number == "0761-00-0000"


def test_zone_that_is_no_area_is_left_out(tmp_path: Path) -> None:
    feed = load_feed(write_folder(tmp_path / "hill", GROUPED))

    assert [str(notice) for notice in feed.notices] == [
        "locations.geojson: feature 2 is no polygon; it is left out."
    ]


def test_draft_of_2023(tmp_path: Path) -> None:
    """Groups listed their stops themselves, and stop_times named them as stops."""
    draft: dict[str, str | None] = {
        "location_groups.txt": """
            location_group_id,location_id,location_group_name
            towns,S,
            towns,B,All towns
        """,
        "booking_rules.txt": RULES,
        "trips.txt": "route_id,service_id,trip_id\nL1,weekday,T1\n",
        "stop_times.txt": (
            "trip_id,stop_sequence,stop_id,start_pickup_dropoff_window,"
            "end_pickup_dropoff_window,pickup_type,drop_off_type,pickup_booking_rule_id\n"
            "T1,1,towns,08:00:00,16:00:00,2,2,half-hour\n"
        ),
    }
    folder = write_folder(tmp_path / "hill", draft)
    feed = load_feed(folder)
    (trip,) = flex_trips(feed)

    assert trip.stop_ids == ("S", "B")
    assert feed.table("location_groups").values.tolist() == [["towns", "All towns"]]
    assert feed.table("stop_times")["stop_id"].tolist() == [""]


def test_fixed_trips_are_not_on_demand(tmp_path: Path) -> None:
    assert flex_trips(load_feed(write_folder(tmp_path / "hill"))) == ()


def test_deviating_trip_keeps_its_fixed_stops(tmp_path: Path) -> None:
    changes: dict[str, str | None] = {
        "locations.geojson": ZONE,
        "trips.txt": "route_id,service_id,trip_id\nL1,weekday,T1\n",
        "stop_times.txt": (
            "trip_id,stop_sequence,stop_id,location_id,arrival_time,departure_time,"
            "start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type\n"
            "T1,1,S,,08:00:00,08:00:00,,,,\n"
            "T1,2,,hills,,,08:00:00,08:30:00,2,2\n"
            "T1,3,H,,08:30:00,08:30:00,,,,\n"
        ),
    }
    feed = load_feed(write_folder(tmp_path / "hill", changes))
    (trip,) = flex_trips(feed)

    assert trip.stop_ids == ()
    assert len(trip.zones) == 1
    assert feed.table("stop_times")["arrival_time"].tolist() == ["08:00:00", "", "08:30:00"]


def test_unknown_group_is_refused(tmp_path: Path) -> None:
    changes = {**GROUPED, "location_groups.txt": "location_group_id\nother\n"}
    with pytest.raises(InvalidFeedError, match="location_group_id 'towns' is not in location_gr"):
        load_feed(write_folder(tmp_path / "hill", changes))


def test_broken_geojson_is_refused_with_its_line(tmp_path: Path) -> None:
    changes = {**GROUPED, "locations.geojson": '{"type": "FeatureCollection",\n"features": [,]}'}
    with pytest.raises(InvalidFeedError, match=r"locations.geojson row 2: the file is no GeoJSON"):
        load_feed(write_folder(tmp_path / "hill", changes))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=TOKYO).timestamp())


@pytest.mark.parametrize(
    ("rule", "deadline"),
    [
        (BookingRule("now", 0, 0), "2026-11-24T10:00"),
        (BookingRule("half-hour", 1, 1800), "2026-11-24T09:30"),
        (BookingRule("day-before", 2, 0, None, 1, 17 * 3600), "2026-11-23T17:00"),
        (BookingRule("midnight", 2, 0, None, 1, 0), "2026-11-23T00:00"),
        (BookingRule("two-days", 2, 0, None, 2, None), "2026-11-23T00:00"),
    ],
    ids=lambda value: value.booking_rule_id if isinstance(value, BookingRule) else value,
)
def test_latest_booking_of_a_pickup_at_ten(rule: BookingRule, deadline: str) -> None:
    assert rule.deadline_s(at("2026-11-24T10:00"), TOKYO) == at(deadline)


def test_notice_of_two_hours_reaches_back_over_midnight() -> None:
    rule = BookingRule("two-hours", 1, 7200)

    assert rule.deadline_s(at("2026-11-24T01:00"), TOKYO) == at("2026-11-23T23:00")
