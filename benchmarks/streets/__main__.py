"""Driving tables and pairs: ``python -m benchmarks.streets --osm F --json OUT``.

Every program answers the same questions on the same graph in this process: a table between random
nodes, random pairs in one call, and the same pairs in a call each. Times are CPU seconds of all
threads, the least of three runs for each seed (one run of scipy and networkx), and medians over the
seeds; answers must agree to the millisecond, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import DisagreementError, cpu_seconds
from benchmarks.streets.peers import KNOWN, Costs, Graph, Nodes, Peer
from routing.driving import Hierarchy
from routing.snapping import largest_part
from routing.streets import UNREACHABLE, StreetNetwork

Question = tuple[str, Nodes, Nodes]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streets", description=__doc__)
    parser.add_argument("--osm", type=Path, required=True, help="a .osm.pbf or .osm file")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default 5)")
    parser.add_argument("--places", type=int, default=200, help="sides of the table (default 200)")
    parser.add_argument("--pairs", type=int, default=1000, help="pairs in one call (default 1000)")
    parser.add_argument(
        "--peers",
        nargs="*",
        choices=[*KNOWN],
        default=[name for name in ("pandana", "scipy") if find_spec(name)],
        help="whom to run beside ours (default: pandana where it is installed, and scipy)",
    )
    return parser.parse_args()


def _ours(hierarchy: Hierarchy, question: Question) -> Costs:
    kind, sources, goals = question
    if kind == "singles":
        ends = zip(sources[:, None], goals[:, None], strict=True)
        found = np.array([hierarchy.pairs(source, goal)[0] for source, goal in ends])
    else:
        found = (hierarchy.table if kind == "table" else hierarchy.pairs)(sources, goals)
    return np.where(found == UNREACHABLE, np.inf, found)


def _theirs(peer: Peer, question: Question) -> Costs:
    kind, sources, goals = question
    if kind == "singles":
        ends = zip(sources.tolist(), goals.tolist(), strict=True)
        return np.array([peer.single(source, goal) for source, goal in ends])
    return (peer.table if kind == "table" else peer.pairs)(sources, goals)


def _measure(
    answer: Callable[[Question], Costs], questions: list[Question], repeats: int
) -> tuple[list[Costs], list[float]]:
    """Answers, and CPU seconds of each."""
    answers, taken_s = [], []
    for question in questions:
        costs, cpu_s = cpu_seconds(partial(answer, question), repeats)
        answers.append(costs)
        taken_s.append(cpu_s)
    return answers, taken_s


def _row(taken_s: list[float], ours_s: list[float], questions: list[Question]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for kind, figure in (("table", "table_ms"), ("pairs", "pair_us"), ("singles", "single_us")):
        chosen = [i for i, question in enumerate(questions) if question[0] == kind]
        each = [taken_s[i] for i in chosen]
        ratios = [taken_s[i] / ours_s[i] for i in chosen]
        parts = 1000 if kind == "table" else len(questions[chosen[0]][1])
        row[figure] = round(1e6 * statistics.median(each) / parts, 3)
        row[f"{kind}_ratio"] = round(statistics.median(ratios), 1)
        row[f"{kind}_ratio_least"] = round(min(ratios), 1)
    return row


def compare(arguments: argparse.Namespace) -> dict[str, Any]:
    """Ask everybody everything.

    Parameters
    ----------
    arguments
        From the command line.

    Returns
    -------
    dict
        Figures of our engine and of each peer.

    Raises
    ------
    DisagreementError
        When a peer finds another cost.
    """
    a = StreetNetwork.load(arguments.osm, None).arrays
    n = len(a.lat)
    starts, heads, ms = a.drive_starts, a.drive_heads, a.drive_ms
    graph = Graph(a.lat, a.lon, starts, heads, ms)
    Hierarchy.of(np.zeros(2, np.int64), heads[:0], ms[:0])  # compiles what was never compiled
    hierarchy, contracted_s = cpu_seconds(partial(Hierarchy.of, starts, heads, ms), 1)
    nodes = largest_part(starts, heads, True)
    questions: list[Question] = []
    for seed in range(1, arguments.seeds + 1):
        rng = np.random.default_rng(seed)
        for kind, count in (("table", arguments.places), ("pairs", arguments.pairs)):
            questions.append((kind, *rng.choice(nodes, (2, count))))
        questions.append(("singles", *questions[-1][1:]))
    answers, ours_s = _measure(partial(_ours, hierarchy), questions, 3)
    row = {"name": "meguri", "prepare_s": round(contracted_s, 3), **_row(ours_s, ours_s, questions)}
    document: dict[str, Any] = {
        "osm": arguments.osm.name,
        "nodes": n,
        "edges": len(heads),
        "table": [arguments.places, arguments.places],
        "pairs": arguments.pairs,
        "seeds": arguments.seeds,
        "engine": row,
        "label_entries_per_node": round(len(hierarchy.out_hubs) / n, 1),
        "array_bytes": sum(array.nbytes for array in vars(hierarchy).values()),
        "peers": [],
    }
    for name in arguments.peers:
        peer, prepare_s = cpu_seconds(partial(KNOWN[name], graph), 1)
        repeats = 3 if name == "pandana" else 1  # the others take long enough
        theirs, theirs_s = _measure(partial(_theirs, peer), questions, repeats)
        for mine, other in zip(answers, theirs, strict=True):
            if not np.array_equal(mine, np.rint(other)):
                raise DisagreementError(f"{peer.name} finds other costs than ours")
        row = {
            "name": peer.name,
            "prepare_s": round(prepare_s, 3),
            **_row(theirs_s, ours_s, questions),
        }
        document["peers"].append({**row, "agreement": "every cost equal, milliseconds"})
    return document


def main() -> int:
    """Measure, print, and write the figures.

    Returns
    -------
    int
        Exit code 0.
    """
    arguments = _arguments()
    document = compare(arguments)
    text = json.dumps(document, indent=2)
    if arguments.json is not None:
        arguments.json.write_text(text + "\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
