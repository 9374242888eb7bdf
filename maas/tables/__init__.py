"""Every table of the service, one module per aggregate."""

from sqlmodel import SQLModel

from maas.tables.accounts import (
    Account,
    LinkedIdentity,
    LoginLink,
    LoginSession,
    LoginStep,
    Membership,
    Organisation,
    Passkey,
    VerifiedAttribute,
)
from maas.tables.audit import AuditEntry
from maas.tables.bookings import Booking, Ride
from maas.tables.connections import RideConnection
from maas.tables.decisions import DispatchDecision, DrivingTable
from maas.tables.fleet import PlanStop, ServiceArea, Shift, Vehicle
from maas.tables.keys import SigningKey
from maas.tables.leases import Lease
from maas.tables.notices import Notice
from maas.tables.once import IdempotencyKey
from maas.tables.outbox import OutboxEvent
from maas.tables.promises import PromiseEntry
from maas.tables.series import Series, SeriesDay
from maas.tables.tickets import TicketUse

metadata = SQLModel.metadata

__all__ = [
    "Account",
    "AuditEntry",
    "Booking",
    "DispatchDecision",
    "DrivingTable",
    "IdempotencyKey",
    "Lease",
    "LinkedIdentity",
    "LoginLink",
    "LoginSession",
    "LoginStep",
    "Membership",
    "Notice",
    "Organisation",
    "OutboxEvent",
    "Passkey",
    "PlanStop",
    "PromiseEntry",
    "Ride",
    "RideConnection",
    "Series",
    "SeriesDay",
    "ServiceArea",
    "Shift",
    "SigningKey",
    "TicketUse",
    "Vehicle",
    "VerifiedAttribute",
    "metadata",
]
