"""Times as people write them, and the clock a process lives by."""

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from maas.clock import day_bounds, iso, local_date, local_instant, make_clock
from maas.errors import InvalidRequestError

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24 10:00", "2026-11-24T10:00:00+09:00"),
        ("2026-11-24T10:00", "2026-11-24T10:00:00+09:00"),
        (" 2026-11-24T00:00 ", "2026-11-24T00:00:00+09:00"),
        ("2026-11-24T01:00Z", "2026-11-24T10:00:00+09:00"),
        ("2026-11-23T20:00-05:00", "2026-11-24T10:00:00+09:00"),
        ("2026-12-31T23:59:59", "2026-12-31T23:59:59+09:00"),
        ("2026-12-31T15:00Z", "2027-01-01T00:00:00+09:00"),
        ("2028-02-29T10:00", "2028-02-29T10:00:00+09:00"),
        ("1970-01-01T09:00", "1970-01-01T09:00:00+09:00"),
    ],
)
def test_times_people_write(text: str, instant: str) -> None:
    assert iso(local_instant(text, TOKYO), TOKYO) == instant


@pytest.mark.parametrize(
    "text",
    [
        *("", "10:00", "2026-11-24", "tomorrow", "2027-02-29T10:00", "2026-11-24T24:30"),
        *("0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"),
        "1899-12-31T00:00",
    ],
)
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"Write it like|Choose a day"):
        local_instant(text, TOKYO)


def test_a_time_that_a_clock_change_skips_or_repeats() -> None:
    assert iso(local_instant("2026-03-29T02:30", BERLIN), BERLIN) == "2026-03-29T03:30:00+02:00"
    assert iso(local_instant("2026-10-25T02:30", BERLIN), BERLIN) == "2026-10-25T02:30:00+02:00"
    start, end = day_bounds(date(2026, 3, 29), BERLIN)
    assert end - start == 23 * 3600


def test_days_change_at_midnight_of_the_city() -> None:
    last = local_instant("2026-12-31T23:59:59", TOKYO)
    assert local_date(last, TOKYO) == date(2026, 12, 31)
    assert local_date(last + 1, TOKYO) == date(2027, 1, 1)


@pytest.mark.parametrize("start", ["2026-11-24T09:00", "2026-11-24 09:00", "2026-11-24T00:00Z"])
def test_a_clock_that_starts_at_a_time_runs_on(start: str) -> None:
    clock = make_clock(start, TOKYO)
    assert 0 <= clock() - local_instant("2026-11-24T09:00", TOKYO) <= 2


def test_no_start_is_the_machines_clock() -> None:
    assert abs(make_clock("", TOKYO)() - time.time()) <= 2


def test_a_start_that_is_none_names_the_setting() -> None:
    with pytest.raises(InvalidRequestError, match="MAAS_NOW"):
        make_clock("yesterday", TOKYO)
