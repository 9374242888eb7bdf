"""Batches answered together: the best choice is found, promises hold, fairness binds."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import InvalidPlanError, InvalidProblemError
from dispatch.improvement.columns import Reach
from dispatch.improvement.partitioning import Bound, Missed, partition
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import DRIVING_ONLY, Weights
from dispatch.plan import PICKUP, Plan, Route, bare_plan, stops_of
from dispatch.problem import Load, Problem, Request, Vehicle
from dispatch.schedule import plan_cost
from tests.dispatch.worlds import problems, small_world
from tests.oracles.every_plan import best_plan, every_route
from tests.oracles.ortools_auditor import is_feasible
from tests.oracles.plan_checker import check_plan

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(4), A, A, 0, 7200)
EVERYTHING = Reach(together=4, groups=10_000, orders=10_000)


def ride(name: str, origin: int, to: int, **more: object) -> Request:
    fields: dict = {"max_ride_s": 3600, "load": Load(1)} | more
    return Request(name, origin, to, 0, 7200, 7200, **fields)


def optimum(problem: Problem, bound: Bound) -> tuple[int, int, int]:
    """Violation of a bound, refusals and cost of the best choice, all choices tried."""
    best = (10**9, 10**9, 10**9)
    one, two = (
        every_route(problem, vehicle, stops_of, Route, DRIVING_ONLY) for vehicle in problem.vehicles
    )
    for group, other in itertools.product(one, two):
        if group & other:
            continue
        refused = {r.id for r in problem.requests} - group - other
        for mine, theirs in itertools.product(one[group], two[other]):
            detours = detours_s(problem, *mine[1:]) | detours_s(problem, *theirs[1:])
            excess = sum(
                detour - (bound.mean_detour_s or 0)
                for name, detour in detours.items()
                if name in bound.request_ids
            )
            told = len(refused & bound.request_ids)
            violation = 3600 * max(0, told - (bound.most_refused or 0)) + max(0, excess)
            best = min(best, (violation, len(refused), mine[0] + theirs[0]))
    return best


def detours_s(problem: Problem, order: tuple, begin_s: list[int]) -> dict[str, int]:
    at = {(stop.request_id, stop.kind is PICKUP): b for stop, b in zip(order, begin_s, strict=True)}
    return {
        r.id: at[r.id, False]
        - at[r.id, True]
        - r.boarding_s
        - int(problem.travel_s[r.pickup_node, r.dropoff_node])
        for r in problem.requests
        if (r.id, True) in at
    }


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31))
def test_nothing_better_is_found_by_trying_everything(seed: int) -> None:
    problem = small_world(seed, 4)
    names = [request.id for request in problem.requests]
    answer = partition(problem, Plan(), names, weights=DRIVING_ONLY, reach=EVERYTHING)
    assert answer.is_proven
    assert check_plan(problem, answer.plan) == []
    assert is_feasible(problem, answer.plan)
    assert set(answer.refused) == set(names) - answer.plan.request_ids
    cost = plan_cost(problem, answer.plan, DRIVING_ONLY)
    assert (len(answer.refused), 0, cost) == best_plan(problem, stops_of, Route, DRIVING_ONLY)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 20))
def test_nothing_fairer_is_found_by_trying_everything(seed: int, mean_s: int) -> None:
    problem = small_world(seed, 3)
    names = [request.id for request in problem.requests]
    bound = Bound("aids", frozenset(names[:2]), most_refused=0, mean_detour_s=mean_s)
    answer = partition(
        problem, Plan(), names, bounds=[bound], weights=DRIVING_ONLY, reach=EVERYTHING
    )
    assert check_plan(problem, answer.plan) == []
    assert is_feasible(problem, answer.plan)
    violation, refused, cost = optimum(problem, bound)
    assert (len(answer.refused), plan_cost(problem, answer.plan, DRIVING_ONLY)) == (refused, cost)
    assert (violation == 0) == (answer.missed == ())


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_promises_hold_and_nothing_gets_worse(data: st.DataObject) -> None:
    problem = data.draw(problems(most_requests=5))
    weights = data.draw(st.sampled_from([DRIVING_ONLY, Weights()]))
    plan = bare_plan(problem)
    if plan_cost(problem, plan, weights) is None:
        return
    for request in problem.requests[: data.draw(st.integers(0, 5))]:
        if request.id not in plan.request_ids:
            answer = best_insertion(problem, plan, request, weights)
            if isinstance(answer, Insertion):
                plan = plan.with_route(answer.route)
    frozen = data.draw(st.integers(0, 2))
    plan = Plan(tuple(replace(r, frozen=min(frozen, len(r.stops))) for r in plan))
    promised = data.draw(st.sets(st.sampled_from(sorted(plan.request_ids)))) if plan.routes else ()
    waiting = [r.id for r in problem.requests if r.id not in promised]
    movable = data.draw(st.sets(st.sampled_from(sorted(promised)))) if promised else ()
    answer = partition(problem, plan, waiting, movable=movable, weights=weights)
    assert check_plan(problem, answer.plan, promised) == []
    assert is_feasible(problem, answer.plan)
    before = len(set(waiting) - plan.request_ids), plan_cost(problem, plan, weights)
    after = len(answer.refused), plan_cost(problem, answer.plan, weights)
    assert after <= before
    for route in plan:
        kept = answer.plan.route(route.vehicle_id)
        assert kept.stops[: route.frozen] == route.stops[: route.frozen]
        stay = (route.request_ids & set(promised)) - set(movable)
        assert stay <= kept.request_ids


# The van has time for one of them: A B A takes 200 s, A D A 600 s.
NEAR = ride("near", A, B)
FAR = ride("far", A, D)
ONE_TRIP = Problem((replace(VAN, end_s=600, capacity=Load(1)),), (NEAR, FAR), LINE)
OUTSKIRTS = Bound("outskirts", frozenset({"far"}), most_refused=0)


def test_without_bounds_the_cheap_rider_is_taken() -> None:
    answer = partition(ONE_TRIP, Plan(), ["near", "far"], weights=DRIVING_ONLY)
    assert answer.plan.request_ids == {"near"}
    assert (answer.refused, answer.missed) == (("far",), ())


def test_a_bound_on_refusals_binds() -> None:
    answer = partition(ONE_TRIP, Plan(), ["near", "far"], bounds=[OUTSKIRTS], weights=DRIVING_ONLY)
    assert answer.plan.request_ids == {"far"}
    assert (answer.refused, answer.missed) == (("near",), ())


def test_a_bound_on_refusals_does_not_break_a_promise() -> None:
    promised = Plan((Route("van", stops_of(NEAR)),))
    answer = partition(
        ONE_TRIP, promised, ["far"], movable=["near"], bounds=[OUTSKIRTS], weights=DRIVING_ONLY
    )
    assert answer.plan == promised
    assert answer.missed == (Missed("outskirts", "most_refused", 0, 1),)


def test_two_bounds_that_exclude_each_other_say_which_is_missed_and_by_how_much() -> None:
    centre = Bound("centre", frozenset({"near"}), most_refused=0)
    answer = partition(
        ONE_TRIP, Plan(), ["near", "far"], bounds=[OUTSKIRTS, centre], weights=DRIVING_ONLY
    )
    # One of the two has to be missed, by one rider; the cheaper choice is left.
    assert answer.missed == (Missed("outskirts", "most_refused", 0, 1),)
    assert answer.plan.request_ids == {"near"}


@pytest.mark.parametrize(
    ("mean_s", "cost", "order"),
    [
        (100, 60_000, "through halting halting through"),  # A B C D A, 50 s at B and at C
        (99, 60_000, "through halting through halting"),  # A B D C A, 50 s at B
        (49, 80_000, "through through halting halting"),  # A D B C A, the direct way
    ],
)
def test_a_bound_on_detours_binds(mean_s: int, cost: int, order: str) -> None:
    through = ride("through", A, D)
    halting = ride("halting", B, C, boarding_s=50)
    problem = Problem((VAN,), (through, halting), LINE)
    elderly = Bound("elderly", frozenset({"through"}), mean_detour_s=mean_s)
    # A second of a journey counts a little, so that among equals the shortest journeys are taken.
    little = Weights(0, 1)
    fair = partition(problem, Plan(), ["through", "halting"], bounds=[elderly], weights=little)
    assert (fair.refused, fair.missed) == ((), ())
    assert " ".join(stop.request_id for stop in fair.plan.route("van").stops) == order
    assert plan_cost(problem, fair.plan, DRIVING_ONLY) == cost


def test_a_mean_that_cannot_be_kept_is_told_rounded_up() -> None:
    # On the road already: frozen stops cannot be mended.
    through, halting = ride("through", A, D), ride("halting", B, C, boarding_s=50)
    (p, d), (q, e) = stops_of(through), stops_of(halting)
    plan = Plan((Route("van", (p, q, e, d), frozen=4),))
    problem = Problem((VAN,), (through, halting), LINE)
    everybody = Bound("everybody", frozenset({"through", "halting"}), mean_detour_s=10)
    answer = partition(problem, plan, [], bounds=[everybody])
    assert answer.missed == (Missed("everybody", "mean_detour_s", 10, math.ceil((100 + 0) / 2)),)
    assert answer.plan == plan


def test_promised_riders_change_vans_only_where_they_may() -> None:
    # x is promised by the taxi, which has one seat; the van takes both together.
    x, y = ride("x", B, C), ride("y", B, C)
    taxi = replace(VAN, id="taxi", start_node=D, end_node=D, capacity=Load(1))
    problem = Problem((taxi, VAN), (x, y), LINE)
    plan = Plan((Route("taxi", stops_of(x)),))
    stays = partition(problem, plan, ["y"], weights=DRIVING_ONLY)
    assert stays.plan.route("taxi").request_ids >= {"x"}
    moves = partition(problem, plan, ["y"], movable=["x"], weights=DRIVING_ONLY)
    assert moves.plan.route("van").request_ids == {"x", "y"}


def test_the_same_batch_gives_the_same_answer() -> None:
    requests = tuple(ride(f"r{i}", i % 3, 3 - i % 2) for i in range(7))
    problem = Problem((VAN, replace(VAN, id="bus")), requests, LINE)
    names = [request.id for request in requests]
    answers = {partition(problem, Plan(), names, seed=3).plan.routes for _ in range(2)}
    assert len(answers) == 1


def test_bad_input_says_what_to_do() -> None:
    with pytest.raises(InvalidProblemError, match="add it to requests"):
        partition(ONE_TRIP, Plan(), ["nobody"])
    with pytest.raises(InvalidPlanError, match="name it waiting"):
        partition(ONE_TRIP, Plan(), [], movable=["near"])
    with pytest.raises(InvalidProblemError, match="most_refused is -1"):
        Bound("group", frozenset(), most_refused=-1)
    with pytest.raises(InvalidProblemError, match="together is 0"):
        Reach(together=0)
    late = replace(ONE_TRIP.vehicles[0], end_s=100)
    plan = Plan((Route("van", stops_of(NEAR)),))
    with pytest.raises(InvalidPlanError, match="leave that vehicle out"):
        partition(Problem((late,), ONE_TRIP.requests, LINE), plan, ["far"])


def test_nobody_waits() -> None:
    answer = partition(ONE_TRIP, Plan(), [])
    assert (answer.plan, answer.refused, answer.is_proven) == (Plan(), (), True)
