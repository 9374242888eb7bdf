"""Checkout: one transaction holds the rides, writes the booking, its ticket and its events.

The caller opens the transaction and commits it; whatever fails inside leaves nothing behind.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from maas.accounts import Actor, Permission, mark_of
from maas.bookings import find_booking, rides_of, settle
from maas.bookings import queries as booking_queries
from maas.bookings.phones import plain_number
from maas.checkout.connections import connect
from maas.checkout.keys import Keys
from maas.checkout.mending import settle_ended
from maas.clock import iso
from maas.database import Session
from maas.errors import (
    IdempotencyKeyMissingError,
    IdempotencyKeyReusedError,
    InvalidRequestError,
    NotBookableError,
    NotCancellableError,
    OfferInvalidError,
    RideGoneError,
)
from maas.ids import new_id
from maas.offers import OfferContent, OfferDesk
from maas.operations import Operations, RideOrder
from maas.tables import Booking, IdempotencyKey, Ride
from maas.tables.audit import note
from maas.tables.outbox import record
from maas.tickets import Ticket, sign_ticket

_PAYMENTS = frozenset({"on_board"})
_LONGEST_TEXT = 80
_MOST_FOUND = 20
_TICKET_BEFORE_S = 3600
_TICKET_AFTER_S = 3600


@dataclass(frozen=True)
class BookingRequest:
    """What a rider sends to book.

    Parameters
    ----------
    offer : str
        The chosen offer.
    rider_name, rider_phone : str
        Whom the driver asks for, and how to reach them; the phone may be empty.
    language : str
        ``ja`` or ``en``.
    payment : str
        ``on_board``: the driver takes the money.
    account_id : str
        Whose account it is for; empty for a guest.
    booked_by : str
        Who of the staff books it for somebody; empty for one's own.
    """

    offer: str
    rider_name: str
    rider_phone: str
    language: str = "ja"
    payment: str = "on_board"
    account_id: str = ""
    booked_by: str = ""


class Checkout:
    """Books offers and takes bookings back.

    Parameters
    ----------
    city_id : str
        The city whose offers are taken.
    country : str
        Its country, for telephone numbers.
    desk : OfferDesk
        Reads offers.
    operations : Operations
        Holds rides.
    keys : Keys
        Signs tickets.
    """

    def __init__(
        self, city_id: str, country: str, desk: OfferDesk, operations: Operations, keys: Keys
    ) -> None:
        self._city_id = city_id
        self._country = country
        self._desk = desk
        self._operations = operations
        self._keys = keys

    def book(
        self, session: Session, request: BookingRequest, idempotency_key: str, now_s: int
    ) -> Booking:
        """Book an offer; the same key and request again give the same booking.

        Parameters
        ----------
        session : Session
            A writing session.
        request : BookingRequest
            The rider's choice.
        idempotency_key : str
            The caller's own key for this attempt.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Booking
            Confirmed, with its ticket.

        Raises
        ------
        RideGoneError
            Another rider was faster.
        OfferExpiredError, OfferInvalidError, NotBookableError
            The offer cannot be booked.
        IdempotencyKeyMissingError, IdempotencyKeyReusedError
            The key is missing, or belongs to another request.
        """
        fingerprint = _checked_fingerprint(request, idempotency_key)
        earlier = self._earlier(session, idempotency_key, fingerprint)
        if earlier is not None:
            return earlier
        offer = self._desk.open(request.offer, now_s)
        if offer.city != self._city_id:
            raise OfferInvalidError("This offer was made in another city; search again here.")
        if not offer.rides:
            raise NotBookableError("Nothing on this journey needs booking: just board and pay.")
        self._operations.lock_for(session, offer.rides)
        # Whoever held the lock before us may have been this very request, sent twice.
        earlier = self._earlier(session, idempotency_key, fingerprint)
        if earlier is not None:
            return earlier
        booking = self._write(session, request, offer, now_s)
        for order in offer.rides:
            ride = self._held(session, order, booking.id, now_s)
            connect(session, ride, offer.journey.get("legs", ()))
            record(session, f"booking:{booking.id}", "ride_planned", now_s, ride_id=ride.id)
        self._remember(session, idempotency_key, fingerprint, booking)
        record(session, f"booking:{booking.id}", "booking_confirmed", now_s)
        return booking

    def cancel(self, session: Session, booking_id: str, now_s: int) -> Booking:
        """Cancel a booking nobody has boarded for yet; cancelling again changes nothing.

        Parameters
        ----------
        session : Session
            A writing session.
        booking_id : str
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Booking
            Cancelled; its seats are free again.

        Raises
        ------
        NotFoundError
            There is no such booking.
        NotCancellableError
            A ride has begun or is over.
        """
        self._operations.lock_rides(session, rides_of(session, booking_id))
        booking = find_booking(session, booking_id, lock=True)
        if booking.state == "cancelled":
            return booking
        rides = [ride for ride in rides_of(session, booking_id) if ride.state != "dropped"]
        if booking.state != "confirmed" or any(
            ride.state != "planned" or ride.pickup_latest_s < now_s for ride in rides
        ):
            raise NotCancellableError("This ride has begun or is over; call the operator instead.")
        for ride in rides:
            self._operations.release(session, ride, now_s)
        booking.state = "cancelled"
        booking.cancelled_s = now_s
        record(session, f"booking:{booking.id}", "booking_cancelled", now_s)
        return booking

    def report(
        self, session: Session, vehicle_id: str, stop_id: str, outcome: str, now_s: int
    ) -> Ride:
        """Take down what a driver says of a stop, and complete what it completes.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id, stop_id : str
            The vehicle and the stop of its plan.
        outcome : str
            ``done`` or ``no_show``.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Ride
            The ride, in its new state.
        """
        ride = self._operations.report(session, vehicle_id, stop_id, outcome, now_s)
        settle(session, ride.booking_id)
        return ride

    def report_breakdown(
        self, session: Session, vehicle_id: str, stop_id: str | None, now_s: int
    ) -> None:
        """Take a vehicle out of service, let others take its riders, and complete what ends.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        stop_id : str or None
            Stop at which those on board wait; None for the last one it left.
        now_s : int
            The instant, UTC epoch seconds.
        """
        ended = self._operations.incidents.broke_down(session, vehicle_id, stop_id, now_s)
        settle_ended(session, ended, now_s)

    def report_delay(self, session: Session, vehicle_id: str, late_s: int, now_s: int) -> None:
        """Take down that a vehicle is late, and plan again where that breaks promises.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        late_s : int
            How much later than planned it reaches its next stop, seconds.
        now_s : int
            The instant, UTC epoch seconds.
        """
        ended = self._operations.incidents.is_late(session, vehicle_id, late_s, now_s)
        settle_ended(session, ended, now_s)

    def phone_mark(self, number: str) -> str | None:
        """Compute the mark by which bookings of a telephone number are found.

        Parameters
        ----------
        number : str
            As a person wrote it.

        Returns
        -------
        str or None
            Equal for equal numbers, however they are written; None where it is no number.
        """
        plain = plain_number(number, self._country)
        return mark_of(plain, self._keys.mark) if plain else None

    def find_by_phone(
        self, session: Session, actor: Actor, number: str, purpose: str, now_s: int
    ) -> list[Booking]:
        """Find a caller's bookings, for staff; each is noted as read, with the reason.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Who looks.
        number : str
            The caller's telephone number.
        purpose : str
            Why.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[Booking]
            The newest first.

        Raises
        ------
        InvalidRequestError
            It is no telephone number.
        """
        actor.require(Permission.SERVE_RIDERS)
        mark = self.phone_mark(number)
        if mark is None:
            raise InvalidRequestError(
                "That is no telephone number. Write it like 0761-72-0000 or +81 761 72 0000.",
                field="phone",
            )
        found = list(booking_queries.bookings_by_phone(session, mark, _MOST_FOUND))
        for booking in found:
            note(session, actor.id, "read_person", f"booking:{booking.id}", now_s, purpose)
        return found

    def _earlier(self, session: Session, key: str, fingerprint: str) -> Booking | None:
        """Find what a key already did.

        Parameters
        ----------
        session : Session
            A writing session.
        key, fingerprint : str
            The key, and the hash of the request it comes with.

        Returns
        -------
        Booking or None
            The booking it made; None for a new key.
        """
        used = booking_queries.idempotency_key(session, key)
        if used is None:
            return None
        if used.request_hash != fingerprint:
            raise _reused()
        return find_booking(session, used.booking_id)

    def _remember(self, session: Session, key: str, fingerprint: str, booking: Booking) -> None:
        """Write down what a key did.

        Parameters
        ----------
        session : Session
            A writing session.
        key, fingerprint : str
            The key, and the hash of the request it came with.
        booking : Booking
            What it made.

        Raises
        ------
        IdempotencyKeyReusedError
            Another request wrote the same key meanwhile. It can only be for rides in other areas,
            whose locks are not ours; equal requests wait for each other.
        """
        row = IdempotencyKey(
            key=key,
            request_hash=fingerprint,
            booking_id=booking.id,
            created_s=booking.created_s,
        )
        if not booking_queries.add_idempotency_key(session, row):
            raise _reused()

    def _held(self, session: Session, order: RideOrder, booking_id: str, now_s: int) -> Ride:
        """Hold a ride; a refusal says which leg is gone, and when the next one could be had.

        Parameters
        ----------
        session : Session
            A writing session that holds the lock of the order's area.
        order : RideOrder
            The promise.
        booking_id : str
            Whose ride it is.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Ride
            The ride, planned.
        """
        try:
            return self._operations.hold(session, order, booking_id, now_s)
        except RideGoneError as error:
            error.params["leg"] = order.leg
            next_s = error.params.pop("next_pickup_s", None)
            if next_s is not None:
                error.params["next_pickup"] = iso(next_s, self._operations.zone)
            raise

    def _write(
        self, session: Session, request: BookingRequest, offer: OfferContent, now_s: int
    ) -> Booking:
        """Write the booking with its ticket.

        Parameters
        ----------
        session : Session
            A writing session.
        request : BookingRequest
            The rider's choice.
        offer : OfferContent
            What was offered.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Booking
            In the session.
        """
        booking_id = new_id("bkg")
        ticket = Ticket(
            booking_id=booking_id,
            valid_from_s=min(ride.pickup_earliest_s for ride in offer.rides) - _TICKET_BEFORE_S,
            valid_until_s=max(ride.arrival_latest_s for ride in offer.rides) + _TICKET_AFTER_S,
            seats=offer.rides[0].seats,
            wheelchairs=offer.rides[0].wheelchairs,
        )
        booking = Booking(
            id=booking_id,
            state="confirmed",
            created_s=now_s,
            rider_name=request.rider_name.strip(),
            rider_phone=request.rider_phone.strip(),
            language=request.language,
            party=offer.heads,
            journey=offer.journey,
            price_minor=offer.price_minor,
            currency=offer.currency,
            payment=request.payment,
            ticket=sign_ticket(ticket, self._keys.ticket),
            account_id=request.account_id or None,
            phone_mark=self.phone_mark(request.rider_phone),
            booked_by=request.booked_by,
        )
        session.add(booking)
        session.flush()
        return booking


def _reused() -> IdempotencyKeyReusedError:
    """Say that a key belongs to another request.

    Returns
    -------
    IdempotencyKeyReusedError
        To be raised.
    """
    return IdempotencyKeyReusedError(
        "This Idempotency-Key was used for another request; use a fresh one."
    )


def _checked_fingerprint(request: BookingRequest, idempotency_key: str) -> str:
    """Check what a rider sent, and hash it.

    Parameters
    ----------
    request : BookingRequest
        The rider's choice.
    idempotency_key : str
        The caller's key.

    Returns
    -------
    str
        SHA-256 of the request.
    """
    if not idempotency_key.strip():
        raise IdempotencyKeyMissingError(
            "Send an Idempotency-Key header (any fresh text): a repeated request then books once."
        )
    if len(idempotency_key) > 2 * _LONGEST_TEXT:
        raise InvalidRequestError("The Idempotency-Key is too long; use at most 160 characters.")
    if not request.rider_name.strip() or len(request.rider_name) > _LONGEST_TEXT:
        raise InvalidRequestError("Give a name the driver can ask for (at most 80 characters).")
    if len(request.rider_phone) > _LONGEST_TEXT:
        raise InvalidRequestError("The phone number is too long.")
    if request.payment not in _PAYMENTS:
        raise InvalidRequestError(
            f"Payment {request.payment!r} is not offered here; use on_board.",
            payment=request.payment,
        )
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()
