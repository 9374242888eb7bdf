"""The promise ledger, rides that go on after a breakdown, vehicles whose drivers say they are late.

The ledger is append-only in the database itself: triggers refuse to change or delete a row.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REFUSAL = "promise_entry is append-only: add a row, never change or delete one"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "promise_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ride_id", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("vehicle_id", sa.String(), nullable=True),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.Column("pickup_earliest_s", sa.BigInteger(), nullable=False),
        sa.Column("pickup_latest_s", sa.BigInteger(), nullable=False),
        sa.Column("arrival_latest_s", sa.BigInteger(), nullable=False),
        sa.Column("ride_limit_s", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("fell", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("promise_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_entry_ride_id"), ["ride_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_promise_entry_booking_id"), ["booking_id"], unique=False
        )
    op.add_column("ride", sa.Column("continues", sa.String(), nullable=True))
    op.add_column("shift", sa.Column("not_before_s", sa.BigInteger(), nullable=True))
    for statement in _triggers():
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("promise_entry")  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_promise_change()")
    # By the database itself: a table copied and dropped would take what refers to it along.
    op.drop_column("shift", "not_before_s")
    op.drop_column("ride", "continues")


def _triggers() -> list[str]:
    """Write the triggers in the database's own language."""
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"""CREATE FUNCTION refuse_promise_change() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
            """CREATE TRIGGER promise_entry_stays
            BEFORE UPDATE OR DELETE OR TRUNCATE ON promise_entry
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_promise_change()""",
        ]
    return [
        f"CREATE TRIGGER promise_entry_no_{change} BEFORE {change.upper()} ON promise_entry "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for change in ("update", "delete")
    ]
