"""The embedded city, opened once for all tests of a module."""

from collections.abc import Iterator

import pytest

from apps.runtime import Runtime, open_runtime
from maas.config import Settings, default_city

NOW = "2026-11-20T09:00:00+09:00"


@pytest.fixture(scope="module")
def kaga(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """Kaga on a Friday morning in November."""
    settings = Settings(
        city=default_city(),
        data_dir=tmp_path_factory.mktemp("var"),
        database_url="",
        redis_url="",
        now=NOW,
    )
    with open_runtime(settings) as runtime:
        yield runtime
