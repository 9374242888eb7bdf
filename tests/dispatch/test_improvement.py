"""OR-Tools improves plans and never breaks a promise, moves a frozen stop or drops a rider."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.errors import InvalidPlanError
from dispatch.improvement.ortools_routing import capacity_cuts, improve
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import DEFAULT_WEIGHTS, DRIVING_ONLY, Weights
from dispatch.plan import Plan, Route, bare_plan, stops_of
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle
from dispatch.schedule import schedule_plan
from tests.dispatch.worlds import problems
from tests.oracles.ortools_auditor import is_feasible
from tests.oracles.plan_checker import check_plan, check_route

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(4), A, A, 0, 7200)


def cost(problem: Problem, plan: Plan, weights: Weights = DEFAULT_WEIGHTS) -> int:
    timed = schedule_plan(problem, plan, weights)
    assert isinstance(timed, tuple)
    return sum(one.cost_centi_s for one in timed)


def ride(name: str, origin: int, to: int, **more: object) -> Request:
    fields: dict = {"max_ride_s": 3600, "load": Load(1)} | more
    return Request(name, origin, to, 0, 7200, 7200, **fields)


def one_after_the_other(*requests: Request, frozen: int = 0) -> Plan:
    return Plan((Route("van", tuple(s for r in requests for s in stops_of(r)), frozen),))


def test_two_riders_of_one_way_share_the_van() -> None:
    x, y = ride("x", B, D), ride("y", B, D)
    problem = Problem((VAN,), (x, y), LINE)
    plan = one_after_the_other(x, y)
    better = improve(problem, plan, 1, weights=DRIVING_ONLY, solution_limit=50)
    assert cost(problem, plan, DRIVING_ONLY) == 100_000  # A B D B D A
    assert cost(problem, better, DRIVING_ONLY) == 60_000  # A B D A
    assert check_plan(problem, better, ["x", "y"]) == []
    assert is_feasible(problem, better)


def test_the_same_seed_and_solution_limit_give_the_same_plan() -> None:
    requests = tuple(ride(f"r{i}", i % 3, 3 - i % 2) for i in range(6))
    problem = Problem((VAN, replace(VAN, id="bus")), requests, LINE)
    plan = one_after_the_other(*requests)
    plans = {improve(problem, plan, 60, 7, solution_limit=20).routes for _ in range(2)}
    assert len(plans) == 1
    assert cost(problem, Plan(plans.pop())) < cost(problem, plan)


def test_frozen_stops_do_not_move() -> None:
    x, y = ride("x", B, D), ride("y", B, D)
    problem = Problem((VAN, replace(VAN, id="bus")), (x, y), LINE)
    plan = one_after_the_other(x, y, frozen=3)
    better = improve(problem, plan, 0.2, weights=DRIVING_ONLY)
    assert better.route("van") == plan.route("van")


def test_riders_on_board_stay_in_their_vehicle_and_keep_their_ride_limit() -> None:
    # The bus stands nearer to D, but x sits in the van.
    x, y = ride("x", A, D, max_ride_s=350), ride("y", B, C)
    van = replace(VAN, start_s=50, onboard=(Onboard("x", 0),))
    bus = replace(VAN, id="bus", start_node=D)
    problem = Problem((van, bus), (x, y), LINE)
    plan = Plan((Route("van", (stops_of(x)[1], *stops_of(y))),))
    better = improve(problem, plan, 1, solution_limit=50)
    assert stops_of(x)[1] in better.route("van").stops
    assert check_plan(problem, better, ["x", "y"]) == []
    assert is_feasible(problem, better)
    assert check_route(problem, better.route("van")).begin_s is not None


def test_a_van_trades_seats_for_a_wheelchair_place_in_the_model_too() -> None:
    van = replace(VAN, capacity=Load(9), alternative_capacities=(Load(7, 1),))
    chair, party = ride("w", B, D, load=Load(0, 1)), ride("p", B, D, load=Load(8))
    problem = Problem((van,), (chair, party), LINE)
    plan = one_after_the_other(chair, party)
    assert improve(problem, plan, 0.2, weights=DRIVING_ONLY) == plan
    smaller = Problem((van,), (chair, replace(party, load=Load(7))), LINE)
    better = improve(smaller, plan, 1, weights=DRIVING_ONLY, solution_limit=50)
    assert cost(smaller, better, DRIVING_ONLY) == 60_000


@pytest.mark.parametrize(
    ("capacities", "exact"),
    [
        ([Load(4)], True),
        ([Load(9), Load(7, 1)], True),
        ([Load(8), Load(6, 1), Load(3, 2)], True),
        ([Load(8), Load(5, 1), Load(4, 2)], False),
        ([Load(2), Load(2, 1)], True),
    ],
)
def test_capacity_cuts_hold_for_every_load_that_fits(capacities: list[Load], exact: bool) -> None:
    most, cuts = capacity_cuts(capacities)
    for seats in range(11):
        for chairs in range(4):
            fits = any(Load(seats, chairs).fits(c) for c in capacities)
            cut = chairs <= most and all(seats + a * chairs <= b for a, b in cuts)
            assert cut >= fits
            assert cut == fits or not exact


def test_nothing_to_do_gives_the_plan_itself() -> None:
    x = ride("x", B, D)
    problem = Problem((VAN,), (x,), LINE)
    plan = one_after_the_other(x)
    assert improve(problem, plan, 0) is plan
    assert improve(problem, Plan(), 1) == Plan()
    late = Problem((replace(VAN, end_s=300),), (x,), LINE)
    assert improve(late, plan, 1) is plan
    with pytest.raises(InvalidPlanError, match="never alights"):
        improve(problem, Plan((Route("van", stops_of(x)[:1]),)), 1)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(most_requests=5), st.data())
def test_random_plans_get_cheaper_or_stay(problem: Problem, data: st.DataObject) -> None:
    plan = bare_plan(problem)
    for request in problem.requests:
        if request.id not in plan.request_ids:
            answer = best_insertion(problem, plan, request)
            if isinstance(answer, Insertion):
                plan = plan.with_route(answer.route)
    plan = Plan(
        tuple(replace(r, frozen=data.draw(st.integers(0, len(r.stops)))) for r in plan.routes)
    )
    better = improve(problem, plan, 0.5, 1, solution_limit=15)
    if better is plan:
        return
    assert check_plan(problem, better, plan.request_ids) == []
    assert is_feasible(problem, better)
    assert cost(problem, better) < cost(problem, plan)
    for route in plan.routes:
        kept = better.route(route.vehicle_id)
        assert kept.stops[: route.frozen] == route.stops[: route.frozen]
        assert kept.frozen == route.frozen
