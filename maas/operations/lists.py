"""Vehicles and their stops, as staff read them."""

from collections.abc import Sequence
from datetime import date

from maas.database import Session
from maas.errors import NotFoundError
from maas.operations import queries
from maas.tables import Booking, PlanStop, Ride, Vehicle


def manifest(
    session: Session, vehicle_id: str, day: date
) -> Sequence[tuple[PlanStop, Ride, Booking]]:
    """List what a vehicle does on a day.

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
    Sequence[tuple[PlanStop, Ride, Booking]]
        In driving order.
    """
    return queries.manifest_rows(session, vehicle_id, day)


def vehicles(session: Session) -> Sequence[Vehicle]:
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
    return queries.all_vehicles(session)


def find_vehicle(session: Session, vehicle_id: str) -> Vehicle:
    """Read a vehicle that must be there.

    Parameters
    ----------
    session : Session
        Any session.
    vehicle_id : str
        The vehicle.

    Returns
    -------
    Vehicle
        The vehicle.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found = next((v for v in queries.all_vehicles(session) if v.id == vehicle_id), None)
    if found is None:
        raise NotFoundError(
            f"There is no vehicle {vehicle_id!r}; `maas drivers list` shows all of them."
        )
    return found
