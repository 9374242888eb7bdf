"""Realtime in the service: polled over real HTTP, shown in plans and boards, dropped when old."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import Runtime, open_runtime
from gtfs.messages import (
    NO_SERVICE,
    Alert,
    RealtimeMessage,
    StopTimeUpdate,
    Touched,
    TripDescriptor,
    TripUpdate,
)
from gtfs.realtime import write_realtime
from maas.city.realtime import fetch_bytes
from maas.config import Settings
from maas.errors import CityInvalidError
from tests.apps.conftest import MORNING
from tests.apps.test_cli import Maas, document, maas, town
from tests.builders import at, toytown

__all__ = ["maas", "town"]  # fixtures

NOW_S = at("2026-11-24 09:00")


class Operator:
    """An operator's server on a free port of this machine; a test changes what it answers."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.asked = 0
        operator = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                operator.asked += 1
                self.send_response(operator.status)
                self.send_header("Content-Length", str(len(operator.body)))
                self.end_headers()
                self.wfile.write(operator.body)

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/tu.pb"


@pytest.fixture
def operator() -> Iterator[Operator]:
    """The server, running."""
    opened = Operator()
    thread = threading.Thread(target=opened.server.serve_forever, args=(0.05,))
    thread.start()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()
    thread.join()


def late(minutes: int, made_s: int = NOW_S, **more: Any) -> bytes:
    """The 10:20 bus, some minutes late."""
    stop = StopTimeUpdate(1, "station", departure_delay_s=minutes * 60)
    update = TripUpdate("e", TripDescriptor("red-1", start_date="20261124"), (stop,))
    return write_realtime(RealtimeMessage(made_s, (update,), **more))


def cancelled(trip: str = "red-1", made_s: int = NOW_S) -> bytes:
    """A bus that does not run."""
    descriptor = TripDescriptor(trip, start_date="20261124", relationship="CANCELED")
    return write_realtime(RealtimeMessage(made_s, (TripUpdate("e", descriptor),)))


