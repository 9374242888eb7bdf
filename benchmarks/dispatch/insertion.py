"""How long one answer takes with ten open stops on every vehicle; see ``benchmarks.insertion``."""

from __future__ import annotations

import statistics
import sys
from types import SimpleNamespace

import numpy as np

from benchmarks.dispatch.lines import Line
from benchmarks.insertion import full_fleet, measure
from dispatch.fleet import Fleet
from tests.oracles.plan_checker import check_route

LIMITS_MS = {20: 0.1, 3000: 1.0}
"""Vehicles, and what the 99th percentile of an insertion may take."""

ASKED = 2000


def line(seeds: int, *, quick: bool, peers_python: str) -> Line:
    """Measure, and sum up.

    Parameters
    ----------
    seeds
        One fleet each.
    quick
        Whether to ask a quarter of the requests.
    peers_python
        Not needed: no peer answers with exact feasibility.

    Returns
    -------
    Line
        Of the table; the fleets' own plans are checked.
    """
    asked = ASKED // 4 if quick else ASKED
    mean, worst, refused, broken = [], [], [], 0
    held = True
    for vans, limit_ms in LIMITS_MS.items():
        p99s, refusals = [], []
        for seed in range(1, seeds + 1):
            spent = measure(vans, asked, seed)
            if not spent["accepted"]:
                continue
            p99s.append(float(np.percentile(spent["accepted"], 99)))
            refusals += spent["refused"]
            print(f"insertion {vans} vans seed {seed}: p99 {p99s[-1]:.3f} ms", file=sys.stderr)
        fleet, _ = full_fleet(np.random.default_rng(1), vans)
        broken += faults(fleet)
        mean.append(f"{vans}: {statistics.fmean(p99s):.3f} ms")
        worst.append(f"{vans}: {max(p99s):.3f} ms")
        if refusals:
            refused.append(f"{vans}: {np.percentile(refusals, 99):.2f} ms ({len(refusals)})")
        held = held and statistics.fmean(p99s) <= limit_ms
    return Line(
        f"one insertion with full feasibility, p99 of {asked} questions, vehicles with 10 open "
        f"stops, {seeds} seeds",
        "20: ≤ 0.1 ms; 3000: ≤ 1 ms",
        "; ".join(mean),
        "; ".join(worst),
        "–",
        f"refusals with reasons, p99 {'; '.join(refused) or 'none'}; {broken} faults in plans",
        held and not broken,
    )


def faults(fleet: Fleet) -> int:
    """Check the routes of a fleet, one vehicle with its riders at a time.

    Parameters
    ----------
    fleet
        Whose routes.

    Returns
    -------
    int
        How many routes break a rule.
    """
    problem, plan = fleet.problem(), fleet.plan()
    wrong = 0
    for vehicle in problem.vehicles:
        route = plan.route(vehicle.id)
        alone = SimpleNamespace(
            vehicles=[vehicle],
            requests=[problem.request(name) for name in sorted(route.request_ids)],
            travel_s=problem.travel_s,
        )
        wrong += bool(check_route(alone, route).problem)
    return wrong
