"""The board of 加賀温泉駅: trains and the buses in front of the station."""

from fastapi.testclient import TestClient

from apps.api import create_app, schemas
from apps.runtime import Runtime


def get(kaga: Runtime, **query: str) -> tuple[int, dict[str, object]]:
    with TestClient(create_app(kaga)) as client:
        answer = client.get("/v1/departures", params=query)
    return answer.status_code, answer.json()


def test_trains_and_buses_together(kaga: Runtime) -> None:
    status, found = get(kaga, place="加賀温泉駅", time="2026-11-24 10:00", limit="12")
    assert status == 200, found
    board = schemas.Board.model_validate(found)
    times = [line.departure for line in board.departures]
    assert times == sorted(times)
    assert {"RAIL", "BUS"} <= {line.mode for line in board.departures}
    trains = [line.departure[11:16] for line in board.departures if line.mode == "RAIL"]
    assert trains[:3] == ["10:04", "10:17", "10:55"]  # as in the public timetable


def test_in_english(kaga: Runtime) -> None:
    _, found = get(kaga, place="Kaga-Onsen Station", time="2026-11-24 10:00", language="en")
    board = schemas.Board.model_validate(found)
    assert all((line.headsign + line.route.short_name).isascii() for line in board.departures)


def test_where_nothing_stops(kaga: Runtime) -> None:
    status, problem = get(kaga, place="36.20,136.45", time="2026-11-24 10:00")
    assert (status, problem["code"]) == (404, "not_found")


def test_after_the_timetable(kaga: Runtime) -> None:
    status, problem = get(kaga, place="加賀温泉駅", time="2031-01-01 10:00")
    assert (status, problem["code"]) == (422, "date_without_service")
