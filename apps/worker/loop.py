"""The worker's two loops: events leave at once, plans improve every batch window."""

import logging
import threading
from collections.abc import Callable

import redis
from sqlalchemy.exc import SQLAlchemyError

from apps.runtime import Runtime
from maas.operations import Improver
from maas.tables.outbox import anything_waiting, relay

_RELAY_EVERY_S = 0.25
_PATIENCE_S = 5.0

log = logging.getLogger("meguri.worker")


class Worker:
    """Relays the outbox and improves the plans until told to stop.

    Any number of workers may run beside each other: outbox rows are taken under lock, and an
    improvement that came too late is dropped.

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
        for area in runtime.fleet.areas.values():
            improver = Improver(runtime.database, area, runtime.city.timezone, runtime.clock)
            self._threads.append(
                threading.Thread(
                    target=self._every,
                    args=(area.rules.batch_window_s, improver.run),
                    name=f"improve-{area.id}",
                )
            )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def stop(self) -> None:
        """End after what is being done now."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=_PATIENCE_S)

    def wait(self) -> None:
        """Wait until told to stop."""
        self._stopping.wait()

    def relay(self) -> int:
        """Hand waiting events to the bus.

        Returns
        -------
        int
            How many.
        """
        with self._runtime.database.reading() as session:
            if not anything_waiting(session):
                return 0
        with self._runtime.database.transaction() as session:
            return relay(session, self._runtime.bus, self._runtime.clock())

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
