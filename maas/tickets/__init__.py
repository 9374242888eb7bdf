"""Tickets: signed, small enough for a QR code, checked without a connection."""

from maas.errors import TicketInvalidError
from maas.tickets.keys import key_id, web_key
from maas.tickets.rotating import STEP_S, code_at, is_fresh, with_code, without_code
from maas.tickets.service import Ticket, qr_svg, sign_ticket, verify_ticket

__all__ = [
    "STEP_S",
    "Ticket",
    "TicketInvalidError",
    "code_at",
    "is_fresh",
    "key_id",
    "qr_svg",
    "sign_ticket",
    "verify_ticket",
    "web_key",
    "with_code",
    "without_code",
]
