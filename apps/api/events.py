"""Server-sent events from the event bus."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from maas.events import EventBus

_LOOK_EVERY_S = 0.5
_BREATHE_EVERY_S = 15
_POSITION = re.compile(r"^\d+-\d+$")


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
    position = last_event_id
    if not _POSITION.match(position):
        position = await run_in_threadpool(bus.latest, stream)
    yield f"retry: 2000\nid: {position}\n\n"
    silent_s = 0.0
    while not request.app.state.stopping.is_set() and not await request.is_disconnected():
        events = await run_in_threadpool(bus.read_after, stream, position)
        for at, event in events:
            position = at
            yield f"id: {at}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
        silent_s = 0.0 if events else silent_s + _LOOK_EVERY_S
        if silent_s >= _BREATHE_EVERY_S:
            silent_s = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_EVERY_S)
