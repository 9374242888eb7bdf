"""Routes of drivers and staff: vehicles and their lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from apps.api import booking_schemas as schemas
from apps.api.deps import Asking, Language, ServiceRuntime, staff_only
from apps.api.events import follow
from apps.api.once import Write, Writing
from apps.api.problems import documented
from apps.runtime import Runtime
from maas.accounts import Actor, Permission
from maas.checkout import BookingWriter
from maas.clock import local_date
from maas.database import Session
from maas.errors import (
    ForbiddenError,
    IdempotencyKeyReusedError,
    NotFoundError,
    StaffKeyWrongError,
    StopAlreadySettledError,
)
from maas.operations import days_around, find_vehicle, halts, waiting_places
from maas.tables.audit import not_noted, note
from maas.tables.outbox import EVERY_VEHICLE

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
        vehicle = find_vehicle(session, vehicle_id)
        area = runtime.fleet.areas.get(vehicle.area_id)
        owner = vehicle.owner_id or (runtime.city.id if area is None else area.organisation_id)
    actor.require(Permission.DRIVE, owner)
    return actor


Driver = Annotated[Actor, Depends(driver_of)]
"""Who is asking, and may drive the vehicle."""


@dataclass(frozen=True)
class Answer:
    """A driver's report, answered with the list as it is then.

    Parameters
    ----------
    runtime : Runtime
        The service.
    driver : Actor
        Who reports.
    write : Write
        The report.
    vehicle_id : str
        The vehicle.
    language : str
        Language of the answer.
    day : date or None
        The list's day.
    """

    runtime: Runtime
    driver: Actor
    write: Write
    vehicle_id: str
    language: str
    day: date | None

    def after(self, report: Callable[[Session, int], object]) -> dict[str, Any]:
        """Take down a report, once, and answer.

        Parameters
        ----------
        report : Callable[[Session, int], object]
            Takes it down, at an instant.

        Returns
        -------
        dict[str, Any]
            The list.
        """

        def work(session: Session) -> dict[str, Any]:
            now_s = self.runtime.clock()
            report(session, now_s)
            document = _list(self.runtime, session, self.vehicle_id, self.day, self.language)
            for subject in _unnoted(session, self.driver, document):
                note(session, self.driver.id, "read_person", subject, now_s, "driving")
            return document

        document: dict[str, Any] = self.write.once(work)
        return document


def answer_of(
    runtime: ServiceRuntime,
    driver: Driver,
    write: Writing,
    vehicle_id: str,
    language: Language,
    day: Day = None,
) -> Answer:
    """Take in what every report of a driver comes with.

    Parameters
    ----------
    runtime : Runtime
        The service.
    driver : Actor
        Who reports.
    write : Write
        The report.
    vehicle_id : str
        The vehicle.
    language : str
        Language of the answer.
    day : date or None
        The list's day.

    Returns
    -------
    Answer
        To be given after the report.
    """
    return Answer(runtime, driver, write, vehicle_id, language, day)


Answering = Annotated[Answer, Depends(answer_of)]
"""A driver's report."""


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
    with runtime.database.reading() as session:
        document = _list(runtime, session, vehicle_id, day, language)
        unnoted = _unnoted(session, driver, document)
    if unnoted:
        now_s = runtime.clock()
        with runtime.database.transaction() as session:
            for subject in unnoted:
                note(session, driver.id, "read_person", subject, now_s, "driving")
    return document


@router.post(
    "/{vehicle_id}/stops/{stop_id}/done",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, StopAlreadySettledError, IdempotencyKeyReusedError),
)
def report_done(
    answering: Answering,
    stop_id: str,
) -> dict[str, Any]:
    """Report that the rider has boarded, or alighted."""
    runtime = answering.runtime
    return answering.after(
        lambda session, now_s: runtime.checkout.report(
            session, answering.vehicle_id, stop_id, "done", now_s
        )
    )


