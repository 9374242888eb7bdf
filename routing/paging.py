"""Windows of time to look at, side by side, so that pages neither lose nor repeat a journey.

Departing, a journey belongs to the window of its departure; arriving by, to that of its arrival.
The planner gives, of all journeys of a window, those that no journey at any time beats; what it
finds does not depend on where windows begin and end.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from routing.query import Page, PlanQuery
from routing.timetable import Timetable

_NOON_S: Final = 12 * 3600
_DAY_END_S: Final = 36 * 3600
"""Widening stops at the next noon: who asks at night wants the first run of the morning."""

Window = tuple[int, int]
"""First and last departure, or arrival, epoch seconds; both ends included."""


def windows(query: PlanQuery, timetable: Timetable) -> Iterator[Window]:
    """Windows of a query, one after the other until something is found.

    Parameters
    ----------
    query
        The wish.
    timetable
        Knows when days begin.

    Yields
    ------
    tuple
        First the window asked for, then on to the next noon, or back to the last one, in growing
        steps; never before ``query.not_before_s``.
    """
    start_s, is_later = beginning(query)
    day = dt.datetime.fromtimestamp(start_s, timetable.timezone).date()
    width_s = max(query.window_s, 60)
    if is_later:
        end_s = timetable.origin_s(day) + _DAY_END_S
        first_s, last_s = max(start_s, query.not_before_s), start_s + query.window_s
        while first_s <= last_s:
            yield first_s, last_s
            first_s, last_s = last_s + 1, min(end_s, last_s + width_s)
            width_s *= 2
        return
    end_s = max(timetable.origin_s(day) - _NOON_S, query.not_before_s)
    last_s, first_s = start_s, max(start_s - query.window_s, query.not_before_s)
    while first_s <= last_s:
        yield first_s, last_s
        last_s, first_s = first_s - 1, max(end_s, first_s - width_s)
        width_s *= 2


def beginning(query: PlanQuery) -> tuple[int, bool]:
    """Where the windows of a query begin.

    Parameters
    ----------
    query
        The wish.

    Returns
    -------
    tuple
        Epoch seconds, and whether to go on from there to later times.
    """
    if query.page is not None:
        return query.page.at_s, query.page.later
    return query.time_s, not query.arrive_by


def shortened(window: Window, keys: list[int], most: int | None, is_later: bool) -> Window:
    """The part of a window whose journeys fit on a page.

    Parameters
    ----------
    window
        What was looked at.
    keys
        Departures, or arrivals, of its journeys, epoch seconds.
    most
        Journeys on a page; those of one moment are not torn apart.
    is_later
        Whether to keep the first ones.

    Returns
    -------
    tuple
        The whole window where all fit.
    """
    if most is None or len(keys) <= most:
        return window
    if is_later:
        return window[0], sorted(keys)[most - 1]
    return sorted(keys)[-most], window[1]


def union(one: Window, other: Window) -> Window:
    """The window that holds two windows.

    Parameters
    ----------
    one, other
        The two.

    Returns
    -------
    tuple
        From the first beginning to the last end.
    """
    return min(one[0], other[0]), max(one[1], other[1])


def covers(timetable: Timetable, instant_s: int) -> bool:
    """Whether some calendar covers an instant.

    Parameters
    ----------
    timetable
        All trips.
    instant_s
        Epoch seconds.

    Returns
    -------
    bool
        Before dawn the runs of the day before still count.
    """
    day = dt.datetime.fromtimestamp(instant_s, timetable.timezone).date()
    if day < timetable.first_day:
        return False
    ends_s = timetable.origin_s(timetable.last_day) + int(timetable.trip_ends_s.max(initial=0))
    return day <= timetable.last_day or instant_s <= ends_s


def pages_around(
    query: PlanQuery, window: Window, timetable: Timetable
) -> tuple[Page | None, Page | None]:
    """Where the journeys before and after those of an answer begin.

    Parameters
    ----------
    query
        The wish.
    window
        All that was looked at.
    timetable
        Knows its calendar.

    Returns
    -------
    tuple
        Earlier and later ones; None where the calendar, or ``query.not_before_s``, ends.
    """
    first_s, last_s = window[0] - 1, window[1] + 1
    is_open = first_s >= query.not_before_s and covers(timetable, first_s)
    earlier = Page(first_s, later=False) if is_open else None
    return earlier, Page(last_s, later=True) if covers(timetable, last_s) else None
