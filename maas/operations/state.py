"""Rows to a dispatch problem.

What lies ahead of a vehicle is open to the dispatcher, save the stop it is already driving to. A
shift the dispatcher cannot reason about (a stop that left the area, more people on board than
places) stays as it is and is no part of the problem: the others are planned all the same.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from dispatch.plan import DROPOFF, PICKUP, Plan, Route, Stop, halt_stop
from dispatch.problem import Load, Onboard, Problem, Request
from dispatch.problem import Vehicle as DispatchVehicle
from maas.clock import local_date
from maas.operations import queries
from maas.operations.fleet import Area
from maas.operations.halts import HALT, Span, dispatch_halt, weave
from maas.operations.progress import Progress, progress
from maas.operations.shifts import KnownShift, known_shifts
from maas.tables import PlanStop, Ride, Shift, Vehicle

PlanReader = Callable[[Session, Sequence[str]], list[tuple[PlanStop, Ride]]]
"""Reads the stops of some shifts with their rides, by shift in driving order."""


@dataclass(frozen=True)
class ShiftState:
    """A shift as it stands: what is behind it, what lies before it.

    Parameters
    ----------
    known : KnownShift
        The shift, its vehicle and its hours.
    way : Progress
        What has been driven and what has not.
    plannable : bool
        Whether the dispatcher can reason about it.
    """

    known: KnownShift
    way: Progress
    plannable: bool

    @property
    def shift(self) -> Shift:
        """Its row, or what its row would be."""
        return self.known.shift


@dataclass(frozen=True)
class AreaState:
    """An area at an instant, as the dispatcher sees it.

    Parameters
    ----------
    problem : Problem
        Vehicles are shifts; requests are the rides that still have stops ahead.
    plan : Plan
        The stops ahead.
    shifts : dict[str, ShiftState]
        By shift id; also those that are no part of the problem.
    rides : dict[str, Ride]
        Rides with stops ahead in the plan, by id.
    """

    problem: Problem
    plan: Plan
    shifts: dict[str, ShiftState]
    rides: dict[str, Ride]

    def versions(self) -> dict[str, int]:
        """Tell the version of every shift's plan.

        Returns
        -------
        dict[str, int]
            Shift id to version.
        """
        return {shift_id: state.shift.version for shift_id, state in self.shifts.items()}

    def asking(self, request: Request) -> Request:
        """Keep a new ride off shifts that are not sold then, or are over by then.

        A shift that is over is not merely unsuited: were it a candidate, the refusal would say
        that no vehicle is on shift, when those on shift are busy.

        Parameters
        ----------
        request : Request
            The new ride.

        Returns
        -------
        Request
            The ride, with the shifts it may go onto.
        """
        shifts = [state.known for state in self.shifts.values()]
        over = {known.shift.id for known in shifts if known.hours[1] <= request.earliest_pickup_s}
        return _allowed(request, shifts, over=over)

    def reaches_s(self, ride: Ride) -> int | None:
        """Tell when a vehicle that can no longer turn back is free at a ride's pickup.

        Parameters
        ----------
        ride : Ride
            A ride that has not begun.

        Returns
        -------
        int or None
            UTC epoch seconds; None while the vehicle is not on its way there.
        """
        state = self.shifts[ride.shift_id]
        for stop in state.way.driven:
            if (stop.ride_id, stop.kind) == (ride.id, "pickup"):
                return state.way.left_s[stop.id]
        route = self.plan.route(ride.shift_id)
        if not route.frozen or route.stops[0].request_id != ride.id:
            return None
        vehicle = self.problem.vehicle(ride.shift_id)
        travel_s = int(self.problem.travel_s[vehicle.start_node, route.stops[0].node])
        return vehicle.start_s + travel_s


def load_state(
    session: Session,
    area: Area,
    days: Sequence[date],
    now_s: int,
    zone: ZoneInfo,
    read: PlanReader = queries.plan_rows,
) -> AreaState:
    """Read the plans of an area.

    Parameters
    ----------
    session : Session
        Any session; the plans are as current as its transaction.
    area : Area
        The area.
    days : Sequence[date]
        Service days to look at.
    now_s : int
        The instant, UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.
    read : Callable
        How stops and rides are read: `queries.plan_columns` where nothing of them is written.

    Returns
    -------
    AreaState
        What the dispatcher works on.
    """
    rows = queries.shifts_on(session, area.id, days)
    stops: dict[str, list[PlanStop]] = {}
    rides: dict[str, Ride] = {}
    for stop, ride in read(session, [row.id for row in rows]):
        stops.setdefault(stop.shift_id, []).append(stop)
        rides[ride.id] = ride
    ways = {
        row.id: progress(stops.get(row.id, ()), area.drive_s, now_s, row.not_before_s)
        for row in rows
    }
    shifts: dict[str, ShiftState] = {}
    for vehicle in queries.vehicles_of(session, area.id):
        own = [row for row in rows if row.vehicle_id == vehicle.id]
        spans = {
            row.id: _promised(ways[row.id].ahead, area, vehicle.depot_stop_id)
            for row in own
            if ways[row.id].ahead
        }
        for known in known_shifts(vehicle, own, spans, days, zone, now_s):
            way = ways.get(known.shift.id, Progress((), (), {}, 0))
            if known.halts:
                way = _with_halts(known, stops.get(known.shift.id, ()), area, now_s)
            shifts[known.shift.id] = ShiftState(known, way, _plannable(known, way, rides, area))
    planned = [state for state in shifts.values() if state.plannable]
    open_rides = {ride_id: rides[ride_id] for s in planned for ride_id in _riding(s.way)}
    faced = [_facing(state, area, now_s) for state in planned]
    everyone = [state.known for state in shifts.values()]
    requests = tuple(request_of(ride, area) for ride in open_rides.values())
    if not all(known.takes_all for known in everyone):
        requests = tuple(
            _allowed(request, everyone, own=rides[request.id].shift_id) for request in requests
        )
    problem = Problem(tuple(vehicle for _, vehicle in faced), requests, area.travel_s)
    return AreaState(problem, Plan(tuple(route for route, _ in faced)), shifts, open_rides)


def days_around(instant_s: int, zone: ZoneInfo) -> tuple[date, ...]:
    """Name the service days whose shifts may be driving at an instant.

    Parameters
    ----------
    instant_s : int
        UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    tuple[date, ...]
        The day before (its shifts may run past midnight) and the day itself.
    """
    day = local_date(instant_s, zone)
    return (day - timedelta(days=1), day)


def request_of(ride: Ride, area: Area) -> Request:
    """Give a ride's promise as the dispatcher's hard bounds.

    Parameters
    ----------
    ride : Ride
        The ride.
    area : Area
        Its area.

    Returns
    -------
    Request
        Windows, longest ride and load.
    """
    return Request(
        id=ride.id,
        pickup_node=area.nodes[ride.from_stop_id],
        dropoff_node=area.nodes[ride.to_stop_id],
        earliest_pickup_s=ride.pickup_earliest_s,
        latest_pickup_s=ride.pickup_latest_s,
        latest_dropoff_s=ride.arrival_latest_s,
        max_ride_s=ride.ride_limit_s,
        load=area.load(ride),
        boarding_s=area.rules.boarding_s,
    )


def _allowed(
    request: Request,
    shifts: Sequence[KnownShift],
    *,
    own: str | None = None,
    over: Set[str] = frozenset(),
) -> Request:
    """Name the shifts a ride may go onto, where it may not go onto all.

    Parameters
    ----------
    request : Request
        The ride.
    shifts : Sequence[KnownShift]
        All shifts.
    own : str or None
        The shift it is on already.
    over : Set[str]
        Shifts that end too early, by id.

    Returns
    -------
    Request
        The ride.
    """
    if not over and all(known.takes_all for known in shifts):
        return request
    taking = {known.shift.id for known in shifts if known.takes(request)} - over
    return replace(request, vehicle_ids=frozenset(taking if own is None else taking | {own}))


def _with_halts(known: KnownShift, stops: Sequence[PlanStop], area: Area, now_s: int) -> Progress:
    """Divide the stops and halts of a shift into driven ones and those ahead.

    Parameters
    ----------
    known : KnownShift
        The shift.
    stops : Sequence[PlanStop]
        Its stops in order.
    area : Area
        The area.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    Progress
        The division.
    """
    halts = [halt for halt in known.halts if halt.stop_id is None or halt.stop_id in area.nodes]
    depot = known.vehicle.depot_stop_id
    rows = weave(known.shift, halts, stops, depot, area.drive_s)
    return progress(rows, area.drive_s, now_s, known.shift.not_before_s)


def _riding(way: Progress) -> list[str]:
    """Name the rides with stops ahead, each once.

    Parameters
    ----------
    way : Progress
        A shift's stops.

    Returns
    -------
    list[str]
        In driving order.
    """
    return list(dict.fromkeys(stop.ride_id for stop in way.ahead if stop.kind != HALT))


def _promised(ahead: Sequence[PlanStop], area: Area, depot_stop_id: str) -> Span:
    """Tell the hours some stops ahead need.

    Parameters
    ----------
    ahead : Sequence[PlanStop]
        At least one stop.
    area : Area
        The area.
    depot_stop_id : str
        Where the vehicle comes from and returns to.

    Returns
    -------
    tuple[int, int]
        When it leaves the depot at the latest, and is back; UTC epoch seconds.
    """
    first, last = ahead[0], ahead[-1]
    return (
        first.planned_s - area.drive_s(depot_stop_id, first.stop_id),
        last.departs_s + area.drive_s(last.stop_id, depot_stop_id),
    )


def _plannable(known: KnownShift, way: Progress, rides: Mapping[str, Ride], area: Area) -> bool:
    """Tell whether the dispatcher can reason about a shift.

    Parameters
    ----------
    known : KnownShift
        The shift.
    way : Progress
        Its stops.
    rides : Mapping[str, Ride]
        Their rides, by id.
    area : Area
        The area.

    Returns
    -------
    bool
        False where a stop is no longer one of the area's, or more people are on board than the
        vehicle has places: reports out of order, or a smaller vehicle.
    """
    ahead = set(_riding(way))
    places = {known.vehicle.depot_stop_id, *(stop.stop_id for stop in way.driven[-1:])}
    places |= {rides[ride_id].from_stop_id for ride_id in ahead}
    places |= {rides[ride_id].to_stop_id for ride_id in ahead}
    if not places <= area.nodes.keys():
        return False
    riding = [rides[ride_id] for ride_id in ahead - _boarding(way)]
    load = sum((area.load(ride) for ride in riding), Load(0))
    return any(load.fits(places) for places in arrangements(known.vehicle))


def arrangements(vehicle: Vehicle) -> tuple[Load, ...]:
    """List the ways in which a vehicle's places can be arranged.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.

    Returns
    -------
    tuple[Load, ...]
        All seats as they are first, then one more of them turned into a child seat each time.
    """
    return tuple(
        Load(vehicle.seats - turned, vehicle.wheelchair_places, turned)
        for turned in range(min(vehicle.child_seats, vehicle.seats) + 1)
    )


def _boarding(way: Progress) -> set[str]:
    """Name the rides that have not begun.

    Parameters
    ----------
    way : Progress
        A shift's stops.

    Returns
    -------
    set[str]
        Rides whose pickup lies ahead.
    """
    return {stop.ride_id for stop in way.ahead if stop.kind == "pickup"}


def _facing(state: ShiftState, area: Area, now_s: int) -> tuple[Route, DispatchVehicle]:
    """Say where a vehicle is, when it is free, and what lies before it.

    Parameters
    ----------
    state : ShiftState
        The shift.
    area : Area
        Its area.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    tuple[Route, Vehicle]
        The open route, its first stop frozen when the vehicle is driving to it, and the vehicle.
    """
    vehicle, way = state.known.vehicle, state.way
    shift_start_s, shift_end_s = state.known.hours
    depot = area.nodes[vehicle.depot_stop_id]
    node, free_s = depot, shift_start_s
    if way.driven:
        node, free_s = area.nodes[way.driven[-1].stop_id], way.free_s
    halts = {halt.id: halt for halt in state.known.halts}
    made = {
        stop.id: dispatch_halt(halts[stop.id], stop, area.nodes)
        for stop in way.ahead
        if stop.kind == HALT
    }
    stops = tuple(
        halt_stop(made[stop.id])
        if stop.kind == HALT
        else Stop(
            stop.ride_id, PICKUP if stop.kind == "pickup" else DROPOFF, area.nodes[stop.stop_id]
        )
        for stop in way.ahead
    )
    frozen = 0
    start_s = max(free_s, now_s)
    if stops:
        travel_s = int(area.travel_s[node, area.nodes[way.ahead[0].stop_id]])
        leaves_s = way.ahead[0].planned_s - travel_s
        if leaves_s <= now_s:  # on its way there: nothing may be put before it
            frozen, start_s = 1, max(free_s, leaves_s)
        if state.shift.not_before_s is not None:
            start_s = max(start_s, state.shift.not_before_s - travel_s)
    return Route(state.shift.id, stops, frozen), DispatchVehicle(
        id=state.shift.id,
        capacity=arrangements(vehicle)[0],
        alternative_capacities=arrangements(vehicle)[1:],
        start_node=node,
        end_node=depot,
        start_s=start_s,
        end_s=shift_end_s,
        onboard=_onboard(way),
        shift_start_s=shift_start_s,
        halts=tuple(made.values()),
    )


def _onboard(way: Progress) -> tuple[Onboard, ...]:
    """Name who is on board, and since when their ride counts.

    Parameters
    ----------
    way : Progress
        The vehicle's stops.

    Returns
    -------
    tuple[Onboard, ...]
        In the order in which they alight.
    """
    # Who left sooner than planned is not promised an earlier arrival for it: the plan behind may
    # have used the whole ride.
    begun_s = {
        stop.ride_id: max(way.left_s[stop.id], stop.departs_s)
        for stop in way.driven
        if stop.kind == "pickup"
    }
    waiting = _boarding(way)
    return tuple(
        Onboard(stop.ride_id, begun_s[stop.ride_id])
        for stop in way.ahead
        if stop.kind != HALT and stop.ride_id not in waiting
    )
