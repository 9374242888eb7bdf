"""What the database promises: whole transactions, one moment, nothing lost, nothing told."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from maas.database import Database
from maas.errors import InvalidRequestError, UnavailableError
from maas.sealing import Keyring, new_key
from maas.tables import Booking, SigningKey, Vehicle
from tests.builders import toytown

KEYRING = Keyring([new_key()], "a test")


def names(town: Runtime) -> Any:
    return select(col(Vehicle.kind)).order_by(col(Vehicle.id))


def test_a_reader_sees_one_moment(town: Runtime) -> None:
    with town.database.reading() as reader:
        before = reader.exec(names(town)).all()
        with town.database.transaction() as writer:
            writer.exec(select(Vehicle)).one().kind = "bus"
        assert reader.exec(names(town)).all() == before
    with town.database.reading() as reader:
        assert reader.exec(names(town)).all() == ["bus"]


def test_what_fails_leaves_nothing(town: Runtime) -> None:
    def fail() -> None:
        with town.database.transaction() as session:
            session.exec(select(Vehicle)).one().kind = "bus"
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    with town.database.reading() as reader:
        assert reader.exec(names(town)).all() == ["van"]


def test_errors_do_not_repeat_what_was_to_be_written(town: Runtime) -> None:
    def fail() -> None:
        with town.database.transaction() as session:
            for _ in range(2):
                key = SigningKey(id="same", purpose="secret", secret="0761-00-0000", created_s=0)
                session.add(key)
                session.flush()
                session.expunge(key)

    with pytest.raises(IntegrityError) as caught:
        fail()
    assert "0761-00-0000" not in str(caught.value)


def test_sqlite_brings_each_commit_to_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'town.db'}", KEYRING)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    database.close()


def test_processes_that_start_at_once_agree_on_their_keys(
    tmp_path: Path, empty_database_url: str
) -> None:
    city = toytown(tmp_path / "town")
    start = Barrier(4)

    def come_up(_number: int) -> tuple[bytes, str]:
        settings = Settings(city=city, data_dir=tmp_path / "var", database_url=empty_database_url)
        start.wait()
        with open_runtime(settings) as runtime:
            return runtime.keys.offer, runtime.keys.staff

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(come_up, range(4)))) == 1


@pytest.mark.parametrize("url", ["nonsense", "mysql+nothing://host/x", "postgresql+nothing://x/y"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InvalidRequestError, match="MAAS_DATABASE_URL"):
        Database(url, KEYRING)


def test_a_database_that_is_away_or_none(tmp_path: Path) -> None:
    away = Database("postgresql+psycopg://nobody:secret@127.0.0.1:1/meguri", KEYRING)
    with pytest.raises(UnavailableError, match="MAAS_DATABASE_URL") as caught:
        away.migrate()
    assert "secret" not in caught.value.message
    (tmp_path / "letter.db").write_text("Dear database, " * 100)
    with pytest.raises(UnavailableError, match="MAAS_DATA_DIR"):
        Database(f"sqlite:///{tmp_path / 'letter.db'}", KEYRING).migrate()


def test_percent_signs_in_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "100%"
    database = Database(f"sqlite:///{folder / 'town.db'}", KEYRING)
    database.migrate()
    with database.reading() as session:
        assert session.exec(select(Booking)).all() == []
    database.close()


def test_a_start_with_a_current_schema_needs_no_migration(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'town.db'}", KEYRING)
    database.migrate()
    writer = database.engine.connect().execution_options(maas_writes=True)
    with writer, writer.begin():  # it holds the lock that a migration would wait for
        database.migrate()
    database.close()


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'town.db'}", KEYRING)
    for stand in ("DELETE FROM alembic_version", "DROP TABLE alembic_version"):
        database.migrate()
        database.migrate("base")
        with database.engine.begin() as connection:
            connection.exec_driver_sql(stand)
        database.migrate()
        with database.engine.connect() as connection:
            stands = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            assert stands.scalar_one()
    database.close()
