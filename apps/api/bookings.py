"""Routes of booking: book, look, change, cancel."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from apps.api import booking_schemas as schemas
from apps.api import wishes
from apps.api.deps import Asking, Language, ServiceRuntime
from apps.api.events import follow
from apps.api.once import Writing
from apps.api.plans import plan_request
from apps.api.problems import documented
from maas.accounts import Permission
from maas.bookings import find_booking
from maas.checkout import BookingRequest, BookingWriter, priced_changes
from maas.database import Session
from maas.errors import (
    CostChangedError,
    DateWithoutServiceError,
    ForbiddenError,
    IdempotencyKeyMissingError,
    IdempotencyKeyReusedError,
    NotBookableError,
    NotCancellableError,
    NotChangeableError,
    NotFoundError,
    NotSignedInError,
    OfferExpiredError,
    OfferInvalidError,
    OutsideAreaError,
    PastTimeError,
    PlaceUnknownError,
    RideGoneError,
    SamePlaceError,
)
from maas.tables import Booking

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
    runtime: ServiceRuntime, actor: Asking, write: Writing, body: schemas.BookingIn
) -> dict[str, Any]:
    """Book an offer, and the way back with it: holds the seats and gives the ticket.

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
        return_offer=body.return_offer,
        note=body.note,
    )
    writer = BookingWriter(runtime.city, body.language)

    def work(session: Session) -> dict[str, Any]:
        return writer.booking(session, runtime.checkout.book(session, request, runtime.clock()))

    try:
        document: dict[str, Any] = write.once(work, needs_key=True)
    except RideGoneError as gone:
        lost = body.return_offer if gone.params.get("way") == "return" else body.offer
        with runtime.database.reading() as session:
            gone.alternatives = runtime.desk.instead(
                session, lost or body.offer, gone, body.language, runtime.clock()
            )
        raise
    return document


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


@router.get(
    "/bookings/{booking_id}/cancellation",
    response_model=schemas.Cost,
    responses=documented(NotFoundError, NotCancellableError),
)
def cost_of_cancelling(
    runtime: ServiceRuntime, booking_id: str, language: Language
) -> dict[str, Any]:
    """Tell what cancelling would cost now, and what would follow."""
    with runtime.database.reading() as session:
        cost = runtime.checkout.changes.cost_of_cancelling(session, booking_id, runtime.clock())
    return cost.document(runtime.city.timezone, language)


@router.post(
    "/bookings/{booking_id}/cancel",
    response_model=schemas.Booking,
    response_model_exclude_unset=True,
    responses=documented(
        NotFoundError, NotCancellableError, CostChangedError, IdempotencyKeyReusedError
    ),
)
def cancel_booking(
    runtime: ServiceRuntime,
    write: Writing,
    booking_id: str,
    language: Language,
    fee_minor: Annotated[
        int | None,
        Query(ge=0, le=2**31, description="The fee shown before; refused if it is another one"),
    ] = None,
) -> dict[str, Any]:
    """Cancel a booking nobody has boarded for; cancelling twice changes nothing."""
    writer, changes = BookingWriter(runtime.city, language), runtime.checkout.changes

    def work(session: Session) -> dict[str, Any]:
        now_s = runtime.clock()
        return writer.booking(session, changes.cancel(session, booking_id, now_s, fee_minor))

    document: dict[str, Any] = write.once(work)
    return document


@router.post(
    "/bookings/{booking_id}/change-offers",
    response_model=schemas.ChangePlan,
    response_model_exclude_unset=True,
    responses=documented(
        NotFoundError,
        NotChangeableError,
        PlaceUnknownError,
        PastTimeError,
        DateWithoutServiceError,
        OutsideAreaError,
        SamePlaceError,
    ),
)
def offer_changes(
    runtime: ServiceRuntime, booking_id: str, body: wishes.ChangeWishIn
) -> dict[str, Any]:
    """Show what a booking could become, with the cost and what follows; changes nothing yet."""
    now_s, changes = runtime.clock(), runtime.checkout.changes
    with runtime.database.reading() as session:
        booking = find_booking(session, booking_id)
        cost = changes.cost_of_changing(session, booking_id, now_s)
        wish = plan_request(runtime, _as_booked(booking, body), now_s)
        plan = changes.offers(session, booking_id, wish, now_s)
        priced = priced_changes(plan, booking, cost)
    return priced | {"cost": cost.document(runtime.city.timezone, body.language)}


@router.post(
    "/bookings/{booking_id}/change",
    response_model=schemas.Booking,
    response_model_exclude_unset=True,
    responses=documented(
        NotFoundError,
        NotChangeableError,
        CostChangedError,
        RideGoneError,
        OfferExpiredError,
        OfferInvalidError,
        NotBookableError,
        IdempotencyKeyMissingError,
        IdempotencyKeyReusedError,
    ),
)
def change_booking(
    runtime: ServiceRuntime, write: Writing, booking_id: str, body: schemas.ChangeIn
) -> dict[str, Any]:
    """Change a booking; where the new ride cannot be had any more, the old one is kept."""
    writer, changes = BookingWriter(runtime.city, body.language), runtime.checkout.changes

    def work(session: Session) -> dict[str, Any]:
        now_s = runtime.clock()
        changed = changes.change(session, booking_id, body.offer, now_s, body.fee_minor)
        return writer.booking(session, changed)

    document: dict[str, Any] = write.once(work, needs_key=True)
    return document


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
    return follow(request, runtime.database, runtime.bus, f"booking:{booking_id}", last_event_id)


def _as_booked(booking: Booking, body: wishes.ChangeWishIn) -> wishes.PlanIn:
    """Fill in what a wish to change does not say from the booking.

    Parameters
    ----------
    booking : Booking
        The booking.
    body : ChangeWishIn
        The wish.

    Returns
    -------
    PlanIn
        A whole wish.
    """
    legs = booking.journey["legs"]

    def point(place: dict[str, Any]) -> wishes.PointIn:
        return wishes.PointIn(lat=place["lat"], lon=place["lon"], name=place["name"])

    depart = booking.journey["departure"] if body.depart is None else body.depart
    return wishes.PlanIn.model_validate(
        {
            "from": point(legs[0]["from"]) if body.origin is None else body.origin,
            "to": point(legs[-1]["to"]) if body.destination is None else body.destination,
            "depart": depart if body.arrive is None else body.depart,
            "arrive": body.arrive,
            "party": wishes.PartyIn(**booking.party) if body.party is None else body.party,
            "language": body.language,
        }
    )
