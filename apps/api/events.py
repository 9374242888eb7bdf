"""Server-sent events: what was before comes from the database, what happens now from the bus."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import redis
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError

from maas.database import Database
from maas.events import EventBus
from maas.tables.outbox import last_position, told_after

_LOOK_EVERY_S = 0.5
_BREATHE_EVERY_S = 15
_PAGE = 200
_POSITION = re.compile(r"[0-9]{1,18}")

_HEADERS = {"X-Accel-Buffering": "no"}
"""Reverse proxies would otherwise keep events until their buffer is full."""

log = logging.getLogger("meguri.api")


class Ear:
    """Hears a stream from a place on, each event once, and misses none.

    The bus is quick and may forget: Redis loses its last second where it is killed, and keeps only
    so many events of a stream. So the database is asked at the beginning, whenever the bus was
    away, and now and then in silence.

    Parameters
    ----------
    database : Database
        The service's truth.
    bus : EventBus
        Where events come from as they happen.
    stream : str
        Whom they concern.
    position : int or None
        Place of the last event heard; None begins now.
    """

    def __init__(
        self, database: Database, bus: EventBus, stream: str, position: int | None
    ) -> None:
        self.position = position
        self._database = database
        self._bus = bus
        self._stream = stream
        self._heard: str | None = None

    def listen(self) -> list[dict[str, Any]]:
        """Hear what has happened since, without waiting.

        Returns
        -------
        list[dict[str, Any]]
            Events in their order.

        Raises
        ------
        RedisError
            The bus is away; the next time the database is asked.
        """
        if self._heard is None:
            return self._catch_up()
        at, self._heard = self._heard, None
        found = self._bus.read_after(self._stream, at)
        self._heard = found[-1][0] if found else at
        return self._new([event for _, event in found])

    def doubt(self) -> None:
        """Ask the database the next time."""
        self._heard = None

    def _catch_up(self) -> list[dict[str, Any]]:
        """Ask the database what was missed.

        Returns
        -------
        list[dict[str, Any]]
            Events in their order; there may be more of them.
        """
        heard = None
        try:  # first, so that nothing falls between the two
            heard = self._bus.latest(self._stream)
        except redis.RedisError as error:
            log.warning("events come from the database alone: %s", error)
        with self._database.reading() as session:
            last = last_position(session)
            # A place that is not reached yet was never given out: it begins now, too.
            self.position = last if self.position is None else min(self.position, last)
            events = told_after(session, self._stream, self.position, _PAGE)
        if len(events) < _PAGE:
            self._heard = heard
        return self._new([event.document for event in events])

    def _new(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Leave out what was heard before.

        Parameters
        ----------
        events : list[dict[str, Any]]
            In their order, some perhaps twice.

        Returns
        -------
        list[dict[str, Any]]
            Those that are new.
        """
        fresh = []
        for event in events:
            if event["position"] > (self.position or 0):
                self.position = event["position"]
                fresh.append(event)
        return fresh


def follow(
    request: Request, database: Database, bus: EventBus, stream: str, last_event_id: str
) -> StreamingResponse:
    """Answer with the events of a stream as they happen.

    Parameters
    ----------
    request : Request
        The listener's request.
    database : Database
        The service's truth.
    bus : EventBus
        Where events come from.
    stream : str
        Whom they concern.
    last_event_id : str
        Place of the last event the listener heard; empty to begin now, 0 for all there were.

    Returns
    -------
    StreamingResponse
        Server-sent events.
    """
    position = int(last_event_id) if _POSITION.fullmatch(last_event_id) else None
    events = event_stream(request, Ear(database, bus, stream, position))
    return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)


async def event_stream(request: Request, ear: Ear) -> AsyncIterator[str]:
    """Follow a stream as server-sent events.

    Parameters
    ----------
    request : Request
        The listener's request; the stream ends with it, or with the server.
    ear : Ear
        Hears the stream.

    Yields
    ------
    str
        Events, and a comment now and then that keeps the connection open.
    """
    yield "retry: 2000\n\n"
    begun = False
    silent_s = 0.0
    while not request.app.state.stopping.is_set() and not await request.is_disconnected():
        events: list[dict[str, Any]] = []
        try:
            events = await run_in_threadpool(ear.listen)
        except (redis.RedisError, SQLAlchemyError) as error:  # the listener need not notice
            log.warning("events wait: %s", error)
        if not begun and ear.position is not None and not events:
            yield f"id: {ear.position}\n\n"
        begun = begun or ear.position is not None
        for event in events:
            yield (
                f"id: {event['position']}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
            )
        silent_s = 0.0 if events else silent_s + _LOOK_EVERY_S
        if silent_s >= _BREATHE_EVERY_S:
            silent_s = 0.0
            ear.doubt()
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_EVERY_S)
