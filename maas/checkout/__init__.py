"""From an offer to a ticket, and back: booking, cancelling, drivers' reports."""

from maas.checkout.connections import Follower
from maas.checkout.documents import BookingWriter
from maas.checkout.keys import Keys, load_keys
from maas.checkout.mending import Mender
from maas.checkout.service import BookingRequest, Checkout

__all__ = ["BookingRequest", "BookingWriter", "Checkout", "Follower", "Keys", "Mender", "load_keys"]
