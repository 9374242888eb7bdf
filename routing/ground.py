"""The city under the planner: timetable, streets, changes, and walks from places to stops.

People on foot and people in wheelchairs find different cities; each has a `Ground` of its own.
"""

import copy
import datetime as dt
import threading
from collections import OrderedDict
from typing import Final

import numpy as np

from routing.days import Runs, days_around, runs_around
from routing.errors import OutsideAreaError
from routing.journeys import Place
from routing.live import LiveTimetable
from routing.raptor import ChangeTimes
from routing.snapping import Anchors
from routing.stops import INACCESSIBLE
from routing.street_port import Profile
from routing.streets import UNREACHABLE, Streets
from routing.timetable import Timetable
from routing.transfers import CHANGE_S, find_changes
from routing.walks import Spot, Walks

__all__ = ["OUTSIDE_M", "Ground", "Spot"]

OUTSIDE_M: Final = 3000
"""A place with no street near and no stop within this walk is outside the area, metres."""

_KEPT_DAYS: Final = 16
"""Days, some of them without their dearer lines."""

_KEPT_SPEEDS: Final = 8


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
        self.fixed: Ground = self
        self.streets = streets
        self.profile: Profile = "wheelchair" if wheelchair else "walk"
        self._closed = np.flatnonzero(wheelchair & (timetable.stop_wheelchair == INACCESSIBLE))
        self.walks = Walks(timetable, streets, self.profile)
        self.changes = find_changes(timetable, self.walks)
        self._runs: OrderedDict[tuple[dt.date, bool, frozenset[int]], Runs] = OrderedDict()
        self._speeds: OrderedDict[int, ChangeTimes] = OrderedDict()
        self._lock = threading.Lock()

    def over(self, live: LiveTimetable) -> "Ground":
        """The same city with what happens live.

        Parameters
        ----------
        live
            Laid over the timetable of this ground.

        Returns
        -------
        Ground
            Shares everything but the runs of days on which something is different.
        """
        ground = copy.copy(self)
        ground.timetable = live
        ground.fixed = self
        ground._runs = OrderedDict()
        return ground

    def runs(
        self, day: dt.date, with_next: bool, closed_routes: frozenset[int] = frozenset()
    ) -> Runs:
        """The runs around a day, made once.

        Parameters
        ----------
        day
            Service day.
        with_next
            Whether to load the next day as well.
        closed_routes
            Numbers of lines whose trips are left out.

        Returns
        -------
        Runs
            Shared; not to be changed.
        """
        if self.fixed is not self and not self._is_edited(day, with_next):
            return self.fixed.runs(day, with_next, closed_routes)
        key = (day, with_next, closed_routes)
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
                return self._runs[key]
        by_wheelchair = self.profile == "wheelchair"
        runs = runs_around(self.timetable, day, with_next, by_wheelchair, closed_routes)
        with self._lock:
            self._runs[key] = runs
            while len(self._runs) > _KEPT_DAYS:
                self._runs.popitem(last=False)
        return runs

    def _is_edited(self, day: dt.date, with_next: bool) -> bool:
        """Whether runs around a day differ from the fixed ones (trips have the same numbers)."""
        live = self.timetable
        days = days_around(live, day, with_next)
        return isinstance(live, LiveTimetable) and not live.edits.keys().isdisjoint(days)

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

    @property
    def anchors(self) -> Anchors:
        """All stops tied to the streets."""
        return self.walks.anchors

    def change_s(self, here: Place, there: Place, walk_speed_mm_s: int) -> int:
        """Time of a change between two stops.

        Parameters
        ----------
        here, there
            Stops, as legs have them.
        walk_speed_mm_s
            Millimetres a second.

        Returns
        -------
        int
            Seconds; a minute where the two are no pair, such as places that are no stops.
        """
        ids = (here.stop_id, there.stop_id)
        if ids[0] is None or ids[1] is None:
            return CHANGE_S
        first, second = (self.timetable.stop_index(one) for one in ids if one is not None)
        times = self.change_times(walk_speed_mm_s)
        row = slice(times.starts[first], times.starts[first + 1])
        found = np.flatnonzero(times.heads[row] == second)
        return int(times.seconds[row][found[0]]) if len(found) else CHANGE_S

    def spot(self, place: Place, max_walk_m: int, arriving: bool = False) -> Spot:
        """Tie a place to the ground.

        Parameters
        ----------
        place
            From or to where somebody travels.
        max_walk_m
            Longest walk, metres.
        arriving
            Whether it is to where.

        Returns
        -------
        Spot
            With the walks to all stops; from all stops when arriving.

        Raises
        ------
        OutsideAreaError
            When neither a street nor a stop is near.
        UnknownStopError
            When the place has a stop_id that no feed holds.
        """
        spot = self.walks.spot(place, max(max_walk_m, 0), arriving)
        tied = spot.stop is not None or spot.anchors.node[0] >= 0
        if not tied and not (spot.walk_m != UNREACHABLE).any():
            self._refuse_outside(place, spot.anchors)
        spot.walk_m[self._closed] = UNREACHABLE
        return spot

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
        return self.walks.between_m(origin, destination, limit_m)
