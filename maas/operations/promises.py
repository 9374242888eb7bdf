"""The promise ledger: every promise as it was made, every one that fell, in rows that stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from dispatch.incidents import Fallen
from maas.database import Session
from maas.tables import Booking, PromiseEntry, Ride
from maas.tables.outbox import record

BOOKED = "booked"


@dataclass(frozen=True)
class Cause:
    """Why a promise is made, or made anew.

    Parameters
    ----------
    code : str
        ``booked``, ``late_vehicle``, ``breakdown`` or ``late_connection``.
    vehicle_id : str or None
        The vehicle that is the cause.
    """

    code: str
    vehicle_id: str | None = None


def enter_promise(session: Session, ride: Ride, now_s: int) -> None:
    """Write down what a rider is promised with a booking.

    Parameters
    ----------
    session : Session
        The session in which the ride is held.
    ride : Ride
        The ride.
    now_s : int
        The instant, UTC epoch seconds.
    """
    session.add(_entry(session, ride, Cause(BOOKED), now_s, []))


def enter_change(
    session: Session,
    ride: Ride,
    cause: Cause,
    now_s: int,
    fell: Sequence[Fallen] = (),
    *,
    served: bool = True,
) -> None:
    """Write down that a promise was made anew, and tell the rider.

    Parameters
    ----------
    session : Session
        The session in which it was.
    ride : Ride
        The ride, with its new promise.
    cause : Cause
        Why.
    now_s : int
        The instant, UTC epoch seconds.
    fell : Sequence[Fallen]
        The bounds that fell, old and new.
    served : bool
        False where no vehicle can take the rider any more.
    """
    bounds = [{"bound": str(f.bound), "old_s": f.old_s, "new_s": f.new_s} for f in fell]
    session.add(_entry(session, ride, cause, now_s, bounds, served=served))
    record(
        session,
        f"booking:{ride.booking_id}",
        "promise_changed" if served else "ride_dropped",
        now_s,
        ride_id=ride.id,
        cause=cause.code,
    )


def promise_entries(session: Session, ride_id: str) -> Sequence[PromiseEntry]:
    """Read what the ledger holds of a ride.

    Parameters
    ----------
    session : Session
        Any session.
    ride_id : str
        The ride.

    Returns
    -------
    Sequence[PromiseEntry]
        The oldest first.
    """
    return session.exec(
        select(PromiseEntry).where(PromiseEntry.ride_id == ride_id).order_by(col(PromiseEntry.id))
    ).all()


def _entry(
    session: Session,
    ride: Ride,
    cause: Cause,
    now_s: int,
    fell: list[dict[str, Any]],
    *,
    served: bool = True,
) -> PromiseEntry:
    """Make an entry of a ride as it is promised now.

    Parameters
    ----------
    session : Session
        Knows the booking with its price.
    ride : Ride
        The ride.
    cause : Cause
        Why.
    now_s : int
        The instant, UTC epoch seconds.
    fell : list[dict[str, Any]]
        Bounds that fell.
    served : bool
        Whether a vehicle will come.

    Returns
    -------
    PromiseEntry
        Not yet in the session.
    """
    booking = session.get_one(Booking, ride.booking_id)
    return PromiseEntry(
        ride_id=ride.id,
        booking_id=ride.booking_id,
        at_s=now_s,
        cause=cause.code,
        vehicle_id=cause.vehicle_id,
        served=served,
        pickup_earliest_s=ride.pickup_earliest_s,
        pickup_latest_s=ride.pickup_latest_s,
        arrival_latest_s=ride.arrival_latest_s,
        ride_limit_s=ride.ride_limit_s,
        price_minor=booking.price_minor,
        currency=booking.currency,
        fell=fell,
    )
