"""Journeys with rides on demand: all the way, to lines, from lines, both, or between two lines.

Rides enter the search optimistically, by the port's outlook; those of journeys worth showing are
then checked exactly. What is refused is closed and the search run again, at most `MAX_RERUNS`
times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from routing.asking import Asking, Option
from routing.flexible import FlexService, open_services
from routing.ground import Ground
from routing.joining import Candidate, Joiner
from routing.journeys import Journey
from routing.legs import LegMaker
from routing.lines import LineSearch, Span, criteria_of
from routing.middle_rides import MiddleRides
from routing.pareto import Criteria, journey_criteria, pareto
from routing.rides import (
    LOOK_AHEAD_S,
    options_direct,
    options_from_lines,
    options_to_lines,
    ways_from_lines,
    ways_to_lines,
)

MAX_RERUNS: Final = 3
"""Searches after refusals."""


@dataclass(frozen=True, eq=False)
class _Direct:
    """A ride all the way, promised for one time; it can be asked for at others, too."""

    journey: Journey
    option: Option
    hoped_s: int

    def beats(self, other: Criteria, hoped: bool) -> bool:
        """Whether riding all the way, whenever the other one starts, takes no longer.

        What is only hoped for is compared with what may be hoped for here.
        """
        mine = self.journey
        walk_s = mine.rides[0].departure_s - mine.departure_s
        if not self.option.opens_s <= other.departure_s + walk_s <= self.option.closes_s:
            return False
        duration_s = self.hoped_s if hoped else mine.arrival_s - mine.departure_s
        end_s = mine.departure_s + duration_s
        return Criteria(mine.departure_s, end_s, 0, 1, anytime=True).beats(other)


class RideSearch:
    """Finds journeys with one or two rides.

    Parameters
    ----------
    ground
        The city.
    legs
        Makes legs.
    lines
        Searches the lines.
    services
        Services on demand.
    """

    def __init__(
        self, ground: Ground, legs: LegMaker, lines: LineSearch, services: Sequence[FlexService]
    ) -> None:
        self._ground = ground
        self._lines = lines
        self._services = services
        self._joiner = Joiner(ground, legs)
        self._middle = MiddleRides(ground, lines)

    def journeys(self, asking: Asking, span: Span, others: list[Journey]) -> list[Journey]:
        """Journeys with rides that the port promises.

        Parameters
        ----------
        asking
            The plan.
        span
            Departures to look at.
        others
            Journeys without rides, which make rides unnecessary.

        Returns
        -------
        list of Journey
            Those that are worth showing beside a ride all the way.
        """
        bounds = (span.first_s, span.last_s)
        last_s = span.last_s + LOOK_AHEAD_S
        services = open_services(self._services, self._ground.timetable, span.first_s, last_s)
        if not services:
            return []
        direct = self._direct(asking, services, span)
        settled = others + [ride.journey for ride in direct]
        to_lines = [o for s in services for o in options_to_lines(asking, s, bounds)]
        from_lines = [o for s in services for o in options_from_lines(asking, s, bounds)]
        between = self._middle.rides(asking, services, span)
        promised: list[Journey] = []
        for _ in range(1 + MAX_RERUNS):
            refused = asking.refused
            candidates = self._beside_lines(asking, span, to_lines, from_lines)
            candidates += self._middle.candidates(asking, span, between)
            known = [journey_criteria(journey) for journey in settled + promised]
            worth = [
                candidate
                for candidate in candidates
                if not any(k.beats(candidate.criteria) for k in known)
                and not any(ride.beats(candidate.criteria, hoped=True) for ride in direct)
            ]
            for candidate in pareto(worth, lambda c: c.criteria):
                promised += self._joiner.journeys(asking, span, candidate)
            if asking.refused == refused:
                break
        fair = [
            journey
            for journey in promised
            if not any(ride.beats(journey_criteria(journey), hoped=False) for ride in direct)
        ]
        return settled[len(others) :] + fair

    def _beside_lines(
        self, asking: Asking, span: Span, to_lines: list[Option], from_lines: list[Option]
    ) -> list[Candidate]:
        """Journeys with a ride before the lines, behind them, or both."""
        query, zero_s = asking.query, span.runs.origin_s
        ends = (asking.origin, asking.destination)
        walks_to, walks_from = self._lines.on_foot(query, ends)
        rides_to, before = ways_to_lines(asking, to_lines, zero_s)
        rides_from, after = ways_from_lines(asking, from_lines, zero_s)
        found = [
            Candidate(criteria_of(one, span, rides=1), one, before=before[one.access])
            for one in self._lines.between(query, span, rides_to, walks_from)
        ]
        found += [
            Candidate(criteria_of(one, span, rides=1), one, after=after[one.egress])
            for one in self._lines.between(query, span, walks_to, rides_from)
        ]
        if asking.closed_beside:
            rides_from, after = ways_from_lines(asking, from_lines, zero_s, beside=True)
        found += [
            Candidate(criteria_of(one, span, 2), one, before[one.access], after[one.egress])
            for one in self._lines.between(query, span, rides_to, rides_from)
        ]
        return found

    def _direct(self, asking: Asking, services: Sequence[FlexService], span: Span) -> list[_Direct]:
        """For each service the earliest ride all the way, or the latest one to arrive by."""
        query = asking.query
        walk_m = self._ground.walk_m(asking.origin, asking.destination, query.max_walk_m)
        rides = []
        for service in services:
            for option in options_direct(asking, service, (span.first_s, span.last_s)):
                walks_s = asking.walking_s(option.walk_to_m), asking.walking_s(option.walk_from_m)
                total_s = sum(walks_s) + option.ride_s
                if walk_m is not None and asking.walking_s(walk_m) <= total_s:
                    continue
                found = self._direct_ride(asking, span, option, walks_s)
                rides += [_Direct(journey, option, total_s) for journey in found]
        return rides

    def _direct_ride(
        self, asking: Asking, span: Span, option: Option, walks_s: tuple[int, int]
    ) -> list[Journey]:
        query = asking.query
        first_s = max(option.opens_s, span.first_s + walks_s[0])
        last_s = min(option.closes_s, span.last_s + walks_s[0])
        latest_s = query.time_s - walks_s[1] if query.arrive_by else None
        earliest_s = first_s
        if latest_s is not None:
            earliest_s = min(last_s, latest_s - option.planned_s) // 60 * 60
        promise = None
        if first_s <= earliest_s <= last_s:
            promise = asking.check(option, earliest_s, latest_s)
        if promise is None and latest_s is None:
            later = [low for low, high in asking.openings(option) if first_s < low <= last_s]
            promise = asking.check(option, later[0], None) if later else None
        if promise is None:
            return []
        return [self._joiner.all_the_way(asking, option, promise, walks_s)]
