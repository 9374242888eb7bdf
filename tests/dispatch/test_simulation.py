"""Days driven by the simulation, checked stop by stop by a program that shares nothing with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.errors import InvalidProblemError
from dispatch.plan import PICKUP
from dispatch.problem import Load, Request, Vehicle
from dispatch.simulation import (
    Breakdown,
    Day,
    Disturbances,
    RideState,
    Rules,
    Wish,
    disturbed,
    simulate,
)
from tests.oracles.day_checker import wrong_with

LINE_S = np.array([[abs(a - b) * 100 for b in range(6)] for a in range(6)], dtype=np.int32)
"""Six stops on a road, 100 s apart: 0 - 1 - 2 - 3 - 4 - 5."""

VAN = Vehicle("van", Load(4), 0, 0, 0, 10_000)


def wish(name: str, origin: int, to: int, asks_s: int, *, wait_s: int = 600) -> Wish:
    direct_s = int(LINE_S[origin, to])
    longest_s = direct_s + 300
    latest_s = asks_s + wait_s + 30 + longest_s
    return Wish(
        Request(
            name, origin, to, asks_s, asks_s + wait_s, latest_s, longest_s, Load(1), boarding_s=30
        ),
        asks_s,
    )


def random_day(seed: int, vans: int = 4, wishes: int = 80) -> Day:
    """A town of 6 x 6 crossings; a third of the wishes are booked ahead."""
    dice = np.random.default_rng(seed)
    xy = dice.integers(0, 6, size=(30, 2)) * 120
    travel_s = np.abs(xy[:, None, :] - xy[None, :, :]).sum(axis=2).astype(np.int32)
    asked = []
    for number in range(wishes):
        origin, to = dice.integers(0, 30, size=2).tolist()
        released_s = int(dice.integers(0, 3 * 3600))
        earliest_s = released_s + (int(dice.integers(0, 3600)) if number % 3 == 0 else 0)
        ride_s = int(travel_s[origin, to]) * 3 // 2 + 300
        latest_s = earliest_s + 900 + 40 + ride_s
        load = [Load(1), Load(2), Load(1, 1)][int(dice.choice(3, p=[0.7, 0.2, 0.1]))]
        request = Request(
            f"r{number:02}", origin, to, earliest_s, earliest_s + 900, latest_s, ride_s, load, 40
        )
        asked.append(Wish(request, released_s))
    depots = dice.integers(0, 30, size=vans).tolist()
    capacity, converted = Load(4), (Load(2, 1),)
    fleet = tuple(
        Vehicle(f"van{v}", capacity, depot, depot, 0, 6 * 3600, alternative_capacities=converted)
        for v, depot in enumerate(depots)
    )
    return Day(fleet, tuple(asked), travel_s)


def test_one_rider_is_fetched_and_brought() -> None:
    day = Day((VAN,), (wish("ada", 2, 4, 1000),), LINE_S)
    outcome = simulate(day, Rules())
    # 0 --200 s--> 2 (boards 1200..1230) --200 s--> 4 (1430)
    (ride,) = outcome.rides
    assert (ride.state, ride.pickup_s, ride.dropoff_s) == (RideState.SERVED, 1200, 1430)
    assert [(d.from_node, d.to_node, d.left_s, d.riders) for d in outcome.drives] == [
        (0, 2, 1000, 0),
        (2, 4, 1230, 1),
    ]
    summary = outcome.summary()
    assert (summary.mean_wait_s, summary.detour, summary.occupancy) == (200, 0, 0.5)
    assert wrong_with(day, outcome) == []


def test_a_request_out_of_reach_is_refused_with_its_reason() -> None:
    day = Day((VAN,), (wish("ada", 5, 4, 1000, wait_s=60),), LINE_S)
    (ride,) = simulate(day, Rules(explains=True)).rides
    assert (ride.state, ride.refusal, ride.promise) == (RideState.REFUSED, "window_too_tight", None)


def test_who_books_ahead_is_known_ahead_and_fetched_just_in_time() -> None:
    early = replace(wish("ada", 2, 4, 5000), released_s=0)
    outcome = simulate(Day((VAN,), (early,), LINE_S), Rules())
    assert outcome.drives[0].left_s == 4800
    assert outcome.rides[0].answered_s == 0


def test_a_cancelled_ride_is_not_driven() -> None:
    early = replace(wish("ada", 2, 4, 5000), released_s=0, cancelled_s=4000)
    outcome = simulate(Day((VAN,), (early,), LINE_S), Rules())
    assert outcome.rides[0].state is RideState.CANCELLED
    assert outcome.drives == ()


def test_who_cancels_when_the_van_is_on_its_way_lets_it_come_in_vain() -> None:
    late = replace(wish("ada", 2, 4, 1000), cancelled_s=1100)
    outcome = simulate(Day((VAN,), (late,), LINE_S), Rules())
    assert outcome.rides[0].state is RideState.CANCELLED
    assert [(v.kind, v.boarded) for v in outcome.visits] == [(PICKUP, False)]


def test_a_no_show_is_waited_for_and_left() -> None:
    absent = replace(wish("ada", 2, 4, 1000), appears=False)
    day = Day((VAN,), (absent, wish("bea", 2, 3, 1010)), LINE_S)
    outcome = simulate(day, Rules())
    assert [ride.state for ride in outcome.rides] == [RideState.NO_SHOW, RideState.SERVED]
    assert wrong_with(day, outcome) == []


def test_after_a_breakdown_the_other_van_brings_everybody_home() -> None:
    other = replace(VAN, id="other", start_node=5, end_node=5)
    day = Day((VAN, other), (wish("ada", 0, 4, 1000),), LINE_S, (Breakdown("van", 1200),))
    outcome = simulate(day, Rules())
    # van boards ada at 0 and breaks down on the way; other fetches her where van left last: at 0.
    (ride,) = outcome.rides
    assert ride.state is RideState.SERVED
    assert ride.pickup_s == 1000
    assert [v.vehicle_id for v in outcome.visits] == ["van", "other", "other"]
    assert {incident.request_id for incident in outcome.incidents} == {"ada"}
    assert wrong_with(day, outcome) == []


POLICIES = {
    "at once": Rules(),
    "narrow promises": Rules(pickup_tolerance_s=120, arrival_tolerance_s=240),
    "windows": Rules(window_s=60),
    "improving": Rules(tend_every_s=60, improve_rounds=60, pickup_tolerance_s=300),
    "rebalancing": Rules(tend_every_s=120, rebalances=True),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
@pytest.mark.parametrize("seed", range(3))
def test_no_plan_breaks_a_promise(seed: int, policy: Rules) -> None:
    day = random_day(seed)
    outcome = simulate(day, policy)
    assert wrong_with(day, outcome) == []
    assert outcome.incidents == ()
    summary = outcome.summary()
    assert summary.broken_by_planning == 0
    assert summary.counts[RideState.SERVED] >= 20
    assert summary.counts[RideState.SERVED] + summary.counts[RideState.REFUSED] == 80


@pytest.mark.parametrize("seed", range(6))
def test_reality_breaks_promises_and_says_so(seed: int) -> None:
    day = disturbed(
        random_day(seed), Disturbances(cancelled_percent=25, no_show_percent=15, breakdowns=1), seed
    )
    rules = Rules(pickup_tolerance_s=200, tend_every_s=120, improve_rounds=40, rebalances=True)
    outcome = simulate(day, rules, seed=seed, noise=0.15)
    assert wrong_with(day, outcome, noisy=True) == []
    assert outcome.incidents, "the test should see incidents"
    assert outcome.summary().broken_by_planning == 0
    states = {ride.state for ride in outcome.rides}
    assert {RideState.SERVED, RideState.CANCELLED, RideState.NO_SHOW} <= states


def test_the_same_seed_drives_the_same_day() -> None:
    day = disturbed(random_day(1), Disturbances(20, 10, 1), 1)

    def drive(seed: int) -> tuple[object, ...]:
        rules = Rules(tend_every_s=300, improve_rounds=20, rebalances=True)
        outcome = simulate(day, rules, seed=seed, noise=0.1)
        return outcome.rides, outcome.visits, outcome.drives, outcome.incidents

    assert drive(5) == drive(5)
    assert drive(5) != drive(6)


def test_progress_is_told_request_by_request() -> None:
    told: list[int] = []
    simulate(random_day(0, wishes=5), Rules(), on_progress=told.append)
    assert told == [1, 2, 3, 4, 5]


def test_a_day_without_requests_or_vehicles_is_a_day() -> None:
    assert simulate(Day((VAN,), (), LINE_S), Rules(window_s=30)).summary().served_share == 0
    nobody = simulate(Day((), (wish("ada", 0, 1, 5),), LINE_S), Rules(explains=True))
    assert nobody.rides[0].refusal == "no_vehicle_in_shift"


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: replace(wish("ada", 0, 1, 50), cancelled_s=40), "cancelled_s"),
        (lambda: Day((VAN, VAN), (), LINE_S), "van"),
        (lambda: Day((VAN,), (wish("a", 0, 1, 5), wish("a", 0, 1, 5)), LINE_S), "a"),
        (lambda: Day((VAN,), (), LINE_S, (Breakdown("bus", 0),)), "bus"),
        (lambda: Disturbances(no_show_percent=101), "no_show_percent"),
        (lambda: disturbed(Day((VAN,), (), LINE_S), Disturbances(breakdowns=2)), "breakdowns"),
        (lambda: Rules(window_s=-1), "window_s"),
        (lambda: simulate(Day((), (), LINE_S), Rules(), noise=-1), "noise"),
    ],
)
def test_what_cannot_be_is_refused(make: object, word: str) -> None:
    with pytest.raises(InvalidProblemError, match=word):
        make()  # type: ignore[operator]


class Crossings:
    """Every stop on the road is a crossing."""

    def turn(self, from_node: int, to_node: int, elapsed_s: int) -> tuple[int, int] | None:
        blocks = -(-elapsed_s // 100)
        if elapsed_s <= 0 or blocks >= abs(to_node - from_node):
            return None
        return from_node + blocks * (1 if to_node > from_node else -1), blocks * 100


def test_a_van_on_its_way_is_frozen_unless_it_can_turn() -> None:
    # Ada waits at 5, van left 0 for her at 1000. At 1150, between 1 and 2, bea asks at 3 for 4.
    wishes = (wish("ada", 5, 1, 1000), wish("bea", 3, 4, 1150))
    frozen = Day((VAN,), wishes, LINE_S)
    turning = Day((VAN,), wishes, LINE_S, roads=Crossings())
    stops = {}
    for name, day in (("frozen", frozen), ("turning", turning)):
        outcome = simulate(day, Rules())
        assert wrong_with(day, outcome) == []
        stops[name] = [(v.request_id, str(v.kind), v.begin_s) for v in outcome.visits]
    assert stops["frozen"][0] == ("ada", "pickup", 1500)
    assert stops["turning"][:2] == [("bea", "pickup", 1300), ("bea", "dropoff", 1430)]


def test_a_van_that_can_turn_does_not_drive_for_who_cancelled() -> None:
    late = replace(wish("ada", 5, 1, 1000), cancelled_s=1150)
    day = Day((VAN,), (late, wish("bea", 0, 1, 1160)), LINE_S, roads=Crossings())
    outcome = simulate(day, Rules())
    assert wrong_with(day, outcome) == []
    first = outcome.visits[0]
    assert (first.request_id, first.begin_s) == ("bea", 1400)  # turned at 2


def test_idle_vans_park_beside_their_stop() -> None:
    # Stop 1 is where ada alights; the parking place 5 is 400 s away, and bea asks at 4.
    day = Day((VAN,), (wish("ada", 0, 1, 1000), wish("bea", 4, 5, 2000)), LINE_S, parking={1: 5})
    outcome = simulate(day, Rules())
    assert wrong_with(day, outcome) == []
    parked = [(d.from_node, d.to_node, d.left_s) for d in outcome.drives if d.is_rebalancing]
    assert parked == [(1, 5, 1160)]
    assert outcome.rides[1].pickup_s == 2100


def test_roads_and_noise_do_not_go_together() -> None:
    with pytest.raises(InvalidProblemError, match="roads"):
        simulate(Day((VAN,), (), LINE_S, roads=Crossings()), Rules(), noise=0.1)
