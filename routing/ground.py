"""The city under the planner: timetable, streets, changes, and walks from places to stops.

People on foot and people in wheelchairs find different cities; each has a `Ground` of its own.
"""

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.days import Runs, runs_around
from routing.errors import OutsideAreaError
from routing.journeys import Place
from routing.raptor import ChangeTimes
from routing.snapping import Anchors
from routing.stops import INACCESSIBLE
from routing.street_port import Profile
from routing.streets import UNREACHABLE, Streets
from routing.timetable import Timetable
from routing.transfers import find_changes

OUTSIDE_M: Final = 3000
"""A place with no street near and no stop within this walk is outside the area, metres."""

_KEPT_DAYS: Final = 12
_KEPT_SPEEDS: Final = 8


@dataclass(frozen=True, eq=False)
class Spot:
    """A place of a query, tied to the ground.

    Parameters
    ----------
    place
        The place.
    anchors
        It, tied to the streets.
    walk_m
        Walk to each stop, metres, int32 ``[S]``; `UNREACHABLE` beyond the longest walk.
    """

    place: Place
    anchors: Anchors
    walk_m: NDArray[np.int32]

    def near(self, stops: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of some stops that can be walked to.

        Parameters
        ----------
        stops
            Stop numbers.

        Returns
        -------
        ndarray
            The nearest first, int64.
        """
        walk_m = self.walk_m[stops]
        order = np.argsort(walk_m, kind="stable")
        return np.asarray(stops[order[walk_m[order] != UNREACHABLE]])


class Ground:
    """Timetable and streets of a city, with what is worth keeping between queries.

    Parameters
    ----------
    timetable
        The fixed lines.
    streets
        To walk and drive on.
    wheelchair
        Whether to go by wheelchair.
    """

    def __init__(self, timetable: Timetable, streets: Streets, wheelchair: bool = False) -> None:
        self.timetable = timetable
        self.streets = streets
        self.profile: Profile = "wheelchair" if wheelchair else "walk"
        self._closed = np.flatnonzero(wheelchair & (timetable.stop_wheelchair == INACCESSIBLE))
        self.anchors = streets.anchor(timetable.stop_lat, timetable.stop_lon, self.profile)
        served = self.anchors.take(timetable.served_stops)
        self.changes = find_changes(timetable, streets, served, profile=self.profile)
        self._runs: OrderedDict[tuple[dt.date, bool], Runs] = OrderedDict()
        self._speeds: OrderedDict[int, ChangeTimes] = OrderedDict()
        self._lock = threading.Lock()

    def runs(self, day: dt.date, with_next: bool) -> Runs:
        """The runs around a day, made once.

        Parameters
        ----------
        day
            Service day.
        with_next
            Whether to load the next day as well.

        Returns
        -------
        Runs
            Shared; not to be changed.
        """
        key = (day, with_next)
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
                return self._runs[key]
        runs = runs_around(self.timetable, day, with_next, self.profile == "wheelchair")
        with self._lock:
            self._runs[key] = runs
            while len(self._runs) > _KEPT_DAYS:
                self._runs.popitem(last=False)
        return runs

    def change_times(self, walk_speed_mm_s: int) -> ChangeTimes:
        """Changes at a walking speed.

        Parameters
        ----------
        walk_speed_mm_s
            Millimetres a second.

        Returns
        -------
        ChangeTimes
            Shared; not to be changed.
        """
        with self._lock:
            if walk_speed_mm_s in self._speeds:
                return self._speeds[walk_speed_mm_s]
        changes = self.changes
        times = ChangeTimes(changes.starts, changes.heads, changes.seconds(walk_speed_mm_s))
        with self._lock:
            self._speeds[walk_speed_mm_s] = times
            while len(self._speeds) > _KEPT_SPEEDS:
                self._speeds.popitem(last=False)
        return times

    def spot(self, place: Place, max_walk_m: int) -> Spot:
        """Tie a place to the ground.

        Parameters
        ----------
        place
            From or to where somebody travels.
        max_walk_m
            Longest walk, metres.

        Returns
        -------
        Spot
            With the walks to all stops.

        Raises
        ------
        OutsideAreaError
            When neither a street nor a stop is near.
        UnknownStopError
            When the place has a stop_id that no feed holds.
        """
        one = self.streets.anchor(np.array([place.lat]), np.array([place.lon]), self.profile)
        walk_m = self.streets.walk_many(one, self.anchors, max(max_walk_m, 0), self.profile)
        if place.stop_id is not None:
            stop = self.timetable.stop_index(place.stop_id)
            walk_m[self.timetable.platforms(stop)] = 0
        elif one.node[0] < 0 and not (walk_m != UNREACHABLE).any():
            self._refuse_outside(place, one)
        walk_m[self._closed] = UNREACHABLE
        return Spot(place, one, walk_m)

    def _refuse_outside(self, place: Place, one: Anchors) -> None:
        walk_m = self.streets.walk_many(one, self.anchors, OUTSIDE_M, self.profile)
        if (walk_m == UNREACHABLE).all():
            raise OutsideAreaError(
                "this place is farther than 3 km from every stop and street of the city; "
                "choose one inside the area",
                name=place.name,
                lat=place.lat,
                lon=place.lon,
            )

    def walk_m(self, origin: Spot, destination: Spot, limit_m: int) -> int | None:
        """Walk between two places.

        Parameters
        ----------
        origin, destination
            The places.
        limit_m
            Longest walk, metres.

        Returns
        -------
        int | None
            Metres; None when it is longer.
        """
        ends = (origin.anchors, destination.anchors)
        walk_m = int(self.streets.walk_many(*ends, limit_m, self.profile)[0])
        return None if walk_m == UNREACHABLE else walk_m
