"""The table of the dispatcher: instances read, programs run, plans checked, lines summed up."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.dispatch.cases import Case, city, folder
from benchmarks.dispatch.lines import Runs
from benchmarks.dispatch.peers import wire
from benchmarks.dispatch.running import Outcome, Solver, run
from benchmarks.dispatch.throughput import broken, draw
from benchmarks.dispatch.throughput import run as answer

# Out to the east and back: 1 at 30, 2 at 60; dropoffs beyond them.
INSTANCE = """2\t10\t1
0\t0\t0\t0\t0\t500\t0\t0\t0
1\t30\t0\t4\t0\t400\t0\t0\t3
2\t60\t0\t4\t0\t400\t0\t0\t4
3\t40\t0\t-4\t0\t400\t0\t1\t0
4\t80\t0\t-4\t0\t400\t0\t2\t0
"""
BEST = "instance,clients,vehicles,distance\nline,4,1,160.0\n"


@pytest.fixture
def instances(tmp_path: Path) -> Path:
    (tmp_path / "line.txt").write_text(INSTANCE)
    (tmp_path / "best.csv").write_text(BEST)
    (tmp_path / "FORMAT.txt").write_text("words")
    return tmp_path


@pytest.fixture
def line(instances: Path) -> Case:
    (case,) = folder(instances, instances / "best.csv")
    return case


def test_the_way_is_measured_in_the_numbers_of_the_file(line: Case) -> None:
    there_and_back = [(0, True), (0, False), (1, True), (1, False)]
    assert line.cost({0: there_and_back}) == 160.0
    assert line.cost({0: there_and_back[:2], 1: there_and_back[2:]}) == 80.0 + 160.0
    assert [ride.longest_ride_s for ride in line.rides] == [None, None]


def test_our_plan_and_that_of_or_tools_are_checked(line: Case) -> None:
    for solver in (Solver("meguri"), Solver("ortools")):
        outcome = run(solver, line, 0.2, 1)
        assert outcome.failure == ""
        assert outcome.is_right, outcome
        assert (outcome.vehicles, outcome.cost) == (1, 160.0)
        assert 0 < outcome.cpu_s <= outcome.process_cpu_s


def test_a_program_that_is_not_there_or_fails_is_a_line_and_no_crash(line: Case) -> None:
    outcome = run(Solver("no_such_peer"), line, 0.2, 1)
    assert "no_such_peer" in outcome.failure
    told = Runs([line], [outcome, _plan(line)]).fleet("size 4", None)
    assert "no_such_peer" in told.beside
    assert told.held is True

    task = {"seconds": 1, "wall_s": 1, "seed": 1, "fewest_vehicles": True, "setting": ""}
    document = {**task, "travel_s": [], "vans": [], "rides": []}
    script = (
        "import sys; from benchmarks.dispatch.peers.wire import serve\n"
        "def solve(task): import no_such_program\n"
        "sys.exit(serve(solve))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(document), text=True, capture_output=True
    )
    assert done.returncode == wire.NOT_INSTALLED
    assert "no_such_program" in done.stderr


def _plan(case: Case, solver: str = "Meguri", **changes: object) -> Outcome:
    one = Outcome(case.name, solver, 1, vehicles=1, cost=160.0, cpu_s=1.0, process_cpu_s=1.5)
    return replace(one, **changes)  # type: ignore[arg-type]


def test_fleets_come_before_ways(line: Case) -> None:
    ours = _plan(line, cost=162.0)
    shorter = _plan(line, "Peer", vehicles=2, cost=120.0)
    told = Runs([line], [ours, shorter]).fleet("size 4", None)
    assert told.held is True
    assert "gap there 1.250 %" in told.mean
    assert "Peer: 2.00 vehicles, 120.0" in told.beside
    ahead = Runs([line], [ours, _plan(line, "Peer")]).fleet("size 4", None)
    assert ahead.held is False
    wrong = Runs([line], [ours, _plan(line, "Peer", broken=("too late",))]).fleet("size 4", None)
    assert wrong.held is True
    assert "1 plans break rules" in wrong.beside


def test_a_gap_is_held_only_where_everybody_is_served(line: Case) -> None:
    fine = Runs([line], [_plan(line)]).way("line", 0.1)
    assert (fine.mean, fine.held) == ("0.000 %", True)
    left = Runs([line], [_plan(line), _plan(line, seed=2, left_over=1)]).way("line", 0.1)
    assert left.held is False
    assert "1 of 2 runs" in left.mean


def test_the_best_setting_of_a_peer_counts(line: Case) -> None:
    outcomes = [
        _plan(line, cost=50.0),
        _plan(line, "OR-Tools 9", cost=200.0, note="slow"),
        _plan(line, "OR-Tools 9", cost=100.0, note="good"),
        _plan(line, "OR-Tools 9", cost=10.0, note="lazy", left_over=2),
    ]
    told = Runs([line], outcomes).cheaper("city", 45, "OR-Tools")
    assert (told.mean, told.held) == ("50.0 %", True)
    assert "lazy: 10 without 2 requests" in told.beside


def test_a_city_is_the_same_for_the_same_seed() -> None:
    one, same, other = city(5, 2, 1), city(5, 2, 1), city(5, 2, 2)
    assert one.problem.requests == same.problem.requests != other.problem.requests
    assert one.problem.travel_s.shape == (12, 12)


def test_the_command_runs_a_folder(instances: Path) -> None:
    out = instances / "out.json"
    words = ["--instances", str(instances), "--best", str(instances / "best.csv")]
    words += ["--seconds", "0.2", "--seeds", "1", "--peers", "ortools", "--json", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.dispatch", *words],
        text=True,
        capture_output=True,
        check=True,
    )
    assert "best known fleet in 1 of 1 runs" in done.stdout
    assert "2 plans checked; plans that break a rule: 0" in done.stdout
    assert len(json.loads(out.read_text())["outcomes"]) == 2
    assert "line seed 1 Meguri: 1 vehicles, 160.00" in done.stderr


# Places at 0, 10 and 20 s on a line; one vehicle of one seat at the first.
STREAM = wire.Stream([[0, 0], [10, 0], [20, 0]], [0], 1, [(5, 1, 2, 100, 150), (6, 1, 2, 100, 150)])
FINE = [(0, True, 0, 15.0), (0, False, 0, 25.0), (1, True, 0, 35.0), (1, False, 0, 45.0)]


@pytest.mark.parametrize(
    ("stops", "fault"),
    [
        (FINE, ""),
        ([(0, True, 0, 9.0), *FINE[1:]], "faster than it drives"),
        ([FINE[0], (1, True, 0, 15.0), (0, False, 0, 25.0), (1, False, 0, 25.0)], "no seat"),
        ([FINE[0], (0, False, 0, 151.0), *FINE[2:]], "allowed 5 to 150"),
        ([FINE[0], *FINE[2:]], "no seat"),
        (FINE[1:], "out of order"),
        (FINE[:3], "never alight"),
    ],
)
def test_what_was_driven_is_checked(stops: list, fault: str) -> None:
    faults = broken(STREAM, wire.Served("", 1.0, stops))
    assert (fault == "") == (faults == [])
    assert any(fault in one for one in faults) or not fault


def test_our_fleet_answers_a_stream() -> None:
    stream = draw(30, 5, 1)
    served = answer(sys.executable, "fleet", stream)
    assert isinstance(served, wire.Served), served
    assert broken(stream, served) == []
    assert len(served.stops) > 20
    assert answer(sys.executable, "no_such_peer", stream) != ""
