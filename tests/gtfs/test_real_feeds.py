"""Feeds made elsewhere: each is read, or refused with file and row; none ends in a traceback."""

import time
from pathlib import Path

import pytest

from gtfs.calendar import ServiceCalendar
from gtfs.errors import InvalidFeedError
from gtfs.fares import FareTable
from gtfs.feed import load_feed
from gtfs.flex import flex_trips

pytestmark = pytest.mark.shared


def test_prefecture_with_a_few_broken_trips_is_read(shared_data: Path) -> None:
    feed = load_feed(shared_data / "gtfs/yamanashi_2017", "yamanashi")
    told = [str(notice) for notice in feed.notices if notice.code == "time_goes_backwards"]

    assert len(feed.table("trips")) == 1415 - 10
    assert told[0].startswith("stop_times.txt row 27467: the arrival 00:00:00 is before")
    # Its fare_rules.txt has two columns in the header and four in the rows: rather no fare.
    assert FareTable.of(feed).rules == {}


def test_feed_with_doubled_trips_is_refused_with_rows(shared_data: Path) -> None:
    path = shared_data / "gtfs-jp/okayama_gtfsjp_2025/chutetsu.zip"
    with pytest.raises(InvalidFeedError) as caught:
        load_feed(path)

    assert "trips.txt row 3: trip_id '1_144_20241230' stands in row 2 already" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "trips", "route", "stops", "zones", "notice_s"),
    [
        ("flex/bbnavi_uckermark", 8, "RufBus 476", 126, 0, 3600),
        ("flex/ctran_flex_2025.zip", 1389, "Rose Village", 7, 0, 0),
        ("flex/aspen_on_demand.zip", 1, "Downtowner", 0, 1, 0),
        (
            "pairs/atlanta_cobb_flex/cobblinc-scheduled-deviated-flex.gtfs",
            72,
            "PUBLIX Super Market",
            0,
            1,
            7200,
        ),
    ],
)
def test_on_demand_services(
    shared_data: Path, name: str, trips: int, route: str, stops: int, zones: int, notice_s: int
) -> None:
    found = flex_trips(load_feed(shared_data / name))

    assert len(found) == trips
    assert found[0].route_name == route
    assert (len(found[0].stop_ids), len(found[0].zones)) == (stops, zones)
    assert found[0].booking_rule is not None
    assert found[0].booking_rule.prior_notice_min_s == notice_s


def test_distance_fares_cover_the_rides_of_a_line(shared_data: Path) -> None:
    feed = load_feed(shared_data / "gtfs-jp/muroran_donan_2020")
    fares = FareTable.of(feed)
    route_of = dict(
        zip(feed.column("trips", "trip_id"), feed.column("trips", "route_id"), strict=True)
    )
    calls = feed.table("stop_times")
    rides = [
        (route_of[trip_id], stops.iloc[0], stop)
        for trip_id, stops in list(calls.groupby("trip_id", sort=False)["stop_id"])[:40]
        for stop in stops.iloc[1:]
    ]
    priced = [fares.price_minor(*ride) is not None for ride in rides]

    assert sum(priced) / len(priced) > 0.95


def test_times_between_timed_stops_are_filled_in(shared_data: Path) -> None:
    feed = load_feed(shared_data / "pairs/porto_alegre/poa_eptc.zip")

    assert not (feed.table("stop_times")["arrival_time"] == "").any()
    assert any(notice.code == "time_filled_in" for notice in feed.notices)


def test_a_million_stop_times_are_checked_in_seconds(shared_data: Path) -> None:
    begin = time.perf_counter()
    feed = load_feed(shared_data / "gtfs/tokyo_rail/tokyo_rail_gtfs.zip")
    took_s = time.perf_counter() - begin

    assert len(feed.table("stop_times")) == 1_208_504
    assert ServiceCalendar.of(feed).first_day.isoformat() == "2026-08-01"
    # About 5 s on an idle machine of two cores; the limit leaves room for a busy one.
    assert took_s < 45
