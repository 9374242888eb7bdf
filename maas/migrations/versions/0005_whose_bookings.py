"""Bookings know their account, the mark of their telephone, and who booked for somebody."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MARKS = ("account_id", "phone_mark")


def upgrade() -> None:
    """Take the step."""
    for name in _MARKS:
        op.add_column("booking", sa.Column(name, sa.String(), nullable=True))
        op.create_index(f"ix_booking_{name}", "booking", [name])
    op.add_column("booking", sa.Column("booked_by", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it back."""
    op.execute("ALTER TABLE booking DROP COLUMN booked_by")
    for name in _MARKS:
        op.drop_index(f"ix_booking_{name}", "booking")
        op.execute(f"ALTER TABLE booking DROP COLUMN {name}")
