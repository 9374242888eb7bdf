"""A booking's life: which moves there are, who makes them, and that the database agrees."""

from itertools import product

import pytest
from sqlalchemy.exc import DBAPIError

from apps.runtime import Runtime
from maas.bookings import MOVES, By, State, find_booking, move
from maas.bookings.states import FIRST, OVER
from maas.errors import BookingMoveError
from tests.maas.riders import ask, book, ride_offer
from tests.maas.town_day import TownDay

LIFE = {
    "held": "confirmed refused cancelled",
    "confirmed": "boarded cancelled no_show",
    "boarded": "completed interrupted",
}
"""From each state of a row to the next ones; there are no others."""


def test_the_moves_are_these() -> None:
    rows = {(a, b) for a, b in MOVES if a != State.QUOTED}
    assert rows == {(a, b) for a, nexts in LIFE.items() for b in nexts.split()}
    assert {"completed", "cancelled", "no_show", "refused", "interrupted"} == OVER
    assert {b for a, b in MOVES if a == State.QUOTED} == FIRST


def test_the_database_takes_these_moves_and_no_others(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    booking = book(town, ride_offer(ask(town)), "one")
    row = day.one("SELECT * FROM booking")
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    if town.database.engine.dialect.name == "postgresql":
        marks = marks.replace(":party", "CAST(:party AS JSON)")
        row["party"] = '{"adults": 1}'
    taken = set()
    for number, (before, after) in enumerate(product(State, State)):
        if before == after or State.QUOTED in (before, after):
            continue
        copy = row | {"id": f"copy-{number}", "state": _first_on_the_way(before)[0]}
        day.change(f"INSERT INTO booking ({names}) VALUES ({marks})", **copy)
        change = "UPDATE booking SET state = :state WHERE id = :id"
        for step in _first_on_the_way(before)[1:]:
            day.change(change, state=step, id=copy["id"])
        try:
            day.change(change, state=after, id=copy["id"])
            taken.add((before, after))
        except DBAPIError as error:
            assert "a booking cannot move like that" in str(error)  # noqa: PT017
    assert taken == {(a, b) for a, b in MOVES if a != State.QUOTED}
    assert booking.state == "confirmed"


def _first_on_the_way(state: str) -> list[str]:
    """Name states through which a row comes to a state."""
    if state in FIRST:
        return [state]
    before = next(a for a, b in MOVES if b == state and a != State.QUOTED)
    return [*_first_on_the_way(before), state]


def test_a_row_begins_as_held_or_refused(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    book(town, ride_offer(ask(town)), "one")
    with pytest.raises(DBAPIError, match="cannot move like that"):
        day.change(
            "INSERT INTO booking (id, state, created_s, rider_name, rider_phone, language, party,"
            " journey, price_minor, currency, payment, ticket, booked_by, fee_minor)"
            " SELECT 'another', 'confirmed', created_s, rider_name, rider_phone, language, party,"
            " journey, price_minor, currency, payment, ticket, booked_by, fee_minor FROM booking"
        )


@pytest.mark.parametrize(
    ("to", "by"),
    [(State.BOARDED, By.RIDER), (State.COMPLETED, By.DRIVER), (State.CONFIRMED, By.SERVICE)],
)
def test_who_may_not_move_it(town: Runtime, to: State, by: By) -> None:
    booking = book(town, ride_offer(ask(town)), "one")
    with (
        pytest.raises(BookingMoveError, match="reload"),
        town.database.transaction() as session,
    ):
        move(session, find_booking(session, booking.id), to, by, town.clock())


def test_every_move_is_told_once_and_in_order(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    booking = day.book("station", "bath", "10:00")
    day.to("10:02")
    day.report(day.stop(booking, "pickup"))
    day.report(day.stop(booking, "pickup"))
    day.to("10:08")
    day.report(day.stop(booking, "dropoff"))
    assert day.told(booking) == [
        *("booking_held", "ride_planned", "booking_confirmed"),
        *("ride_on_board", "booking_boarded", "ride_completed", "booking_completed"),
    ]
