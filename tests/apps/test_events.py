"""What happens is heard: outbox, bus, server-sent events."""

import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from apps.runtime import Runtime
from maas.events import EventBus, connect
from tests.apps.test_api_walk import booked


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait for something that another thread does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def kinds(bus: EventBus, stream: str) -> list[str]:
    """Name everything a stream has heard."""
    return [event["kind"] for _, event in bus.read_after(stream, "0-0")]


def test_the_worker_tells_rider_and_driver(runtime: Runtime, client: TestClient) -> None:
    booking = booked(client)
    stream = f"booking:{booking['id']}"
    told = ["booking_held", "ride_planned", "booking_confirmed"]
    assert eventually(lambda: kinds(runtime.bus, stream) == told)
    assert "plan_changed" in kinds(runtime.bus, "vehicle:1")
    client.post(f"/v1/bookings/{booking['id']}/cancel")
    assert eventually(lambda: kinds(runtime.bus, stream)[-1] == "booking_cancelled")


def test_events_carry_no_personal_data(runtime: Runtime, client: TestClient) -> None:
    booking = booked(client)
    stream = f"booking:{booking['id']}"
    assert eventually(lambda: len(kinds(runtime.bus, stream)) == 3)
    everything = str(
        runtime.bus.read_after(stream, "0-0") + runtime.bus.read_after("vehicle:1", "0-0")
    )
    assert "Rider A" not in everything
    assert "0761" not in everything


@pytest.mark.parametrize("kind", ["fake", pytest.param("real", marks=pytest.mark.services)])
def test_a_listener_goes_on_where_it_was(kind: str, request: pytest.FixtureRequest) -> None:
    bus = connect(request.getfixturevalue("redis_url") if kind == "real" else "")
    stream = f"test:{kind}"
    assert bus.latest(stream) == "0-0"
    for number in range(3):
        bus.publish(stream, {"id": number, "kind": "x"})
    events = bus.read_after(stream, "0-0")
    assert [event["id"] for _, event in events] == [0, 1, 2]
    position = events[1][0]
    assert [event["id"] for _, event in bus.read_after(stream, position)] == [2]
    assert bus.latest(stream) == events[2][0]
    assert bus.read_after(stream, bus.latest(stream)) == []
