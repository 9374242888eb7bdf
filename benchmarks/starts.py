"""What starts cost: ``python -m benchmarks.starts [--rounds N] [--feed ZIP] --json OUT``.

Each start is a process of its own; CPU seconds of the whole process and wall seconds. The first
start has nothing: no compiled kernel (a fresh NUMBA_CACHE_DIR), no kept timetable or streets, no
database. Python's own bytecode stays where it is, as an installation leaves it there.

With ``--feed`` (the rail lines of Tokyo beside the checkout, where they are) a timetable is loaded
from GTFS and then from its snapshot, naming it by the content of the feed included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TOKYO = Path("../shared/data/gtfs/tokyo_rail/tokyo_rail_gtfs.zip")
PLAN = ("plan", "加賀温泉駅", "菊の湯", "--depart", "2026-11-24 10:00", "--json")
LOAD = """
import json, sys, time
from pathlib import Path
from zoneinfo import ZoneInfo
import numpy as np
from gtfs.source import FeedSource
from routing.snapshot import load_timetable
cpu_s, wall_s = time.process_time(), time.perf_counter()
feed, kept = Path(sys.argv[1]), Path(sys.argv[2])
timetable = load_timetable([FeedSource(feed)], ZoneInfo("Asia/Tokyo"), kept)
spent = {"cpu_s": time.process_time() - cpu_s, "wall_s": time.perf_counter() - wall_s}
arrays = [value for value in vars(timetable).values() if isinstance(value, np.ndarray)]
told = {"array_bytes": sum(a.nbytes for a in arrays), "stop_times": len(timetable.arrivals)}
print(json.dumps({**spent, **told}))
"""


def start(words: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Run a process and measure it.

    Parameters
    ----------
    words
        Its command line.
    environment
        Its environment.

    Returns
    -------
    tuple
        CPU seconds, wall seconds, what it said.
    """
    before, began_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    after, wall_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began_s
    cpu_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu_s, wall_s, done.stdout


def plans(folder: Path, rounds: int) -> dict[str, Any]:
    """Measure `maas plan` on the embedded city, first and later starts.

    Parameters
    ----------
    folder
        An empty folder.
    rounds
        How many later starts.

    Returns
    -------
    dict
        CPU and wall seconds of the first start, of the median later one and of the quickest.
    """
    fresh = {"NUMBA_CACHE_DIR": str(folder / "numba"), "MAAS_DATA_DIR": str(folder / "data")}
    environment = {**os.environ, **fresh}
    words = [sys.executable, "-m", "apps.cli.start", *PLAN]
    first_cpu_s, first_wall_s, _ = start(words, environment)
    later = [start(words, environment)[:2] for _ in range(rounds)]
    cpu_s, wall_s = zip(*later, strict=True)
    return {
        "first": {"cpu_s": round(first_cpu_s, 2), "wall_s": round(first_wall_s, 2)},
        "later": {
            "cpu_s": {"median": round(statistics.median(cpu_s), 2), "least": round(min(cpu_s), 2)},
            "wall_s": {
                "median": round(statistics.median(wall_s), 2),
                "least": round(min(wall_s), 2),
            },
        },
    }


def timetable(folder: Path, feed: Path, rounds: int) -> dict[str, Any]:
    """Measure loading a timetable from GTFS and from its snapshot.

    Parameters
    ----------
    folder
        An empty folder.
    feed
        The feed.
    rounds
        How often the snapshot is loaded.

    Returns
    -------
    dict
        CPU and wall seconds, bytes of the arrays.
    """
    words = [sys.executable, "-c", LOAD, str(feed), str(folder / "kept")]
    loads = [json.loads(start(words, dict(os.environ))[2]) for _ in range(rounds + 1)]
    kept = loads[1:]
    return {
        "feed": feed.name,
        "stop_times": loads[0]["stop_times"],
        "array_bytes": loads[0]["array_bytes"],
        "from_gtfs": {key: round(loads[0][key], 2) for key in ("cpu_s", "wall_s")},
        "from_snapshot": {
            key: round(statistics.median(load[key] for load in kept), 3)
            for key in ("cpu_s", "wall_s")
        },
    }


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.starts")
    parser.add_argument("--rounds", type=int, default=5, help="later starts to measure")
    parser.add_argument("--feed", type=Path, default=TOKYO if TOKYO.is_file() else None)
    parser.add_argument("--json", type=Path, required=True, help="where to write the figures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        document = {"plan": plans(Path(folder), arguments.rounds)}
        if arguments.feed is not None:
            document["timetable"] = timetable(Path(folder), arguments.feed, arguments.rounds)
    arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
