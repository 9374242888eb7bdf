"""What was decided once is decided the same way again, byte for byte, from the log alone."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from dispatch.decisions import DecisionLog, replay
from dispatch.errors import InvalidLogError
from dispatch.horizon import merge
from dispatch.improvement.ruin_recreate import improve
from dispatch.incidents import Breakdown, repair
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import DRIVING_ONLY
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle
from tests.dispatch.test_promises_over_a_day import (
    CONVERTED,
    DAY_S,
    VAN,
    drive,
    promise,
    town,
    wish,
)

LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
PROBLEM = Problem((Vehicle("van", Load(4), 0, None, 0, 7200),), (), LINE)
X = Request("x", 1, 3, 100, 200, 900, 600, Load(1), vehicle_ids=frozenset({"van", "bus"}))
TIGHT = replace(X, id="tight", latest_pickup_s=100, earliest_pickup_s=0, pickup_node=3)


def a_day(seed: int) -> list[str]:
    """Live a day of requests, batches, delays and a breakdown, and log every decision."""
    lines: list[str] = []
    log = DecisionLog(lines.append)
    rng = np.random.default_rng(seed)
    fleet = tuple(
        Vehicle(f"van{i}", VAN, 0, 0, 0, DAY_S, alternative_capacities=(CONVERTED,))
        for i in range(3)
    )
    problem, plan = Problem(fleet, (), town(rng)), Plan()
    for number in range(24):
        problem, plan = drive(problem, plan, number * 200, {})
        request = wish(rng, number, number * 200, problem.travel_s)
        answer = best_insertion(problem, plan, request)
        log.decided("best_insertion", problem, plan, answer, request=request)
        if isinstance(answer, Insertion):
            problem = problem.with_requests(promise(request, answer))
            plan = plan.with_route(answer.route)
        if number % 8 == 5:
            after = improve(problem, plan, 1, number, weights=DRIVING_ONLY, rounds=200)
            log.decided(
                "improve", problem, plan, after, seed=number, weights=DRIVING_ONLY, rounds=200
            )
            merged = merge(problem, plan, after, plan, moved=("van2",))
            log.decided("merge", problem, plan, merged, before=plan, after=after, moved=("van2",))
            log.given("a search by the clock", problem, plan, merged)
            plan = merged
        if number % 8 == 7:
            van = problem.vehicles[int(rng.integers(len(problem.vehicles)))]
            gone = (Breakdown(van.id, 3, number * 200 + 60),) if number == 15 else ()
            if not gone:
                problem = problem.with_vehicles(replace(van, start_s=van.start_s + 400))
            result = repair(problem, plan, gone, tolerance_s=60, tries=1)
            log.decided("repair", problem, plan, result, breakdowns=gone, tolerance_s=60, tries=1)
            problem, plan = result.problem, result.plan
    return lines


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_day_replays_from_its_log(seed: int) -> None:
    lines = a_day(seed)
    found = replay(lines)
    assert found.difference is None
    assert (found.decisions, found.given) == (33, 3)
    assert a_day(seed) == lines


def test_a_situation_is_written_once_and_then_what_changes() -> None:
    lines: list[str] = []
    log = DecisionLog(lines.append)
    for request in (X, TIGHT):
        answer = best_insertion(PROBLEM, Plan(), request)
        log.decided("best_insertion", PROBLEM, Plan(), answer, request=request)
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds == ["log", "array", "best_insertion", "best_insertion"]
    first, second = (json.loads(line) for line in lines[2:])
    assert "van" in first["vehicles"]
    assert "vehicles" not in second
    assert second["answer"]["Refusal"]["code"] == "window_too_tight"
    assert "boarding_s" not in first["arguments"]["request"], "what is usual is left out"


def test_the_first_decision_that_comes_out_otherwise_is_named() -> None:
    lines: list[str] = []
    log = DecisionLog(lines.append)
    answer = best_insertion(PROBLEM, Plan(), X)
    assert isinstance(answer, Insertion)
    log.decided("best_insertion", PROBLEM, Plan(), answer, request=X)
    log.decided("best_insertion", PROBLEM, Plan(), replace(answer, pickup_s=101), request=X)
    found = replay(lines)
    assert found.difference is not None
    assert (found.difference.decision, found.difference.name) == (2, "best_insertion")
    assert '"pickup_s":101' in found.difference.logged
    assert '"pickup_s":100' in found.difference.found


def test_a_log_that_was_changed_is_not_believed() -> None:
    lines = a_day(0)
    for damaged in (
        [lines[0], *lines[2:]],
        lines[1:],
        [*lines[:4], lines[4].replace('"pickup_s":', '"pickup_s":1', 1), *lines[5:]],
        [*lines[:3], lines[4], lines[3], *lines[5:]],
        [*lines[:5], "{}"],
        [*lines[:5], "[]"],
        [*lines[:5], "no line"],
        [],
    ):
        with pytest.raises(InvalidLogError, match=r"Line|empty"):
            replay(damaged)


def test_only_decisions_and_plain_values_are_written() -> None:
    log = DecisionLog([].append)
    with pytest.raises(InvalidLogError, match="no decision"):
        log.decided("guess", PROBLEM, Plan(), None)
    with pytest.raises(InvalidLogError, match="cannot be written"):
        log.decided("best_insertion", PROBLEM, Plan(), object(), request=X)
