"""The SQL of notices."""

from collections.abc import Sequence

from sqlmodel import Session, col, select, update

from maas.tables import Notice


def due(session: Session, now_s: int, most_tries: int, limit: int) -> Sequence[Notice]:
    """Read mails that are to be sent now.

    Parameters
    ----------
    session : Session
        Any session.
    now_s : int
        The instant, UTC epoch seconds.
    most_tries : int
        Those tried more often are given up.
    limit : int
        Most of them.

    Returns
    -------
    Sequence[Notice]
        Those that wait longest first.
    """
    return session.exec(
        select(Notice)
        .where(col(Notice.sent_s).is_(None), Notice.next_try_s <= now_s, Notice.tries < most_tries)
        .order_by(col(Notice.next_try_s), col(Notice.id))
        .limit(limit)
    ).all()


def claim(session: Session, notice: Notice, next_try_s: int) -> bool:
    """Take a mail in hand, unless another process was faster.

    Parameters
    ----------
    session : Session
        A writing session.
    notice : Notice
        As it was read.
    next_try_s : int
        When it is due again, should this process be killed.

    Returns
    -------
    bool
        Whether it is ours.
    """
    as_read = (
        col(Notice.id) == notice.id,
        col(Notice.tries) == notice.tries,
        col(Notice.sent_s).is_(None),
    )
    values = {"tries": notice.tries + 1, "next_try_s": next_try_s}
    return session.exec(update(Notice).where(*as_read).values(values)).rowcount == 1


def mark_sent(session: Session, notice_id: str, now_s: int) -> None:
    """Note that a mail has gone, and forget what it said and to whom.

    Parameters
    ----------
    session : Session
        A writing session.
    notice_id : str
        The mail.
    now_s : int
        The instant, UTC epoch seconds.
    """
    gone = {"sent_s": now_s, "recipient": "", "subject": "", "body": ""}
    session.exec(update(Notice).where(col(Notice.id) == notice_id).values(gone))
