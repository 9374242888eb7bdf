"""Journeys on fixed lines in one span of time: the search with its ways on foot, and its legs."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.days import Runs
from routing.ground import Ground, Spot
from routing.journeys import Journey
from routing.legs import LegMaker, walking_s
from routing.pareto import Criteria
from routing.query import PlanQuery
from routing.raptor import Access, Boarding, Egress, Found, Window, search
from routing.streets import UNREACHABLE
from routing.timetable import Timetable
from routing.transfers import walk_s

MAX_WAIT_S: Final = 4 * 3600
"""A journey with a longer wait between two vehicles is no journey but a night outdoors."""

_HORIZON_S: Final = 24 * 3600
_EDGE_S: Final = 1800
"""Searched beyond the window, so that its last journeys are not beaten by the first ones after."""


@dataclass(frozen=True, eq=False)
class Span:
    """One search: departures between two instants, over the runs around a day.

    Parameters
    ----------
    first_s, last_s
        Epoch seconds.
    runs
        The runs around the day.
    """

    first_s: int
    last_s: int
    runs: Runs

    def window(self, query: PlanQuery) -> Window:
        """The span in seconds from the origin of the runs.

        Parameters
        ----------
        query
            Bounds arrival and number of vehicles.

        Returns
        -------
        Window
            A little longer than the span, see `_EDGE_S`.
        """
        zero_s = self.runs.origin_s
        limit_s = query.time_s if query.arrive_by else self.last_s + _HORIZON_S
        last_s = self.last_s + _EDGE_S
        return Window(
            self.first_s - zero_s, last_s - zero_s, limit_s - zero_s, query.max_transfers + 1
        )


@dataclass(frozen=True, eq=False)
class _Waits:
    """Time between the vehicles of a journey, with the walk of the change."""

    timetable: Timetable
    runs: Runs

    def longest_s(self, found: Found) -> int:
        """Longest time from alighting to boarding."""
        pairs = pairwise(found.boardings)
        return max((self._departure_s(b) - self._arrival_s(a) for a, b in pairs), default=0)

    def _departure_s(self, boarding: Boarding) -> int:
        at = int(self.runs.rows[boarding.run]) + boarding.board
        return int(self.timetable.departures[at] + self.runs.offsets_s[boarding.run_list])

    def _arrival_s(self, boarding: Boarding) -> int:
        at = int(self.runs.rows[boarding.run]) + boarding.alight
        return int(self.timetable.arrivals[at] + self.runs.offsets_s[boarding.run_list])


class LineSearch:
    """Searches the lines of a city.

    Parameters
    ----------
    ground
        The city.
    legs
        Makes legs.
    """

    def __init__(self, ground: Ground, legs: LegMaker) -> None:
        self._ground = ground
        self._legs = legs

    def ways_on_foot(
        self, query: PlanQuery, spot: Spot
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Walks between a place and stops of lines.

        Parameters
        ----------
        query
            Knows the walking speed.
        spot
            The place.

        Returns
        -------
        tuple
            Stop numbers and seconds, int64.
        """
        served = self._ground.timetable.served_stops
        stops = served[spot.walk_m[served] != UNREACHABLE]
        return stops, walk_s(spot.walk_m[stops], query.walk_speed_mm_s)

    def on_foot(self, query: PlanQuery, spots: tuple[Spot, Spot], span: Span) -> list[Found]:
        """Journeys whose lines are reached and left on foot.

        Parameters
        ----------
        query
            The wish.
        spots
            Origin and destination.
        span
            Departures to look at.

        Returns
        -------
        list of Found
            See `between`; with those that leave a little after the span, for others to be compared
            with.
        """
        access = Access.walks(*self.ways_on_foot(query, spots[0]))
        egress = Egress.walks(*self.ways_on_foot(query, spots[1]))
        return self.between(query, span, access, egress, edge_s=_EDGE_S)

    def between(
        self, query: PlanQuery, span: Span, access: Access, egress: Egress, edge_s: int = 0
    ) -> list[Found]:
        """Journeys between ways of access and ways of egress.

        Parameters
        ----------
        query
            The wish.
        span
            Departures to look at.
        access, egress
            The ways.
        edge_s
            Take those along that leave so many seconds after the span; at most `_EDGE_S`.

        Returns
        -------
        list of Found
            Those that leave in the span and wait nowhere longer than `MAX_WAIT_S`.
        """
        changes = self._ground.change_times(query.walk_speed_mm_s)
        window = span.window(query)
        founds = search(self._ground.timetable, span.runs, changes, access, egress, window)
        last_s = span.last_s + edge_s - span.runs.origin_s
        waits = _Waits(self._ground.timetable, span.runs)
        return [f for f in founds if f.departure_s <= last_s and waits.longest_s(f) <= MAX_WAIT_S]

    def journey(
        self, query: PlanQuery, spots: tuple[Spot, Spot], span: Span, found: Found
    ) -> Journey:
        """A journey with its legs, the first walk as late as possible.

        Parameters
        ----------
        query
            Knows the walking speed.
        spots
            Origin and destination, both reached on foot.
        span
            What was searched.
        found
            The journey in numbers.

        Returns
        -------
        Journey
            From door to door.
        """
        speed = query.walk_speed_mm_s
        legs = self._legs.transit(span.runs, found, speed)
        first = self._legs.stop_of(span.runs, found.boardings[0], last=False)
        last = self._legs.stop_of(span.runs, found.boardings[-1], last=True)
        to_m, from_m = int(spots[0].walk_m[first]), int(spots[1].walk_m[last])
        leave_s = legs[0].departure_s - walking_s(to_m, speed)
        before = self._legs.to_stop(spots[0], first, to_m, leave_s, speed)
        after = self._legs.from_stop(last, spots[1], from_m, legs[-1].arrival_s, speed)
        return Journey((*before, *legs, *after))


def criteria_of(found: Found, span: Span, rides: int = 0) -> Criteria:
    """Criteria of a journey in numbers.

    Parameters
    ----------
    found
        The journey.
    span
        What was searched.
    rides
        Rides on demand beside its vehicles.

    Returns
    -------
    Criteria
        In epoch seconds.
    """
    zero_s = span.runs.origin_s
    transfers = len(found.boardings) - 1 + rides
    return Criteria(found.departure_s + zero_s, found.arrival_s + zero_s, transfers, rides)
