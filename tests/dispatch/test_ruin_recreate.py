"""Ruin and recreate: never a broken promise, never dearer, the best known where it is known."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import InvalidProblemError
from dispatch.improvement.ruin_recreate import improve, solve
from dispatch.insertion import Insertion, best_insertion
from dispatch.instances import read_instance
from dispatch.objective import DRIVING_ONLY, Weights
from dispatch.plan import Plan, Route, bare_plan, stops_of
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle
from dispatch.schedule import schedule_plan
from tests.dispatch.worlds import problems
from tests.oracles.ortools_auditor import is_feasible
from tests.oracles.plan_checker import check_plan, check_route

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(4), A, A, 0, 7200)


def cost(problem: Problem, plan: Plan, weights: Weights = DRIVING_ONLY) -> int:
    timed = schedule_plan(problem, plan, weights)
    assert isinstance(timed, tuple)
    return sum(one.cost_centi_s for one in timed)


def ride(name: str, origin: int, to: int, **more: object) -> Request:
    fields: dict = {"max_ride_s": 3600, "load": Load(1)} | more
    return Request(name, origin, to, 0, 7200, 7200, **fields)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_plans_stay_right_and_never_get_dearer(data: st.DataObject) -> None:
    problem = data.draw(problems(most_requests=5))
    weights = data.draw(st.sampled_from([DRIVING_ONLY, Weights(), Weights(50, 0)]))
    plan = bare_plan(problem)
    if not isinstance(schedule_plan(problem, plan), tuple):
        return
    for request in problem.requests:
        if request.id in plan.request_ids:
            continue
        answer = best_insertion(problem, plan, request, weights)
        if isinstance(answer, Insertion):
            plan = plan.with_route(answer.route)
    frozen = data.draw(st.integers(0, 2))
    plan = Plan(tuple(replace(r, frozen=min(frozen, len(r.stops))) for r in plan))
    better = improve(problem, plan, 1, 3, weights=weights, rounds=60)
    assert check_plan(problem, better, plan.request_ids) == []
    assert is_feasible(problem, better)
    assert better.request_ids == plan.request_ids
    assert cost(problem, better, weights) <= cost(problem, plan, weights)
    for route in plan:
        kept = better.route(route.vehicle_id)
        assert kept.stops[: route.frozen] == route.stops[: route.frozen]


def optimum(problem: Problem, weights: Weights) -> int:
    """Cheapest plan of one vehicle, every order of its stops tried with the slow twin."""
    stops = [stop for request in problem.requests for stop in stops_of(request)]
    costs = []
    for order in itertools.permutations(stops):
        verdict = check_route(problem, Route("v0", order), weights)
        if verdict.cost_centi_s is not None:
            costs.append(verdict.cost_centi_s)
    return min(costs, default=-1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_one_vehicle_and_three_rides_come_out_optimal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 50, (7, 2))
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int32)
    asked = tuple(
        Request(f"r{i}", 2 * i + 1, 2 * i + 2, 0, int(rng.integers(100, 400)), 500, 120, Load(1), 5)
        for i in range(3)
    )
    problem = Problem((Vehicle("v0", Load(2), 0, 0, 0, 600),), asked, travel_s)
    best = optimum(problem, DRIVING_ONLY)
    found = solve(problem, 1, 1, weights=DRIVING_ONLY, rounds=400)
    if best < 0:
        assert found.left_over != ()
    else:
        assert found.left_over == ()
        assert check_plan(problem, found.plan, [r.id for r in asked]) == []
        assert is_feasible(problem, found.plan)
        assert cost(problem, found.plan) == best


def test_two_riders_of_one_way_share_the_van() -> None:
    problem = Problem((VAN,), (ride("x", B, D), ride("y", B, D)), LINE)
    found = solve(problem, 1, weights=DRIVING_ONLY, rounds=50)
    assert cost(problem, found.plan) == 60_000  # A B D A


def test_who_finds_no_place_is_named() -> None:
    late = replace(ride("late", B, D), latest_dropoff_s=250)
    problem = Problem((VAN,), (ride("x", B, D), late), LINE)
    found = solve(problem, 1, rounds=50)
    assert found.left_over == ("late",)
    assert found.plan.request_ids == {"x"}


def test_a_tour_begins_later_so_as_not_to_last_too_long() -> None:
    evening = replace(ride("x", B, C), earliest_pickup_s=5000)
    out = replace(VAN, longest_s=400)
    problem = Problem((out,), (evening,), LINE)
    found = solve(problem, 1, rounds=20)
    assert found.left_over == ()
    assert check_plan(problem, found.plan, ["x"]) == []
    assert is_feasible(problem, found.plan)
    short = Problem((replace(out, longest_s=399),), (evening,), LINE)
    assert solve(short, 1, rounds=20).left_over == ("x",)


def test_the_same_seed_gives_the_same_plan() -> None:
    requests = tuple(ride(f"r{i}", i % 3, 3 - i % 2) for i in range(8))
    problem = Problem((VAN, replace(VAN, id="bus")), requests, LINE)
    plans = {solve(problem, 1, 5, rounds=300).plan.routes for _ in range(2)}
    assert len(plans) == 1


def test_few_vehicles_where_few_are_wanted() -> None:
    fleet = tuple(replace(VAN, id=f"v{i}", start_node=i, end_node=i) for i in range(4))
    requests = tuple(ride(f"r{i}", i, i) for i in range(4))
    problem = Problem(fleet, requests, LINE)
    many = solve(problem, 1, weights=DRIVING_ONLY, rounds=400)
    few = solve(problem, 1, weights=DRIVING_ONLY, rounds=400, fewest_vehicles=True)
    assert len(few.plan.routes) == 1 < len(many.plan.routes)
    assert check_plan(problem, few.plan, [r.id for r in requests]) == []
    assert is_feasible(problem, few.plan)


def test_detours_that_are_faster_than_the_direct_way() -> None:
    slow = LINE.copy()
    slow[B, D] = 2000
    due = replace(ride("x", B, D), latest_dropoff_s=1000, max_ride_s=400)
    problem = Problem((VAN,), (due, ride("y", C, A)), slow)
    plan = Plan(
        (
            Route(
                "van",
                (
                    *stops_of(due)[:1],
                    *stops_of(problem.requests[1])[:1],
                    stops_of(due)[1],
                    stops_of(problem.requests[1])[1],
                ),
            ),
        )
    )
    better = improve(problem, plan, 1, rounds=50)
    assert check_plan(problem, better, ["x", "y"]) == []
    assert is_feasible(problem, better)


def test_nothing_to_do() -> None:
    problem = Problem((VAN,), (), LINE)
    assert solve(problem, 1, rounds=10).plan.request_ids == frozenset()
    assert improve(problem, Plan(), 1) == Plan()


def test_riders_on_board_need_the_plan_they_are_on() -> None:
    riding = replace(VAN, onboard=(Onboard("x", 0),))
    problem = Problem((riding,), (ride("x", B, D),), LINE)
    with pytest.raises(InvalidProblemError, match="improve the plan"):
        solve(problem, 1)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "vehicles", "best"),
    [
        ("darp_cordeau_a/a2-16.txt", 2, 294.25),
        ("darp_cordeau_r/pr01", 3, 190.02),
        ("pdptw_li_lim/100/lr101.txt", 19, 1650.80),
    ],
)
def test_the_best_known_is_found(shared_data: Path, name: str, vehicles: int, best: float) -> None:
    instance = read_instance(shared_data / "dispatch" / name)
    found = solve(
        instance.problem,
        1,
        1,
        weights=DRIVING_ONLY,
        fewest_vehicles="li_lim" in name,
        rounds=30_000,
    )
    problem, plan = instance.problem, found.plan
    assert check_plan(problem, plan, [request.id for request in problem.requests]) == []
    assert is_feasible(problem, plan)
    assert len(plan.routes) == vehicles
    assert best * 0.9999 <= cost(problem, plan) / 100 / instance.scale <= best * 1.001
