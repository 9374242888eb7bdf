"""What a start of `maas plan` imports: heavy libraries wait until something needs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "alembic",
    "authlib",
    "fakeredis",
    "fastapi",
    "gtfs_kit",
    "httpx",
    "networkx",
    "ortools",
    "osmium",
    "osmnx",
    "pandas",
    "pykakasi",
    "redis",
    "scipy.sparse",
    "scipy.spatial",
    "segno",
    "shapely",
    "starlette",
    "uvicorn",
    "webauthn",
}
REPORT = """
import json, sys
from apps.cli.start import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
print(json.dumps(sorted(set(sys.modules) & set(json.loads(HEAVY)))), file=sys.stderr)
sys.exit(code)
"""


def start(*words: str, data_dir: Path) -> tuple[str, list[str]]:
    """Run a command in a process of its own.

    Returns
    -------
    tuple
        What it said, and what it imported of `HEAVY`.
    """
    environment = {**os.environ, "MAAS_DATA_DIR": str(data_dir), "MAAS_NOW": "2026-11-24T09:00"}
    done = subprocess.run(
        [sys.executable, "-c", f"HEAVY = {json.dumps(sorted(HEAVY))!r}{REPORT}", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(done.stderr.splitlines()[-1])


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a first start has kept what it computed."""
    folder = tmp_path_factory.mktemp("data")
    start("plan", "加賀温泉駅", "菊の湯", "--json", data_dir=folder)
    return folder


def test_garbage_is_collected_again_when_a_command_runs() -> None:
    watch = (
        "import gc; from apps.cli import main as commands, start\n"
        "commands.main = lambda: print(gc.isenabled(), gc.get_freeze_count() > 0)\n"
        "start.main()"
    )
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "加賀温泉駅", "菊の湯", "--json"),
        ("departures", "加賀温泉駅", "--json"),
        ("why-not", "加賀温泉駅", "菊の湯", "--line", "canbus-hashitate", "--json"),
    ],
    ids=lambda words: words[0],
)
def test_a_later_start_imports_nothing_heavy(command: tuple[str, ...], data_dir: Path) -> None:
    said, heavy = start(*command, data_dir=data_dir)
    assert json.loads(said)
    assert heavy == []
