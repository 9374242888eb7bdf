"""A cheaper journey that is slower survives; the planner knows classes of lines, no prices."""

from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gtfs.errors import InvalidFeedError
from gtfs.feed import Feed
from routing.build import build_timetable
from routing.errors import NoServiceError
from routing.journeys import Journey, TransitLeg
from routing.planner import Planner, PlanQuery
from routing.straight import StraightStreets
from tests.routing.test_raptor_oracle import DAY, STOPS, random_feed
from tests.routing.towns import FakeDispatcher, Town, flex_trip

ROWS = """
    A 36.300 136.300
    B 36.345 136.300
    C 36.390 136.300
    local1 local daily | A 08:00 B 08:30 C 09:00
    rapid1 rapid daily | A 08:10 C 08:40
    loop1  loop  daily | A 08:20 C 08:35
    local2 local daily | A 09:00 B 09:30 C 10:00
    short1 short daily | B 08:35 C 08:45
"""
TOWN = Town(ROWS)


def test_without_classes_the_fastest_beats_all() -> None:
    assert TOWN.texts("A", "C", "07:30") == ["08:20 loop C 08:35", "09:00 local C 10:00"]


def test_a_slower_cheaper_line_is_told_too() -> None:
    classes = {"local": 1, "short": 1, "rapid": 2, "loop": 3}
    assert TOWN.texts("A", "C", "07:30", price_classes=classes) == [
        "08:20 loop C 08:35",
        "08:10 rapid C 08:40",
        "08:00 local B 08:30 08:35 short C 08:45",
        "08:00 local C 09:00",
        "09:00 local C 10:00",
    ]


def test_the_line_that_a_pass_covers_costs_nothing_more() -> None:
    classes = {"local": 1, "short": 1, "rapid": 2, "loop": 0}
    assert TOWN.texts("A", "C", "07:30", price_classes=classes) == [
        "08:20 loop C 08:35",
        "09:00 local C 10:00",
    ]


def test_a_dear_journey_after_the_window_does_not_beat_a_cheap_one_in_it() -> None:
    classes = {"local": 1, "short": 1, "rapid": 1, "loop": 2}
    found = TOWN.texts("A", "C", "08:05", price_classes=classes, window_s=600)
    assert found == ["08:10 rapid C 08:40"]
    assert TOWN.texts("A", "C", "08:05", window_s=600) == ["08:20 loop C 08:35"]


def test_arriving_by_as_well() -> None:
    classes = {"local": 1, "short": 1, "rapid": 2, "loop": 3}
    found = TOWN.texts("A", "C", "09:00", price_classes=classes, arrive_by=True)
    assert [text.split()[1] for text in found] == ["loop", "rapid", "local", "local"]


def test_rides_are_compared_by_rides() -> None:
    town = Town(ROWS, [flex_trip(["A", "C"])])
    port = FakeDispatcher(ride_s=1500, longest_s=2000)
    plain = town.texts("A", "C", "07:30", port)
    classed = town.texts("A", "C", "07:30", port, price_classes={"loop": 1, "rapid": 1})
    assert [text for text in classed if "ride" in text] == [t for t in plain if "ride" in t]


Point = tuple[int, int, int]


def points(feed: Feed, query: PlanQuery) -> dict[Point, int]:
    """Journeys, and the class of the dearest line: 1 for X, 2 for Y."""

    def dearest(journey: Journey) -> int:
        lines = [leg.route.route_id for leg in journey.legs if isinstance(leg, TransitLeg)]
        return max(({"X": 1, "Y": 2}[line] for line in lines), default=0)

    try:
        timetable = build_timetable([feed], ZoneInfo("Asia/Tokyo"))
        planner = Planner(timetable, StraightStreets(), (), ZoneInfo("Asia/Tokyo"))
        journeys = planner.plan(query, None).journeys
    except (InvalidFeedError, NoServiceError):  # without line Y nothing runs, that day or ever
        return {}
    return {(j.departure_s, j.arrival_s, j.transfers): dearest(j) for j in journeys}


def without(feed: Feed, route_id: str) -> Feed:
    trips = feed.table("trips")
    gone = trips[trips["route_id"] == route_id]["trip_id"]
    tables = {name: feed.table(name) for name in feed.tables}
    tables["trips"] = trips[trips["route_id"] != route_id]
    times = tables["stop_times"]
    tables["stop_times"] = times[~times["trip_id"].isin(gone)]
    tables.pop("frequencies", None)
    return Feed(feed.name, tables)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40), arrive_by=st.booleans())
def test_it_is_the_union_over_the_classes(seed: int, arrive_by: bool) -> None:
    random = Random(seed)
    feed = without(random_feed(random, 9 * 60), "none")
    timetable = build_timetable([feed], ZoneInfo("Asia/Tokyo"))
    ends = [timetable.place(timetable.stop_index(name)) for name in random.sample(STOPS, 2)]
    time_s = timetable.origin_s(DAY) + (12 if arrive_by else 9) * 3600
    query = PlanQuery(*ends, time_s, arrive_by, now_s=0, window_s=4 * 3600, max_walk_m=0)
    classed = PlanQuery(
        *ends, time_s, arrive_by, now_s=0, window_s=4 * 3600, max_walk_m=0,
        price_classes={"X": 1, "Y": 2},
    )  # fmt: skip
    first_s, last_s = (time_s - 4 * 3600, time_s) if arrive_by else (time_s, time_s + 4 * 3600)

    def inside(found: dict[Point, int]) -> dict[Point, int]:  # what was widened is another matter
        return {p: price for p, price in found.items() if first_s <= p[arrive_by] <= last_s}

    cheap = dict.fromkeys(inside(points(without(feed, "Y"), query)), 1)
    dear = {p: 2 for p, price in inside(points(feed, query)).items() if price == 2}
    assert inside(points(feed, classed)) == dear | cheap


@pytest.mark.parametrize("arrive_by", [False, True])
def test_one_class_is_one_search(arrive_by: bool) -> None:
    one = TOWN.texts("A", "C", "09:30", arrive_by=arrive_by, price_classes={"loop": 0})
    assert one == TOWN.texts("A", "C", "09:30", arrive_by=arrive_by)
