"""What a review finds on the line A ---100--- B ---100--- C ---100--- D, depot at A."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.findings import review
from dispatch.halts import Halt
from dispatch.insertion import Insertion, best_insertion
from dispatch.kernels.shortest import close_ways
from dispatch.plan import bare_plan
from dispatch.problem import UNREACHABLE, Load, Onboard, Problem, Request, Vehicle
from tests.dispatch.worlds import problems

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(2), A, A, 0, 1000)
X = Request("x", B, C, 0, 600, 900, 400, Load(1), 10)


def codes(problem: Problem) -> list[tuple[str, str | None, object]]:
    """Code, request and by_s of each finding."""
    return [(f.code, f.request_id, f.params.get("by_s")) for f in review(problem)]


def test_nothing_is_wrong() -> None:
    assert review(Problem((VAN,), (X,), LINE)) == ()
    assert review(Problem((), (), LINE)) == ()


@pytest.mark.parametrize(
    ("wish", "van", "code", "by_s"),
    [
        ({"max_ride_s": 99}, {}, "max_ride_exceeded", 1),
        ({"earliest_dropoff_s": 880, "latest_pickup_s": 400}, {}, "max_ride_exceeded", 70),
        ({"latest_dropoff_s": 109}, {}, "window_too_tight", 1),
        ({"vehicle_ids": frozenset({"bus"})}, {}, "no_vehicle", None),
        ({"load": Load(3)}, {}, "no_capacity", None),
        ({"load": Load(1, child_seats=1)}, {}, "no_capacity", None),
        ({"latest_pickup_s": 99}, {}, "too_far", 1),
        ({}, {"end_s": 419}, "shift_too_short", 1),
        ({}, {"longest_s": 400}, "shift_too_short", 20),
        ({"latest_dropoff_s": 205}, {}, "shift_too_short", 5),
        ({}, {"range_s": 390}, "out_of_range", 10),
    ],
)
def test_a_ride_nobody_can_make(
    wish: dict[str, object], van: dict[str, object], code: str, by_s: int | None
) -> None:
    problem = Problem((replace(VAN, **van),), (replace(X, **wish),), LINE)
    assert codes(problem) == [(code, "x", by_s)]
    answer = best_insertion(problem, bare_plan(problem), problem.requests[0])
    assert not isinstance(answer, Insertion)


def test_the_vehicle_that_comes_nearest_is_told() -> None:
    early = replace(VAN, id="early", end_s=400)
    later = replace(VAN, id="later", end_s=410)
    small = replace(VAN, id="small", capacity=Load(0))
    assert codes(Problem((small, early, later), (X,), LINE)) == [("shift_too_short", "x", 10)]
    assert codes(Problem((early, VAN), (X,), LINE)) == []


def test_a_charge_on_the_way_makes_any_range_enough() -> None:
    plug = Halt("plug", 0, 600, 100, node=B, charges=True)
    assert codes(Problem((replace(VAN, range_s=390, halts=(plug,)),), (X,), LINE)) == []


def test_holes_and_detours_of_the_driving_times() -> None:
    holes = LINE.copy()
    holes[B, C] = UNREACHABLE
    holes[A, D] = 500
    # Node D is not in use: its detour over C is not of interest, nor is the hole of a row beyond.
    (hole,) = review(Problem((VAN,), (replace(X, latest_dropoff_s=2000),), holes))[:1]
    assert (hole.code, hole.params["count"], hole.params["from_node"]) == ("holes", 1, B)
    far = replace(X, id="far", pickup_node=A, dropoff_node=D, latest_dropoff_s=2000)
    found = review(Problem((replace(VAN, end_s=5000),), (far, replace(X, id="y")), holes))
    assert [f.code for f in found] == ["holes", "triangle_violations"]
    assert dict(found[1].params) == {
        "count": 1,
        "worst_s": 200,
        "from_node": A,
        "to_node": D,
        "via_node": B,
    }


def test_no_way_at_all() -> None:
    island = LINE.copy()
    island[:C, C:] = UNREACHABLE
    problem = Problem((VAN,), (X,), island)
    assert codes(problem) == [("holes", None, None), ("unreachable", "x", None)]
    away = Problem((VAN,), (replace(X, pickup_node=C, dropoff_node=D),), island)
    assert codes(away)[1:] == [("no_way_to_pickup", "x", None)]
    aboard = replace(VAN, onboard=(Onboard("x", -10),))
    assert codes(Problem((aboard,), (X,), island))[1:] == [("unreachable", "x", None)]


def test_who_is_on_board_and_late() -> None:
    bus = replace(VAN, start_s=850, onboard=(Onboard("x", 700),))
    assert codes(Problem((bus,), (X,), LINE)) == [("late_on_board", "x", 150)]


def test_shortest_ways_are_those_of_every_path() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        least_s = rng.integers(0, 50, (5, 5))
        np.fill_diagonal(least_s, 0)
        paths = {
            (a, b): min(
                sum(int(least_s[x, y]) for x, y in pairwise((a, *over, b)))
                for n in range(4)
                for over in permutations(range(5), n)
            )
            for a in range(5)
            for b in range(5)
        }
        close_ways(least_s)
        assert {(a, b): int(least_s[a, b]) for a, b in paths} == paths


@settings(max_examples=150, deadline=None)
@given(problems(with_halts=True), st.integers(0, 3))
def test_whoever_is_found_hopeless_has_no_place(problem: Problem, number: int) -> None:
    plan = bare_plan(problem)
    request = problem.requests[number % len(problem.requests)]
    if request.id in plan.request_ids:
        return
    if any(finding.request_id == request.id for finding in review(problem)):
        assert not isinstance(best_insertion(problem, plan, request), Insertion)
