"""Feeds to arrays: what is kept, filled in, split, laid out and left out."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from gtfs.feed import Feed
from routing.build import build_timetable
from routing.days import Runs, runs_around
from routing.errors import TimetableError, UnknownStopError
from routing.modes import mode_of
from routing.timetable import Timetable
from tests.routing.feeds import feed, line_feed

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = dt.date(2026, 11, 24)
STOPS = """
    A 36.30 136.30
    B 36.31 136.30
    C 36.34 136.30
"""


def built(rows: str, **tables: str) -> Timetable:
    return build_timetable([line_feed(STOPS + rows, **tables)], TOKYO)


def text_of(timetable: Timetable, runs: Runs) -> list[list[str]]:
    """Each list of runs as text: trip and departures in minutes from the origin of the runs."""
    lists = []
    for r in range(len(runs.patterns)):
        rows = []
        for t in range(runs.trip_starts[r], runs.trip_starts[r + 1]):
            times = timetable.departures[runs.rows[t] : runs.rows[t] + runs.lengths[r]]
            minutes = [str((int(s) + int(runs.offsets_s[r])) // 60) for s in times]
            rows.append(f"{timetable.trip_ids[runs.trips[t]]} {' '.join(minutes)}")
        lists.append(rows)
    return lists


def test_trips_over_the_same_stops_are_one_pattern_in_order_of_time() -> None:
    timetable = built("""
        late  X daily | A 09:00 B 09:10
        early X daily | A 08:00 B 08:10
    """)
    assert text_of(timetable, runs_around(timetable, DAY, False)) == [
        ["early 480 490", "late 540 550"]
    ]


def test_an_overtaking_trip_gets_a_pattern_of_its_own() -> None:
    timetable = built("""
        slow  X daily | A 08:00 B 08:50
        fast  X daily | A 08:10 B 08:20
        after X daily | A 08:30 B 08:55
    """)
    assert text_of(timetable, runs_around(timetable, DAY, False)) == [
        ["slow 480 530", "after 510 535"],
        ["fast 490 500"],
    ]


def test_other_boarding_rules_are_another_pattern() -> None:
    timetable = built("""
        all  X daily | A 08:00 B 08:10 C 08:20
        some X daily | A 09:00 B 09:10- C 09:20
    """)
    assert len(timetable.pattern_routes) == 2
    assert timetable.can_board.tolist() == [True, True, True, True, False, True]


def test_blank_times_are_filled_in_by_distance() -> None:
    timetable = built("t X daily | A 08:00 B * C 08:40")
    assert timetable.arrivals.tolist() == [28_800, 28_800 + 600, 28_800 + 2400]


def test_frequencies_are_laid_out_run_by_run() -> None:
    timetable = built(
        "t X daily | A 00:00 B 00:10",
        frequencies="""
            trip_id,start_time,end_time,headway_secs
            t,08:00:00,08:30:00,900
            t,25:00:00,25:10:00,600
        """,
    )
    assert text_of(timetable, runs_around(timetable, DAY, False)) == [
        ["t 60 70"],
        ["t 480 490", "t 495 505", "t 1500 1510"],
    ]


def test_runs_past_midnight_are_seen_by_the_next_day_and_next_day_on_demand() -> None:
    timetable = built("""
        night X daily | A 24:30 B 25:10
        day   X daily | A 08:00 B 08:10
    """)
    assert text_of(timetable, runs_around(timetable, DAY, False)) == [
        ["night 30 70"],
        ["day 480 490", "night 1470 1510"],
    ]
    assert len(runs_around(timetable, DAY, True).patterns) == 3


def test_times_count_from_noon_minus_12_hours_when_clocks_change() -> None:
    feeds = [line_feed(STOPS + "t X daily | A 08:00 B 25:00")]
    timetable = build_timetable(feeds, ZoneInfo("America/New_York"))
    before, after = dt.date(2026, 10, 31), dt.date(2026, 11, 1)
    assert timetable.origin_s(after) - timetable.origin_s(before) == 25 * 3600


def test_services_run_on_their_days() -> None:
    timetable = built(
        "t X odd | A 08:00 B 08:10",
        calendar_dates="service_id,date,exception_type\nodd,20261124,1\nodd,20261126,1",
    )
    runs = [timetable.runs_on("odd", DAY + dt.timedelta(n)) for n in range(-1, 4)]
    assert runs == [False, True, False, True, False]
    assert (timetable.first_day, timetable.last_day) == (DAY, DAY + dt.timedelta(2))


def test_a_trip_without_a_calendar_is_left_out_and_named() -> None:
    timetable = built("""
        good X daily | A 08:00 B 08:10
        bad  X ghost | A 09:00 B 09:10
        back X daily | A 10:00 B 09:10
        one  X daily | A 10:00
    """)
    assert timetable.trip_ids == ("good",)
    assert {(trip.trip_id, trip.code) for trip in timetable.dropped} == {
        ("bad", "no_calendar"),
        ("back", "times_run_backwards"),
        ("one", "too_few_stops"),
    }


def test_flexible_rows_are_no_runs() -> None:
    flexible = feed(
        stops="stop_id,stop_name,stop_lat,stop_lon\nA,A,36.3,136.3\nB,B,36.4,136.3",
        routes="route_id,agency_id,route_short_name,route_long_name,route_type\nF,A,F,,3",
        trips="route_id,service_id,trip_id\nF,daily,f",
        stop_times="trip_id,stop_id,stop_sequence,start_pickup_drop_off_window,"
        "end_pickup_drop_off_window,pickup_type,drop_off_type\n"
        "f,A,1,08:00:00,16:00:00,2,2\nf,B,2,08:00:00,16:00:00,2,2",
    )
    timetable = build_timetable([flexible], TOKYO)
    assert len(timetable.trip_ids) == 0
    assert timetable.dropped == ()
    assert timetable.runs_on("daily", DAY)
    assert len(runs_around(timetable, DAY, True).patterns) == 0


def test_a_station_means_its_platforms() -> None:
    timetable = built(
        "t X daily | A 08:00 B 08:10",
    )
    station = feed(
        "rail",
        stops="stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "S,Station,36.3,136.3,1,\nS1,Platform 1,36.3,136.3,0,S\nS2,Platform 2,36.3,136.3,0,S",
        routes="route_id,agency_id,route_short_name,route_long_name,route_type\nR,A,R,,2",
        trips="route_id,service_id,trip_id,trip_headsign\nR,daily,r,",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "r,08:00:00,08:00:00,S1,1\nr,08:10:00,08:10:00,S2,2",
    )
    timetable = build_timetable([line_feed(STOPS + "t X daily | A 08:00 B 08:10"), station], TOKYO)
    number = timetable.stop_index("S")
    names = [timetable.stop_ids[stop] for stop in timetable.platforms(number)]
    assert names == ["S", "S1", "S2"]
    assert timetable.trip_headsigns == ("B", "Platform 2")
    with pytest.raises(UnknownStopError, match="nowhere"):
        timetable.stop_index("nowhere")


@pytest.mark.parametrize(
    ("route_type", "mode"),
    [("0", "TRAM"), ("2", "RAIL"), ("3", "BUS"), ("109", "RAIL"), ("401", "SUBWAY"), ("", "BUS")],
)
def test_modes(route_type: str, mode: str) -> None:
    assert mode_of(route_type) == mode


def test_no_feed_is_refused() -> None:
    no_feeds: list[Feed] = []
    with pytest.raises(TimetableError, match="at least one feed"):
        build_timetable(no_feeds, TOKYO)
