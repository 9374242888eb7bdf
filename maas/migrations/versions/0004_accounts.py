"""Organisations, accounts, sessions, verified attributes, the audit log, and mail to be sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TEXT, _INSTANT = sa.String(), sa.BigInteger()
_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "organisation": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
    ),
    "account": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("language", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("phone", _TEXT, nullable=False),
        sa.Column("email", _TEXT, nullable=False),
        sa.Column("email_mark", _TEXT, nullable=True, unique=True),
        sa.Column("password_hash", _TEXT, nullable=True),
        sa.Column("created_s", _INSTANT, nullable=False),
    ),
    "membership": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("account_id", _TEXT, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column(
            "organisation_id", _TEXT, sa.ForeignKey("organisation.id"), nullable=False, index=True
        ),
        sa.Column("role", _TEXT, nullable=False),
        sa.Column("since_s", _INSTANT, nullable=False),
        sa.UniqueConstraint("account_id", "organisation_id", "role", name="one_role"),
    ),
    "login_link": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("token_hash", _TEXT, nullable=False, unique=True),
        sa.Column("email", _TEXT, nullable=False),
        sa.Column("language", _TEXT, nullable=False),
        sa.Column("expires_s", _INSTANT, nullable=False),
        sa.Column("used_s", _INSTANT, nullable=True),
    ),
    "login_session": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("account_id", _TEXT, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("token_hash", _TEXT, nullable=False, unique=True),
        sa.Column("how", _TEXT, nullable=False),
        sa.Column("created_s", _INSTANT, nullable=False),
        sa.Column("expires_s", _INSTANT, nullable=False),
        sa.Column("ended_s", _INSTANT, nullable=True),
    ),
    "verified_attribute": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("account_id", _TEXT, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("evidence", _TEXT, nullable=False),
        sa.Column("verified_by", _TEXT, nullable=False),
        sa.Column("verified_s", _INSTANT, nullable=False),
        sa.Column("valid_until_s", _INSTANT, nullable=True),
        sa.Column("revoked_s", _INSTANT, nullable=True),
    ),
    "audit_entry": (
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column("at_s", _INSTANT, nullable=False),
        sa.Column("actor", _TEXT, nullable=False),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("purpose", _TEXT, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Index("audit_of_a_subject", "subject", "id"),
    ),
    "notice": (
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("recipient", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("created_s", _INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_s", _INSTANT, nullable=False),
        sa.Column("sent_s", _INSTANT, nullable=True),
        sa.Index("notice_due", "sent_s", "next_try_s"),
    ),
}


def upgrade() -> None:
    """Take the step."""
    for name, parts in _TABLES.items():
        op.create_table(name, *parts)
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_stays()")


_REFUSAL = "the audit log is only added to"
_SQLITE = """
CREATE TRIGGER audit_entry_{verb} BEFORE {verb} ON audit_entry
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_FUNCTION = f"""
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
EXECUTE FUNCTION audit_entry_stays()
"""
_GUARDS = {
    "sqlite": [_SQLITE.format(verb=verb, refusal=_REFUSAL) for verb in ("UPDATE", "DELETE")],
    "postgresql": [_FUNCTION, _TRIGGER],
}
