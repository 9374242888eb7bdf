"""Which run of which service day a message means."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gtfs.errors import ClockFormatError
from gtfs.messages import StopTimeUpdate, TripDescriptor, TripUpdate
from gtfs.times import parse_date, parse_time
from routing.timetable import Timetable

_DAYS_ROUND: Final = (-2, -1, 0, 1)
"""Service days around an instant whose runs it may mean."""


@dataclass(frozen=True)
class Run:
    """A trip on a service day.

    Parameters
    ----------
    day
        The service day.
    trip
        Number of the trip.
    """

    day: dt.date
    trip: int


class RunFinder:
    """Finds runs in a fixed timetable.

    Parameters
    ----------
    timetable
        The fixed lines.
    feed
        Name of the feed whose ids messages use; empty for all feeds.
    made_s
        When the message was made, epoch seconds: runs near to it are meant when no day is said.
    """

    def __init__(self, timetable: Timetable, feed: str, made_s: int) -> None:
        self._timetable = timetable
        self._made_s = made_s
        self._days: dict[dt.date, NDArray[np.bool_]] = {}
        routes = range(len(timetable.routes))
        if feed:
            at = timetable.feed_names.index(feed)
            routes = range(int(timetable.feed_routes[at]), int(timetable.feed_routes[at + 1]))
        # Many trips have the same stops and count them alike.
        self._names = lru_cache(maxsize=None)(self._find_names)
        self._places = lru_cache(maxsize=None)(_find_places)
        self._routes = routes
        self._is_single = len(routes) == len(timetable.routes)

    def route(self, route_id: str) -> int | None:
        """A line of the feed.

        Parameters
        ----------
        route_id
            As in routes.txt.

        Returns
        -------
        int | None
            Its number, None when the feed has no such line.
        """
        number = self._timetable.route_numbers.get(route_id)
        if number is not None and number in self._routes:
            return number
        routes = self._timetable.routes
        return next((at for at in self._routes if routes[at].route_id == route_id), None)

    def trips(self, trip_id: str) -> tuple[int, ...]:
        """Trips of the feed with a trip_id.

        Parameters
        ----------
        trip_id
            As in trips.txt.

        Returns
        -------
        tuple of int
            Several for a trip of frequencies.txt.
        """
        t = self._timetable
        found = t.trip_numbers.get(trip_id, ())
        if self._is_single:
            return found
        # A range looks at every number it has for one that is no plain int.
        return tuple(n for n in found if int(t.pattern_routes[t.trip_patterns[n]]) in self._routes)

    def start_s(self, trip: int) -> int:
        """First departure of a trip.

        Parameters
        ----------
        trip
            Its number.

        Returns
        -------
        int
            Seconds of its service day.
        """
        return int(self._timetable.departures[self._timetable.trip_rows[trip]])

    def runs(self, trip: int, day: dt.date) -> bool:
        """Whether a trip runs on a day.

        Parameters
        ----------
        trip
            Its number.
        day
            Service day.

        Returns
        -------
        bool
            By the fixed timetable.
        """
        t = self._timetable
        if day not in self._days:
            self._days[day] = t.services_on(day)
        return bool(self._days[day][t.trip_services[trip]])

    def find(self, update: TripUpdate) -> Run | str:
        """The run that an update means.

        Parameters
        ----------
        update
            Names a trip, and a day or times unless it is near to when the message was made.

        Returns
        -------
        Run | str
            The run, or the code of `routing.live.Unmatched` that says why there is none.
        """
        descriptor = update.trip
        found = self._trips_meant(descriptor)
        if isinstance(found, str):
            return found
        if descriptor.start_date:
            try:
                day = parse_date(descriptor.start_date)
            except ClockFormatError:
                return "bad_date"
            running = [Run(day, trip) for trip in found if self.runs(trip, day)]
        else:
            days = self._days_round(self.instant_s(update))
            running = [Run(day, trip) for day in days for trip in found if self.runs(trip, day)]
        if not running:
            return "does_not_run"
        if len(running) == 1:
            return running[0]
        if len({run.trip for run in running}) > 1 and _first_instant(update) is None:
            return "start_time_missing"
        return min(running, key=lambda run: self._away_s(run, update))

    def _trips_meant(self, descriptor: TripDescriptor) -> tuple[int, ...] | str:
        found = self.trips(descriptor.trip_id)
        if not found and not descriptor.trip_id:
            found = self._trips_of_route(descriptor)
        if not found:
            return "unknown_trip"
        if not descriptor.start_time or len(found) == 1:
            return found
        try:
            start_s = parse_time(descriptor.start_time)
        except ClockFormatError:
            return "bad_time"
        return tuple(n for n in found if self.start_s(n) == start_s) or "unknown_start_time"

    def _trips_of_route(self, descriptor: TripDescriptor) -> tuple[int, ...]:
        """Trips of a line, where a descriptor names line and start instead of a trip."""
        route = self.route(descriptor.route_id)
        if route is None or not descriptor.start_time:
            return ()
        t = self._timetable
        return tuple(np.flatnonzero(t.pattern_routes[t.trip_patterns] == route).tolist())

    def day_of(self, instant_s: int) -> dt.date:
        """Calendar day of an instant.

        Parameters
        ----------
        instant_s
            Epoch seconds.

        Returns
        -------
        datetime.date
            In the zone of the timetable.
        """
        return dt.datetime.fromtimestamp(instant_s, self._timetable.timezone).date()

    def instant_s(self, update: TripUpdate) -> int:
        """An instant near to which an update's run takes place.

        Parameters
        ----------
        update
            The update.

        Returns
        -------
        int
            Its first instant, else when it was measured or the message was made; epoch seconds.
        """
        said = _first_instant(update)
        return update.timestamp_s or self._made_s if said is None else said[1]

    def positions(self, trip: int, stops: Iterable[StopTimeUpdate]) -> Iterator[int | None]:
        """Where in a trip the stops of an update are.

        A stop_sequence counts, unless another stop stands there and the stop_id is found further
        on; without one the next call at the stop is meant.

        Parameters
        ----------
        trip
            Number of the trip.
        stops
            In the order of travel.

        Yields
        ------
        int | None
            Position in the trip; None for a stop it does not call at.
        """
        t = self._timetable
        pattern = t.trip_patterns[trip]
        first, end = t.pattern_stop_starts[pattern], t.pattern_stop_starts[pattern + 1]
        row = t.trip_rows[trip]
        places = self._places(t.stop_sequences[row : row + end - first].tobytes())
        names = self._names(t.pattern_stops[first:end].tobytes())
        following = 0
        for stop in stops:
            at = None if stop.stop_sequence is None else places.get(stop.stop_sequence)
            if stop.stop_id and (at is None or names[at] != stop.stop_id):
                later = (i for i in range(following, len(names)) if names[i] == stop.stop_id)
                at = next(later, at)
            if at is not None:
                following = at + 1
            yield at

    def _days_round(self, instant_s: int) -> Iterable[dt.date]:
        today = self.day_of(instant_s)
        return [today + dt.timedelta(n) for n in _DAYS_ROUND]

    def _find_names(self, stops: bytes) -> list[str]:
        """Ids of stops, int32."""
        return [self._timetable.stop_ids[stop] for stop in np.frombuffer(stops, np.int32).tolist()]

    def _away_s(self, run: Run, update: TripUpdate) -> int:
        """How far a run is from the instants of an update, or from when it was measured."""
        t = self._timetable
        zero_s = t.origin_s(run.day)
        said = _first_instant(update)
        if said is not None:
            stop, at_s = said
            position = next(self.positions(run.trip, [stop]))
            if position is not None:
                return abs(zero_s + int(t.arrivals[t.trip_rows[run.trip] + position]) - at_s)
        at_s = self.instant_s(update)
        start_s, end_s = zero_s + self.start_s(run.trip), zero_s + int(t.trip_ends_s[run.trip])
        return max(start_s - at_s, at_s - end_s, 0)


def _find_places(sequences: bytes) -> dict[int, int]:
    """Position of each stop_sequence, int32."""
    return {number: at for at, number in enumerate(np.frombuffer(sequences, np.int32).tolist())}


def _first_instant(update: TripUpdate) -> tuple[StopTimeUpdate, int] | None:
    """The first stop for which an update names an instant, and the instant."""
    for stop in update.stops:
        at_s = stop.arrival_s or stop.departure_s
        if at_s is not None:
            return stop, at_s
    return None
