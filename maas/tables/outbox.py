"""The outbox: what happened, written in the transaction in which it happened."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer
from sqlmodel import Field, Session, SQLModel, col, select

from maas.events import EventBus


class OutboxEvent(SQLModel, table=True):
    """One event on its way to everybody who listens.

    ``stream`` names whom it concerns (``booking:ID``, ``vehicle:ID``), ``kind`` what happened.
    """

    __tablename__ = "outbox_event"
    __table_args__ = (Index("outbox_waiting", "relayed_s", "id"),)
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    )
    stream: str
    kind: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_s: int = Field(sa_type=BigInteger)
    relayed_s: int | None = Field(default=None, sa_type=BigInteger)


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


def anything_waiting(session: Session) -> bool:
    """Tell whether events wait to be relayed, without taking any lock.

    Parameters
    ----------
    session : Session
        A reading session.

    Returns
    -------
    bool
        True when there is at least one.
    """
    waiting = select(OutboxEvent.id).where(col(OutboxEvent.relayed_s).is_(None)).limit(1)
    return session.exec(waiting).first() is not None


def relay(session: Session, bus: EventBus, now_s: int, limit: int = 500) -> int:
    """Hand waiting events to the bus, oldest first.

    A crash between bus and commit sends an event again; the event's id lets listeners tell.

    Parameters
    ----------
    session : Session
        A writing session; the events are marked in it.
    bus : EventBus
        Where listeners hear them.
    now_s : int
        The instant, UTC epoch seconds.
    limit : int
        Most events in one go.

    Returns
    -------
    int
        How many were handed over.
    """
    waiting = session.exec(
        select(OutboxEvent)
        .where(col(OutboxEvent.relayed_s).is_(None))
        .order_by(col(OutboxEvent.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for event in waiting:
        bus.publish(event.stream, {"id": event.id, "kind": event.kind, **event.payload})
        event.relayed_s = now_s
    return len(waiting)
