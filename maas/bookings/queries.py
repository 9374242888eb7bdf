"""The SQL of bookings."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select, update

from maas.tables import Booking, Ride, Series, Shift, Vehicle
from maas.tables.once import forget_answers


def booking(session: Session, booking_id: str, *, lock: bool = False) -> Booking | None:
    """Read a booking.

    Parameters
    ----------
    session : Session
        Any session; a writing one to lock.
    booking_id : str
        Its identifier.
    lock : bool
        Hold its row until the transaction ends.

    Returns
    -------
    Booking or None
        None where there is none.
    """
    query = select(Booking).where(Booking.id == booking_id)
    query = query.execution_options(populate_existing=True)
    return session.exec(query.with_for_update() if lock else query).one_or_none()


def bookings_of(
    session: Session, account_id: str, before: str | None, limit: int | None
) -> Sequence[Booking]:
    """Read the bookings of an account.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        The account.
    before : str or None
        Those made before this one; None for the newest.
    limit : int or None
        Most of them; None for all.

    Returns
    -------
    Sequence[Booking]
        The newest first.
    """
    query = select(Booking).where(Booking.account_id == account_id)
    if before is not None:
        query = query.where(col(Booking.id) < before)
    return session.exec(query.order_by(col(Booking.id).desc()).limit(limit)).all()


def waits_for_rides(session: Session, account_id: str, over: Iterable[str]) -> bool:
    """Tell whether an account has bookings that are not over.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        The account.
    over : Iterable[str]
        States nothing leads out of.

    Returns
    -------
    bool
        True for one or more.
    """
    query = select(Booking.id).where(
        Booking.account_id == account_id, col(Booking.state).not_in(list(over))
    )
    return session.exec(query.limit(1)).first() is not None


def forget_rider(session: Session, account_id: str) -> None:
    """Erase who rode from the bookings and series of an account; that somebody did stays.

    Answers kept for repeated requests name the rider too: they go with their keys.

    Parameters
    ----------
    session : Session
        A writing session.
    account_id : str
        The account.
    """
    nobody = {"rider_name": "", "rider_phone": "", "phone_mark": None, "driver_note": None}
    mine = select(Booking.id).where(Booking.account_id == account_id)
    forget_answers(session, session.exec(mine).all(), account_id)
    booked = update(Booking).where(col(Booking.account_id) == account_id)
    session.exec(booked.values(account_id=None, **nobody))
    nobody.pop("phone_mark")
    coming_back = update(Series).where(col(Series.account_id) == account_id)
    session.exec(coming_back.values(account_id=None, state="ended", wish={"time": ""}, **nobody))


def bookings_by_phone(session: Session, mark: str, limit: int) -> Sequence[Booking]:
    """Read the bookings made with a telephone number.

    Parameters
    ----------
    session : Session
        Any session.
    mark : str
        The number's mark.
    limit : int
        Most of them.

    Returns
    -------
    Sequence[Booking]
        The newest first.
    """
    query = select(Booking).where(Booking.phone_mark == mark)
    return session.exec(query.order_by(col(Booking.id).desc()).limit(limit)).all()


def other_way_of(session: Session, booking: Booking) -> Booking | None:
    """Read the booking of the other way, of two that were booked together.

    Parameters
    ----------
    session : Session
        Any session.
    booking : Booking
        The way there or back.

    Returns
    -------
    Booking or None
        None where only one way was booked.
    """
    other = Booking.outbound_id == booking.id
    if booking.outbound_id is not None:
        other = Booking.id == booking.outbound_id
    return session.exec(select(Booking).where(other)).one_or_none()


def rides(session: Session, booking_id: str) -> Sequence[Ride]:
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
    return session.exec(
        select(Ride)
        .where(Ride.booking_id == booking_id)
        .order_by(col(Ride.leg))
        .execution_options(populate_existing=True)
    ).all()


def vehicle_of_ride(session: Session, ride: Ride) -> Vehicle:
    """Read the vehicle a ride is planned on.

    Parameters
    ----------
    session : Session
        Any session.
    ride : Ride
        The ride.

    Returns
    -------
    Vehicle
        The vehicle.
    """
    return session.exec(
        select(Vehicle)
        .join(Shift, col(Shift.vehicle_id) == col(Vehicle.id))
        .where(Shift.id == ride.shift_id)
    ).one()
