"""Real cities made elsewhere: imported, then planned in, on a date with service."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from apps.cli.main import main

pytestmark = pytest.mark.shared


def maas(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, Any, str]:
    """Run ``maas`` with --json and give exit code, document and standard error."""
    monkeypatch.setattr(sys, "argv", ["maas", *words, "--json"])
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    code = left.value.code
    return code if isinstance(code, int) else 0, json.loads(out) if out else None, err


CITIES = {
    "herrenberg": (
        ["pairs/herrenberg/vvs-bus-751-only.gtfs.zip"],
        "pairs/herrenberg/herrenberg-minimal.osm.pbf",
    ),
    "porto_alegre": (
        ["pairs/porto_alegre/poa_eptc.zip", "pairs/porto_alegre/poa_trensurb.zip"],
        "pairs/porto_alegre/poa_osm.pbf",
    ),
    "no_streets": (["pairs/herrenberg/vvs-bus-751-only.gtfs.zip"], None),
}


@pytest.mark.parametrize("name", CITIES)
def test_import_then_plan(
    name: str,
    shared_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    feeds, streets = CITIES[name]
    city = tmp_path / name
    monkeypatch.setenv("MAAS_DATA_DIR", str(tmp_path / "var"))
    words = [word for feed in feeds for word in ("--gtfs", str(shared_data / feed))]
    words += ["--osm", str(shared_data / streets)] if streets else []
    code, report, err = maas(monkeypatch, capsys, "city", "import", *words, "--out", str(city))
    assert code == 0, err
    code, checked, err = maas(monkeypatch, capsys, "city", "check", str(city))
    assert (code, checked["ok"]) == (0, True), checked

    day, origin, destination = a_trip(monkeypatch, capsys, city)
    code, plan, err = maas(
        monkeypatch, capsys, "plan", origin, destination, "--depart", day, "--city", str(city)
    )
    assert code == 0, err
    legs = [leg["mode"] for journey in plan["journeys"] for leg in journey["legs"]]
    assert {"BUS", "RAIL", "SUBWAY", "TRAM"} & set(legs), plan["notes"]
    codes = {note["code"] for note in plan["notes"]}
    assert "historical_timetable" in codes
    assert ("straight_line_walks" in codes) == (report["streets"] == "straight_lines")


def a_trip(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], city: Path
) -> tuple[str, str, str]:
    """Find a departure on a day with service, and two stops of the same run."""
    from gtfs.feed import load_feed

    _, lines, err = maas(monkeypatch, capsys, "city", "lines", str(city))
    assert lines["lines"], err
    route_id = lines["lines"][0]["route_id"]
    for folder in sorted(path for path in city.iterdir() if path.is_dir()):
        feed = load_feed(folder)
        trips = feed.table("trips")
        of_route = trips[trips["route_id"] == route_id]
        if not of_route.empty:
            times = feed.table("stop_times")
            run = times[times["trip_id"] == of_route["trip_id"].iloc[0]]
            seconds = lines["lines"][0]["first_departure_s"]
            clock = f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
            return (
                f"{lines['date']} {clock}",
                str(run["stop_id"].iloc[0]),
                str(run["stop_id"].iloc[min(8, len(run) - 1)]),
            )
    raise AssertionError("no run of the busiest line")
