"""Tickets that were checked."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class TicketUse(SQLModel, table=True):
    """A ticket that was checked for one ride: it is checked once.

    ``is_live`` says whether it came with a code of the moment, and not on paper; ``checked_by`` is
    who of the staff did.
    """

    __tablename__ = "ticket_use"
    ride_id: str = Field(primary_key=True, foreign_key="ride.id")
    vehicle_id: str
    checked_by: str
    is_live: bool
    used_s: int = Field(sa_type=BigInteger)
