"""How far one gets from a place: earliest arrivals everywhere, by line, ride on demand and on foot.

Lines are searched by `routing.raptor.earliest_by_vehicle`; walks go on from every stop with the
time that is left. Rides on demand lead to lines, from lines, and all the way, two in a journey at
most. Their hours, service days and booking rules are enforced, and they take what the planner plans
a connection with (the pickup window and half of the detour allowed); whether a vehicle is free is
not asked.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.asking import Asking
from routing.errors import InvalidQueryError
from routing.flexible import FlexService
from routing.ground import Ground, Spot
from routing.journeys import Place
from routing.kernels.arrays import NEVER_S
from routing.on_demand import NEVER, OnDemandPort, Party
from routing.query import PlanQuery
from routing.raptor import Access, Window, earliest_by_vehicle
from routing.reach_areas import Areas
from routing.rides import MARGIN_S, NEAR_STOPS, RideTable, options_to_lines, ways_to_lines
from routing.snapping import Anchors, Plane
from routing.streets import UNREACHABLE
from routing.transfers import walk_s

LONGEST_S: Final = 2 * 3600
"""Longest limit, seconds."""

MOST_LIMITS: Final = 8
"""Most limits of one question."""


@dataclass(frozen=True)
class ReachQuery:
    """How far does one get?

    Parameters
    ----------
    origin
        From where.
    time_s
        Epoch seconds of the departure.
    limits_s
        How long one may be under way, seconds, in ascending order.
    now_s
        Epoch seconds at which a ride would be booked.
    party
        Who travels, as load of an on-demand vehicle.
    walk_speed_mm_s
        Millimetres a second.
    max_transfers
        Most changes between buses and trains.
    wheelchair
        As in `PlanQuery`.
    """

    origin: Place
    time_s: int
    limits_s: tuple[int, ...]
    now_s: int
    party: Party = field(default_factory=Party)
    walk_speed_mm_s: int = 1200
    max_transfers: int = 4
    wheelchair: bool = False

    def __post_init__(self) -> None:
        limits = self.limits_s
        in_order = all(a < b for a, b in pairwise(limits))
        if not (0 < len(limits) <= MOST_LIMITS and in_order and limits[0] > 0):
            raise InvalidQueryError(
                f"give 1 to {MOST_LIMITS} different numbers of minutes, the least first"
            )
        if limits[-1] > LONGEST_S:
            raise InvalidQueryError(f"at most {LONGEST_S // 60} minutes can be looked at")
        if not 0 < self.walk_speed_mm_s <= 4000:
            raise InvalidQueryError("a walking speed lies above 0 and up to 4 m/s")


@dataclass(frozen=True, eq=False)
class Reach:
    """Where one gets.

    Parameters
    ----------
    query
        The question.
    arrival_s
        Earliest arrival at each stop, epoch seconds, int64 ``[S]``; `NEVER` beyond the last limit.
    place_arrival_s
        The same of the places that were asked about, int64 ``[p]``.
    areas
        The ground reached.
    with_rides
        Whether rides on demand were looked at.
    """

    query: ReachQuery
    arrival_s: NDArray[np.int64]
    place_arrival_s: NDArray[np.int64]
    areas: Areas
    with_rides: bool

    def limit_mm(self, limit_s: int) -> int:
        """A limit in the unit of `areas`.

        Parameters
        ----------
        limit_s
            Seconds.

        Returns
        -------
        int
            Millimetres walked.
        """
        return limit_s * self.query.walk_speed_mm_s


def find_reach(
    ground: Ground,
    services: Sequence[FlexService],
    query: ReachQuery,
    port: OnDemandPort | None,
    places: Anchors | None = None,
) -> Reach:
    """Find where one gets within the longest limit.

    Parameters
    ----------
    ground
        The city.
    services
        Its services on demand.
    query
        The question.
    port
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
        When neither a street nor a stop is near.
    UnknownStopError
        When the place has a stop_id that no feed holds.
    """
    search = _Search(ground, query, port)
    arrival_s = search.by_vehicle(services)
    if search.asking is not None:
        arrival_s = np.minimum(arrival_s, search.by_ride(services, arrival_s))
    speed, limit_mm = query.walk_speed_mm_s, query.limits_s[-1] * query.walk_speed_mm_s
    stops = np.flatnonzero(arrival_s <= query.time_s + query.limits_s[-1])
    exits, spent_mm = ground.walks.out_of(stops, (arrival_s[stops] - query.time_s) * speed)
    sources = _joined(search.spot.anchors, exits)
    spent_mm = np.concatenate([[0], spent_mm]).astype(np.int64)
    targets = ground.anchors if places is None else _joined(ground.anchors, places)
    reached, at_mm = ground.streets.walk_from(sources, spent_mm, targets, limit_mm, ground.profile)
    count = len(arrival_s)
    at_mm = np.concatenate([ground.walks.into(at_mm[:count]), at_mm[count:]])
    walked_s = np.where(at_mm == UNREACHABLE, NEVER, query.time_s - (-at_mm // speed))
    best_s = np.minimum(walked_s[:count], arrival_s)
    on_foot = search.spot.walk_m != UNREACHABLE
    best_s[on_foot] = np.minimum(best_s, search.on_foot_s)[on_foot]
    best_s[best_s > query.time_s + query.limits_s[-1]] = NEVER
    areas = Areas.over(Plane(query.origin.lat), reached, limit_mm)
    return Reach(query, best_s, walked_s[count:], areas, search.asking is not None)


class _Search:
    """Arrivals of one question."""

    def __init__(self, ground: Ground, query: ReachQuery, port: OnDemandPort | None) -> None:
        self._ground, self._query = ground, query
        self._end_s = query.time_s + query.limits_s[-1]
        longest_m = query.limits_s[-1] * query.walk_speed_mm_s // 1000
        self.spot: Spot = ground.spot(query.origin, longest_m)
        wish = PlanQuery(
            query.origin,
            query.origin,
            query.time_s,
            party=query.party,
            now_s=query.now_s,
            max_walk_m=longest_m,
            walk_speed_mm_s=query.walk_speed_mm_s,
        )
        self.asking: Asking | None = None
        if port is not None:
            self.asking = Asking(ground, port, wish, self.spot, self.spot)

    @cached_property
    def on_foot_s(self) -> NDArray[np.int64]:
        """Arrival on foot at each stop, epoch seconds, int64 ``[S]``."""
        speed = self._query.walk_speed_mm_s
        walked_s = self._query.time_s + walk_s(self.spot.walk_m, speed)
        return np.where(self.spot.walk_m == UNREACHABLE, NEVER, walked_s)

    def by_vehicle(self, services: Sequence[FlexService]) -> NDArray[np.int64]:
        """Earliest arrival of a vehicle of a line at each stop, epoch seconds, int64 ``[S]``."""
        t, query = self._ground.timetable, self._query
        day = dt.datetime.fromtimestamp(query.time_s, t.timezone).date()
        next_s = t.origin_s(day + dt.timedelta(1))
        runs = self._ground.runs(day, self._end_s >= next_s)
        zero_s = runs.origin_s
        found_s = earliest_by_vehicle(
            t,
            runs,
            self._ground.change_times(query.walk_speed_mm_s),
            self._access(services, zero_s),
            Window(
                query.time_s - zero_s,
                self._end_s - zero_s,
                self._end_s - zero_s,
                query.max_transfers + 1,
            ),
        )
        return np.where(found_s == NEVER_S, NEVER, found_s.astype(np.int64) + zero_s)

    def _access(self, services: Sequence[FlexService], zero_s: int) -> Access:
        near = np.flatnonzero(self.spot.walk_m != UNREACHABLE)
        speed = self._query.walk_speed_mm_s
        ways = [Access.walks(near, walk_s(self.spot.walk_m[near], speed))]
        if self.asking is not None:
            span = (self._query.time_s, self._end_s)
            options = [o for s in services for o in options_to_lines(self.asking, s, span)]
            ways.append(ways_to_lines(self.asking, options, zero_s)[0])
        columns = ("stops", "duration_s", "opens_s", "closes_s")
        return Access(*(np.concatenate([getattr(way, c) for way in ways]) for c in columns))

    def by_ride(
        self, services: Sequence[FlexService], by_vehicle_s: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Earliest arrival by a ride from the origin or from a line, epoch seconds."""
        arrival_s = np.full(len(by_vehicle_s), NEVER, np.int64)
        for service in services:
            ready_s = self._ready_s(service, by_vehicle_s)
            found_s = self._ride(service, ready_s)
            np.minimum.at(arrival_s, service.dropoffs, found_s)
        return arrival_s

    def _ready_s(self, service: FlexService, by_vehicle_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """When one can be at each pickup, epoch seconds, int64."""
        ready_s = np.full(len(by_vehicle_s), NEVER, np.int64)
        near = self.spot.near(service.pickups)[:NEAR_STOPS]
        ready_s[near] = self.on_foot_s[near]
        links = service.from_lines
        margin_s = MARGIN_S + walk_s(links.walk_m, self._query.walk_speed_mm_s)
        alighted_s = by_vehicle_s[links.line_stops]
        linked_s = np.where(alighted_s == NEVER, NEVER, alighted_s + margin_s)
        np.minimum.at(ready_s, links.flex_stops, linked_s)
        return ready_s[service.pickups]

    def _ride(self, service: FlexService, ready_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """Earliest arrival at each drop-off, epoch seconds, int64."""
        best_s = np.full(len(service.dropoffs), NEVER, np.int64)
        rows = np.flatnonzero(ready_s < self._end_s)
        asking, span = self.asking, (self._query.time_s, self._end_s)
        if len(rows) == 0 or asking is None:
            return best_s
        table = RideTable(asking, service, service.pickups[rows], service.dropoffs, span)
        if not table.open:
            return best_s
        out = table.outlook
        ride_s, longest_s = out.ride_s.astype(np.int64), out.longest_ride_s.astype(np.int64)
        planned_s = out.pickup_window_s + (ride_s + longest_s) // 2
        there = table.cost(np.zeros((1, 1), np.int64)) != UNREACHABLE
        first_s = np.maximum(ready_s[rows], out.pickup_s)[:, None]
        for day in table.open:
            start_s = np.maximum(np.maximum(first_s, day.from_s), day.dropoff_from_s - ride_s)
            closes_s = np.minimum(day.to_s, day.dropoff_to_s - out.pickup_window_s - longest_s)
            arrival_s = np.where(there & (start_s <= closes_s), start_s + planned_s, NEVER)
            best_s = np.minimum(best_s, arrival_s.min(axis=0))
        return best_s


def _joined(one: Anchors, other: Anchors) -> Anchors:
    """Places of two kinds as one."""
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return Anchors(*(np.concatenate(pair) for pair in pairs))
