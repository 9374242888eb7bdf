"""Clock text and seconds; service days on which the clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtfs.errors import ClockFormatError
from gtfs.times import (
    MALFORMED_S,
    MISSING_S,
    format_time,
    parse_date,
    parse_time,
    parse_times,
    service_day_origin,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00:00", 0), ("7:30:00", 27000), ("08:05:09", 29109), ("25:10:00", 90600)],
)
def test_times_of_day(text: str, seconds: int) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "8:05", "08:60:00", "08:00:61", "-1:00:00", "8h05", "８:05:00"]
)
def test_no_times(text: str) -> None:
    with pytest.raises(ClockFormatError, match="write it as HH:MM:SS"):
        parse_time(text)


@given(st.integers(0, 999 * 3600 + 3599))
def test_written_times_read_back(seconds: int) -> None:
    assert parse_time(format_time(seconds)) == seconds


def test_column_keeps_midnight_apart_from_nothing() -> None:
    column = pd.Series(["00:00:00", "", "25:10:00", "noon", "00:00:00"], dtype=str)

    assert parse_times(column).tolist() == [0, MISSING_S, 90600, MALFORMED_S, 0]


def test_dates() -> None:
    assert parse_date("20240229") == date(2024, 2, 29)
    for text in ("20230229", "2024-02-29", "240229", ""):
        with pytest.raises(ClockFormatError, match="YYYYMMDD"):
            parse_date(text)


@pytest.mark.parametrize(
    ("day", "zone", "origin"),
    [
        (date(2026, 11, 24), "Asia/Tokyo", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        # The clocks go forward at 2:00: noon minus 12 h is 23:00 of the day before.
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 28, 22, tzinfo=UTC)),
        # The clocks go back at 3:00: noon minus 12 h is 1:00.
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 24, 23, tzinfo=UTC)),
    ],
)
def test_service_day_counts_from_noon_minus_twelve_hours(
    day: date, zone: str, origin: datetime
) -> None:
    assert service_day_origin(day, ZoneInfo(zone)) == int(origin.timestamp())
