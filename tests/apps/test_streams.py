"""Server-sent events of a real server: resumed without loss, without names, not for strangers."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fakeredis
import httpx
import pytest
import redis
from fastapi import Request

from apps.api.events import event_stream
from maas.events import EventBus
from tests.apps.servers import Server, plan_offer, running, send_booking
from tests.apps.test_api_walk import STAFF, WISH
from tests.backings import Backing
from tests.builders import toytown, vehicle

Heard = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, module_backing: Backing) -> Iterator[Server]:
    """A toy town whose van has plenty of seats."""
    folder: Path = tmp_path_factory.mktemp("streams")
    town = toytown(folder / "town", vehicle(seats=60))
    named = {"MAAS_CITY": str(town), "MAAS_DATA_DIR": str(folder / "var")}
    started = Server(named | module_backing.environment)
    with running(started):
        yield started


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as opened:
        yield opened


def listen(
    client: httpx.Client, path: str, after: str, last: str, headers: dict[str, str] | None = None
) -> tuple[list[Heard], str]:
    """Follow a stream from a position until an event of a kind; give the events and the text."""
    heard: list[Heard] = []
    text = ""
    with client.stream("GET", path, headers={"Last-Event-ID": after} | (headers or {})) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        position = ""
        for line in stream.iter_lines():
            text += line + "\n"
            field, _, value = line.partition(": ")
            if field == "id":
                position = value
            elif field == "data":
                heard.append((position, json.loads(value)))
                if heard[-1][1]["kind"] == last:
                    break
    return heard, text


def test_a_listener_that_was_away_misses_nothing(client: httpx.Client) -> None:
    booking = send_booking(client, plan_offer(client, WISH), "away").json()
    path = f"/v1/bookings/{booking['id']}/events"
    first, _ = listen(client, path, "0-0", "booking_confirmed")
    assert [event["kind"] for _, event in first] == [
        "booking_held",
        "ride_planned",
        "booking_confirmed",
    ]
    client.post(f"/v1/bookings/{booking['id']}/cancel")
    middle = first[0][0]
    rest, _ = listen(client, path, middle, "booking_cancelled")
    assert [event["kind"] for _, event in rest] == ["booking_confirmed", "booking_cancelled"]
    again, text = listen(client, path, "0-0", "booking_cancelled")
    assert again == first + rest[1:]
    for secret in ("Rider A", "0761", "station"):
        assert secret not in text


def test_the_drivers_stream_is_for_staff_and_has_no_names(client: httpx.Client) -> None:
    assert client.get("/v1/vehicles/1/events").status_code == 401
    assert client.get("/v1/vehicles/1/events?key=guess").status_code == 401
    send_booking(client, plan_offer(client, WISH), "driver")
    heard, text = listen(client, "/v1/vehicles/1/events", "0-0", "plan_changed", STAFF)
    assert heard[-1][1]["kind"] == "plan_changed"
    for secret in ("Rider A", "0761"):
        assert secret not in text


@pytest.mark.parametrize("position", ["99999999999999999999-0", "x", "1-1; DROP", "٣-٣", "-"])
def test_a_position_that_is_none_begins_now(client: httpx.Client, position: str) -> None:
    booking = send_booking(client, plan_offer(client, WISH), f"position {position!a}").json()
    path = f"/v1/bookings/{booking['id']}/events"
    raw = {b"Last-Event-ID": position.encode()}
    with client.stream("GET", path, headers=cast(Any, raw)) as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        assert next(line for line in lines if line.startswith("id: "))


class AwayAtFirst(EventBus):
    """A bus whose Redis cannot be reached for the first questions."""

    def __init__(self) -> None:
        super().__init__(fakeredis.FakeRedis)
        self.away = 2

    def latest(self, stream: str) -> str:
        """Fail, then answer."""
        self._perhaps()
        return super().latest(stream)

    def read_after(self, stream: str, position: str) -> list[tuple[str, dict[str, Any]]]:
        """Fail, then answer."""
        self._perhaps()
        return super().read_after(stream, position)

    def _perhaps(self) -> None:
        self.away -= 1
        if self.away >= 0:
            raise redis.ConnectionError("away")


def test_a_stream_outlives_a_redis_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.api.events._LOOK_EVERY_S", 0.01)
    bus = AwayAtFirst()

    async def connected() -> bool:
        return False

    request = SimpleNamespace(
        app=SimpleNamespace(state=SimpleNamespace(stopping=threading.Event())),
        is_disconnected=connected,
    )

    async def first_event() -> str:
        async for piece in event_stream(cast(Request, request), bus, "booking:1", ""):
            if piece.startswith("id: ") and "data" not in piece:
                bus.publish("booking:1", {"id": 1, "kind": "ride_planned"})
            if "data" in piece:
                return piece
        return ""

    assert "event: ride_planned" in asyncio.run(asyncio.wait_for(first_event(), 10))
