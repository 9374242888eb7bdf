"""The service: offers, bookings, tickets and fleet operations."""
