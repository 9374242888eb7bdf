"""Vehicles and their stops, as staff read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from maas.database import Session
from maas.errors import NotFoundError
from maas.operations import queries
from maas.operations.fleet import Area
from maas.operations.state import load_state
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


@dataclass(frozen=True)
class DrivenHalt:
    """A break or a charge, as the plan has it.

    Parameters
    ----------
    kind : str
        ``break`` or ``charge``.
    begins_s, ends_s : int
        UTC epoch seconds.
    stop_id : str
        Where.
    """

    kind: str
    begins_s: int
    ends_s: int
    stop_id: str


def halts(
    session: Session, area: Area, vehicle_id: str, day: date, now_s: int, zone: ZoneInfo
) -> list[DrivenHalt]:
    """List the breaks and charges of a vehicle on a day.

    Parameters
    ----------
    session : Session
        Any session.
    area : Area
        The vehicle's area.
    vehicle_id : str
        The vehicle.
    day : date
        The service day.
    now_s : int
        The instant, UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    list[DrivenHalt]
        By their begin; also those that are over.
    """
    state = load_state(session, area, (day,), now_s, zone, queries.plan_columns)
    own = [shift for shift in state.shifts.values() if shift.known.vehicle.id == vehicle_id]
    found = [
        DrivenHalt("charge" if halt.charges else "break", row.planned_s, row.departs_s, row.stop_id)
        for shift in own
        for row in (*shift.way.driven, *shift.way.ahead)
        for halt in shift.known.halts
        if row.id == halt.id
    ]
    return sorted(found, key=lambda halt: halt.begins_s)


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
