"""Journeys with one ride on demand: to a line, from a line, or all the way.

Rides enter the search optimistically, by the port's outlook; those of journeys worth showing are
then checked exactly. What is refused is closed and the search run again, at most `MAX_RERUNS`
times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from routing.asking import Asking, Option
from routing.flexible import FlexService
from routing.ground import Ground
from routing.journeys import Journey, Leg
from routing.legs import LegMaker
from routing.lines import MAX_WAIT_S, LineSearch, Span, criteria_of
from routing.pareto import Criteria, journey_criteria, pareto
from routing.raptor import Access, Egress, Found
from routing.rides import (
    MARGIN_S,
    options_direct,
    options_from_lines,
    options_to_lines,
    ways_from_lines,
    ways_to_lines,
)

MAX_RERUNS: Final = 3
"""Searches after refusals."""


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A journey with a ride that the port has not promised yet."""

    criteria: Criteria
    found: Found
    option: Option
    to_lines: bool


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
    """Finds journeys with one ride.

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
        self._legs = legs
        self._lines = lines
        self._services = services

    def journeys(self, asking: Asking, span: Span, others: list[Journey]) -> list[Journey]:
        """Journeys with one ride that the port promises.

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
        direct = self._direct(asking, span)
        settled = others + [ride.journey for ride in direct]
        to_lines = [o for s in self._services for o in options_to_lines(asking, s, bounds)]
        from_lines = [o for s in self._services for o in options_from_lines(asking, s, bounds)]
        promised: list[Journey] = []
        for _ in range(1 + MAX_RERUNS):
            heard = len(asking.refusals)
            candidates = self._to_lines(asking, span, to_lines)
            candidates += self._from_lines(asking, span, from_lines)
            known = [journey_criteria(journey) for journey in settled + promised]
            worth = [
                candidate
                for candidate in candidates
                if not any(k.beats(candidate.criteria) for k in known)
                and not any(ride.beats(candidate.criteria, hoped=True) for ride in direct)
            ]
            for candidate in pareto(worth, lambda c: c.criteria):
                promised += self._promise(asking, span, candidate)
            if len(asking.refusals) == heard:
                break
        fair = [
            journey
            for journey in promised
            if not any(ride.beats(journey_criteria(journey), hoped=False) for ride in direct)
        ]
        return settled[len(others) :] + fair

    def _to_lines(self, asking: Asking, span: Span, options: list[Option]) -> list[_Candidate]:
        query = asking.query
        access, behind = ways_to_lines(asking, options, span.runs.origin_s)
        egress = Egress.walks(*self._lines.ways_on_foot(query, asking.destination))
        founds = self._lines.between(query, span, access, egress)
        return [
            _Candidate(criteria_of(found, span, rides=1), found, behind[found.access], True)
            for found in founds
        ]

    def _from_lines(self, asking: Asking, span: Span, options: list[Option]) -> list[_Candidate]:
        query = asking.query
        access = Access.walks(*self._lines.ways_on_foot(query, asking.origin))
        egress, behind = ways_from_lines(asking, options, span.runs.origin_s)
        founds = self._lines.between(query, span, access, egress)
        return [
            _Candidate(criteria_of(found, span, rides=1), found, behind[found.egress], False)
            for found in founds
        ]

    def _promise(self, asking: Asking, span: Span, candidate: _Candidate) -> list[Journey]:
        """The candidate with a promise; nothing when the port refuses."""
        legs = self._legs.transit(span.runs, candidate.found, asking.query.walk_speed_mm_s)
        if candidate.to_lines:
            return self._promise_before(asking, span, candidate, legs)
        return self._promise_after(asking, span, candidate, legs)

    def _promise_before(
        self, asking: Asking, span: Span, candidate: _Candidate, legs: list[Leg]
    ) -> list[Journey]:
        option, speed = candidate.option, asking.query.walk_speed_mm_s
        walk_from_s = asking.walking_s(option.walk_from_m)
        latest_s = legs[0].departure_s - MARGIN_S - walk_from_s
        leave_s = candidate.found.departure_s + span.runs.origin_s
        if leave_s + MAX_WAIT_S < latest_s:  # the service ends long before the line begins
            return []
        pickup_s = leave_s + asking.walking_s(option.walk_to_m)
        # People remember whole minutes; the window may begin a little earlier, never too early.
        earliest_s = max(option.opens_s, pickup_s - pickup_s % 60)
        promise = asking.check(option, earliest_s, latest_s)
        if promise is None:
            return []
        ride = self._legs.flexible(option.service, (option.pickup, option.dropoff), promise)
        start_s = ride.departure_s - asking.walking_s(option.walk_to_m)
        before = self._legs.to_stop(asking.origin, option.pickup, option.walk_to_m, start_s, speed)
        change = self._legs.between(
            option.dropoff, option.line_stop, option.walk_from_m, ride.arrival_s, speed
        )
        last = self._legs.stop_of(span.runs, candidate.found.boardings[-1], last=True)
        from_m = int(asking.destination.walk_m[last])
        after = self._legs.from_stop(last, asking.destination, from_m, legs[-1].arrival_s, speed)
        return [Journey((*before, ride, *change, *legs, *after))]

    def _promise_after(
        self, asking: Asking, span: Span, candidate: _Candidate, legs: list[Leg]
    ) -> list[Journey]:
        option, query = candidate.option, asking.query
        speed = query.walk_speed_mm_s
        ready_s = legs[-1].arrival_s + MARGIN_S + asking.walking_s(option.walk_to_m)
        openings = asking.openings(option)
        earliest_s = min(
            (max(ready_s, low) for low, high in openings if high >= ready_s), default=0
        )
        latest_s = query.time_s - asking.walking_s(option.walk_from_m) if query.arrive_by else None
        promise = asking.check(option, earliest_s, latest_s) if earliest_s > 0 else None
        if promise is None:
            return []
        first = self._legs.stop_of(span.runs, candidate.found.boardings[0], last=False)
        to_m = int(asking.origin.walk_m[first])
        start_s = legs[0].departure_s - asking.walking_s(to_m)
        before = self._legs.to_stop(asking.origin, first, to_m, start_s, speed)
        change = self._legs.between(
            option.line_stop, option.pickup, option.walk_to_m, legs[-1].arrival_s, speed
        )
        ride = self._legs.flexible(option.service, (option.pickup, option.dropoff), promise)
        after = self._legs.from_stop(
            option.dropoff, asking.destination, option.walk_from_m, ride.arrival_s, speed
        )
        return [Journey((*before, *legs, *change, ride, *after))]

    def _direct(self, asking: Asking, span: Span) -> list[_Direct]:
        """For each service the earliest ride all the way, or the latest one to arrive by."""
        query = asking.query
        walk_m = self._ground.walk_m(asking.origin, asking.destination, query.max_walk_m)
        rides = []
        for service in self._services:
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
        speed = query.walk_speed_mm_s
        ride = self._legs.flexible(option.service, (option.pickup, option.dropoff), promise)
        start_s = ride.departure_s - walks_s[0]
        before = self._legs.to_stop(asking.origin, option.pickup, option.walk_to_m, start_s, speed)
        after = self._legs.from_stop(
            option.dropoff, asking.destination, option.walk_from_m, ride.arrival_s, speed
        )
        return [Journey((*before, ride, *after))]
