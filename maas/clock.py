"""The one clock: everything that asks what time it is asks here."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from maas.errors import InvalidRequestError

Clock = Callable[[], int]
"""Answers the present instant in UTC epoch seconds."""


_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)
"""Instants people may write; far beyond them calendars and offsets have no meaning."""


def make_clock(start: str, zone: ZoneInfo) -> Clock:
    """Make the clock a process lives by.

    Parameters
    ----------
    start : str
        Empty for the machine's clock. A time makes a clock that starts there and runs on at
        normal speed: for demonstrations, rehearsals and tests.
    zone : ZoneInfo
        The city's time zone, for a time without an offset.

    Returns
    -------
    Clock
        The clock.

    Raises
    ------
    InvalidRequestError
        When `start` is no date with a time.
    """
    if not start:
        return lambda: int(time.time())
    try:
        instant_s = local_instant(start, zone)
    except InvalidRequestError as error:
        raise InvalidRequestError(f"MAAS_NOW: {error.message}", **error.params) from error
    shift_s = instant_s - time.time()
    return lambda: int(time.time() + shift_s)


def iso(instant_s: int, zone: ZoneInfo) -> str:
    """Write an instant as people and JSON read it.

    Parameters
    ----------
    instant_s : int
        UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    str
        ISO 8601 with the zone's offset, to the second.
    """
    return datetime.fromtimestamp(instant_s, zone).isoformat(timespec="seconds")


def local_date(instant_s: int, zone: ZoneInfo) -> date:
    """Tell the calendar day of an instant.

    Parameters
    ----------
    instant_s : int
        UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    date
        The local day.
    """
    return datetime.fromtimestamp(instant_s, zone).date()


def local_instant(text: str, zone: ZoneInfo) -> int:
    """Read a time a person wrote.

    Parameters
    ----------
    text : str
        ``2026-11-24 10:00``, ``2026-11-24T10:00`` or ISO 8601 with an offset. A time without an
        offset is the city's; one that a clock change skips is moved to the instant after it.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    int
        UTC epoch seconds.

    Raises
    ------
    InvalidRequestError
        When the text is no date with a time.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidRequestError(
            f"{text!r} is not a date and time. Write it like 2026-11-24 10:00.", value=text
        ) from error
    if len(text.strip()) <= len("2026-11-24"):
        raise InvalidRequestError(
            f"{text!r} has no time of day. Write it like 2026-11-24 10:00.", value=text
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if not _FIRST <= moment < _LAST:
        raise InvalidRequestError(
            f"{text!r} lies too far away. Choose a day of this century.", value=text
        )
    return int(moment.timestamp())


def day_bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Give the instants a calendar day begins and ends at.

    Parameters
    ----------
    day : date
        The local day.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    tuple[int, int]
        First instant of the day and first instant of the next, UTC epoch seconds.
    """
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return int(start.timestamp()), int(end.timestamp())
