"""Checkout: one transaction holds the rides, writes the booking, its ticket and its events.

The caller opens the transaction and commits it; whatever fails inside leaves nothing behind.
"""

from dataclasses import dataclass

from maas.accounts import Actor, Permission, mark_of
from maas.bookings import By, State, begin, move, settle
from maas.bookings import queries as booking_queries
from maas.bookings.phones import plain_number
from maas.checkout.changes import Changes
from maas.checkout.costs import no_show_fee
from maas.checkout.holding import Holder
from maas.checkout.keys import Keys
from maas.checkout.mending import settle_ended
from maas.database import Session
from maas.errors import InvalidRequestError, RideGoneError
from maas.ids import new_id
from maas.offers import OfferContent, OfferDesk
from maas.operations import Operations
from maas.tables import Booking, Ride
from maas.tables.audit import note

LONGEST_NOTE = 300
"""Most characters of a note to the driver."""

_PAYMENTS = frozenset({"on_board"})
_LONGEST_TEXT = 80
_MOST_FOUND = 20


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
    return_offer : str or None
        The chosen way back, booked together with the way there.
    note : str
        What the driver should know.
    """

    offer: str
    rider_name: str
    rider_phone: str
    language: str = "ja"
    payment: str = "on_board"
    account_id: str = ""
    booked_by: str = ""
    return_offer: str | None = None
    note: str = ""


class Checkout:
    """Books offers, and takes down what drivers report.

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

    Attributes
    ----------
    changes : Changes
        Changes bookings and takes them back.
    """

    def __init__(
        self, city_id: str, country: str, desk: OfferDesk, operations: Operations, keys: Keys
    ) -> None:
        self._country = country
        self._holder = Holder(city_id, desk, operations, keys)
        self.changes = Changes(self._holder)
        self._operations = operations
        self._keys = keys

    def book(self, session: Session, request: BookingRequest, now_s: int) -> Booking:
        """Book an offer, and with it the way back where one is asked for: both or none.

        Parameters
        ----------
        session : Session
            A writing session.
        request : BookingRequest
            The rider's choice.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Booking
            Confirmed, with its ticket; the way there of two.

        Raises
        ------
        RideGoneError
            Another rider was faster.
        OfferExpiredError, OfferInvalidError, NotBookableError
            The offer cannot be booked.
        InvalidRequestError
            The rider is not named, or the way back begins before the way there ends.
        """
        _check(request)
        offers = [self._holder.open(request.offer, now_s)]
        if request.return_offer is not None:
            offers.append(self._holder.open(request.return_offer, now_s))
            _check_order(*offers)
        self._operations.lock_for(session, [ride for offer in offers for ride in offer.rides])
        there = self._confirmed(session, request, offers[0], None, now_s)
        for offer in offers[1:]:
            try:
                self._confirmed(session, request, offer, there.id, now_s)
            except RideGoneError as error:
                error.params["way"] = "return"
                raise
        return there

    def _confirmed(
        self,
        session: Session,
        request: BookingRequest,
        offer: OfferContent,
        outbound_id: str | None,
        now_s: int,
    ) -> Booking:
        """Write one booking and hold its rides.

        Parameters
        ----------
        session : Session
            A writing session that holds the locks of the offer's areas.
        request : BookingRequest
            The rider's choice.
        offer : OfferContent
            What was offered.
        outbound_id : str or None
            The booking this is the way back of.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Booking
            Confirmed: who pays on board owes nothing before.
        """
        booking_id = new_id("bkg")
        booking = Booking(
            id=booking_id,
            state=State.QUOTED,
            **self._holder.contents(booking_id, offer),
            created_s=now_s,
            rider_name=request.rider_name.strip(),
            rider_phone=request.rider_phone.strip(),
            language=request.language,
            payment=request.payment,
            account_id=request.account_id or None,
            phone_mark=self.phone_mark(request.rider_phone),
            booked_by=request.booked_by,
            driver_note=request.note.strip() or None,
            outbound_id=outbound_id,
        )
        begin(session, booking, State.HELD, By.RIDER, now_s)
        self._holder.hold(session, booking, offer, now_s)
        move(session, booking, State.CONFIRMED, By.RIDER, now_s)
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
        booking = settle(session, ride.booking_id, By.DRIVER, now_s)
        if ride.state == "no_show" and outcome == "no_show":
            booking.fee_minor += no_show_fee([ride], booking, self._operations.fleet)
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


def _check(request: BookingRequest) -> None:
    """Check what a rider sent.

    Parameters
    ----------
    request : BookingRequest
        The rider's choice.

    Raises
    ------
    InvalidRequestError
        Something is missing or too long.
    """
    if not request.rider_name.strip() or len(request.rider_name) > _LONGEST_TEXT:
        raise InvalidRequestError("Give a name the driver can ask for (at most 80 characters).")
    if len(request.rider_phone) > _LONGEST_TEXT:
        raise InvalidRequestError("The phone number is too long.")
    if len(request.note) > LONGEST_NOTE:
        raise InvalidRequestError(
            f"The note to the driver is too long; use at most {LONGEST_NOTE} characters.",
            field="note",
        )
    if request.payment not in _PAYMENTS:
        raise InvalidRequestError(
            f"Payment {request.payment!r} is not offered here; use on_board.",
            payment=request.payment,
        )


def _check_order(there: OfferContent, back: OfferContent) -> None:
    """Check that a way back begins after the way there.

    Parameters
    ----------
    there, back : OfferContent
        The two ways.

    Raises
    ------
    InvalidRequestError
        It begins before.
    """
    arrives_s = max(ride.arrival_latest_s for ride in there.rides)
    if min(ride.pickup_earliest_s for ride in back.rides) < arrives_s:
        raise InvalidRequestError(
            "The way back begins before the way there ends; choose a later way back.",
            field="return_offer",
        )
