"""Events leave in order, once in peace and at least once in trouble, and hold nobody up."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import fakeredis
import pytest
import redis

from apps.runtime import Runtime
from apps.worker import Worker
from maas.events import EventBus
from maas.tables.outbox import record


class Heard(EventBus):
    """A bus that writes down what it is told, and may stop in the middle."""

    def __init__(self, fails_at: int | None = None) -> None:
        super().__init__(fakeredis.FakeRedis())
        self.numbers: list[int] = []
        self.fails_at = fails_at
        self.busy, self.go_on = Event(), Event()
        self.go_on.set()

    def publish(self, stream: str, event: Mapping[str, Any]) -> None:
        """Hear an event."""
        self.busy.set()
        assert self.go_on.wait(20)
        if event["number"] == self.fails_at:
            self.fails_at = None
            raise redis.ConnectionError("away")
        self.numbers.append(event["number"])


def happen(town: Runtime, numbers: range) -> None:
    with town.database.transaction() as session:
        for number in numbers:
            record(session, "test", "x", 0, number=number)


def worker(town: Runtime, bus: EventBus) -> Worker:
    """A worker that follows all others, and is elected where there is none."""
    made = Worker(replace(town, bus=bus))
    made.election.stand()
    return made


def test_events_leave_once_and_in_order(town: Runtime) -> None:
    bus = Heard()
    happen(town, range(5))
    only = worker(town, bus)
    assert only.relay() == 5
    assert only.relay() == 0
    assert bus.numbers == [0, 1, 2, 3, 4]


def test_a_bus_that_stops_in_the_middle_hears_the_rest_later(town: Runtime) -> None:
    bus = Heard(fails_at=3)
    happen(town, range(5))
    first = worker(town, bus)
    with pytest.raises(redis.ConnectionError):
        first.relay()
    first.stop()
    assert worker(town, bus).relay() == 2
    assert bus.numbers == [0, 1, 2, 3, 4]


def test_a_slow_bus_keeps_nobody_from_writing(town: Runtime) -> None:
    bus = Heard()
    bus.go_on.clear()
    happen(town, range(2))
    only = worker(town, bus)
    with ThreadPoolExecutor(2) as pool:
        relayed = pool.submit(only.relay)
        assert bus.busy.wait(10)
        written = pool.submit(happen, town, range(2, 4))
        try:
            written.result(timeout=5)
        finally:
            bus.go_on.set()
        assert relayed.result(timeout=20) == 2
    assert only.relay() == 2
    assert bus.numbers == [0, 1, 2, 3]


def test_two_workers_do_not_mix_the_order(town: Runtime) -> None:
    bus = Heard()
    bus.go_on.clear()
    happen(town, range(3))
    one, other = worker(town, bus), worker(town, bus)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(one.relay)
        assert bus.busy.wait(10)
        happen(town, range(3, 6))
        assert other.relay() == 0
        bus.go_on.set()
        assert first.result(timeout=20) == 3
    one.stop()
    other.election.stand()
    assert other.relay() == 3
    assert bus.numbers == list(range(6))


class Odd(Heard):
    """A bus with a fault nobody foresaw."""

    def publish(self, stream: str, event: Mapping[str, Any]) -> None:
        """Fail once."""
        if self.fails_at is not None:
            self.fails_at = None
            raise AssertionError("odd")
        super().publish(stream, event)
        self.busy.set()


def test_a_fault_nobody_foresaw_does_not_end_the_worker(
    town: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.worker.loop._PATIENCE_S", 0.1)
    bus = Odd(fails_at=0)
    happen(town, range(1))
    running = worker(town, bus)
    running.start()
    try:
        assert bus.busy.wait(10)
    finally:
        running.stop()
    assert bus.numbers == [0]
