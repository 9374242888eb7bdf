"""The life of a booking."""

from collections.abc import Sequence

from maas.bookings import queries
from maas.bookings.states import OVER, By, State, follow_rides
from maas.database import Session
from maas.errors import BookingsOpenError, NotFoundError
from maas.tables import Booking, Ride


def find_booking(session: Session, booking_id: str, *, lock: bool = False) -> Booking:
    """Read a booking that must be there.

    Parameters
    ----------
    session : Session
        Any session; a writing one to lock.
    booking_id : str
        Its identifier, which is also the key to it.
    lock : bool
        Hold its row until the transaction ends.

    Returns
    -------
    Booking
        The booking.

    Raises
    ------
    NotFoundError
        There is none.
    """
    booking = queries.booking(session, booking_id, lock=lock)
    if booking is None:
        raise NotFoundError("There is no such booking; check the address of the ticket page.")
    return booking


def rides_of(session: Session, booking_id: str) -> Sequence[Ride]:
    """Read the rides of a booking.

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
    return queries.rides(session, booking_id)


def settle(session: Session, booking_id: str, by: By, now_s: int) -> Booking:
    """Move a booking to where its rides are.

    Parameters
    ----------
    session : Session
        A writing session.
    booking_id : str
        The booking.
    by : By
        Who reported what became of the rides.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    Booking
        The booking, as it is now.
    """
    booking = find_booking(session, booking_id, lock=True)
    follow_rides(session, booking, queries.rides(session, booking_id), by, now_s)
    if booking.state == State.CANCELLED and booking.cancelled_s is None:
        booking.cancelled_s = now_s
    return booking


def forget_rider(session: Session, account_id: str) -> None:
    """Erase who rode from the bookings of an account that closes.

    Parameters
    ----------
    session : Session
        A writing session.
    account_id : str
        The account.

    Raises
    ------
    BookingsOpenError
        There are rides to come, and the driver needs a name to ask for.
    """
    if queries.waits_for_rides(session, account_id, OVER):
        raise BookingsOpenError("You have booked rides that are still to come. Cancel them first.")
    queries.forget_rider(session, account_id)
