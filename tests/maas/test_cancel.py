"""Cancelling gives the seat back, once, and not after boarding."""

import pytest

from apps.runtime import Runtime
from maas.clock import local_date
from maas.errors import NotCancellableError, NotFoundError
from maas.operations import manifest
from tests.builders import at
from tests.maas.riders import TUESDAY, ask, book, ride_offer


def cancel(town: Runtime, booking_id: str, now_s: int | None = None) -> str:
    with town.database.transaction() as session:
        now_s = town.clock() if now_s is None else now_s
        return town.checkout.changes.cancel(session, booking_id, now_s).state


def stops(town: Runtime) -> int:
    day = local_date(at(f"{TUESDAY} 12:00"), town.city.timezone)
    with town.database.reading() as session:
        return len(manifest(session, "1", day))


def test_the_seat_is_free_again(town: Runtime) -> None:
    offer = ride_offer(ask(town))
    first = book(town, offer, "one")
    assert stops(town) == 2
    assert cancel(town, first.id) == "cancelled"
    assert stops(town) == 0
    second = book(town, ride_offer(ask(town)), "two")
    assert second.journey["legs"] == first.journey["legs"]


def test_cancelling_twice_changes_nothing(town: Runtime) -> None:
    booking = book(town, ride_offer(ask(town)), "one")
    assert [cancel(town, booking.id), cancel(town, booking.id)] == ["cancelled", "cancelled"]


def test_not_after_the_pickup_window(town: Runtime) -> None:
    booking = book(town, ride_offer(ask(town)), "one")
    with pytest.raises(NotCancellableError, match="operator"):
        cancel(town, booking.id, at(f"{TUESDAY} 10:30"))


def test_an_unknown_booking(town: Runtime) -> None:
    with pytest.raises(NotFoundError):
        cancel(town, "bkg_nothing")
