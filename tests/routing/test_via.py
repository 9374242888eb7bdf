"""Journeys by way of other places, with and without a stay there."""

from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.build import build_timetable
from routing.errors import InvalidQueryError, SamePlaceError
from routing.journeys import Place, TransitLeg
from routing.planner import Planner, PlanQuery, Via
from routing.straight import StraightStreets
from tests.routing.test_raptor_oracle import DAY, STOPS, random_feed
from tests.routing.towns import FakeDispatcher, Town, clock, flex_trip, text

TOWN = Town("""
    A 36.300 136.300
    B 36.345 136.300
    C 36.390 136.300
    D 36.435 136.300
    x1 X daily | A 08:00 B 08:10 C 08:20
    x2 X daily | A 08:30 B 08:40 C 08:50
    x3 X daily | A 09:00 B 09:10 C 09:20
    y1 Y daily | A 08:05 D 08:15
    z1 Z daily | D 08:45 C 08:55
    z2 Z daily | B 09:00 C 09:05
""")
FIELD = Place("field", 36.350, 136.300)  # 556 m x 1.3 = 723 m = 603 s north of B


def texts(*via: tuple[str | Place, int], time: str = "07:50", **more: object) -> list[str]:
    points = tuple(Via(p if isinstance(p, Place) else TOWN.stop(p), 60 * m) for p, m in via)
    query = replace(TOWN.query("A", "C", time, **more), via=points)
    return [text(journey) for journey in TOWN.planner.plan(query, None).journeys]


def test_staying_on_the_same_vehicle_is_one_leg() -> None:
    found = texts(("B", 0), window_s=600)
    assert found == ["08:00 X C 08:20"]
    query = replace(TOWN.query("A", "C", "07:50", window_s=600), via=(Via(TOWN.stop("B")),))
    (leg,) = TOWN.planner.plan(query, None).journeys[0].legs
    assert isinstance(leg, TransitLeg)
    assert [call.place.stop_id for call in leg.intermediate] == ["B"]
    assert leg.geometry == ((136.3, 36.3), (136.3, 36.345), (136.3, 36.39))


def test_a_stay_means_another_vehicle() -> None:
    assert texts(("B", 10), window_s=600) == ["08:00 X B 08:10 08:40 X C 08:50"]
    assert texts(("B", 45), window_s=600) == ["08:00 X B 08:10 09:00 Z C 09:05"]


def test_another_line_leads_by_another_place() -> None:
    assert texts(("D", 0), window_s=1800) == ["08:05 Y D 08:15 08:45 Z C 08:55"]
    assert texts(("D", 31), window_s=1800) == []


def test_two_places_in_order() -> None:
    town = Town("""
        A 36.300 136.300
        B 36.345 136.300
        C 36.390 136.300
        D 36.435 136.300
        x X daily | A 08:00 B 08:10
        y Y daily | B 08:20 C 08:30
        z Z daily | C 08:40 D 08:50
        w W daily | A 08:00 D 08:05
    """)
    query = town.query("A", "D", "07:50", window_s=900)
    both = replace(query, via=(Via(town.stop("B")), Via(town.stop("C"), 300)))
    assert [text(journey) for journey in town.planner.plan(both, None).journeys] == [
        "08:00 X B 08:10 08:20 Y C 08:30 08:40 Z D 08:50"
    ]
    turned = replace(query, via=(Via(town.stop("C")), Via(town.stop("B"))))
    assert town.planner.plan(turned, None).journeys == ()


def test_a_place_that_is_no_stop_is_walked_to() -> None:
    assert texts((FIELD, 10), window_s=600) == [
        "08:00 X B 08:10 08:10 walk field 08:20 08:49 walk B 09:00 09:00 Z C 09:05"
    ]


def test_a_walk_to_the_place_starts_when_it_is_time() -> None:
    near = Place("near", 36.303, 136.300)  # 334 m x 1.3 = 434 m = 362 s from A
    query = replace(TOWN.query("A", "C", "07:50", window_s=900), via=(Via(near, 60),))
    result = TOWN.planner.plan(query, None)
    (journey, *_) = result.journeys
    # Not at 07:50: who is back at A for 08:30 need not leave before 08:16.
    assert text(journey) == "08:16 walk near 08:22 08:23 walk A 08:30 08:30 X C 08:50"
    assert "widened" in result.notes


def test_arriving_by_goes_backwards() -> None:
    assert texts(("B", 10), time="09:05", arrive_by=True, window_s=600) == [
        "08:30 X B 08:40 09:00 Z C 09:05"
    ]
    assert texts(("B", 0), time="08:25", arrive_by=True, window_s=600) == ["08:00 X C 08:20"]


def test_pages_go_on() -> None:
    query = replace(
        TOWN.query("A", "C", "07:50", window_s=7200, most_journeys=1), via=(Via(TOWN.stop("B")),)
    )
    first = TOWN.planner.plan(query, None)
    second = TOWN.planner.plan(replace(query, page=first.later), None)
    assert [clock(j.departure_s) for r in (first, second) for j in r.journeys] == ["08:00", "08:30"]


def test_rides_lead_by_the_place_too() -> None:
    town = Town(
        """
        A 36.300 136.300
        B 36.345 136.300
        C 36.390 136.300
        x1 X daily | A 08:00 B 08:10
        """,
        [flex_trip(["B", "C"], notice_min=5)],
    )
    query = replace(town.query("A", "C", "07:50", window_s=900), via=(Via(town.stop("B"), 600),))
    (journey, *_) = town.planner.plan(query, FakeDispatcher()).journeys
    assert text(journey).startswith("08:00 X B 08:10 08:20 ride C")


def test_nonsense_is_refused() -> None:
    with pytest.raises(InvalidQueryError, match="via"):
        texts(*[("B", 0)] * 4)
    with pytest.raises(InvalidQueryError, match="stay_s"):
        texts(("B", 24 * 60 + 1))
    with pytest.raises(SamePlaceError):
        texts(("A", 0))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    stay_min=st.sampled_from([0, 7, 30]),
    arrive_by=st.booleans(),
)
def test_a_stay_is_kept_and_a_detour_is_no_short_cut(
    seed: int, stay_min: int, arrive_by: bool
) -> None:
    random = Random(seed)
    timetable = build_timetable([random_feed(random, 9 * 60)], ZoneInfo("Asia/Tokyo"))
    planner = Planner(timetable, StraightStreets(), (), ZoneInfo("Asia/Tokyo"))
    names = random.sample(STOPS, 3)
    origin, via, target = (timetable.place(timetable.stop_index(name)) for name in names)
    time_s = timetable.origin_s(DAY) + (12 if arrive_by else 9) * 3600
    query = PlanQuery(origin, target, time_s, arrive_by, now_s=0, max_walk_m=0)
    query = replace(query, window_s=3 * 3600, via=(Via(via, stay_min * 60),))
    journeys = planner.plan(query, None).journeys
    plain = planner.plan(replace(query, via=()), None).journeys
    for journey in journeys:
        calls = [(leg.destination.stop_id, leg.arrival_s) for leg in journey.legs]
        leaves = {leg.origin.stop_id: leg.departure_s for leg in journey.legs}
        if via.stop_id in dict(calls):
            assert leaves[via.stop_id] - dict(calls)[via.stop_id] >= stay_min * 60
        else:
            assert stay_min == 0
        # The way by another place is no better than the way without.
        assert not any(
            journey.departure_s > p.departure_s
            and journey.arrival_s <= p.arrival_s
            and journey.transfers <= p.transfers
            for p in plain
        )
