"""Server-sent events of a real server: resumed without loss, without names, not for strangers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

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
    first, _ = listen(client, path, "0", "booking_confirmed")
    assert [event["kind"] for _, event in first] == [
        "booking_held",
        "ride_planned",
        "booking_confirmed",
    ]
    client.post(f"/v1/bookings/{booking['id']}/cancel")
    middle = first[1][0]
    rest, _ = listen(client, path, middle, "booking_cancelled")
    assert [event["kind"] for _, event in rest] == ["booking_confirmed", "booking_cancelled"]
    again, text = listen(client, path, "0", "booking_cancelled")
    assert again == first + rest[1:]
    for secret in ("Rider A", "0761", "station"):
        assert secret not in text


def test_the_drivers_stream_is_for_staff_and_has_no_names(client: httpx.Client) -> None:
    assert client.get("/v1/vehicles/1/events").status_code == 401
    assert client.get("/v1/vehicles/1/events?key=guess").status_code == 401
    send_booking(client, plan_offer(client, WISH), "driver")
    heard, text = listen(client, "/v1/vehicles/1/events", "0", "plan_changed", STAFF)
    assert heard[-1][1]["kind"] == "plan_changed"
    for secret in ("Rider A", "0761"):
        assert secret not in text


@pytest.mark.parametrize(
    "position", ["99999999999999999999", "999999999999999999", "x", "1; DROP", "٣", "-"]
)
def test_a_position_that_is_none_begins_now(client: httpx.Client, position: str) -> None:
    booking = send_booking(client, plan_offer(client, WISH), f"position {position!a}").json()
    path = f"/v1/bookings/{booking['id']}/events"
    raw = {b"Last-Event-ID": position.encode()}
    with client.stream("GET", path, headers=cast(Any, raw)) as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        assert next(line for line in lines if line.startswith("id: "))


def test_a_console_hears_every_vehicle(client: httpx.Client) -> None:
    city_id = client.get("/v1/city").json()["id"]
    path = f"/v1/vehicles/of/{city_id}/events"
    assert client.get(path).status_code == 401
    assert client.get("/v1/vehicles/of/elsewhere/events", headers=STAFF).status_code == 404
    send_booking(client, plan_offer(client, WISH), "console")
    heard, text = listen(client, path, "0", "plan_changed", STAFF)
    assert heard[-1][1]["vehicle_id"] == "1"
    for secret in ("Rider A", "0761", "bkg"):
        assert secret not in text
