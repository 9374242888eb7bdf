"""Closed stops: which calls of which days are left out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.alerts import ClosedStop, platforms_of
from routing.live import Unmatched
from routing.timetable import Timetable


@dataclass(frozen=True)
class ClosedCalls:
    """Calls of fixed trips that are left out on some days.

    Parameters
    ----------
    days
        The service days.
    trips, positions
        Trip and position of each call, in ascending order, int64.
    """

    days: tuple[dt.date, ...]
    trips: NDArray[np.int64]
    positions: NDArray[np.int64]


class Closure:
    """Stops that are closed for a while.

    Parameters
    ----------
    timetable
        The fixed timetable.
    closed
        What is closed.
    """

    def __init__(self, timetable: Timetable, closed: Sequence[ClosedStop]) -> None:
        self._timetable = timetable
        self.unmatched: list[Unmatched] = []
        self._spans: list[tuple[int, int, int, int]] = []
        for one in closed:
            stops = platforms_of(timetable, one.stop_id, one.feed)
            route = timetable.route_numbers.get(one.route_id, -2) if one.route_id else -1
            if not stops:
                self.unmatched.append(Unmatched(one.feed, "", "unknown_stop", one.stop_id))
            if route == -2:
                self.unmatched.append(Unmatched(one.feed, "", "unknown_route", one.route_id))
                continue
            end_s = one.to_s or 2**62
            self._spans += [(stop, route, one.from_s, end_s) for stop in stops]

    def closes(
        self,
        stops: NDArray[np.int64],
        routes: NDArray[np.int64],
        arrivals: NDArray[np.int64],
        departures: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Which calls fall into a closure.

        Parameters
        ----------
        stops, routes
            Stop and line of each call.
        arrivals, departures
            Epoch seconds.

        Returns
        -------
        ndarray
            bool.
        """
        shut = np.zeros(len(stops), np.bool_)
        for stop, route, from_s, to_s in self._spans:
            here = (stops == stop) & ((routes == route) | (route < 0))
            shut |= here & (departures >= from_s) & (arrivals < to_s)
        return shut

    def calls(self) -> Iterator[ClosedCalls]:
        """Every closed call by the fixed timetable; days with the same calls together.

        Yields
        ------
        ClosedCalls
            Trips whether or not they run on these days.
        """
        t = self._timetable
        if not self._spans:
            return
        wanted = np.unique([span[0] for span in self._spans])
        at = np.flatnonzero(np.isin(t.pattern_stops, wanted))
        pattern = np.searchsorted(t.pattern_stop_starts, at, side="right") - 1
        position = at - t.pattern_stop_starts[pattern]
        counts = np.diff(t.pattern_trip_starts)[pattern]
        ends = np.cumsum(counts)
        rank = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
        trips = np.repeat(t.pattern_trip_starts[pattern], counts) + rank
        positions = np.repeat(position, counts)
        order = np.lexsort((positions, trips))
        trips, positions = trips[order], positions[order]
        rows = t.trip_rows[trips] + positions
        stops = np.repeat(t.pattern_stops[at], counts)[order].astype(np.int64)
        routes = t.pattern_routes[t.trip_patterns[trips]].astype(np.int64)
        groups: dict[bytes, list[dt.date]] = {}
        for day in self._days():
            zero_s = t.origin_s(day)
            arrivals, departures = t.arrivals[rows] + zero_s, t.departures[rows] + zero_s
            shut = self.closes(stops, routes, arrivals, departures)
            if shut.any():
                groups.setdefault(shut.tobytes(), []).append(day)
        for mask, days in groups.items():
            chosen = np.frombuffer(mask, np.bool_)
            yield ClosedCalls(tuple(days), trips[chosen], positions[chosen])

    def _days(self) -> Iterator[dt.date]:
        """Service days of the timetable that some closure touches."""
        t = self._timetable
        first_s = min(span[2] for span in self._spans)
        last_s = max(span[3] for span in self._spans)
        longest_s = int(t.trip_ends_s.max(initial=0))
        for number in range((t.last_day - t.first_day).days + 1):
            day = t.first_day + dt.timedelta(number)
            zero_s = t.origin_s(day)
            if zero_s + longest_s >= first_s and zero_s < last_s:
                yield day
