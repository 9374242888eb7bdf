"""Readiness: what a process lacks before it should get requests."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import Runtime
from maas.events import EventBus


class Away(EventBus):
    """A bus that cannot be reached."""

    def __init__(self) -> None: ...

    def ping(self) -> bool:
        """Say so."""
        return False


@pytest.fixture
def behind(runtime: Runtime) -> Iterator[None]:
    """A database whose tables are those of an older version."""
    with runtime.database.engine.begin() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    yield
    with runtime.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")


READY = {"status": "ready", "database": True, "tables": True, "events": True, "stopping": False}


def test_ready(runtime: Runtime, client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {**READY, "city": runtime.city.id}


@pytest.mark.usefixtures("behind")
def test_tables_of_an_older_version(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["tables"], answer.json()["database"]) == (False, True)


def test_without_its_event_bus(runtime: Runtime) -> None:
    with TestClient(create_app(replace(runtime, bus=Away()))) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["events"]) == ("not ready", False)


def test_while_it_is_stopping(runtime: Runtime) -> None:
    with TestClient(create_app(runtime)) as client:
        client.app.state.stopping.set()  # type: ignore[attr-defined]
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["stopping"] is True
