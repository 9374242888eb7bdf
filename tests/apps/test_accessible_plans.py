"""Platforms, wheelchairs and ways of walking, from the request to the document."""

import csv
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import open_runtime
from maas.config import Settings
from tests.apps.conftest import MORNING, STAFF_KEY
from tests.builders import toytown

WISH: dict[str, Any] = {"from": "station", "to": "school", "depart": "2026-11-24T10:00"}


def write_column(path: Path, key: str, column: str, words: dict[str, str]) -> None:
    """Write a column into a table of the town."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], column])
        writer.writeheader()
        writer.writerows([row | {column: words.get(row[key], "")} for row in rows])


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A town with platform 2 at the station, and a bus at 10:20 without a place for wheelchairs."""
    folder = toytown(tmp_path / "town")
    (feed,) = [path.parent for path in folder.rglob("stops.txt")]
    write_column(feed / "stops.txt", "stop_id", "platform_code", {"station": "2"})
    write_column(feed / "trips.txt", "trip_id", "wheelchair_accessible", {"red-1": "2"})
    settings = Settings(
        city=folder,
        data_dir=tmp_path / "var",
        database_url="",
        redis_url="",
        now=MORNING,
        staff_key=STAFF_KEY,
    )
    with open_runtime(settings) as runtime, TestClient(create_app(runtime)) as opened:
        yield opened


def rides(client: TestClient, **more: object) -> list[dict[str, Any]]:
    """The legs with a timetable of an answer."""
    answer = client.post("/v1/plans", json=WISH | more)
    assert answer.status_code == 200, answer.text
    legs = [leg for journey in answer.json()["journeys"] for leg in journey["legs"]]
    return [leg for leg in legs if leg["mode"] == "BUS"]


def test_a_leg_says_its_platforms(client: TestClient) -> None:
    leg = rides(client)[0]
    assert (leg["from"]["platform"], leg["to"]["platform"]) == ("2", None)
    board = client.get("/v1/departures", params={"place": "station"}).json()
    assert {line["stop"]["platform"] for line in board["departures"]} == {"2"}


def test_a_wheelchair_does_not_take_a_bus_without_a_place(client: TestClient) -> None:
    assert {(leg["trip_id"], leg["wheelchair"]) for leg in rides(client)} >= {("red-1", False)}
    party = {"adults": 1, "wheelchairs": 1}
    assert {(leg["trip_id"], leg["wheelchair"]) for leg in rides(client, party=party)} <= {
        ("red-2", None)
    }


def test_what_is_unknown_is_said_in_both_languages(client: TestClient) -> None:
    for language, word in (("ja", "車いす"), ("en", "wheelchairs")):
        wish = WISH | {"depart": "2026-11-24T12:00", "language": language}
        body = wish | {"party": {"adults": 1, "wheelchairs": 1}}
        notes = client.post("/v1/plans", json=body).json()["notes"]
        said = {note["code"]: note["message"] for note in notes}
        assert word in said["wheelchair_unknown"]


def test_who_walks_slowly_walks_longer(client: TestClient) -> None:
    answers = [
        client.post("/v1/plans", json=WISH | {"to": "36.302,136.3115"} | more).json()
        for more in ({}, {"walk_speed_m_s": 0.6}, {"max_walk_m": 10})
    ]
    walks = [
        [leg["duration_s"] for journey in answer["journeys"] for leg in journey["legs"][-1:]]
        for answer in answers
    ]
    assert walks[0]
    assert walks[1]
    assert 2 * min(walks[0]) - 1 <= min(walks[1]) <= 2 * min(walks[0])
    assert all(leg["mode"] != "WALK" for j in answers[2]["journeys"] for leg in j["legs"])


@pytest.mark.parametrize(
    "more",
    [{"walk_speed_m_s": 0}, {"walk_speed_m_s": 9}, {"max_walk_m": -1}, {"max_walk_m": 10**9}],
)
def test_walks_out_of_reason_are_refused(client: TestClient, more: dict[str, object]) -> None:
    answer = client.post("/v1/plans", json=WISH | more)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert next(iter(more)) in answer.text
