"""Passkeys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TEXT = sa.String()


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "passkey",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("account_id", _TEXT, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("credential_mark", _TEXT, nullable=False, unique=True),
        sa.Column("credential", _TEXT, nullable=False),
        sa.Column("public_key", _TEXT, nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("used_s", sa.BigInteger(), nullable=True),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("passkey")
