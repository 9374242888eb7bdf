"""The benchmark of the planner on the embedded city, without peers."""

import csv
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> None:
    command = [sys.executable, "-m", "benchmarks.planner", "--feed", "data/kaga/gtfs"]
    subprocess.run([*command, "--date", "2026-11-24", *arguments], cwd=ROOT, check=True)


def test_figures_and_journeys(tmp_path: Path) -> None:
    out, journeys = tmp_path / "out.json", tmp_path / "journeys.csv"
    run("--random", "20", "--seed", "3", "--json", str(out), "--journeys", str(journeys))
    engine = json.loads(out.read_text())["engine"]
    assert engine["array_bytes"] > 0
    assert 0 < engine["ea_ms"]["median"] <= engine["ea_ms"]["p95"]
    assert 0 < engine["range_ms"]["median"] <= engine["range_ms"]["p95"]
    with journeys.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(int(row["departure_s"]) < int(row["arrival_s"]) for row in rows)
    assert {int(row["query"]) for row in rows} <= set(range(20))


def test_queries_of_a_file_leave_in_their_window(tmp_path: Path) -> None:
    out, journeys, queries = (tmp_path / name for name in ("o.json", "j.csv", "q.csv"))
    with (ROOT / "data/kaga/gtfs/stop_times.txt").open(encoding="utf-8-sig", newline="") as file:
        calls = list(csv.DictReader(file))
    trip = [call for call in calls if call["trip_id"] == calls[0]["trip_id"]]
    first, last = trip[0], trip[-1]
    hours, minutes, _ = map(int, first["departure_time"].split(":"))
    departure_s = hours * 3600 + minutes * 60
    query = f"{first['stop_id']},{last['stop_id']},{departure_s}"
    queries.write_text(f"from_stop,to_stop,departure_s\n{query}\n")
    files = ("--json", str(out), "--journeys", str(journeys))
    run("--queries", str(queries), "--window", "600", *files)
    with journeys.open(newline="") as file:
        leaves = [int(row["departure_s"]) for row in csv.DictReader(file)]
    assert leaves
    assert all(departure_s <= leave <= departure_s + 600 for leave in leaves)
