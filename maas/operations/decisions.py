"""Writing down what is decided about plans, so that it can be decided again (see `replaying`).

A decision is a row: what was decided on, and the plans of the shifts that changed. A state, which
is all the plans of an area with its fleet, is written before the first decision of each day, and
whenever the fleet has changed; from any state on the decisions behind it can be made again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch import canonical
from dispatch.plan import Route
from maas.clock import local_date
from maas.operations import queries
from maas.operations.fleet import Area
from maas.tables import DispatchDecision, DrivingTable, PlanStop, Ride, Shift, Vehicle

STATE = "state"
RELEASE = "release"
HOLD = "hold"
REPORT = "report"
BREAKDOWN = "breakdown"
BACK = "back"
LATE = "late"
MEND = "mend"
GIVEN = "given"
"""Routes and promises that were found by the clock, or elsewhere: taken as they are."""

_TOUCHED = "shifts_touched"
_STOP = ("ride_id", "kind", "sequence", "planned_s", "departs_s", "state", "done_s")
_PROMISE = ("pickup_earliest_s", "pickup_latest_s", "arrival_latest_s", "ride_limit_s")


def mark_touched(session: Session, shift_id: str) -> None:
    """Note that a shift's plan has changed in a session.

    Parameters
    ----------
    session : Session
        A writing session.
    shift_id : str
        The shift.
    """
    if _TOUCHED in session.info:
        session.info[_TOUCHED].add(shift_id)


@contextmanager
def noting(session: Session) -> Iterator[set[str]]:
    """Note which shifts' plans change inside, and write nothing down.

    Parameters
    ----------
    session : Session
        A writing session.

    Yields
    ------
    set[str]
        Shifts, as they change.
    """
    touched: set[str] = set()
    session.info[_TOUCHED] = touched
    try:
        yield touched
    finally:
        del session.info[_TOUCHED]


@contextmanager
def recorded(
    session: Session,
    area: Area | None,
    zone: ZoneInfo,
    now_s: int,
    kind: str,
    arguments: dict[str, Any],
    *,
    always: bool = False,
) -> Iterator[None]:
    """Write down a decision that is made inside, with the plans it leaves behind.

    A decision inside another one is part of it.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    area : Area or None
        The area; where the city has it no more, nothing is decided.
    zone : ZoneInfo
        The city's time zone.
    now_s : int
        The instant, UTC epoch seconds.
    kind : str
        What is decided.
    arguments : dict[str, Any]
        What it is decided on; may be completed inside.
    always : bool
        Whether to write it down where no plan changes.
    """
    if area is None or _TOUCHED in session.info:
        yield
        return
    session.flush()
    basis = _with_state(session, area, zone, now_s)
    with noting(session) as touched:
        yield
    if touched or always:
        session.flush()
        row = DispatchDecision(
            area_id=area.id,
            at_s=now_s,
            kind=kind,
            basis=basis,
            arguments=arguments,
            plans=plans_of(session, touched),
        )
        session.add(row)


def written(routes: Iterable[Route]) -> dict[str, list[list[str]]]:
    """Write routes as plain values.

    Parameters
    ----------
    routes : Iterable[Route]
        Routes.

    Returns
    -------
    dict[str, list[list[str]]]
        Ride (or halt) and kind of each stop, by shift.
    """
    return {
        route.vehicle_id: [[stop.request_id, str(stop.kind)] for stop in route.stops]
        for route in routes
    }


def plans_of(session: Session, shift_ids: Iterable[str]) -> dict[str, Any]:
    """Read the plans of some shifts as plain values.

    Parameters
    ----------
    session : Session
        A writing session without pending changes.
    shift_ids : Iterable[str]
        The shifts.

    Returns
    -------
    dict[str, Any]
        By shift: its hours, halts, version, stops, and the promises of the rides they serve. The
        identifiers of stops, which mean nothing, are left out.
    """
    wanted = sorted(shift_ids)
    rows: dict[str, list[tuple[PlanStop, Ride]]] = {shift_id: [] for shift_id in wanted}
    for stop, ride in queries.plan_columns(session, wanted):
        rows[stop.shift_id].append((stop, ride))
    shifts = session.exec(select(Shift).where(col(Shift.id).in_(wanted)))
    return {
        shift.id: {
            "version": shift.version,
            "hours": [shift.starts_s, shift.ends_s, shift.not_before_s],
            "halts": shift.halts,
            "stops": [[getattr(stop, name) for name in _STOP] for stop, _ in rows[shift.id]],
            "rides": {
                ride.id: [getattr(ride, name) for name in _PROMISE] for _, ride in rows[shift.id]
            },
        }
        for shift in sorted(shifts, key=lambda shift: shift.id)
    }


def _with_state(session: Session, area: Area, zone: ZoneInfo, now_s: int) -> str:
    """Write down how things stand, unless that was done today for the same fleet.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock, without pending changes.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    str
        What the state is for.
    """
    day = local_date(now_s, zone)
    vehicles = _vehicles(session, area)
    lasting = [{**vehicle, "in_service": None} for vehicle in vehicles]
    ground = canonical.text([area.digest, zone.key, lasting])
    basis = f"{day.isoformat()} {hashlib.sha256(ground.encode()).hexdigest()[:16]}"
    last = session.exec(
        select(DispatchDecision.basis)
        .where(DispatchDecision.area_id == area.id)
        .order_by(col(DispatchDecision.id).desc())
        .limit(1)
    ).first()
    if last != basis:
        _keep_table(session, area)
        shifts, rows = _standing(session, area, day)
        described = {**area.description, "zone": zone.key}
        arguments = {"area": described, "vehicles": vehicles, **rows}
        session.add(
            DispatchDecision(
                area_id=area.id,
                at_s=now_s,
                kind=STATE,
                basis=basis,
                arguments=arguments,
                plans=plans_of(session, shifts),
            )
        )
        session.flush()
    return basis


def _standing(session: Session, area: Area, day: date) -> tuple[list[str], dict[str, Any]]:
    """Read the rows of all plans that may still be driven.

    Parameters
    ----------
    session : Session
        A writing session without pending changes.
    area : Area
        The area.
    day : date
        Today.

    Returns
    -------
    tuple[list[str], dict[str, Any]]
        Shifts from yesterday on, and their rows with those of their stops and rides.
    """
    shifts = session.exec(
        select(Shift)
        .join(Vehicle, col(Vehicle.id) == col(Shift.vehicle_id))
        .where(Vehicle.area_id == area.id, col(Shift.service_day) >= day - timedelta(days=1))
        .order_by(Shift.id)
    ).all()
    ids = [shift.id for shift in shifts]
    plan = queries.plan_columns(session, ids)
    stops = [{name: getattr(stop, name) for name in PlanStop.model_fields} for stop, _ in plan]
    rides = {ride.id: ride for _, ride in plan}
    # Of which booking a ride is, nobody needs to know who decides again.
    names = [name for name in Ride.model_fields if name != "booking_id"]
    return ids, {
        "shifts": [shift.model_dump(mode="json") for shift in shifts],
        "stops": stops,
        "rides": [{name: getattr(ride, name) for name in names} for ride in rides.values()],
    }


def _vehicles(session: Session, area: Area) -> list[dict[str, Any]]:
    """Read the vehicles of an area as far as decisions look at them.

    Parameters
    ----------
    session : Session
        A writing session without pending changes.
    area : Area
        The area.

    Returns
    -------
    list[dict[str, Any]]
        Their fields without their names, in order of id. As columns: read for every decision.
    """
    table = inspect(Vehicle).local_table
    rows = session.connection().execute(
        columns(table).where(col(Vehicle.area_id) == area.id).order_by(col(Vehicle.id))
    )
    return [
        {name: value for name, value in row.items() if name != "name"} for row in rows.mappings()
    ]


def _keep_table(session: Session, area: Area) -> None:
    """Keep the driving times of an area, once.

    Parameters
    ----------
    session : Session
        A writing session.
    area : Area
        The area.
    """
    digest = area.description["driving"]
    if session.get(DrivingTable, digest) is None:
        content = canonical.text(canonical.pack_array(area.travel_s))
        session.add(DrivingTable(digest=digest, content=content))
        session.flush()
