"""Two independent programs agree on what a feasible plan is: the slow checker and OR-Tools."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.halts import Halt
from dispatch.plan import Plan, Route, halt_stop, stops_of
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle
from tests.dispatch.worlds import problems, routes, tight_route
from tests.oracles.ortools_auditor import is_feasible
from tests.oracles.plan_checker import check_plan

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(4), A, A, 0, 7200)
X = Request("x", B, D, 0, 7200, 7200, 3600, Load(1))
Y = Request("y", B, D, 0, 7200, 7200, 3600, Load(1))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_route_gets_the_same_answer_twice(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = Plan((data.draw(routes(problem)),))
    assert is_feasible(problem, plan) == (check_plan(problem, plan) == [])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 4))
def test_tight_routes_get_the_same_answer_twice(seed: int, riders: int) -> None:
    problem, route = tight_route(np.random.default_rng(seed), riders)
    plan = Plan((route,))
    assert is_feasible(problem, plan) == (check_plan(problem, plan) == [])


def opinions(problem: Problem, *routes: Route) -> bool:
    plan = Plan(routes)
    audited = is_feasible(problem, plan)
    assert audited == (check_plan(problem, plan) == [])
    return audited


(XP, XD), (YP, YD) = stops_of(X), stops_of(Y)
BOTH = (XP, YP, XD, YD)


@pytest.mark.parametrize(
    ("van", "x", "stops", "is_right"),
    [
        (VAN, X, BOTH, True),
        (replace(VAN, end_s=600), X, BOTH, True),  # A B D A
        (replace(VAN, end_s=599), X, BOTH, False),
        (VAN, replace(X, latest_pickup_s=99), BOTH, False),
        (VAN, replace(X, earliest_dropoff_s=7200), BOTH, False),  # and home by 7500
        (VAN, replace(X, max_ride_s=199), BOTH, False),
        (VAN, replace(X, vehicle_ids=frozenset({"bus"})), BOTH, False),
        (VAN, X, (XP, YP, YD), False),  # x never alights
        (VAN, X, (XD, XP), False),
        (VAN, X, (XP, XD, XP, XD), False),
        (replace(VAN, capacity=Load(1)), X, BOTH, False),
        (replace(VAN, capacity=Load(1)), X, (XP, XD, YP, YD), True),
        # A wheelchair takes the place of three seats.
        (
            replace(VAN, alternative_capacities=(Load(1, 1),)),
            replace(X, load=Load(0, 1)),
            BOTH,
            True,
        ),
        (
            replace(VAN, alternative_capacities=(Load(0, 1),)),
            replace(X, load=Load(0, 1)),
            BOTH,
            False,
        ),
        (replace(VAN, longest_s=600), X, BOTH, True),
        (replace(VAN, longest_s=599), X, BOTH, False),
        (replace(VAN, range_s=600), X, BOTH, True),
        (replace(VAN, range_s=599), X, BOTH, False),
    ],
)
def test_rules_one_by_one(van: Vehicle, x: Request, stops: tuple, is_right: bool) -> None:
    assert opinions(Problem((van,), (x, Y), LINE), Route("van", stops)) is is_right


@pytest.mark.parametrize(
    ("halt", "stops", "is_right"),
    [
        (Halt("rest", 0, 7200, 600), "halt x x", True),
        (Halt("rest", 0, 7200, 600), "x halt x", False),
        (Halt("rest", 0, 7200, 600, with_riders=True), "x halt x", True),
        (Halt("rest", 400, 500, 600), "x x halt", True),
        (Halt("rest", 0, 299, 600), "x x halt", False),
        (Halt("rest", 0, 7200, 600), "x x", False),
        (Halt("rest", 0, 7200, 7000), "x x halt", False),
    ],
)
def test_breaks(halt: Halt, stops: str, is_right: bool) -> None:
    visits = iter((XP, XD))
    route = [halt_stop(halt) if word == "halt" else next(visits) for word in stops.split()]
    problem = Problem((replace(VAN, halts=(halt,)),), (X,), LINE)
    assert opinions(problem, Route("van", tuple(route))) is is_right


def test_a_charge_on_the_way() -> None:
    charge = Halt("charge", 0, 7200, 600, node=D, charges=True)
    van = replace(VAN, range_s=300, halts=(charge,))
    route = Route("van", (XP, XD, halt_stop(charge)))
    assert opinions(Problem((van,), (X,), LINE), route)
    assert not opinions(Problem((replace(van, range_s=299),), (X,), LINE), route)
    assert opinions(Problem((replace(van, range_s=300, full_range_s=300),), (X,), LINE), route)
    short = replace(van, full_range_s=299)
    assert not opinions(Problem((short,), (X,), LINE), route)


def test_riders_on_board_stay_where_they_are() -> None:
    van, bus = replace(VAN, onboard=(Onboard("x", -100),)), replace(VAN, id="bus")
    problem = Problem((van, bus), (X, Y), LINE)
    assert opinions(problem, Route("van", (XD,)), Route("bus", (YP, YD)))
    assert not opinions(problem, Route("bus", (XD,)))
    assert not opinions(problem, Route("bus", (YP, YD)))
    slow = replace(X, max_ride_s=399)
    assert not opinions(Problem((van, bus), (slow, Y), LINE), Route("van", (XD,)))
    twice = (Route("van", (XD, YP, YD)), Route("bus", (YP, YD)))
    assert not opinions(problem, *twice)
