"""A day the size of Manhattan: 3,000 vehicles of 4, 20,000 requests an hour, answered at once.

Streets and wishes are those of Luo, Florio, Das and Guo ("A Hierarchical Grouping Algorithm for
the Multi-Vehicle Dial-a-Ride Problem", PVLDB 16, 2023): 4,333 crossings, the lengths of streets in
metres, 40,000 pairs of boarding and alighting from real taxi trips, without instants. Here every
street is driven at 20 km/h, instants are a Poisson process, and each request takes one of the pairs
by chance, with repetition. Vehicles start where somebody boards, drawn the same way.

The rules are those of Alonso-Mora, Samaranayake, Wallar, Frazzoli and Rus ("On-demand
high-capacity ride-sharing via dynamic trip-vehicle assignment", PNAS 114, 2017) for their longest
wait: boarding within 7 minutes of asking, arrival at most 14 minutes after the earliest possible
one, boarding takes no time. They publish 98 % served and a mean wait of 2.8 minutes for 3,000
vehicles of 4 on a week of taxi trips, with other travel times and batches of 30 s: a figure to
stand beside, not the same experiment.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.dispatch.cases import DATA
from benchmarks.dispatch.lines import Line
from dispatch.problem import Load, Request, Vehicle
from dispatch.simulation import Day, Rules, Wish, simulate
from tests.oracles.day_checker import wrong_with

FOLDER = DATA / "demand" / "manhattan_sf"
VEHICLES = 3000
PER_HOUR = 20_000
METRES_PER_S = 20 / 3.6
WAIT_S = 7 * 60
DELAY_S = 14 * 60
FASTER = 20
"""So many times faster than real time is wanted."""

RULES = Rules(tend_every_s=30, rebalances=True)


@dataclass(frozen=True)
class Row:
    """One run.

    Parameters
    ----------
    seed, hours, requests, vehicles
        What was run.
    served_percent, wait_s, detour_percent, occupancy
        How it went.
    times_real
        Simulated seconds in a CPU second, with rebalancing.
    requests_per_cpu_s
        Answered, without it.
    broken_by_planning, faults
        Promises broken, and what the checker of the day found.
    """

    seed: int
    hours: float
    requests: int
    vehicles: int
    served_percent: float
    wait_s: float
    detour_percent: float
    occupancy: float
    times_real: float
    requests_per_cpu_s: float
    broken_by_planning: int
    faults: tuple[str, ...]


@cache
def streets() -> NDArray[np.int32]:
    """Drive between all crossings.

    Returns
    -------
    ndarray of int32, shape (n, n)
        Seconds, read-only.
    """
    edges = np.loadtxt(FOLDER / "dists" / "Manhattan.d", skiprows=1)
    ends, metres = edges[:, :2].astype(int), edges[:, 2]
    count = int(ends.max()) + 1
    # Whole seconds on every street, so that ways over a crossing add up.
    took_s = np.maximum(1, np.rint(metres / METRES_PER_S))
    graph = csr_array((took_s, (ends[:, 0], ends[:, 1])), shape=(count, count))
    times = dijkstra(graph)
    if not np.isfinite(times).all():
        raise ValueError("some crossings cannot be reached; take the largest part of the network")
    travel_s: NDArray[np.int32] = np.ascontiguousarray(times, dtype=np.int32)
    travel_s.flags.writeable = False
    return travel_s


@cache
def _pairs() -> NDArray[np.int64]:
    files = sorted((FOLDER / "reqs").glob("Manhattan.*.reqs"))
    pairs = np.concatenate([np.loadtxt(file, dtype=np.int64)[:, 1:3] for file in files])
    elsewhere: NDArray[np.int64] = pairs[pairs[:, 0] != pairs[:, 1]]
    return elsewhere


def day_of(seed: int, hours: float, vehicles: int = VEHICLES, per_hour: float = PER_HOUR) -> Day:
    """Draw a day.

    Parameters
    ----------
    seed
        The same seed, the same day.
    hours
        How long requests come.
    vehicles, per_hour
        Its size.

    Returns
    -------
    Day
        The day.
    """
    dice, travel_s, pairs = np.random.default_rng(seed), streets(), _pairs()
    count = int(dice.poisson(per_hour * hours))
    asked_s = np.sort(dice.integers(0, int(hours * 3600), count)).tolist()
    wishes = []
    chosen = pairs[dice.integers(0, len(pairs), count)].tolist()
    for number, (at_s, (origin, to)) in enumerate(zip(asked_s, chosen, strict=True)):
        direct_s = int(travel_s[origin, to])
        latest_s = at_s + direct_s + DELAY_S
        request = Request(
            f"r{number:06}",
            origin,
            to,
            at_s,
            at_s + WAIT_S,
            latest_s,
            direct_s + DELAY_S,
            Load(1),
        )
        wishes.append(Wish(request, at_s))
    starts = pairs[dice.integers(0, len(pairs), vehicles), 0].tolist()
    fleet = tuple(
        Vehicle(f"v{n:04}", Load(4), node, None, 0, 10**7) for n, node in enumerate(starts)
    )
    return Day(fleet, tuple(wishes), travel_s)


def run(seeds: int, hours: float) -> list[Row]:
    """Drive days.

    Parameters
    ----------
    seeds
        So many.
    hours
        How long requests come.

    Returns
    -------
    list of Row
        One for each seed.
    """
    simulate(day_of(0, 0.01, 50), RULES)  # compiles what is compiled late
    rows = []
    for seed in range(1, seeds + 1):
        day = day_of(seed, hours)
        began_s = time.process_time()
        outcome = simulate(day, RULES)
        spent_s = time.process_time() - began_s
        summary = outcome.summary()
        rows.append(
            Row(
                seed,
                hours,
                summary.requests,
                len(day.vehicles),
                100 * summary.served_share,
                summary.mean_wait_s,
                100 * summary.detour,
                summary.occupancy,
                hours * 3600 / spent_s,
                summary.requests_per_cpu_s,
                summary.broken_by_planning,
                tuple(wrong_with(day, outcome)),
            )
        )
    return rows


def line(seeds: int, *, quick: bool = False, peers_python: str = "") -> Line:
    """Sum up for the table.

    Parameters
    ----------
    seeds
        As ``run``; two hours each.
    quick
        Whether to drive one seed for half an hour.
    peers_python
        Not needed: what stands beside is published.

    Returns
    -------
    Line
        Of the table.
    """
    del peers_python
    rows = run(1, 0.5) if quick else run(seeds, 2.0)
    faster = [row.times_real for row in rows]
    broken = sum(row.broken_by_planning + len(row.faults) for row in rows)
    return Line(
        f"Manhattan, {VEHICLES} vehicles, {PER_HOUR} requests/h, {rows[0].hours:g} h",
        f"≥ {FASTER} × real time",
        f"{statistics.fmean(faster):.0f} × real time; {_means(rows)}; promises broken {broken}",
        f"{min(faster):.0f} ×",
        beside="published: 98 % served, mean wait 2.8 min",
        held=statistics.fmean(faster) >= FASTER and broken == 0,
    )


def _means(rows: list[Row]) -> str:
    served, wait_s = (
        statistics.fmean(getattr(row, field) for row in rows)
        for field in ("served_percent", "wait_s")
    )
    return f"{served:.1f} % served, mean wait {wait_s / 60:.1f} min"


def main() -> None:
    """Print what was served, and how fast."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch.manhattan")
    parser.add_argument("--seeds", type=int, default=1, help="draws of the day (1)")
    parser.add_argument("--hours", type=float, default=2.0, help="how long requests come (2)")
    parser.add_argument("--json", action="store_true", help="every run as JSON")
    given = parser.parse_args()
    rows = run(given.seeds, given.hours)
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    for row in rows:
        print(
            f"seed {row.seed}: {row.requests} requests in {row.hours:g} h, {_means([row])}, "
            f"detour {row.detour_percent:.0f} %, {row.occupancy:.2f} on board, "
            f"{row.times_real:.0f} x real time, {row.requests_per_cpu_s:.0f} requests/CPU s, "
            f"broken {row.broken_by_planning}, faults {row.faults[:2]}"
        )


if __name__ == "__main__":
    main()
