"""Routes of booking: book, look, cancel, ticket."""

import base64
from typing import Annotated, Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from apps.api import schemas
from apps.api.deps import Asking, Language, ServiceRuntime
from apps.api.events import follow
from apps.api.problems import documented
from maas.accounts import Permission
from maas.bookings import find_booking
from maas.checkout import BookingRequest, BookingWriter
from maas.errors import (
    ForbiddenError,
    IdempotencyKeyMissingError,
    IdempotencyKeyReusedError,
    NotBookableError,
    NotCancellableError,
    NotFoundError,
    NotSignedInError,
    OfferExpiredError,
    OfferInvalidError,
    RideGoneError,
)
from maas.tickets import qr_svg

router = APIRouter(prefix="/v1", tags=["bookings"])


@router.post(
    "/bookings",
    status_code=201,
    response_model=schemas.Booking,
    response_model_exclude_unset=True,
    responses=documented(
        RideGoneError,
        OfferExpiredError,
        OfferInvalidError,
        NotBookableError,
        IdempotencyKeyMissingError,
        IdempotencyKeyReusedError,
        NotSignedInError,
        ForbiddenError,
    ),
)
def book(
    runtime: ServiceRuntime,
    actor: Asking,
    body: schemas.BookingIn,
    idempotency_key: Annotated[str, Header(description="Your own key for this attempt")] = "",
) -> dict[str, Any]:
    """Book an offer: holds the seats and gives the ticket. The same key again books once.

    A ride that is gone is answered with alternatives, each with an offer of its own.
    """
    if body.on_behalf:
        actor.require(Permission.SERVE_RIDERS)
    mine = actor.is_signed_in and not body.on_behalf
    request = BookingRequest(
        offer=body.offer,
        rider_name=body.rider.name,
        rider_phone=body.rider.phone,
        language=body.language,
        payment=body.payment,
        account_id=actor.id if mine else "",
        booked_by=actor.id if body.on_behalf else "",
    )
    try:
        with runtime.database.transaction() as session:
            booking = runtime.checkout.book(session, request, idempotency_key, runtime.clock())
            return BookingWriter(runtime.city, body.language).booking(session, booking)
    except RideGoneError as gone:
        with runtime.database.reading() as session:
            gone.alternatives = runtime.desk.instead(
                session, body.offer, gone, body.language, runtime.clock()
            )
        raise


@router.get(
    "/bookings/{booking_id}",
    response_model=schemas.Booking,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError),
)
def read_booking(runtime: ServiceRuntime, booking_id: str, language: Language) -> dict[str, Any]:
    """Read a booking; its identifier is the key to it."""
    with runtime.database.reading() as session:
        booking = find_booking(session, booking_id)
        return BookingWriter(runtime.city, language).booking(session, booking)


@router.post(
    "/bookings/{booking_id}/cancel",
    response_model=schemas.Booking,
    response_model_exclude_unset=True,
    responses=documented(NotFoundError, NotCancellableError),
)
def cancel_booking(runtime: ServiceRuntime, booking_id: str, language: Language) -> dict[str, Any]:
    """Cancel a booking nobody has boarded for; cancelling twice changes nothing."""
    with runtime.database.transaction() as session:
        booking = runtime.checkout.cancel(session, booking_id, runtime.clock())
        return BookingWriter(runtime.city, language).booking(session, booking)


@router.get(
    "/bookings/{booking_id}/qr.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}, **documented(NotFoundError)},
)
def ticket_code(runtime: ServiceRuntime, booking_id: str) -> Response:
    """Draw the ticket's QR code."""
    with runtime.database.reading() as session:
        text = find_booking(session, booking_id).ticket
    return Response(
        qr_svg(text), media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=300"}
    )


@router.get(
    "/bookings/{booking_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **documented(NotFoundError)},
)
async def booking_events(
    request: Request,
    runtime: ServiceRuntime,
    booking_id: str,
    last_event_id: Annotated[str, Header(description="Where to go on")] = "",
) -> StreamingResponse:
    """Hear what happens to a booking, as server-sent events."""

    def must_exist() -> None:
        with runtime.database.reading() as session:
            find_booking(session, booking_id)

    await run_in_threadpool(must_exist)
    return follow(request, runtime.bus, f"booking:{booking_id}", last_event_id)


@router.get("/ticket-keys", response_model=schemas.TicketKeys)
def ticket_keys(runtime: ServiceRuntime) -> dict[str, Any]:
    """Publish the keys that verify tickets without a connection."""
    raw = runtime.keys.ticket.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]}
