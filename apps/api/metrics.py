"""Figures for Prometheus: how requests fare in this process, and what waits in the database."""

import logging
import re
import time
from collections.abc import Iterator
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.api.deps import staff_only
from apps.api.problems import documented
from apps.journal import request_id
from apps.runtime import Runtime
from maas.errors import ForbiddenError, StaffKeyWrongError
from maas.tables.backlog import backlog
from maas.tracing import span

router = APIRouter(tags=["city"])
_REQUEST_ID = "X-Request-Id"
_NAME = re.compile(r"[A-Za-z0-9-]{8,64}")
"""A name that somebody before us, such as a reverse proxy, may have given to a request."""

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = logging.getLogger("meguri.api")


class Metrics:
    """What one app counts.

    Parameters
    ----------
    runtime : Runtime
        The service.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Backlog(runtime))
        self.requests = Histogram(
            "meguri_request_seconds",
            "Time until the last byte of an answer, by route as documented.",
            ("method", "route", "status"),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Write everything as Prometheus reads it.

        Returns
        -------
        bytes
            The text format.
        """
        return generate_latest(self._registry)


class Stopwatch:
    """ASGI middleware that names, times, traces and logs requests.

    Parameters
    ----------
    app : ASGIApp
        What stands behind it.
    metrics : Metrics
        Where times go.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through and time it.

        Parameters
        ----------
        scope : Scope
            The connection.
        receive, send : Receive, Send
            Its two directions.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        given = Headers(scope=scope).get(_REQUEST_ID, "")
        name = given if _NAME.fullmatch(given) else uuid4().hex

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_REQUEST_ID] = name
            await send(message)

        token = request_id.set(name)
        began_s = time.perf_counter()
        try:
            with span("request", method=scope["method"], request=name) as current:
                try:
                    await self._app(scope, receive, noting)
                finally:
                    self._note(scope, status, time.perf_counter() - began_s)
                    if current is not None:
                        current.update_name(f"{scope['method']} {_route_of(scope)}")
                        current.set_attribute("status", status)
        finally:
            request_id.reset(token)

    def _note(self, scope: Scope, status: int, taken_s: float) -> None:
        """Count a request, and tell it to the log.

        Parameters
        ----------
        scope : Scope
            The connection.
        status : int
            How it was answered.
        taken_s : float
            How long that took.
        """
        method, route = scope["method"], _route_of(scope)
        if not route.endswith("/events"):  # a stream lasts as long as somebody listens
            self._metrics.requests.labels(method, route, str(status)).observe(taken_s)
        if log.isEnabledFor(logging.INFO):
            told = {"method": method, "route": route, "status": status}
            log.info("answered", extra={**told, "ms": round(1000 * taken_s, 1)})


def _route_of(scope: Scope) -> str:
    """Name the route of a request: the pattern, never the address, that may open a booking.

    Parameters
    ----------
    scope : Scope
        The connection, after it was answered.

    Returns
    -------
    str
        Such as ``/v1/bookings/{booking_id}``.
    """
    return str(getattr(scope.get("route"), "path", "none"))


class _Backlog(Collector):
    """What waits in the database, read when somebody asks.

    Parameters
    ----------
    runtime : Runtime
        The service.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the figures.

        Yields
        ------
        GaugeMetricFamily
            One measure.
        """
        with self._runtime.database.reading() as session:
            found = backlog(session, self._runtime.clock())
        states = GaugeMetricFamily("meguri_bookings", "Bookings by state.", labels=["state"])
        for state, count in found.bookings.items():
            states.add_metric([state], count)
        yield states
        for name, text, value in (
            ("meguri_events_waiting", "Events not yet handed on.", found.events),
            ("meguri_oldest_event_seconds", "Age of the oldest of them.", found.oldest_event_s),
            ("meguri_mails_waiting", "Mails not yet sent.", found.mails),
        ):
            yield GaugeMetricFamily(name, text, value=value)

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing beforehand, so that registering asks no database.

        Returns
        -------
        list[GaugeMetricFamily]
            Empty.
        """
        return []


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(staff_only)],
    responses={
        200: {"content": {"text/plain": {}}},
        **documented(StaffKeyWrongError, ForbiddenError),
    },
)
def metrics(request: Request) -> Response:
    """Give Prometheus its figures (staff): requests of this process, and what waits."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), media_type=CONTENT_TYPE_LATEST)
