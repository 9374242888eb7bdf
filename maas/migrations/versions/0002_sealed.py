"""Riders' names, telephones and ways, and the service's own secrets, lie sealed."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

from maas.sealing import keyring_of

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COLUMNS = {"booking": ("rider_name", "rider_phone", "journey"), "signing_key": ("secret",)}


def upgrade() -> None:
    """Take the step."""
    _retype("VARCHAR")
    _rewrite(keyring_of(op.get_bind().dialect).seal)


def downgrade() -> None:
    """Take it back."""
    _rewrite(keyring_of(op.get_bind().dialect).open)
    _retype("JSON")


def _retype(kind: str) -> None:
    # A column beside the old one, not a table beside the old table: with its foreign keys on,
    # SQLite drops no table that rides refer to.
    blank = "''" if kind == "VARCHAR" else "'{}'"
    for statement in (
        "ALTER TABLE booking RENAME COLUMN journey TO journey_before",
        f"ALTER TABLE booking ADD COLUMN journey {kind} NOT NULL DEFAULT {blank}",
        f"UPDATE booking SET journey = CAST(journey_before AS {kind})"
        if op.get_bind().dialect.name == "postgresql"
        else "UPDATE booking SET journey = journey_before",
        "ALTER TABLE booking DROP COLUMN journey_before",
    ):
        op.execute(statement)


def _rewrite(change: Callable[[str], str]) -> None:
    bind = op.get_bind()
    for name, columns in _COLUMNS.items():
        table = sa.table(name, sa.column("id"), *(sa.column(c, sa.String()) for c in columns))
        for row in bind.execute(sa.select(table)).mappings().all():
            values = {column: change(row[column]) for column in columns}
            bind.execute(sa.update(table).where(table.c.id == row["id"]).values(values))
