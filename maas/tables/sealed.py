"""Columns that are sealed at rest, and how they are sealed anew with a fresh key."""

import json
from typing import Any

from sqlalchemy import Column, Dialect, String, Table, select, type_coerce, update
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from maas.database import Database, Session
from maas.sealing import keyring_of


class Sealed(TypeDecorator[str]):
    """Text that lies sealed in the database; it can be neither searched nor sorted there."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal what is written.

        Parameters
        ----------
        value : str or None
            The text.
        dialect : Dialect
            Knows the keys.

        Returns
        -------
        str or None
            Sealed.
        """
        return None if value is None else keyring_of(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open what is read.

        Parameters
        ----------
        value : str or None
            Sealed.
        dialect : Dialect
            Knows the keys.

        Returns
        -------
        str or None
            The text.
        """
        return None if value is None else keyring_of(dialect).open(value)


class SealedJson(TypeDecorator[Any]):
    """A JSON document that lies sealed in the database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Seal what is written.

        Parameters
        ----------
        value : Any
            What JSON can write.
        dialect : Dialect
            Knows the keys.

        Returns
        -------
        str or None
            Sealed.
        """
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return keyring_of(dialect).seal(text)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Open what is read.

        Parameters
        ----------
        value : str or None
            Sealed.
        dialect : Dialect
            Knows the keys.

        Returns
        -------
        Any
            The document.
        """
        return None if value is None else json.loads(keyring_of(dialect).open(value))


def renew_seals(database: Database, limit: int = 500) -> int:
    """Seal with the newest key whatever an older one closed, a few rows at a time.

    Stopped half-way, it goes on where it is called again; the service runs on meanwhile.

    Parameters
    ----------
    database : Database
        The service's truth.
    limit : int
        Most rows in one transaction.

    Returns
    -------
    int
        Fields sealed anew.
    """
    anew = 0
    for table in sealed_tables():
        after = None
        while True:
            with database.transaction() as session:
                count, after = _renew(session, table, after, limit)
            anew += count
            if after is None:
                break
    return anew


def _renew(session: Session, table: Table, after: Any, limit: int) -> tuple[int, Any]:
    """Seal some rows of a table with the newest key where an older one closed them.

    Parameters
    ----------
    session : Session
        A writing session.
    table : Table
        With a primary key of one column.
    after : Any
        The primary key to go on behind; None to begin.
    limit : int
        Most rows in one go.

    Returns
    -------
    tuple[int, Any]
        Fields sealed anew, and the last primary key looked at: None when all rows were.
    """
    keyring = keyring_of(session.get_bind().dialect)
    (key,) = table.primary_key.columns
    raw = {column.name: type_coerce(column, String) for column in sealed_columns(table)}
    query = select(key, *raw.values()).order_by(key).limit(limit)
    rows = session.execute(query if after is None else query.where(key > after)).all()
    anew = 0
    for number, *sealed in rows:
        for (name, column), text in zip(raw.items(), sealed, strict=True):
            if text is None or keyring.is_newest(text):
                continue
            fresh = type_coerce(keyring.seal(keyring.open(text)), String)
            # What somebody wrote meanwhile is sealed with the newest key already.
            same = (key == number, column == text)
            session.execute(update(table).where(*same).values({name: fresh}))
            anew += 1
    return anew, rows[-1][0] if len(rows) == limit else None


def sealed_columns(table: Table) -> list[Column[Any]]:
    """Name the sealed columns of a table.

    Parameters
    ----------
    table : Table
        Any table of the service.

    Returns
    -------
    list[Column]
        In order.
    """
    return [column for column in table.columns if isinstance(column.type, Sealed | SealedJson)]


def sealed_tables() -> list[Table]:
    """Name the tables with sealed columns.

    Returns
    -------
    list[Table]
        Of the whole service.
    """
    return [table for table in SQLModel.metadata.sorted_tables if sealed_columns(table)]
