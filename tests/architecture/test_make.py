"""The two commands of the README, as make would carry them out."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.house import ROOT


def steps_of(target: str) -> list[str]:
    """Commands make would run for a target."""
    answer = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout.splitlines()


@pytest.mark.parametrize(
    ("target", "begins", "ends"),
    [
        ("run", r"\.ci/setup$", r"exec \.venv/bin/maas serve"),
        ("test", r"\.ci/setup --dev$", r"exec \.venv/bin/pytest "),
    ],
)
def test_it_sets_up_first(target: str, begins: str, ends: str) -> None:
    steps = steps_of(target)
    assert re.search(begins, steps[0])
    assert re.match(ends, steps[-1])


def test_missing_programs_are_named_in_one_line(tmp_path: Path) -> None:
    # A machine on which apt may not be used: only these programs are in its PATH.
    for program in ("bash", "dirname", "env"):
        found = next(p for p in map(Path, ("/usr/bin", "/bin")) if (p / program).exists())
        (tmp_path / program).symlink_to(found / program)
    answer = subprocess.run(
        [ROOT / ".ci" / "system-packages"],
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    lines = answer.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("The tests need: sudo apt-get install chromium ")
    assert "redis-server" in lines[0]
