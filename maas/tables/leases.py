"""Leases: which of several processes does a task, until it stops renewing.

A lease ends by the database's clock, so that machines need not agree on the time. Each new holder
gets a higher token; whoever writes for a task checks in the same transaction that its token is
still the highest (a fencing token: M. Kleppmann, How to do distributed locking, 2016). A holder
that slept through the end of its lease then finds out before it commits, not after.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, case, cast, extract, func, update
from sqlmodel import Field, Session, SQLModel, col, or_, select

from maas.errors import LeaseLostError
from maas.tables.inserting import insert_into


class Lease(SQLModel, table=True):
    """A task and who does it. ``ends_ms`` is milliseconds of the epoch by the database's clock."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    token: int = Field(sa_type=BigInteger)
    ends_ms: int = Field(sa_type=BigInteger)


def take(
    session: Session, names: Sequence[str], holder: str, life_ms: int
) -> dict[str, tuple[int, int]]:
    """Take leases that are free or over, and renew those one has.

    Parameters
    ----------
    session : Session
        A writing session.
    names : Sequence[str]
        The tasks.
    holder : str
        Who asks.
    life_ms : int
        How long they last, milliseconds.

    Returns
    -------
    dict[str, tuple[int, int]]
        Token and end (by the database's clock) of each lease that is now the holder's.
    """
    known = set(session.exec(select(col(Lease.name)).where(col(Lease.name).in_(names))))
    for name in sorted(set(names) - known):
        fresh = insert_into(Lease, session).values(name=name, holder="", token=0, ends_ms=0)
        session.exec(fresh.on_conflict_do_nothing())
    now_ms = _now_ms(session)
    mine = col(Lease.holder) == holder
    taken = {}
    for name in sorted(names):  # always in the same order: two who ask never wait for each other
        row = session.exec(
            update(Lease)
            .where(col(Lease.name) == name, or_(mine, col(Lease.ends_ms) <= now_ms))
            .values(
                holder=holder,
                token=case((mine, col(Lease.token)), else_=col(Lease.token) + 1),
                ends_ms=now_ms + life_ms,
            )
            .returning(col(Lease.token), col(Lease.ends_ms))
        ).one_or_none()
        if row is not None:
            taken[name] = (row[0], row[1])
    return taken


def require(session: Session, name: str, token: int | None) -> None:
    """Check that a lease is still held, and keep it from others until the transaction ends.

    Parameters
    ----------
    session : Session
        A writing session.
    name : str
        The task.
    token : int or None
        The token under which it is done; None where one has none.

    Raises
    ------
    LeaseLostError
        Somebody else has taken it.
    """
    query = select(col(Lease.token)).where(Lease.name == name).with_for_update(read=True)
    if token is None or session.exec(query).one_or_none() != token:
        raise LeaseLostError(f"Another process does {name} now; nothing was written.", name=name)


def give_back(session: Session, holder: str) -> None:
    """Let go of every lease of a holder, so that nobody has to wait for its end.

    Parameters
    ----------
    session : Session
        A writing session.
    holder : str
        Who stops.
    """
    session.exec(update(Lease).where(col(Lease.holder) == holder).values(holder="", ends_ms=0))


def _is_server(session: Session) -> bool:
    """Tell PostgreSQL from SQLite.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    bool
        True for PostgreSQL.
    """
    return session.get_bind().dialect.name == "postgresql"


def _now_ms(session: Session) -> ColumnElement[Any]:
    """Ask the database for the time.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    ColumnElement
        Milliseconds of the epoch, when the statement runs.
    """
    if _is_server(session):
        seconds: ColumnElement[Any] = extract("epoch", func.clock_timestamp())
        return cast(seconds * 1000, BigInteger)
    days = func.julianday("now") - 2_440_587.5  # the Julian day on which the epoch begins
    return cast(days * 86_400_000, Integer)
