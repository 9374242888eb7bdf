"""Bookings: what a rider was promised, and what became of it."""

from maas.bookings.queries import bookings_of, other_way_of
from maas.bookings.service import find_booking, forget_rider, rides_of, settle
from maas.bookings.states import MOVES, By, State, begin, move

__all__ = [
    "MOVES",
    "By",
    "State",
    "begin",
    "bookings_of",
    "find_booking",
    "forget_rider",
    "move",
    "other_way_of",
    "rides_of",
    "settle",
]
