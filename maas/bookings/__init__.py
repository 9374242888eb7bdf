"""Bookings: what a rider was promised, and what became of it."""

from maas.bookings.queries import bookings_of
from maas.bookings.service import find_booking, rides_of, settle

__all__ = ["bookings_of", "find_booking", "rides_of", "settle"]
