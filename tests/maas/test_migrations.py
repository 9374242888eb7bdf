"""The schema goes up, down and up again on both databases, and is what the tables say."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from maas.database import Database
from maas.tables import SigningKey, metadata


def test_up_down_up_with_data(tmp_path: Path, database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://")
                        or f"sqlite:///{tmp_path / 'a.db'}")  # fmt: skip
    try:
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
    finally:
        database.close()


def test_an_error_rolls_everything_back(tmp_path: Path, database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://")
                        or f"sqlite:///{tmp_path / 'a.db'}")  # fmt: skip
    try:
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
    finally:
        database.close()
