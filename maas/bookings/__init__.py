"""Bookings: what a rider was promised, and what became of it."""

from maas.bookings.service import find_booking, rides_of, settle

__all__ = ["find_booking", "rides_of", "settle"]