@pytest.fixture
def open_town(tmp_path: Path) -> Iterator[Callable[..., Runtime]]:
    """Open the toy town with a source of realtime."""
    opened = []

    def open_with(url: str, feed: str = "gtfs", now: str = MORNING) -> Runtime:
        folder = toytown(tmp_path / "town")
        with (folder / "city.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[[realtime]]\nfeed = "{feed}"\nurl = "{url}"\n')
        settings = Settings(
            city=folder, data_dir=tmp_path / "var", database_url="", redis_url="", now=now,
            staff_key="key", realtime_every_s=1,
        )  # fmt: skip
        context = open_runtime(settings)
        opened.append(context)
        return context.__enter__()

    yield open_with
    for context in opened:
        context.__exit__(None, None, None)


def buses(client: TestClient, depart: str = "2026-11-24T10:00+09:00") -> list[dict[str, Any]]:
    """The legs by bus from the station to the west."""
    wish = {"from": "station", "to": "west", "depart": depart, "language": "en"}
    answer = client.post("/v1/plans", json=wish)
    assert answer.status_code == 200, answer.text
    return [
        leg for journey in answer.json()["journeys"] for leg in journey["legs"]
        if leg["mode"] == "BUS"
    ]  # fmt: skip


def notes(client: TestClient) -> list[str]:
    """The codes of the notes of an answer."""
    wish = {"from": "station", "to": "west", "depart": "2026-11-24T10:00+09:00"}
    return [note["code"] for note in client.post("/v1/plans", json=wish).json()["notes"]]


def test_the_serving_process_follows_the_operator(
    operator: Operator, open_town: Callable[..., Runtime]
) -> None:
    runtime = open_town(operator.url)
    operator.body = late(3)
    with TestClient(create_app(runtime)) as client:
        deadline = time.monotonic() + 30
        while runtime.city.planner.live is None and time.monotonic() < deadline:
            time.sleep(0.02)
        leg = buses(client)[0]
        assert leg["departure"] == "2026-11-24T10:23:00+09:00"
        assert leg["scheduled_departure"] == "2026-11-24T10:20:00+09:00"
        assert leg["scheduled_arrival"] == "2026-11-24T10:50:00+09:00"
        assert (leg["realtime"], leg["delay_s"], leg["alerts"]) == (True, 180, [])
        assert client.get("/v1/city").json()["realtime"] == [
            {"feed": "gtfs", "status": "live", "made": MORNING}
        ]
        operator.body = cancelled()
        before = runtime.city.planner.live
        while runtime.city.planner.live is before and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not buses(client), "the next bus leaves after noon, and the van is quicker"


def test_boards_say_what_is_late_and_what_does_not_run(
    operator: Operator, open_town: Callable[..., Runtime]
) -> None:
    runtime = open_town(operator.url)
    with TestClient(create_app(runtime)) as client:
        operator.body = late(3)
        runtime.realtime.poll()
        place = {"place": "station", "from": "2026-11-24T09:00+09:00", "limit": 2}
        lines = client.get("/v1/departures", params=place).json()["departures"]
        assert [(x["departure"][11:16], x["delay_s"], x["cancelled"]) for x in lines] == [
            ("10:23", 180, False),
            ("12:20", None, False),
        ]
        operator.body = cancelled()
        runtime.realtime.poll()
        lines = client.get("/v1/departures", params=place).json()["departures"]
        assert [(x["departure"][11:16], x["cancelled"]) for x in lines] == [
            ("10:20", True),
            ("12:20", False),
        ]
        wish = {"from": "station", "to": "west", "depart": "2026-11-24T10:00+09:00"}
        ask = {**wish, "line": "Red", "expected": "2026-11-24T10:20+09:00", "language": "en"}
        reason = client.post("/v1/why-not", json=ask).json()
        assert reason["code"] == "cancelled"
        assert reason["message"] == (
            "Red leaving station at 10:20 is cancelled. The next leaves at 12:20."
        )


def test_alerts_speak_the_language_of_the_reader(
    operator: Operator, open_town: Callable[..., Runtime]
) -> None:
    header = (("ja", "橋が通れません"), ("en", "The bridge is closed"))
    alert = Alert("a", (Touched(route_id="red"),), header=header, effect="DETOUR")
    closed = Alert("b", (Touched(stop_id="hall"),), header=(("", "工事"),), effect=NO_SERVICE)
    operator.body = write_realtime(RealtimeMessage(NOW_S, alerts=(alert, closed)))
    runtime = open_town(operator.url)
    runtime.realtime.poll()
    with TestClient(create_app(runtime)) as client:
        leg = buses(client)[0]
        assert [one["header"] for one in leg["alerts"]] == ["The bridge is closed"]
        assert leg["alerts"][0]["effect"] == "DETOUR"
        assert [stop["stop_id"] for stop in leg["intermediate_stops"]] == ["school"]
        assert leg["realtime"] is False


def test_old_news_is_no_news(operator: Operator, open_town: Callable[..., Runtime]) -> None:
    operator.body = late(3, NOW_S - 301)
    runtime = open_town(operator.url)
    runtime.realtime.poll()
    assert runtime.city.planner.live is None
    with TestClient(create_app(runtime)) as client:
        assert client.get("/v1/city").json()["realtime"][0]["status"] == "stale"
        assert buses(client)[0]["realtime"] is False
        assert "realtime_missing" in notes(client)
    operator.body = late(3)
    runtime.realtime.poll()
    assert runtime.realtime.states[0].status == "live"
    assert runtime.city.planner.live is not None


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [(503, b"", "unreachable"), (404, b"gone", "unreachable"), (200, b"<html>", "unreadable"),
     (200, late(3)[:-5], "unreadable")],
)  # fmt: skip
def test_a_source_in_trouble_breaks_nothing(
    operator: Operator, open_town: Callable[..., Runtime], status: int, body: bytes, state: str
) -> None:
    operator.body = late(3)
    runtime = open_town(operator.url)
    assert runtime.realtime.poll()
    operator.status, operator.body = status, body
    assert not runtime.realtime.poll()
    assert runtime.realtime.states[0].status == state
    assert runtime.city.planner.live is not None, "the last message holds until it is old"
    with TestClient(create_app(runtime)) as client:
        assert buses(client)[0]["delay_s"] == 180
        assert "realtime_missing" in notes(client)


