"""The log of dispatch decisions: what was decided, when, and the plans that came out."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel


class DispatchDecision(SQLModel, table=True):
    """A decision on an area's plans, or with ``kind`` ``state`` how they stood before the next.

    The database refuses changes and deletions of rows. ``arguments`` are what was decided on and
    ``plans`` the plans of the shifts that changed, by shift; identifiers of rides, stops and
    vehicles are in both, and nothing of a person. ``basis`` names the day and the fleet that the
    last ``state`` was written for.
    """

    __tablename__ = "dispatch_decision"
    __table_args__ = (Index("decisions_of_an_area", "area_id", "id"),)
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    )
    area_id: str
    at_s: int = Field(sa_type=BigInteger)
    kind: str
    basis: str
    arguments: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    plans: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class DrivingTable(SQLModel, table=True):
    """A table of driving times that decisions were made on, by its digest; packed as JSON."""

    __tablename__ = "driving_table"
    digest: str = Field(primary_key=True)
    content: str = Field(sa_type=Text)
