"""Random days on which vans are late and break down: what falls is named, nothing else is worse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.drafts import Bound
from dispatch.incidents import Breakdown, Repair, late_vehicles, repair
from dispatch.insertion import Insertion, best_insertion
from dispatch.plan import Plan
from dispatch.problem import Problem, Request, Vehicle
from tests.dispatch.test_promises_over_a_day import (
    CONVERTED,
    DAY_S,
    NODES,
    VAN,
    drive,
    promise,
    town,
    wish,
)
from tests.oracles.plan_checker import check_plan, check_route

VANS = 5


def bounds(request: Request) -> dict[Bound, int]:
    return {
        Bound.PICKUP: request.latest_pickup_s,
        Bound.ARRIVAL: request.latest_dropoff_s,
        Bound.RIDE: request.max_ride_s,
    }


def check(before: Problem, plan: Plan, gone: str | None, late: set[str], answer: Repair) -> None:
    """Compare every promise before and after; what fell must be named, and must be true."""
    unserved = {one.request_id for one in answer.unserved}
    assert check_plan(answer.problem, answer.plan, plan.request_ids - unserved) == []
    assert answer.plan.request_ids == plan.request_ids - unserved
    concerned = {r for v in (*late, gone) if v for r in plan.route(v).request_ids}
    stranded = {r.request_id for r in before.vehicle(gone).onboard} if gone else set()
    fallen = {(one.request_id, one.bound): one for one in answer.fallen}
    assert len(fallen) == len(answer.fallen)
    for request in before.requests:
        now = answer.problem.request(request.id)
        if request.id not in concerned:
            assert now == request
        if request.id in stranded or request.id in unserved:
            continue
        for bound, old_s in bounds(request).items():
            named = fallen.pop((request.id, bound), None)
            assert bounds(now)[bound] == (old_s if named is None else named.new_s)
            assert named is None or named.new_s > named.old_s == old_s
    for (request_id, bound), named in fallen.items():
        assert request_id in stranded
        assert bound in {Bound.ARRIVAL, Bound.RIDE}
        assert named.old_s == bounds(before.request(request_id))[bound]
    for request_id in stranded - unserved:
        assert gone is not None
        _check_stranded(before, gone, request_id, answer)


def _check_stranded(before: Problem, gone: str, request_id: str, answer: Repair) -> None:
    """Where he alights by the oracle, against what was promised and what is said to fall."""
    (begun_s,) = [r.departed_s for r in before.vehicle(gone).onboard if r.request_id == request_id]
    promised = before.request(request_id)
    route = next(r for r in answer.plan if request_id in r.request_ids)
    begin_s = check_route(answer.problem, route).begin_s
    assert begin_s is not None
    (at_s,) = [
        begin
        for stop, begin in zip(route.stops, begin_s, strict=True)
        if stop.request_id == request_id and str(stop.kind) == "dropoff"
    ]
    named = {one.bound: one.new_s for one in answer.fallen if one.request_id == request_id}
    assert at_s <= named.get(Bound.ARRIVAL, promised.latest_dropoff_s)
    assert at_s - begun_s <= named.get(Bound.RIDE, promised.max_ride_s)
    assert (Bound.ARRIVAL in named) == (at_s > promised.latest_dropoff_s)
    assert (Bound.RIDE in named) == (at_s - begun_s > promised.max_ride_s)


@pytest.mark.parametrize("seed", range(8))
def test_what_falls_is_named_and_nothing_else_is_worse(seed: int) -> None:
    rng = np.random.default_rng(seed)
    travel_s = town(rng)
    fleet = tuple(
        Vehicle(f"van{i}", VAN, 0, 0, 0, DAY_S, alternative_capacities=(CONVERTED,))
        for i in range(VANS)
    )
    problem, plan = Problem(fleet, (), travel_s), Plan()
    done: dict[str, dict[str, int]] = {}
    incidents = 0
    for number in range(40):
        now_s = number * 200
        problem, plan = drive(problem, plan, now_s, done)
        request = wish(rng, number, now_s, travel_s)
        answer = best_insertion(problem, plan, request)
        if isinstance(answer, Insertion):
            problem = problem.with_requests(promise(request, answer))
            plan = plan.with_route(answer.route)
        if number % 5 != 4:
            continue
        gone = None
        if number % 15 == 14 and len(problem.vehicles) > 2:
            gone = problem.vehicles[int(rng.integers(len(problem.vehicles)))].id
            node = int(rng.integers(NODES))
            breakdowns = [Breakdown(gone, node, now_s + 60)]
        else:
            breakdowns = []
            van = problem.vehicles[int(rng.integers(len(problem.vehicles)))]
            delay_s = int(rng.integers(60, 900))
            problem = problem.with_vehicles(replace(van, start_s=van.start_s + delay_s))
        late = set(late_vehicles(problem, plan)) - {gone}
        concerned = {r for v in (*late, gone) if v for r in plan.route(v).request_ids}
        result = repair(problem, plan, breakdowns, seed=number)
        assert repair(problem, plan, breakdowns, seed=number).fallen == result.fallen
        check(problem, plan, gone, late, result)
        assert late_vehicles(result.problem, result.plan) == ()
        incidents += bool(concerned)
        problem, plan = result.problem, result.plan
    assert incidents >= 2
