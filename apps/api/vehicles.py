"""Routes of drivers and staff: vehicles and their lists."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from apps.api import schemas
from apps.api.deps import Asking, Language, ServiceRuntime, staff_only
from apps.api.events import follow
from apps.api.problems import documented
from apps.runtime import Runtime
from maas.accounts import Actor, Permission
from maas.checkout import BookingWriter
from maas.clock import local_date
from maas.errors import ForbiddenError, NotFoundError, StaffKeyWrongError, StopAlreadySettledError
from maas.operations import find_vehicle, halts, waiting_places
from maas.tables.audit import not_noted, note

router = APIRouter(
    prefix="/v1/vehicles",
    tags=["drivers"],
    dependencies=[Depends(staff_only)],
    responses=documented(StaffKeyWrongError, ForbiddenError),
)
Day = Annotated[
    date | None, Query(alias="date", description="Service day; today where none is given")
]


def driver_of(runtime: ServiceRuntime, actor: Asking, vehicle_id: str) -> Actor:
    """Let in who may drive a vehicle.

    Parameters
    ----------
    runtime : Runtime
        The service.
    actor : Actor
        Who is asking.
    vehicle_id : str
        The vehicle.

    Returns
    -------
    Actor
        The same.
    """
    with runtime.database.reading() as session:
        area = runtime.fleet.areas.get(find_vehicle(session, vehicle_id).area_id)
    owner = runtime.city.id if area is None else area.organisation_id
    actor.require(Permission.DRIVE, owner)
    return actor


Driver = Annotated[Actor, Depends(driver_of)]
"""Who is asking, and may drive the vehicle."""


@router.get("", response_model=schemas.Vehicles)
def list_vehicles(runtime: ServiceRuntime, language: Language) -> dict[str, Any]:
    """List the fleet."""
    with runtime.database.reading() as session:
        return BookingWriter(runtime.city, language).vehicles(session)


@router.get(
    "/{vehicle_id}/stops",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def driver_list(
    runtime: ServiceRuntime, driver: Driver, vehicle_id: str, language: Language, day: Day = None
) -> dict[str, Any]:
    """Tell a driver where to stop, when, and for whom."""
    return _list(runtime, driver, vehicle_id, day, language)


@router.post(
    "/{vehicle_id}/stops/{stop_id}/done",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, StopAlreadySettledError),
)
def report_done(
    runtime: ServiceRuntime,
    driver: Driver,
    vehicle_id: str,
    stop_id: str,
    language: Language,
    day: Day = None,
) -> dict[str, Any]:
    """Report that the rider has boarded, or alighted."""
    return _report(runtime, driver, vehicle_id, stop_id, "done", day, language)


@router.post(
    "/{vehicle_id}/stops/{stop_id}/no-show",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, StopAlreadySettledError),
)
def report_no_show(
    runtime: ServiceRuntime,
    driver: Driver,
    vehicle_id: str,
    stop_id: str,
    language: Language,
    day: Day = None,
) -> dict[str, Any]:
    """Report that the rider did not come."""
    return _report(runtime, driver, vehicle_id, stop_id, "no_show", day, language)


@router.post(
    "/{vehicle_id}/breakdown",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def report_breakdown(
    runtime: ServiceRuntime,
    driver: Driver,
    vehicle_id: str,
    body: schemas.BreakdownIn,
    language: Language,
    day: Day = None,
) -> dict[str, Any]:
    """Report that the vehicle drives no further: others take its riders, new rides go elsewhere."""
    with runtime.database.transaction() as session:
        runtime.checkout.report_breakdown(session, vehicle_id, body.stop_id, runtime.clock())
    return _list(runtime, driver, vehicle_id, day, language)


@router.post(
    "/{vehicle_id}/delay",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def report_delay(
    runtime: ServiceRuntime,
    driver: Driver,
    vehicle_id: str,
    body: schemas.DelayIn,
    language: Language,
    day: Day = None,
) -> dict[str, Any]:
    """Report that the vehicle reaches its next stop late; riders are told what that breaks."""
    with runtime.database.transaction() as session:
        runtime.checkout.report_delay(session, vehicle_id, 60 * body.minutes, runtime.clock())
    return _list(runtime, driver, vehicle_id, day, language)


@router.post(
    "/{vehicle_id}/back",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def report_back(
    runtime: ServiceRuntime, driver: Driver, vehicle_id: str, language: Language, day: Day = None
) -> dict[str, Any]:
    """Report that a vehicle that broke down is in service again."""
    with runtime.database.transaction() as session:
        runtime.operations.incidents.is_back(session, vehicle_id, runtime.clock())
    return _list(runtime, driver, vehicle_id, day, language)


@router.get(
    "/{vehicle_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **documented(NotFoundError)},
)
async def vehicle_events(
    request: Request,
    runtime: ServiceRuntime,
    driver: Driver,
    vehicle_id: str,
    last_event_id: Annotated[str, Header(description="Where to go on")] = "",
) -> StreamingResponse:
    """Hear when a vehicle's list changes, as server-sent events."""

    del driver  # may hear it
    return follow(request, runtime.bus, f"vehicle:{vehicle_id}", last_event_id)


def _report(
    runtime: Runtime,
    driver: Actor,
    vehicle_id: str,
    stop_id: str,
    outcome: str,
    day: date | None,
    language: str,
) -> dict[str, Any]:
    """Take down a report and answer with the list as it is then.

    Parameters
    ----------
    runtime : Runtime
        The service.
    driver : Actor
        Who reports.
    vehicle_id, stop_id, outcome : str
        What happened where.
    day : date or None
        The list's day.
    language : str
        Language of the answer.

    Returns
    -------
    dict[str, Any]
        The list.
    """
    with runtime.database.transaction() as session:
        runtime.checkout.report(session, vehicle_id, stop_id, outcome, runtime.clock())
    return _list(runtime, driver, vehicle_id, day, language)


def _list(
    runtime: Runtime, driver: Actor, vehicle_id: str, day: date | None, language: str
) -> dict[str, Any]:
    """Write a driver's list, and note whose names were read in it.

    Parameters
    ----------
    runtime : Runtime
        The service.
    driver : Actor
        Who reads.
    vehicle_id : str
        The vehicle.
    day : date or None
        The service day; None for today.
    language : str
        Language of the answer.

    Returns
    -------
    dict[str, Any]
        The list.
    """
    now_s, zone = runtime.clock(), runtime.city.timezone
    day = day or local_date(now_s, zone)
    with runtime.database.reading() as session:
        vehicle = find_vehicle(session, vehicle_id)
        area, waiting_at = runtime.fleet.areas.get(vehicle.area_id), None
        if area is not None and day == local_date(now_s, zone):
            places = waiting_places(session, area, zone, now_s)
            waiting_at = places.get(vehicle.id)
        writer = BookingWriter(runtime.city, language)
        breaks = [] if area is None else halts(session, area, vehicle.id, day, now_s, zone)
        document = writer.driver_list(session, vehicle, day, waiting_at, breaks)
        seen = [f"booking:{stop['booking_id']}" for stop in document["stops"]]
        unnoted = not_noted(session, driver.id, seen, "driving")
    if unnoted:
        with runtime.database.transaction() as session:
            for subject in unnoted:
                note(session, driver.id, "read_person", subject, now_s, "driving")
    return document
