"""Rides that come back: every Tuesday, but for holidays and days left out, booked in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from apps.runtime import Runtime
from apps.worker import Worker
from maas.bookings import forget_rider
from maas.checkout import Pattern, SeriesBooker, SeriesDesk
from maas.errors import (
    CostChangedError,
    InvalidRequestError,
    NotBookableError,
    NotFoundError,
    SeriesEndedError,
)
from maas.tables import Booking, Series
from tests.builders import at
from tests.maas.conftest import Open
from tests.maas.riders import ask, book, ride_offer
from tests.maas.row_checker import check_rows
from tests.maas.test_changes import strict
from tests.maas.town_day import TownDay, driving

TUESDAYS = Pattern((1,), date(2027, 1, 12))
HOLIDAY = date(2026, 12, 8)


def first(town: Runtime, time: str = "10:00") -> Booking:
    """Book the first ride, on Tuesday the 24th of November."""
    return book(town, ride_offer(ask(town, "station", "east", time)), "one")


def begin(town: Runtime, booking: Booking, pattern: Pattern = TUESDAYS) -> Series:
    with town.database.transaction() as session:
        return town.series.begin(session, booking.id, pattern, town.clock())


def run(town: Runtime, now: str = "2026-11-24 09:00") -> int:
    """Let the worker book what is due."""
    return booker(town, lambda: at(now)).run()


def booker(town: Runtime, clock: Callable[[], int]) -> SeriesBooker:
    return SeriesBooker(town.database, town.city, town.fleet, town.desk, town.checkout, clock)


def days(town: Runtime, series: Series, now: str = "2026-11-24 09:00") -> dict[str, str]:
    with town.database.reading() as session:
        document = town.series.document(session, series, at(now))
    return {day["day"]: day["state"] for day in document["days"]}


def with_holiday(town: Runtime) -> Runtime:
    """The same town, where the 8th of December is a holiday."""
    city = replace(town.city, holidays=frozenset({HOLIDAY}))
    return replace(town, city=city, series=SeriesDesk(city, town.checkout.changes))


def test_each_day_is_booked_when_the_horizon_reaches_it(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    series = begin(town, first(town))
    assert run(town) == 2  # 14 days ahead: the 1st and the 8th
    assert run(town) == 0
    assert list(days(town, series).items())[:4] == [
        ("2026-11-24", "booked"),
        ("2026-12-01", "booked"),
        ("2026-12-08", "booked"),
        ("2026-12-15", "planned"),
    ]
    assert run(town, "2026-12-02 03:00") == 1
    rides = day.rows("SELECT * FROM ride ORDER BY pickup_earliest_s")
    assert [ride["pickup_earliest_s"] for ride in rides] == [
        at(f"{text} 10:00") for text in ("2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15")
    ]
    assert len({ride["booking_id"] for ride in rides}) == 4
    assert {row["state"] for row in day.rows("SELECT state FROM booking")} == {"confirmed"}
    assert check_rows(day.rows, driving(day)) == []


def test_holidays_and_exceptions_are_left_out(town: Runtime) -> None:
    town = with_holiday(town)
    pattern = replace(TUESDAYS, except_on=(date(2026, 12, 15),))
    series = begin(town, first(town), pattern)
    run(town, "2026-12-05 09:00")
    assert list(days(town, series)) == [
        *("2026-11-24", "2026-12-01", "2026-12-22", "2026-12-29", "2027-01-05", "2027-01-12")
    ]
    other = begin(town, first_again(town), replace(pattern, on_holidays=True))
    assert "2026-12-08" in days(town, other)


def first_again(town: Runtime) -> Booking:
    return book(town, ride_offer(ask(town, "station", "east", "14:00")), "again", name="Rider B")


def test_a_day_left_out_before_and_after_it_is_booked(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    series = begin(town, first(town))
    run(town)
    now_s = town.clock()
    for text in ("2026-12-01", "2026-12-15"):
        with town.database.transaction() as session:
            town.series.skip(session, series.id, date.fromisoformat(text), now_s)
            town.series.skip(session, series.id, date.fromisoformat(text), now_s)
    run(town, "2026-12-02 03:00")
    found = days(town, series)
    assert [found[d] for d in ("2026-12-01", "2026-12-08", "2026-12-15")] == [
        *("skipped", "booked", "skipped")
    ]
    states = day.rows("SELECT state FROM booking ORDER BY id")
    assert [row["state"] for row in states] == ["confirmed", "cancelled", "confirmed"]
    with (
        pytest.raises(InvalidRequestError, match="no ride of this series"),
        town.database.transaction() as session,
    ):
        town.series.skip(session, series.id, date(2026, 12, 2), now_s)


def test_all_the_rest_is_cancelled_at_the_cost_shown(open_town: Open) -> None:
    town = strict(open_town)  # half of the fare within the last hour
    day = TownDay(town, town.clock())
    series = begin(town, first(town, "11:00"))
    run(town)
    late_s = at("2026-11-24 10:30")
    with town.database.reading() as session:
        cost = town.series.cost_of_ending(session, series.id, late_s)
    assert (cost.fee_minor, cost.consequences[0]) == (250, "series_ends")
    assert "free_of_charge" not in cost.consequences
    with pytest.raises(CostChangedError), town.database.transaction() as session:
        town.series.end(session, series.id, late_s, 0)
    with town.database.transaction() as session:
        assert town.series.end(session, series.id, late_s, 250).state == "ended"
        assert town.series.end(session, series.id, late_s).state == "ended"
    assert {row["state"] for row in day.rows("SELECT state FROM booking")} == {"cancelled"}
    assert day.rows("SELECT * FROM plan_stop") == []
    assert run(town, "2026-12-02 03:00") == 0
    with pytest.raises(SeriesEndedError), town.database.transaction() as session:
        town.series.skip(session, series.id, date(2026, 12, 15), late_s)


def test_a_day_that_cannot_be_had_is_refused_with_the_reason(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    series = begin(town, first(town))
    day.change("UPDATE vehicle SET in_service = :no", no=False)
    assert run(town) == 2
    day.change("UPDATE vehicle SET in_service = :yes", yes=True)
    assert run(town) == 0
    rows = day.rows("SELECT state, code FROM series_day ORDER BY day")
    assert [row["state"] for row in rows] == ["booked", "refused", "refused"]
    assert rows[1]["code"] == "no_ride"
    told = day.rows("SELECT kind FROM outbox_event WHERE stream = :s", s=f"series:{series.id}")
    assert [row["kind"] for row in told] == [
        *("series_day_booked", "series_day_refused", "series_day_refused")
    ]


def test_two_workers_at_once_book_a_day_once(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    begin(town, first(town))
    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(lambda _: run(town), range(4)))
    assert made == 2
    assert len(day.rows("SELECT * FROM booking")) == 3
    assert check_rows(day.rows, driving(day)) == []


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        (Pattern((), date(2026, 12, 31)), "weekdays"),
        (Pattern((7,), date(2026, 12, 31)), "weekdays"),
        (Pattern((1,), date(2026, 11, 24)), "until"),
        (Pattern((1,), date(2027, 11, 26)), "until"),
    ],
)
def test_patterns_that_make_no_sense(town: Runtime, pattern: Pattern, field: str) -> None:
    booking = first(town)
    with pytest.raises(InvalidRequestError) as refused:
        begin(town, booking, pattern)
    assert refused.value.params["field"] == field


def test_only_a_ride_still_to_come_comes_back(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    booking = first(town)
    day.cancel(booking.id)
    with pytest.raises(NotBookableError):
        begin(town, booking)
    with pytest.raises(NotFoundError), town.database.reading() as session:
        town.series.cost_of_ending(session, "ser_none", day.now_s)


def test_nothing_is_left_of_a_rider_who_closes_the_account(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    booking = first(town)
    day.change("UPDATE booking SET account_id = 'acc_1'")
    series = begin(town, booking)
    with town.database.transaction() as session:
        town.series.end(session, series.id, day.now_s)
    with town.database.transaction() as session:
        forget_rider(session, "acc_1")
    with town.database.reading() as session:
        left = session.get_one(Series, series.id)
        assert (left.rider_name, left.wish, left.account_id) == ("", {"time": ""}, None)
        assert town.series.document(session, left, day.now_s)["state"] == "ended"
    assert day.rows("SELECT * FROM idempotency_key") == []


def test_the_worker_books_what_is_due_and_forgets_old_keys(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    begin(town, first(town))
    day.change("UPDATE idempotency_key SET created_s = 0")
    worker = Worker(town)
    assert worker.book_series() == 0  # not elected yet
    worker.election.stand()
    assert worker.book_series() == 2
    assert day.rows("SELECT * FROM idempotency_key") == []
    assert worker.book_series() == 0
