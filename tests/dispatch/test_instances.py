"""Cordeau's dial-a-ride files: read, filled by insertion, improved by OR-Tools, checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.errors import InvalidInstanceError
from dispatch.improvement.ortools_routing import improve
from dispatch.insertion import Insertion, best_insertion
from dispatch.instances import read_cordeau
from dispatch.objective import DRIVING_ONLY
from dispatch.plan import Plan
from dispatch.problem import Load
from dispatch.schedule import schedule_plan
from tests.oracles.plan_checker import check_plan

SMALL = """1 1 480 3 30
0 0.0 0.0 0 0 0 480
1 3.0 4.0 3 1 0 1440
2 3.0 0.0 3 -1 100 115
3 0.0 0.0 0 0 0 480
"""


def test_a_file_becomes_integers(tmp_path: Path) -> None:
    path = tmp_path / "small.txt"
    path.write_text(SMALL)
    problem = read_cordeau(path).problem
    (request,) = problem.requests
    assert problem.travel_s[0].tolist() == [0, 5000, 3000, 0]
    assert (request.earliest_pickup_s, request.latest_pickup_s) == (0, 480_000)
    assert (request.earliest_dropoff_s, request.latest_dropoff_s) == (100_000, 115_000)
    assert (request.max_ride_s, request.boarding_s, request.load) == (30_000, 3000, Load(1))
    assert problem.vehicle("v1").end_s == 480_000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1 1 480 3 30", "1 1 480 3", "line 1"),
        ("1 1 480 3 30", "1 2 480 3 30", "2 requests need 6 nodes, the file has 4"),
        ("1 1 480 3 30", "1 1 200 3 30", "longest route"),
        ("3.0 4.0", "3.0 north", "line 3: expected numbers only"),
        ("3.0 4.0", "3.0 nan", "finite"),
        ("2 3.0 0.0 3 -1 100 115", "2 3.0 0.0 3 -1 100", "line 4: expected node 2"),
        (SMALL, "", "empty"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(SMALL.replace(old, new))
    with pytest.raises(InvalidInstanceError, match=words):
        read_cordeau(path)


@pytest.mark.shared
def test_a2_16_is_filled_and_improved_close_to_the_optimum(shared_data: Path) -> None:
    instance = read_cordeau(shared_data / "dispatch/darp_cordeau_a/a2-16.txt")
    problem, plan = instance.problem, Plan()
    for request in sorted(problem.requests, key=lambda request: request.earliest_pickup_s):
        answer = best_insertion(problem, plan, request, DRIVING_ONLY)
        assert isinstance(answer, Insertion)
        plan = plan.with_route(answer.route)
        assert check_plan(problem, plan) == []
    better = improve(problem, plan, 3, weights=DRIVING_ONLY)
    assert check_plan(problem, better, [request.id for request in problem.requests]) == []
    timed = schedule_plan(problem, better)
    assert isinstance(timed, tuple)
    cost = sum(one.driving_s for one in timed) / instance.scale
    assert 294.25 <= cost <= 294.25 * 1.02