def test_a_server_that_is_away(operator: Operator, open_town: Callable[..., Runtime]) -> None:
    runtime = open_town("http://127.0.0.1:1/nothing.pb")
    assert runtime.realtime.poll(every_s=20)
    assert runtime.realtime.states[0].status == "unreachable"
    assert runtime.realtime.states[0].failures == 1
    runtime.realtime.poll(every_s=20)
    assert runtime.realtime.states[0].failures == 1, "it is not due yet"


def test_the_same_message_again_changes_nothing(
    operator: Operator, open_town: Callable[..., Runtime]
) -> None:
    operator.body = late(3)
    runtime = open_town(operator.url)
    assert runtime.realtime.poll()
    live = runtime.city.planner.live
    assert not runtime.realtime.poll()
    assert runtime.city.planner.live is live
    assert operator.asked == 2


def test_a_path_instead_of_an_address(open_town: Callable[..., Runtime], tmp_path: Path) -> None:
    runtime = open_town("tu.pb")
    runtime.realtime.poll()
    assert runtime.realtime.states[0].status == "unreachable"
    (tmp_path / "town" / "tu.pb").write_bytes(late(3))
    runtime.realtime.poll()
    assert runtime.realtime.states[0].status == "live"


def test_a_message_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maas.city.realtime._MOST_BYTES", 1000)
    (tmp_path / "tu.pb").write_bytes(bytes(1001))
    with pytest.raises(OSError, match="sends more than"):
        fetch_bytes("tu.pb", tmp_path)


def test_realtime_for_a_feed_that_is_not_there(open_town: Callable[..., Runtime]) -> None:
    with pytest.raises(CityInvalidError, match="realtime is for the feed 'bus'"):
        open_town("tu.pb", feed="bus")


def test_a_file_on_the_command_line(maas: Maas, tmp_path: Path) -> None:
    file = tmp_path / "tu.pb"
    file.write_bytes(late(3, NOW_S - 10_000))
    wish = ("station", "west", "--depart", "2026-11-24 10:00", "--realtime", str(file))
    plan = document(maas("plan", *wish, "--json"))
    legs = [leg for journey in plan["journeys"] for leg in journey["legs"]]
    assert next(leg["delay_s"] for leg in legs if leg["mode"] == "BUS") == 180
    assert "Red → west, 3 min late" in maas("plan", *wish).stdout
    shown = ("departures", "station", "--from", "2026-11-24 10:00", "--realtime", str(file))
    assert "3 min late" in maas(*shown).stdout
    file.write_bytes(cancelled())
    assert ", cancelled" in maas(*shown).stdout
    why = maas("why-not", *wish, "--line", "Red", "--at", "2026-11-24 10:20", "--json")
    assert json.loads(why.stdout)["code"] == "cancelled"


def test_a_file_that_is_no_message(maas: Maas, tmp_path: Path) -> None:
    (tmp_path / "x.pb").write_bytes(b"nothing of the kind")
    wish = ("plan", "station", "west", "--realtime", str(tmp_path / "x.pb"))
    done = maas(*wish)
    assert done.returncode == 2
    assert "x.pb" in done.stderr
    assert "no GTFS-Realtime message" in done.stderr
    done = maas("plan", "station", "west", "--realtime", str(tmp_path / "y.pb"))
    assert (done.returncode, "y.pb" in done.stderr) == (2, True)
