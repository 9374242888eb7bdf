"""A whole random day: riders ask, vehicles drive, plans are improved; no promise is ever broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.horizon import merge, replan
from dispatch.insertion import Insertion, best_insertion
from dispatch.plan import PICKUP, Plan, Route
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle
from dispatch.schedule import Timed, schedule
from tests.oracles.plan_checker import check_plan

NODES, DAY_S = 25, 4 * 3600
VAN = Load(4)
CONVERTED = Load(2, 1)


def town(rng: np.random.Generator) -> np.ndarray:
    """Draw a town of five kilometres with straight roads, some nodes at one place."""
    xy = rng.integers(0, 6, size=(NODES, 2)) * 1000
    metres = np.abs(xy[:, None, :] - xy[None, :, :]).sum(axis=2)
    return (metres // 8).astype(np.int32)


def wish(rng: np.random.Generator, number: int, now_s: int, travel_s: np.ndarray) -> Request:
    origin, to = rng.integers(0, NODES, size=2).tolist()
    direct_s = int(travel_s[origin, to])
    earliest_s = now_s + int(rng.integers(0, 2400))
    longest_s = direct_s * 3 // 2 + 300
    load = [Load(1), Load(2), Load(1, 1), Load(0, 1)][int(rng.choice(4, p=[0.6, 0.2, 0.1, 0.1]))]
    return Request(
        f"r{number}",
        origin,
        to,
        earliest_s,
        earliest_s + 900,
        earliest_s + 900 + 60 + longest_s,
        longest_s,
        load,
        boarding_s=60,
    )


def promise(request: Request, answer: Insertion) -> Request:
    """Fix what the rider was told: ten minutes to be picked up in, and the latest arrival."""
    latest_s = min(request.latest_pickup_s, answer.pickup_s + 300)
    due_s = min(request.latest_dropoff_s, answer.dropoff_s + 600)
    return replace(request, latest_pickup_s=latest_s, latest_dropoff_s=due_s)


def drive(
    problem: Problem, plan: Plan, now_s: int, done: dict[str, dict[str, int]]
) -> tuple[Problem, Plan]:
    """Let every vehicle follow its schedule until now; the next stop of a moving one is frozen."""
    for vehicle in problem.vehicles:
        timed = schedule(problem, plan.route(vehicle.id))
        assert isinstance(timed, Timed), timed
        state, stops = vehicle, list(timed.route.stops)
        for stop, begin_s, left_s in zip(stops, timed.begin_s, timed.departure_s, strict=True):
            if left_s > now_s:
                break
            done.setdefault(stop.request_id, {})[stop.kind] = begin_s
            aboard = tuple(r for r in state.onboard if r.request_id != stop.request_id)
            if stop.kind is PICKUP:
                aboard += (Onboard(stop.request_id, left_s),)
            state = replace(state, start_node=stop.node, start_s=left_s, onboard=aboard)
        rest = tuple(stops[len(stops) - _left(timed, now_s) :])
        if not rest:
            # An idle van leaves now, not at the end of its last stop.
            state = replace(state, start_s=max(state.start_s, now_s))
        problem = problem.with_vehicles(state)
        plan = plan.with_route(Route(vehicle.id, rest, min(1, len(rest))))
    return problem, plan


def _left(timed: Timed, now_s: int) -> int:
    return sum(left_s > now_s for left_s in timed.departure_s)


@pytest.mark.parametrize("seed", range(6))
def test_no_promise_is_broken_by_insertion_improvement_and_merging(seed: int) -> None:
    rng = np.random.default_rng(seed)
    travel_s = town(rng)
    fleet = tuple(
        Vehicle(f"van{i}", VAN, 0, 0, 0, DAY_S, alternative_capacities=(CONVERTED,))
        for i in range(3)
    )
    problem, plan = Problem(fleet, (), travel_s), Plan()
    done: dict[str, dict[str, int]] = {}
    improved = 0
    for number in range(40):
        now_s = number * 240
        problem, plan = drive(problem, plan, now_s, done)
        before = plan
        request = wish(rng, number, now_s, travel_s)
        answer = best_insertion(problem, plan, request)
        if isinstance(answer, Insertion):
            problem = problem.with_requests(promise(request, answer))
            plan = plan.with_route(answer.route)
        open_ids = set(plan.request_ids)
        assert check_plan(problem, plan, open_ids) == []
        # One in two improvements began before the new request came, as with a slow worker.
        snapshot = before if number % 2 else plan
        after = replan(problem, snapshot, 0.3, number, rounds=25)
        merged = merge(problem, snapshot, after, plan)
        improved += merged is not plan
        assert check_plan(problem, merged, open_ids) == []
        plan = merged
    problem, plan = drive(problem, plan, 10 * DAY_S, done)
    assert not plan.request_ids
    assert improved >= 2, "the test should see improvements"
    assert len(problem.requests) >= 20
    for request in problem.requests:
        pickup_s, dropoff_s = done[request.id]["pickup"], done[request.id]["dropoff"]
        assert request.earliest_pickup_s <= pickup_s <= request.latest_pickup_s
        assert dropoff_s <= request.latest_dropoff_s
        assert dropoff_s - pickup_s - request.boarding_s <= request.max_ride_s