@router.post(
    "/{vehicle_id}/stops/{stop_id}/no-show",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, StopAlreadySettledError, IdempotencyKeyReusedError),
)
def report_no_show(
    answering: Answering,
    stop_id: str,
) -> dict[str, Any]:
    """Report that the rider did not come."""
    runtime = answering.runtime
    return answering.after(
        lambda session, now_s: runtime.checkout.report(
            session, answering.vehicle_id, stop_id, "no_show", now_s
        )
    )


@router.post(
    "/{vehicle_id}/breakdown",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, IdempotencyKeyReusedError),
)
def report_breakdown(
    answering: Answering,
    body: schemas.BreakdownIn,
) -> dict[str, Any]:
    """Report that the vehicle drives no further: others take its riders, new rides go elsewhere."""
    runtime = answering.runtime
    return answering.after(
        lambda session, now_s: runtime.checkout.report_breakdown(
            session, answering.vehicle_id, body.stop_id, now_s
        )
    )


@router.post(
    "/{vehicle_id}/delay",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, IdempotencyKeyReusedError),
)
def report_delay(
    answering: Answering,
    body: schemas.DelayIn,
) -> dict[str, Any]:
    """Report that the vehicle reaches its next stop late; riders are told what that breaks."""
    runtime = answering.runtime
    return answering.after(
        lambda session, now_s: runtime.checkout.report_delay(
            session, answering.vehicle_id, 60 * body.minutes, now_s
        )
    )


@router.post(
    "/{vehicle_id}/back",
    response_model=schemas.DriverList,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, IdempotencyKeyReusedError),
)
def report_back(
    answering: Answering,
) -> dict[str, Any]:
    """Report that a vehicle that broke down is in service again."""
    runtime = answering.runtime
    return answering.after(
        lambda session, now_s: runtime.operations.incidents.is_back(
            session, answering.vehicle_id, now_s
        )
    )


@router.get(
    "/of/{city_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **documented(NotFoundError)},
)
async def fleet_events(
    request: Request,
    runtime: ServiceRuntime,
    city_id: str,
    last_event_id: Annotated[str, Header(description="Where to go on")] = "",
) -> StreamingResponse:
    """Hear when any vehicle's list changes, as server-sent events: for the console."""
    if city_id != runtime.city.id:
        raise NotFoundError(f"The city here is {runtime.city.id}; ask for its vehicles.")
    return follow(request, runtime.database, runtime.bus, EVERY_VEHICLE, last_event_id)


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
    return follow(request, runtime.database, runtime.bus, f"vehicle:{vehicle_id}", last_event_id)


def _list(
    runtime: Runtime, session: Session, vehicle_id: str, day: date | None, language: str
) -> dict[str, Any]:
    """Write a driver's list; notes to the driver are in that of today.

    Parameters
    ----------
    runtime : Runtime
        The service.
    session : Session
        Any session.
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
    today = local_date(now_s, zone)
    day = day or today
    vehicle = find_vehicle(session, vehicle_id)
    area, waiting_at = runtime.fleet.areas.get(vehicle.area_id), None
    if area is not None and day == today:
        waiting_at = waiting_places(session, area, zone, now_s).get(vehicle.id)
    # A shift that runs past midnight is still the driver's of today.
    with_notes = day in days_around(now_s, zone)
    writer = BookingWriter(runtime.city, language)
    breaks = [] if area is None else halts(session, area, vehicle.id, day, now_s, zone)
    return writer.driver_list(session, vehicle, day, waiting_at, breaks, with_notes=with_notes)


def _unnoted(session: Session, driver: Actor, document: dict[str, Any]) -> list[str]:
    """Name whose data a driver reads in a list, where it is not noted yet.

    Parameters
    ----------
    session : Session
        Any session.
    driver : Actor
        Who reads.
    document : dict[str, Any]
        The list.

    Returns
    -------
    list[str]
        Subjects of the audit log.
    """
    seen = [f"booking:{stop['booking_id']}" for stop in document["stops"]]
    return not_noted(session, driver.id, seen, "driving")
