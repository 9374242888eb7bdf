"""The database: one engine a process, one transaction a request."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlmodel import Session

from maas.errors import InvalidRequestError, UnavailableError
from maas.sealing import Keyring

__all__ = ["Database", "Session"]

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"

_REVISION = re.compile(r'^revision\b[^=\n]*= *"(\w+)"', re.MULTILINE)
_FOLLOWS = re.compile(r'^down_revision\b[^=\n]*= *"(\w+)"', re.MULTILINE)

_SETUP_LOCK = 0x4D454755
"""Number of the advisory lock that all processes of the service agree on."""


class Database:
    """Access to the service's truth, on PostgreSQL or SQLite.

    Parameters
    ----------
    url : str
        SQLAlchemy address.
    keyring : Keyring
        Seals what is personal or secret.

    Raises
    ------
    InvalidRequestError
        The address is none.
    """

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.url = url
        self._check: Callable[[Session], None] = _pass
        try:
            self.engine = _sqlite_engine(url) if url.startswith("sqlite") else _server_engine(url)
        except (ArgumentError, ImportError) as error:
            raise InvalidRequestError(
                "MAAS_DATABASE_URL cannot be used. Write it like postgresql://user@host/meguri, "
                "or leave it out for SQLite."
            ) from error
        vars(self.engine.dialect)["maas_keyring"] = keyring  # read by `sealing.keyring_of`

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes; commits at the end, or rolls back whole on any error.

        Services never commit: one request is one transaction, and it is this one. On SQLite it
        takes the write lock at once, so that nothing read inside can change before the commit.

        Yields
        ------
        Session
            The session to hand to services.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options={"maas_writes": True})
            self._check(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads and sees one consistent moment, all its queries long.

        Yields
        ------
        Session
            The session to hand to services; whatever is left in it is rolled back.
        """
        with Session(self.engine) as session, session.no_autoflush:
            if self.engine.dialect.name == "postgresql":  # SQLite reads from one snapshot anyway
                session.connection(
                    execution_options={
                        "isolation_level": "REPEATABLE READ",
                        "postgresql_readonly": True,
                    }
                )
            yield session
            session.rollback()

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema to a revision by Alembic; makes an empty database first if it must.

        Parameters
        ----------
        revision : str
            Alembic revision; ``base`` takes everything down, ``-2`` the last two steps.

        Raises
        ------
        UnavailableError
            The database cannot be reached or is none.
        """
        if self.url.startswith("sqlite:///") and self.url != "sqlite:///:memory:":
            Path(self.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        try:
            if revision != "head" or not self.is_current():
                self._migrate(revision)
        except DatabaseError as error:
            raise UnavailableError(
                f"The database {self.engine.url} cannot be used: {error.orig} "
                "Start it or mend its address: MAAS_DATABASE_URL, or MAAS_DATA_DIR for SQLite."
            ) from error

    def is_current(self) -> bool:
        """Tell whether the schema is that of this version: most starts need no Alembic.

        Returns
        -------
        bool
            True where the database names the last revision.
        """
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            return set(rows.scalars()) == _last_revisions()

    def _migrate(self, revision: str) -> None:
        """Run Alembic in one transaction, one process at a time.

        Parameters
        ----------
        revision : str
            As in `migrate`.
        """
        from alembic import command  # a tenth of a second, and most starts find nothing to do
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self.engine.connect().execution_options(maas_writes=True) as connection:
            config.attributes["connection"] = connection
            with connection.begin():
                _one_at_a_time(connection)
                if revision == "base" or revision.startswith("-"):
                    command.downgrade(config, revision)
                else:
                    command.upgrade(config, revision)

    def fenced(self, check: Callable[[Session], None]) -> "Database":
        """Give the same database to somebody who may write only while a check passes.

        Parameters
        ----------
        check : Callable[[Session], None]
            Runs at the beginning of every writing transaction, inside it; its error ends it.

        Returns
        -------
        Database
            On the same connections.
        """
        twin = copy(self)
        twin._check = check
        return twin

    def set_up(self, session: Session) -> None:
        """Make a writing session the only one that sets things up, until it ends.

        Parameters
        ----------
        session : Session
            A writing session.
        """
        _one_at_a_time(session.connection())

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _pass(_session: Session) -> None:
    """Let every transaction begin.

    Parameters
    ----------
    _session : Session
        The writing session.
    """


def _last_revisions() -> set[str]:
    """Read from the revisions which of them no other one follows.

    Returns
    -------
    set[str]
        One, unless revisions were made side by side.
    """
    texts = [path.read_text(encoding="utf-8") for path in (_MIGRATIONS / "versions").glob("*.py")]
    made = {match[1] for text in texts if (match := _REVISION.search(text))}
    return made - {match[1] for text in texts if (match := _FOLLOWS.search(text))}


def _one_at_a_time(connection: Connection) -> None:
    """Let processes that start together migrate and seed one after the other.

    Parameters
    ----------
    connection : Connection
        In a transaction; SQLite's write lock is enough, PostgreSQL takes an advisory one.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SETUP_LOCK})")


def _server_engine(url: str) -> Engine:
    """Make the engine for a database server.

    Parameters
    ----------
    url : str
        SQLAlchemy address.

    Returns
    -------
    Engine
        A pool that notices connections a restarted server has dropped. Its errors do not repeat
        what was to be written: that would bring names and telephone numbers into logs.
    """
    return create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=30, hide_parameters=True
    )


def _sqlite_engine(url: str) -> Engine:
    """Make the engine for SQLite, with the locking rules a server would give.

    The driver's own transaction handling is switched off and BEGIN is ours, as SQLAlchemy's
    SQLite documentation advises, so that a writing transaction can lock at its first statement.

    Parameters
    ----------
    url : str
        SQLAlchemy address.

    Returns
    -------
    Engine
        A pooled engine: write-ahead log brought to the disk at each commit (an acknowledged
        booking outlives a power cut), foreign keys on, 30 s patience for the lock.
    """
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 30},
        pool_size=10,
        max_overflow=60,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("maas_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
