"""Mail that waits to be sent, written in the transaction that gave reason for it."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, Session, SQLModel

from maas.ids import new_id
from maas.tables.sealed import Sealed


class Notice(SQLModel, table=True):
    """One mail. Once it is sent, address and text are emptied: it has served.

    ``next_try_s`` is when it is due; who sends it pushes that ahead first, so that no two do.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("notice_due", "sent_s", "next_try_s"),)
    id: str = Field(primary_key=True)
    recipient: str = Field(sa_type=Sealed)
    subject: str = Field(sa_type=Sealed)
    body: str = Field(sa_type=Sealed)
    created_s: int = Field(sa_type=BigInteger)
    tries: int = 0
    next_try_s: int = Field(sa_type=BigInteger)
    sent_s: int | None = Field(default=None, sa_type=BigInteger)


def send(session: Session, recipient: str, subject: str, body: str, now_s: int) -> None:
    """Have a mail sent once the transaction has committed.

    Parameters
    ----------
    session : Session
        The writing session.
    recipient : str
        An e-mail address.
    subject, body : str
        What it says.
    now_s : int
        The instant, UTC epoch seconds.
    """
    notice = Notice(
        id=new_id("ntc"),
        recipient=recipient,
        subject=subject,
        body=body,
        created_s=now_s,
        next_try_s=now_s,
    )
    session.add(notice)
