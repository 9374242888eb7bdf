"""The timetable: immutable arrays of all feeds of a city.

Trips with the same line, stops and boarding rules form a pattern; inside a pattern no trip
overtakes another (a pattern that does is split), so that the first trip that can be caught is the
one to take. Times are laid out as ``[pattern][trip][position]``.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gtfs.times import service_day_origin
from routing.errors import UnknownStopError
from routing.journeys import Place, RouteInfo
from routing.stops import ACCESSIBLE, INACCESSIBLE


@dataclass(frozen=True)
class DroppedTrip:
    """A trip that could not be planned with.

    Parameters
    ----------
    feed
        Name of its feed.
    trip_id
        Its id.
    code
        Reason: no_calendar, too_few_stops, no_times, times_run_backwards, unknown_route.
    """

    feed: str
    trip_id: str
    code: str


@dataclass(frozen=True, eq=False)
class Timetable:
    """All fixed lines of a city; made by `routing.build.build_timetable`.

    Parameters
    ----------
    timezone
        Zone in which service days begin.
    stop_ids, stop_names
        Stops and stations, S of each.
    stop_lat, stop_lon
        Degrees, float64 ``[S]``.
    stop_parents
        Station of each stop, int32 ``[S]``, -1 for none.
    stop_platforms
        platform_code of each stop, empty for none.
    stop_kinds
        location_type of stops.txt, uint8 ``[S]``.
    stop_wheelchair
        Whether wheelchairs get on: 0 unknown, 1 yes, 2 no; uint8 ``[S]``.
    routes
        Lines.
    pattern_routes, pattern_shapes
        Line and shape (-1 for none) of each pattern, int32 ``[P]``.
    pattern_stop_starts, pattern_stops
        Stops of pattern p are ``pattern_stops[starts[p]:starts[p + 1]]``; int64, int32.
    can_board, can_alight
        Whether riders may, at each position of `pattern_stops`; bool.
    pattern_trip_starts
        Trips of pattern p are ``starts[p]:starts[p + 1]``, int64 ``[P + 1]``.
    pattern_time_starts
        Times of pattern p begin here, row by row of its trips; int64 ``[P + 1]``.
    arrivals, departures
        Seconds since noon minus 12 h of the service day, int32.
    stop_sequences
        stop_sequence of stop_times.txt, in the order of `arrivals`, int32.
    trip_ids, trip_headsigns
        T of each; a trip of frequencies.txt stands there once for every run.
    trip_services
        Service of each trip, int32 ``[T]``.
    trip_wheelchair
        Whether a vehicle takes wheelchairs: 0 unknown, 1 yes, 2 no; uint8 ``[T]``.
    trip_blocks
        Block of each trip, int32 ``[T]``, -1 for none: one vehicle runs the trips of a block.
    trip_links
        What transfers.txt says of riders who stay seated: trip, the trip it goes on as, and
        whether they may; int32 ``[n, 3]``.
    service_ids
        Services of fixed lines and of flexible ones.
    service_bits
        Days of each service since `first_day`, packed by `numpy.packbits`, uint8.
    first_day, last_day
        First and last day on which anything runs.
    shape_starts, shape_lat, shape_lon
        Points of shape s are ``starts[s]:starts[s + 1]``.
    pathways
        Ways inside stations, one for each direction: from stop, to stop, metres to the search,
        metres walked, 1 where wheelchairs pass; int32 ``[W, 5]``, see `routing.pathways`.
    transfer_rules
        From stop, to stop, transfer_type, min_transfer_time (-1 for none); int32 ``[R, 4]``.
    feed_names
        The feeds, F of them.
    feed_stops, feed_routes
        Stops and lines of feed f are ``starts[f]:starts[f + 1]``, int64 ``[F + 1]``.
    dropped
        Trips left out, and why.
    """

    timezone: ZoneInfo
    stop_ids: tuple[str, ...]
    stop_names: tuple[str, ...]
    stop_lat: NDArray[np.float64]
    stop_lon: NDArray[np.float64]
    stop_parents: NDArray[np.int32]
    stop_platforms: tuple[str, ...]
    stop_kinds: NDArray[np.uint8]
    stop_wheelchair: NDArray[np.uint8]
    routes: tuple[RouteInfo, ...]
    pattern_routes: NDArray[np.int32]
    pattern_shapes: NDArray[np.int32]
    pattern_stop_starts: NDArray[np.int64]
    pattern_stops: NDArray[np.int32]
    can_board: NDArray[np.bool_]
    can_alight: NDArray[np.bool_]
    pattern_trip_starts: NDArray[np.int64]
    pattern_time_starts: NDArray[np.int64]
    arrivals: NDArray[np.int32]
    departures: NDArray[np.int32]
    stop_sequences: NDArray[np.int32]
    trip_ids: tuple[str, ...]
    trip_headsigns: tuple[str, ...]
    trip_services: NDArray[np.int32]
    trip_wheelchair: NDArray[np.uint8]
    trip_blocks: NDArray[np.int32]
    trip_links: NDArray[np.int32]
    service_ids: tuple[str, ...]
    service_bits: NDArray[np.uint8]
    first_day: dt.date
    last_day: dt.date
    shape_starts: NDArray[np.int64]
    shape_lat: NDArray[np.float64]
    shape_lon: NDArray[np.float64]
    pathways: NDArray[np.int32]
    transfer_rules: NDArray[np.int32]
    feed_names: tuple[str, ...]
    feed_stops: NDArray[np.int64]
    feed_routes: NDArray[np.int64]
    dropped: tuple[DroppedTrip, ...] = ()

    @cached_property
    def trip_patterns(self) -> NDArray[np.int32]:
        """Pattern of each trip, int32 ``[T]``."""
        counts = np.diff(self.pattern_trip_starts)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    @cached_property
    def trip_rows(self) -> NDArray[np.int64]:
        """Where the times of each trip begin, int64 ``[T]``."""
        pattern = self.trip_patterns
        length = np.diff(self.pattern_stop_starts)[pattern]
        rank = np.arange(len(pattern)) - self.pattern_trip_starts[pattern]
        return self.pattern_time_starts[pattern] + rank * length

    @cached_property
    def trip_ends_s(self) -> NDArray[np.int32]:
        """Last arrival of each trip, seconds of its service day, int32 ``[T]``."""
        length = np.diff(self.pattern_stop_starts)[self.trip_patterns]
        return self.arrivals[self.trip_rows + length - 1]

    @cached_property
    def served_stops(self) -> NDArray[np.int64]:
        """Stops where some trip calls, in ascending order, int64."""
        return np.unique(self.pattern_stops).astype(np.int64)

    @cached_property
    def route_numbers(self) -> dict[str, int]:
        """Index of each line by its route_id; the first one when feeds repeat an id."""
        index: dict[str, int] = {}
        for number, route in enumerate(self.routes):
            index.setdefault(route.route_id, number)
        return index

    @cached_property
    def trip_numbers(self) -> dict[str, tuple[int, ...]]:
        """Trips of each trip_id: several of frequencies.txt, or of feeds that repeat an id."""
        index: dict[str, tuple[int, ...]] = {}
        for number, trip_id in enumerate(self.trip_ids):
            index[trip_id] = (*index.get(trip_id, ()), number)
        return index

    @cached_property
    def _stops_by_id(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for number, stop_id in enumerate(self.stop_ids):
            index.setdefault(stop_id, []).append(number)
        return index

    @cached_property
    def _service_numbers(self) -> dict[str, int]:
        index: dict[str, int] = {}
        for number, service_id in enumerate(self.service_ids):
            index.setdefault(service_id, number)
        return index

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for number, parent in enumerate(self.stop_parents.tolist()):
            if parent >= 0:
                children.setdefault(parent, []).append(number)
        return children

    def stop_index(self, stop_id: str) -> int:
        """Number of a stop or station.

        Parameters
        ----------
        stop_id
            As in stops.txt.

        Returns
        -------
        int
            Index into the arrays of stops.

        Raises
        ------
        UnknownStopError
            When no feed holds it.
        """
        found = self._stops_by_id.get(stop_id)
        if found is None:
            raise UnknownStopError(
                f"no stop has the id {stop_id!r}; take an id from stops.txt of the city's feeds",
                stop_id=stop_id,
            )
        return found[0]

    def stops_called(self, stop_id: str, feed: str = "") -> list[int]:
        """Stops with a stop_id; feeds may use the same one for different stops.

        Parameters
        ----------
        stop_id
            As in stops.txt.
        feed
            Name of the feed; empty for any.

        Returns
        -------
        list of int
            Numbers; empty when no feed holds it.
        """
        found = self._stops_by_id.get(stop_id, [])
        if not feed or not found:
            return found
        at = self.feed_names.index(feed) if feed in self.feed_names else -1
        if at < 0:
            return []
        first, end = int(self.feed_stops[at]), int(self.feed_stops[at + 1])
        return [stop for stop in found if first <= stop < end]

    def platforms(self, stop: int) -> list[int]:
        """Stops that a query for a stop means: itself, and the platforms of a station.

        Parameters
        ----------
        stop
            Number of a stop or station.

        Returns
        -------
        list of int
            The stop first.
        """
        found = [stop]
        for number in found:
            found.extend(self._children.get(number, ()))
        return found

    def place(self, stop: int) -> Place:
        """A stop as a place.

        Parameters
        ----------
        stop
            Its number.

        Returns
        -------
        Place
            With its stop_id and platform.
        """
        known = self._places.get(stop)
        if known is None:
            lat, lon = float(self.stop_lat[stop]), float(self.stop_lon[stop])
            platform = self.stop_platforms[stop]
            known = Place(self.stop_names[stop], lat, lon, self.stop_ids[stop], platform)
            self._places[stop] = known
        return known

    @cached_property
    def _places(self) -> dict[int, Place]:
        return {}

    def takes_wheelchairs(self, trip: int, board: int, alight: int) -> bool | None:
        """Whether a wheelchair rides a trip from stop to stop.

        Parameters
        ----------
        trip
            Its number.
        board, alight
            Stop numbers.

        Returns
        -------
        bool | None
            None when the trip or a stop does not say.
        """
        said = {
            int(self.trip_wheelchair[trip]),
            int(self.stop_wheelchair[board]),
            int(self.stop_wheelchair[alight]),
        }
        if INACCESSIBLE in said:
            return False
        return True if said == {ACCESSIBLE} else None

    def services_on(self, day: dt.date) -> NDArray[np.bool_]:
        """Which services run on a day.

        Parameters
        ----------
        day
            Service day.

        Returns
        -------
        ndarray
            bool, one for each of `service_ids`.
        """
        if not self.first_day <= day <= self.last_day:
            return np.zeros(len(self.service_ids), np.bool_)
        byte, bit = divmod((day - self.first_day).days, 8)
        return (self.service_bits[:, byte] >> (7 - bit) & 1).astype(np.bool_)

    def trips_on(self, day: dt.date) -> NDArray[np.bool_]:
        """Which trips run on a day.

        Parameters
        ----------
        day
            Service day.

        Returns
        -------
        ndarray
            bool ``[T]``, not shared.
        """
        return self.services_on(day)[self.trip_services]

    def runs_on(self, service_id: str, day: dt.date) -> bool:
        """Whether a service runs on a day.

        Parameters
        ----------
        service_id
            As in trips.txt.
        day
            Service day.

        Returns
        -------
        bool
            False for an unknown service.
        """
        number = self._service_numbers.get(service_id)
        return number is not None and bool(self.services_on(day)[number])

    def origin_s(self, day: dt.date) -> int:
        """Instant from which the times of a service day count.

        Parameters
        ----------
        day
            Service day.

        Returns
        -------
        int
            Noon minus 12 h, epoch seconds.
        """
        return service_day_origin(day, self.timezone)
