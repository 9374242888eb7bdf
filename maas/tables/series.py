"""Rides that come back every week, and what became of each day."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from maas.tables.sealed import Sealed, SealedJson


class Series(SQLModel, table=True):
    """A ride on the same days of every week; each day becomes a booking of its own.

    ``state`` is ``active`` or ``ended``. ``wish`` is from where to where, when and with whom; it
    lies sealed, as do the rider and the note. ``weekdays`` are 0 for Monday to 6 for Sunday;
    ``except_on`` are days without a ride, in ISO 8601. ``trip_id`` is the on-demand service whose
    policy says how long before a day is booked.
    """

    __tablename__ = "series"
    id: str = Field(primary_key=True)
    state: str = "active"
    created_s: int = Field(sa_type=BigInteger)
    trip_id: str
    wish: dict[str, Any] = Field(sa_type=SealedJson)
    rider_name: str = Field(sa_type=Sealed)
    rider_phone: str = Field(sa_type=Sealed)
    driver_note: str | None = Field(default=None, sa_type=Sealed)
    language: str
    payment: str
    account_id: str | None = Field(default=None, index=True)
    booked_by: str = ""
    weekdays: list[int] = Field(sa_column=Column(JSON, nullable=False))
    first: date
    until: date
    except_on: list[str] = Field(sa_column=Column(JSON, nullable=False))
    on_holidays: bool = False


class SeriesDay(SQLModel, table=True):
    """What became of a day of a series.

    ``state`` is ``booked``, ``refused`` (``code`` says why) or ``skipped``.
    """

    __tablename__ = "series_day"
    __table_args__ = (UniqueConstraint("series_id", "day", name="one_ride_a_day"),)
    id: str = Field(primary_key=True)
    series_id: str = Field(foreign_key="series.id", index=True)
    day: date
    state: str
    booking_id: str | None = Field(default=None, foreign_key="booking.id", index=True)
    code: str = ""
