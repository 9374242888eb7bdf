"""Where the breaks and charges of a shift lie in its plan."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("shift", sa.Column("halts", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("shift", "halts")
