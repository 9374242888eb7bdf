"""Requests answered in a CPU second with 1,000 vehicles on the road, beside ridepy."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import asdict

import numpy as np

from benchmarks.dispatch.lines import Line
from benchmarks.dispatch.peers.wire import NOT_INSTALLED, Served, Stream
from benchmarks.dispatch.running import ROOT

VEHICLES = 1000
REQUESTS = 6000
HOUR_S = 3600
TIMES = 5
"""How many times ridepy's requests we want to answer."""


def line(seeds: int, *, quick: bool, peers_python: str) -> Line:
    """Measure, and sum up.

    Parameters
    ----------
    seeds
        One stream each.
    quick
        Whether to take the first third of an hour.
    peers_python
        Interpreter that has ridepy.

    Returns
    -------
    Line
        Of the table.
    """
    count = REQUESTS // 3 if quick else REQUESTS
    ours: list[float] = []
    theirs: list[float] = []
    wrong: list[str] = []
    told: list[str] = []
    for seed in range(1, seeds + 1):
        stream = draw(count, VEHICLES, seed)
        for python, name, rates in (
            (sys.executable, "fleet", ours),
            (peers_python, "ridepy", theirs),
        ):
            served = run(python, name, stream)
            if isinstance(served, str):
                told.append(f"{name}: {served}")
                continue
            faults = broken(stream, served)
            wrong += [f"{served.program} {fault}" for fault in faults[:1]]
            rates.append(count / served.cpu_s)
            share = 100 * len(served.stops) / 2 / count
            told.append(f"{served.program} {rates[-1]:.0f}/s, {share:.1f} % served")
            print(f"throughput seed {seed} {told[-1]}, {len(faults)} faults", file=sys.stderr)
    ratios = [a / b for a, b in zip(ours, theirs, strict=False)]
    return Line(
        f"requests per CPU-second at {VEHICLES:,} vehicles, {count:,} requests at "
        f"{REQUESTS:,} an hour, {seeds} seeds",
        f"≥ {TIMES} × ridepy",
        f"{statistics.fmean(ratios):.1f} ×" if ratios else "no peer",
        f"{min(ratios):.1f} ×" if ratios else "–",
        f"{count / statistics.fmean(ours):.1f}" if ours else "–",
        "; ".join([*dict.fromkeys(told), *wrong]),
        statistics.fmean(ratios) >= TIMES and not wrong if ratios else None,
    )


def draw(count: int, vehicles: int, seed: int) -> Stream:
    """Draw a stream: 1,000 places in a square of twenty minutes, a pickup within ten minutes.

    Parameters
    ----------
    count
        Requests, 6,000 an hour.
    vehicles
        Vehicles of six seats.
    seed
        Of the random numbers.

    Returns
    -------
    Stream
        A ride may arrive half of the direct way and ten minutes after the latest pickup would.
    """
    dice = np.random.default_rng(seed)
    xy = dice.uniform(0, 1200, (1000, 2))
    made = np.sort(dice.integers(0, HOUR_S * count // REQUESTS, count)).tolist()
    asked = []
    for made_s in made:
        origin, to = dice.choice(len(xy), 2, replace=False).tolist()
        longest_s = int(np.ceil(1.5 * np.hypot(*(xy[origin] - xy[to])))) + 600
        asked.append((made_s, origin, to, made_s + 600, made_s + 600 + longest_s))
    starts = dice.integers(0, len(xy), vehicles).tolist()
    return Stream(xy.tolist(), starts, 6, asked)


def run(python: str, name: str, stream: Stream) -> Served | str:
    """Let a program answer a stream.

    Parameters
    ----------
    python
        The interpreter that has it.
    name
        Of its module in ``benchmarks.dispatch.peers``.
    stream
        The requests.

    Returns
    -------
    Served or str
        What came of it, or why nothing did.
    """
    done = subprocess.run(
        [python, "-m", f"benchmarks.dispatch.peers.{name}"],
        input=json.dumps(asdict(stream)),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode == NOT_INSTALLED:
        return "not installed"
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["failed"])[-1]
    document = json.loads(done.stdout)
    stops = [(int(n), bool(boards), int(v), float(t)) for n, boards, v, t in document["stops"]]
    return Served(document["program"], document["cpu_s"], stops)


def broken(stream: Stream, served: Served, room_s: float = 1e-3) -> list[str]:
    """Check what was driven, without any of the programs.

    Parameters
    ----------
    stream
        What was asked.
    served
        What was done.
    room_s
        For rounding.

    Returns
    -------
    list of str
        Windows, places, order and driving times that do not hold.
    """
    wrong = []
    at = {v: (start, 0.0) for v, start in enumerate(stream.starts)}
    inside: dict[int, set[int]] = {v: set() for v in at}
    seen: set[tuple[int, bool]] = set()
    for n, boards, v, begin_s in served.stops:
        made_s, origin, to, pickup_s, dropoff_s = stream.asked[n]
        node, before_s = at[v]
        place, latest_s = (origin, pickup_s) if boards else (to, dropoff_s)
        way_s = float(np.hypot(*np.subtract(stream.xy[node], stream.xy[place])))
        if (n, boards) in seen or boards == (n in inside[v]):
            wrong.append(f"request {n} boards or alights out of order")
        if begin_s < made_s - room_s or begin_s > latest_s + room_s:
            wrong.append(f"request {n} at {begin_s:.1f}, allowed {made_s} to {latest_s}")
        if begin_s < before_s + way_s - room_s:
            wrong.append(f"vehicle {v} reaches request {n} faster than it drives")
        inside[v] = inside[v] | {n} if boards else inside[v] - {n}
        if len(inside[v]) > stream.seats:
            wrong.append(f"vehicle {v} has no seat for request {n}")
        seen.add((n, boards))
        at[v] = (place, begin_s)
    wrong += [
        f"{len(riders)} riders never alight from {v}" for v, riders in inside.items() if riders
    ]
    return wrong
