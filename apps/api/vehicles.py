"""Routes of drivers and staff: vehicles and their lists."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from apps.api import schemas
from apps.api.deps import Language, ServiceRuntime, staff_only
from apps.api.events import follow
from apps.api.problems import documented
from apps.runtime import Runtime
from maas.checkout import BookingWriter
from maas.clock import local_date
from maas.errors import NotFoundError, StaffKeyWrongError, StopAlreadySettledError
from maas.operations import find_vehicle

router = APIRouter(
    prefix="/v1/vehicles",
    tags=["drivers"],
    dependencies=[Depends(staff_only)],
    responses=documented(StaffKeyWrongError),
)
Day = Annotated[
    date | None, Query(alias="date", description="Service day; today where none is given")
]


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
    runtime: ServiceRuntime, vehicle_id: str, language: Language, day: Day = None
) -> dict[str, Any]:
    """Tell a driver where to stop, when, and for whom."""
    return _list(runtime, vehicle_id, day, language)


@router.post(
    "/{vehicle_id}/stops/{stop_id}/done",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, StopAlreadySettledError),
)
def report_done(
    runtime: ServiceRuntime, vehicle_id: str, stop_id: str, language: Language, day: Day = None
) -> dict[str, Any]:
    """Report that the rider has boarded, or alighted."""
    return _report(runtime, vehicle_id, stop_id, "done", day, language)


@router.post(
    "/{vehicle_id}/stops/{stop_id}/no-show",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, StopAlreadySettledError),
)
def report_no_show(
    runtime: ServiceRuntime, vehicle_id: str, stop_id: str, language: Language, day: Day = None
) -> dict[str, Any]:
    """Report that the rider did not come."""
    return _report(runtime, vehicle_id, stop_id, "no_show", day, language)


@router.post(
    "/{vehicle_id}/breakdown",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def report_breakdown(
    runtime: ServiceRuntime,
    vehicle_id: str,
    body: schemas.BreakdownIn,
    language: Language,
    day: Day = None,
) -> dict[str, Any]:
    """Report that the vehicle drives no further: others take its riders, new rides go elsewhere."""
    with runtime.database.transaction() as session:
        runtime.checkout.report_breakdown(session, vehicle_id, body.stop_id, runtime.clock())
    return _list(runtime, vehicle_id, day, language)


@router.post(
    "/{vehicle_id}/delay",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def report_delay(
    runtime: ServiceRuntime,
    vehicle_id: str,
    body: schemas.DelayIn,
    language: Language,
    day: Day = None,
) -> dict[str, Any]:
    """Report that the vehicle reaches its next stop late; riders are told what that breaks."""
    with runtime.database.transaction() as session:
        runtime.checkout.report_delay(session, vehicle_id, 60 * body.minutes, runtime.clock())
    return _list(runtime, vehicle_id, day, language)


@router.post(
    "/{vehicle_id}/back",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def report_back(
    runtime: ServiceRuntime, vehicle_id: str, language: Language, day: Day = None
) -> dict[str, Any]:
    """Report that a vehicle that broke down is in service again."""
    with runtime.database.transaction() as session:
        runtime.operations.incidents.is_back(session, vehicle_id, runtime.clock())
    return _list(runtime, vehicle_id, day, language)


@router.get(
    "/{vehicle_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **documented(NotFoundError)},
)
async def vehicle_events(
    request: Request,
    runtime: ServiceRuntime,
    vehicle_id: str,
    last_event_id: Annotated[str, Header(description="Where to go on")] = "",
) -> StreamingResponse:
    """Hear when a vehicle's list changes, as server-sent events."""

    def must_exist() -> None:
        with runtime.database.reading() as session:
            find_vehicle(session, vehicle_id)

    await run_in_threadpool(must_exist)
    return follow(request, runtime.bus, f"vehicle:{vehicle_id}", last_event_id)


def _report(
    runtime: Runtime, vehicle_id: str, stop_id: str, outcome: str, day: date | None, language: str
) -> dict[str, Any]:
    """Take down a report and answer with the list as it is then.

    Parameters
    ----------
    runtime : Runtime
        The service.
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
    return _list(runtime, vehicle_id, day, language)


def _list(runtime: Runtime, vehicle_id: str, day: date | None, language: str) -> dict[str, Any]:
    """Write a driver's list.

    Parameters
    ----------
    runtime : Runtime
        The service.
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
    day = day or local_date(runtime.clock(), runtime.city.timezone)
    with runtime.database.reading() as session:
        vehicle = find_vehicle(session, vehicle_id)
        return BookingWriter(runtime.city, language).driver_list(session, vehicle, day)
