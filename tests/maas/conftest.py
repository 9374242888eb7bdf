"""A running toy town, on both backings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from tests.backings import Backing
from tests.builders import toytown

MORNING = "2026-11-24T09:00:00+09:00"
"""A Tuesday; the toy town's clock starts here."""

Open = Callable[..., Runtime]


@pytest.fixture
def open_town(tmp_path: Path, backing: Backing) -> Iterator[Open]:
    """Open toy towns; each is closed at the end."""
    with ExitStack() as stack:

        def open_(vehicles: str | None = None, now: str = MORNING, **files: str) -> Runtime:
            settings = Settings(
                city=toytown(tmp_path / "town", vehicles, **files),
                data_dir=tmp_path / "var",
                database_url=backing.database_url,
                redis_url=backing.redis_url,
                now=now,
                staff_key="toy-staff-key",
            )
            return stack.enter_context(open_runtime(settings))

        yield open_


@pytest.fixture
def town(open_town: Open) -> Runtime:
    """The toy town with its one van of one seat, at nine on a Tuesday morning."""
    return open_town()
