"""A service that starts together with its database server waits for it; a command does not."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import create_engine, make_url

from apps.runtime import open_runtime
from maas.config import Settings
from maas.errors import UnavailableError
from tests.builders import toytown
from tests.services import PostgresServer


class Told(logging.Handler):
    """Notices that something was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.event = Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Notice."""
        self.event.set()


@pytest.mark.services
def test_a_database_that_comes_up_later(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    postgres_server.drop_database(url)
    settings = Settings(city=toytown(tmp_path / "town"), data_dir=tmp_path, database_url=url)
    with pytest.raises(UnavailableError), open_runtime(settings):
        pass

    def come_up() -> int:
        with open_runtime(settings, patience_s=60) as runtime:
            return len(runtime.fleet.areas)

    told = Told()
    log = logging.getLogger("meguri")
    log.addHandler(told)
    try:
        with ThreadPoolExecutor(1) as pool:
            areas = pool.submit(come_up)
            assert told.event.wait(30)
            assert not areas.done()
            make_database(url)
            assert areas.result(timeout=60) == 1
    finally:
        log.removeHandler(told)
    postgres_server.drop_database(url)


def make_database(url: str) -> None:
    """Make the database of an address."""
    address = make_url(url)
    engine = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{address.database}"')
    engine.dispose()
