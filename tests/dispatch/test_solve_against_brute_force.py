"""Whole plans against the best of all plans, on problems small enough to try them all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.improvement import ortools_routing
from dispatch.improvement.ruin_recreate import improve, solve
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import DRIVING_ONLY, Weights
from dispatch.plan import Plan, Route, stops_of
from dispatch.schedule import plan_cost
from tests.dispatch.worlds import small_world
from tests.oracles.every_plan import best_plan
from tests.oracles.ortools_auditor import is_feasible
from tests.oracles.plan_checker import check_plan


@pytest.mark.parametrize("fewest_vehicles", [False, True])
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([DRIVING_ONLY, Weights()]))
def test_solving_reaches_the_optimum(fewest_vehicles: bool, seed: int, weights: Weights) -> None:
    problem = small_world(seed, 4)
    # Vehicles are saved where everybody finds a place; somebody left over is worth one more.
    least = best_plan(problem, stops_of, Route, weights, fewest_vehicles=fewest_vehicles)
    fewest_vehicles = fewest_vehicles and least[0] == 0
    found = solve(problem, 1, 1, weights=weights, fewest_vehicles=fewest_vehicles, rounds=2000)
    assert check_plan(problem, found.plan) == []
    assert is_feasible(problem, found.plan)
    assert len(found.left_over) + len(found.plan.request_ids) == 4
    vehicles = len(found.plan.routes) if fewest_vehicles else 0
    reached = (len(found.left_over), vehicles, plan_cost(problem, found.plan, weights))
    assert reached == best_plan(problem, stops_of, Route, weights, fewest_vehicles=fewest_vehicles)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31))
def test_nothing_improves_below_the_optimum(seed: int) -> None:
    problem, plan = small_world(seed, 4), Plan()
    for request in problem.requests:
        answer = best_insertion(problem, plan, request, DRIVING_ONLY)
        if isinstance(answer, Insertion):
            plan = plan.with_route(answer.route)
    kept = [request for request in problem.requests if request.id in plan.request_ids]
    served = type(problem)(problem.vehicles, tuple(kept), problem.travel_s)
    _, _, least = best_plan(served, stops_of, Route, DRIVING_ONLY)
    ruined = improve(served, plan, 1, 1, weights=DRIVING_ONLY, rounds=1000)
    searched = ortools_routing.improve(served, plan, 2, 1, weights=DRIVING_ONLY, solution_limit=200)
    assert plan_cost(served, ruined, DRIVING_ONLY) == least
    cost = plan_cost(served, searched, DRIVING_ONLY)
    assert cost is not None
    assert least <= cost <= (plan_cost(served, plan, DRIVING_ONLY) or 0)
