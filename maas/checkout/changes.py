"""Changing and cancelling: the cost first, then the change; what cannot be had changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maas.bookings import By, State, find_booking, move, other_way_of, rides_of
from maas.checkout.costs import Cost, cost_of_cancelling, cost_of_changing
from maas.checkout.holding import Holder
from maas.database import Session
from maas.offers import Changing, PlanRequest
from maas.tables import Booking, Ride
from maas.tables.outbox import record

_GIVEN_UP = frozenset({"replaced", "dropped"})


@dataclass(frozen=True)
class Changes:
    """Changes bookings and takes them back, under the policies of their areas.

    Parameters
    ----------
    holder : Holder
        Holds what offers promise.
    """

    holder: Holder

    def cost_of_cancelling(self, session: Session, booking_id: str, now_s: int) -> Cost:
        """Tell what cancelling a booking costs now.

        Parameters
        ----------
        session : Session
            Any session.
        booking_id : str
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Cost
            The cost.

        Raises
        ------
        NotFoundError
            There is no such booking.
        NotCancellableError
            A ride has begun or is over.
        """
        return self._cancelling(session, find_booking(session, booking_id), now_s)

    def cancel(
        self, session: Session, booking_id: str, now_s: int, fee_minor: int | None = None
    ) -> Booking:
        """Cancel a booking nobody has boarded for yet; cancelling again changes nothing.

        Parameters
        ----------
        session : Session
            A writing session.
        booking_id : str
            The booking.
        now_s : int
            The instant, UTC epoch seconds.
        fee_minor : int or None
            The fee that was shown, minor units; None where nobody was shown any.

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
        CostChangedError
            It costs something else than was shown.
        """
        operations = self.holder.operations
        operations.lock_rides(session, rides_of(session, booking_id))
        booking = find_booking(session, booking_id, lock=True)
        if booking.state == State.CANCELLED:
            return booking
        cost = self._cancelling(session, booking, now_s)
        cost.accept(fee_minor)
        for ride in standing(session, booking_id):
            operations.release(session, ride, now_s)
        booking.cancelled_s = now_s
        booking.fee_minor += cost.fee_minor
        move(session, booking, State.CANCELLED, By.RIDER, now_s)
        return booking

    def cost_of_changing(self, session: Session, booking_id: str, now_s: int) -> Cost:
        """Tell what changing a booking costs now, beside the difference of the price.

        Parameters
        ----------
        session : Session
            Any session.
        booking_id : str
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Cost
            The cost.

        Raises
        ------
        NotFoundError
            There is no such booking.
        NotChangeableError
            A ride has begun or is over, or begins too soon.
        """
        return self._changing(session, find_booking(session, booking_id), now_s)

    def offers(
        self, session: Session, booking_id: str, wish: PlanRequest, now_s: int
    ) -> dict[str, Any]:
        """Look for what a booking could become; its own seats count as free.

        Parameters
        ----------
        session : Session
            A reading session.
        booking_id : str
            The booking.
        wish : PlanRequest
            What is wished instead.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/plans; its offers can only change this booking.
        """
        ride_ids = frozenset(ride.id for ride in standing(session, booking_id))
        return self.holder.desk.plan(session, wish, now_s, Changing(booking_id, ride_ids))

    def change(
        self,
        session: Session,
        booking_id: str,
        token: str,
        now_s: int,
        fee_minor: int | None = None,
    ) -> Booking:
        """Give up a booking's rides for those of an offer; where these cannot be had, keep them.

        Parameters
        ----------
        session : Session
            A writing session; the caller rolls it back on any error, and the old rides stand.
        booking_id : str
            The booking.
        token : str
            An offer of `offers`.
        now_s : int
            The instant, UTC epoch seconds.
        fee_minor : int or None
            The fee that was shown, minor units; None where nobody was shown any.

        Returns
        -------
        Booking
            The same booking, with new rides, price and ticket.

        Raises
        ------
        NotFoundError
            There is no such booking.
        NotChangeableError
            A ride has begun or is over, or begins too soon.
        CostChangedError
            It costs something else than was shown.
        RideGoneError
            Another rider was faster.
        OfferExpiredError, OfferInvalidError, NotBookableError
            The offer cannot be taken.
        """
        operations = self.holder.operations
        booking = find_booking(session, booking_id)
        offer = self.holder.open(token, now_s, changes=booking_id)
        operations.lock_for(session, offer.rides, rides_of(session, booking_id))
        booking = find_booking(session, booking_id, lock=True)
        cost = self._changing(session, booking, now_s)
        cost.accept(fee_minor)
        for ride in standing(session, booking_id):
            operations.release(session, ride, now_s)
            ride.state = "replaced"
        for name, value in self.holder.contents(booking_id, offer).items():
            setattr(booking, name, value)
        session.flush()
        self.holder.hold(session, booking, offer, now_s)
        booking.fee_minor += cost.fee_minor
        record(session, f"booking:{booking.id}", "booking_changed", now_s)
        return booking

    def _cancelling(self, session: Session, booking: Booking, now_s: int) -> Cost:
        """Tell what cancelling costs.

        Parameters
        ----------
        session : Session
            Any session.
        booking : Booking
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Cost
            The cost.
        """
        return cost_of_cancelling(
            booking,
            standing(session, booking.id),
            self.holder.operations.fleet,
            now_s,
            two_ways=_two_ways(session, booking),
        )

    def _changing(self, session: Session, booking: Booking, now_s: int) -> Cost:
        """Tell what changing costs.

        Parameters
        ----------
        session : Session
            Any session.
        booking : Booking
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Cost
            The cost.
        """
        return cost_of_changing(
            booking,
            standing(session, booking.id),
            self.holder.operations.fleet,
            now_s,
            two_ways=_two_ways(session, booking),
        )


def standing(session: Session, booking_id: str) -> Sequence[Ride]:
    """Read the rides of a booking that have not been given up.

    Parameters
    ----------
    session : Session
        Any session.
    booking_id : str
        The booking.

    Returns
    -------
    Sequence[Ride]
        In order of the journey's legs.
    """
    return [ride for ride in rides_of(session, booking_id) if ride.state not in _GIVEN_UP]


def _two_ways(session: Session, booking: Booking) -> bool:
    """Tell whether the other way is booked too.

    Parameters
    ----------
    session : Session
        Any session.
    booking : Booking
        One way.

    Returns
    -------
    bool
        True while the other one stands.
    """
    other = other_way_of(session, booking)
    return other is not None and other.state == State.CONFIRMED


def priced_changes(plan: dict[str, Any], booking: Booking, cost: Cost) -> dict[str, Any]:
    """Say at every journey what changing to it costs.

    Parameters
    ----------
    plan : dict[str, Any]
        As `Changes.offers` gave it.
    booking : Booking
        The booking.
    cost : Cost
        The cost of giving up its rides.

    Returns
    -------
    dict[str, Any]
        The plan with the difference, the fee and the total at each journey that can be booked.
    """

    def amount(minor: int) -> dict[str, Any]:
        return {"amount_minor": minor, "currency": booking.currency}

    def priced(journey: dict[str, Any]) -> dict[str, Any]:
        if not journey["bookable"]:
            return journey
        price_minor = journey["price"]["amount_minor"]
        owed_minor = price_minor + booking.fee_minor + cost.fee_minor
        change = {
            "difference": amount(price_minor - booking.price_minor),
            "fee": amount(cost.fee_minor),
            "total": amount(owed_minor),
        }
        return journey | {"change": change}

    journeys = [priced(journey) for journey in plan["journeys"]]
    return plan | {"journeys": journeys, "current": amount(booking.price_minor)}
