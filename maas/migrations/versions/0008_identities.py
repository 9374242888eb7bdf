"""Providers of identity: what is asked of them, and who of them is who here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "login_step",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False, unique=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("expires_s", sa.BigInteger(), nullable=False, index=True),
        sa.Column("used_s", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "linked_identity",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("account_id", sa.String(), sa.ForeignKey("account.id"), nullable=False,
                  index=True),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("subject_mark", sa.String(), nullable=False, unique=True),
        sa.Column("since_s", sa.BigInteger(), nullable=False),
        sa.Column("used_s", sa.BigInteger(), nullable=False),
    )  # fmt: skip


def downgrade() -> None:
    """Take it back."""
    op.drop_table("linked_identity")
    op.drop_table("login_step")
