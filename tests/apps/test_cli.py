"""The command line as a person meets it: words, JSON, exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.cli.main import main
from tests.builders import toytown

Maas = Callable[..., subprocess.CompletedProcess[str]]
NOW = "2026-11-24T09:00:00+09:00"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the toy town be the city of every command."""
    for name in [name for name in os.environ if name.startswith("MAAS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MAAS_CITY", str(toytown(tmp_path / "town")))
    monkeypatch.setenv("MAAS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MAAS_NOW", NOW)


@pytest.fixture
def maas(town: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Maas:
    """Run ``maas`` in this process, through the function that the script calls."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["maas", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        code = left.value.code
        return subprocess.CompletedProcess(words, code if isinstance(code, int) else 0, out, err)

    return run


def document(done: subprocess.CompletedProcess[str]) -> Any:
    """Read what a command answered in JSON."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_plan_book_and_the_drivers_list(maas: Maas) -> None:
    wish = ("station", "east", "--depart", "2026-11-24 10:00", "--json")
    plan = document(maas("plan", *wish))
    assert [journey["bookable"] for journey in plan["journeys"]].count(True) >= 1
    booking = document(maas("book", *wish, "--name", "Rider A"))
    assert booking["state"] == "confirmed"
    lists = document(maas("drivers", "list", "--date", "2026-11-24", "--json"))
    stops = lists["vehicles"][0]["stops"]
    assert [stop["booking_id"] for stop in stops] == [booking["id"]] * 2
    assert "/driver?vehicle=" in lists["vehicles"][0]["link"]


def test_the_installed_script(town: None) -> None:
    script = Path(sys.executable).with_name("maas")
    done = subprocess.run(
        [script, "plan", "station", "east", "--depart", "2026-11-24 10:00", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert document(done)["journeys"]


def test_pages_of_journeys(maas: Maas) -> None:
    wish = ("plan", "station", "west", "--depart", "2026-11-24 10:00")
    later = document(maas(*wish, "--json"))["later"]
    shown = maas(*wish, "--page", later, "--language", "en")
    assert "12:20" in shown.stdout
    assert "10:20" not in shown.stdout
    assert "earlier: --page earlier-" in shown.stdout


def test_by_way_of_another_place(maas: Maas) -> None:
    wish = ("plan", "station", "west", "--depart", "2026-11-24 10:00", "--via")
    plan = document(maas(*wish, "hall:60", "--json"))
    assert [(via["place"]["stop_id"], via["stay_min"]) for via in plan["via"]] == [("hall", 60)]
    assert plan["journeys"]
    assert all(journey["duration_s"] > 3600 for journey in plan["journeys"])
    (through,) = [
        journey
        for journey in document(maas(*wish, "hall", "--json"))["journeys"]
        if journey["departure"][11:16] == "10:20"
    ]
    assert [leg["mode"] for leg in through["legs"]] == ["BUS"]


def test_plan_for_people(maas: Maas) -> None:
    done = maas("plan", "station", "east", "--depart", "2026-11-24 10:00", "--language", "en")
    assert done.returncode == 0, done.stderr
    assert "pickup 10:00-10:10" in done.stdout
    assert "500 JPY" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "stasion", "east"), "station"),
        (("plan", "station", "station"), ""),
        (("plan", "station", "35,139"), "outside the area"),
        (("plan", "station", "east", "--depart", "2026-11-20 10:00"), "is over"),
        (("plan", "station", "east", "--depart", "2031-01-01 10:00"), "2029-03-31"),
        (("plan", "station", "east", "--depart", "noon"), "2026-11-24 10:00"),
        (("plan", "station", "east", "--language", "fr"), "ja or en"),
        (("plan", "station", "east", "--pass", "season"), "none in this city"),
        (("plan", "station", "east", "--page", "2"), "earlier"),
        (("plan", "station", "east", "--via", "hall:2000"), "1440"),
        (("plan", "station", "east", "--via", "nowhere"), "nowhere"),
        (("plan", "station", "east", *["--via", "hall"] * 4), "at most 3"),
        (("plan", "station", "east", "--city", "/nowhere"), "maas city import"),
        (("book", "station", "east", "--name", ""), "name"),
        (("drivers", "list", "--date", "soon"), "2026-11-24"),
        (("city", "import", "--gtfs", "/nowhere.zip", "--out", "/nowhere"), "nowhere"),
        (("city", "check", "/nowhere"), "nowhere"),
    ],
)
def test_what_can_be_mended_ends_with_words_and_exit_code_2(
    maas: Maas, words: tuple[str, ...], says: str
) -> None:
    done = maas(*words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    as_json = maas(*words, "--json")
    assert as_json.returncode == 2


def test_problems_are_json_too(maas: Maas) -> None:
    done = maas("plan", "stasion", "east", "--json")
    problem = json.loads(done.stderr)
    assert problem["code"] == "place_unknown"
    assert "station" in problem["params"]["suggestions"]
    assert done.stdout == ""


def test_a_city_with_a_broken_file_says_which(maas: Maas, tmp_path: Path) -> None:
    town = toytown(tmp_path / "broken")
    (town / "fleet.toml").write_text("[[areas]\n")
    done = maas("plan", "station", "east", "--city", str(town))
    assert done.returncode == 2
    assert "fleet.toml" in done.stderr


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("products.toml", "[fares]\nid = 1\n", "[[fares]]"),
        ("products.toml", "[[fares]]\nid = 'a'\nroute_ids = 5\n", "list"),
        ("products.toml", "[[fares]]\nid = 'a'\nname = {ja = 'a'}\nprice_minor = '5'\n", "whole"),
        ("fleet.toml", "[areas]\nid = 1\n", "[[areas]]"),
        ("fleet.toml", "[[areas]]\nid = 'a'\nroute_ids = ['nothing']\n", "no feed"),
    ],
)
def test_checking_a_city_tells_of_every_odd_value(
    maas: Maas, tmp_path: Path, file: str, text: str, says: str
) -> None:
    town = toytown(tmp_path / "odd")
    (town / file).write_text(text)
    done = maas("city", "check", str(town), "--json")
    assert done.returncode == 2, done.stderr
    report = json.loads(done.stdout)
    assert report["ok"] is False
    assert any(says in notice["message"] for notice in report["notices"]), report["notices"]


def test_a_sound_city_passes_its_check(maas: Maas, tmp_path: Path) -> None:
    assert document(maas("city", "check", str(toytown(tmp_path / "sound")), "--json"))["ok"]


@pytest.mark.parametrize("words", [("--walk-speed", "nan"), ("--max-walk", "99999")])
def test_the_command_line_says_what_to_give(maas: Maas, words: tuple[str, str]) -> None:
    done = maas("plan", "station", "east", *words)
    assert done.returncode == 2
    assert "give" in done.stderr


def test_the_command_line_takes_walks_and_wheelchairs(maas: Maas) -> None:
    wish = ("plan", "station", "school", "--depart", "2026-11-24 10:00", "--json")
    more = ("--wheelchairs", "1", "--max-walk", "500", "--walk-speed", "0.8")
    plan = document(maas(*wish, *more))
    assert json.dumps(plan["notes"]).count("wheelchair_unknown") == 1
