"""Plans as rows: writing a route the dispatcher decided."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session, col, select

from dispatch.plan import PICKUP, Route
from dispatch.problem import Problem
from dispatch.schedule import Timed, schedule
from maas.ids import new_id
from maas.operations.decisions import mark_touched
from maas.operations.halts import HALT, remember
from maas.operations.state import AreaState, ShiftState
from maas.tables import PlanStop, Ride, Shift
from maas.tables.outbox import record


def open_shift(session: Session, state: ShiftState) -> None:
    """Give a shift its row, if it has none yet.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    state : ShiftState
        The shift.
    """
    if state.shift not in session:
        session.add(state.shift)
        session.flush()  # before the rides that point at it


def touch(session: Session, shift: Shift, now_s: int) -> None:
    """Raise a shift's version, and tell those who watch the vehicle.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    shift : Shift
        Its row.
    now_s : int
        The instant, UTC epoch seconds.
    """
    shift.version += 1
    mark_touched(session, shift.id)
    record(
        session,
        f"vehicle:{shift.vehicle_id}",
        "plan_changed",
        now_s,
        shift_id=shift.id,
        version=shift.version,
    )


def write_routes(
    session: Session,
    state: AreaState,
    problem: Problem,
    routes: Iterable[Route],
    now_s: int,
    *new: Ride,
) -> None:
    """Write routes that were decided on together, and tell riders who change to another vehicle.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    state : AreaState
        The plans as they were, read under the lock.
    problem : Problem
        What the routes are feasible in.
    routes : Iterable[Route]
        Every route that changes.
    now_s : int
        The instant, UTC epoch seconds.
    *new : Ride
        Rides that had no vehicle before.
    """
    rides = {**state.rides, **{ride.id: ride for ride in new}}
    homes = {ride.id: ride.shift_id for ride in state.rides.values()}
    # Rows know only the stop a vehicle is driving to as frozen.
    changed = [replace(route, frozen=state.plan.route(route.vehicle_id).frozen) for route in routes]
    for route in changed:
        open_shift(session, state.shifts[route.vehicle_id])
    for route in changed:
        timed = schedule(problem, route)
        assert isinstance(timed, Timed), "only feasible routes are decided on"
        shift = state.shifts[route.vehicle_id]
        write_route(session, rides, shift, timed)
        touch(session, shift.shift, now_s)
    for ride in state.rides.values():
        if ride.shift_id != homes[ride.id]:
            stream = f"booking:{ride.booking_id}"
            record(session, stream, "vehicle_changed", now_s, ride_id=ride.id)


def write_route(
    session: Session, rides: Mapping[str, Ride], state: ShiftState, timed: Timed
) -> None:
    """Write the stops ahead of a shift as a schedule has them.

    Rows of rides that came from another shift move here; a ride new to the plan gets rows.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    rides : Mapping[str, Ride]
        Every ride of the route, by id.
    state : ShiftState
        The shift, as read under the lock.
    timed : Timed
        Its new route with instants.
    """
    state.shift.starts_s, state.shift.ends_s = state.known.hours
    number_stops(state.way.driven)
    ids = timed.route.request_ids
    halts = {stop.id: stop for stop in state.way.ahead if stop.kind == HALT}
    known = {
        (stop.ride_id, stop.kind): stop
        for stop in session.exec(select(PlanStop).where(col(PlanStop.ride_id).in_(ids)))
    }
    for position, stop in enumerate(timed.route.stops):
        if stop.request_id in halts:
            halt = halts[stop.request_id]
            halt.sequence = len(state.way.driven) + position
            halt.planned_s, halt.departs_s = timed.begin_s[position], timed.departure_s[position]
            continue
        ride = rides[stop.request_id]
        kind = "pickup" if stop.kind is PICKUP else "dropoff"
        row = known.get((ride.id, kind))
        if row is None:
            row = PlanStop(
                id=new_id("stop"),
                shift_id=state.shift.id,
                ride_id=ride.id,
                kind=kind,
                sequence=0,
                stop_id=ride.from_stop_id if kind == "pickup" else ride.to_stop_id,
                planned_s=0,
                departs_s=0,
            )
        row.shift_id = ride.shift_id = state.shift.id
        row.sequence = len(state.way.driven) + position
        # Who is waited for at a stop the vehicle is driving to was left for all the same: with the
        # arrival moved to the boarding, the vehicle would seem to stand where it came from.
        under_way = position < timed.route.frozen
        row.planned_s = timed.arrival_s[position] if under_way else timed.begin_s[position]
        row.departs_s = timed.departure_s[position]
        session.add(row)
    keep_halts(state)
    session.flush()


def keep_halts(state: ShiftState) -> None:
    """Write down where the halts of a shift lie; its stops are numbered through.

    Parameters
    ----------
    state : ShiftState
        The shift, its row in the session.
    """
    remember(state.shift, state.known.halts, (*state.way.driven, *state.way.ahead))


def number_stops(stops: Iterable[PlanStop]) -> None:
    """Number stops through from 0.

    Parameters
    ----------
    stops : Iterable[PlanStop]
        All stops of a shift, or the first ones, in driving order.
    """
    for number, stop in enumerate(stops):
        stop.sequence = number


def remove_stops(session: Session, ride_id: str, kind: str | None = None) -> None:
    """Take the stops of a ride out of its plan.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    ride_id : str
        The ride.
    kind : str or None
        ``pickup`` or ``dropoff`` for one of them only.
    """
    for stop in session.exec(select(PlanStop).where(PlanStop.ride_id == ride_id)):
        if kind is None or stop.kind == kind:
            session.delete(stop)
    session.flush()
