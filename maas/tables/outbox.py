"""The outbox: what happened, written in the transaction in which it happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, func, update
from sqlmodel import Field, Session, SQLModel, col, select

EVERY_VEHICLE = "vehicles"
"""The stream of all vehicles together."""

_VEHICLE = "vehicle:"


@dataclass(frozen=True)
class Told:
    """An event as it leaves.

    Parameters
    ----------
    id : int
        Its identifier.
    position : int
        Its place in the order in which everybody hears events.
    stream : str
        Whom it concerns.
    document : dict[str, Any]
        What listeners get.
    """

    id: int
    position: int
    stream: str
    document: dict[str, Any]

    @property
    def streams(self) -> tuple[str, ...]:
        """Every stream it belongs to."""
        is_vehicle = self.stream.startswith(_VEHICLE)
        return (self.stream, EVERY_VEHICLE) if is_vehicle else (self.stream,)


class OutboxEvent(SQLModel, table=True):
    """One event on its way to everybody who listens.

    ``stream`` names whom it concerns (``booking:ID``, ``vehicle:ID``), ``kind`` what happened,
    ``position`` its place in the order in which everybody hears events: given when it leaves.
    """

    __tablename__ = "outbox_event"
    __table_args__ = (
        Index("outbox_waiting", "relayed_s", "id"),
        Index("outbox_told", "stream", "position"),
        Index("outbox_order", "position", unique=True),
    )
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    )
    stream: str
    kind: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_s: int = Field(sa_type=BigInteger)
    relayed_s: int | None = Field(default=None, sa_type=BigInteger)
    position: int | None = Field(default=None, sa_type=BigInteger)


def record(session: Session, stream: str, kind: str, now_s: int, **payload: Any) -> None:
    """Write down that something happened; it leaves when the transaction commits.

    Parameters
    ----------
    session : Session
        The writing session in which it happened.
    stream : str
        Whom it concerns: ``booking:ID`` or ``vehicle:ID``.
    kind : str
        What happened, such as ``booking_confirmed``.
    now_s : int
        The instant, UTC epoch seconds.
    **payload : Any
        Identifiers a listener needs; never a name or a phone number.
    """
    session.add(OutboxEvent(stream=stream, kind=kind, payload=payload, created_s=now_s))


def are_waiting(session: Session) -> bool:
    """Tell whether events wait to be relayed, without taking any lock.

    Parameters
    ----------
    session : Session
        A reading session.

    Returns
    -------
    bool
        True where there is one at least.
    """
    query = select(col(OutboxEvent.id)).where(col(OutboxEvent.relayed_s).is_(None)).limit(1)
    return session.exec(query).first() is not None


def line_up(session: Session, limit: int = 500) -> list[Told]:
    """Give events that wait their places in the order in which everybody hears them.

    Identifiers are no such order: of two transactions the one that began first may commit last.

    Parameters
    ----------
    session : Session
        A writing session of the one process that relays.
    limit : int
        Most events in one go.

    Returns
    -------
    list[Told]
        In their order; those that had a place before come first.
    """
    place = col(OutboxEvent.position)
    rows = session.exec(
        select(OutboxEvent)
        .where(col(OutboxEvent.relayed_s).is_(None))
        .order_by(place.is_(None), place, col(OutboxEvent.id))
        .limit(limit)
    ).all()
    last = last_position(session)
    for row in rows:
        if row.position is None:
            last += 1
            row.position = last
    session.flush()
    return [_told(row) for row in rows]


def last_position(session: Session) -> int:
    """Tell the place of the newest event.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    int
        0 before the first one.
    """
    return session.exec(select(func.max(OutboxEvent.position))).one() or 0


def told_after(session: Session, stream: str, position: int, limit: int) -> list[Told]:
    """Read what a stream was told after a place.

    Parameters
    ----------
    session : Session
        Any session.
    stream : str
        Whom it concerns; `EVERY_VEHICLE` for all vehicles.
    position : int
        The place of the last event heard.
    limit : int
        Most events.

    Returns
    -------
    list[Told]
        In their order.
    """
    mine = col(OutboxEvent.stream) == stream
    if stream == EVERY_VEHICLE:
        mine = col(OutboxEvent.stream).startswith(_VEHICLE)
    place = col(OutboxEvent.position)
    rows = session.exec(
        select(OutboxEvent).where(mine, place > position).order_by(place).limit(limit)
    )
    return [_told(row) for row in rows]


def _told(row: OutboxEvent) -> Told:
    """Write an event as listeners hear it.

    Parameters
    ----------
    row : OutboxEvent
        The event, with its place.

    Returns
    -------
    Told
        The event.
    """
    assert row.id is not None, "it is in the database"
    assert row.position is not None, "it was lined up"
    document = {"id": row.id, "position": row.position, "kind": row.kind, **row.payload}
    if row.stream.startswith(_VEHICLE):
        document["vehicle_id"] = row.stream.removeprefix(_VEHICLE)
    return Told(row.id, row.position, row.stream, document)


def mark_relayed(session: Session, ids: Sequence[int], now_s: int) -> None:
    """Write down that events have left.

    Parameters
    ----------
    session : Session
        A writing session.
    ids : Sequence[int]
        The events.
    now_s : int
        The instant, UTC epoch seconds.
    """
    session.exec(update(OutboxEvent).where(col(OutboxEvent.id).in_(ids)).values(relayed_s=now_s))
