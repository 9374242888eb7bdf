"""Journeys on fixed lines in one span of time: the search with its ways on foot, and its legs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.arrivals import ArrivalWindow, search_arrivals, search_latest
from routing.days import Runs
from routing.ground import Ground, Spot
from routing.journeys import Journey
from routing.legs import LegMaker, walking_s
from routing.pareto import Criteria
from routing.query import PlanQuery
from routing.raptor import Access, Egress, Found, Ride, Window, search, search_earliest
from routing.streets import UNREACHABLE
from routing.timetable import Timetable
from routing.transfers import walk_s

MAX_WAIT_S: Final = 4 * 3600
"""A journey with a longer wait between two vehicles is no journey but a night outdoors."""

LONGEST_S: Final = 12 * 3600
"""A longer journey is left out: the runs it needs would be those of ever more days."""


@dataclass(frozen=True, eq=False)
class Span:
    """One search: departures, or arrivals, between two instants, over the runs around a day.

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
        """The span, of departures, in seconds from the origin of the runs.

        Parameters
        ----------
        query
            Bounds arrival and number of vehicles.

        Returns
        -------
        Window
            For `search`.
        """
        zero_s = self.runs.origin_s
        limit_s = query.time_s if query.arrive_by else self.last_s + LONGEST_S
        return Window(
            self.first_s - zero_s, self.last_s - zero_s, limit_s - zero_s, query.max_transfers + 1
        )


@dataclass(frozen=True, eq=False)
class LineJourney:
    """A journey in numbers, with what it was found among.

    Parameters
    ----------
    found
        The journey.
    runs
        What was searched.
    criteria
        What it is compared by.
    """

    found: Found
    runs: Runs
    criteria: Criteria


