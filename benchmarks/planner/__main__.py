"""Measure journeys between stops on any feed: ``python -m benchmarks.planner --help``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path

from benchmarks.planner.comparing import Task, compare, write_journeys
from benchmarks.planner.network import Network, read_queries
from benchmarks.planner.peers import PeerError


def parser() -> argparse.ArgumentParser:
    """The arguments.

    Returns
    -------
    ArgumentParser
        Ready to read them.
    """
    made = argparse.ArgumentParser(prog="python -m benchmarks.planner", description=__doc__)
    made.add_argument(
        "--feed", type=Path, required=True, nargs="+", help="GTFS zip files or folders"
    )
    made.add_argument("--date", type=dt.date.fromisoformat, required=True, help="YYYY-MM-DD")
    asked = made.add_mutually_exclusive_group()
    asked.add_argument("--queries", type=Path, help="CSV of from_stop,to_stop,departure_s")
    asked.add_argument("--random", type=int, default=200, metavar="N", help="queries to draw")
    made.add_argument("--seed", type=int, default=1, help="of the queries drawn (1)")
    made.add_argument("--window", type=int, default=7200, help="seconds of a range query (7200)")
    made.add_argument("--max-transfers", type=int, default=5, help="changes of a journey (5)")
    made.add_argument(
        "--walk-m", type=int, default=0, help="changes on foot beside transfers.txt, metres (0)"
    )
    made.add_argument("--peers", action="store_true", help="run the other planners, too")
    made.add_argument("--json", type=Path, required=True, help="where the figures go")
    made.add_argument("--journeys", type=Path, help="CSV of every journey of the range queries")
    return made


def main() -> int:
    """Measure and write.

    Returns
    -------
    int
        Exit code: 0, or 1 when a peer failed.
    """
    given = parser().parse_args()
    network = Network.load(given.feed, given.date, given.walk_m)
    queries = (
        read_queries(given.queries) if given.queries else network.draw(given.random, given.seed)
    )
    task = Task(given.date.isoformat(), given.window, given.max_transfers, given.peers)
    try:
        result = compare(network, queries, task)
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    given.json.write_text(json.dumps(result.document(), indent=2) + "\n", encoding="utf-8")
    if given.journeys:
        write_journeys(result, given.journeys)
    return 0


if __name__ == "__main__":
    sys.exit(main())
