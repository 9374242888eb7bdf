"""Buses and trains that rides wait for, or must make."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class RideConnection(SQLModel, table=True):
    """A ride tied to a run of a line.

    ``kind`` is ``feeds`` (the ride waits for it at its pickup) or ``onward`` (the ride must make
    it). ``planned_s`` is its arrival or departure at ``stop_id`` as the rider was told, UTC epoch
    seconds; ``late_s`` how much later it is expected now, as far as the ride's promise has moved
    with it. ``state`` is ``kept`` or ``lost``: the ride could not follow, or the run was cancelled.
    """

    __tablename__ = "ride_connection"
    id: str = Field(primary_key=True)
    ride_id: str = Field(foreign_key="ride.id", index=True)
    kind: str
    trip_id: str
    service_day: date
    stop_id: str
    planned_s: int = Field(sa_type=BigInteger)
    late_s: int = 0
    state: str = "kept"
