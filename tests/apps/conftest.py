"""The toy town behind HTTP: in process, and as a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from tests.backings import Backing
from tests.builders import toytown

MORNING = "2026-11-24T09:00:00+09:00"
STAFF_KEY = "toy-staff-key"


@pytest.fixture
def runtime(tmp_path: Path, backing: Backing) -> Iterator[Runtime]:
    """The toy town, on both backings."""
    settings = Settings(
        city=toytown(tmp_path / "town"),
        data_dir=tmp_path / "var",
        database_url=backing.database_url,
        redis_url=backing.redis_url,
        now=MORNING,
        staff_key=STAFF_KEY,
    )
    with open_runtime(settings) as opened:
        yield opened


@pytest.fixture
def client(runtime: Runtime) -> Iterator[TestClient]:
    """The API, with its worker."""
    with TestClient(create_app(runtime, with_worker=True)) as opened:
        yield opened
