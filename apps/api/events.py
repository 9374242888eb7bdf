"""Server-sent events from the event bus."""

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

from maas.events import EventBus

_LOOK_EVERY_S = 0.5
_BREATHE_EVERY_S = 15
_POSITION = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
"""A position in a Redis stream: two numbers of 64 bits."""

_HEADERS = {"X-Accel-Buffering": "no"}
"""Reverse proxies would otherwise keep events until their buffer is full."""

log = logging.getLogger("meguri.api")


def follow(request: Request, bus: EventBus, stream: str, last_event_id: str) -> StreamingResponse:
    """Answer with the events of a stream as they happen.

    Parameters
    ----------
    request : Request
        The listener's request.
    bus : EventBus
        Where events come from.
    stream : str
        Whom they concern.
    last_event_id : str
        Position of the last event the listener heard; empty to begin now.

    Returns
    -------
    StreamingResponse
        Server-sent events.
    """
    events = event_stream(request, bus, stream, last_event_id)
    return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)


async def event_stream(
    request: Request, bus: EventBus, stream: str, last_event_id: str
) -> AsyncIterator[str]:
    """Follow a stream of the event bus as server-sent events.

    Parameters
    ----------
    request : Request
        The listener's request; the stream ends with it, or with the server.
    bus : EventBus
        Where events come from.
    stream : str
        Whom they concern.
    last_event_id : str
        Position of the last event the listener heard; empty to begin now.

    Yields
    ------
    str
        Events, and a comment now and then that keeps the connection open.
    """
    yield "retry: 2000\n\n"
    position = last_event_id if _POSITION.fullmatch(last_event_id) else ""
    silent_s = 0.0
    while not request.app.state.stopping.is_set() and not await request.is_disconnected():
        events: list[tuple[str, dict[str, Any]]] = []
        try:
            if not position:
                position = await run_in_threadpool(bus.latest, stream)
                yield f"id: {position}\n\n"
            events = await run_in_threadpool(bus.read_after, stream, position)
        except redis.RedisError as error:  # it comes back; the listener need not notice
            log.warning("events of %s wait: %s", stream.partition(":")[0], error)
        for at, event in events:
            position = at
            yield f"id: {at}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
        silent_s = 0.0 if events else silent_s + _LOOK_EVERY_S
        if silent_s >= _BREATHE_EVERY_S:
            silent_s = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_EVERY_S)
