"""The best insertion against every position tried one by one, and the truth of refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.fleet import Fleet
from dispatch.insertion import Insertion, Refusal, best_insertion
from dispatch.objective import Weights
from dispatch.plan import Plan, Route, Stop, bare_plan, stops_of
from dispatch.problem import Load, Problem, Request, Vehicle
from dispatch.schedule import Infeasible, Timed, schedule
from tests.dispatch.worlds import problems, requests, tight_route
from tests.oracles.ortools_auditor import is_feasible
from tests.oracles.plan_checker import brute_force_insertions, check_plan, check_route

FAR_S = 10**6
KINDS = st.fixed_dictionaries({"with_halts": st.booleans(), "by_time": st.booleans()})
PLACES = {
    "no_capacity": "seats",
    "no_wheelchair_place": "wheelchairs",
    "no_child_seat": "child_seats",
}


def filled_plan(problem: Problem) -> Plan:
    """Insert every request of the problem that fits, one after the other."""
    plan = bare_plan(problem)
    for request in problem.requests:
        if request.id not in plan.request_ids:
            answer = best_insertion(problem, plan, request)
            if isinstance(answer, Insertion):
                plan = plan.with_route(answer.route)
    return plan


def brute_force(problem: Problem, plan: Plan, request: Request, weights: Weights) -> list:
    pickup, dropoff = stops_of(request)

    def make(vehicle_id: str, stops: tuple[Stop, ...], i: int | None, j: int | None) -> Route:
        if i is None:
            return Route(vehicle_id, stops)
        return Route(vehicle_id, (*stops[:i], pickup, *stops[i:j], dropoff, *stops[j:]))

    return brute_force_insertions(problem.with_requests(request), plan, request, make, weights)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_best_position_equals_brute_force(data: st.DataObject) -> None:
    problem = data.draw(problems(**data.draw(KINDS)))
    plan = filled_plan(problem)
    if plan.routes:
        first = plan.routes[0]
        frozen = data.draw(st.integers(0, len(first.stops)))
        plan = plan.with_route(replace(first, frozen=frozen))
    weights = Weights(data.draw(st.integers(0, 50)), data.draw(st.integers(0, 50)))
    request = data.draw(requests("new"))
    best = brute_force(problem, plan, request, weights)
    answer = best_insertion(problem, plan, request, weights)
    if not best:
        assert isinstance(answer, Refusal)
        return
    assert isinstance(answer, Insertion)
    added, vehicle_id, i, j = best[0]
    assert (answer.vehicle_id, answer.cost_s) == (vehicle_id, added // 100)
    assert [s.request_id for s in answer.route.stops].index("new") == i
    assert answer.route.stops[j + 1] == stops_of(request)[1]
    timed = schedule(problem.with_requests(request), answer.route)
    assert isinstance(timed, Timed)
    assert (answer.pickup_s, answer.dropoff_s) == (timed.pickup_s("new"), timed.dropoff_s("new"))


def test_best_position_equals_brute_force_on_tight_routes() -> None:
    rng = np.random.default_rng(5)
    weights = Weights(20, 10)
    accepted = 0
    for _ in range(250):
        problem, route = tight_route(rng, 5)
        if isinstance(schedule(problem, route), Infeasible):
            continue
        # Take one rider out of a full route, and look for its place again.
        request = problem.requests[int(rng.integers(5))]
        stops = tuple(stop for stop in route.stops if stop.request_id != request.id)
        plan = Plan((Route("v0", stops),))
        best = brute_force(problem, plan, request, weights)
        answer = best_insertion(problem, plan, request, weights)
        assert isinstance(answer, Insertion) == bool(best)
        if isinstance(answer, Insertion):
            accepted += 1
            assert answer.cost_s == best[0][0] // 100
    assert accepted >= 60


@settings(max_examples=200, deadline=None)
@given(problems(most_requests=6))
def test_accepted_promises_survive_every_later_insertion(problem: Problem) -> None:
    plan = bare_plan(problem)
    if check_plan(problem, plan) or not is_feasible(problem, plan):
        return  # riders on board are late already, or an empty vehicle cannot come home in time
    for request in problem.requests:
        if request.id in plan.request_ids:
            continue
        before = plan.request_ids
        answer = best_insertion(problem, plan, request)
        if isinstance(answer, Insertion):
            plan = plan.with_route(answer.route)
            assert check_plan(problem, plan, before | {request.id}) == []
            assert is_feasible(problem, plan)


def relaxed(problem: Problem, request: Request, code: str, by_s: int) -> tuple[Problem, Request]:
    """Relax exactly what a refusal names."""
    vehicles = problem.vehicles
    if code == "window_too_tight":
        request = replace(
            request,
            latest_pickup_s=request.latest_pickup_s + by_s,
            latest_dropoff_s=request.latest_dropoff_s + by_s,
        )
    elif code == "max_ride_exceeded":
        request = replace(request, max_ride_s=request.max_ride_s + by_s)
    elif code in PLACES:

        def more(load: Load) -> Load:
            return replace(load, **{PLACES[code]: 99})

        vehicles = tuple(
            replace(
                v,
                capacity=more(v.capacity),
                alternative_capacities=tuple(map(more, v.alternative_capacities)),
            )
            for v in vehicles
        )
    elif code == "no_vehicle_in_shift":
        vehicles = tuple(
            replace(v, end_s=FAR_S, start_s=-FAR_S, longest_s=None)
            if v.start_s > request.latest_pickup_s and not v.onboard
            else replace(v, end_s=FAR_S, longest_s=None)
            for v in vehicles
        )
    elif code == "out_of_range":
        vehicles = tuple(replace(v, range_s=None) for v in vehicles)
    return replace(problem, vehicles=vehicles), request


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_refusals_are_true(data: st.DataObject) -> None:
    problem = data.draw(problems(**data.draw(KINDS)))
    plan = filled_plan(problem)
    request = data.draw(requests("new"))
    answer = best_insertion(problem, plan, request)
    if isinstance(answer, Insertion) or "also" in answer.params or answer.params == {"vehicles": 0}:
        return
    if answer.code == "unreachable":
        # Even with time without end, places for everyone and any ride nobody can bring the rider.
        for code in ("window_too_tight", "max_ride_exceeded", *PLACES):
            problem, request = relaxed(problem, request, code, FAR_S)
        for code in ("no_vehicle_in_shift", "out_of_range"):
            problem, request = relaxed(problem, request, code, 0)
        assert not brute_force(problem, plan, request, Weights())
        return
    if answer.code == "plan_infeasible":
        eligible = [v for v in problem.vehicles if request.allows(v.id)]
        assert all(check_route(problem, plan.route(v.id)).problem for v in eligible)
        return
    by_s = int(answer.params.get("by_s", 0))
    assert brute_force(*_with_plan(relaxed(problem, request, answer.code, by_s), plan))
    if by_s:
        assert not brute_force(*_with_plan(relaxed(problem, request, answer.code, by_s - 1), plan))


def _with_plan(pair: tuple[Problem, Request], plan: Plan) -> tuple[Problem, Plan, Request, Weights]:
    return pair[0], plan, pair[1], Weights()


def moved(request: Request, by_s: int) -> Request:
    return replace(
        request,
        earliest_pickup_s=request.earliest_pickup_s + by_s,
        latest_pickup_s=request.latest_pickup_s + by_s,
        latest_dropoff_s=request.latest_dropoff_s + by_s,
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_next_pickup_is_accepted_and_is_the_nearest(data: st.DataObject) -> None:
    problem = data.draw(problems(**data.draw(KINDS)))
    plan = filled_plan(problem)
    request = replace(data.draw(requests("new")), earliest_dropoff_s=None)
    answer = best_insertion(problem, plan, request)
    if isinstance(answer, Insertion):
        return
    latest_s = max(v.end_s for v in problem.vehicles)
    steps = range(1, max(2, latest_s - request.earliest_pickup_s + 1), 7)
    if answer.next_pickup_s is None:
        for by_s in steps:
            assert isinstance(best_insertion(problem, plan, moved(request, by_s)), Refusal)
        return
    by_s = answer.next_pickup_s - request.earliest_pickup_s
    assert by_s > 0
    again = best_insertion(problem, plan, moved(request, by_s))
    assert isinstance(again, Insertion)
    assert again.pickup_s >= answer.next_pickup_s
    for less_s in range(1, by_s, 7):
        other = best_insertion(problem, plan, moved(request, less_s))
        assert isinstance(other, Refusal) or other.pickup_s >= answer.next_pickup_s


def test_of_many_vehicles_the_best_is_the_best_of_each_alone() -> None:
    """What is pruned between vehicles cannot win: ties go to the one named first."""
    rng = np.random.default_rng(11)
    accepted = refused = 0
    for number in range(60):
        travel_s = rng.integers(5, 60, size=(8, 8)).astype(np.int32)
        np.fill_diagonal(travel_s, 0)
        if number % 2:
            for via in range(8):
                travel_s = np.minimum(travel_s, travel_s[:, via, None] + travel_s[via])
        vans = tuple(
            Vehicle(f"van{i}", Load(2 + i % 2), int(rng.integers(8)), None if i % 3 else 0, 0, 900)
            for i in range(9)
        )
        asked = [any_wish(rng, f"r{n}") for n in range(36)]
        weights = Weights(0, 0) if number % 3 else Weights(100, 100)  # whole seconds
        problem = Problem(vans, tuple(asked), travel_s)
        fleet = Fleet(problem, Plan(), weights)
        for request in asked[:-1]:
            place = fleet.find(request)
            if place is not None:
                fleet.accept(place, request)
        last = asked[-1]
        if number % 2:
            last = replace(last, latest_pickup_s=last.earliest_pickup_s, max_ride_s=20)
        alone = [fleet.find(replace(last, vehicle_ids=frozenset({van.id}))) for van in vans]
        best = fleet.find(last)
        assert (best is None) == all(place is None for place in alone)
        accepted, refused = accepted + (best is not None), refused + (best is None)
        if best is not None:
            assert best == min(filter(None, alone), key=lambda place: place.cost_s)
        if number % 6 == 0 and best is not None:
            tried = brute_force(fleet.problem(), fleet.plan(), last, weights)
            assert (tried[0][0] // 100, tried[0][1]) == (best.cost_s, best.vehicle_id)
    assert min(accepted, refused) >= 4


def any_wish(rng: np.random.Generator, name: str) -> Request:
    """Draw a request between two of eight places within a quarter of an hour."""
    origin, to = rng.choice(8, size=2, replace=False).tolist()
    earliest_s = int(rng.integers(0, 500))
    latest_s = earliest_s + int(rng.integers(0, 150))
    due_s = latest_s + int(rng.integers(40, 200))
    longest_s = int(rng.integers(40, 150))
    return Request(name, origin, to, earliest_s, latest_s, due_s, longest_s, Load(1), 5)
