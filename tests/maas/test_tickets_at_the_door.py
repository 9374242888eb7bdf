"""Tickets at a vehicle's door: of this moment, for this vehicle, once."""

import pytest

from maas.checkout import Checked, renew_ticket_key, ticket_keys
from maas.errors import (
    MaasError,
    TicketElsewhereError,
    TicketInvalidError,
    TicketStaleError,
    TicketUsedError,
)
from maas.tables import Booking
from maas.tickets import key_id, verify_ticket, with_code
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.test_bookings_at_random import at_once
from tests.maas.town_day import TownDay

AT_THE_DOOR = "09:58"


@pytest.fixture
def day(open_town: Open) -> TownDay:
    """Two vans of two seats, one in the west."""
    town = open_town(vehicle("1", seats=2) + vehicle("2", seats=2, depot="west"))
    return TownDay(town, town.clock())


def check(day: TownDay, text: str, van: str = "1") -> Checked:
    with day.town.database.transaction() as session:
        return day.town.tickets.check(session, van, text, "acc_driver", day.now_s)


def code(day: TownDay, booking: Booking) -> str:
    """The six digits that the rider's page shows now."""
    return day.town.tickets.codes(booking, day.now_s)[0][0]


def test_by_the_digits_of_this_moment(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    day.to(AT_THE_DOOR)
    digits = code(day, booking)
    checked = check(day, f" {digits[:3]} {digits[3:]} ")
    assert (checked.ride.booking_id, checked.is_live) == (booking.id, True)


def test_by_scanning_the_page(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    day.to(AT_THE_DOOR)
    assert check(day, day.town.tickets.live_text(booking, day.now_s)).is_live


def test_paper_is_good_but_not_of_this_moment(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    day.to(AT_THE_DOOR)
    assert not check(day, booking.ticket).is_live


def test_a_screenshot_is_refused_after_a_minute(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    day.to(AT_THE_DOOR)
    picture, digits = day.town.tickets.live_text(booking, day.now_s), code(day, booking)
    day.now_s += 60
    for text in (picture, digits):
        with pytest.raises(TicketStaleError, match="page"):
            check(day, text)


def test_a_ticket_is_used_once_however_it_comes(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    day.to(AT_THE_DOOR)
    check(day, booking.ticket)
    for text in (booking.ticket, code(day, booking), with_code(booking.ticket, code(day, booking))):
        with pytest.raises(TicketUsedError) as refused:
            check(day, text)
        assert refused.value.params["at"] == f"{TUESDAY}T{AT_THE_DOOR}:00+09:00"


def test_at_two_doors_at_once_it_is_used_once(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    day.to(AT_THE_DOOR)

    def attempt() -> str:
        return check(day, booking.ticket).ride.id

    outcomes = at_once(*[attempt] * 4)
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert all(isinstance(one, str | TicketUsedError) for one in outcomes), outcomes
    assert len(day.rows("SELECT * FROM ticket_use")) == 1


def test_another_vehicle_refuses_it_and_leaves_it_good(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    mine = day.one("SELECT vehicle_id FROM shift")["vehicle_id"]
    (other,) = {"1", "2"} - {mine}
    day.to(AT_THE_DOOR)
    with pytest.raises(TicketElsewhereError) as refused:
        check(day, booking.ticket, other)
    assert refused.value.params["vehicles"] == [mine]
    with pytest.raises(TicketStaleError):
        check(day, code(day, booking), other)
    assert check(day, booking.ticket, mine)


@pytest.mark.parametrize(("time", "good"), [("08:57", False), ("08:58", True)])
def test_an_hour_before_with_two_minutes_for_the_clock(day: TownDay, time: str, good: bool) -> None:
    day.to("08:30")
    booking = day.book("station", "bath", "10:00")
    begins_s = min(day.ride(booking)["pickup_earliest_s"], at(f"{TUESDAY} 10:00"))
    day.now_s = begins_s - 3600 - (at(f"{TUESDAY} 09:00") - at(f"{TUESDAY} {time}"))
    if good:
        assert check(day, booking.ticket)
    else:
        for text in (booking.ticket, code(day, booking)):
            with pytest.raises(TicketInvalidError, match="another time"):
                check(day, text)


def test_the_ticket_of_a_cancelled_booking_is_none(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    live = day.town.tickets.live_text(booking, day.now_s)
    cancelled = day.cancel(booking.id)
    with pytest.raises(TicketInvalidError, match="cancelled"):
        check(day, live)
    assert day.town.tickets.codes(cancelled, day.now_s) == []


def test_a_changed_booking_has_a_ticket_of_its_own(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:00")
    promise = day.ask("station", "bath", "10:30")
    changed = day.move(booking.id, promise)  # type: ignore[arg-type]
    day.to("10:28")
    with pytest.raises(TicketInvalidError, match="changed"):
        check(day, booking.ticket)
    assert check(day, changed.ticket)


@pytest.mark.parametrize("text", ["12345", "1234567", "MR1:", "MR1:000000", "MG1:", "x", "000000"])
def test_what_is_none(day: TownDay, text: str) -> None:
    day.book("station", "bath", "10:00")
    with pytest.raises(TicketInvalidError if text != "000000" else TicketStaleError):
        check(day, text)


def test_tickets_outlive_the_key_that_signed_them(day: TownDay, open_town: Open) -> None:
    before = day.book("station", "bath", "10:00")
    with day.town.database.transaction() as session:
        fresh = renew_ticket_key(session, day.now_s)
    again = TownDay(open_town(vehicle("1", seats=2) + vehicle("2", seats=2)), day.now_s)
    after = again.book("station", "bath", "10:30")
    with again.town.database.reading() as session:
        keys = ticket_keys(session)
    assert next(iter(keys)) == fresh == key_id(again.town.keys.ticket.public_key())
    assert len(keys) == 2
    again.to(AT_THE_DOOR)
    for booking in (before, after):
        assert verify_ticket(booking.ticket, keys, again.now_s).booking_id == booking.id
    newest = {fresh: keys[fresh]}
    with pytest.raises(TicketInvalidError, match="not issued"):
        verify_ticket(before.ticket, newest, again.now_s)


def test_a_refusal_uses_nothing_up(day: TownDay) -> None:
    booking = day.book("station", "bath", "10:30")
    for text in ("000000", "MG1:", booking.ticket):  # the last one an hour too early
        with pytest.raises(MaasError):
            check(day, text)
    assert day.rows("SELECT * FROM ticket_use") == []
