"""The planner: walks, lines and rides on demand to one list of journeys worth showing."""

import copy
import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from gtfs.flex import FlexTrip
from routing.asking import Asking, why_closed
from routing.errors import NoServiceError, SamePlaceError
from routing.flexible import place_services
from routing.ground import Ground, Spot
from routing.journeys import Journey, Place, TransitLeg
from routing.legs import LegMaker, walking_s
from routing.lines import LONGEST_S, LineJourney, LineSearch, Span
from routing.live import LiveTimetable
from routing.on_demand import OnDemandPort, RideRefusal
from routing.paging import Window, beginning, covers, pages_around, shortened, union, windows
from routing.pareto import Criteria, journey_criteria, pareto
from routing.query import MOST_CHANGES, Page, PlanQuery, PlanResult, Via
from routing.reach import Reach, ReachQuery, find_reach
from routing.streets import UNREACHABLE, Streets
from routing.timetable import Timetable
from routing.via import ViaSearch
from routing.why_not import WhyNot, lines_at, why_not_line
from routing.with_rides import RideSearch

__all__ = ["Page", "PlanQuery", "PlanResult", "Planner", "Via"]

_HALF_DAY_S: Final = 12 * 3600
_RIDE_S: Final = 3600
"""Arriving by, rides are asked for that start this long before the arrivals looked at."""


