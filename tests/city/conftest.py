"""The embedded city as its tests see it: tables as rows, and a fresh build to compare with."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

KAGA = Path(__file__).resolve().parents[2] / "data" / "kaga"

Rows = list[dict[str, str]]
Table = Callable[[str], Rows]


@pytest.fixture(scope="session")
def kaga() -> Path:
    """The directory of the embedded city."""
    return KAGA


@pytest.fixture(scope="session")
def table() -> Table:
    """Rows of a table by its path below the city, such as ``gtfs/stops.txt``."""
    cache: dict[str, Rows] = {}

    def read(name: str) -> Rows:
        if name not in cache:
            with (KAGA / name).open(encoding="utf-8", newline="") as file:
                cache[name] = list(csv.DictReader(file))
        return cache[name]

    return read


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second build of the city, in another process and another folder."""
    out = tmp_path_factory.mktemp("kaga")
    script = KAGA / "build" / "build.py"
    subprocess.run(
        [sys.executable, str(script), "--out", str(out)], check=True, capture_output=True
    )
    return out
