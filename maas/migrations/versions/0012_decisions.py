"""The log of dispatch decisions, append-only in the database itself."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("dispatch_decision", "driving_table")
_REFUSAL = "decisions are never changed"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "dispatch_decision",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("area_id", sa.String(), nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("plans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("decisions_of_an_area", "dispatch_decision", ["area_id", "id"])
    op.create_table(
        "driving_table",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    for statement in _triggers():
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for table in _TABLES:
        op.drop_table(table)  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_decision_change()")


def _triggers() -> list[str]:
    """Write the triggers in the database's own language."""
    if op.get_bind().dialect.name == "postgresql":
        function = f"""CREATE FUNCTION refuse_decision_change() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"""
        return [
            function,
            *(
                f"""CREATE TRIGGER {table}_stays
                BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_decision_change()"""
                for table in _TABLES
            ),
        ]
    return [
        f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for table in _TABLES
        for change in ("update", "delete")
    ]
