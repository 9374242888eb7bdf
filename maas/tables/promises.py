"""The promise ledger: what riders were promised, and what became of it."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Integer
from sqlmodel import Field, SQLModel


class PromiseEntry(SQLModel, table=True):
    """A promise as it was made, or as it was made anew after an incident.

    The database refuses to change or delete a row. ``cause`` is ``booked``, ``late_vehicle``,
    ``breakdown`` or ``late_connection``; ``vehicle_id`` names the vehicle that is the cause.
    ``fell`` lists the bounds that fell (``pickup``, ``arrival``, ``ride``) with their old and new
    value in seconds; the other columns hold the whole promise as it is from then on. ``served`` is
    false where no vehicle can take the rider any more, and the promise as it was stands for what
    was not kept. No foreign keys: the ledger outlives what it speaks of.
    """

    __tablename__ = "promise_entry"
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    )
    ride_id: str = Field(index=True)
    booking_id: str = Field(index=True)
    at_s: int = Field(sa_type=BigInteger)
    cause: str
    vehicle_id: str | None = None
    served: bool = True
    pickup_earliest_s: int = Field(sa_type=BigInteger)
    pickup_latest_s: int = Field(sa_type=BigInteger)
    arrival_latest_s: int = Field(sa_type=BigInteger)
    ride_limit_s: int
    price_minor: int
    currency: str
    fell: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
