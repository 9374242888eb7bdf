"""Bookings and the rides inside them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field, SQLModel

from maas.tables.sealed import Sealed, SealedJson


class Booking(SQLModel, table=True):
    """What a rider was promised and owes.

    ``state`` is one of `maas.bookings.states`; the database refuses moves that are none.
    ``journey`` is the journey as it was offered (the document of POST /v1/plans), ``party`` counts
    heads by kind, child seats and luggage. Whose it is, from where to where, and the note to the
    driver lie sealed; ``phone_mark`` finds a number without showing it. ``account_id`` is whose
    account it was made with, ``booked_by`` who of the staff booked it. ``fee_minor`` is what
    changing or cancelling it has cost. ``outbound_id`` names the booking this is the way back of.
    """

    __tablename__ = "booking"
    id: str = Field(primary_key=True)
    state: str
    created_s: int = Field(sa_type=BigInteger)
    rider_name: str = Field(sa_type=Sealed)
    rider_phone: str = Field(sa_type=Sealed)
    language: str
    party: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    journey: dict[str, Any] = Field(sa_type=SealedJson)
    price_minor: int
    currency: str
    payment: str
    ticket: str
    cancelled_s: int | None = Field(default=None, sa_type=BigInteger)
    account_id: str | None = Field(default=None, index=True)
    phone_mark: str | None = Field(default=None, index=True)
    booked_by: str = ""
    driver_note: str | None = Field(default=None, sa_type=Sealed)
    fee_minor: int = 0
    outbound_id: str | None = Field(default=None, index=True)


class Ride(SQLModel, table=True):
    """One on-demand ride of a booking, with the promise no later plan may break.

    ``state`` is ``planned``, ``on_board``, ``completed``, ``no_show``, ``cancelled``, ``replaced``
    (the rider changed the booking), ``interrupted`` (the vehicle broke down; the ride that names
    this one in ``continues`` goes on from there) or ``dropped`` (no vehicle can take it any more).
    All ``_s`` instants are UTC epoch seconds; ``ride_limit_s`` is the longest time on board.
    """

    __tablename__ = "ride"
    id: str = Field(primary_key=True)
    booking_id: str = Field(foreign_key="booking.id", index=True)
    shift_id: str = Field(foreign_key="shift.id", index=True)
    leg: int
    trip_id: str
    from_stop_id: str
    to_stop_id: str
    seats: int
    wheelchairs: int
    pickup_earliest_s: int = Field(sa_type=BigInteger)
    pickup_latest_s: int = Field(sa_type=BigInteger)
    arrival_latest_s: int = Field(sa_type=BigInteger)
    ride_limit_s: int
    state: str = "planned"
    continues: str | None = None
    child_seats: int = 0
    luggage: int = 0
