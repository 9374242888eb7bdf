"""Routes of tickets: the code to show, its check at the door, the keys that verify offline."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from apps.api.deps import ServiceRuntime, staff_only
from apps.api.once import Writing
from apps.api.problems import documented
from apps.api.schemas import Instant
from apps.api.vehicles import Driver
from apps.api.wishes import Text
from maas.bookings import find_booking
from maas.checkout import ticket_keys
from maas.clock import iso
from maas.database import Session
from maas.errors import (
    ForbiddenError,
    IdempotencyKeyReusedError,
    NotFoundError,
    StaffKeyWrongError,
    TicketElsewhereError,
    TicketInvalidError,
    TicketStaleError,
    TicketUsedError,
)
from maas.tickets import STEP_S, qr_svg, web_key

router = APIRouter(prefix="/v1", tags=["tickets"])


class TicketCode(BaseModel):
    """Six digits, and from when they are shown."""

    code: str = Field(examples=["428913"])
    begins: Instant


class TicketCodes(BaseModel):
    """The codes of the next ten minutes; none where there is nothing left to ride."""

    step_s: int
    codes: list[TicketCode]


class TicketIn(BaseModel):
    """What was scanned, or the six digits that the rider's page shows."""

    model_config = ConfigDict(extra="forbid")
    text: Text = Field(min_length=1, max_length=2000, examples=["428 913"])


class CheckedTicket(BaseModel):
    """A ticket that is good, and used for this ride from now on.

    Without a code of the moment it may be a copy of somebody's paper: ask for the name.
    """

    booking_id: str
    ride_id: str
    is_live: bool
    seats: int
    wheelchairs: int


class TicketKey(BaseModel):
    """The public half of a ticket key: a JSON Web Key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str = Field(description="As tickets name it: 64 bits of its thumbprint (RFC 7638)")
    alg: str
    use: str


class TicketKeys(BaseModel):
    """Keys that verify tickets offline: the one that signs now, then those before it."""

    keys: list[TicketKey]


@router.get(
    "/bookings/{booking_id}/qr.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}, **documented(NotFoundError)},
)
def ticket_code(
    runtime: ServiceRuntime,
    booking_id: str,
    live: Annotated[bool, Query(description="With the code of this moment")] = False,
) -> Response:
    """Draw the ticket's QR code."""
    with runtime.database.reading() as session:
        booking = find_booking(session, booking_id)
        text = runtime.tickets.live_text(booking, runtime.clock()) if live else booking.ticket
    kept = "no-store" if live else "private, max-age=300"
    return Response(qr_svg(text), media_type="image/svg+xml", headers={"Cache-Control": kept})


@router.get(
    "/bookings/{booking_id}/codes",
    response_model=TicketCodes,
    responses=documented(NotFoundError),
)
def rotating_codes(runtime: ServiceRuntime, booking_id: str) -> dict[str, Any]:
    """Give the codes that the ticket's page shows, one after the other, every half minute."""
    with runtime.database.reading() as session:
        codes = runtime.tickets.codes(find_booking(session, booking_id), runtime.clock())
    zone = runtime.city.timezone
    return {
        "step_s": STEP_S,
        "codes": [{"code": code, "begins": iso(begins_s, zone)} for code, begins_s in codes],
    }


@router.post(
    "/vehicles/{vehicle_id}/tickets",
    response_model=CheckedTicket,
    dependencies=[Depends(staff_only)],
    responses=documented(
        StaffKeyWrongError,
        ForbiddenError,
        NotFoundError,
        TicketInvalidError,
        TicketStaleError,
        TicketElsewhereError,
        TicketUsedError,
        IdempotencyKeyReusedError,
    ),
)
def check_ticket(
    runtime: ServiceRuntime, driver: Driver, write: Writing, vehicle_id: str, body: TicketIn
) -> dict[str, Any]:
    """Check a ticket at the door: genuine, of this moment, for this vehicle, not used before."""

    def work(session: Session) -> dict[str, Any]:
        checked = runtime.tickets.check(session, vehicle_id, body.text, driver.id, runtime.clock())
        ride = checked.ride
        return {
            "booking_id": ride.booking_id,
            "ride_id": ride.id,
            "is_live": checked.is_live,
            "seats": ride.seats,
            "wheelchairs": ride.wheelchairs,
        }

    document: dict[str, Any] = write.once(work)
    return document


@router.get("/ticket-keys", response_model=TicketKeys)
def published_keys(runtime: ServiceRuntime) -> dict[str, Any]:
    """Publish the keys that verify tickets without a connection."""
    with runtime.database.reading() as session:
        return {"keys": [web_key(key) for key in ticket_keys(session).values()]}
