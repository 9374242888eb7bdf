"""Input that cannot be true is refused when made, and the error names field and id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from dispatch.errors import DispatchError, InvalidPlanError, InvalidProblemError
from dispatch.objective import Weights
from dispatch.plan import DROPOFF, PICKUP, Plan, Route, Stop, check_plan, stops_of
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle

GRID = np.array([[0, 60], [60, 0]], dtype=np.int32)
VAN = Vehicle("van", Load(2), 0, 0, 0, 3600)
RIDE = Request("ride", 0, 1, 0, 600, 900, 300, Load(1))


@pytest.mark.parametrize(
    ("make", "field", "item"),
    [
        (lambda: replace(RIDE, latest_pickup_s=-1), "latest_pickup_s", "ride"),
        (lambda: replace(RIDE, earliest_pickup_s=601), "latest_pickup_s", "ride"),
        (lambda: replace(RIDE, latest_dropoff_s=-1), "latest_dropoff_s", "ride"),
        (lambda: replace(RIDE, earliest_dropoff_s=901), "latest_dropoff_s", "ride"),
        (lambda: replace(RIDE, max_ride_s=-1), "max_ride_s", "ride"),
        (lambda: replace(RIDE, boarding_s=1.5), "boarding_s", "ride"),
        (lambda: replace(RIDE, load=Load(0)), "load", "ride"),
        (lambda: replace(RIDE, id=""), "id", ""),
        (lambda: Problem((VAN,), (replace(RIDE, dropoff_node=2),), GRID), "dropoff_node", "ride"),
        (lambda: Problem((VAN,), (RIDE, RIDE), GRID), "id", "ride"),
        (lambda: Problem((replace(VAN, end_node=7),), (), GRID), "end_node", "van"),
        (lambda: Problem((VAN, VAN), (), GRID), "id", "van"),
        (lambda: replace(VAN, end_s=2**50), "end_s", "van"),
        (lambda: replace(VAN, start_s=True), "start_s", "van"),
        (lambda: Problem((replace(VAN, onboard=(Onboard("x", 0),)),), (), GRID), "onboard", "van"),
        (
            lambda: Problem(
                (replace(VAN, onboard=(Onboard("ride", 0),)),), (replace(RIDE, load=Load(3)),), GRID
            ),
            "onboard",
            "van",
        ),
    ],
)
def test_errors_name_the_field_and_the_id(
    make: Callable[[], object], field: str, item: str
) -> None:
    with pytest.raises(InvalidProblemError) as caught:
        make()
    assert (caught.value.params["field"], caught.value.params["id"]) == (field, item)
    assert caught.value.code == "invalid_problem"


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.zeros((2, 3), dtype=np.int32), "square"),
        (np.zeros((0, 0), dtype=np.int32), "at least one node"),
        (np.zeros((2, 2)), "int32"),
        (np.array([[0, -1], [5, 0]], dtype=np.int32), r"travel_s\[0, 1\] is negative"),
        (np.array([[0, 1], [5, 3]], dtype=np.int32), r"travel_s\[1, 1\] is not zero"),
    ],
)
def test_errors_of_travel_times_say_where(matrix: np.ndarray, words: str) -> None:
    with pytest.raises(InvalidProblemError, match=words):
        Problem((), (), matrix)


def test_a_problem_does_not_change_when_the_callers_matrix_does() -> None:
    matrix = GRID.copy()
    problem = Problem((VAN,), (RIDE,), matrix)
    matrix[0, 1] = 5
    assert problem.travel_s[0, 1] == 60
    with pytest.raises(ValueError, match="read-only"):
        problem.travel_s[0, 1] = 5


def test_problems_grow_by_requests_and_renew_vehicles() -> None:
    problem = Problem((VAN,), (RIDE,), GRID)
    grown = problem.with_requests(replace(RIDE, id="other"))
    assert [r.id for r in grown.requests] == ["ride", "other"]
    assert grown.travel_s is problem.travel_s
    late = problem.with_vehicles(replace(VAN, start_s=99))
    assert (late.vehicle("van").start_s, problem.vehicle("van").start_s) == (99, 0)
    with pytest.raises(InvalidProblemError, match="request_unknown is not in this problem"):
        problem.request("request_unknown")


def test_weights_reward_no_lateness() -> None:
    with pytest.raises(InvalidProblemError, match="wait_percent"):
        Weights(wait_percent=-1)


UP, DOWN = stops_of(RIDE)


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ([Route("van", (DOWN, UP))], "without having boarded"),
        ([Route("van", (UP,))], "never alights"),
        ([Route("van", (UP, UP, DOWN))], "boards twice"),
        ([Route("van", (Stop("ride", PICKUP, 1), DOWN))], "has no pickup at node 1"),
        ([Route("van", (UP, Stop("ride", DROPOFF, 0)))], "has no dropoff at node 0"),
        ([Route("van", (UP, DOWN)), Route("bus", (UP, DOWN))], "also on the route of van"),
    ],
)
def test_plans_that_do_not_belong_to_the_problem(routes: list[Route], words: str) -> None:
    problem = Problem((VAN, replace(VAN, id="bus")), (RIDE,), GRID)
    with pytest.raises(InvalidPlanError, match=words):
        check_plan(problem, Plan(tuple(routes)))


def test_riders_on_board_must_alight_from_their_vehicle() -> None:
    full = replace(VAN, onboard=(Onboard("ride", 0),))
    problem = Problem((full, replace(VAN, id="bus")), (RIDE,), GRID)
    check_plan(problem, Plan((Route("van", (DOWN,)),)))
    for plan in (Plan(), Plan((Route("bus", (UP, DOWN)),))):
        with pytest.raises(InvalidPlanError, match="sits in this vehicle"):
            check_plan(problem, plan)


def test_routes_and_plans_check_themselves() -> None:
    with pytest.raises(DispatchError, match="frozen"):
        Route("van", (UP, DOWN), 3)
    with pytest.raises(DispatchError, match="two routes"):
        Plan((Route("van"), Route("van")))
    only = replace(RIDE, vehicle_ids=frozenset({"bus"}))
    with pytest.raises(InvalidPlanError, match="does not allow this vehicle"):
        check_plan(Problem((VAN,), (only,), GRID), Plan((Route("van", (UP, DOWN)),)))
