"""Several processes at one port: equal servers and a worker, looked after by the one that began."""

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from apps.cli.output import write_error
from maas.errors import MaasError

Announcement = dict[str, Any]
"""What a process has to say of itself once it is ready."""

Life = Callable[[Callable[[Announcement], None]], None]
"""The life of a process: it calls what it is given when it is ready, and returns at its end."""

_LAST_S = 8.0
"""Patience with processes that were told to stop."""

_LIVED_S = 10.0
"""Whoever lives for less is started again only after a pause."""

log = logging.getLogger("meguri")


class Supervisor:
    """Keeps processes running until it is told to stop.

    A process that dies is started again. One that ends by itself before all have been ready once
    ends everything: a setting that cannot be used does not become better by trying.

    Parameters
    ----------
    lives : list[Life]
        What each process does; they are handed over by pickle.
    """

    def __init__(self, lives: list[Life]) -> None:
        self._lives = lives
        self._context = multiprocessing.get_context("spawn")
        self._processes: dict[int, tuple[SpawnProcess, Connection | None, float]] = {}

    def run(self, announce: Callable[[Announcement], None]) -> int:
        """Run until interrupted.

        Parameters
        ----------
        announce : Callable[[Announcement], None]
            Called once, when all processes are ready, with what the first of them says.

        Returns
        -------
        int
            0 after an interruption, else the exit code of a process that could not start.
        """
        said: dict[int, Announcement] = {}
        told = False
        try:
            for number in range(len(self._lives)):
                self._start(number)
            while True:
                self._listen(said)
                if not told and len(said) == len(self._lives):
                    announce(said[0])
                    told = True
                for number, (process, _, began_s) in list(self._processes.items()):
                    if process.is_alive():
                        continue
                    if not told and (process.exitcode or 0) > 0:
                        return int(process.exitcode or 0)
                    log.warning("process %d ended (%s); again", process.pid, process.exitcode)
                    if time.monotonic() - began_s < _LIVED_S:
                        time.sleep(1.0)
                    self._start(number)
        except KeyboardInterrupt:
            return 0
        finally:
            self._stop()

    def _start(self, number: int) -> None:
        """Start a process, for the first time or again.

        Parameters
        ----------
        number : int
            Which one.
        """
        hears, says = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_live, args=(self._lives[number], says), name=f"meguri-{number}"
        )
        process.start()
        says.close()
        self._processes[number] = (process, hears, time.monotonic())

    def _listen(self, said: dict[int, Announcement]) -> None:
        """Wait until a process says that it is ready, or ends.

        Parameters
        ----------
        said : dict[int, Announcement]
            What each has said; filled here.
        """
        ears = {ear: number for number, (_, ear, _) in self._processes.items() if ear is not None}
        ends = [process.sentinel for process, _, _ in self._processes.values()]
        for heard in wait([*ears, *ends]):
            if not isinstance(heard, Connection):
                continue
            number = ears[heard]
            process, _, began_s = self._processes[number]
            with contextlib.suppress(EOFError):  # it died first
                said[number] = heard.recv()
            heard.close()
            self._processes[number] = (process, None, began_s)

    def _stop(self) -> None:
        """End all processes in order, or without it where that takes too long."""
        processes = [process for process, _, _ in self._processes.values()]
        for process in processes:
            process.terminate()
        deadline_s = time.monotonic() + _LAST_S
        for process in processes:
            process.join(max(0.0, deadline_s - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _live(life: Life, says: Connection) -> None:
    """Be a process of a supervisor; end in order when it is gone.

    Parameters
    ----------
    life : Life
        What to do.
    says : Connection
        Where to say that one is ready.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "the supervisor starts it"

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    def ready(announcement: Announcement) -> None:
        says.send(announcement)
        says.close()

    threading.Thread(target=follow, name="parent", daemon=True).start()
    try:
        life(ready)
    except MaasError as error:
        write_error(error, as_json="--json" in sys.argv)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(0)
