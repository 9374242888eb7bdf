"""From an offer to a ticket, and back: booking, changing, cancelling, drivers' reports."""

from maas.checkout.changes import Changes, priced_changes
from maas.checkout.connections import Follower
from maas.checkout.documents import BookingWriter
from maas.checkout.keys import Keys, load_keys
from maas.checkout.mending import Mender
from maas.checkout.service import LONGEST_NOTE, BookingRequest, Checkout

__all__ = [
    "LONGEST_NOTE",
    "BookingRequest",
    "BookingWriter",
    "Changes",
    "Checkout",
    "Follower",
    "Keys",
    "Mender",
    "load_keys",
    "priced_changes",
]
