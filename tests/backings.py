"""What a service under test keeps its truth and its events in: both ways there are.

Tests that take `backing` (or anything built on it) run twice: on what is embedded (SQLite and the
in-process Redis), and on servers (PostgreSQL and Redis, started by the run on free ports). A
PostgreSQL database is copied from one that is migrated already: tens of milliseconds a test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from maas.database import Database
from maas.sealing import Keyring, new_key
from tests.services import PostgresServer, RedisServer, emptied

EMBEDDED, SERVERS = "embedded", "servers"
BOTH = [EMBEDDED, pytest.param(SERVERS, marks=pytest.mark.services)]
"""Parameters of a fixture that is built for either."""


@dataclass(frozen=True)
class Backing:
    """Where a service keeps its truth and its events, as `Settings` take it."""

    database_url: str = ""
    redis_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The same for a process."""
        return {"MAAS_DATABASE_URL": self.database_url, "MAAS_REDIS_URL": self.redis_url}


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database with all tables and not a row, to be copied."""
    url = postgres_server.create_database()
    database = Database(url, Keyring([new_key()], "the tests"))
    database.migrate()
    database.close()
    return url


@contextmanager
def backed(kind: str, request: pytest.FixtureRequest) -> Iterator[Backing]:
    """Prepare a backing, for fixtures of any scope; afterwards its database is gone."""
    if kind == EMBEDDED:
        yield Backing()
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    redis: RedisServer = request.getfixturevalue("redis_server")
    url = postgres.create_database(request.getfixturevalue("postgres_template"))
    try:
        yield Backing(url, emptied(redis))
    finally:
        postgres.drop_database(url)


@pytest.fixture(params=BOTH)
def backing(request: pytest.FixtureRequest) -> Iterator[Backing]:
    """Both backings, one after the other, new for each test."""
    with backed(request.param, request) as prepared:
        yield prepared


@pytest.fixture(scope="module", params=BOTH)
def module_backing(request: pytest.FixtureRequest) -> Iterator[Backing]:
    """Both backings, one after the other, each for all tests of a module."""
    with backed(request.param, request) as prepared:
        yield prepared


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Address of a database without a table, of either kind; empty text means SQLite."""
    return "" if request.param == EMBEDDED else str(request.getfixturevalue("postgres_url"))
