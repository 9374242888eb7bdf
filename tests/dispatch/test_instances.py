"""Benchmark files: read, filled by insertion, improved by OR-Tools, checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.errors import InvalidInstanceError
from dispatch.improvement.ortools_routing import improve
from dispatch.insertion import Insertion, best_insertion
from dispatch.instances import read_instance
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
    problem = read_instance(path).problem
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
        read_instance(path)


STOPS_COUNTED = """1 2 200 3 30
0 0.0 0.0 0 0 0 480
1 3.0 4.0 3 1 0 1440
2 3.0 0.0 3 -1 100 115
"""


def test_a_file_that_counts_stops_and_bounds_the_tour(tmp_path: Path) -> None:
    path = tmp_path / "pr00"
    path.write_text(STOPS_COUNTED)
    problem = read_instance(path).problem
    (vehicle,) = problem.vehicles
    assert (vehicle.start_node, vehicle.end_node, vehicle.longest_s) == (0, 0, 200_000)
    assert [request.id for request in problem.requests] == ["1"]


LI_LIM = """2	10	1
0	0	0	0	0	500	0	0	0
1	3	0	-4	50	90	10	2	0
2	3	4	4	0	80	7	0	1
"""


def test_a_file_of_li_and_lim(tmp_path: Path) -> None:
    path = tmp_path / "small.txt"
    path.write_text(LI_LIM)
    problem = read_instance(path).problem
    (request,) = problem.requests
    assert (request.id, request.pickup_node, request.dropoff_node) == ("2", 2, 1)
    assert (request.load, request.boarding_s, request.alighting_s) == (Load(4), 7000, 10_000)
    assert (request.earliest_dropoff_s, request.latest_dropoff_s) == (50_000, 90_000)
    assert [vehicle.capacity for vehicle in problem.vehicles] == [Load(10), Load(10)]
    assert problem.travel_s[0].tolist() == [0, 3000, 5000]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2\t10\t1", "2\t10", "line 1.*Cordeau.*Li and Lim"),
        ("0\t80\t7\t0\t1", "0\t80\t7\t0\t7", "line 4: its dropoff 7"),
        ("-4\t50\t90\t10\t2\t0", "-4\t50\t90\t10\t1\t0", "line 4: its dropoff 1"),
        ("1\t3\t0\t-4\t50", "1\t3\t0\t-4", "line 3: expected node 1 with 9 numbers"),
    ],
)
def test_a_broken_file_of_li_and_lim(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "broken.txt"
    assert old in LI_LIM
    path.write_text(LI_LIM.replace(old, new))
    with pytest.raises(InvalidInstanceError, match=words):
        read_instance(path)


@pytest.mark.shared
def test_a2_16_is_filled_and_improved_close_to_the_optimum(shared_data: Path) -> None:
    instance = read_instance(shared_data / "dispatch/darp_cordeau_a/a2-16.txt")
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
