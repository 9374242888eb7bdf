"""Service areas, vehicles, and what each vehicle is to do on each shift."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class ServiceArea(SQLModel, table=True):
    """An on-demand service with its rules; its row is the lock that holds one seat for one rider.

    ``rules`` are the area's parameters as in fleet.toml (seconds and per cent).
    """

    __tablename__ = "service_area"
    id: str = Field(primary_key=True)
    name: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    route_ids: list[str] = Field(sa_column=Column(JSON, nullable=False))
    rules: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))


class Vehicle(SQLModel, table=True):
    """A vehicle of an area: places, kind, depot and the hours it drives.

    ``hours`` are ``start_s``, ``end_s``, ``days`` and, where there are any, ``halts``: breaks and
    charges with ``earliest_s``, ``latest_s``, ``duration_s``, ``stop_id``, ``charges``. Up
    to ``child_seats`` of its seats can be turned into seats for a small child. ``owner_id`` is the
    organisation that lends it; then ``days`` is the one day of the loan.
    """

    __tablename__ = "vehicle"
    id: str = Field(primary_key=True)
    area_id: str = Field(foreign_key="service_area.id", index=True)
    name: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    kind: str
    seats: int
    wheelchair_places: int
    depot_stop_id: str
    electric_range_m: int | None = None
    hours: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    in_service: bool = True
    child_seats: int = 0
    owner_id: str | None = Field(default=None, index=True)


class Shift(SQLModel, table=True):
    """One vehicle's hours on one service day, with the version of its plan.

    The row is written with the first ride of the shift; a shift without a row has version 0 and
    an empty plan. ``starts_s`` and ``ends_s`` are UTC epoch seconds. ``not_before_s`` is what a
    driver said who is late: the next stop is not reached before this instant. ``halts`` are the
    breaks and charges where the plan has them: ``number`` among those of the vehicle's hours,
    ``sequence`` among the stops, ``planned_s`` and ``departs_s``.
    """

    __tablename__ = "shift"
    id: str = Field(primary_key=True)
    vehicle_id: str = Field(foreign_key="vehicle.id", index=True)
    service_day: date = Field(index=True)
    starts_s: int = Field(sa_type=BigInteger)
    ends_s: int = Field(sa_type=BigInteger)
    version: int = 0
    not_before_s: int | None = Field(default=None, sa_type=BigInteger)
    halts: list[dict[str, int]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )


class PlanStop(SQLModel, table=True):
    """One stop of a shift's plan, in driving order by ``sequence``.

    ``kind`` is ``pickup`` or ``dropoff``; ``state`` is ``planned``, ``done``, ``no_show`` or, of a
    pickup the vehicle was driving to already, ``cancelled``. ``planned_s`` is the planned arrival;
    ``done_s`` when the driver reported it (or is free there, if cancelled), UTC epoch seconds.
    """

    __tablename__ = "plan_stop"
    __table_args__ = (UniqueConstraint("ride_id", "kind", name="one_stop_of_a_kind_per_ride"),)
    id: str = Field(primary_key=True)
    shift_id: str = Field(foreign_key="shift.id", index=True)
    ride_id: str = Field(foreign_key="ride.id", index=True)
    kind: str
    sequence: int
    stop_id: str
    planned_s: int = Field(sa_type=BigInteger)
    departs_s: int = Field(sa_type=BigInteger)
    state: str = "planned"
    done_s: int | None = Field(default=None, sa_type=BigInteger)
