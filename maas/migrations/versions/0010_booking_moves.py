"""Bookings move only where they may; keys keep their answers; notes, fees, child seats, luggage."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FIRST = "('held', 'refused')"
_MOVES = (
    "('held>confirmed', 'held>refused', 'held>cancelled', 'confirmed>boarded', "
    "'confirmed>cancelled', 'confirmed>no_show', 'boarded>completed', 'boarded>interrupted')"
)
_REFUSAL = "a booking cannot move like that"
_COUNTS = (("booking", "fee_minor"), ("ride", "child_seats"), ("ride", "luggage"))


def upgrade() -> None:
    """Take the step."""
    op.add_column("booking", sa.Column("driver_note", sa.String(), nullable=True))
    op.add_column("booking", sa.Column("outbound_id", sa.String(), nullable=True))
    op.create_index("ix_booking_outbound_id", "booking", ["outbound_id"])
    for table, name in (*_COUNTS, ("vehicle", "child_seats")):
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.rename_table("idempotency_key", "idempotency_key_before")
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="idempotency_key_once"),
    )
    op.create_index("ix_idempotency_key_created_s", "idempotency_key", ["created_s"])
    op.execute(
        "INSERT INTO idempotency_key (key, request_hash, subject, created_s) "
        "SELECT key, request_hash, booking_id, created_s FROM idempotency_key_before"
    )
    op.drop_table("idempotency_key_before")
    for statement in _guards():
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER booking_moves ON booking")
        op.execute("DROP TRIGGER booking_begins ON booking")
        op.execute("DROP FUNCTION refuse_booking_move()")
        op.execute("DROP FUNCTION refuse_booking_begin()")
    else:
        op.execute("DROP TRIGGER booking_moves")
        op.execute("DROP TRIGGER booking_begins")
    # The states there were before: what was never driven is cancelled, what has begun is confirmed.
    op.execute("UPDATE booking SET state = 'confirmed' WHERE state IN ('held', 'boarded')")
    op.execute("UPDATE booking SET state = 'cancelled' WHERE state = 'refused'")
    op.execute("UPDATE booking SET state = 'completed' WHERE state IN ('no_show', 'interrupted')")
    op.execute("UPDATE ride SET state = 'cancelled' WHERE state = 'replaced'")
    op.rename_table("idempotency_key", "idempotency_key_after")
    op.drop_index("ix_idempotency_key_created_s", "idempotency_key_after")
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"]),
        sa.PrimaryKeyConstraint("key", name="idempotency_key_of_booking"),
    )
    op.execute(
        "INSERT INTO idempotency_key (key, request_hash, booking_id, created_s) "
        "SELECT key, request_hash, subject, created_s FROM idempotency_key_after "
        "WHERE subject IN (SELECT id FROM booking)"
    )
    op.drop_table("idempotency_key_after")
    op.drop_index("ix_booking_outbound_id", "booking")
    for table, name in (*_COUNTS, ("vehicle", "child_seats")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    for name in ("outbound_id", "driver_note"):
        op.execute(f"ALTER TABLE booking DROP COLUMN {name}")


def _guards() -> list[str]:
    """Write the guards in the database's own language."""
    if op.get_bind().dialect.name == "sqlite":
        return [
            f"""CREATE TRIGGER booking_moves BEFORE UPDATE OF state ON booking
            WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN {_MOVES}
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
            f"""CREATE TRIGGER booking_begins BEFORE INSERT ON booking
            WHEN NEW.state NOT IN {_FIRST}
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        ]
    function = (
        "CREATE FUNCTION refuse_booking_{what}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF {wrong} THEN RAISE EXCEPTION '{refusal}: %', NEW.state; END IF; RETURN NEW; END $$"
    )
    moved = f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN {_MOVES}"
    begun = f"NEW.state NOT IN {_FIRST}"
    return [
        function.format(what="move", wrong=moved, refusal=_REFUSAL),
        function.format(what="begin", wrong=begun, refusal=_REFUSAL),
        """CREATE TRIGGER booking_moves BEFORE UPDATE OF state ON booking
        FOR EACH ROW EXECUTE FUNCTION refuse_booking_move()""",
        """CREATE TRIGGER booking_begins BEFORE INSERT ON booking
        FOR EACH ROW EXECUTE FUNCTION refuse_booking_begin()""",
    ]