@dataclass(frozen=True, eq=False)
class _Waits:
    """Time between the trips of a journey, with the walk of the change."""

    timetable: Timetable
    runs: Runs

    def longest_s(self, found: Found) -> int:
        """Longest time between two vehicles, or two trips of one vehicle."""
        rides = [ride for boarding in found.boardings for ride in boarding.rides(self.runs.layout)]
        pairs = pairwise(rides)
        return max((self._departure_s(b) - self._arrival_s(a) for a, b in pairs), default=0)

    def _departure_s(self, ride: Ride) -> int:
        at = int(self.runs.rows[ride.run]) + ride.board
        return int(self.timetable.departures[at] + self.runs.offsets_s[ride.run_list])

    def _arrival_s(self, ride: Ride) -> int:
        at = int(self.runs.rows[ride.run]) + ride.alight
        return int(self.timetable.arrivals[at] + self.runs.offsets_s[ride.run_list])


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

    def on_foot(self, query: PlanQuery, spots: tuple[Spot, Spot]) -> tuple[Access, Egress]:
        """Walks to the stops of lines, and from them.

        Parameters
        ----------
        query
            Knows the walking speed.
        spots
            Origin and destination.

        Returns
        -------
        tuple
            Ways from the origin, and to the destination.
        """
        to_lines, from_lines = (self._walks(query, spot) for spot in spots)
        return Access.walks(*to_lines), Egress.walks(*from_lines)

    def _walks(self, query: PlanQuery, spot: Spot) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Stops of lines near a place, and the seconds on foot."""
        served = self._ground.timetable.served_stops
        stops = served[spot.walk_m[served] != UNREACHABLE]
        return stops, walk_s(spot.walk_m[stops], query.walk_speed_mm_s)

    def leaving(self, query: PlanQuery, spots: tuple[Spot, Spot], span: Span) -> list[LineJourney]:
        """Journeys on foot to and from the lines that leave in a span.

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
        list of LineJourney
            All of the span that nothing as cheap beats that leaves in it or after it; none that
            waits longer than `MAX_WAIT_S` or lasts longer than `LONGEST_S`.
        """
        return self._by_class(query, span, partial(self._leaving, query, spots))

    def arriving(self, query: PlanQuery, spots: tuple[Spot, Spot], span: Span) -> list[LineJourney]:
        """Journeys on foot to and from the lines that arrive in a span.

        Parameters
        ----------
        query
            The wish.
        spots
            Origin and destination.
        span
            Arrivals to look at; with the runs from `LONGEST_S` before.

        Returns
        -------
        list of LineJourney
            All of the span that nothing as cheap beats; none that waits longer than `MAX_WAIT_S`
            or lasts longer than `LONGEST_S`.
        """
        return self._by_class(query, span, partial(self._arriving, query, spots))

    def between(self, query: PlanQuery, span: Span, access: Access, egress: Egress) -> list[Found]:
        """Journeys between ways of access and ways of egress.

        Parameters
        ----------
        query
            The wish.
        span
            Departures to look at.
        access, egress
            The ways.

        Returns
        -------
        list of Found
            Those that leave in the span and wait nowhere longer than `MAX_WAIT_S`.
        """
        changes = self._ground.change_times(query.walk_speed_mm_s)
        window = span.window(query)
        founds = search(self._ground.timetable, span.runs, changes, access, egress, window)
        return [found for found in founds if self._is_fair(span.runs, found)]

    def _by_class(
        self, query: PlanQuery, span: Span, look: Callable[[Span], tuple[list[Found], list[Found]]]
    ) -> list[LineJourney]:
        """What is found with all lines, then with the cheaper ones only, as long as it matters."""
        classes = self._classes(query)
        kept: dict[tuple[int, int, int], LineJourney] = {}
        while True:
            best, others = look(span)
            used = {self._dearest(classes, span.runs, found) for found in (*best, *others)}
            dearest = max(used, default=0)
            cheaper = classes[classes < dearest]
            # What uses cheaper lines alone is found again without the dear ones.
            limit = int(cheaper.max()) if len(cheaper) and dearest else -1
            for found in best:
                price_class = self._dearest(classes, span.runs, found)
                if price_class > limit and self._is_fair(span.runs, found):
                    criteria = replace(criteria_of(found, span), price_class=price_class)
                    # Of equals the search may have kept a dear one: the cheaper one replaces it.
                    kept[criteria.departure_s, criteria.arrival_s, criteria.transfers] = (
                        LineJourney(found, span.runs, criteria)
                    )
            if limit < 0:
                return list(kept.values())
            closed = frozenset(np.flatnonzero(classes > limit).tolist())
            runs = span.runs
            span = replace(span, runs=self._ground.runs(runs.day, runs.days[-1] > runs.day, closed))

    def _classes(self, query: PlanQuery) -> NDArray[np.int64]:
        """Price class of each line."""
        routes, classes = self._ground.timetable.routes, query.price_classes
        if not classes:
            return np.zeros(len(routes), np.int64)
        return np.array([classes.get(route.route_id, 0) for route in routes], np.int64)

    def _dearest(self, classes: NDArray[np.int64], runs: Runs, found: Found) -> int:
        rides = [ride for boarding in found.boardings for ride in boarding.rides(runs.layout)]
        patterns = runs.patterns[[ride.run_list for ride in rides]]
        return int(classes[self._ground.timetable.pattern_routes[patterns]].max())

    def _leaving(
        self, query: PlanQuery, spots: tuple[Spot, Spot], span: Span
    ) -> tuple[list[Found], list[Found]]:
        """What leaves in a span and nothing beats, and what beats the rest."""
        access, egress = self.on_foot(query, spots)
        window = span.window(query)
        changes = self._ground.change_times(query.walk_speed_mm_s)
        founds = search(self._ground.timetable, span.runs, changes, access, egress, window)
        if not founds:
            return [], []
        # All that leaves after the span is later than all in it: of what beats, only the earliest
        # arrivals count.
        after = Window(
            window.last_departure_s + 1,
            window.last_departure_s + 1,
            max(found.arrival_s for found in founds),
            window.vehicles,
        )
        edge = search_earliest(self._ground.timetable, span.runs, changes, access, egress, after)
        best = [f for f in founds if not any(_is_as_good(e, f) for e in edge)]
        return best, [*founds, *edge]

    def _arriving(
        self, query: PlanQuery, spots: tuple[Spot, Spot], span: Span
    ) -> tuple[list[Found], list[Found]]:
        """What arrives in a span and nothing beats, and what beats the rest."""
        access, egress = self.on_foot(query, spots)
        changes = self._ground.change_times(query.walk_speed_mm_s)
        city = (self._ground.timetable, span.runs, changes, access, egress)
        first_s, last_s = (bound - span.runs.origin_s for bound in (span.first_s, span.last_s))
        vehicles = query.max_transfers + 1
        window = ArrivalWindow(first_s, last_s, first_s - LONGEST_S, vehicles)
        founds = search_arrivals(*city, window)
        if not founds:
            return [], []
        # All that arrives before the span is earlier than all in it: of what beats, only the latest
        # departures count.
        least_s = min(found.departure_s for found in founds)
        before = ArrivalWindow(first_s - 1, first_s - 1, least_s, vehicles)
        edge = search_latest(*city, before)
        best = [f for f in founds if not any(_leaves_as_late(e, f) for e in edge)]
        return best, [*founds, *edge]

    def _is_fair(self, runs: Runs, found: Found) -> bool:
        """Whether nobody waits or travels too long."""
        if found.arrival_s - found.departure_s > LONGEST_S:
            return False
        return _Waits(self._ground.timetable, runs).longest_s(found) <= MAX_WAIT_S

    def journey(
        self, query: PlanQuery, spots: tuple[Spot, Spot], line_journey: LineJourney
    ) -> Journey:
        """A journey with its legs, the first walk as late as possible.

        Parameters
        ----------
        query
            Knows the walking speed.
        spots
            Origin and destination, both reached on foot.
        line_journey
            The journey in numbers.

        Returns
        -------
        Journey
            From door to door.
        """
        speed = query.walk_speed_mm_s
        found, runs = line_journey.found, line_journey.runs
        legs = self._legs.transit(runs, found, speed)
        first = self._legs.stop_of(runs, found.boardings[0], last=False)
        last = self._legs.stop_of(runs, found.boardings[-1], last=True)
        to_m, from_m = int(spots[0].walk_m[first]), int(spots[1].walk_m[last])
        leave_s = legs[0].departure_s - walking_s(to_m, speed)
        before = self._legs.walk(spots[0], first, to_m, leave_s, speed)
        after = self._legs.walk(last, spots[1], from_m, legs[-1].arrival_s, speed)
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


def _leaves_as_late(before: Found, found: Found) -> bool:
    """Whether a journey that arrives earlier leaves no earlier, with no more vehicles."""
    fewer = len(before.boardings) <= len(found.boardings)
    return fewer and before.departure_s >= found.departure_s


def _is_as_good(after: Found, found: Found) -> bool:
    """Whether a journey that leaves later arrives no later, with no more vehicles."""
    fewer = len(after.boardings) <= len(found.boardings)
    return fewer and after.arrival_s <= found.arrival_s
