"""Whoever listens hears every event once and in order, whatever the event bus forgets."""

import asyncio
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import fakeredis
import pytest
import redis
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.api.events import Ear, event_stream
from apps.runtime import Runtime
from apps.worker import Worker
from maas.events import EventBus
from maas.tables.outbox import EVERY_VEHICLE, record


class Shaky(EventBus):
    """A bus that may be away, and may forget everything."""

    def __init__(self) -> None:
        self.client = fakeredis.FakeRedis()
        super().__init__(lambda: self.client)
        self.is_away = False

    def publish(self, stream: str, event: Any) -> None:
        """Fail while away."""
        self._perhaps()
        super().publish(stream, event)

    def latest(self, stream: str) -> str:
        """Fail while away."""
        self._perhaps()
        return super().latest(stream)

    def read_after(self, stream: str, position: str) -> list[tuple[str, dict[str, Any]]]:
        """Fail while away."""
        self._perhaps()
        return super().read_after(stream, position)

    def _perhaps(self) -> None:
        if self.is_away:
            raise redis.ConnectionError("away")


class Story:
    """A town whose events are relayed when told, with one listener."""

    def __init__(self, town: Runtime) -> None:
        self.town = town
        self.bus = Shaky()
        self.worker = Worker(_with_bus(town, self.bus))
        self.happened = 0
        self.heard: list[int] = []
        self.ear = self.fresh_ear(0)

    def fresh_ear(self, position: int | None) -> Ear:
        """Connect, anew or again."""
        return Ear(self.town.database, self.bus, "booking:1", position)

    def happen(self) -> None:
        """Let something happen, to this booking and to another one."""
        with self.town.database.transaction() as session:
            record(session, "booking:1", "x", 0, number=self.happened)
            record(session, "booking:2", "x", 0, number=-1)
        self.happened += 1

    def relay(self) -> None:
        """Let the worker work."""
        self.worker.election.stand()
        try:
            self.worker.relay()
        except redis.RedisError:
            assert self.bus.is_away

    def listen(self) -> None:
        """Hear what there is."""
        try:
            self.heard += [event["number"] for event in self.ear.listen()]
        except redis.RedisError:
            assert self.bus.is_away

    def forget(self) -> None:
        """Kill the bus before it has written anything down; connections break."""
        self.bus.client.flushall()
        self.ear.doubt()

    def reconnect(self) -> None:
        """Come back with the place of the last event heard."""
        self.ear = self.fresh_ear(self.ear.position or 0)

    def away(self) -> None:
        """Go away, or come back."""
        self.bus.is_away = not self.bus.is_away


def _with_bus(town: Runtime, bus: EventBus) -> Runtime:
    return cast(Runtime, SimpleNamespace(**{**vars(town), "bus": bus}))


STEPS = ("happen", "relay", "listen", "forget", "reconnect", "away")


@pytest.fixture
def story(runtime: Runtime) -> Iterator[Story]:
    told = Story(runtime)
    yield told
    told.worker.stop()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def _live(story: Story, data: st.DataObject) -> None:
    for step in data.draw(st.lists(st.sampled_from(STEPS), max_size=14)):
        getattr(story, step)()
    story.bus.is_away = False
    story.relay()
    for _ in range(2):  # the bus, then the database: as after a while of silence
        story.listen()
        story.ear.doubt()
    story.listen()
    assert story.heard == list(range(story.happened))


def test_every_event_is_heard_once_and_in_order(story: Story) -> None:
    _live(story)


def test_more_was_missed_than_fits_into_one_answer(story: Story) -> None:
    for _ in range(450):
        story.happen()
    story.relay()
    story.relay()
    for _ in range(4):
        story.listen()
    assert story.heard == list(range(450))


def test_who_begins_now_hears_what_comes(story: Story) -> None:
    story.happen()
    story.relay()
    story.ear = story.fresh_ear(None)
    story.listen()
    story.happen()
    story.relay()
    story.listen()
    assert story.heard == [1]


def test_all_vehicles_are_heard_in_one_order(runtime: Runtime, story: Story) -> None:
    console = Ear(runtime.database, story.bus, EVERY_VEHICLE, 0)
    assert console.listen() == []
    with runtime.database.transaction() as session:
        for vehicle in ("b", "a", "b"):
            record(session, f"vehicle:{vehicle}", "plan_changed", 0)
    story.relay()
    live = console.listen()
    assert [event["vehicle_id"] for event in live] == ["b", "a", "b"]
    again = Ear(runtime.database, story.bus, EVERY_VEHICLE, live[0]["position"])
    assert again.listen() == live[1:]


def test_a_stream_outlives_a_redis_that_is_away(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.api.events._LOOK_EVERY_S", 0.01)
    story.away()

    async def connected() -> bool:
        return False

    request = SimpleNamespace(
        app=SimpleNamespace(state=SimpleNamespace(stopping=threading.Event())),
        is_disconnected=connected,
    )

    async def first_event() -> str:
        async for piece in event_stream(cast(Request, request), story.fresh_ear(None)):
            if piece.startswith("id: ") and "data" not in piece:
                story.happen()
                story.relay()  # the bus is away: nothing but the database knows
            if "data" in piece:
                return piece
        return ""

    assert "event: x" in asyncio.run(asyncio.wait_for(first_event(), 10))
