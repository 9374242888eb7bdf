"""The audit log: who did what to whom, and why. Rows are added and never changed."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer
from sqlmodel import Field, Session, SQLModel, col, or_, select

from maas.tables.bookings import Booking


class AuditEntry(SQLModel, table=True):
    """One act. ``actor`` is an account, ``staff-key`` or ``service``; ``subject`` what it touched.

    ``purpose`` says why somebody's data were read; ``detail`` holds no personal data. The database
    refuses changes and deletions of rows.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_of_a_subject", "subject", "id"),)
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    )
    at_s: int = Field(sa_type=BigInteger)
    actor: str
    action: str
    subject: str
    purpose: str = ""
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


def note(
    session: Session,
    actor: str,
    action: str,
    subject: str,
    now_s: int,
    purpose: str = "",
    **detail: Any,
) -> None:
    """Write down what somebody did; it stands when the transaction commits.

    Parameters
    ----------
    session : Session
        The writing session in which it is done.
    actor : str
        Who: an account's id, ``staff-key`` or ``service``.
    action : str
        What, such as ``signed_in`` or ``read_person``.
    subject : str
        To whom or what: ``account:ID``, ``booking:ID``, ``organisation:ID``.
    now_s : int
        The instant, UTC epoch seconds.
    purpose : str
        Why personal data were read.
    **detail : Any
        Figures and identifiers; never a name, a number or an address.
    """
    session.add(
        AuditEntry(
            at_s=now_s,
            actor=actor,
            action=action,
            subject=subject,
            purpose=purpose,
            detail=detail,
        )
    )


def entries(
    session: Session,
    subject: str | None,
    before: int | None,
    limit: int | None,
    account_id: str = "",
) -> list[AuditEntry]:
    """Read the log backwards.

    Parameters
    ----------
    session : Session
        Any session.
    subject : str or None
        Of this subject alone.
    before : int or None
        Entries older than this one; None for the newest.
    limit : int or None
        Most of them; None for all.
    account_id : str
        About this account and its bookings alone; empty for all.

    Returns
    -------
    list[AuditEntry]
        The newest first.
    """
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    if account_id:
        bookings = select("booking:" + col(Booking.id)).where(Booking.account_id == account_id)
        subject_column = col(AuditEntry.subject)
        query = query.where(
            or_(subject_column == f"account:{account_id}", subject_column.in_(bookings))
        )
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    return list(session.exec(query))


def not_noted(session: Session, actor: str, subjects: Iterable[str], purpose: str) -> list[str]:
    """Tell which reads are not in the log yet: who reads a list again and again is noted once.

    Parameters
    ----------
    session : Session
        Any session.
    actor : str
        Who reads.
    subjects : Iterable[str]
        Whose data.
    purpose : str
        Why.

    Returns
    -------
    list[str]
        Subjects, each once.
    """
    asked = dict.fromkeys(subjects)
    noted = session.exec(
        select(AuditEntry.subject).where(
            col(AuditEntry.subject).in_(asked),
            AuditEntry.actor == actor,
            AuditEntry.action == "read_person",
            AuditEntry.purpose == purpose,
        )
    )
    known = set(noted)
    return [subject for subject in asked if subject not in known]
