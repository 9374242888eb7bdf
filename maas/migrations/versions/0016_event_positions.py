"""The one order in which everybody hears events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step: what has left already left in order of its id."""
    op.add_column("outbox_event", sa.Column("position", sa.BigInteger(), nullable=True))
    op.execute("UPDATE outbox_event SET position = id WHERE relayed_s IS NOT NULL")
    op.create_index("outbox_told", "outbox_event", ["stream", "position"])
    op.create_index("outbox_order", "outbox_event", ["position"], unique=True)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("outbox_order", table_name="outbox_event")
    op.drop_index("outbox_told", table_name="outbox_event")
    op.drop_column("outbox_event", "position")
