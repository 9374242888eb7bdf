"""Pages of journeys: side by side they are what one long window gives."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.build import build_timetable
from routing.errors import InvalidQueryError, NoServiceError
from routing.journeys import Journey
from routing.planner import Page, Planner, PlanQuery, PlanResult
from routing.straight import StraightStreets
from tests.routing.test_raptor_oracle import DAY, STOPS, random_feed
from tests.routing.towns import FakeDispatcher, Town, clock, flex_trip, instant

TOWN = Town("""
    A 36.300 136.300
    B 36.345 136.300
    x1 X daily | A 08:00 B 08:10
    x2 X daily | A 09:00 B 09:10
    x3 X daily | A 10:00 B 10:10
    y1 Y daily | A 09:40 B 10:20
    x4 X daily | A 20:00 B 20:10
""")


def departures(result: PlanResult) -> list[str]:
    return [clock(journey.departure_s) for journey in result.journeys]


def turn(town: Town, query: PlanQuery, page: Page | None) -> PlanResult:
    assert page is not None
    return town.planner.plan(replace(query, page=page), None)


def test_later_and_back_again() -> None:
    query = TOWN.query("A", "B", "07:30", window_s=3600)
    first = TOWN.planner.plan(query, None)
    assert departures(first) == ["08:00"]
    second = turn(TOWN, query, first.later)
    assert departures(second) == ["09:00"]
    third = turn(TOWN, query, second.later)
    assert departures(third) == ["10:00"]
    assert departures(turn(TOWN, query, third.earlier)) == ["09:00"]


def test_what_a_departure_after_the_window_beats_is_on_no_page() -> None:
    # 09:40 arrives at 10:20, but who waits until 10:00 arrives at 10:10.
    assert departures(TOWN.plan("A", "B", "09:30", window_s=600)) == ["10:00"]


def test_a_page_without_journeys_goes_on_to_the_next_ones() -> None:
    query = TOWN.query("A", "B", "10:00", window_s=3600)
    first = TOWN.planner.plan(query, None)
    assert departures(first) == ["10:00"]
    evening = turn(TOWN, query, first.later)
    assert (departures(evening), evening.notes) == (["20:00"], ("straight_line_walks",))
    assert departures(turn(TOWN, query, evening.earlier)) == ["10:00"]


def test_arriving_by_pages_go_by_arrival() -> None:
    query = TOWN.query("A", "B", "10:10", window_s=1800, arrive_by=True)
    first = TOWN.planner.plan(query, None)
    assert departures(first) == ["10:00"]
    assert departures(turn(TOWN, query, first.earlier)) == ["09:00"]
    assert departures(turn(TOWN, query, first.later)) == ["20:00"]


def test_a_full_page_ends_earlier_and_the_next_one_begins_there() -> None:
    query = TOWN.query("A", "B", "07:30", window_s=7200, most_journeys=1)
    first = TOWN.planner.plan(query, None)
    assert (departures(first), "shortened" in first.notes) == (["08:00"], True)
    assert departures(turn(TOWN, query, first.later)) == ["09:00"]
    late = replace(query, time_s=instant("10:10"), arrive_by=True)
    assert departures(TOWN.planner.plan(late, None)) == ["10:00"]


def test_nothing_departs_before_the_bound() -> None:
    query = TOWN.query("A", "B", "09:10", window_s=3000, arrive_by=True)
    assert departures(TOWN.planner.plan(query, None)) == ["09:00"]
    soon = replace(query, not_before_s=instant("09:01"))
    assert departures(TOWN.planner.plan(soon, None)) == []
    leaving = TOWN.query("A", "B", "08:30", not_before_s=instant("08:30"))
    assert TOWN.planner.plan(leaving, None).earlier is None


def test_pages_end_where_the_calendar_does() -> None:
    first = TOWN.planner.plan(
        replace(TOWN.query("A", "B", "00:00"), time_s=instant("00:00", "2026-11-01")), None
    )
    assert first.earlier is None
    query = replace(TOWN.query("A", "B", "22:00"), time_s=instant("22:00", "2026-12-31"))
    assert TOWN.planner.plan(query, None).later is None
    with pytest.raises(NoServiceError):
        TOWN.planner.plan(replace(query, page=Page(instant("12:00", "2027-01-03"), True)), None)


def test_a_walk_is_on_the_first_page_only() -> None:
    town = Town("""
        A 36.300 136.300
        B 36.310 136.300
        C 36.345 136.300
        x1 X daily | A 09:30 B 09:34
    """)
    query = town.query("A", "B", "08:00")
    first = town.planner.plan(query, None)
    assert departures(first) == ["08:00", "09:30"]
    (tomorrow,) = turn(town, query, first.later).journeys
    assert tomorrow.departure_s == instant("09:30", "2026-11-25")


def test_each_page_has_its_ride() -> None:
    town = Town(TOWN.rows, [flex_trip(["A", "B"])])
    query = town.query("A", "B", "10:00", window_s=3600)
    first = town.planner.plan(query, FakeDispatcher(ride_s=120, longest_s=180, window_s=60))
    second = town.planner.plan(
        replace(query, page=first.later), FakeDispatcher(ride_s=120, longest_s=180, window_s=60)
    )
    rides = [[clock(j.departure_s) for j in r.journeys if j.rides] for r in (first, second)]
    assert rides == [["10:00"], ["11:00"]]


def test_a_page_holds_one_journey_at_least() -> None:
    with pytest.raises(InvalidQueryError, match="most_journeys"):
        TOWN.query("A", "B", "10:00", most_journeys=0)


def point(journey: Journey) -> tuple[int, int, int]:
    return journey.departure_s, journey.arrival_s, journey.transfers


def pages(planner: Planner, query: PlanQuery, forwards: bool) -> Iterator[PlanResult]:
    """The first page, and all that follow on one side."""
    result = planner.plan(query, None)
    for _ in range(200):
        yield result
        page = result.later if forwards else result.earlier
        if page is None:
            return
        result = planner.plan(replace(query, page=page), None)
    raise AssertionError("pages without end")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    base_hour=st.sampled_from([0, 9, 12, 22, 23]),
    window_s=st.sampled_from([0, 600, 1801, 7200]),
    most=st.sampled_from([None, 1, 3]),
    max_walk_m=st.sampled_from([0, 1200]),
    forwards=st.booleans(),
    arrive_by=st.booleans(),
)
def test_pages_neither_lose_nor_repeat(
    seed: int,
    base_hour: int,
    window_s: int,
    most: int | None,
    max_walk_m: int,
    forwards: bool,
    arrive_by: bool,
) -> None:
    random = Random(seed)
    timetable = build_timetable([random_feed(random, base_hour * 60)], ZoneInfo("Asia/Tokyo"))
    planner = Planner(timetable, StraightStreets(), (), ZoneInfo("Asia/Tokyo"))
    ends = [timetable.place(timetable.stop_index(name)) for name in random.sample(STOPS, 2)]
    begin_s = timetable.origin_s(DAY) + base_hour * 3600 + random.randrange(0, 3600)
    long_s = 10 * 3600
    end_s = begin_s + long_s if forwards else begin_s - long_s
    query = PlanQuery(*ends, time_s=begin_s, arrive_by=arrive_by, now_s=0, window_s=window_s)
    query = replace(
        query, max_walk_m=max_walk_m, most_journeys=most, page=Page(begin_s, later=forwards)
    )
    whole = replace(query, window_s=long_s, most_journeys=None)
    low_s, high_s = sorted([begin_s, end_s])

    def inside(found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        return sorted(p for p in found if low_s <= p[1 if arrive_by else 0] <= high_s)

    told: list[tuple[int, int, int]] = []
    for result in pages(planner, query, forwards):
        told += [point(journey) for journey in result.journeys]
        if len(inside(told)) < len(told):
            break
    assert inside(told) == inside([point(j) for j in planner.plan(whole, None).journeys])
    assert len(told) == len(set(told))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40), base_hour=st.sampled_from([2, 9, 12, 22]))
def test_arrivals_of_a_window_are_those_of_all_departures_before(seed: int, base_hour: int) -> None:
    random = Random(seed)
    timetable = build_timetable([random_feed(random, base_hour * 60)], ZoneInfo("Asia/Tokyo"))
    planner = Planner(timetable, StraightStreets(), (), ZoneInfo("Asia/Tokyo"))
    ends = [timetable.place(timetable.stop_index(name)) for name in random.sample(STOPS, 2)]
    last_s = timetable.origin_s(DAY) + base_hour * 3600 + random.randrange(3600, 4 * 3600)
    first_s = last_s - 3600
    query = PlanQuery(*ends, time_s=last_s, arrive_by=True, now_s=0, window_s=3600, max_walk_m=0)
    arriving = [point(journey) for journey in planner.plan(query, None).journeys]
    leaving = replace(query, arrive_by=False, time_s=first_s - 12 * 3600, window_s=13 * 3600)
    expected = [point(journey) for journey in planner.plan(leaving, None).journeys]
    inside = [p for p in expected if first_s <= p[1] <= last_s]
    assert sorted(p for p in arriving if p[1] >= first_s) == sorted(inside)
