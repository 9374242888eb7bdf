"""Idempotency keys: a write that is sent twice is done once, and answered the same way again."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, delete, update
from sqlmodel import Field, Session, SQLModel, col

from maas.errors import IdempotencyKeyReusedError
from maas.tables.inserting import insert_into
from maas.tables.sealed import SealedJson


class IdempotencyKey(SQLModel, table=True):
    """A write with the hash of its request, what it made or changed, and its answer, sealed."""

    __tablename__ = "idempotency_key"
    key: str = Field(primary_key=True)
    request_hash: str
    subject: str = ""
    answer: Any = Field(default=None, sa_type=SealedJson, nullable=True)
    created_s: int = Field(sa_type=BigInteger, index=True)


def once(
    session: Session, key: str, request_hash: str, now_s: int, work: Callable[[], Any]
) -> tuple[Any, bool]:
    """Do a write, or find what it answered when it was done before.

    The key is claimed before anything else is locked: whoever sends the same request at the same
    moment waits here for our transaction, and finds its answer or, had it failed, does the work
    himself. Key, work and answer are committed together, so that a crash leaves all or nothing.

    Parameters
    ----------
    session : Session
        A writing session that has not locked anything yet.
    key : str
        The caller's key.
    request_hash : str
        What tells this request from another one.
    now_s : int
        The instant, UTC epoch seconds.
    work : Callable[[], Any]
        The write; its answer is what JSON can write.

    Returns
    -------
    tuple[Any, bool]
        The answer, and whether it is one from before.

    Raises
    ------
    IdempotencyKeyReusedError
        The key came with another request before.
    """
    insert = insert_into(IdempotencyKey, session)
    row = {"key": key, "request_hash": request_hash, "subject": "", "created_s": now_s}
    claim = insert.values(**row).on_conflict_do_nothing().returning(col(IdempotencyKey.key))
    if session.connection().execute(claim).first() is None:
        earlier = session.get_one(IdempotencyKey, key)
        if earlier.request_hash != request_hash:
            raise IdempotencyKeyReusedError(
                "This Idempotency-Key was used for another request; use a fresh one."
            )
        return earlier.answer, True
    answer = work()
    subject = str(answer.get("id", "")) if isinstance(answer, dict) else ""
    session.flush()
    mine = col(IdempotencyKey.key) == key
    session.exec(update(IdempotencyKey).where(mine).values(answer=answer, subject=subject))
    return answer, False


def forget_keys(session: Session, before_s: int) -> int:
    """Delete keys nobody will use again.

    Parameters
    ----------
    session : Session
        A writing session.
    before_s : int
        Those older than this instant, UTC epoch seconds.

    Returns
    -------
    int
        How many.
    """
    old = col(IdempotencyKey.created_s) < before_s
    return int(session.exec(delete(IdempotencyKey).where(old)).rowcount)


def forget_answers(session: Session, subjects: Sequence[str], actor_id: str) -> None:
    """Delete the keys that made or changed some things, and those of somebody.

    Parameters
    ----------
    session : Session
        A writing session.
    subjects : Sequence[str]
        Identifiers of the things.
    actor_id : str
        Whose keys go too.
    """
    of_things = col(IdempotencyKey.subject).in_(subjects)
    of_actor = col(IdempotencyKey.key).startswith(f"{actor_id} ", autoescape=True)
    session.exec(delete(IdempotencyKey).where(of_things | of_actor))
