"""Rides that follow a late bus: their plan moves inside everybody else's promises."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from dispatch.connections import LATE_CONNECTION, follow
from dispatch.drafts import Bound
from dispatch.incidents import Fallen
from dispatch.plan import DROPOFF, PICKUP, Plan, Route
from dispatch.problem import Problem, Request
from dispatch.schedule import Timed, schedule
from maas.database import Session
from maas.operations import queries
from maas.operations.decisions import GIVEN, recorded, written
from maas.operations.fleet import Area
from maas.operations.plans import open_shift, touch, write_route
from maas.operations.promises import Cause, enter_change
from maas.operations.state import AreaState, load_state
from maas.tables import Ride, RideConnection, Shift, Vehicle
from maas.tables.outbox import record

FEEDS = "feeds"
ONWARD = "onward"

_OPEN = ("planned", "on_board")


def open_connections(
    session: Session, area_id: str, from_s: int, to_s: int
) -> list[tuple[RideConnection, Ride]]:
    """List the connections of an area's rides that are not over.

    Parameters
    ----------
    session : Session
        Any session.
    area_id : str
        The area.
    from_s, to_s : int
        Planned calls between these instants, UTC epoch seconds.

    Returns
    -------
    list[tuple[RideConnection, Ride]]
        In the order of calls.
    """
    rows = session.exec(
        select(RideConnection, Ride)
        .join(Ride, col(Ride.id) == col(RideConnection.ride_id))
        .join(Shift, col(Shift.id) == col(Ride.shift_id))
        .join(Vehicle, col(Vehicle.id) == col(Shift.vehicle_id))
        .where(
            Vehicle.area_id == area_id,
            col(Ride.state).in_(_OPEN),
            RideConnection.state == "kept",
            col(RideConnection.planned_s).between(from_s, to_s),
        )
        .order_by(col(RideConnection.planned_s), col(RideConnection.id))
        .execution_options(populate_existing=True)
    ).all()
    return [(connection, ride) for connection, ride in rows]


def connections_of(session: Session, ride_id: str) -> Sequence[RideConnection]:
    """Read the connections of a ride.

    Parameters
    ----------
    session : Session
        Any session.
    ride_id : str
        The ride.

    Returns
    -------
    Sequence[RideConnection]
        What feeds it first.
    """
    return session.exec(
        select(RideConnection)
        .where(RideConnection.ride_id == ride_id)
        .order_by(col(RideConnection.kind))
    ).all()


def lose(session: Session, connection: RideConnection, ride: Ride, now_s: int) -> None:
    """Write down that a ride cannot follow its bus, or that the bus does not run, and tell.

    Parameters
    ----------
    session : Session
        A writing session.
    connection : RideConnection
        The connection.
    ride : Ride
        Its ride.
    now_s : int
        The instant, UTC epoch seconds.
    """
    connection.state = "lost"
    stream = f"booking:{ride.booking_id}"
    record(session, stream, "connection_lost", now_s, ride_id=ride.id, trip_id=connection.trip_id)


def move_with(
    session: Session,
    area: Area,
    zone: ZoneInfo,
    connection: RideConnection,
    ride: Ride,
    late_s: int,
    now_s: int,
) -> None:
    """Move a ride's promise with its bus, as far as that can be.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    connection : RideConnection
        The connection.
    ride : Ride
        Its ride.
    late_s : int
        How late the bus is expected now, seconds.
    now_s : int
        The instant, UTC epoch seconds.
    """
    shift, _ = queries.shift_of(session, ride)
    state = load_state(session, area, (shift.service_day,), now_s, zone)
    ahead = {
        stop.kind for route in state.plan for stop in route.stops if stop.request_id == ride.id
    }
    if (PICKUP if connection.kind == FEEDS else DROPOFF) not in ahead:
        return  # the vehicle is beyond it, though nobody may have said so yet
    old = state.problem.request(ride.id)
    moved = _moved(session, old, connection, late_s - connection.late_s)
    answer = follow(state.problem, state.plan, moved, tolerance_s=area.rules.tolerance_s)
    if not answer.follows:
        if connection.kind == FEEDS:
            lose(session, connection, ride, now_s)
        return  # an onward bus that is less late than it was: the ride need not wait, nor hurry
    connection.late_s = late_s
    request = answer.problem.request(ride.id)
    later = [
        Fallen(ride.id, bound, old_s, new_s, LATE_CONNECTION, shift.vehicle_id)
        for bound, old_s, new_s in (
            (Bound.PICKUP, old.latest_pickup_s, request.latest_pickup_s),
            (Bound.ARRIVAL, old.latest_dropoff_s, request.latest_dropoff_s),
            (Bound.RIDE, old.max_ride_s, request.max_ride_s),
        )
        if new_s != old_s
    ]
    promise = [
        request.earliest_pickup_s,
        request.latest_pickup_s,
        request.latest_dropoff_s,
        request.max_ride_s,
    ]
    said: dict[str, Any] = {
        "what": LATE_CONNECTION,
        "day": shift.service_day.isoformat(),
        "promises": {ride.id: promise},
    }
    with recorded(session, area, zone, now_s, GIVEN, said):
        _promise(ride, request)
        routes = _write(session, state, answer.problem, answer.plan, ride, now_s)
        said["routes"] = written(routes)
        enter_change(session, ride, Cause(LATE_CONNECTION), now_s, later)


def _moved(session: Session, old: Request, connection: RideConnection, by_s: int) -> Request:
    """Give the promise that goes with a bus.

    Parameters
    ----------
    session : Session
        Knows the other connection of the ride.
    old : Request
        The promise as it is.
    connection : RideConnection
        The bus.
    by_s : int
        By how much it is later than the promise takes it to be, seconds; negative: less late.

    Returns
    -------
    Request
        A dropoff that must make another bus does not move with the one that feeds the ride.
    """
    if connection.kind == ONWARD:
        return replace(old, latest_dropoff_s=max(old.latest_dropoff_s + by_s, old.latest_pickup_s))
    onward = any(other.kind == ONWARD for other in connections_of(session, old.id))
    earliest_s = old.earliest_pickup_s + by_s
    arrival_s = old.latest_dropoff_s + (0 if onward else by_s)
    return replace(
        old,
        earliest_pickup_s=earliest_s,
        latest_pickup_s=old.latest_pickup_s + by_s,
        latest_dropoff_s=max(arrival_s, earliest_s),
    )


def _promise(ride: Ride, request: Request) -> None:
    """Write a promise into its ride.

    Parameters
    ----------
    ride : Ride
        The ride.
    request : Request
        Its promise.
    """
    ride.pickup_earliest_s = request.earliest_pickup_s
    ride.pickup_latest_s = request.latest_pickup_s
    ride.arrival_latest_s = request.latest_dropoff_s
    ride.ride_limit_s = request.max_ride_s


def _write(
    session: Session, state: AreaState, problem: Problem, plan: Plan, ride: Ride, now_s: int
) -> list[Route]:
    """Write the routes that are others now, or have other instants.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    state : AreaState
        The plans as they were.
    problem, plan : Problem, Plan
        As they are now.
    ride : Ride
        The ride that moved.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    list[Route]
        Those that were written.
    """
    home, done = ride.shift_id, []
    changed = [
        route
        for route in plan
        if route != state.plan.route(route.vehicle_id) or ride.id in route.request_ids
    ]
    for route in changed:
        open_shift(session, state.shifts[route.vehicle_id])
    for route in changed:
        timed = schedule(problem, route)
        if not isinstance(timed, Timed):
            continue  # of a vehicle that was late before; the incident path sees to it
        write_route(session, state.rides, state.shifts[route.vehicle_id], timed)
        touch(session, state.shifts[route.vehicle_id].shift, now_s)
        done.append(route)
    if ride.shift_id != home:
        record(session, f"booking:{ride.booking_id}", "vehicle_changed", now_s, ride_id=ride.id)
    session.flush()
    return done
