"""Devices that are signed in are known by words; a password rests after many wrong tries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COLUMNS = {
    "login_session": ("device",),
    "account": ("failed_tries", "locked_until_s"),
}


def upgrade() -> None:
    """Take the step."""
    op.add_column("login_session", sa.Column("device", sa.String(), nullable=True))
    op.add_column(
        "account", sa.Column("failed_tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("account", sa.Column("locked_until_s", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    for table, columns in _COLUMNS.items():
        for name in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
