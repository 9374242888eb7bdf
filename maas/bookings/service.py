"""The life of a booking."""

from collections.abc import Sequence

from maas.bookings import queries
from maas.database import Session
from maas.errors import NotFoundError
from maas.tables import Booking, Ride

_SETTLED = frozenset({"completed", "no_show", "cancelled", "interrupted", "dropped"})
_DRIVEN = frozenset({"completed", "no_show", "interrupted"})


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


def settle(session: Session, booking_id: str) -> None:
    """Complete a confirmed booking when all its rides are over; without any it is cancelled.

    Parameters
    ----------
    session : Session
        A writing session.
    booking_id : str
        The booking.
    """
    booking = find_booking(session, booking_id, lock=True)
    rides = queries.rides(session, booking_id)
    if booking.state == "confirmed" and all(ride.state in _SETTLED for ride in rides):
        driven = any(ride.state in _DRIVEN for ride in rides)
        booking.state = "completed" if driven else "cancelled"
