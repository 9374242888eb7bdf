"""Service days: weekly patterns, holidays, added days."""

from datetime import date
from pathlib import Path

import pytest

from gtfs.calendar import ServiceCalendar
from gtfs.errors import InvalidFeedError
from gtfs.feed import load_feed, read_feed
from tests.gtfs.text_feeds import write_folder

# November 2026: Monday 23rd is a holiday, Saturday 28th a festival.
CALENDAR = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    weekday,1,1,1,1,1,0,0,20261121,20261206
    unused,1,1,1,1,1,1,1,20200101,20991231
"""
DATES = """
    service_id,date,exception_type
    weekday,20261123,2
    weekday,20261128,1
    weekday,20261204,2
    festival,20261128,1
"""
TRIPS = """
    route_id,service_id,trip_id
    L1,weekday,T1
    L1,festival,T2
"""


@pytest.fixture
def calendar(tmp_path: Path) -> ServiceCalendar:
    changes = {"calendar.txt": CALENDAR, "calendar_dates.txt": DATES, "trips.txt": TRIPS}
    return ServiceCalendar.of(load_feed(write_folder(tmp_path / "hill", changes)))


@pytest.mark.parametrize(
    ("day", "services"),
    [
        (date(2026, 11, 20), set()),  # before the start
        (date(2026, 11, 22), set()),  # Sunday
        (date(2026, 11, 23), set()),  # holiday
        (date(2026, 11, 24), {"weekday"}),
        (date(2026, 11, 28), {"weekday", "festival"}),  # Saturday, both added
        (date(2026, 12, 4), set()),  # taken out
        (date(2026, 12, 7), set()),  # after the end
    ],
)
def test_services_of_a_day(calendar: ServiceCalendar, day: date, services: set[str]) -> None:
    assert calendar.active(day) == services


def test_first_and_last_day_are_days_of_service(calendar: ServiceCalendar) -> None:
    assert (calendar.first_day, calendar.last_day) == (date(2026, 11, 24), date(2026, 12, 3))


def test_days_of_a_service(calendar: ServiceCalendar) -> None:
    days = calendar.days_of("weekday")

    assert [day.day for day in days] == [24, 25, 26, 27, 28, 30, 1, 2, 3]
    assert calendar.days_of("festival") == (date(2026, 11, 28),)
    assert calendar.days_of("unknown") == ()


def test_calendar_to_the_end_of_time_costs_nothing(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id\nL1,unused,T1\nL1,unused,T2\n"
    folder = write_folder(tmp_path / "f", {"calendar.txt": CALENDAR, "trips.txt": trips})
    calendar = ServiceCalendar.of(load_feed(folder))

    assert (calendar.first_day, calendar.last_day) == (date(2020, 1, 1), date(2099, 12, 31))


def test_contradicting_exceptions_mean_no_service(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nweekday,20261124,1\nweekday,20261124,2\n"
    feed = load_feed(write_folder(tmp_path / "f", {"calendar_dates.txt": dates}))

    assert "does not run on that day" in feed.notices[0].message
    assert ServiceCalendar.of(feed).active(date(2026, 11, 24)) == frozenset()


def test_no_day_at_all_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "f", {"calendar.txt": None})
    with pytest.raises(InvalidFeedError, match="no trip runs on any day"):
        ServiceCalendar.of(read_feed(folder))
