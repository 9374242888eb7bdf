"""Clock text and seconds, dates and days, as GTFS writes them.

A GTFS time counts from noon minus 12 hours of the service day (GTFS Schedule Reference, "Time"),
which is midnight except on days when the clocks change. Hours may pass 24.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gtfs.errors import ClockFormatError

if TYPE_CHECKING:
    import pandas as pd

MISSING_S = -1
"""Stands for an empty time in arrays; midnight is 0."""

MALFORMED_S = -2
"""Stands for a text that is no time in arrays."""

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def parse_time(text: str) -> int:
    """Return the seconds of a GTFS time.

    Parameters
    ----------
    text : str
        ``H:MM:SS`` or ``HH:MM:SS``; hours of 24 and more belong to the next days.

    Returns
    -------
    int
        Seconds since noon minus 12 h of the service day.

    Raises
    ------
    ClockFormatError
        If the text is no such time.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise ClockFormatError(
            f"{text!r} is no time: write it as HH:MM:SS, e.g. 08:05:00 or 25:10:00.", value=text
        )
    hours, minutes, seconds = (int(part) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def format_time(time_s: int) -> str:
    """Return seconds as a GTFS time.

    Parameters
    ----------
    time_s : int
        Seconds since noon minus 12 h of the service day, 0 or more.

    Returns
    -------
    str
        ``HH:MM:SS``.

    Raises
    ------
    ClockFormatError
        If the seconds are negative.
    """
    if time_s < 0:
        raise ClockFormatError(f"{time_s} s is before the service day began.", value=time_s)
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def _parse_or_mark(text: str) -> int:
    if not text:
        return MISSING_S
    try:
        return parse_time(text)
    except ClockFormatError:
        return MALFORMED_S


def parse_times(texts: "pd.Series[str]") -> NDArray[np.int64]:
    """Return the seconds of a column of GTFS times.

    Parameters
    ----------
    texts : Series of str, shape [n]
        Times of day; empty where missing.

    Returns
    -------
    ndarray of int64, shape [n]
        Seconds of the service day; ``MISSING_S`` where empty, ``MALFORMED_S`` where no time.
    """
    import pandas as pd  # a quarter of a second, and only feeds have columns of times

    # A million rows hold a few thousand different times, so only those are parsed.
    codes, uniques = pd.factorize(texts.to_numpy(dtype=object))
    seconds = np.array([_parse_or_mark(str(text)) for text in uniques], dtype=np.int64)
    return seconds[codes] if len(uniques) else np.zeros(0, dtype=np.int64)


def parse_date(text: str) -> dt.date:
    """Return the day of a GTFS date.

    Parameters
    ----------
    text : str
        ``YYYYMMDD``.

    Returns
    -------
    datetime.date
        The day.

    Raises
    ------
    ClockFormatError
        If the text is no date of the calendar.
    """
    match = _DATE.fullmatch(text.strip())
    try:
        if match is not None:
            return dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        pass  # the 31st of June: falls through to the same message
    raise ClockFormatError(f"{text!r} is no date: write it as YYYYMMDD, e.g. 20261124.", value=text)


def service_day_origin(day: dt.date, tz: ZoneInfo) -> int:
    """Return the instant from which the times of a service day count.

    Parameters
    ----------
    day : datetime.date
        Service day.
    tz : ZoneInfo
        Time zone of the agency.

    Returns
    -------
    int
        Noon minus 12 h of that day, in seconds since the epoch (UTC).
    """
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=tz)
    return int(noon.timestamp()) - 12 * 3600


def distinct_dates(texts: Iterable[str]) -> dict[str, dt.date]:
    """Return the days of those texts that are dates.

    Parameters
    ----------
    texts : iterable of str
        Dates as ``YYYYMMDD``; others are left out.

    Returns
    -------
    dict of str to datetime.date
        Day by text.
    """
    days: dict[str, dt.date] = {}
    for text in set(texts):
        try:
            days[text] = parse_date(text)
        except ClockFormatError:
            continue
    return days
