"""Taking an offer: its rides are held, its ticket is signed, its connections are remembered."""

from dataclasses import dataclass
from typing import Any

from maas.checkout.connections import connect
from maas.checkout.keys import Keys
from maas.clock import iso
from maas.database import Session
from maas.errors import NotBookableError, OfferInvalidError, RideGoneError
from maas.offers import OfferContent, OfferDesk
from maas.operations import Operations, RideOrder
from maas.tables import Booking, Ride
from maas.tables.outbox import record
from maas.tickets import Ticket, sign_ticket

_TICKET_BEFORE_S = 3600
_TICKET_AFTER_S = 3600


@dataclass(frozen=True)
class Holder:
    """Holds what offers promise.

    Parameters
    ----------
    city_id : str
        The city whose offers are taken.
    desk : OfferDesk
        Reads offers.
    operations : Operations
        Holds rides.
    keys : Keys
        Signs tickets.
    """

    city_id: str
    desk: OfferDesk
    operations: Operations
    keys: Keys

    def open(self, token: str, now_s: int, changes: str | None = None) -> OfferContent:
        """Read an offer that can be booked here.

        Parameters
        ----------
        token : str
            The offer.
        now_s : int
            The instant, UTC epoch seconds.
        changes : str or None
            The booking it must have been made to change; None for a new booking.

        Returns
        -------
        OfferContent
            What it promises.

        Raises
        ------
        OfferExpiredError, OfferInvalidError, NotBookableError
            It cannot be booked.
        """
        offer = self.desk.open(token, now_s)
        if offer.city != self.city_id:
            raise OfferInvalidError("This offer was made in another city; search again here.")
        if not offer.rides:
            raise NotBookableError("Nothing on this journey needs booking: just board and pay.")
        if offer.changes != changes:
            raise OfferInvalidError(
                "This offer was made to change another booking; ask again for this one."
                if offer.changes
                else "This offer is for a new booking; ask how this one can be changed."
            )
        return offer

    def hold(self, session: Session, booking: Booking, offer: OfferContent, now_s: int) -> None:
        """Hold the rides of an offer for a booking, all or none.

        Parameters
        ----------
        session : Session
            A writing session that holds the locks of the offer's areas.
        booking : Booking
            Written already.
        offer : OfferContent
            The offer.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        RideGoneError
            Another rider was faster.
        """
        for order in offer.rides:
            ride = self._held(session, order, booking.id, now_s)
            connect(session, ride, offer.journey.get("legs", ()))
            record(session, f"booking:{booking.id}", "ride_planned", now_s, ride_id=ride.id)

    def ticket(self, booking_id: str, offer: OfferContent) -> str:
        """Sign the ticket of an offer.

        Parameters
        ----------
        booking_id : str
            The booking.
        offer : OfferContent
            What it is for.

        Returns
        -------
        str
            The ticket.
        """
        first = offer.rides[0]
        ticket = Ticket(
            booking_id=booking_id,
            valid_from_s=min(ride.pickup_earliest_s for ride in offer.rides) - _TICKET_BEFORE_S,
            valid_until_s=max(ride.arrival_latest_s for ride in offer.rides) + _TICKET_AFTER_S,
            seats=first.seats + first.child_seats,
            wheelchairs=first.wheelchairs,
        )
        return sign_ticket(ticket, self.keys.ticket)

    def contents(self, booking_id: str, offer: OfferContent) -> dict[str, Any]:
        """Say what an offer writes into a booking.

        Parameters
        ----------
        booking_id : str
            The booking.
        offer : OfferContent
            The offer.

        Returns
        -------
        dict[str, Any]
            Its fields: who rides, how, for how much, and the ticket.
        """
        return {
            "party": offer.heads,
            "journey": offer.journey,
            "price_minor": offer.price_minor,
            "currency": offer.currency,
            "ticket": self.ticket(booking_id, offer),
        }

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
            return self.operations.hold(session, order, booking_id, now_s)
        except RideGoneError as error:
            error.params["leg"] = order.leg
            next_s = error.params.pop("next_pickup_s", None)
            if next_s is not None:
                error.params["next_pickup"] = iso(next_s, self.operations.zone)
            raise
