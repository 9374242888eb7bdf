"""The compiled schedule against the slow twin, on random routes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.objective import Weights
from dispatch.plan import HERE
from dispatch.problem import Problem
from dispatch.schedule import Infeasible, Timed, schedule
from tests.dispatch.worlds import problems, routes, tight_route
from tests.oracles.plan_checker import check_route


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_kernel_and_oracle_agree_on_feasibility_instants_and_cost(data: st.DataObject) -> None:
    problem = data.draw(problems(with_halts=data.draw(st.booleans())))
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


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_reported_instants_follow_one_another(data: st.DataObject) -> None:
    problem = data.draw(problems(with_halts=data.draw(st.booleans())))
    route = data.draw(routes(problem))
    result = schedule(problem, route)
    if isinstance(result, Infeasible):
        assert result.shortfall_s >= 0
        assert 0 <= result.stop_index <= len(route.stops)
        return
    left_s, at = problem.vehicles[0].start_s, problem.vehicles[0].start_node
    times = zip(route.stops, result.arrival_s, result.begin_s, result.departure_s, strict=True)
    for stop, arrival_s, begin_s, departure_s in times:
        node = at if stop.node == HERE else stop.node
        assert arrival_s == left_s + problem.travel_s[at, node]
        assert arrival_s <= begin_s <= departure_s
        left_s, at = departure_s, node
    assert result.end_s <= problem.vehicles[0].end_s


def test_kernel_and_oracle_agree_on_long_tight_routes() -> None:
    rng = np.random.default_rng(4)
    weights = Weights(20, 10)
    feasible = delayed = 0
    for _ in range(1500):
        problem, route = tight_route(rng, int(rng.integers(2, 8)))
        verdict = check_route(problem, route, weights)
        result = schedule(problem, route, weights)
        if verdict.begin_s is None:
            assert isinstance(result, Infeasible), verdict.problem
            continue
        assert isinstance(result, Timed)
        assert list(result.begin_s) == verdict.begin_s
        assert result.cost_centi_s == verdict.cost_centi_s
        feasible += 1
        free = tuple(replace(request, max_ride_s=10**6) for request in problem.requests)
        delayed += schedule(Problem(problem.vehicles, free, problem.travel_s), route) != result
    assert feasible >= 400
    assert delayed >= 200, "the test should see pickups delayed for the sake of rides"
