"""The worker's two loops: events leave at once, plans are mended and improved every window."""

import logging
import threading
import time
from collections.abc import Callable

import redis
from sqlalchemy.exc import SQLAlchemyError

from apps.runtime import Runtime
from maas.checkout import Follower, Mender
from maas.operations import Improver
from maas.tables.outbox import mark_relayed, waiting

_RELAY_EVERY_S = 0.25
_MAIL_EVERY_S = 1.0
_PATIENCE_S = 5.0

log = logging.getLogger("meguri.worker")


class Worker:
    """Relays the outbox and improves the plans until told to stop.

    Any number of workers may run beside each other: one relays at a time, and an improvement that
    came too late is dropped.

    Parameters
    ----------
    runtime : Runtime
        The service.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._every, args=(_RELAY_EVERY_S, self.relay), name="relay")
        ]
        postman = runtime.postman
        self._threads.append(
            threading.Thread(target=self._every, args=(_MAIL_EVERY_S, postman.run), name="mail")
        )
        for area in runtime.fleet.areas.values():
            improver = Improver(runtime.database, area, runtime.city.timezone, runtime.clock)
            mender = Mender(runtime.database, area, runtime.operations.incidents, runtime.clock)

            follower = Follower(
                runtime.database,
                area,
                runtime.city.timezone,
                lambda: runtime.city.planner.live,
                runtime.clock,
            )
            steps = (mender.run, follower.run, improver.run)

            def batch(steps: tuple[Callable[[], int], ...] = steps) -> int:
                # First what is broken: only plans that hold are moved and improved.
                return sum(step() for step in steps)

            self._threads.append(
                threading.Thread(
                    target=self._every,
                    args=(area.rules.batch_window_s, batch),
                    name=f"improve-{area.id}",
                )
            )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def stop(self) -> None:
        """End after what is being done now, or without it where that takes too long."""
        self._stopping.set()
        deadline_s = time.monotonic() + _PATIENCE_S
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=max(0.0, deadline_s - time.monotonic()))

    def wait(self) -> None:
        """Wait until told to stop."""
        self._stopping.wait()

    def relay(self) -> int:
        """Hand waiting events to the bus, in order; one worker at a time, others pass.

        No lock of the database is held while the bus is spoken to: a Redis that is slow must not
        keep riders from booking. What went out is marked afterwards, so a crash in between sends
        it again; the event's id lets listeners tell.

        Returns
        -------
        int
            How many.
        """
        database, bus = self._runtime.database, self._runtime.bus
        with database.reading() as session:
            if not waiting(session, limit=1):
                return 0
        with database.alone("relay") as alone:
            if not alone:
                return 0
            with database.reading() as session:
                events = waiting(session)
            gone: list[int] = []
            try:
                for number, stream, kind, payload in events:
                    bus.publish(stream, {"id": number, "kind": kind, **payload})
                    gone.append(number)
            finally:
                if gone:
                    with database.transaction() as session:
                        mark_relayed(session, gone, self._runtime.clock())
        return len(gone)

    def _every(self, seconds: float, task: Callable[[], int]) -> None:
        """Do a task again and again; a database or Redis that is away is waited for.

        Parameters
        ----------
        seconds : float
            Pause between two goes.
        task : Callable[[], int]
            The task.
        """
        pause_s = seconds
        while not self._stopping.wait(pause_s):
            try:
                task()
                pause_s = seconds
            except (SQLAlchemyError, redis.RedisError) as error:
                pause_s = min(2 * max(pause_s, seconds), _PATIENCE_S + seconds)
                log.warning("%s: %s; trying again", threading.current_thread().name, error)
            except Exception:  # one bad plan must not end all relaying and improving
                pause_s = _PATIENCE_S + seconds
                log.exception("%s failed; trying again", threading.current_thread().name)
