"""The SQL of fleet operations."""

from collections.abc import Sequence, Set
from datetime import date
from typing import cast

from sqlalchemy import inspect
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from maas.tables import Booking, PlanStop, Ride, ServiceArea, Shift, Vehicle


def lock_area(session: Session, area_id: str) -> None:
    """Hold the area's row until the transaction ends: one plan is changed at a time.

    Parameters
    ----------
    session : Session
        A writing session.
    area_id : str
        The area.
    """
    session.exec(
        select(col(ServiceArea.id)).where(ServiceArea.id == area_id).with_for_update()
    ).one()


def lock_area_of_vehicle(session: Session, vehicle_id: str) -> None:
    """Hold the row of a vehicle's area until the transaction ends.

    Parameters
    ----------
    session : Session
        A writing session.
    vehicle_id : str
        The vehicle; an unknown one locks nothing.
    """
    area_id = session.exec(
        select(col(Vehicle.area_id)).where(Vehicle.id == vehicle_id)
    ).one_or_none()
    if area_id is not None:
        lock_area(session, area_id)


def areas_of_shifts(session: Session, shift_ids: Sequence[str]) -> Sequence[str]:
    """Name the areas some shifts are driven in.

    Parameters
    ----------
    session : Session
        Any session.
    shift_ids : Sequence[str]
        The shifts.

    Returns
    -------
    Sequence[str]
        Each area once, in order of id: the order in which they may be locked.
    """
    return session.exec(
        select(col(Vehicle.area_id))
        .join(Shift, col(Shift.vehicle_id) == col(Vehicle.id))
        .where(col(Shift.id).in_(shift_ids))
        .distinct()
        .order_by(col(Vehicle.area_id))
    ).all()


def shift_of(session: Session, ride: Ride) -> tuple[Shift, Vehicle]:
    """Read the shift a ride is planned on.

    Parameters
    ----------
    session : Session
        Any session.
    ride : Ride
        The ride.

    Returns
    -------
    tuple[Shift, Vehicle]
        The shift and its vehicle, as they stand now.
    """
    shift, vehicle = session.exec(
        select(Shift, Vehicle)
        .join(Vehicle, col(Vehicle.id) == col(Shift.vehicle_id))
        .where(Shift.id == ride.shift_id)
        .execution_options(populate_existing=True)
    ).one()
    return shift, vehicle


def stops_of_shift(session: Session, shift_id: str) -> Sequence[PlanStop]:
    """List the stops of a shift.

    Parameters
    ----------
    session : Session
        Any session.
    shift_id : str
        The shift.

    Returns
    -------
    Sequence[PlanStop]
        In driving order.
    """
    return session.exec(
        select(PlanStop).where(PlanStop.shift_id == shift_id).order_by(col(PlanStop.sequence))
    ).all()


def stop_of_ride(session: Session, ride_id: str, kind: str) -> PlanStop | None:
    """Find a stop of a ride.

    Parameters
    ----------
    session : Session
        Any session.
    ride_id : str
        The ride.
    kind : str
        ``pickup`` or ``dropoff``.

    Returns
    -------
    PlanStop or None
        None where it has been taken out of the plan.
    """
    return session.exec(
        select(PlanStop).where(PlanStop.ride_id == ride_id, PlanStop.kind == kind)
    ).one_or_none()


