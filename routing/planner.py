"""The planner: walks, lines and rides on demand to one list of journeys worth showing.

Candidates are a walk all the way; lines reached and left on foot; lines reached or left by one
ride on demand; and a ride all the way. Rides enter the search optimistically, by the port's
outlook; those of journeys worth showing are then checked exactly. What is refused is closed and
the search run again, at most `MAX_RERUNS` times.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from gtfs.flex import FlexTrip
from routing.asking import Asking, Option, why_closed
from routing.days import Runs
from routing.errors import NoServiceError, SamePlaceError
from routing.flexible import place_services
from routing.ground import Ground, Spot
from routing.journeys import Journey, Leg, Place
from routing.legs import LegMaker, walking_s
from routing.on_demand import OnDemandPort, RideRefusal
from routing.pareto import Criteria, journey_criteria, pareto
from routing.query import PlanQuery, PlanResult
from routing.raptor import Access, Egress, Found, Window, search
from routing.rides import (
    MARGIN_S,
    options_direct,
    options_from_lines,
    options_to_lines,
    ways_from_lines,
    ways_to_lines,
)
from routing.streets import UNREACHABLE, Streets
from routing.timetable import Timetable
from routing.transfers import walk_s

__all__ = ["PlanQuery", "PlanResult", "Planner"]

MAX_RERUNS: Final = 3
"""Searches after refusals."""

_HORIZON_S: Final = 24 * 3600
_NEXT_DAY_S: Final = 6 * 3600
_EDGE_S: Final = 1800
"""Searched beyond the window, so that its last journeys are not beaten by the first ones after."""

_DAY_END_S: Final = 28 * 3600
"""Widening stops here, seconds of the service day: the last runs of a night are over."""


@dataclass(frozen=True, eq=False)
class _Span:
    """One search: departures between two instants, over the runs around a day."""

    first_s: int
    last_s: int
    runs: Runs

    def window(self, query: PlanQuery) -> Window:
        """The span in seconds from the origin of the runs."""
        zero_s = self.runs.origin_s
        limit_s = query.time_s if query.arrive_by else self.last_s + _HORIZON_S
        last_s = self.last_s + _EDGE_S
        return Window(
            self.first_s - zero_s, last_s - zero_s, limit_s - zero_s, query.max_transfers + 1
        )


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


class Planner:
    """Plans journeys in one city; safe to share between threads.

    Parameters
    ----------
    timetable
        The fixed lines.
    streets
        To walk and drive on.
    flex_trips
        Services on demand.
    timezone
        The city's.
    """

    def __init__(
        self,
        timetable: Timetable,
        streets: Streets,
        flex_trips: Sequence[FlexTrip],
        timezone: ZoneInfo,
    ) -> None:
        self._ground = Ground(timetable, streets)
        self._timezone = timezone
        self._services = place_services(self._ground, flex_trips)
        self._legs = LegMaker(self._ground)

    def plan(self, query: PlanQuery, on_demand: OnDemandPort | None) -> PlanResult:
        """Plan a journey.

        Parameters
        ----------
        query
            The wish.
        on_demand
            The dispatcher; None leaves rides on demand out.

        Returns
        -------
        PlanResult
            Journeys worth showing, why rides were refused, and notes.

        Raises
        ------
        SamePlaceError
            When origin and destination are one place.
        OutsideAreaError
            When one of them is far from every street and stop.
        NoServiceError
            When no calendar covers the day.
        UnknownStopError
            When a place has a stop_id that no feed holds.
        """
        _refuse_same(query.origin, query.destination)
        self._refuse_uncovered(query)
        origin = self._ground.spot(query.origin, query.max_walk_m)
        destination = self._ground.spot(query.destination, query.max_walk_m)
        asking = None
        if on_demand is not None and self._services:
            asking = Asking(self._ground, on_demand, query, origin, destination)
        notes = self._notes(origin, destination)
        walk = self._walk(query, origin, destination)
        journeys: list[Journey] = []
        for step, (first_s, last_s) in enumerate(self._windows(query)):
            span = _Span(first_s, last_s, self._runs(query, first_s, last_s))
            journeys = self._search(query, (origin, destination), span, asking, walk)
            if journeys:
                notes += ["widened"] if step > 0 and journeys != walk else []
                break
        ordered = sorted(journeys, key=lambda j: (j.arrival_s, j.departure_s, j.transfers))
        return PlanResult(tuple(ordered), self._refusals(asking, ordered), tuple(notes))

    def _refuse_uncovered(self, query: PlanQuery) -> None:
        t = self._ground.timetable
        day = dt.datetime.fromtimestamp(query.time_s, self._timezone).date()
        # Before dawn the runs of the day before still count.
        ends_s = t.origin_s(t.last_day) + int(t.trip_ends_s.max(initial=0))
        if t.first_day <= day and (day <= t.last_day or query.time_s <= ends_s):
            return
        raise NoServiceError(
            f"the timetables run from {t.first_day} to {t.last_day}; choose a day between them, "
            "or ask the operator for newer ones",
            first_day=t.first_day.isoformat(),
            last_day=t.last_day.isoformat(),
            day=day.isoformat(),
        )

    def _notes(self, origin: Spot, destination: Spot) -> list[str]:
        notes = []
        if self._ground.streets.label == "straight_lines":
            notes.append("straight_line_walks")
        if (origin.walk_m == UNREACHABLE).all():
            notes.append("no_stop_near_origin")
        if (destination.walk_m == UNREACHABLE).all():
            notes.append("no_stop_near_destination")
        return notes

    def _windows(self, query: PlanQuery) -> Iterable[tuple[int, int]]:
        """The window asked for, then the rest of the service day in growing steps."""
        t = self._ground.timetable
        day = dt.datetime.fromtimestamp(query.time_s, self._timezone).date()
        width_s = max(query.window_s, 60)
        if query.arrive_by:
            first_s, end_s = query.time_s - query.window_s, t.origin_s(day)
            yield first_s, query.time_s
            while first_s > end_s:
                first_s, last_s = max(end_s, first_s - width_s), first_s - 1
                yield first_s, last_s
                width_s *= 2
            return
        last_s, end_s = query.time_s + query.window_s, t.origin_s(day) + _DAY_END_S
        yield query.time_s, last_s
        while last_s < end_s:
            first_s, last_s = last_s + 1, min(end_s, last_s + width_s)
            yield first_s, last_s
            width_s *= 2

    def _runs(self, query: PlanQuery, first_s: int, last_s: int) -> Runs:
        day = dt.datetime.fromtimestamp(first_s, self._timezone).date()
        until_s = query.time_s if query.arrive_by else last_s + _NEXT_DAY_S
        next_s = self._ground.timetable.origin_s(day + dt.timedelta(1))
        return self._ground.runs(day, until_s >= next_s)

    def _walk(self, query: PlanQuery, origin: Spot, destination: Spot) -> list[Journey]:
        walk_m = self._ground.walk_m(origin, destination, query.max_walk_m)
        if walk_m is None:
            return []
        duration_s = walking_s(walk_m, query.walk_speed_mm_s)
        start_s = query.time_s - duration_s if query.arrive_by else query.time_s
        ends = (origin.place, destination.place)
        anchors = (origin.anchors, destination.anchors)
        legs = self._legs.walk(ends, anchors, max(walk_m, 1), start_s, query.walk_speed_mm_s)
        return [Journey(tuple(legs))]

    def _search(
        self,
        query: PlanQuery,
        spots: tuple[Spot, Spot],
        span: _Span,
        asking: Asking | None,
        walk: list[Journey],
    ) -> list[Journey]:
        """All journeys of one span that are worth showing."""
        founds = self._on_foot(query, spots, span)
        settled = [journey_criteria(journey) for journey in walk]
        kept = [
            found for found in founds if not any(s.beats(_criteria(found, span)) for s in settled)
        ]
        journeys = walk + [self._line_journey(query, spots, span, found) for found in kept]
        if asking is not None:
            journeys += self._with_rides(asking, span, journeys)
        return pareto(journeys, journey_criteria)

    def _ways_on_foot(self, query: PlanQuery, spot: Spot) -> tuple[np.ndarray, np.ndarray]:
        served = self._ground.timetable.served_stops
        stops = served[spot.walk_m[served] != UNREACHABLE]
        return stops, walk_s(spot.walk_m[stops], query.walk_speed_mm_s)

    def _on_foot(self, query: PlanQuery, spots: tuple[Spot, Spot], span: _Span) -> list[Found]:
        access = Access.walks(*self._ways_on_foot(query, spots[0]))
        egress = Egress.walks(*self._ways_on_foot(query, spots[1]))
        return self._raptor(query, span, access, egress)

    def _raptor(self, query: PlanQuery, span: _Span, access: Access, egress: Egress) -> list[Found]:
        changes = self._ground.change_times(query.walk_speed_mm_s)
        window = span.window(query)
        founds = search(self._ground.timetable, span.runs, changes, access, egress, window)
        last_s = span.last_s - span.runs.origin_s
        return [found for found in founds if found.departure_s <= last_s]

    def _line_journey(
        self, query: PlanQuery, spots: tuple[Spot, Spot], span: _Span, found: Found
    ) -> Journey:
        speed = query.walk_speed_mm_s
        legs = self._legs.transit(span.runs, found, speed)
        first = self._legs.stop_of(span.runs, found.boardings[0], last=False)
        last = self._legs.stop_of(span.runs, found.boardings[-1], last=True)
        to_m, from_m = int(spots[0].walk_m[first]), int(spots[1].walk_m[last])
        leave_s = legs[0].departure_s - walking_s(to_m, speed)
        before = self._legs.to_stop(spots[0], first, to_m, leave_s, speed)
        after = self._legs.from_stop(last, spots[1], from_m, legs[-1].arrival_s, speed)
        return Journey((*before, *legs, *after))

    def _with_rides(self, asking: Asking, span: _Span, others: list[Journey]) -> list[Journey]:
        """Journeys with one ride that the port promises."""
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

    def _to_lines(self, asking: Asking, span: _Span, options: list[Option]) -> list[_Candidate]:
        query = asking.query
        access, behind = ways_to_lines(asking, options, span.runs.origin_s)
        egress = Egress.walks(*self._ways_on_foot(query, asking.destination))
        founds = self._raptor(query, span, access, egress)
        return [
            _Candidate(_criteria(found, span, rides=1), found, behind[found.access], True)
            for found in founds
        ]

    def _from_lines(self, asking: Asking, span: _Span, options: list[Option]) -> list[_Candidate]:
        query = asking.query
        access = Access.walks(*self._ways_on_foot(query, asking.origin))
        egress, behind = ways_from_lines(asking, options, span.runs.origin_s)
        founds = self._raptor(query, span, access, egress)
        return [
            _Candidate(_criteria(found, span, rides=1), found, behind[found.egress], False)
            for found in founds
        ]

    def _promise(self, asking: Asking, span: _Span, candidate: _Candidate) -> list[Journey]:
        """The candidate with a promise; nothing when the port refuses."""
        legs = self._legs.transit(span.runs, candidate.found, asking.query.walk_speed_mm_s)
        if candidate.to_lines:
            return self._promise_before(asking, span, candidate, legs)
        return self._promise_after(asking, span, candidate, legs)

    def _promise_before(
        self, asking: Asking, span: _Span, candidate: _Candidate, legs: list[Leg]
    ) -> list[Journey]:
        option, speed = candidate.option, asking.query.walk_speed_mm_s
        walk_from_s = asking.walking_s(option.walk_from_m)
        latest_s = legs[0].departure_s - MARGIN_S - walk_from_s
        leave_s = candidate.found.departure_s + span.runs.origin_s
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
        self, asking: Asking, span: _Span, candidate: _Candidate, legs: list[Leg]
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

    def _direct(self, asking: Asking, span: _Span) -> list[_Direct]:
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
                for journey in self._direct_ride(asking, span, option, walks_s):
                    rides.append(_Direct(journey, option, total_s))
        return rides

    def _direct_ride(
        self, asking: Asking, span: _Span, option: Option, walks_s: tuple[int, int]
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

    def _refusals(
        self, asking: Asking | None, journeys: Sequence[Journey]
    ) -> tuple[RideRefusal, ...]:
        """Why rides could not be had, one for each code."""
        if asking is None:
            return ()
        query = asking.query
        start_s = query.time_s - query.window_s if query.arrive_by else query.time_s
        span = (start_s, start_s + query.window_s)
        closed = why_closed(asking, self._services, span)
        offered = any(journey.rides for journey in journeys)
        known: dict[str, RideRefusal] = {}
        for refusal in [*asking.refusals, *([] if offered else closed)]:
            known.setdefault(refusal.code, refusal)
        return tuple(known.values())


def _refuse_same(origin: Place, destination: Place) -> None:
    same_stop = origin.stop_id is not None and origin.stop_id == destination.stop_id
    if same_stop or (origin.lat, origin.lon) == (destination.lat, destination.lon):
        raise SamePlaceError(
            "origin and destination are the same place; choose another one", name=origin.name
        )


def _criteria(found: Found, span: _Span, rides: int = 0) -> Criteria:
    zero_s = span.runs.origin_s
    transfers = len(found.boardings) - 1 + rides
    return Criteria(found.departure_s + zero_s, found.arrival_s + zero_s, transfers, rides)
