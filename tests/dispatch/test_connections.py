"""Rides that follow a late bus: their own promise moves, everybody else's stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.connections import LATE_CONNECTION, follow
from dispatch.drafts import Bound
from dispatch.errors import InvalidPlanError
from dispatch.incidents import Fallen
from dispatch.insertion import Insertion, best_insertion
from dispatch.plan import Plan, Route, stops_of
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle
from tests.dispatch.test_promises_over_a_day import DAY_S, VAN, promise, town, wish
from tests.oracles.plan_checker import check_plan

# A road of four places, 100 s apart:  A --- B --- C --- D
A, B, C, D = range(4)
ROAD = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN0, VAN1 = (Vehicle(f"van{i}", Load(4), A, None, 0, 7200) for i in range(2))
# x comes by bus to B at 100 and is to be at D by 700; y waits at C and is to be at D by 500.
X = Request("x", B, D, 100, 400, 700, 600, Load(1))
Y = Request("y", C, D, 100, 400, 500, 300, Load(1))
BOTH = Plan((Route("van0", (stops_of(X)[0], stops_of(Y)[0], stops_of(X)[1], stops_of(Y)[1])),))


def later(request: Request, by_s: int) -> Request:
    """Move a promise with its bus."""
    return replace(
        request,
        earliest_pickup_s=request.earliest_pickup_s + by_s,
        latest_pickup_s=request.latest_pickup_s + by_s,
        latest_dropoff_s=request.latest_dropoff_s + by_s,
    )


def test_the_van_waits_for_the_bus_as_long_as_everybody_has_time() -> None:
    problem = Problem((VAN0,), (X, Y), ROAD)
    found = follow(problem, BOTH, later(X, 150))
    assert (found.follows, found.plan, found.fallen) == (True, BOTH, ())
    assert found.problem.request("x") == later(X, 150)
    assert check_plan(found.problem, found.plan, "xy") == []


def test_who_cannot_be_waited_for_is_fetched_by_another_van() -> None:
    problem = Problem((VAN0, VAN1), (X, Y), ROAD)
    found = follow(problem, BOTH, later(X, 900))
    assert found.fallen == ()
    assert found.problem.request("y") == Y
    assert check_plan(found.problem, found.plan, "xy") == []


def test_with_one_van_it_comes_back_for_the_rider_of_the_late_bus() -> None:
    problem = Problem((VAN0,), (X, Y), ROAD)
    found = follow(problem, BOTH, later(X, 900))
    assert (found.follows, found.fallen) == (True, ())
    assert [stop.request_id for stop in found.plan.route("van0").stops] == ["y", "y", "x", "x"]


def test_what_falls_even_of_the_moved_promise_is_named() -> None:
    # y is promised from C at 380 to D by 480, so the van is back at B at 680: x of the late bus was
    # to be picked up by 650.
    tight = replace(X, latest_pickup_s=300)
    y = replace(Y, earliest_pickup_s=380, latest_dropoff_s=480)
    problem = Problem((VAN0,), (tight, y), ROAD)
    plan = Plan((Route("van0", (stops_of(tight)[0], stops_of(y)[0], stops_of(tight)[1],
                                stops_of(y)[1])),))  # fmt: skip
    found = follow(problem, plan, later(tight, 350))
    assert found.follows
    assert found.problem.request("y") == y
    assert found.fallen == (Fallen("x", Bound.PICKUP, 650, 680, LATE_CONNECTION, "van0"),)
    assert check_plan(found.problem, found.plan, "xy") == []


def test_a_van_that_is_on_its_way_cannot_turn_back() -> None:
    y = replace(Y, latest_pickup_s=250)
    problem = Problem((VAN0, VAN1), (X, y), ROAD)
    plan = Plan((Route("van0", BOTH.route("van0").stops, frozen=1),))
    found = follow(problem, plan, later(X, 900))
    assert (found.follows, found.problem, found.plan) == (False, problem, plan)


def test_a_rider_on_board_has_more_time_when_his_next_bus_is_late() -> None:
    carrying = replace(VAN0, start_node=B, start_s=160, onboard=(Onboard("x", 160),))
    problem = Problem((carrying,), (X,), ROAD)
    plan = Plan((Route("van0", stops_of(X)[1:]),))
    found = follow(problem, plan, replace(X, latest_dropoff_s=900))
    assert found.follows
    assert found.problem.request("x").latest_dropoff_s == 900


def test_a_ride_that_is_not_planned_cannot_follow() -> None:
    with pytest.raises(InvalidPlanError, match="only a ride that is planned"):
        follow(Problem((VAN0,), (), ROAD), Plan(), X)


@pytest.mark.parametrize("seed", range(5))
def test_on_random_days_nobody_else_is_worse_off(seed: int) -> None:
    rng = np.random.default_rng(seed)
    fleet = tuple(Vehicle(f"van{i}", VAN, 0, 0, 0, DAY_S) for i in range(3))
    problem, plan = Problem(fleet, (), town(rng)), Plan()
    for number in range(25):
        request = replace(wish(rng, number, number * 120, problem.travel_s), load=Load(1))
        answer = best_insertion(problem, plan, request)
        if isinstance(answer, Insertion):
            problem = problem.with_requests(promise(request, answer))
            plan = plan.with_route(answer.route)
    moves = 0
    for request in problem.requests:
        moved = later(problem.request(request.id), int(rng.integers(60, 1500)))
        found = follow(problem, plan, moved)
        assert check_plan(found.problem, found.plan, plan.request_ids) == []
        for other in problem.requests:
            if other.id != request.id:
                assert found.problem.request(other.id) == other
        fallen = {one.bound: one.new_s for one in found.fallen}
        now = found.problem.request(request.id)
        assert now.latest_pickup_s == fallen.get(Bound.PICKUP, moved.latest_pickup_s)
        assert now.latest_dropoff_s == fallen.get(Bound.ARRIVAL, moved.latest_dropoff_s)
        moves += found.plan != plan
        problem, plan = found.problem, found.plan
    assert moves >= 1
