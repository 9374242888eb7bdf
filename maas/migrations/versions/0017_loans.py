"""Vehicles that others lend."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("vehicle", sa.Column("owner_id", sa.String(), nullable=True))
    op.create_index("ix_vehicle_owner_id", "vehicle", ["owner_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_vehicle_owner_id", "vehicle")
    op.execute("ALTER TABLE vehicle DROP COLUMN owner_id")
