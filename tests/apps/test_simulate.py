"""``maas simulate``: a day of a toy town, its tables and its page, clear errors line by line."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from apps.cli.main import app
from maas.errors import MaasError
from tests.builders import toytown, vehicle

VANS = vehicle("1", seats=4, wheelchair_places=1) + vehicle("2", seats=4, depot="bath")

REQUESTS = """requested_at,id,from_stop_id,to_stop_id,seats,earliest_pickup,age_group,no_show
08:10,ada,f-west,f-hall,1,,65+,
08:12:30,bea,f-hall,f-bath,2,09:00,65+,
08:20,cai,f-east,f-west,1,,under 18,1
08:30,dai,f-school,f-station,6,,under 18,
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = toytown(tmp_path / "town", VANS)
    fleet = folder / "fleet.toml"
    text = fleet.read_text(encoding="utf-8")
    fleet.write_text(text.replace("batch_window_s = 1\n", "batch_window_s = 120\n"), "utf-8")
    return folder


def simulate(town: Path, out: Path, *words: str) -> dict[str, Any]:
    command = ["simulate", "--city", str(town), "--out", str(out), "--json", *words]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_of_requests_is_driven_and_reported(town: Path, tmp_path: Path) -> None:
    (tmp_path / "asked.csv").write_text(REQUESTS, encoding="utf-8")
    out = tmp_path / "report"
    figures = simulate(town, out, "--requests", str(tmp_path / "asked.csv"), "--policy", "at-once")
    assert figures["states"] == {
        "served": 2,
        "refused": 1,
        "cancelled": 0,
        "no_show": 1,
        "stranded": 0,
    }
    assert figures["served_percent"] == 50
    assert figures["promises_broken_by_planning"] == 0
    assert 5 < figures["vehicle_km"] < 20  # ada 2 km, bea 2 km, cai's 4 km for nothing, and empty
    by_id = {row["id"]: row for row in rows_of(out / "requests.csv")}
    assert by_id["dai"]["refusal"] == "no_capacity"
    assert int(by_id["bea"]["pickup_s"]) >= 9 * 3600
    assert by_id["ada"]["from_stop_id"] == "f-west"
    events = rows_of(out / "events.csv")
    assert [e["event"] for e in events if e["request_id"] == "cai"] == [
        "requested",
        "accepted",
        "nobody_there",
    ]
    assert {row["id"] for row in rows_of(out / "vehicles.csv")} == {"1", "2"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 5
    assert "under 18" in page
    assert json.loads((out / "summary.json").read_text())["served_percent"] == 50


def test_the_same_seed_draws_the_same_day(town: Path, tmp_path: Path) -> None:
    def drive(seed: str) -> str:
        out = tmp_path / seed
        words = ("--rate", "12", "--vehicles", "3", "--policy", "batch+improve+rebalance")
        wrong = ("--cancelled", "10", "--no-shows", "5", "--noise", "0.1", "--breakdowns", "1")
        simulate(town, out, *words, *wrong, "--seed", seed)
        return (out / "events.csv").read_text()

    first = drive("7")
    assert drive("7") == first
    assert drive("8") != first


def test_room_is_made_where_nothing_fits(town: Path, tmp_path: Path) -> None:
    def served(policy: str) -> dict[str, str]:
        out = tmp_path / policy
        simulate(town, out, "--rate", "40", "--max-wait", "10", "--seed", "3", "--policy", policy)
        assert json.loads((out / "summary.json").read_text())["promises_broken_by_planning"] == 0
        return {row["id"]: row["state"] for row in rows_of(out / "requests.csv")}

    alone, with_others = served("at-once"), served("at-once+make-room")
    taken = [name for name in alone if (alone[name], with_others[name]) == ("refused", "served")]
    assert taken


def test_more_vehicles_than_listed_are_copies(town: Path, tmp_path: Path) -> None:
    simulate(town, tmp_path / "out", "--rate", "3", "--vehicles", "5")
    rows = rows_of(tmp_path / "out" / "vehicles.csv")
    assert [row["id"] for row in rows] == ["1", "2", "1-copy1", "2-copy1", "1-copy2"]


HEADER = "requested_at,from_stop_id,to_stop_id,id\n"

FAULTS = {
    "unknown stop": (HEADER + "08:00,f-west,f-moon,a\n", "line 2: stop 'f-moon'"),
    "out of order": (
        HEADER + "08:10,f-west,f-hall,a\n08:05,f-west,f-hall,b\n",
        "line 3: requested_at 08:05 is before",
    ),
    "twice": (
        HEADER + "08:00,f-west,f-hall,a\n08:05,f-west,f-hall,a\n",
        "line 3: the id 'a' was there before",
    ),
    "no time": (HEADER + "8 o'clock,f-west,f-hall,a\n", "line 2: requested_at is"),
    "same stop": (HEADER + "08:00,f-west,f-west,a\n", "line 2: from and to are the same"),
    "too many fields": (HEADER + "08:00,f-west,f-hall,a,b\n", "line 2: there are more fields"),
    "no column": ("requested_at,from_stop_id\n", "lacks 'to_stop_id'"),
    "unknown column": ("requested_at,from_stop_id,to_stop_id,colour\n", "'colour'"),
    "empty": ("", "lacks 'requested_at'"),
    "before asking": (
        "requested_at,from_stop_id,to_stop_id,earliest_pickup\n08:00,f-west,f-hall,07:00\n",
        "line 2: earliest_pickup is before",
    ),
    "window": (
        "requested_at,from_stop_id,to_stop_id,latest_pickup\n08:00,f-west,f-hall,07:00\n",
        "line 2: Request r1: latest_pickup_s",
    ),
    "party": (
        "requested_at,from_stop_id,to_stop_id,seats\n08:00,f-west,f-hall,-1\n",
        "line 2: seats is '-1'",
    ),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_wrong_in_a_file_is_said_by_line(
    town: Path, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MaasError, match=r"asked\.csv") as caught:
        simulate(town, tmp_path / "out", "--requests", str(file))
    assert message in caught.value.message


def test_another_encoding_is_named_with_its_line(town: Path, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_bytes(HEADER.encode() + "08:00,f-west,f-hall,駅\n".encode("cp932"))
    with pytest.raises(MaasError, match="line 2: this is not UTF-8"):
        simulate(town, tmp_path / "out", "--requests", str(file))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "either --requests FILE or --rate"),
        (("--rate", "3", "--requests", "x.csv"), "either --requests FILE or --rate"),
        (("--requests", "nowhere.csv"), "cannot be read"),
        (("--rate", "0"), "--rate"),
        (("--rate", "3", "--vehicles", "0"), "--vehicles"),
        (("--rate", "3", "--area", "moon"), "choose one of yoyaku"),
        (("--rate", "3", "--policy", "improve"), "--policy"),
        (("--rate", "3", "--policy", "batch+at-once"), "--policy"),
        (("--rate", "3", "--no-shows", "101"), "no_show_percent"),
        (("--rate", "3", "--noise", "-1"), "noise"),
        (("--rate", "3", "--max-wait", "0"), "--max-wait"),
    ],
)
def test_what_is_wrong_in_the_question_is_said(
    town: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(MaasError) as caught:
        simulate(town, tmp_path / "out", *words)
    assert message in caught.value.message
