"""The outbox: what happened, written in the transaction in which it happened."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, update
from sqlmodel import Field, Session, SQLModel, col, select


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


def waiting(session: Session, limit: int = 500) -> list[tuple[int, str, str, dict[str, Any]]]:
    """List the events that wait to be relayed, without taking any lock.

    Parameters
    ----------
    session : Session
        A reading session.
    limit : int
        Most events in one go.

    Returns
    -------
    list[tuple[int, str, str, dict[str, Any]]]
        Id, stream, kind and payload of each, oldest first.
    """
    rows = session.exec(
        select(OutboxEvent)
        .where(col(OutboxEvent.relayed_s).is_(None))
        .order_by(col(OutboxEvent.id))
        .limit(limit)
    )
    return [(row.id or 0, row.stream, row.kind, row.payload) for row in rows]


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
