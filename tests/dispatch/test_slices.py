"""Driving times by the time of day: the compiled schedule against brute force and the slow twin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.errors import InvalidProblemError
from dispatch.fleet import Fleet
from dispatch.improvement import ortools_routing, ruin_recreate
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import Weights
from dispatch.plan import Plan, Route, bare_plan, stops_of
from dispatch.problem import UNREACHABLE, Load, Problem, Request, Vehicle
from dispatch.schedule import Infeasible, Timed, plan_cost, schedule
from dispatch.slices import Slices
from tests.dispatch.worlds import problems, routes, slices
from tests.oracles.plan_checker import check_plan, check_route, drive_by_time

A, B, C = range(3)
QUIET = np.array([[0, 100, 200], [100, 0, 100], [200, 100, 0]], dtype=np.int32)
# From 300 to 900 every way takes three times as long.
DAY = Slices((0, 300, 900), np.stack([QUIET, 3 * QUIET, QUIET]))
VAN = Vehicle("van", Load(2), A, A, 0, 3600)
X = Request("x", B, C, 0, 2000, 3000, 2000, Load(1))


def timed(vehicle: Vehicle, request: Request) -> Timed | Infeasible:
    problem = Problem((vehicle,), (request,), DAY.least_s, DAY)
    route = Route(vehicle.id, stops_of(request))
    result = schedule(problem, route)
    assert (check_route(problem, route).begin_s is not None) == isinstance(result, Timed)
    return result


def test_a_drive_takes_the_time_of_the_slice_in_which_it_begins() -> None:
    result = timed(VAN, replace(X, earliest_pickup_s=350))
    assert isinstance(result, Timed)
    # To B by day, 100 s; on to C at 350 in the slow slice, 300 s; home at 650, 600 s, but who
    # leaves at 900 is home at 1100.
    assert (result.arrival_s, result.begin_s, result.end_s) == ((100, 650), (350, 650), 1100)
    # Driving is counted as if the roads were empty.
    assert result.driving_s == 400


def test_a_ride_waits_for_the_roads_to_be_empty() -> None:
    result = timed(VAN, replace(X, earliest_pickup_s=350, max_ride_s=150))
    assert isinstance(result, Timed)
    # From 850 on the ride ends at 1000, when who leaves at 900 arrives.
    assert result.begin_s == (850, 1000)
    never = timed(VAN, replace(X, earliest_pickup_s=350, latest_pickup_s=849, max_ride_s=150))
    assert isinstance(never, Infeasible)
    assert never.code == "max_ride_exceeded"


def test_a_tour_that_would_last_too_long_begins_later() -> None:
    tour = replace(VAN, longest_s=500)
    result = timed(tour, replace(X, earliest_pickup_s=350))
    assert isinstance(result, Timed)
    assert result.end_s - 500 >= 700
    assert timed(replace(tour, longest_s=399), X).code == "tour_too_long"


def test_a_way_that_opens_later() -> None:
    closed = QUIET.copy()
    closed[A, B] = UNREACHABLE
    times = Slices((0, 600), np.stack([closed, QUIET]))
    problem = Problem((VAN,), (X,), times.least_s, times)
    result = schedule(problem, Route("van", stops_of(X)))
    assert isinstance(result, Timed)
    assert result.begin_s == (700, 800)
    times = Slices((0, 600), np.stack([QUIET, closed]))
    problem = Problem((replace(VAN, start_s=600),), (X,), times.least_s, times)
    assert schedule(problem, Route("van", stops_of(X))).code == "unreachable"


@settings(max_examples=300, deadline=None)
@given(slices(), st.integers(0, 5), st.integers(0, 5), st.integers(-100, 600))
def test_nobody_arrives_sooner_by_leaving_later(times: Slices, a: int, b: int, at_s: int) -> None:
    before = drive_by_time(times, a, b, at_s)
    after = drive_by_time(times, a, b, at_s + 1)
    if before is None:
        assert after is None
    else:
        assert after is None or after >= before
        assert times.arrival_s(a, b, at_s) == before


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_kernel_and_oracle_agree_on_feasibility_instants_and_cost(data: st.DataObject) -> None:
    problem = data.draw(problems(by_time=True, with_halts=data.draw(st.booleans())))
    route = data.draw(routes(problem))
    weights = Weights(data.draw(st.integers(0, 50)), data.draw(st.integers(0, 50)))
    verdict = check_route(problem, route, weights)
    result = schedule(problem, route, weights)
    if verdict.begin_s is None:
        assert isinstance(result, Infeasible), verdict.problem
    else:
        assert isinstance(result, Timed)
        assert list(result.begin_s) == verdict.begin_s
        assert result.cost_centi_s == verdict.cost_centi_s


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_least_schedule_is_the_least_of_all(data: st.DataObject) -> None:
    """Every pair of seconds for one ride, tried one by one."""
    times = data.draw(slices())
    drawn = data.draw(st.integers(0, 40)), data.draw(st.integers(0, 60))
    ride = Request("x", 0, 1, drawn[0], drawn[0] + 30, drawn[0] + drawn[1], drawn[1], Load(1), 3)
    van = Vehicle("van", Load(1), 2, None, 0, 200, longest_s=data.draw(st.integers(20, 80)))
    if ride.latest_dropoff_s < ride.earliest_pickup_s:
        return
    ups = range(drawn[0], drawn[0] + 31)
    reached = {t: drive_by_time(times, 0, 1, t + 3) for t in ups}
    fetched = [(t, drive_by_time(times, 2, 0, t)) for t in range(ups[-1] + 1)]
    feasible = []
    for up_s in ups:
        # The van leaves as late as it can and still boards at this second.
        left = [t for t, at_s in fetched if at_s is not None and at_s <= up_s]
        feasible += [
            (up_s, down_s)
            for down_s in range(198)
            if left
            and (reached[up_s] or 999) <= down_s <= ride.latest_dropoff_s
            and down_s - up_s - 3 <= ride.max_ride_s
            and down_s + 3 - left[-1] <= (van.longest_s or 0)
        ]
    problem = Problem((van,), (ride,), times.least_s, times)
    result = schedule(problem, Route("van", stops_of(ride)))
    if feasible:
        assert isinstance(result, Timed)
        assert result.begin_s == (min(up for up, _ in feasible), min(down for _, down in feasible))
    else:
        assert isinstance(result, Infeasible)


def filled(problem: Problem) -> Plan:
    plan = bare_plan(problem)
    for request in problem.requests:
        if request.id not in plan.request_ids:
            answer = best_insertion(problem, plan, request)
            if isinstance(answer, Insertion):
                plan = plan.with_route(answer.route)
    return plan


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(most_requests=5, with_halts=True, by_time=True), st.sampled_from(["ruin", "tools"]))
def test_plans_by_time_are_improved_or_left_alone(problem: Problem, by: str) -> None:
    plan = filled(problem)
    if by == "ruin":
        better = ruin_recreate.improve(problem, plan, 1, rounds=60)
    else:
        better = ortools_routing.improve(problem, plan, 0.5, 1, solution_limit=15)
    before = plan_cost(problem, plan)
    if better is not plan and before is not None:
        assert check_plan(problem, better, plan.request_ids) == []
        assert plan_cost(problem, better) < before


@pytest.mark.parametrize("seed", range(3))
def test_a_day_by_time_is_driven_as_planned(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 600, (12, 2))
    quiet = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int32)
    times = Slices((1500, 3000, 5000), np.stack([quiet, 2 * quiet, quiet]))
    vans = tuple(Vehicle(f"v{i}", Load(3), 0, 0 if i else None, 0, 20_000) for i in range(3))
    fleet = Fleet(Problem(vans, (), times.least_s, times), Plan())
    promised: dict[str, Request] = {}
    served = 0
    for number in range(60):
        now_s = number * 100
        for driven in fleet.advance(now_s):
            request = promised[driven.stop.request_id]
            due_s = request.latest_pickup_s
            if driven.stop == stops_of(request)[1]:
                due_s = request.latest_dropoff_s
                served += 1
                del promised[request.id]
            assert driven.begin_s <= due_s
        origin, to = rng.choice(12, 2, replace=False).tolist()
        longest_s = int(quiet[origin, to]) * 2 + 300
        earliest_s = now_s + int(rng.integers(0, 1200))
        wish = Request(
            f"r{number}", origin, to, earliest_s, earliest_s + 600, earliest_s + 900 + longest_s,
            longest_s, Load(1), 30,
        )  # fmt: skip
        answer = fleet.insert(wish)
        if isinstance(answer, Insertion):
            fleet.accept(answer, wish)
            promised[wish.id] = wish
        assert check_plan(fleet.problem(), fleet.plan(), promised) == []
    assert served >= 15


@pytest.mark.parametrize(
    ("starts_s", "shape", "field"),
    [
        ((0,), (2, 3, 3), "travel_s"),
        ((), (0, 3, 3), "travel_s"),
        ((5, 5), (2, 3, 3), "starts_s"),
        ((0, 2**50), (2, 3, 3), "starts_s"),
        ((0,), (1, 2, 3), "travel_s"),
    ],
)
def test_slices_that_cannot_be_are_refused(
    starts_s: tuple[int, ...], shape: tuple[int, ...], field: str
) -> None:
    with pytest.raises(InvalidProblemError) as error:
        Slices(starts_s, np.zeros(shape, dtype=np.int32))
    assert error.value.params["field"] == field


def test_the_matrix_of_a_problem_is_the_least_of_its_slices() -> None:
    with pytest.raises(InvalidProblemError, match="least of the slices"):
        Problem((VAN,), (), 2 * QUIET, DAY)
