"""The benchmark of plans on a busy day, on a small one."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_figures_of_a_small_day(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    size = ("--seeds", "1", "--random", "12", "--vehicles", "3", "--rides", "6")
    command = [sys.executable, "-m", "benchmarks.door_to_door", *size, "--json", str(out)]
    subprocess.run(command, cwd=ROOT, check=True)
    (day,) = json.loads(out.read_text())["days"]
    assert day["vehicles"] == 3
    assert 0 < day["booked"] <= 6
    for name in ("with_ms", "without_ms", "answer_ms"):
        assert 0 < day[name]["median"] <= day[name]["p95"] <= day[name]["most"]
    assert day["journeys_by_rides"]["1"] > 0
