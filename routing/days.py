"""The runs around a service day: which trips can be caught, in seconds from one origin.

A query near midnight sees trips of the day before that still run past 24:00 and, late in the day,
trips of the next. Each (pattern, service day) with trips becomes one run list; runs of different
days never share a list, so that a list is always in order of time.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.blocks import Spans, onward_runs
from routing.layout import Layout, lay_out, starts_of
from routing.stops import INACCESSIBLE
from routing.timetable import Timetable

_DAY_S: Final = 86_400
_EARLY_S: Final = 2 * 3600
"""Runs of an earlier day that end before this long before the origin are of no use."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Trips that run around a day, by list; R lists.

    Parameters
    ----------
    day
        The service day.
    origin_s
        Epoch seconds from which all times of a search count: noon minus 12 h of `day`.
    days
        Service days that are loaded.
    patterns, offsets_s
        Pattern of each list, and its seconds between `origin_s` and the origin of its service
        day; int32 ``[R]``.
    day_numbers
        Index into `days` of each list, int32 ``[R]``.
    stop_starts, lengths
        First position in ``timetable.pattern_stops``, int64 ``[R]``, and stops, int32 ``[R]``.
    trip_starts
        Trips of list r are ``trips[trip_starts[r]:trip_starts[r + 1]]``, int64 ``[R + 1]``.
    trips, rows
        Trip number, int32, and where its times begin, int64.
    stop_firsts, stop_lists, stop_positions
        Lists through stop s, with the position: ``stop_firsts[s]:stop_firsts[s + 1]``; int64
        ``[S + 1]``, int32, int32.
    layout
        The same, laid out for the search.
    """

    day: dt.date
    origin_s: int
    days: tuple[dt.date, ...]
    patterns: NDArray[np.int32]
    offsets_s: NDArray[np.int32]
    day_numbers: NDArray[np.int32]
    stop_starts: NDArray[np.int64]
    lengths: NDArray[np.int32]
    trip_starts: NDArray[np.int64]
    trips: NDArray[np.int32]
    rows: NDArray[np.int64]
    stop_firsts: NDArray[np.int64]
    stop_lists: NDArray[np.int32]
    stop_positions: NDArray[np.int32]
    layout: Layout


def runs_around(
    timetable: Timetable,
    day: dt.date,
    with_next: bool,
    wheelchair: bool = False,
    closed_routes: frozenset[int] = frozenset(),
) -> Runs:
    """Collect the runs around a service day.

    Parameters
    ----------
    timetable
        All trips.
    day
        The service day.
    with_next
        Whether to load the next day as well.
    wheelchair
        Whether to leave out the trips that take no wheelchairs, and to pass the stops that have no
        step-free way on board; where feeds do not say, trips and stops are taken along.
    closed_routes
        Numbers of lines whose trips are left out.

    Returns
    -------
    Runs
        Trips of the day, those of earlier days that still run, and of the next day if asked.
    """
    origin_s = timetable.origin_s(day)
    days = days_around(timetable, day, with_next)
    found: list[tuple[NDArray[np.int64], int, int]] = []
    for number, service_day in enumerate(days):
        offset_s = timetable.origin_s(service_day) - origin_s
        runs = timetable.trips_on(service_day)
        if service_day < day:
            runs &= timetable.trip_ends_s + offset_s >= -_EARLY_S
        if closed_routes:
            routes = timetable.pattern_routes[timetable.trip_patterns]
            runs &= ~np.isin(routes, list(closed_routes))
        if wheelchair:
            runs &= timetable.trip_wheelchair != INACCESSIBLE
        found.append((np.flatnonzero(runs).astype(np.int64), offset_s, number))
    trips = np.concatenate([part for part, _, _ in found])
    counts = [len(part) for part, _, _ in found]
    day_number = np.repeat(np.array([n for _, _, n in found], np.int64), counts)
    offset = np.repeat(np.array([o for _, o, _ in found], np.int64), counts)
    closed = timetable.stop_wheelchair == INACCESSIBLE if wheelchair else None
    return _lists(timetable, (day, origin_s, tuple(days)), trips, day_number, offset, closed)


def days_around(timetable: Timetable, day: dt.date, with_next: bool) -> list[dt.date]:
    """Service days whose trips count around a day.

    Parameters
    ----------
    timetable
        All trips.
    day
        The service day.
    with_next
        Whether to load the next day as well.

    Returns
    -------
    list of datetime.date
        In order: earlier days whose trips may still run, the day, the next one if asked.
    """
    longest_s = int(timetable.trip_ends_s.max(initial=0))
    earlier = range(-((longest_s + _EARLY_S) // _DAY_S), 0)
    return [day + dt.timedelta(n) for n in (*earlier, 0, *([1] if with_next else []))]


def _lists(
    timetable: Timetable,
    days: tuple[dt.date, int, tuple[dt.date, ...]],
    trips: NDArray[np.int64],
    number: NDArray[np.int64],
    offset: NDArray[np.int64],
    closed: NDArray[np.bool_] | None,
) -> Runs:
    """Cut trips, ordered by day and pattern, into lists and index them by stop."""
    pattern = timetable.trip_patterns[trips]
    begins = np.ones(len(trips), np.bool_)
    begins[1:] = (pattern[1:] != pattern[:-1]) | (number[1:] != number[:-1])
    first = np.flatnonzero(begins)
    patterns = pattern[first]
    stop_starts = timetable.pattern_stop_starts[patterns]
    lengths = np.diff(timetable.pattern_stop_starts)[patterns]
    list_of = np.repeat(np.arange(len(first)), lengths)
    position = np.arange(len(list_of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    stop = timetable.pattern_stops[np.repeat(stop_starts, lengths) + position]
    order = np.argsort(stop, kind="stable")
    stop_firsts = np.zeros(len(timetable.stop_ids) + 1, np.int64)
    np.cumsum(np.bincount(stop, minlength=len(timetable.stop_ids)), out=stop_firsts[1:])
    day, origin_s, all_days = days
    trip_starts = np.append(first, len(trips)).astype(np.int64)
    rows = timetable.trip_rows[trips]
    offsets_s = offset[first].astype(np.int32)
    onward = onward_runs(timetable, _spans(timetable, trips, number, offset))
    return Runs(
        day=day,
        origin_s=origin_s,
        days=all_days,
        patterns=patterns,
        offsets_s=offsets_s,
        day_numbers=number[first].astype(np.int32),
        stop_starts=stop_starts,
        lengths=lengths.astype(np.int32),
        trip_starts=trip_starts,
        trips=trips.astype(np.int32),
        rows=rows,
        stop_firsts=stop_firsts,
        stop_lists=list_of[order].astype(np.int32),
        stop_positions=position[order].astype(np.int32),
        layout=lay_out(
            timetable,
            (starts_of(lengths), np.repeat(stop_starts, lengths) + position),
            trip_starts,
            rows,
            offsets_s,
            onward,
            closed,
        ),
    )


def _spans(
    timetable: Timetable,
    trips: NDArray[np.int64],
    number: NDArray[np.int64],
    offset_s: NDArray[np.int64],
) -> Spans:
    """From where to where, and when, trips go."""
    pattern = timetable.trip_patterns[trips]
    starts = timetable.pattern_stop_starts
    return Spans(
        trips,
        number,
        timetable.departures[timetable.trip_rows[trips]] + offset_s,
        timetable.trip_ends_s[trips] + offset_s,
        timetable.pattern_stops[starts[pattern]].astype(np.int64),
        timetable.pattern_stops[starts[pattern + 1] - 1].astype(np.int64),
    )
