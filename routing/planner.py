"""The planner: walks, lines and rides on demand to one list of journeys worth showing."""

import datetime as dt
import threading
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from gtfs.flex import FlexTrip
from routing.asking import Asking, why_closed
from routing.days import Runs
from routing.errors import NoServiceError, SamePlaceError
from routing.flexible import place_services
from routing.ground import Ground, Spot
from routing.journeys import Journey, Place, TransitLeg
from routing.legs import LegMaker, walking_s
from routing.lines import LineSearch, Span, criteria_of
from routing.on_demand import OnDemandPort, RideRefusal
from routing.pareto import journey_criteria, pareto
from routing.query import PlanQuery, PlanResult
from routing.streets import UNREACHABLE, Streets
from routing.timetable import Timetable
from routing.why_not import WhyNot, why_not_line
from routing.with_rides import RideSearch

__all__ = ["PlanQuery", "PlanResult", "Planner"]

_NEXT_DAY_S: Final = 6 * 3600
_DAY_END_S: Final = 36 * 3600
"""Widening stops at noon of the next day: who asks at night wants the first run of morning."""


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
    wheelchair
        Whether everybody goes by wheelchair; otherwise each query says.
    """

    def __init__(
        self,
        timetable: Timetable,
        streets: Streets,
        flex_trips: Sequence[FlexTrip],
        timezone: ZoneInfo,
        wheelchair: bool = False,
    ) -> None:
        self._ground = Ground(timetable, streets, wheelchair)
        self._flex_trips = flex_trips
        self._by_wheelchair = self if wheelchair else None
        self._lock = threading.Lock()
        self._timezone = timezone
        self._services = place_services(self._ground, flex_trips)
        self._legs = LegMaker(self._ground)
        self._lines = LineSearch(self._ground, self._legs)
        self._rides = RideSearch(self._ground, self._legs, self._lines, self._services)

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
        if query.wheelchair:
            return self._step_free()._plan(query, on_demand)
        return self._plan(query, on_demand)

    def _plan(self, query: PlanQuery, on_demand: OnDemandPort | None) -> PlanResult:
        _refuse_same(query.origin, query.destination)
        self._refuse_uncovered(query)
        origin = self._ground.spot(query.origin, query.max_walk_m)
        destination = self._ground.spot(query.destination, query.max_walk_m, arriving=True)
        asking = None
        if on_demand is not None and self._services:
            asking = Asking(self._ground, on_demand, query, origin, destination)
        notes = self._notes(origin, destination)
        walk = self._walk(query, origin, destination)
        journeys: list[Journey] = []
        for step, (first_s, last_s) in enumerate(self._windows(query)):
            span = Span(first_s, last_s, self._runs(query, first_s, last_s))
            journeys = self._search(query, (origin, destination), span, asking, walk)
            if journeys:
                notes += ["widened"] if step > 0 and journeys != walk else []
                break
        ordered = sorted(journeys, key=lambda j: (j.arrival_s, j.departure_s, j.transfers))
        if query.wheelchair and _is_unknown(ordered):
            notes.append("wheelchair_unknown")
        return PlanResult(tuple(ordered), self._refusals(asking, ordered), tuple(notes))

    def why_not(
        self,
        query: PlanQuery,
        route_id: str,
        journeys: Sequence[Journey],
        expected_s: int | None = None,
    ) -> WhyNot:
        """Say why a line is not among the journeys of an answer.

        Parameters
        ----------
        query
            The wish that was planned.
        route_id
            A line with a timetable.
        journeys
            The answer.
        expected_s
            Epoch seconds of the departure the rider had in mind.

        Returns
        -------
        WhyNot
            The reason.
        """
        asked = (query, route_id, journeys, expected_s)
        if query.wheelchair:
            return why_not_line(self._step_free()._ground, *asked, on_foot=self._ground)
        return why_not_line(self._ground, *asked)

    def _step_free(self) -> "Planner":
        """The same city as a wheelchair finds it, made when it is first asked for."""
        with self._lock:
            if self._by_wheelchair is None:
                ground = self._ground
                self._by_wheelchair = Planner(
                    ground.timetable, ground.streets, self._flex_trips, self._timezone, True
                )
            return self._by_wheelchair

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
        """The window asked for, then on to the next noon in growing steps."""
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
        speed = query.walk_speed_mm_s
        legs = self._legs.walk(origin, destination, max(walk_m, 1), start_s, speed)
        return [Journey(tuple(legs))]

    def _search(
        self,
        query: PlanQuery,
        spots: tuple[Spot, Spot],
        span: Span,
        asking: Asking | None,
        walk: list[Journey],
    ) -> list[Journey]:
        """All journeys of one span that are worth showing."""
        founds = self._lines.on_foot(query, spots, span)
        settled = [journey_criteria(journey) for journey in walk]
        kept = [
            found for found in founds if not any(s.beats(criteria_of(found, span)) for s in settled)
        ]
        journeys = walk + [self._lines.journey(query, spots, span, found) for found in kept]
        if asking is not None:
            journeys += self._rides.journeys(asking, span, journeys)
        # What leaves just after the span is no answer, but it beats poor ones that leave before.
        best = pareto(journeys, journey_criteria)
        return [journey for journey in best if journey.departure_s <= span.last_s]

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
        offered = any(j.rides and span[0] <= j.departure_s <= span[1] for j in journeys)
        known: dict[str, RideRefusal] = {}
        for refusal in [*asking.refusals, *([] if offered else closed)]:
            known.setdefault(refusal.code, refusal)
        return tuple(known.values())


def _is_unknown(journeys: Iterable[Journey]) -> bool:
    """Whether some vehicle or stop does not say if it takes wheelchairs."""
    legs = (leg for journey in journeys for leg in journey.legs)
    return any(isinstance(leg, TransitLeg) and leg.wheelchair is None for leg in legs)


def _refuse_same(origin: Place, destination: Place) -> None:
    same_stop = origin.stop_id is not None and origin.stop_id == destination.stop_id
    if same_stop or (origin.lat, origin.lon) == (destination.lat, destination.lon):
        raise SamePlaceError(
            "origin and destination are the same place; choose another one", name=origin.name
        )
