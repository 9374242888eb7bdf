"""The dispatcher behind the planner's port: looks ahead, and checks rides against live plans."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session

from dispatch.alternatives import Alternative, Nearby, alternatives, moved
from dispatch.answers import Insertion, Refusal
from dispatch.fleet import Fleet as Vehicles
from dispatch.problem import UNREACHABLE, Request
from maas.operations import queries
from maas.operations.fleet import Area, Fleet
from maas.operations.room import find_room
from maas.operations.state import AreaState, days_around, load_state
from maas.tracing import traced
from routing.on_demand import NEVER, Party, RideOutlook, RidePromise, RideRefusal, RideRequest

_ROUND_S = 300
"""A window that has nothing to catch begins at a round five minutes: easier to remember."""

_FARTHEST_S = 3600
"""Alternatives are looked for up to so long before and after what was asked for."""

_WISH = "wish"


@dataclass(frozen=True)
class NearbyStop:
    """A stop a party could walk to, or walk on from.

    Parameters
    ----------
    stop_id : str
        The stop.
    walk_s : int
        Seconds on foot between it and the one that was asked for.
    """

    stop_id: str
    walk_s: int


class Dispatcher:
    """Fills `routing.on_demand.OnDemandPort` from the plans in the database; holds nothing.

    Parameters
    ----------
    session : Session
        A session to read plans with; each area and day is read once.
    fleet : Fleet
        The city's areas.
    now_s : int
        The instant, UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.
    without : Set[str]
        Rides to be left out of the plans, by id: they would be given up for what is asked.
    """

    def __init__(
        self,
        session: Session,
        fleet: Fleet,
        now_s: int,
        zone: ZoneInfo,
        without: Set[str] = frozenset(),
    ) -> None:
        self._session = session
        self._fleet = fleet
        self._now_s = now_s
        self._zone = zone
        self._read = partial(queries.plan_columns, without=without)
        self._states: dict[tuple[str, tuple[date, ...]], AreaState] = {}
        self._packed: dict[tuple[str, tuple[date, ...]], Vehicles] = {}
        self._searched_s: dict[str, float] = {}

    def outlook(
        self,
        trip_id: str,
        from_stop_ids: Sequence[str],
        to_stop_ids: Sequence[str],
        earliest_s: int,
        party: Party,
    ) -> RideOutlook:
        """Look ahead optimistically, as the port says.

        Parameters
        ----------
        trip_id : str
            GTFS-Flex trip.
        from_stop_ids, to_stop_ids : Sequence[str]
            Stops, n and m of them.
        earliest_s : int
            UTC epoch seconds before which nobody rides.
        party : Party
            The load.

        Returns
        -------
        RideOutlook
            Never worse than what `check` would promise.
        """
        area = self._fleet.area_of_trip(trip_id)
        n, m = len(from_stop_ids), len(to_stop_ids)
        if area is None:
            nowhere = np.full((n, m), UNREACHABLE, dtype=np.int32)
            return RideOutlook(np.full(n, NEVER, dtype=np.int64), nowhere, nowhere, 0)
        rows = [area.nodes[stop_id] for stop_id in from_stop_ids]
        columns = [area.nodes[stop_id] for stop_id in to_stop_ids]
        direct_s = area.travel_s[np.ix_(rows, columns)].astype(np.int64)
        rules = area.rules
        longest_s = direct_s * rules.max_ride_factor_percent // 100 + rules.max_ride_extra_s
        reachable = direct_s < UNREACHABLE

        def bounded(seconds: np.ndarray) -> np.ndarray:
            return np.where(reachable, seconds + rules.boarding_s, UNREACHABLE).astype(np.int32)

        return RideOutlook(
            pickup_s=np.full(n, self._first_shift_s(area, earliest_s), dtype=np.int64),
            ride_s=bounded(direct_s),
            longest_ride_s=bounded(longest_s),
            pickup_window_s=rules.pickup_window_s,
        )

    @traced("quote")
    def check(
        self, request: RideRequest, beside: Sequence[RidePromise] = ()
    ) -> RidePromise | RideRefusal:
        """Answer exactly, against the present plans.

        Parameters
        ----------
        request : RideRequest
            The ride.
        beside : Sequence[RidePromise]
            Promises of the same journey, taken for booked before, in this order.

        Returns
        -------
        RidePromise | RideRefusal
            What would be promised if it were booked now, or why not.
        """
        area = self._fleet.area_of_trip(request.trip_id)
        if area is None:
            return RideRefusal(request, "no_vehicle_in_shift")
        direct_s = area.direct_s(request.from_stop_id, request.to_stop_id)
        if direct_s >= UNREACHABLE:
            return RideRefusal(request, "unreachable")
        wish = _wish(area, request, direct_s)
        if isinstance(wish, int):
            return RideRefusal(request, "window_too_tight", {"short_s": wish})
        found = self._place(area, wish, beside)
        if not isinstance(found, Insertion):
            return RideRefusal(request, found.code, dict(found.params), found.next_pickup_s)
        arrival_s = _round_up(found.dropoff_s + area.rules.arrival_buffer_s, 60)
        return RidePromise(
            request=request,
            pickup_earliest_s=wish.earliest_pickup_s,
            pickup_latest_s=wish.latest_pickup_s,
            arrival_latest_s=min(wish.latest_dropoff_s, arrival_s),
            pickup_expected_s=found.pickup_s,
            arrival_expected_s=found.dropoff_s,
        )

    def alternatives(
        self,
        request: RideRequest,
        pickups: Sequence[NearbyStop] = (),
        dropoffs: Sequence[NearbyStop] = (),
    ) -> list[Alternative]:
        """Find what is nearest to a ride that is refused.

        Parameters
        ----------
        request : RideRequest
            The ride.
        pickups, dropoffs : Sequence[NearbyStop]
            Stops instead of its own.

        Returns
        -------
        list[Alternative]
            At most one sooner, one later and one with other stops. Times move by whole steps of
            those in which windows begin.
        """
        area = self._fleet.area_of_trip(request.trip_id)
        if area is None:
            return []
        direct_s = area.direct_s(request.from_stop_id, request.to_stop_id)
        wish = None if direct_s >= UNREACHABLE else _wish(area, request, direct_s)
        if not isinstance(wish, Request):
            return []
        vehicles = self._vehicles(area, wish.earliest_pickup_s)
        asked = self._state(area, wish.earliest_pickup_s).asking(wish)
        step_s = _step_s(request)
        found = []
        for other in alternatives(
            vehicles,
            asked,
            _nodes(area, pickups),
            _nodes(area, dropoffs),
            most_s=_FARTHEST_S,
            step_s=step_s,
        ):
            by_s = _round_up(other.moved_s, step_s)
            if by_s == other.moved_s:
                found.append(other)
            elif (place := vehicles.find(moved(asked, by_s))) is not None:
                found.append(Alternative(moved(asked, by_s), place, by_s))
        return found

    def stops_of(self, request: RideRequest, other: Alternative) -> tuple[str, str]:
        """Name the stops of an alternative.

        Parameters
        ----------
        request : RideRequest
            The ride that is refused.
        other : Alternative
            One of its `alternatives`.

        Returns
        -------
        tuple[str, str]
            Where it begins and where it ends.
        """
        area = self._fleet.area_of_trip(request.trip_id)
        assert area is not None, "there are alternatives in areas only"
        names = {node: stop_id for stop_id, node in area.nodes.items()}
        return names[other.request.pickup_node], names[other.request.dropoff_node]

    def _place(
        self, area: Area, wish: Request, beside: Sequence[RidePromise]
    ) -> Insertion | Refusal:
        """Find a place for a ride while others of the same journey have theirs.

        Parameters
        ----------
        area : Area
            The area.
        wish : Request
            The ride.
        beside : Sequence[RidePromise]
            Taken for booked before, in this order.

        Returns
        -------
        Insertion or Refusal
            The place, or why there is none for the ride or for one of the others.
        """
        state = self._state(area, wish.earliest_pickup_s)
        vehicles = self._vehicles(area, wish.earliest_pickup_s)
        held: list[Request] = []
        try:
            for number, promise in enumerate(beside):
                if promise.request.trip_id not in area.trips:
                    continue
                ride = state.asking(_held(area, promise, f"{_WISH}-{number}"))
                place = vehicles.insert(ride)
                if not isinstance(place, Insertion):
                    return replace(place, next_pickup_s=None)
                vehicles.accept(place, ride)
                held.append(ride)
            return self._room(vehicles, state.asking(wish), area)
        finally:
            for ride in reversed(held):
                vehicles.remove(ride.id)

    def _room(self, vehicles: Vehicles, wish: Request, area: Area) -> Insertion | Refusal:
        """Find room for a ride; others make way while there is time left for such searches.

        The time is that of one booking, for all candidates of a question together.

        Parameters
        ----------
        vehicles : dispatch.fleet.Fleet
            The plans.
        wish : Request
            The ride.
        area : Area
            The area.

        Returns
        -------
        Insertion or Refusal
            The place, or why there is none.
        """
        before_s = perf_counter()
        settled_s = self._now_s + area.rules.freeze_s
        spent_s = self._searched_s.get(area.id, 0.0)
        found = find_room(vehicles, wish, settled_s, area.ejection_s - spent_s)
        if not isinstance(found, Insertion) or found.moved:
            self._searched_s[area.id] = spent_s + perf_counter() - before_s
        return found

    def _vehicles(self, area: Area, instant_s: int) -> Vehicles:
        """Pack an area's plans around an instant, once: they are asked for every candidate.

        Parameters
        ----------
        area : Area
            The area.
        instant_s : int
            UTC epoch seconds.

        Returns
        -------
        dispatch.fleet.Fleet
            As the plans are in the database; who changes it puts everything back.
        """
        key = (area.id, days_around(instant_s, self._zone))
        if key not in self._packed:
            state = self._state(area, instant_s)
            self._packed[key] = Vehicles(state.problem, state.plan)
        return self._packed[key]

    def _state(self, area: Area, instant_s: int) -> AreaState:
        """Read an area's plans around an instant, once.

        Parameters
        ----------
        area : Area
            The area.
        instant_s : int
            UTC epoch seconds.

        Returns
        -------
        AreaState
            The plans.
        """
        days = days_around(instant_s, self._zone)
        key = (area.id, days)
        if key not in self._states:
            self._states[key] = load_state(
                self._session, area, days, self._now_s, self._zone, self._read
            )
        return self._states[key]

    def _first_shift_s(self, area: Area, earliest_s: int) -> int:
        """Find the first instant at which any vehicle is on shift.

        Whether the party fits is left to `check`, which can say what is missing.

        Parameters
        ----------
        area : Area
            The area.
        earliest_s : int
            UTC epoch seconds.

        Returns
        -------
        int
            UTC epoch seconds, `NEVER` where the day has no such shift any more.
        """
        starts = [
            max(earliest_s, shift.known.hours[0])
            for shift in self._state(area, earliest_s).shifts.values()
            if shift.known.is_open and shift.known.hours[1] > earliest_s
        ]
        return min(starts, default=NEVER)


def _wish(area: Area, request: RideRequest, direct_s: int) -> Request | int:
    """Turn a ride request into the bounds that would be promised.

    Parameters
    ----------
    area : Area
        The area.
    request : RideRequest
        The ride.
    direct_s : int
        Direct drive, seconds.

    Returns
    -------
    Request or int
        The bounds, or the seconds by which even an empty vehicle would be late.
    """
    rules = area.rules
    earliest_s = _round_up(request.earliest_pickup_s, _step_s(request))
    longest_s = area.longest_ride_s(direct_s)
    latest_s = earliest_s + rules.pickup_window_s
    arrival_s = latest_s + rules.boarding_s + longest_s
    if request.latest_arrival_s is not None:
        arrival_s = min(arrival_s, request.latest_arrival_s)
        latest_s = min(latest_s, arrival_s - rules.boarding_s - direct_s)
    if latest_s < earliest_s:
        return earliest_s - latest_s
    return Request(
        id=_WISH,
        pickup_node=area.nodes[request.from_stop_id],
        dropoff_node=area.nodes[request.to_stop_id],
        earliest_pickup_s=earliest_s,
        latest_pickup_s=latest_s,
        latest_dropoff_s=arrival_s,
        max_ride_s=longest_s,
        load=area.load(request.party),
        boarding_s=rules.boarding_s,
    )


def _step_s(request: RideRequest) -> int:
    """Tell in which steps the windows of a ride begin.

    Parameters
    ----------
    request : RideRequest
        The ride.

    Returns
    -------
    int
        Seconds: round where there is nothing to catch.
    """
    return _ROUND_S if request.latest_arrival_s is None else 60


def _nodes(area: Area, stops: Sequence[NearbyStop]) -> list[Nearby]:
    """Give stops as the dispatcher knows them.

    Parameters
    ----------
    area : Area
        The area.
    stops : Sequence[NearbyStop]
        Stops; what is none of the area's is left out.

    Returns
    -------
    list[Nearby]
        Nodes with the walk.
    """
    return [
        Nearby(area.nodes[stop.stop_id], stop.walk_s)
        for stop in stops
        if stop.stop_id in area.nodes
    ]


def _held(area: Area, promise: RidePromise, request_id: str) -> Request:
    """Give a promise as the bounds it is held with, as `state.request_of` does for a booked ride.

    Parameters
    ----------
    area : Area
        The area.
    promise : RidePromise
        The promise.
    request_id : str
        Its name in the problem.

    Returns
    -------
    Request
        Windows, longest ride and load.
    """
    wish = promise.request
    return Request(
        id=request_id,
        pickup_node=area.nodes[wish.from_stop_id],
        dropoff_node=area.nodes[wish.to_stop_id],
        earliest_pickup_s=promise.pickup_earliest_s,
        latest_pickup_s=promise.pickup_latest_s,
        latest_dropoff_s=promise.arrival_latest_s,
        max_ride_s=area.longest_ride_s(area.direct_s(wish.from_stop_id, wish.to_stop_id)),
        load=area.load(wish.party),
        boarding_s=area.rules.boarding_s,
    )


def _round_up(instant_s: int, step_s: int) -> int:
    """Round an instant up.

    Parameters
    ----------
    instant_s : int
        UTC epoch seconds.
    step_s : int
        Step, seconds.

    Returns
    -------
    int
        The first multiple of the step that is not earlier.
    """
    return -(-instant_s // step_s) * step_s
