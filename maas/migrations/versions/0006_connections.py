"""Buses and trains that rides wait for, or must make."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "ride_connection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ride_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("trip_id", sa.String(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("stop_id", sa.String(), nullable=False),
        sa.Column("planned_s", sa.BigInteger(), nullable=False),
        sa.Column("late_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ride_connection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ride_connection_ride_id"), ["ride_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("ride_connection")
