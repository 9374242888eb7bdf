"""Running the long-lived processes: the server and the worker."""

import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from apps.api import create_app
from apps.cli.output import write_json
from apps.cli.supervising import Announcement, Life, Supervisor
from apps.journal import keep_journal
from apps.runtime import Runtime, open_runtime
from apps.worker import Worker
from maas.config import Settings
from maas.errors import InvalidRequestError
from maas.tracing import told_to

_LAST_REQUESTS_S = 5
_DATABASE_PATIENCE_S = 60.0
"""Wait for a database server at the start: after a power cut, it and the service start together."""

_WAITING = 2048
"""Connections that may wait while the city is loaded."""

Announce = Callable[[Announcement], None]
"""Says that a process is ready."""


class _Server(uvicorn.Server):
    """A server that says when it is ready, and lets event streams go when told to stop."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so.

        Parameters
        ----------
        sockets : list[socket.socket] or None
            Sockets to listen at.
        """
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End open event streams first: they would keep the server waiting.

        Parameters
        ----------
        sig : int
            The signal.
        frame : FrameType or None
            Where it arrived.
        """
        app: Any = self.config.app
        app.state.stopping.set()
        super().handle_exit(sig, frame)


def run_server(settings: Settings, *, with_worker: bool, as_json: bool) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    settings : Settings
        What the deployment chose; with several processes the worker has one of its own.
    with_worker : bool
        Run a worker too.
    as_json : bool
        Say where in JSON.

    Raises
    ------
    InvalidRequestError
        The port is taken, or several processes have no Redis to share.
    """
    keep_journal(settings.log_level)
    _end_alike()
    announce = partial(_announce, as_json=as_json)
    if settings.workers > 1 and not settings.redis_url:
        raise InvalidRequestError(
            "Several processes tell each other what happens over Redis: set MAAS_REDIS_URL, or "
            "serve with one process (--workers 1)."
        )
    with _listen(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        if settings.workers == 1:
            _serve(settings, listener, announce, with_worker=with_worker)
        else:
            server = partial(_serve, settings, listener, with_worker=False)
            lives: list[Life] = [server] * settings.workers
            code = Supervisor([*lives, partial(_work, settings)] if with_worker else lives).run(
                announce
            )
            if code:
                sys.exit(code)
    if not as_json:
        sys.stdout.write("\nStopped. Nothing is lost: bookings and plans are in the database.\n")


def _serve(
    settings: Settings, listener: socket.socket, announce: Announce, *, with_worker: bool
) -> None:
    """Serve at a port until told to stop.

    Parameters
    ----------
    settings : Settings
        What the deployment chose.
    listener : socket.socket
        The port.
    announce : Announce
        Told when requests are answered.
    with_worker : bool
        Run the worker in this process.
    """
    keep_journal(settings.log_level)
    with (
        told_to(settings.trace_url, "meguri-api"),
        open_runtime(settings, _DATABASE_PATIENCE_S) as runtime,
    ):
        app = create_app(runtime, with_worker=with_worker)
        # The city stays as it is: a collection that walks through it stops a request for 0.2 s.
        gc.collect()
        gc.freeze()
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_LAST_REQUESTS_S,
            server_header=False,
        )
        server = _Server(config, lambda: announce(_addresses(runtime)))
        with contextlib.suppress(KeyboardInterrupt):  # raised again after an orderly end
            server.run(sockets=[listener])


def run_worker(settings: Settings, *, as_json: bool) -> None:
    """Work until told to stop.

    Parameters
    ----------
    settings : Settings
        What the deployment chose.
    as_json : bool
        Say so in JSON.
    """
    _work(settings, partial(_announce_worker, as_json=as_json))


def _work(settings: Settings, announce: Announce) -> None:
    """Work until told to stop.

    Parameters
    ----------
    settings : Settings
        What the deployment chose.
    announce : Announce
        Told when the work has begun.
    """
    keep_journal(settings.log_level)
    _end_alike()
    with (
        told_to(settings.trace_url, "meguri-worker"),
        open_runtime(settings, _DATABASE_PATIENCE_S) as runtime,
    ):
        worker = Worker(runtime)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                worker.start()
                announce({"city": runtime.city.id, "areas": sorted(runtime.fleet.areas)})
                worker.wait()
        finally:
            worker.stop()


def _end_alike() -> None:
    """Let a service manager's SIGTERM end a process as Ctrl-C does: in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _listen(settings: Settings) -> socket.socket:
    """Take the port before the city is loaded, so that a taken one is told at once.

    Parameters
    ----------
    settings : Settings
        Host and port.

    Returns
    -------
    socket.socket
        Listening, so that nobody else can take the port meanwhile; closed by the caller.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        raise InvalidRequestError(
            f"Cannot listen at {settings.host}:{settings.port} ({error.strerror}). "
            "Stop what runs there, or choose another port with --port or MAAS_PORT."
        ) from error
    return listener


def _addresses(runtime: Runtime) -> Announcement:
    """Say where the service is.

    Parameters
    ----------
    runtime : Runtime
        The service.

    Returns
    -------
    Announcement
        Addresses, and the city's name.
    """
    base, key = runtime.settings.base_url, runtime.keys.staff
    return {
        "url": base,
        "driver_url": f"{base}/driver" + (f"?key={key}" if key else ""),
        "docs_url": f"{base}/docs",
        "city": runtime.city.name.get("en") or next(iter(runtime.city.name.values())),
    }


def _announce(addresses: Announcement, *, as_json: bool) -> None:
    """Say that the service is ready, and where.

    Parameters
    ----------
    addresses : Announcement
        Where.
    as_json : bool
        In JSON.
    """
    if as_json:
        write_json(addresses)
    else:
        sys.stdout.write(
            f"\nMeguri serves {addresses['city']}:\n"
            f"  riders    {addresses['url']}\n  drivers   {addresses['driver_url']}\n"
            f"  API       {addresses['docs_url']}\n"
            "Ctrl-C stops it.\n"
        )
    sys.stdout.flush()


def _announce_worker(work: Announcement, *, as_json: bool) -> None:
    """Say that the worker works, and for whom.

    Parameters
    ----------
    work : Announcement
        City and areas.
    as_json : bool
        In JSON.
    """
    if as_json:
        write_json(work)
    else:
        sys.stdout.write(f"Working for {work['city']}: {', '.join(work['areas']) or 'no areas'}.\n")
    sys.stdout.flush()
