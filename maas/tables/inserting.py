"""Inserts that may find their row there already."""

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_into(table: type[SQLModel], session: Session) -> "postgresql.Insert | sqlite.Insert":
    """Begin an insert that knows ``on_conflict_do_nothing``.

    Parameters
    ----------
    table : type[SQLModel]
        Where to.
    session : Session
        Says which database it is.

    Returns
    -------
    postgresql.Insert or sqlite.Insert
        The statement, without values yet.
    """
    # Each database's own words take time to load, so that only those that are spoken are.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def add_if_new(session: Session, row: SQLModel) -> bool:
    """Add a row unless another stands where it would: what else was written stays.

    Parameters
    ----------
    session : Session
        A writing session.
    row : SQLModel
        The row.

    Returns
    -------
    bool
        False where another is there already.
    """
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
