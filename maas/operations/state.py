"""Rows to a dispatch problem, and a changed route back to rows.

What has been driven is decided here and nowhere else: a stop the driver has reported, or one whose
planned time has passed without a report (silence means that all went to plan). The rest of the
plan lies open to the dispatcher, save the stop the vehicle is already driving to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from dispatch.plan import DROPOFF, PICKUP, Plan, Route, Stop
from dispatch.problem import Load, Onboard, Problem, Request
from dispatch.problem import Vehicle as DispatchVehicle
from gtfs.times import service_day_origin
from maas.clock import local_date
from maas.operations import queries
from maas.operations.fleet import Area
from maas.tables import PlanStop, Ride, Shift, Vehicle

_SATURDAY = 5


@dataclass(frozen=True)
class ShiftState:
    """A shift as it stands: what is behind it, what lies before it.

    Parameters
    ----------
    shift : Shift
        Its row, or what its row would be.
    vehicle : Vehicle
        Who drives it.
    driven : tuple[PlanStop, ...]
        Stops behind it.
    ahead : tuple[PlanStop, ...]
        Stops before it.
    """

    shift: Shift
    vehicle: Vehicle
    driven: tuple[PlanStop, ...]
    ahead: tuple[PlanStop, ...]


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
        By shift id.
    rides : dict[str, Ride]
        Rides with stops ahead, by id.
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


def load_state(
    session: Session, area: Area, days: Sequence[date], now_s: int, zone: ZoneInfo
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

    Returns
    -------
    AreaState
        What the dispatcher works on.
    """
    vehicles = queries.vehicles_of(session, area.id)
    rows = {shift.id: shift for shift in queries.shifts_on(session, area.id, days)}
    stops: dict[str, list[PlanStop]] = {}
    rides: dict[str, Ride] = {}
    for stop, ride in queries.plan_rows(session, list(rows)):
        stops.setdefault(stop.shift_id, []).append(stop)
        rides[ride.id] = ride
    shifts: dict[str, ShiftState] = {}
    for vehicle in vehicles:
        for fresh in scheduled_shifts(vehicle, days, zone):
            shift = rows.get(fresh.id, fresh)
            shifts[shift.id] = _split(shift, vehicle, stops.get(shift.id, []), now_s)
    open_rides = {
        stop.ride_id: rides[stop.ride_id] for state in shifts.values() for stop in state.ahead
    }
    routes, fleet = [], []
    for state in shifts.values():
        route, dispatch_vehicle = _facing(state, area, now_s)
        routes.append(route)
        fleet.append(dispatch_vehicle)
    requests = tuple(request_of(ride, area) for ride in open_rides.values())
    problem = Problem(tuple(fleet), requests, area.travel_s)
    return AreaState(problem, Plan(tuple(routes)), shifts, open_rides)


def scheduled_shifts(vehicle: Vehicle, days: Sequence[date], zone: ZoneInfo) -> Iterator[Shift]:
    """List the shifts a vehicle's hours give on some days.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.
    days : Sequence[date]
        Service days.
    zone : ZoneInfo
        The city's time zone.

    Yields
    ------
    Shift
        A shift with version 0, not in any session.
    """
    for day in days:
        origin_s = service_day_origin(day, zone)
        weekend = day.weekday() >= _SATURDAY
        for number, hours in enumerate(vehicle.hours):
            if hours["days"] == "daily" or (hours["days"] == "weekends") == weekend:
                yield Shift(
                    id=f"{vehicle.id}/{day.isoformat()}/{number}",
                    vehicle_id=vehicle.id,
                    service_day=day,
                    starts_s=origin_s + hours["start_s"],
                    ends_s=origin_s + hours["end_s"],
                    version=0,
                )


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
        load=Load(ride.seats, ride.wheelchairs),
        boarding_s=area.rules.boarding_s,
    )


def _split(shift: Shift, vehicle: Vehicle, stops: list[PlanStop], now_s: int) -> ShiftState:
    """Divide a shift's stops into driven ones and those ahead.

    Parameters
    ----------
    shift : Shift
        The shift.
    vehicle : Vehicle
        Who drives it.
    stops : list[PlanStop]
        All its stops in driving order.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    ShiftState
        The division. Reports may come out of order; all up to the last one count as driven.
    """
    reached = [
        index
        for index, stop in enumerate(stops)
        if stop.state != "planned" or stop.planned_s <= now_s
    ]
    cut = reached[-1] + 1 if reached else 0
    return ShiftState(shift, vehicle, tuple(stops[:cut]), tuple(stops[cut:]))


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
    vehicle, shift = state.vehicle, state.shift
    depot = area.nodes[vehicle.depot_stop_id]
    node, free_s = depot, shift.starts_s
    if state.driven:
        last = state.driven[-1]
        node, free_s = area.nodes[last.stop_id], left_s(last, area)
    stops = tuple(
        Stop(stop.ride_id, PICKUP if stop.kind == "pickup" else DROPOFF, area.nodes[stop.stop_id])
        for stop in state.ahead
    )
    frozen = 0
    start_s = max(free_s, now_s)
    if stops:
        leaves_s = state.ahead[0].planned_s - int(area.travel_s[node, stops[0].node])
        if leaves_s <= now_s:  # on its way there: nothing may be put before it
            frozen, start_s = 1, max(free_s, leaves_s)
    picked_up = {stop.ride_id: left_s(stop, area) for stop in state.driven if stop.kind == "pickup"}
    onboard = tuple(
        Onboard(stop.ride_id, picked_up[stop.ride_id])
        for stop in state.ahead
        if stop.kind == "dropoff" and stop.ride_id in picked_up
    )
    return Route(shift.id, stops, frozen), DispatchVehicle(
        id=shift.id,
        capacity=Load(vehicle.seats, vehicle.wheelchair_places),
        start_node=node,
        end_node=depot,
        start_s=start_s,
        end_s=shift.ends_s,
        onboard=onboard,
        shift_start_s=shift.starts_s,
    )


def left_s(stop: PlanStop, area: Area) -> int:
    """Tell when the vehicle left a driven stop.

    Parameters
    ----------
    stop : PlanStop
        A driven stop.
    area : Area
        Its area.

    Returns
    -------
    int
        The driver's report (pressed when boarding is done), else the plan; UTC epoch seconds.
    """
    return stop.departs_s if stop.done_s is None else stop.done_s
