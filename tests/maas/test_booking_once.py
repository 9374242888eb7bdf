"""A request that is sent twice books once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import select

from apps.runtime import Runtime
from maas.checkout import BookingRequest
from maas.errors import (
    IdempotencyKeyReusedError,
    InvalidRequestError,
    NotBookableError,
    OfferExpiredError,
    OfferInvalidError,
)
from maas.tables import Booking, IdempotencyKey
from tests.builders import vehicle
from tests.maas.conftest import Open
from tests.maas.riders import ask, book, ride_offer


def bookings(town: Runtime) -> list[str]:
    with town.database.reading() as session:
        return [booking.id for booking in session.exec(select(Booking))]


def test_same_key_and_request_give_the_same_booking(town: Runtime) -> None:
    offer = ride_offer(ask(town))
    first = book(town, offer, "key-1")
    again = book(town, offer, "key-1")
    assert first.id == again.id
    assert bookings(town) == [first.id]


def test_same_key_at_the_same_moment_books_once(open_town: Open) -> None:
    town = open_town()
    offer = ride_offer(ask(town))
    start = Barrier(8)

    def attempt(_: int) -> str:
        start.wait()
        return book(town, offer, "key-1").id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(attempt, range(8)))
    assert ids == set(bookings(town))
    assert len(ids) == 1


def test_same_key_for_another_request_is_refused(town: Runtime) -> None:
    offer = ride_offer(ask(town))
    book(town, offer, "key-1")
    with pytest.raises(IdempotencyKeyReusedError, match="fresh"):
        book(town, offer, "key-1", name="Rider B")
    assert len(bookings(town)) == 1


def test_a_key_that_a_request_in_another_area_writes_meanwhile(open_town: Open) -> None:
    town = open_town(vehicle(seats=2))
    offer = ride_offer(ask(town))
    first = book(town, offer, "key-1")
    with ThreadPoolExecutor(1) as pool:
        with town.database.transaction() as session:  # holds no lock of the offer's area
            row = IdempotencyKey(key="key-2", request_hash="another", subject=first.id, created_s=0)
            session.add(row)
            session.flush()
            later = pool.submit(book, town, offer, "key-2")
            with pytest.raises(TimeoutError):
                later.result(timeout=0.5)
        with pytest.raises(IdempotencyKeyReusedError, match="fresh"):
            later.result(timeout=20)
    assert bookings(town) == [first.id]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_is_needed_and_short(town: Runtime, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="name"):
        book(town, ride_offer(ask(town)), "key-1", name=name)
    assert bookings(town) == []


def test_an_unknown_payment_is_refused(town: Runtime) -> None:
    request = BookingRequest(ride_offer(ask(town)), "Rider A", "", payment="gold")
    with (
        pytest.raises(InvalidRequestError, match="on_board"),
        town.database.transaction() as session,
    ):
        town.checkout.book(session, request, town.clock())
    assert bookings(town) == []


def test_an_offer_that_was_changed_or_made_up_is_refused(town: Runtime) -> None:
    offer = ride_offer(ask(town))
    flipped = offer[:60] + ("A" if offer[60] != "A" else "B") + offer[61:]
    for token in (flipped, "nonsense", "", offer[:-8]):
        with pytest.raises(OfferInvalidError):
            book(town, token, "key-1")
    assert bookings(town) == []


def test_an_offer_does_not_live_for_ever(open_town: Open) -> None:
    town = open_town()
    offer = ride_offer(ask(town))
    later = open_town(now="2026-11-24T09:06:00+09:00")
    with pytest.raises(OfferExpiredError, match="search again"):
        book(later, offer, "key-1")


def test_a_bus_needs_no_booking(town: Runtime) -> None:
    plan = ask(town, "station", "west", "10:00")
    bus = next(journey for journey in plan["journeys"] if not journey["bookable"])
    assert bus["offer"] is None
    assert NotBookableError.code == "not_bookable"
