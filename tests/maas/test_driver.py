"""The driver's list, and what the driver reports."""

from datetime import date

import pytest

from apps.runtime import Runtime
from maas.checkout import BookingWriter
from maas.errors import NotCancellableError, NotFoundError, StopAlreadySettledError
from maas.operations import find_vehicle
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY, ask, book, ride_offer

DAY = date(2026, 11, 24)


def listed(town: Runtime) -> list[dict[str, object]]:
    with town.database.reading() as session:
        writer = BookingWriter(town.city, "ja")
        document = writer.driver_list(session, find_vehicle(session, "1"), DAY)
    stops: list[dict[str, object]] = document["stops"]
    return stops


def report(town: Runtime, stop: dict[str, object], outcome: str, time: str) -> str:
    with town.database.transaction() as session:
        now_s = at(f"{TUESDAY} {time}")
        return town.checkout.report(session, "1", str(stop["id"]), outcome, now_s).state


def state(town: Runtime, booking_id: str) -> str:
    with town.database.reading() as session:
        from maas.bookings import find_booking

        return find_booking(session, booking_id).state


def test_the_list_says_where_when_whom_and_how_much(town: Runtime) -> None:
    booking = book(town, ride_offer(ask(town, "station", "east")), "one", name="Rider A")
    pickup, dropoff = listed(town)
    assert (pickup["kind"], dropoff["kind"]) == ("pickup", "dropoff")
    assert pickup["rider"] == {"name": "Rider A", "phone": ""}
    assert pickup["price"] == {"amount_minor": 500, "currency": "JPY"}
    assert dropoff["price"] is None
    assert pickup["booking_id"] == booking.id
    assert str(pickup["planned"]) >= str(pickup["earliest"])
    assert str(dropoff["planned"]) <= str(dropoff["latest"])


def test_from_boarding_to_completion(town: Runtime) -> None:
    booking = book(town, ride_offer(ask(town)), "one")
    pickup, dropoff = listed(town)
    assert report(town, pickup, "done", "10:02") == "on_board"
    assert state(town, booking.id) == "boarded"
    assert report(town, dropoff, "done", "10:08") == "completed"
    assert state(town, booking.id) == "completed"
    assert [stop["state"] for stop in listed(town)] == ["done", "done"]


def test_a_report_sent_twice_changes_nothing(town: Runtime) -> None:
    book(town, ride_offer(ask(town)), "one")
    pickup, _ = listed(town)
    assert [report(town, pickup, "done", "10:02") for _ in range(2)] == ["on_board"] * 2


def test_who_does_not_come_is_taken_off_the_list(town: Runtime) -> None:
    booking = book(town, ride_offer(ask(town)), "one")
    pickup, _ = listed(town)
    assert report(town, pickup, "no_show", "10:12") == "no_show"
    assert [stop["state"] for stop in listed(town)] == ["no_show"]
    assert state(town, booking.id) == "no_show"


def test_a_dropoff_cannot_be_a_no_show(town: Runtime) -> None:
    book(town, ride_offer(ask(town)), "one")
    _, dropoff = listed(town)
    with pytest.raises(StopAlreadySettledError):
        report(town, dropoff, "no_show", "10:12")


def test_who_has_boarded_cannot_cancel(town: Runtime) -> None:
    booking = book(town, ride_offer(ask(town)), "one")
    pickup, _ = listed(town)
    report(town, pickup, "done", "10:02")
    with pytest.raises(NotCancellableError), town.database.transaction() as session:
        town.checkout.changes.cancel(session, booking.id, at(f"{TUESDAY} 10:03"))


def test_the_stop_of_another_vehicle_is_not_found(open_town: Open) -> None:
    town = open_town(vehicle("1") + vehicle("2"))
    book(town, ride_offer(ask(town)), "one")
    stops = listed(town)
    other = "2" if stops else "1"
    stop = stops[0] if stops else {"id": "stop_nothing"}
    with pytest.raises(NotFoundError), town.database.transaction() as session:
        town.checkout.report(session, other, str(stop["id"]), "done", at(f"{TUESDAY} 10:02"))
