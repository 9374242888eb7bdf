"""What riders should know about their lines, runs and stops, and which stops are closed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from gtfs.messages import NO_SERVICE, Alert, Touched
from routing.modes import mode_of
from routing.timetable import Timetable

_ANYWHERE: Final = (0, "")


class ClosedStop(NamedTuple):
    """A stop at which vehicles do not call for a while.

    Parameters
    ----------
    stop_id
        A stop or a station with all its platforms.
    from_s, to_s
        Epoch seconds; 0 for an open end.
    feed
        Name of the feed; empty for all.
    route_id
        The only line that is meant; empty for all.
    """

    stop_id: str
    from_s: int = 0
    to_s: int = 0
    feed: str = ""
    route_id: str = ""


@dataclass(frozen=True)
class Ride:
    """A ride to find alerts for.

    Parameters
    ----------
    route
        Number of the line.
    trip_id
        The run.
    day
        Its service day.
    stops
        Numbers of the stops of boarding and alighting.
    from_s, to_s
        Epoch seconds.
    """

    route: int
    trip_id: str
    day: dt.date
    stops: tuple[int, ...]
    from_s: int
    to_s: int


class AlertBook:
    """The alerts of a city, found by ride.

    Parameters
    ----------
    timetable
        The fixed lines.
    alerts
        Name of the feed, empty for all, and alert.
    """

    def __init__(self, timetable: Timetable, alerts: Iterable[tuple[str, Alert]]) -> None:
        self._timetable = timetable
        self._found: dict[tuple[int, str], list[tuple[str, Touched, Alert]]] = {}
        for feed, alert in alerts:
            for touched in alert.touched:
                for key in _keys(timetable, touched):
                    self._found.setdefault(key, []).append((feed, touched, alert))

    def of(self, ride: Ride) -> tuple[Alert, ...]:
        """Alerts that touch a ride.

        Parameters
        ----------
        ride
            The ride.

        Returns
        -------
        tuple of Alert
            Each once, in the order of the messages as far as they are about the same thing.
        """
        if not self._found:
            return ()
        t = self._timetable
        keys = [(1, ride.trip_id), *((2, t.stop_ids[stop]) for stop in ride.stops)]
        keys += [(3, t.routes[ride.route].route_id), _ANYWHERE]
        found: dict[str, Alert] = {}
        for key in keys:
            for feed, touched, alert in self._found.get(key, ()):
                if alert.holds(ride.from_s, ride.to_s) and self._touches(feed, touched, ride):
                    found.setdefault(f"{feed} {alert.entity_id}", alert)
        return tuple(found.values())

    def _touches(self, feed: str, touched: Touched, ride: Ride) -> bool:
        t = self._timetable
        route = t.routes[ride.route]
        trip = touched.trip
        route_id = touched.route_id or (trip.route_id if trip is not None else "")
        if feed and not _is_of(t, feed, ride.route):
            return False
        if touched.agency_id and route.agency_id and touched.agency_id != route.agency_id:
            return False
        if route_id and route_id != route.route_id:
            return False
        if touched.route_type is not None and mode_of(str(touched.route_type)) != route.mode:
            return False
        if trip is None:
            return True
        if trip.start_date and trip.start_date != ride.day.strftime("%Y%m%d"):
            return False
        return not trip.trip_id or trip.trip_id == ride.trip_id


def _is_of(timetable: Timetable, feed: str, route: int) -> bool:
    if feed not in timetable.feed_names:
        return False
    at = timetable.feed_names.index(feed)
    return bool(timetable.feed_routes[at] <= route < timetable.feed_routes[at + 1])


def _keys(timetable: Timetable, touched: Touched) -> Iterator[tuple[int, str]]:
    """Where to keep an alert: with its run, its stop, its line, or with everything."""
    trip = touched.trip
    if trip is not None and trip.trip_id:
        yield 1, trip.trip_id
    elif touched.stop_id:
        for stop in platforms_of(timetable, touched.stop_id):
            yield 2, timetable.stop_ids[stop]
    elif touched.route_id or (trip is not None and trip.route_id):
        yield 3, touched.route_id or (trip.route_id if trip is not None else "")
    elif touched.agency_id or touched.route_type is not None:
        yield _ANYWHERE


def platforms_of(timetable: Timetable, stop_id: str, feed: str = "") -> list[int]:
    """Stops that a message means by a stop_id.

    Parameters
    ----------
    timetable
        The fixed lines.
    stop_id
        A stop or station.
    feed
        Name of the feed; empty for all.

    Returns
    -------
    list of int
        Numbers, with the platforms of a station; empty when nobody knows it.
    """
    found: list[int] = []
    for number in timetable.stops_called(stop_id, feed):
        found += timetable.platforms(number)
    return found


def closed_by(messages: Sequence[tuple[str, Alert]]) -> tuple[ClosedStop, ...]:
    """Stops that alerts close: those with the effect NO_SERVICE that name a stop and no run.

    Parameters
    ----------
    messages
        Name of the feed, empty for all, and alert.

    Returns
    -------
    tuple of ClosedStop
        One for each stop and period.
    """
    return tuple(
        ClosedStop(one.stop_id, start_s, end_s, feed, one.route_id)
        for feed, alert in messages
        if alert.effect == NO_SERVICE
        for one in alert.touched
        if one.stop_id and one.trip is None
        for start_s, end_s in alert.periods or ((0, 0),)
    )
