"""From an offer to a ticket, and back: booking, changing, cancelling, drivers' reports."""

from maas.checkout.changes import Changes, priced_changes
from maas.checkout.connections import Follower
from maas.checkout.documents import BookingWriter
from maas.checkout.keys import Keys, load_keys, renew_ticket_key, ticket_keys
from maas.checkout.mending import Mender
from maas.checkout.series import Pattern, SeriesDesk
from maas.checkout.series_booking import SeriesBooker
from maas.checkout.service import LONGEST_NOTE, BookingRequest, Checkout
from maas.checkout.tickets import Checked, TicketDesk

__all__ = [
    "LONGEST_NOTE",
    "BookingRequest",
    "BookingWriter",
    "Changes",
    "Checked",
    "Checkout",
    "Follower",
    "Keys",
    "Mender",
    "Pattern",
    "SeriesBooker",
    "SeriesDesk",
    "TicketDesk",
    "load_keys",
    "priced_changes",
    "renew_ticket_key",
    "ticket_keys",
]