@dataclass(frozen=True)
class _Page:
    """Journeys, and the window of which they are all that is worth showing."""

    window: Window
    journeys: list[Journey]


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
        self._now = self._fixed = self
        self._ground = Ground(timetable, streets, wheelchair)
        self._flex_trips = flex_trips
        self._by_wheelchair = self if wheelchair else None
        self._lock = threading.Lock()
        self._timezone = timezone
        self._services = place_services(self._ground, flex_trips)
        self._legs = LegMaker(self._ground)
        self._lines = LineSearch(self._ground, self._legs)
        self._rides = RideSearch(self._ground, self._legs, self._lines, self._services)

    @property
    def live(self) -> LiveTimetable | None:
        """What happens live; None for nothing. Queries that run keep what they began with."""
        timetable = self._now._ground.timetable
        return timetable if isinstance(timetable, LiveTimetable) else None

    @live.setter
    def live(self, live: LiveTimetable | None) -> None:
        self._now = self if live is None else self._over(live)

    @property
    def timetable(self) -> Timetable:
        """The lines as they are planned with now."""
        return self._now._ground.timetable

    def _over(self, live: LiveTimetable) -> "Planner":
        """The same planner with what happens live; everything else is shared."""
        over = copy.copy(self)
        over._now = over
        over._ground = self._ground.over(live)
        over._by_wheelchair = over if self._by_wheelchair is self else None
        over._lock = threading.Lock()
        over._legs = self._legs.over(over._ground)
        over._lines = LineSearch(over._ground, over._legs)
        over._rides = RideSearch(over._ground, over._legs, over._lines, self._services)
        return over

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
        planner = self._now._for(query)
        if not query.via:
            return planner._plan(query, on_demand)
        changes = partial(planner._ground.change_s, walk_speed_mm_s=query.walk_speed_mm_s)
        timetable = planner._ground.timetable
        return ViaSearch(planner._plan, changes, timetable, query, on_demand).plan()

    def _for(self, query: PlanQuery) -> "Planner":
        """The planner for those who ask."""
        return self._step_free() if query.wheelchair else self

    def _plan(self, query: PlanQuery, on_demand: OnDemandPort | None) -> PlanResult:
        _refuse_same(query.origin, query.destination)
        self._refuse_uncovered(beginning(query)[0])
        origin = self._ground.spot(query.origin, query.max_walk_m)
        destination = self._ground.spot(query.destination, query.max_walk_m, arriving=True)
        asking = None
        if on_demand is not None and self._services:
            asking = Asking(self._ground, on_demand, query, origin, destination)
        notes = self._notes(origin, destination)
        walk = self._walk(query, origin, destination)
        start_s, _ = beginning(query)
        looked_at, journeys = (start_s, start_s), list[Journey]()
        for step, window in enumerate(windows(query, self._ground.timetable)):
            found = self._search(query, (origin, destination), window, asking, walk)
            looked_at = union(looked_at, found.window)
            journeys = found.journeys
            if journeys:
                notes += ["widened"] if step > 0 and query.page is None else []
                notes += ["shortened"] if found.window != window else []
                break
        ordered = sorted(journeys, key=lambda j: (j.arrival_s, j.departure_s, j.transfers))
        if query.wheelchair and _is_unknown(ordered):
            notes.append("wheelchair_unknown")
        refusals = self._refusals(asking, looked_at, ordered)
        pages = pages_around(query, looked_at, self._ground.timetable)
        return PlanResult(tuple(ordered), refusals, tuple(notes), *pages, window=looked_at)

    def reach(
        self,
        query: ReachQuery,
        on_demand: OnDemandPort | None,
        places: Sequence[Place] = (),
    ) -> Reach:
        """Find how far one gets from a place.

        Parameters
        ----------
        query
            The question.
        on_demand
            The dispatcher; None leaves rides on demand out.
        places
            Of which to tell the arrival, beside the stops.

        Returns
        -------
        Reach
            Arrivals and areas.

        Raises
        ------
        OutsideAreaError
            When the place is far from every street and stop.
        NoServiceError
            When no calendar covers the day.
        UnknownStopError
            When the place has a stop_id that no feed holds.
        """
        now = self._now
        return (now._step_free() if query.wheelchair else now)._reach(query, on_demand, places)

    def _reach(
        self, query: ReachQuery, on_demand: OnDemandPort | None, places: Sequence[Place]
    ) -> Reach:
        self._refuse_uncovered(query.time_s)
        ground = self._ground
        lat, lon = (np.array([getattr(p, c) for p in places], np.float64) for c in ("lat", "lon"))
        anchors = ground.streets.anchor(lat, lon, ground.profile)
        return find_reach(ground, self._services, query, on_demand, anchors)

    def why_not(
        self,
        query: PlanQuery,
        route_id: str,
        journeys: Sequence[Journey],
        expected_s: int | None = None,
        stop_id: str | None = None,
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
        stop_id
            The stop at which the rider expected it.

        Returns
        -------
        WhyNot
            The reason.
        """
        asked, now = (query, route_id, journeys, expected_s), self._now
        ground, on_foot = now._ground, None
        if query.wheelchair:
            ground, on_foot = now._step_free()._ground, now._ground
        reason = why_not_line(ground, *asked, on_foot=on_foot, stop_id=stop_id)
        if reason.code not in ("not_near_start", "not_near_destination", "other_direction"):
            return reason
        # Nobody rides it all the way; it may be one of several vehicles.
        for number, journey in enumerate(journeys, start=1):
            if _rides_on(journey, route_id):
                return WhyNot("offered", {"journey": number})
        found = self.plan(replace(query, max_transfers=MOST_CHANGES, page=None), None).journeys
        changes = [journey.transfers for journey in found if _rides_on(journey, route_id)]
        if changes and min(changes) > query.max_transfers:
            params: dict[str, object] = {"changes": min(changes)}
            params["most_changes"] = query.max_transfers
            return WhyNot("too_many_changes", params)
        return reason

    def lines_at(self, place: Place, max_walk_m: int) -> list[str]:
        """Lines that call at a stop, or near a place.

        Parameters
        ----------
        place
            A stop or station, or any other place.
        max_walk_m
            Longest walk from a place that is no stop, metres.

        Returns
        -------
        list of str
            Route ids.
        """
        ground = self._now._ground
        if place.stop_id is not None and place.stop_id in ground.timetable.stop_ids:
            t = ground.timetable
            return lines_at(ground, t.platforms(t.stop_index(place.stop_id)))
        walk_m = ground.spot(place, max_walk_m).walk_m
        return lines_at(ground, np.flatnonzero(walk_m != UNREACHABLE).tolist())

    def _step_free(self) -> "Planner":
        """The same city as a wheelchair finds it, made when it is first asked for."""
        with self._lock:
            ground = self._ground
            if self._by_wheelchair is None and isinstance(ground.timetable, LiveTimetable):
                self._by_wheelchair = self._fixed._step_free()._over(ground.timetable)
            elif self._by_wheelchair is None:
                self._by_wheelchair = Planner(
                    ground.timetable, ground.streets, self._flex_trips, self._timezone, True
                )
            return self._by_wheelchair

    def _refuse_uncovered(self, start_s: int) -> None:
        t = self._ground.timetable
        if covers(t, start_s):
            return
        day = dt.datetime.fromtimestamp(start_s, self._timezone).date()
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

    def _spans(self, window: Window, look_back_s: int) -> Iterator[Span]:
        """A window in pieces, each with the runs from some time before it to `LONGEST_S` after."""
        t, (first_s, end_s) = self._ground.timetable, window
        while first_s <= end_s:
            day = dt.datetime.fromtimestamp(first_s - look_back_s, self._timezone).date()
            next_s = t.origin_s(day + dt.timedelta(1))
            if next_s <= first_s - look_back_s:
                # When clocks go forward a service day begins at 23:00 of the evening before.
                day += dt.timedelta(1)
                next_s = t.origin_s(day + dt.timedelta(1))
            # The runs of two days are loaded at most: no piece goes far into the second.
            last_s = min(end_s, next_s + _HALF_DAY_S)
            until_s = last_s if look_back_s else last_s + LONGEST_S
            yield Span(first_s, last_s, self._ground.runs(day, until_s >= next_s))
            first_s = last_s + 1

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
        window: Window,
        asking: Asking | None,
        walk: list[Journey],
    ) -> _Page:
        """What is worth showing of a window, as much as fits on a page."""
        settled = [journey_criteria(journey) for journey in walk]
        found = [
            line_journey
            for line_journey in self._by_line(query, spots, window)
            if line_journey.criteria.departure_s >= query.not_before_s
            and not any(known.beats(line_journey.criteria) for known in settled)
        ]
        keys = [_key(query, x.criteria) for x in found]
        page = shortened(window, keys, query.most_journeys, beginning(query)[1])
        lines = [
            self._lines.journey(query, spots, x)
            for x, key in zip(found, keys, strict=True)
            if page[0] <= key <= page[1]
        ]
        shown = lines if query.page else [*walk, *lines]
        if asking is not None:
            shown = shown + self._with_rides(query, page, asking, [*walk, *lines])
        return _Page(page, [j for j in shown if j.departure_s >= query.not_before_s])

    def _by_line(
        self, query: PlanQuery, spots: tuple[Spot, Spot], window: Window
    ) -> list[LineJourney]:
        if not query.arrive_by:
            spans = self._spans(window, 0)
            return [x for span in spans for x in self._lines.leaving(query, spots, span)]
        spans = self._spans(window, LONGEST_S)
        return [x for span in spans for x in self._lines.arriving(query, spots, span)]

    def _with_rides(
        self, query: PlanQuery, page: Window, asking: Asking, others: list[Journey]
    ) -> list[Journey]:
        """Journeys with rides on a page that are worth showing beside others."""
        found: list[Journey] = []
        if query.arrive_by:
            asking = replace(asking, query=replace(query, time_s=page[1]))
            page_of_departures = (page[0] - _RIDE_S, page[1])
        else:
            page_of_departures = page
        for span in self._spans(page_of_departures, 0):
            found += self._rides.journeys(asking, span, others)
        best = pareto([*others, *found], journey_criteria)
        return [
            journey
            for journey in best
            if journey.rides and page[0] <= _key(query, journey_criteria(journey)) <= page[1]
        ]

    def _refusals(
        self, asking: Asking | None, window: Window, journeys: Sequence[Journey]
    ) -> tuple[RideRefusal, ...]:
        """Why rides could not be had, one for each code."""
        if asking is None:
            return ()
        query = asking.query
        span = (window[0], window[0] + query.window_s)
        if query.arrive_by:
            span = (window[1] - query.window_s, window[1])
        closed = why_closed(asking, self._services, span)
        offered = any(j.rides and span[0] <= j.departure_s <= span[1] for j in journeys)
        known: dict[str, RideRefusal] = {}
        for refusal in [*asking.refusals, *([] if offered else closed)]:
            known.setdefault(refusal.code, refusal)
        return tuple(known.values())


def _key(query: PlanQuery, criteria: Criteria) -> int:
    """What decides to which window a journey belongs, epoch seconds."""
    return criteria.arrival_s if query.arrive_by else criteria.departure_s


def _rides_on(journey: Journey, route_id: str) -> bool:
    return any(
        isinstance(leg, TransitLeg) and leg.route.route_id == route_id for leg in journey.legs
    )


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
