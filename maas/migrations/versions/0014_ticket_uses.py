"""Tickets that were checked are used."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "ticket_use",
        sa.Column("ride_id", sa.String(), sa.ForeignKey("ride.id"), primary_key=True),
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("used_s", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("ticket_use")
