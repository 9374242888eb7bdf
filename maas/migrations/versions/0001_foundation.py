"""Bookings, fleet plans, keys and the outbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "booking",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("rider_name", sa.String(), nullable=False),
        sa.Column("rider_phone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("party", sa.JSON(), nullable=False),
        sa.Column("journey", sa.JSON(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("cancelled_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outbox_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("relayed_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outbox_event", schema=None) as batch_op:
        batch_op.create_index("outbox_waiting", ["relayed_s", "id"], unique=False)

    op.create_table(
        "service_area",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("route_ids", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("purpose"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "vehicle",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("area_id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("depot_stop_id", sa.String(), nullable=False),
        sa.Column("electric_range_m", sa.Integer(), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("in_service", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["service_area.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vehicle_area_id"), ["area_id"], unique=False)

    op.create_table(
        "shift",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("starts_s", sa.BigInteger(), nullable=False),
        sa.Column("ends_s", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_service_day"), ["service_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_shift_vehicle_id"), ["vehicle_id"], unique=False)

    op.create_table(
        "ride",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("shift_id", sa.String(), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("trip_id", sa.String(), nullable=False),
        sa.Column("from_stop_id", sa.String(), nullable=False),
        sa.Column("to_stop_id", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchairs", sa.Integer(), nullable=False),
        sa.Column("pickup_earliest_s", sa.BigInteger(), nullable=False),
        sa.Column("pickup_latest_s", sa.BigInteger(), nullable=False),
        sa.Column("arrival_latest_s", sa.BigInteger(), nullable=False),
        sa.Column("ride_limit_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"],
            ["shift.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ride", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ride_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ride_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "plan_stop",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shift_id", sa.String(), nullable=False),
        sa.Column("ride_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.String(), nullable=False),
        sa.Column("planned_s", sa.BigInteger(), nullable=False),
        sa.Column("departs_s", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ride_id"],
            ["ride.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"],
            ["shift.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ride_id", "kind", name="one_stop_of_a_kind_per_ride"),
    )
    with op.batch_alter_table("plan_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_stop_ride_id"), ["ride_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_stop_shift_id"), ["shift_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("plan_stop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_stop_shift_id"))
        batch_op.drop_index(batch_op.f("ix_plan_stop_ride_id"))

    op.drop_table("plan_stop")
    with op.batch_alter_table("ride", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ride_shift_id"))
        batch_op.drop_index(batch_op.f("ix_ride_booking_id"))

    op.drop_table("ride")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_vehicle_id"))
        batch_op.drop_index(batch_op.f("ix_shift_service_day"))

    op.drop_table("shift")
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vehicle_area_id"))

    op.drop_table("vehicle")
    op.drop_table("idempotency_key")
    op.drop_table("signing_key")
    op.drop_table("service_area")
    with op.batch_alter_table("outbox_event", schema=None) as batch_op:
        batch_op.drop_index("outbox_waiting")

    op.drop_table("outbox_event")
    op.drop_table("booking")
