"""Rides between two lines: where a line ends, or goes another way round.

For some departures the earliest arrivals at all stops of lines are found; from each flexible stop
that a line feeds the rider goes on to every other one, and from there by lines again. A ride is
taken only to where it is sooner than lines and walks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.asking import Asking, Option
from routing.flexible import FlexService
from routing.ground import Ground
from routing.joining import Candidate
from routing.lines import LineSearch, Span
from routing.pareto import Criteria
from routing.raptor import (
    Access,
    Egress,
    Found,
    Window,
    earliest_by_vehicle,
    search,
    search_earliest,
    walked_on,
)
from routing.rides_between import Rides, rides_between_lines

MOST_DEPARTURES: Final = 3
"""Departures of a span from which middle rides are looked for, evenly spread from the first."""


@dataclass(frozen=True, eq=False)
class _Onto:
    """Stops of lines that some ride is sooner at than all else; k of them."""

    stops: NDArray[np.int64]
    ready_s: NDArray[np.int64]


class MiddleRides:
    """Finds journeys with a ride between two lines.

    Parameters
    ----------
    ground
        The city.
    lines
        Searches the lines.
    """

    def __init__(self, ground: Ground, lines: LineSearch) -> None:
        self._ground = ground
        self._lines = lines

    def rides(self, asking: Asking, services: Sequence[FlexService], span: Span) -> list[Rides]:
        """What the port hopes for between stops of lines, asked once a plan.

        Parameters
        ----------
        asking
            The plan.
        services
            Services on demand.
        span
            Departures to look at.

        Returns
        -------
        list of Rides
            One for each service and service day.
        """
        if asking.query.max_transfers < 1:
            return []
        bounds = (span.first_s, span.last_s)
        return [r for s in services for r in rides_between_lines(asking, s, bounds)]

    def candidates(self, asking: Asking, span: Span, rides: Sequence[Rides]) -> list[Candidate]:
        """Journeys with a middle ride.

        Parameters
        ----------
        asking
            The plan.
        span
            Departures to look at.
        rides
            From `rides`.

        Returns
        -------
        list of Candidate
            For each of some departures those that arrive first, by vehicles; of each the latest
            departure that still catches the ride.
        """
        if not rides:
            return []
        ends = (asking.origin, asking.destination)
        access, egress = self._lines.on_foot(asking.query, ends)
        if len(access.stops) == 0 or len(egress.stops) == 0:
            return []
        found: list[Candidate] = []
        step_s = max(1, (span.last_s - span.first_s) // MOST_DEPARTURES)
        for n in range(MOST_DEPARTURES):
            first_s = span.first_s + n * step_s
            if first_s > span.last_s or any(c.criteria.departure_s >= first_s for c in found):
                continue
            onto = self._onto(asking, span, rides, access, first_s)
            found += self._onward(asking, span, (rides, onto), (access, egress), first_s)
        return found

    def _window(self, asking: Asking, span: Span, first_s: int, onward: bool) -> Window:
        """The lines before the ride have half of the vehicles, rounded down."""
        whole = span.window(asking.query)
        before = whole.vehicles // 2
        vehicles = whole.vehicles - before if onward else before
        last_s = max(first_s, span.last_s) - span.runs.origin_s
        return Window(first_s - span.runs.origin_s, last_s, whole.last_arrival_s, vehicles)

    def _onto(
        self, asking: Asking, span: Span, rides: Sequence[Rides], access: Access, first_s: int
    ) -> _Onto:
        runs, speed = span.runs, asking.query.walk_speed_mm_s
        changes = self._ground.change_times(speed)
        window = self._window(asking, span, first_s, onward=False)
        timetable = self._ground.timetable
        by_vehicle_s = earliest_by_vehicle(timetable, runs, changes, access, window)
        known_s = walked_on(by_vehicle_s, changes, window).astype(np.int64) + runs.origin_s
        np.minimum.at(known_s, access.stops, first_s + access.duration_s.astype(np.int64))
        arrivals_s = by_vehicle_s.astype(np.int64) + runs.origin_s
        sooner = [(some, some.sooner(asking, arrivals_s, known_s)) for some in rides]
        return _Onto(
            np.concatenate([some.to_lines.line_stops[onto.links] for some, onto in sooner]),
            np.concatenate([onto.ready_s for _, onto in sooner]),
        )

    def _onward(
        self,
        asking: Asking,
        span: Span,
        by_ride: tuple[Sequence[Rides], _Onto],
        ways: tuple[Access, Egress],
        first_s: int,
    ) -> list[Candidate]:
        rides, onto = by_ride
        if len(onto.stops) == 0:
            return []
        runs, zero_s = span.runs, span.runs.origin_s
        changes = self._ground.change_times(asking.query.walk_speed_mm_s)
        opens_s = (onto.ready_s - zero_s).astype(np.int32)
        never_s = np.full(len(opens_s), np.iinfo(np.int32).max // 2, np.int32)
        access = Access(onto.stops.astype(np.int32), np.zeros_like(opens_s), opens_s, never_s)
        window = self._window(asking, span, int(onto.ready_s.min()), onward=True)
        founds = search_earliest(self._ground.timetable, runs, changes, access, ways[1], window)
        candidates = []
        for found in founds:
            stop = int(onto.stops[found.access])
            boards_s = self._boards_s(span, found)
            first = self._first_part(asking, span, rides, (stop, boards_s), (ways[0], first_s))
            if first is None:
                continue
            part, option = first
            transfers = len(part.boardings) + len(found.boardings)
            criteria = Criteria(part.departure_s + zero_s, found.arrival_s + zero_s, transfers, 1)
            candidates.append(Candidate(criteria, part, middle=option, onward=found))
        return candidates

    def _boards_s(self, span: Span, found: Found) -> int:
        boarding = found.boardings[0]
        at = int(span.runs.rows[boarding.run]) + boarding.board
        departure_s = int(self._ground.timetable.departures[at])
        return departure_s + int(span.runs.offsets_s[boarding.run_list]) + span.runs.origin_s

    def _first_part(
        self,
        asking: Asking,
        span: Span,
        rides: Sequence[Rides],
        vehicle: tuple[int, int],
        start: tuple[Access, int],
    ) -> tuple[Found, Option] | None:
        """The latest departure with which a ride catches a vehicle, and the ride."""
        runs, zero_s, (access, first_s) = span.runs, span.runs.origin_s, start
        into = [(some, some.ways_into(asking, *vehicle)) for some in rides]
        behind = [(some, one, at) for some, one in into for at in range(len(one.links))]
        if not behind:
            return None
        egress = Egress(
            _column(some.from_lines.line_stops[one.links] for some, one in into),
            _column(one.before_s for _, one in into),
            _column(one.opens_s - zero_s for _, one in into),
            _column(one.closes_s - zero_s for _, one in into),
            np.zeros(len(behind), np.int32),
        )
        window = self._window(asking, span, first_s, onward=False)
        changes = self._ground.change_times(asking.query.walk_speed_mm_s)
        founds = search(self._ground.timetable, runs, changes, access, egress, window)
        if not founds:
            return None
        latest = max(founds, key=lambda f: (f.departure_s, -len(f.boardings)))
        some, one, at = behind[latest.egress]
        option = some.option(int(one.rows[at]), one.column, one.link)
        return latest, option.walked_to(int(some.from_lines.walk_m[one.links[at]]))


def _column(parts: Iterable[NDArray[np.int64]]) -> NDArray[np.int32]:
    return np.concatenate(list(parts)).astype(np.int32)
