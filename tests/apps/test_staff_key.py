"""The staff key: one for all drivers where an operator sets it, and none otherwise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.cli.serving import _addresses
from apps.runtime import Runtime, open_runtime
from maas.accounts import Role
from maas.config import Settings
from tests.apps.conftest import MORNING, STAFF_KEY
from tests.apps.test_accounts_over_http import enter, make
from tests.builders import toytown


@pytest.fixture
def keyless(tmp_path: Path) -> Iterator[Runtime]:
    """The toy town without a staff key."""
    settings = Settings(
        city=toytown(tmp_path / "town"), data_dir=tmp_path / "var", redis_url="", now=MORNING
    )
    with open_runtime(settings) as opened:
        yield opened


def test_without_a_key_drivers_sign_in(keyless: Runtime) -> None:
    api = TestClient(create_app(keyless))
    path = "/v1/vehicles/1/stops?date=2026-11-24"
    for nothing in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert api.get(path, headers=nothing).status_code == 401
    assert api.get(f"{path}&key=").status_code == 401
    make(keyless, "driver@example.jp", Role.DRIVER)
    driver = enter(api, keyless, "driver@example.jp")
    assert api.get(path, headers=driver).status_code == 200
    assert _addresses(keyless)["driver_url"].endswith("/driver")


def test_a_key_that_is_set_drives_and_no_more(runtime: Runtime) -> None:
    api = TestClient(create_app(runtime))
    key = {"Authorization": f"Bearer {STAFF_KEY}"}
    assert api.get("/v1/vehicles", headers=key).status_code == 200
    assert api.get("/v1/audit", headers=key).status_code == 403
    assert api.get("/v1/account", headers=key).status_code == 401
    assert _addresses(runtime)["driver_url"].endswith(f"/driver?key={STAFF_KEY}")
