"""Routes of vehicles that an organisation lends for some hours, such as a ryokan's shuttle."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from apps.api.deps import Asking, ServiceRuntime
from apps.api.once import Writing
from apps.api.problems import documented
from apps.api.schemas import Instant
from apps.api.wishes import Text
from apps.runtime import Runtime
from gtfs.times import service_day_origin
from maas.accounts import Permission
from maas.clock import iso, local_instant
from maas.database import Session
from maas.errors import (
    ForbiddenError,
    IdempotencyKeyReusedError,
    LoanPromisedError,
    NotFoundError,
    NotSignedInError,
)
from maas.operations import Loan
from maas.tables import Vehicle
from maas.tables.audit import note

router = APIRouter(prefix="/v1/organisations/{organisation_id}/loans", tags=["fleet"])
_STAFF = documented(NotSignedInError, ForbiddenError, NotFoundError)
_WRITTEN = documented(NotSignedInError, ForbiddenError, NotFoundError, IdempotencyKeyReusedError)


class LoanIn(BaseModel):
    """What is lent, where it stands and when; times are the city's."""

    model_config = ConfigDict(extra="forbid")
    area: str = Field(max_length=80)
    name: Annotated[Text, Field(min_length=1, max_length=60, examples=["Shuttle"])]
    seats: int = Field(ge=1, le=60)
    wheelchair_places: int = Field(default=0, ge=0, le=10)
    stop: str = Field(max_length=200, description="Stop of the area where it stands")
    start: str = Field(max_length=40, examples=["2026-11-24T10:00"])
    end: str = Field(max_length=40, examples=["2026-11-24T14:00"])


class LoanOut(BaseModel):
    """A vehicle on loan; ``start`` and ``end`` null once it has gone back."""

    vehicle: str
    area: str
    name: str
    seats: int
    wheelchair_places: int
    stop: str
    start: Instant | None
    end: Instant | None


class LoansOut(BaseModel):
    """What an organisation lends."""

    loans: list[LoanOut]


@router.get("", response_model=LoansOut, responses=_STAFF)
def list_loans(runtime: ServiceRuntime, actor: Asking, organisation_id: str) -> dict[str, Any]:
    """List the vehicles that an organisation lends, or has lent."""
    actor.require(Permission.LEND, organisation_id)
    with runtime.database.reading() as session:
        found = runtime.loans.list(session, organisation_id)
        return {"loans": [loan_document(runtime, row) for row in found]}


@router.post("", status_code=201, response_model=LoanOut, responses=_WRITTEN)
def lend(
    runtime: ServiceRuntime, actor: Asking, write: Writing, organisation_id: str, body: LoanIn
) -> dict[str, Any]:
    """Lend a vehicle to an area for some hours: it is dispatched in them, and no longer."""
    actor.require(Permission.LEND, organisation_id)
    zone = runtime.city.timezone
    loan = Loan(
        area_id=body.area,
        name=body.name,
        seats=body.seats,
        wheelchair_places=body.wheelchair_places,
        depot_stop_id=body.stop,
        starts_s=local_instant(body.start, zone),
        ends_s=local_instant(body.end, zone),
    )

    def work(session: Session) -> dict[str, Any]:
        now_s = runtime.clock()
        vehicle = runtime.loans.lend(session, organisation_id, loan, now_s)
        note(session, actor.id, "lent", f"organisation:{organisation_id}", now_s)
        return loan_document(runtime, vehicle)

    document: dict[str, Any] = write.once(work)
    return document


@router.delete(
    "/{vehicle_id}",
    status_code=204,
    responses=documented(
        *(NotSignedInError, ForbiddenError, NotFoundError, LoanPromisedError),
        IdempotencyKeyReusedError,
    ),
)
def give_back(
    runtime: ServiceRuntime, actor: Asking, write: Writing, organisation_id: str, vehicle_id: str
) -> None:
    """End a loan; refused while rides are promised, which a breakdown would pass to others."""
    actor.require(Permission.LEND, organisation_id)

    def work(session: Session) -> None:
        now_s = runtime.clock()
        runtime.loans.give_back(session, organisation_id, vehicle_id, now_s)
        note(session, actor.id, "given_back", f"organisation:{organisation_id}", now_s)

    write.once(work)


def loan_document(runtime: Runtime, vehicle: Vehicle) -> dict[str, Any]:
    """Write a loan.

    Parameters
    ----------
    runtime : Runtime
        The service.
    vehicle : Vehicle
        What is lent.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    zone = runtime.city.timezone
    edges: dict[str, Any] = {"start": None, "end": None}
    for hours in vehicle.hours:
        origin_s = service_day_origin(date.fromisoformat(hours["days"]), zone)
        edges = {edge: iso(origin_s + hours[f"{edge}_s"], zone) for edge in edges}
    return {
        "vehicle": vehicle.id,
        "area": vehicle.area_id,
        "name": next(iter(vehicle.name.values())),
        "seats": vehicle.seats,
        "wheelchair_places": vehicle.wheelchair_places,
        "stop": vehicle.depot_stop_id,
        **edges,
    }