def stop_of_vehicle(
    session: Session, vehicle_id: str, stop_id: str
) -> tuple[PlanStop, Ride] | None:
    """Find one stop of a vehicle's plan.

    Parameters
    ----------
    session : Session
        Any session.
    vehicle_id, stop_id : str
        The vehicle and the stop.

    Returns
    -------
    tuple[PlanStop, Ride] or None
        The stop with its ride, None where the vehicle has no such stop.
    """
    row = session.exec(
        select(PlanStop, Ride)
        .join(Ride, col(Ride.id) == col(PlanStop.ride_id))
        .join(Shift, col(Shift.id) == col(PlanStop.shift_id))
        .where(PlanStop.id == stop_id, Shift.vehicle_id == vehicle_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def vehicles_of(session: Session, area_id: str) -> Sequence[Vehicle]:
    """List the vehicles of an area, also those out of service: they may have rides still.

    Parameters
    ----------
    session : Session
        Any session.
    area_id : str
        The area.

    Returns
    -------
    Sequence[Vehicle]
        In order of id.
    """
    return session.exec(
        select(Vehicle)
        .where(Vehicle.area_id == area_id)
        .order_by(Vehicle.id)
        .execution_options(populate_existing=True)
    ).all()


def all_vehicles(session: Session) -> Sequence[Vehicle]:
    """List every vehicle.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    Sequence[Vehicle]
        By area, then id.
    """
    return session.exec(select(Vehicle).order_by(Vehicle.area_id, Vehicle.id)).all()


def lent_by(session: Session, owner_id: str) -> Sequence[Vehicle]:
    """List the vehicles that an organisation lends, or has lent.

    Parameters
    ----------
    session : Session
        Any session.
    owner_id : str
        The organisation.

    Returns
    -------
    Sequence[Vehicle]
        In order of lending.
    """
    query = select(Vehicle).where(Vehicle.owner_id == owner_id).order_by(Vehicle.id)
    return session.exec(query.execution_options(populate_existing=True)).all()


def promised_until(session: Session, vehicle_id: str) -> int | None:
    """Tell until when a vehicle has stops ahead.

    Parameters
    ----------
    session : Session
        Any session.
    vehicle_id : str
        The vehicle.

    Returns
    -------
    int or None
        When it leaves the last of them, UTC epoch seconds; None where there is none.
    """
    query = (
        select(func.max(PlanStop.departs_s))
        .join(Shift, col(Shift.id) == col(PlanStop.shift_id))
        .where(Shift.vehicle_id == vehicle_id, PlanStop.state == "planned")
    )
    return session.exec(query).one()


def shifts_on(session: Session, area_id: str, days: Sequence[date]) -> Sequence[Shift]:
    """List the shifts that have rows, on some days of an area.

    Parameters
    ----------
    session : Session
        Any session.
    area_id : str
        The area.
    days : Sequence[date]
        Service days.

    Returns
    -------
    Sequence[Shift]
        The rows as they stand now.
    """
    return session.exec(
        select(Shift)
        .join(Vehicle, col(Vehicle.id) == col(Shift.vehicle_id))
        .where(Vehicle.area_id == area_id, col(Shift.service_day).in_(days))
        .execution_options(populate_existing=True)
    ).all()


def plan_rows(session: Session, shift_ids: Sequence[str]) -> list[tuple[PlanStop, Ride]]:
    """List the stops of some shifts with their rides, in driving order.

    Parameters
    ----------
    session : Session
        Any session.
    shift_ids : Sequence[str]
        The shifts.

    Returns
    -------
    list[tuple[PlanStop, Ride]]
        By shift, then sequence.
    """
    stops = session.exec(
        select(PlanStop)
        .where(col(PlanStop.shift_id).in_(shift_ids))
        .order_by(PlanStop.shift_id, col(PlanStop.sequence))
        .execution_options(populate_existing=True)
    ).all()
    # A ride stands behind two stops: joined, its row would be read and filled in twice.
    rides = session.exec(
        select(Ride)
        .where(col(Ride.id).in_({stop.ride_id for stop in stops}))
        .execution_options(populate_existing=True)
    )
    by_id = {ride.id: ride for ride in rides}
    return [(stop, by_id[stop.ride_id]) for stop in stops]


def plan_columns(
    session: Session, shift_ids: Sequence[str], without: Set[str] = frozenset()
) -> list[tuple[PlanStop, Ride]]:
    """List the same stops and rides as `plan_rows`, to be read and not to be written.

    They are rows with the attributes of both, which no session watches: a plan with rides reads
    hundreds of them, and a watched row takes several times as long to fill in and to look at.

    Parameters
    ----------
    session : Session
        Any session; what it has pending is written first.
    shift_ids : Sequence[str]
        The shifts.
    without : Set[str]
        Rides to be left out, by id.

    Returns
    -------
    list[tuple[PlanStop, Ride]]
        By shift, then sequence.
    """
    session.flush()
    connection = session.connection()
    stops = connection.execute(
        columns(inspect(PlanStop).local_table)
        .where(col(PlanStop.shift_id).in_(shift_ids))
        .order_by(col(PlanStop.shift_id), col(PlanStop.sequence))
    ).all()
    rides = connection.execute(
        columns(inspect(Ride).local_table).where(col(Ride.id).in_({row.ride_id for row in stops}))
    )
    by_id = {ride.id: ride for ride in rides}
    return [
        (cast("PlanStop", stop), cast("Ride", by_id[stop.ride_id]))
        for stop in stops
        if stop.ride_id not in without
    ]


def manifest_rows(
    session: Session, vehicle_id: str, day: date
) -> list[tuple[PlanStop, Ride, Booking]]:
    """List what a vehicle does on a day, with the riders.

    Parameters
    ----------
    session : Session
        Any session.
    vehicle_id : str
        The vehicle.
    day : date
        The service day.

    Returns
    -------
    list[tuple[PlanStop, Ride, Booking]]
        In driving order.
    """
    rows = session.exec(
        select(PlanStop, Ride, Booking)
        .join(Ride, col(Ride.id) == col(PlanStop.ride_id))
        .join(Booking, col(Booking.id) == col(Ride.booking_id))
        .join(Shift, col(Shift.id) == col(PlanStop.shift_id))
        .where(Shift.vehicle_id == vehicle_id, Shift.service_day == day)
        .order_by(col(Shift.starts_s), col(PlanStop.sequence))
    ).all()
    return [(stop, ride, booking) for stop, ride, booking in rows]


def days_with_open_stops(session: Session, area_id: str, now_s: int) -> Sequence[date]:
    """List the service days on which something is still to be driven.

    Parameters
    ----------
    session : Session
        Any session.
    area_id : str
        The area.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    Sequence[date]
        Days, soonest first.
    """
    return session.exec(
        select(col(Shift.service_day))
        .join(Vehicle, col(Vehicle.id) == col(Shift.vehicle_id))
        .join(PlanStop, col(PlanStop.shift_id) == col(Shift.id))
        .where(
            Vehicle.area_id == area_id,
            PlanStop.state == "planned",
            col(PlanStop.planned_s) > now_s,
        )
        .distinct()
        .order_by(col(Shift.service_day))
    ).all()
