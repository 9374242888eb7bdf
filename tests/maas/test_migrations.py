"""The schema goes up, down and up again on both databases, and is what the tables say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from maas.database import Database
from maas.sealing import Keyring, new_key
from maas.tables import Booking, Ride, SigningKey, metadata
from tests.conftest import ROOT

BOOKING = (
    "INSERT INTO booking VALUES ('bkg_1', 'confirmed', 0, 'Rider A', '', 'ja', '{\"adults\": 1}', "
    "'{\"legs\": [1, 2]}', 500, 'JPY', 'on_board', 'MG1:', NULL)"
)
RIDE = "('r', 'bkg_1', 's', 0, 't', 'x', 'y', 1, 0, 0, 1, 2, 3, 'planned')"
"""As the first revision had them, in the order of their columns."""


@pytest.fixture
def database(tmp_path: Path, empty_database_url: str) -> Iterator[Database]:
    """An empty database of either kind."""
    url = empty_database_url or f"sqlite:///{tmp_path / 'a.db'}"
    database = Database(url, Keyring([new_key()], "a test"))
    yield database
    database.close()


def test_up_down_up_with_data(database: Database) -> None:
    database.migrate()
    with database.transaction() as session:
        session.add(SigningKey(id="key_1", purpose="offer", secret="00", created_s=0))
    database.migrate()
    with database.reading() as session:
        assert session.get(SigningKey, "key_1") is not None
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, metadata) == []
    database.migrate("base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.migrate()
    assert set(SQLModel.metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_what_lay_open_is_sealed_and_opened_again_with_rides_that_refer_to_it(
    database: Database,
) -> None:
    database.migrate("0001")
    with database.transaction() as session:
        session.connection().exec_driver_sql(BOOKING)
        for statement in (
            "INSERT INTO service_area VALUES ('a', '{}', '[]', '{}')",
            "INSERT INTO vehicle VALUES ('v', 'a', '{}', 'van', 4, 0, 'd', NULL, '[]', TRUE)",
            "INSERT INTO shift VALUES ('s', 'v', '2026-11-24', 0, 1, 0)",
            f"INSERT INTO ride VALUES {RIDE}",
            "INSERT INTO signing_key VALUES ('key_1', 'offer', '00ff', 0)",
        ):
            session.connection().exec_driver_sql(statement)
    names = "SELECT rider_name, rider_phone, CAST(journey AS VARCHAR) FROM booking"
    with database.reading() as session:
        before = session.connection().exec_driver_sql(names).one()

    database.migrate()
    with database.reading() as session:
        booking = session.get(Booking, "bkg_1")
        assert booking is not None
        assert (booking.rider_name, booking.journey) == ("Rider A", {"legs": [1, 2]})
        assert session.get(SigningKey, "key_1").secret == "00ff"  # type: ignore[union-attr]
        assert session.get(Ride, "r") is not None
        raw = session.connection().exec_driver_sql(names).one()
        assert not [text for text in raw if "Rider A" in text or "legs" in text]

    steps = len(list((ROOT / "maas" / "migrations" / "versions").glob("*.py"))) - 1
    database.migrate(f"-{steps}")
    with database.reading() as session:
        assert session.connection().exec_driver_sql(names).one() == before


def test_an_error_rolls_everything_back(database: Database) -> None:
    database.migrate()
    try:
        with database.transaction() as session:
            session.add(SigningKey(id="key_1", purpose="offer", secret="00", created_s=0))
            session.flush()
            raise KeyError("halfway")
    except KeyError:
        pass
    with database.reading() as session:
        assert session.get(SigningKey, "key_1") is None
