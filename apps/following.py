"""A thread that keeps the planner at what happens on the road."""

import logging
import threading

from apps.runtime import Runtime

_PATIENCE_S = 1.0

log = logging.getLogger("meguri.realtime")


class Follower:
    """Polls the realtime sources of a city until told to stop.

    Parameters
    ----------
    runtime : Runtime
        The service.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="realtime", daemon=True)

    def start(self) -> None:
        """Begin; a city without sources needs no thread."""
        if self._runtime.city.realtime:
            self._thread.start()

    def stop(self) -> None:
        """End; a source that is slow to answer is not waited for."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_PATIENCE_S)

    def _follow(self) -> None:
        """Poll again and again."""
        every_s = self._runtime.settings.realtime_every_s
        while True:
            try:
                self._runtime.realtime.poll(every_s)
            except Exception:  # one strange message must not end all following
                log.exception("realtime failed; trying again")
            if self._stopping.wait(every_s):
                return
