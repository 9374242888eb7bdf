"""The worker's two loops: events leave at once, plans are mended and improved every window."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable

import redis
from sqlalchemy.exc import SQLAlchemyError

from apps.runtime import Runtime
from apps.worker.election import RENEW_EVERY_S, Election
from maas.checkout import Follower, Mender, SeriesBooker
from maas.errors import LeaseLostError
from maas.operations import Improver
from maas.tables.once import forget_keys
from maas.tables.outbox import are_waiting, line_up, mark_relayed
from maas.tracing import span

_RELAY_EVERY_S = 0.25
_MAIL_EVERY_S = 1.0
_PATIENCE_S = 5.0
_RELAY = "relay"
_SERIES = "series"
_SERIES_EVERY_S = 60.0
_KEYS_LAST_S = 7 * 24 * 3600
_AREA = "area:{}"

log = logging.getLogger("meguri.worker")


class Worker:
    """Relays the outbox and improves the plans until told to stop.

    Any number of workers may run beside each other: they elect one that relays, and one per area
    that looks after its plans; where it dies another one follows.

    Parameters
    ----------
    runtime : Runtime
        The service.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._stopping = threading.Event()
        areas = runtime.fleet.areas.values()
        self.election = Election(
            runtime.database, [_RELAY, _SERIES, *(_AREA.format(area.id) for area in areas)]
        )
        self._threads = [
            threading.Thread(target=self._elect, name="elect"),
            threading.Thread(target=self._every, args=(_RELAY_EVERY_S, self.relay), name="relay"),
        ]
        postman = runtime.postman
        self._threads.append(
            threading.Thread(target=self._every, args=(_MAIL_EVERY_S, postman.run), name="mail")
        )
        self._threads.append(
            threading.Thread(
                target=self._every, args=(_SERIES_EVERY_S, self.book_series), name="series"
            )
        )
        for area in areas:
            task = _AREA.format(area.id)
            database = self.election.database_for(task)
            improver = Improver(database, area, runtime.city.timezone, runtime.clock)
            mender = Mender(database, area, runtime.operations.incidents, runtime.clock)

            follower = Follower(
                database,
                area,
                runtime.city.timezone,
                lambda: runtime.city.planner.live,
                runtime.clock,
            )
            steps = (mender.run, follower.run, improver.run)

            def batch(task: str = task, steps: tuple[Callable[[], int], ...] = steps) -> int:
                # First what is broken: only plans that hold are moved and improved.
                return sum(step() for step in steps if self.election.token(task) is not None)

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
        with contextlib.suppress(SQLAlchemyError):  # then the leases run out by themselves
            self.election.step_down()

    def wait(self) -> None:
        """Wait until told to stop."""
        self._stopping.wait()

    def relay(self) -> int:
        """Hand waiting events to the bus, in order, where this worker is the one that does.

        No lock of the database is held while the bus is spoken to: a Redis that is slow must not
        keep riders from booking. What went out is marked afterwards, so a crash in between sends
        it again; the event's id lets listeners tell.

        Returns
        -------
        int
            How many.
        """
        bus, database = self._runtime.bus, self.election.database_for(_RELAY)
        if self.election.token(_RELAY) is None:
            return 0
        with database.reading() as session:
            if not are_waiting(session):
                return 0
        with database.transaction() as session:
            events = line_up(session)
        gone: list[int] = []
        with span("relay", events=len(events)):
            try:
                for event in events:
                    for stream in event.streams:
                        bus.publish(stream, event.document)
                    gone.append(event.id)
            finally:
                if gone:
                    with database.transaction() as session:
                        mark_relayed(session, gone, self._runtime.clock())
        return len(gone)

    def book_series(self) -> int:
        """Book the days of series that are due, and forget old keys; one worker does.

        Returns
        -------
        int
            Days booked or refused.
        """
        runtime, database = self._runtime, self.election.database_for(_SERIES)
        if self.election.token(_SERIES) is None:
            return 0
        with database.transaction() as session:
            forget_keys(session, runtime.clock() - _KEYS_LAST_S)
        booker = SeriesBooker(
            database, runtime.city, runtime.fleet, runtime.desk, runtime.checkout, runtime.clock
        )
        return booker.run()

    def _elect(self) -> None:
        """Take part in the election from the first moment on."""
        self._try(self.election.stand)
        self._every(RENEW_EVERY_S, self.election.stand)

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
            longer_s = min(2 * pause_s, _PATIENCE_S + seconds)
            pause_s = seconds if self._try(task) else longer_s

    def _try(self, task: Callable[[], int]) -> bool:
        """Do a task once; one that fails is told, and must not end all the others.

        Parameters
        ----------
        task : Callable[[], int]
            The task.

        Returns
        -------
        bool
            False where it failed.
        """
        try:
            task()
        except LeaseLostError as error:
            log.info("%s", error)
        except (SQLAlchemyError, redis.RedisError) as error:
            log.warning("%s: %s; trying again", threading.current_thread().name, error)
            return False
        except Exception:  # one bad plan must not end all relaying and improving
            log.exception("%s failed; trying again", threading.current_thread().name)
            return False
        return True
