"""One feed, one day, one set of queries: our figures, and those of the peers."""

from __future__ import annotations

import csv
import statistics
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.planner.agreement import differences
from benchmarks.planner.network import Network, Query, export
from benchmarks.planner.ours import Measured, Ours
from benchmarks.planner.peers import NAMES, PeerRun, run
from benchmarks.planner.tracing import Day


@dataclass(frozen=True)
class Task:
    """What is measured.

    Parameters
    ----------
    day
        The date, YYYY-MM-DD.
    window_s
        Width of a range query, seconds.
    max_transfers
        Most changes of a journey.
    with_peers
        Whether to run the peers on the same queries.
    """

    day: str
    window_s: int
    max_transfers: int
    with_peers: bool


@dataclass
class Result:
    """Figures of one feed."""

    load_s: float
    array_bytes: int
    earliest: list[Measured]
    range: list[Measured]
    peers: dict[str, PeerRun] = field(default_factory=dict)
    agreement: dict[str, Counter[str]] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """The figures as plain data.

        Returns
        -------
        dict
            `engine` and `peers` with load_s, array_bytes, ea_ms and range_ms; `agreement`.
        """
        engine = {
            "load_s": round(self.load_s, 3),
            "array_bytes": self.array_bytes,
            "ea_ms": spread([one.ms for one in self.earliest]),
            "range_ms": spread([one.ms for one in self.range]),
        }
        peers = {
            name: {
                "load_s": round(peer.load_s, 3),
                "array_bytes": peer.array_bytes,
                "ea_ms": spread([one.ms for one in peer.earliest]),
                "range_ms": spread([one.ms for one in peer.range or []]),
            }
            for name, peer in self.peers.items()
        }
        agreement = {name: dict(counted) for name, counted in self.agreement.items()}
        return {"engine": engine, "peers": peers, "agreement": agreement}

    def ratios(self, name: str) -> tuple[float, float, float]:
        """How many times faster than a peer we are.

        Parameters
        ----------
        name
            A peer with range queries.

        Returns
        -------
        tuple of float
            Earliest arrival (median), range (median), range (95th percentile).
        """
        peer = self.peers[name]
        ours = [one.ms for one in self.range]
        theirs = [one.ms for one in peer.range or []]
        ea = statistics.median(one.ms for one in peer.earliest)
        return (
            ea / statistics.median(one.ms for one in self.earliest),
            statistics.median(theirs) / statistics.median(ours),
            float(np.percentile(theirs, 95) / np.percentile(ours, 95)),
        )


def spread(ms: list[float]) -> dict[str, float] | None:
    """Median and 95th percentile.

    Parameters
    ----------
    ms
        CPU milliseconds.

    Returns
    -------
    dict | None
        None when nothing was measured.
    """
    if not ms:
        return None
    return {
        "median": round(statistics.median(ms), 4),
        "p95": round(float(np.percentile(ms, 95)), 4),
    }


def compare(network: Network, queries: list[Query], task: Task) -> Result:
    """Answer queries, and let the peers answer them.

    Parameters
    ----------
    network
        The day.
    queries
        What is asked.
    task
        How.

    Returns
    -------
    Result
        Figures and answers.
    """
    ours = Ours(network, task.window_s, task.max_transfers)
    result = Result(
        network.load_s,
        network.array_bytes,
        ours.measure(ours.earliest, queries),
        ours.measure(ours.range, queries),
    )
    if task.with_peers:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            export(network, queries, folder)
            day, steps = Day(folder), [ours.steps(query) for query in queries]
            for peer in NAMES:
                answered = run(peer, folder, task.day, task.window_s, task.max_transfers)
                result.peers[peer] = answered
                result.agreement[peer] = differences(
                    day, steps, answered.earliest, task.max_transfers
                )
    return result


def write_journeys(result: Result, path: Path) -> None:
    """Write every journey that the range queries found.

    Parameters
    ----------
    result
        The answers.
    path
        CSV with the columns query (counted from 0), departure_s, arrival_s, transfers.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["query", "departure_s", "arrival_s", "transfers"])
        for number, one in enumerate(result.range):
            writer.writerows([number, *answer] for answer in sorted(one.answers))
