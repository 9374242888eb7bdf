"""Breaks and charges on the line A ---100--- B ---100--- C ---100--- D, depot at A."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.errors import InvalidPlanError, InvalidProblemError
from dispatch.halts import Halt
from dispatch.improvement import ortools_routing, ruin_recreate
from dispatch.insertion import Insertion, Refusal, best_insertion
from dispatch.objective import DRIVING_ONLY
from dispatch.plan import Plan, Route, bare_plan, check_plan, halt_stop, stops_of
from dispatch.problem import Load, Problem, Request, Vehicle
from dispatch.schedule import Timed, plan_cost, schedule
from tests.dispatch.worlds import problems
from tests.oracles import plan_checker

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
LUNCH = Halt("lunch", 300, 600, 200)
VAN = Vehicle("van", Load(2), A, A, 0, 3600, halts=(LUNCH,))
X = Request("x", B, C, 0, 600, 900, 400, Load(1))
Y = Request("y", C, D, 0, 2000, 2500, 400, Load(1))


def drive(vehicle: Vehicle, *words: str) -> object:
    """Schedule a route told as "+x -x lunch"."""
    problem = Problem((vehicle,), (X, Y), LINE)
    stops = {"+x": 0, "-x": 1, "+y": 2, "-y": 3}
    known = (*stops_of(X), *stops_of(Y), *map(halt_stop, vehicle.halts))
    order = [known[stops[w]] if w in stops else _halt(vehicle, w) for w in words]
    route = Route("van", tuple(order))
    result = schedule(problem, route)
    assert isinstance(result, Timed) == (plan_checker.check_route(problem, route).problem == "")
    return result


def _halt(vehicle: Vehicle, halt_id: str) -> object:
    return next(halt_stop(halt) for halt in vehicle.halts if halt.id == halt_id)


def test_a_break_is_made_where_the_vehicle_is() -> None:
    result = drive(VAN, "+x", "-x", "lunch", "+y", "-y")
    assert isinstance(result, Timed)
    # x from B to C, lunch at C from 300 to 500, then y boards at C without a drive.
    assert result.begin_s == (100, 200, 300, 500, 600)
    assert (result.driving_s, result.end_s) == (600, 900)


def test_a_break_keeps_its_window_and_its_node() -> None:
    late = drive(
        replace(VAN, halts=(replace(LUNCH, latest_s=150, earliest_s=0),)), "+x", "-x", "lunch"
    )
    assert (late.code, late.stop_index, late.shortfall_s) == ("late_halt", 2, 50)
    home = drive(replace(VAN, halts=(replace(LUNCH, node=A),)), "+x", "-x", "lunch")
    assert isinstance(home, Timed)
    assert home.begin_s == (100, 200, 400)


def test_nobody_sits_in_the_vehicle_during_a_break_unless_it_says_so() -> None:
    result = drive(VAN, "+x", "lunch", "-x")
    assert (result.code, result.stop_index) == ("riders_at_halt", 1)
    shared = replace(VAN, halts=(replace(LUNCH, with_riders=True),))
    # 200 s of lunch and 100 s on the way, 400 s at most: x boards at 200.
    assert drive(shared, "+x", "lunch", "-x").begin_s == (200, 300, 600)


def test_a_vehicle_out_of_range_must_charge_first() -> None:
    van = replace(VAN, halts=(), range_s=599)
    result = drive(van, "+x", "-x", "+y", "-y")
    assert (result.code, result.stop_index, result.shortfall_s) == ("out_of_range", 4, 1)
    plug = Halt("plug", 0, 3600, 600, node=C, charges=True)
    charged = replace(van, halts=(plug,), full_range_s=400)
    assert drive(charged, "+x", "-x", "plug", "+y", "-y").begin_s == (100, 200, 200, 800, 900)
    # Full afterwards means 400 seconds, D and home; from B it would not be enough.
    short = drive(replace(charged, full_range_s=399), "+x", "-x", "plug", "+y", "-y")
    assert (short.code, short.shortfall_s) == ("out_of_range", 1)


def test_a_refusal_says_that_nobody_has_the_range() -> None:
    answer = best_insertion(Problem((replace(VAN, halts=(), range_s=300),), (), LINE), Plan(), X)
    assert isinstance(answer, Refusal)
    assert (answer.code, dict(answer.params)) == ("out_of_range", {"vehicles": 1})


def test_a_rider_is_put_before_or_behind_a_break_but_not_into_it() -> None:
    plan = bare_plan(Problem((VAN,), (), LINE))
    for window, words in (((0, 250), "x x lunch"), ((650, 700), "lunch x x")):
        wish = replace(X, earliest_pickup_s=window[0], latest_pickup_s=window[1])
        answer = best_insertion(Problem((VAN,), (), LINE), plan, wish)
        assert isinstance(answer, Insertion)
        assert " ".join(stop.request_id for stop in answer.route.stops) == words
    # Lunch takes 200 s from 300 at the earliest and 600 at the latest, C and B are 100 s away.
    inside = replace(X, earliest_pickup_s=520, latest_pickup_s=590, latest_dropoff_s=1500)
    answer = best_insertion(Problem((VAN,), (), LINE), plan, inside)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.params["by_s"]) == ("window_too_tight", 10)


def test_a_plan_makes_every_halt_of_every_vehicle_once() -> None:
    problem = Problem((VAN,), (X,), LINE)
    check_plan(problem, bare_plan(problem))
    lunch = halt_stop(LUNCH)
    for plan in (Plan(), Plan((Route("van", stops_of(X)),)), Plan((Route("van", (lunch, lunch)),))):
        with pytest.raises(InvalidPlanError, match="each halt of its vehicle once"):
            check_plan(problem, plan)
        assert plan_checker.check_plan(problem, plan) != []
    with pytest.raises(InvalidPlanError, match="halt tea is not one of the vehicle"):
        check_plan(problem, Plan((Route("van", (lunch, halt_stop(replace(LUNCH, id="tea")))),)))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"latest_s": 200}, "latest_s"),
        ({"duration_s": -1}, "duration_s"),
        ({"node": -1}, "node"),
        ({"charges": True}, "node"),
        ({"id": ""}, "id"),
    ],
)
def test_halts_that_cannot_be_are_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidProblemError) as error:
        replace(LUNCH, **wrong)
    assert error.value.params["field"] == field


def test_two_halts_have_two_names_and_nodes_that_exist() -> None:
    with pytest.raises(InvalidProblemError, match="Two halts"):
        Problem((VAN, replace(VAN, id="bus")), (), LINE)
    with pytest.raises(InvalidProblemError, match="node of halt lunch"):
        Problem((replace(VAN, halts=(replace(LUNCH, node=4),)),), (), LINE)


def test_solve_puts_riders_before_and_behind_a_break() -> None:
    problem = Problem((VAN,), (X, Y), LINE)
    found = ruin_recreate.solve(problem, 1, weights=DRIVING_ONLY, rounds=50)
    assert found.left_over == ()
    assert plan_checker.check_plan(problem, found.plan, ["x", "y"]) == []
    assert halt_stop(LUNCH) in found.plan.route("van").stops
    assert plan_cost(problem, found.plan, DRIVING_ONLY) == 100 * 600  # there and back, once
    alone = ruin_recreate.solve(Problem((VAN,), (), LINE), 1, rounds=5)
    assert alone.plan.route("van").stops == (halt_stop(LUNCH),)


def test_solve_drives_no_farther_than_the_range_and_charges_in_between() -> None:
    charge = Halt("charge", 0, 3000, 300, node=B, charges=True)
    van = Vehicle("van", Load(2), A, A, 0, 7200, halts=(charge,), range_s=450, full_range_s=500)
    late = replace(Y, latest_pickup_s=4000, latest_dropoff_s=5000)
    problem = Problem((van,), (X, late), LINE)
    found = ruin_recreate.solve(problem, 1, weights=DRIVING_ONLY, rounds=200)
    assert found.left_over == ()
    assert plan_checker.check_plan(problem, found.plan, ["x", "y"]) == []
    short = Problem((replace(van, full_range_s=350),), (X, late), LINE)
    found = ruin_recreate.solve(short, 1, weights=DRIVING_ONLY, rounds=200)
    assert plan_checker.check_plan(short, found.plan, sorted(found.plan.request_ids)) == []
    assert found.left_over == ("y",)


def test_a_rider_is_moved_from_one_vehicle_that_halts_to_another() -> None:
    bus = replace(VAN, id="bus", start_node=D, end_node=D, halts=(replace(LUNCH, id="tea"),))
    problem = Problem((VAN, bus), (X, Y), LINE)
    plan = bare_plan(problem)
    plan = plan.with_route(Route("van", (*plan.route("van").stops, *stops_of(Y))))
    plan = plan.with_route(Route("bus", (*stops_of(X), *plan.route("bus").stops)))
    better = ruin_recreate.improve(problem, plan, 1, weights=DRIVING_ONLY, rounds=100)
    assert plan_checker.check_plan(problem, better, ["x", "y"]) == []
    before, after = (plan_cost(problem, one, DRIVING_ONLY) for one in (plan, better))
    assert (before, after) == (100 * 1000, 100 * 400)  # the bus takes both


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(most_requests=5, with_halts=True))
def test_whatever_is_solved_with_halts_holds(problem: Problem) -> None:
    if any(vehicle.onboard for vehicle in problem.vehicles):
        return
    found = ruin_recreate.solve(problem, 1, rounds=60)
    check_plan(problem, found.plan)
    served = [one.id for one in problem.requests if one.id not in found.left_over]
    for vehicle in problem.vehicles:
        if isinstance(schedule(problem, bare_plan(problem).route(vehicle.id)), Timed):
            route = found.plan.route(vehicle.id)
            assert plan_checker.check_route(problem, route).problem == ""
    assert found.plan.request_ids == set(served)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(most_requests=5, with_halts=True), st.sampled_from(["ruin", "ortools"]))
def test_plans_with_halts_are_improved_or_left_alone(problem: Problem, by: str) -> None:
    plan = bare_plan(problem)
    for request in problem.requests:
        if request.id not in plan.request_ids:
            answer = best_insertion(problem, plan, request)
            if isinstance(answer, Insertion):
                plan = plan.with_route(answer.route)
    if by == "ruin":
        better = ruin_recreate.improve(problem, plan, 1, rounds=60)
    else:
        better = ortools_routing.improve(problem, plan, 0.5, 1, solution_limit=15)
    check_plan(problem, better)
    before = plan_cost(problem, plan)
    if better is not plan and before is not None:
        assert plan_checker.check_plan(problem, better, plan.request_ids) == []
        assert plan_cost(problem, better) < before
