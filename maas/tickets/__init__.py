"""Tickets: signed, small enough for a QR code, checked without a connection."""

from maas.tickets.service import Ticket, TicketInvalidError, qr_svg, sign_ticket, verify_ticket

__all__ = ["Ticket", "TicketInvalidError", "qr_svg", "sign_ticket", "verify_ticket"]
