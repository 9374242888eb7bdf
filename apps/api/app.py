"""The ASGI app: routers over one runtime, with a worker beside it where wished."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from apps.api import (
    accounts,
    bookings,
    city,
    client_keys,
    loans,
    metrics,
    pages,
    passkeys,
    plans,
    printed,
    problems,
    products,
    reach,
    series,
    sessions,
    tickets,
    vehicles,
)
from apps.api.gate import Gate
from apps.following import Follower
from apps.runtime import Runtime
from apps.worker import Worker
from maas.errors import BrokenError, RequestTooLargeError, UnavailableError

_ABOUT = (
    "Buses, trains and shared on-demand rides as one service: plan, book, ride. Times are ISO 8601 "
    "with the city's offset, amounts whole minor units (yen). Every error is a problem document "
    "(RFC 9457) with a stable `code`."
)


def create_app(runtime: Runtime, *, with_worker: bool = False) -> FastAPI:
    """Make the app.

    Parameters
    ----------
    runtime : Runtime
        The service.
    with_worker : bool
        Run the worker in a thread of this process.

    Returns
    -------
    FastAPI
        The app.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.drawing = city.draw(runtime)
        follower = Follower(runtime)
        follower.start()
        worker = Worker(runtime) if with_worker else None
        if worker:
            worker.start()
        try:
            yield
        finally:
            app.state.stopping.set()
            follower.stop()
            if worker:
                worker.stop()

    app = FastAPI(
        title="Meguri",
        version="1",
        description=_ABOUT,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        responses=problems.documented(RequestTooLargeError, BrokenError, UnavailableError),
    )
    app.add_middleware(Gate)
    app.state.metrics = metrics.Metrics(runtime)
    app.add_middleware(metrics.Stopwatch, metrics=app.state.metrics)
    app.state.runtime = runtime
    app.state.stopping = threading.Event()
    problems.install(app)
    for part in (
        plans,
        reach,
        products,
        bookings,
        series,
        tickets,
        printed,
        sessions,
        passkeys,
        accounts,
        client_keys,
        vehicles,
        loans,
        city,
        metrics,
    ):
        app.include_router(part.router)
    pages.mount(app)
    return app
