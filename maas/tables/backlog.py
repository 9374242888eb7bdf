"""How much waits in the database, for those who watch over the service."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from maas.tables.bookings import Booking
from maas.tables.notices import Notice
from maas.tables.outbox import OutboxEvent


@dataclass(frozen=True)
class Backlog:
    """Figures of one moment.

    Parameters
    ----------
    bookings : Mapping[str, int]
        How many, by state.
    events, mails : int
        Not yet handed on, not yet sent.
    oldest_event_s : int
        Seconds that the oldest event has waited; 0 where none does.
    """

    bookings: Mapping[str, int]
    events: int
    mails: int
    oldest_event_s: int


def backlog(session: Session, now_s: int) -> Backlog:
    """Count what waits.

    Parameters
    ----------
    session : Session
        Any session.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    Backlog
        The figures.
    """
    states = session.exec(select(Booking.state, func.count()).group_by(col(Booking.state)))
    events, oldest_s = session.exec(
        select(func.count(), func.min(OutboxEvent.created_s)).where(
            col(OutboxEvent.relayed_s).is_(None)
        )
    ).one()
    mails = session.exec(
        select(func.count()).select_from(Notice).where(col(Notice.sent_s).is_(None))
    ).one()
    age_s = 0 if oldest_s is None else max(0, now_s - oldest_s)
    return Backlog(dict(states.all()), events, mails, age_s)
