"""What happens on the road: messages of operators fetched, judged, and laid over the timetable."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gtfs.errors import GtfsError
from gtfs.messages import RealtimeMessage
from maas.clock import Clock
from maas.errors import InvalidRequestError

if TYPE_CHECKING:
    from maas.city.loading import City

OLDEST_S = 300
"""A message older than this says nothing about the road any more."""

_MOST_BYTES = 64 * 1024 * 1024
_PATIENCE_S = 10.0
_LONGEST_FETCH_S = 30.0
_LONGEST_PAUSE_S = 300

log = logging.getLogger("meguri.realtime")


@dataclass(frozen=True)
class RealtimeSource:
    """Where the messages of a feed are.

    Parameters
    ----------
    feed : str
        Folder of the feed in the city directory.
    url : str
        Address (http or https), or path of a file in the city directory.
    """

    feed: str
    url: str


@dataclass(frozen=True)
class SourceState:
    """How a source is doing.

    Parameters
    ----------
    source : RealtimeSource
        The source.
    status : str
        ``waiting`` (not asked yet), ``live``, ``stale`` (its message is too old),
        ``unreachable`` or ``unreadable``.
    message : RealtimeMessage or None
        The last message that could be read.
    made_s : int
        When it was made, UTC epoch seconds; 0 for none.
    failures : int
        Attempts in a row that brought nothing.
    """

    source: RealtimeSource
    status: str = "waiting"
    message: RealtimeMessage | None = None
    made_s: int = 0
    failures: int = 0


Fetch = Callable[[str, Path], bytes]
"""Brings the bytes at an address or a path; raises OSError when it cannot."""


def read_sources(table: Mapping[str, Any]) -> tuple[RealtimeSource, ...]:
    """Read what city.toml says of realtime.

    Parameters
    ----------
    table : Mapping[str, Any]
        Its content.

    Returns
    -------
    tuple[RealtimeSource, ...]
        The sources.

    Raises
    ------
    KeyError, ValueError
        A source lacks its feed or url, or names a feed the city does not have.
    """
    sources = tuple(
        RealtimeSource(str(entry["feed"]), str(entry["url"])) for entry in table.get("realtime", ())
    )
    for source in sources:
        if source.feed not in table["feeds"]:
            raise ValueError(f"realtime is for the feed {source.feed!r}, which is not in feeds")
    return sources


class Realtime:
    """Keeps a city's planner at what happens on the road.

    Parameters
    ----------
    city : City
        The city.
    clock : Clock
        The present instant.
    fetch : Fetch or None
        How to get messages; over HTTP and from files otherwise.
    """

    def __init__(self, city: "City", clock: Clock, fetch: Fetch | None = None) -> None:
        self._city = city
        self._clock = clock
        self._fetch = fetch or fetch_bytes
        self._states = tuple(SourceState(source) for source in city.realtime)
        self._shown: tuple[RealtimeMessage | None, ...] = ()
        self._next_s = [0.0] * len(self._states)
        self._lock = threading.Lock()

    @property
    def states(self) -> tuple[SourceState, ...]:
        """How the sources are doing.

        Returns
        -------
        tuple[SourceState, ...]
            In the order of city.toml.
        """
        return self._states

    @property
    def is_missing(self) -> bool:
        """Tell whether some source was asked and has nothing fresh to say.

        Returns
        -------
        bool
            Then journeys follow the timetable alone.
        """
        return any(state.status not in ("waiting", "live") for state in self._states)

    def poll(self, every_s: int = 0) -> bool:
        """Ask every source that is due, and lay what is fresh over the timetable.

        Parameters
        ----------
        every_s : int
            Seconds until a source is due again, longer after failures; 0 to ask all of them now.

        Returns
        -------
        bool
            Whether the planner's timetable changed.
        """
        with self._lock:
            now_s = time.monotonic()
            states = list(self._states)
            for number, state in enumerate(states):
                asked = state
                if every_s == 0 or now_s >= self._next_s[number]:
                    asked = self._asked(state)
                    pause_s = min(every_s * 2 ** min(asked.failures, 10), _LONGEST_PAUSE_S)
                    # A little early rather than a whole round late.
                    self._next_s[number] = now_s + 0.9 * max(pause_s, every_s)
                states[number] = self._aged(asked)
                if states[number].status != state.status:
                    log.warning("realtime of %s at %s is %s", *_told(states[number]))
            self._states = tuple(states)
            return self._show()

    def show(self, files: Sequence[Path]) -> None:
        """Lay messages in files over the timetable, however old they are.

        Parameters
        ----------
        files : Sequence[Path]
            GTFS-Realtime, for all feeds of the city.

        Raises
        ------
        InvalidRequestError
            A file cannot be read; the message names it.
        """
        from gtfs.realtime import read_realtime

        messages = []
        for file in files:
            try:
                messages.append(("", read_realtime(self._fetch(str(file), Path()))))
            except (OSError, GtfsError) as error:
                raise InvalidRequestError(f"{file}: {error}", file=str(file)) from error
        self._lay(messages)

    def _asked(self, state: SourceState) -> SourceState:
        """Ask a source.

        Parameters
        ----------
        state : SourceState
            How it was doing.

        Returns
        -------
        SourceState
            How it is doing now.
        """
        from gtfs.realtime import read_realtime

        source = state.source
        try:
            message = read_realtime(self._fetch(source.url, self._city.folder))
        except OSError as error:
            return self._failed(state, "unreachable", error)
        except GtfsError as error:
            return self._failed(state, "unreadable", error)
        if message == state.message:
            message = state.message  # the same object: nothing has changed
        return replace(
            state,
            status="live",
            message=message.after(state.message),
            made_s=message.timestamp_s or self._clock(),
            failures=0,
        )

    def _failed(self, state: SourceState, status: str, error: Exception) -> SourceState:
        """Note a failure; told once, not every round.

        Parameters
        ----------
        state : SourceState
            How the source was doing.
        status : str
            What became of it.
        error : Exception
            Why.

        Returns
        -------
        SourceState
            Its message stays until it is too old.
        """
        if state.failures == 0:
            log.warning("%s", error)
        return replace(state, status=status, failures=state.failures + 1)

    def _aged(self, state: SourceState) -> SourceState:
        """Drop a message that is too old.

        Parameters
        ----------
        state : SourceState
            How the source is doing.

        Returns
        -------
        SourceState
            Without its message when that is too old.
        """
        if state.message is None or self._clock() - state.made_s <= OLDEST_S:
            return state
        status = "stale" if state.status == "live" else state.status
        return replace(state, status=status, message=None)

    def _show(self) -> bool:
        """Lay the messages that are left over the timetable, if they are others than before.

        Returns
        -------
        bool
            Whether they were.
        """
        messages = tuple(state.message for state in self._states)
        if len(messages) == len(self._shown) and all(
            new is old for new, old in zip(messages, self._shown, strict=True)
        ):
            return False
        self._shown = messages
        self._lay(
            [
                (state.source.feed, state.message)
                for state in self._states
                if state.message is not None
            ]
        )
        return True

    def _lay(self, messages: Sequence[tuple[str, RealtimeMessage]]) -> None:
        """Lay messages over the timetable.

        Parameters
        ----------
        messages : Sequence[tuple[str, RealtimeMessage]]
            Feed, empty for all, and message.
        """
        from routing.delays import with_realtime

        planner = self._city.planner
        if not messages:
            planner.live = None
            return
        live = with_realtime(self._city.timetable, messages, self._clock())
        planner.live = live
        if live.unmatched:
            log.info("realtime: %d things fit nowhere, such as %s", len(live.unmatched),
                     live.unmatched[0])  # fmt: skip


def _told(state: SourceState) -> tuple[str, str, str]:
    """Say how a source is doing.

    Parameters
    ----------
    state : SourceState
        The source.

    Returns
    -------
    tuple[str, str, str]
        Feed, address and status.
    """
    return state.source.feed, state.source.url, state.status


def fetch_bytes(url: str, folder: Path) -> bytes:
    """Bring the bytes at an address or a path.

    Parameters
    ----------
    url : str
        Address (http or https), or path.
    folder : Path
        Where paths begin.

    Returns
    -------
    bytes
        64 MiB at most.

    Raises
    ------
    OSError
        Nothing is there, it takes too long, or it is too large.
    """
    if not url.startswith(("http://", "https://")):
        with (folder / url).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        _refuse_large(len(content), url)
        return content
    import httpx

    deadline_s = time.monotonic() + _LONGEST_FETCH_S
    body = bytearray()
    try:
        with httpx.stream("GET", url, timeout=_PATIENCE_S, follow_redirects=True) as answer:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                body += part
                _refuse_large(len(body), url)
                if time.monotonic() > deadline_s:
                    raise TimeoutError(f"{url} took longer than {_LONGEST_FETCH_S:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(f"{url}: {error or type(error).__name__}") from error
    return bytes(body)


def _refuse_large(size: int, url: str) -> None:
    """Refuse what is too large.

    Parameters
    ----------
    size : int
        Bytes that came until now.
    url : str
        From where.
    """
    if size > _MOST_BYTES:
        raise OSError(f"{url} sends more than {_MOST_BYTES // 2**20} MiB")
