"""Measure one insertion: ``python -m tests.dispatch.measure_insertion``. Not a test.

Vans with ten open stops each in a random town of 400 nodes; 2,000 requests are asked, none is
accepted, so that every answer is given against the same full plan.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np

from dispatch.insertion import Insertion, best_insertion
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle

NODES, STOPS, ASKED = 400, 10, 2000


def wish(rng: np.random.Generator, name: str, travel_s: np.ndarray) -> Request:
    """Draw a request of the next hour and a half: a window of ten minutes, 150 % + 10 minutes."""
    origin, to = rng.choice(NODES, size=2, replace=False).tolist()
    earliest_s = int(rng.integers(0, 5400))
    longest_s = int(travel_s[origin, to]) * 3 // 2 + 600
    due_s = earliest_s + 660 + longest_s
    return Request(name, origin, to, earliest_s, earliest_s + 600, due_s, longest_s, Load(1), 60)


def full_plan(rng: np.random.Generator, vans: int, travel_s: np.ndarray) -> tuple[Problem, Plan]:
    """Give every van requests until it has ten stops."""
    fleet = tuple(
        Vehicle(f"v{i}", Load(9), int(rng.integers(NODES)), None, 0, 8 * 3600) for i in range(vans)
    )
    problem, plan, number = Problem(fleet, (), travel_s), Plan(), 0
    while any(len(plan.route(v.id).stops) < STOPS for v in fleet):
        open_vans = frozenset(v.id for v in fleet if len(plan.route(v.id).stops) < STOPS)
        request = wish(rng, f"r{number}", travel_s)
        answer = best_insertion(problem, plan, replace(request, vehicle_ids=open_vans))
        if isinstance(answer, Insertion):
            problem, plan = problem.with_requests(request), plan.with_route(answer.route)
        number += 1
    return problem, plan


def main() -> None:
    """Write a line for each fleet size: answers and refusals apart, milliseconds of CPU."""
    rng = np.random.default_rng(1)
    xy = rng.random((NODES, 2)) * 1200
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None, :]).T)).astype(np.int32)
    for vans in (4, 10, 20):
        problem, plan = full_plan(rng, vans, travel_s)
        spent: dict[bool, list[float]] = {True: [], False: []}
        for number in range(ASKED):
            request = wish(rng, f"new{number}", travel_s)
            begin = time.thread_time()
            answer = best_insertion(problem, plan, request)
            spent[isinstance(answer, Insertion)].append(1000 * (time.thread_time() - begin))
        for accepted, name in ((True, "accepted"), (False, "refused")):
            if spent[accepted]:
                p50, p99 = np.percentile(spent[accepted], [50, 99])
                count = len(spent[accepted])
                sys.stdout.write(
                    f"{vans:3} vans  {name:8} {count:5}  p50 {p50:6.3f} ms  p99 {p99:6.3f} ms\n"
                )


if __name__ == "__main__":
    main()
