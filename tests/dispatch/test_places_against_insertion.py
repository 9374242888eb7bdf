"""The cheapest place that the search sees is the one that the exact insertion finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.improvement.fleet_arrays import arrange, empty_tours
from dispatch.insertion import Insertion, best_insertion
from dispatch.kernels import cheapest, state
from dispatch.kernels import tours as t
from dispatch.objective import Weights
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle
from dispatch.schedule import Timed, schedule


def world(seed: int, longest_s: int | None) -> Problem:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 60, (21, 2))
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int32)
    asked = []
    for n in range(10):
        first = int(rng.integers(0, 300))
        request = Request(
            f"r{n}", 2 * n + 1, 2 * n + 2, first, first + 80, first + 260, 90, Load(1), 3
        )
        if rng.random() < 0.5:  # the window is at the dropoff
            request = replace(request, latest_pickup_s=600, earliest_dropoff_s=first + 180)
            request = replace(request, earliest_pickup_s=0)
        asked.append(request)
    vans = tuple(Vehicle(f"v{v}", Load(3), 0, 0, 0, 700, longest_s=longest_s) for v in range(2))
    return Problem(vans, tuple(asked), travel_s)


def place_seen(problem: Problem, plan: Plan, request: Request, weights: Weights) -> int | None:
    """What the kernel says the request costs more, in hundredths; None for no place."""
    ids = [one.id for one in problem.requests]
    fleet = arrange(problem, plan, ids, weights, is_metric=True)
    tours, most = empty_tours(fleet), len(fleet.stops) + 2
    room = (
        np.zeros(most, np.int64),
        np.zeros(len(fleet.stops), np.int64),
        np.zeros(most, np.int64),
        np.zeros(most, np.int32),
        np.zeros(2, np.int64),
    )
    for v, vehicle in enumerate(problem.vehicles):
        stops = plan.route(vehicle.id).stops
        for i, stop in enumerate(stops):
            tours[0][v, i] = fleet.numbers[stop.request_id, stop.kind]
        tours[1][v] = len(stops)
        assert t.refresh(fleet.asked, tours, v, room)
    known = np.zeros((len(ids), len(problem.vehicles), state.KNOWN_COLUMNS), np.int64)
    vans, dice = len(problem.vehicles), np.ones(1, np.uint64)
    scratch = (
        np.zeros(vans + 1, np.int64),
        np.zeros(vans, np.uint8),
        np.zeros(len(ids) + 1, np.int64),
        np.zeros(len(ids) + 1, np.float64),
        np.zeros(state.PLACE_COLUMNS, np.int64),
        np.array([vans, *range(vans), *range(vans)], np.int64),
    )
    place = scratch[4]
    r = ids.index(request.id)
    costs = set()
    for compares in (True, False, False):  # afresh, then from what is known
        cheapest.cheapest_place(
            fleet.asked, tours, r, False, compares, 0.0, dice, scratch, room, known
        )
        found = place[state.VEHICLE] != t.NONE
        costs.add(int(place[state.COSTS_MORE]) if found else None)
    assert len(costs) == 1
    return costs.pop()


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**31),
    st.sampled_from([None, 350]),
    st.sampled_from([Weights(0, 0), Weights(), Weights(70, 30)]),
)
def test_the_cheapest_place_is_the_exact_one(
    seed: int, longest_s: int | None, weights: Weights
) -> None:
    problem, plan = world(seed, longest_s), Plan()
    for request in problem.requests:
        seen = place_seen(problem, plan, request, weights)
        answer = best_insertion(problem, plan, request, weights)
        if not isinstance(answer, Insertion):
            assert seen is None
            continue
        before = schedule(problem, plan.route(answer.vehicle_id), weights)
        after = schedule(problem, answer.route, weights)
        assert isinstance(before, Timed)
        assert isinstance(after, Timed)
        assert seen == after.cost_centi_s - before.cost_centi_s
        plan = plan.with_route(answer.route)
