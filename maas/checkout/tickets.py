"""Tickets shown and checked: a code of the moment beside the ticket, and one use for each ride."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from maas.bookings import find_booking, rides_of
from maas.checkout.keys import Keys, ticket_keys
from maas.clock import iso
from maas.database import Session
from maas.errors import (
    NotFoundError,
    TicketElsewhereError,
    TicketInvalidError,
    TicketStaleError,
    TicketUsedError,
)
from maas.operations import Operations, days_around, manifest
from maas.tables import Booking, Ride, Shift, TicketUse
from maas.tickets import STEP_S, code_at, is_fresh, verify_ticket, with_code, without_code

_STANDING = frozenset({"confirmed", "boarded"})
_WAITING = frozenset({"planned", "on_board"})
_DIGITS = 6
_AHEAD = 20
"""Codes a page gets at once: it goes on for ten minutes without a connection."""


@dataclass(frozen=True)
class Checked:
    """A ticket that is good, and for what.

    Parameters
    ----------
    ride : Ride
        The ride it was used for.
    is_live : bool
        Whether it came with a code of the moment; otherwise it may be a copy of somebody's paper.
    """

    ride: Ride
    is_live: bool


class TicketDesk:
    """Shows tickets and checks them.

    Parameters
    ----------
    operations : Operations
        Knows which vehicle drives what.
    keys : Keys
        Make the codes.
    """

    def __init__(self, operations: Operations, keys: Keys) -> None:
        self._operations = operations
        self._keys = keys

    def codes(self, booking: Booking, now_s: int) -> list[tuple[str, int]]:
        """Compute the codes of the next minutes.

        Parameters
        ----------
        booking : Booking
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[tuple[str, int]]
            Each with the instant it begins at; none where there is nothing left to ride.
        """
        if booking.state not in _STANDING:
            return []
        first_s = now_s - now_s % STEP_S
        begins = [first_s + number * STEP_S for number in range(_AHEAD)]
        return [(code_at(self._keys.mark, booking.id, at_s), at_s) for at_s in begins]

    def live_text(self, booking: Booking, now_s: int) -> str:
        """Write a ticket with the code of the moment.

        Parameters
        ----------
        booking : Booking
            The booking.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        str
            Text of a QR code.
        """
        return with_code(booking.ticket, code_at(self._keys.mark, booking.id, now_s))

    def check(
        self, session: Session, vehicle_id: str, text: str, checked_by: str, now_s: int
    ) -> Checked:
        """Check a ticket at a vehicle's door, and use it up for one ride.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        text : str
            What was scanned, or the six digits that the rider's page shows.
        checked_by : str
            Who of the staff checks.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Checked
            The ride.

        Raises
        ------
        TicketInvalidError
            It is none, not for now, was replaced, or its booking does not stand any more.
        TicketStaleError
            Its code is not of this moment.
        TicketElsewhereError
            Another vehicle takes its rider.
        TicketUsedError
            It was checked before.
        """
        text = text.strip()
        digits = text.replace(" ", "").replace("-", "")
        if len(digits) == _DIGITS and digits.isascii() and digits.isdigit():
            booking, is_live = self._by_code(session, vehicle_id, digits, now_s), True
            text = booking.ticket
        else:
            booking, is_live = self._by_text(session, text, now_s)
        verify_ticket(booking.ticket, ticket_keys(session), now_s)
        booking = find_booking(session, booking.id, lock=True)
        if booking.state not in _STANDING:
            raise TicketInvalidError(
                f"This booking is {booking.state}: its ticket is not valid any more.",
                state=booking.state,
            )
        ride = self._unused(session, booking, vehicle_id)
        session.add(
            TicketUse(
                ride_id=ride.id,
                vehicle_id=vehicle_id,
                checked_by=checked_by,
                is_live=is_live,
                used_s=now_s,
            )
        )
        return Checked(ride, is_live)

    def _by_text(self, session: Session, text: str, now_s: int) -> tuple[Booking, bool]:
        """Find the booking of a scanned ticket.

        Parameters
        ----------
        session : Session
            A writing session.
        text : str
            What was scanned.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        tuple[Booking, bool]
            The booking, and whether the ticket came with a code of the moment.
        """
        signed, code = without_code(text)
        ticket = verify_ticket(signed, ticket_keys(session), now_s)
        if code is not None and not is_fresh(self._keys.mark, ticket.booking_id, code, now_s):
            raise TicketStaleError(
                "This is a picture of a ticket. Ask the rider to open the ticket page itself."
            )
        try:
            booking = find_booking(session, ticket.booking_id)
        except NotFoundError as error:
            raise TicketInvalidError("There is no booking for this ticket.") from error
        if booking.ticket != signed:
            raise TicketInvalidError("The booking was changed; ask for the ticket it has now.")
        return booking, code is not None

    def _by_code(self, session: Session, vehicle_id: str, code: str, now_s: int) -> Booking:
        """Find which of a vehicle's riders shows a code now.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        code : str
            Six digits.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Booking
            The booking.
        """
        for day in days_around(now_s, self._operations.zone):
            for _, _, booking in manifest(session, vehicle_id, day):
                if is_fresh(self._keys.mark, booking.id, code, now_s):
                    return booking
        raise TicketStaleError(
            "No rider of this vehicle shows this code now. Type the one on the page at this moment."
        )

    def _unused(self, session: Session, booking: Booking, vehicle_id: str) -> Ride:
        """Find the ride of a booking that its ticket has not been used for.

        Parameters
        ----------
        session : Session
            A writing session that holds the booking's row.
        booking : Booking
            The booking.
        vehicle_id : str
            The vehicle.

        Returns
        -------
        Ride
            The first of them, by leg.
        """
        waiting = [ride for ride in rides_of(session, booking.id) if ride.state in _WAITING]
        vehicles = _vehicles(session, waiting)
        here = [ride for ride in waiting if vehicles[ride.shift_id] == vehicle_id]
        if not here:
            raise TicketElsewhereError(
                "Another vehicle takes this rider; the ticket page says which.",
                vehicles=sorted(set(vehicles.values())),
            )
        used = {use.ride_id: use for use in _uses(session, here)}
        for ride in here:
            if ride.id not in used:
                return ride
        last = max(used.values(), key=lambda use: use.used_s)
        at = iso(last.used_s, self._operations.zone)
        raise TicketUsedError(f"This ticket was checked here at {at} already.", at=at)


def _vehicles(session: Session, rides: Sequence[Ride]) -> dict[str, str]:
    """Read which vehicles drive some rides.

    Parameters
    ----------
    session : Session
        Any session.
    rides : Sequence[Ride]
        The rides.

    Returns
    -------
    dict[str, str]
        Vehicle by shift.
    """
    query = select(Shift).where(col(Shift.id).in_([ride.shift_id for ride in rides]))
    return {shift.id: shift.vehicle_id for shift in session.exec(query)}


def _uses(session: Session, rides: Sequence[Ride]) -> Sequence[TicketUse]:
    """Read which rides a ticket was used for.

    Parameters
    ----------
    session : Session
        Any session.
    rides : Sequence[Ride]
        The rides.

    Returns
    -------
    Sequence[TicketUse]
        Those there are.
    """
    query = select(TicketUse).where(col(TicketUse.ride_id).in_([ride.id for ride in rides]))
    return session.exec(query).all()
