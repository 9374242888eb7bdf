"""A running toy town, on SQLite and on real PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from tests.builders import toytown

MORNING = "2026-11-24T09:00:00+09:00"
"""A Tuesday; the toy town's clock starts here."""

Open = Callable[..., Runtime]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other; an empty address means SQLite."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def open_town(tmp_path: Path, database_url: str) -> Iterator[Open]:
    """Open toy towns; each is closed at the end."""
    with ExitStack() as stack:

        def open_(vehicles: str | None = None, now: str = MORNING) -> Runtime:
            settings = Settings(
                city=toytown(tmp_path / "town", vehicles),
                data_dir=tmp_path / "var",
                database_url=database_url,
                redis_url="",
                now=now,
                staff_key="toy-staff-key",
            )
            return stack.enter_context(open_runtime(settings))

        yield open_


@pytest.fixture
def town(open_town: Open) -> Runtime:
    """The toy town with its one van of one seat, at nine on a Tuesday morning."""
    return open_town()
