"""Each migration step, up and down, on both databases, with rows in every table there is.

Rows are made from the schema as the database tells it at that revision, so a new step needs no line
here. What a step keeps of a table must read the same after it: every row, every column.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.types import JSON, Boolean, Date, Float, Integer, Numeric

from maas.database import Database
from maas.errors import SealBrokenError
from maas.sealing import Keyring, new_key
from maas.tables import metadata
from maas.tables.sealed import Sealed, SealedJson
from tests.conftest import ROOT

KEYRING = Keyring([new_key()], "a test")
STEPS = [
    script.revision
    for script in ScriptDirectory(str(ROOT / "maas" / "migrations")).walk_revisions()
][::-1]
ROWS = 2
FIRST_SEALED = "0002"
FIRST_WITH_MOVES = "0010"

FITTING = {
    ("booking", "state"): "held",
    ("idempotency_key", "subject"): "id {number}",
}
"""Values the database or a step asks for: a booking begins as held, a key belongs to a booking."""

SAID = {
    ("booking", "state"): ("0010", "held", "confirmed"),
    ("idempotency_key", "subject"): ("0010", "id {number}", ""),
}
"""Where the database takes no odd text: from which revision on, what, and what before."""

MEANS_THE_SAME = {("booking", "state"): ("held", "confirmed")}
"""What a step may turn into what: an older version had no other word for it."""

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


@pytest.fixture
def database(tmp_path: Path, empty_database_url: str) -> Iterator[Database]:
    """An empty database of either kind."""
    database = Database(empty_database_url or f"sqlite:///{tmp_path / 'a.db'}", KEYRING)
    yield database
    database.close()


def tables(database: Database) -> list[sa.Table]:
    """Read the schema, those that others refer to first."""
    found = sa.MetaData()
    found.reflect(database.engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def seal(table: str, column: str) -> type | None:
    """Tell whether and how a column lies sealed."""
    known = metadata.tables.get(table)
    kind = None if known is None or column not in known.c else type(known.c[column].type)
    return kind if kind in {Sealed, SealedJson} else None


def value(table: sa.Table, column: sa.Column[Any], number: int, revision: str) -> Any:
    """Make a value that fits a column, another one for each number."""
    for foreign in column.foreign_keys:
        return value(foreign.column.table, foreign.column, number, revision)
    fitting = FITTING.get((table.name, column.name))
    if fitting is not None:
        return fitting.format(number=number)
    sealed = seal(table.name, column.name) if revision >= FIRST_SEALED else None
    text = f"{column.name} {number}"
    if (table.name, column.name) in SAID:
        since, said, before = SAID[table.name, column.name]
        text = (said if revision >= since else before).format(number=number)
    if sealed is not None:
        return KEYRING.seal(text if sealed is Sealed else json.dumps({"n": number}))
    if isinstance(column.type, Date):
        return date(2026, 11, 24) + timedelta(days=number)
    if isinstance(column.type, JSON):
        return {"n": number}
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number
    return float(number) if isinstance(column.type, Float | Numeric) else text


def fill(database: Database, revision: str, first: int) -> None:
    """Write some rows into every table."""
    with database.transaction() as session:
        for table in tables(database):
            for number in range(first, first + ROWS):
                row = {c.name: value(table, c, number, revision) for c in table.columns}
                session.connection().execute(sa.insert(table).values(row))
        if revision >= FIRST_WITH_MOVES:  # a step down knows no booking that is only held
            moved = "UPDATE booking SET state = 'confirmed' WHERE state = 'held'"
            session.connection().exec_driver_sql(moved)


def plain(found: Any) -> Any:
    """Read a value as it is meant, sealed or not."""
    if isinstance(found, str):
        try:
            found = KEYRING.open(found)
        except SealBrokenError:
            return found
        try:
            return json.loads(found)
        except ValueError:
            return found
    return found


def read(database: Database) -> Rows:
    """Read all rows of all tables, by their primary keys."""
    found: Rows = {}
    with database.reading() as session:
        for table in tables(database):
            keys = [column.name for column in table.primary_key.columns]
            rows = session.connection().execute(sa.select(table)).mappings().all()
            found[table.name] = {
                tuple(row[key] for key in keys): {name: plain(row[name]) for name in row}
                for row in rows
            }
    return found


def lost(before: Rows, after: Rows) -> Iterator[str]:
    """Name what a step did not keep of the tables and columns it left."""
    for table in before.keys() & after.keys():
        for key, row in before[table].items():
            kept: Mapping[str, Any] | None = after[table].get(key)
            if kept is None:
                yield f"{table}: the row {key} is gone"
                continue
            for column in row.keys() & kept.keys():
                said = (row[column], kept[column])
                if row[column] != kept[column] and MEANS_THE_SAME.get((table, column)) != said:
                    yield f"{table}.{column}: {row[column]!r} became {kept[column]!r}"


def test_every_step_up_and_down_keeps_every_row(database: Database) -> None:
    for number, revision in enumerate(STEPS):
        before = read(database) if number else {}
        database.migrate(revision)
        assert list(lost(before, read(database))) == [], revision
        fill(database, revision, 1 + number * ROWS)
    last = read(database)
    assert set(last) == set(metadata.tables)
    assert all(len(rows) >= ROWS for rows in last.values())
    for revision in reversed(STEPS[1:]):
        before = read(database)
        database.migrate("-1")
        assert list(lost(before, read(database))) == [], f"down from {revision}"
    database.migrate("base")
    assert tables(database) == []


@pytest.mark.parametrize("revision", STEPS[1:])
def test_a_step_that_was_taken_back_is_taken_again(database: Database, revision: str) -> None:
    database.migrate(revision)
    fill(database, revision, 1)
    database.migrate("-1")
    stood = read(database)
    database.migrate()
    assert list(lost(stood, read(database))) == []
