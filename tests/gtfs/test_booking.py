"""Booking rules: which pickups can be booked when; the rules stand here as text.

A line reads ``type min max last-day last-time start-day start-time service | now -> pickups``:
notices in minutes, ``-`` for nothing. The hours are 08:00 to 12:00 of Tuesday 2026-11-24 unless a
section says otherwise; ``work`` runs on weekdays, save Monday 23rd (a holiday).
"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from gtfs.booking import BookingRule, booking_rules
from tests.routing.feeds import feed

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
DAY = "2026-11-24"
CALENDAR = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    work,1,1,1,1,1,0,0,20261101,20261231
"""
HOLIDAY = """
    service_id,date,exception_type
    work,20261123,2
"""
HEADER = (
    "booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_duration_max,"
    "prior_notice_last_day,prior_notice_last_time,prior_notice_start_day,prior_notice_start_time,"
    "prior_notice_service_id"
)

REAL_TIME = """
    0 - - - - - - - | 24T07:00 -> 08:00-12:00
    0 - - - - - - - | 24T09:30 -> 09:30-12:00
    0 - - - - - - - | 24T12:00 -> 12:00-12:00
    0 - - - - - - - | 24T12:01 -> closed
"""
SAME_DAY = """
    1 30 - - - - - - | 24T07:30 -> 08:00-12:00
    1 30 - - - - - - | 24T07:31 -> 08:01-12:00
    1 30 - - - - - - | 24T11:30 -> 12:00-12:00
    1 30 - - - - - - | 24T11:31 -> closed
    1 30 120 - - - - - | 24T07:00 -> 08:00-09:00
    1 30 120 - - - - - | 24T05:59 -> not before 24T06:00
    1 30 120 - - - - - | 24T06:00 -> 08:00-08:00
    1 60 - - - 1 09:00 - | 23T08:59 -> not before 23T09:00
    1 60 - - - 1 09:00 - | 23T09:00 -> 08:00-12:00
    1 0 - - - 0 - - | 23T23:59 -> not before 24T00:00
"""
DAYS_BEFORE = """
    2 - - 1 17:00 - - - | 23T17:00 -> 08:00-12:00
    2 - - 1 17:00 - - - | 23T17:01 -> closed
    2 - - 0 06:00 - - - | 24T06:00 -> 08:00-12:00
    2 - - 0 06:00 - - - | 24T06:01 -> closed
    2 - - 1 - - - - | 23T23:59 -> 08:00-12:00
    2 - - 2 12:00 7 - - | 16T23:59 -> not before 17T00:00
    2 - - 2 12:00 7 - - | 17T00:00 -> 08:00-12:00
    2 - - 2 12:00 7 10:30 - | 17T10:29 -> not before 17T10:30
    2 - - 2 12:00 7 - - | 22T12:01 -> closed
"""
COUNTED_DAYS = """
    2 - - 1 17:00 - - work | 20T17:00 -> 08:00-12:00
    2 - - 1 17:00 - - work | 20T17:01 -> closed
    2 - - 2 17:00 - - work | 19T17:01 -> closed
    2 - - 1 17:00 3 - work | 17T23:59 -> not before 18T00:00
    2 - - 1 17:00 3 - work | 18T00:00 -> 08:00-12:00
    2 - - 0 06:00 - - work | 24T06:00 -> 08:00-12:00
    2 - - 1 17:00 - - gone | 23T17:00 -> 08:00-12:00
"""
# Hours from 22:00 to 26:00: pickups behind midnight are those of the 25th.
OVER_MIDNIGHT = """
    1 30 - - - - - - | 24T23:50 -> 00:20-02:00
    2 - - 1 17:00 - - - | 23T17:00 -> 22:00-02:00
    2 - - 1 17:00 - - - | 24T17:00 -> 00:00-02:00
    2 - - 1 17:00 - - - | 24T17:01 -> closed
    2 - - 0 22:30 - - - | 24T22:30 -> 22:30-02:00
    2 - - 0 22:30 - - - | 24T22:31 -> 00:00-02:00
    2 - - 1 17:00 1 00:00 - | 23T00:00 -> 22:00-23:59
    2 - - 1 17:00 1 00:00 - | 24T00:00 -> 00:00-02:00
"""


def rule_of(words: str) -> BookingRule:
    kind, low, high, last_day, last_time, start_day, start_time, service = (
        "" if word == "-" else word for word in words.split()
    )
    times = [f"{time}:00" if time else "" for time in (last_time, start_time)]
    row = f"r,{kind},{low},{high},{last_day},{times[0]},{start_day},{times[1]},{service}"
    tables = {"calendar": CALENDAR, "calendar_dates": HOLIDAY}
    return booking_rules(feed(booking_rules=f"{HEADER}\n{row}", **tables))["r"]


def instant(text: str, tz: ZoneInfo = TOKYO) -> int:
    """Of ``24T07:00`` in November, or of a whole date."""
    whole = text if text.count("-") == 2 else f"2026-11-{text}"
    return int(dt.datetime.fromisoformat(whole).replace(tzinfo=tz).timestamp())


def told(rule: BookingRule, hours: tuple[int, int], now_s: int, tz: ZoneInfo = TOKYO) -> str:
    """The answer as text."""
    parts = rule.bookable(*hours, now_s, tz)
    if parts:
        # A part that midnight ends is closed from midnight on: its last minute is the one before.
        ends = [[dt.datetime.fromtimestamp(s, tz).strftime("%H:%M") for s in p] for p in parts]
        return " ".join("-".join(part) for part in ends)
    opens_s = rule.opens_s(hours[0], tz)
    if opens_s is not None and opens_s > now_s:
        return f"not before {dt.datetime.fromtimestamp(opens_s, tz):%dT%H:%M}"
    return "closed"


def rows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def check(row: str, hours: tuple[int, int]) -> None:
    words, rest = row.split(" | ")
    now, expected = rest.split(" -> ")
    assert told(rule_of(words), hours, instant(now)) == expected


MORNING = (instant("24T08:00"), instant("24T12:00"))
NIGHT = (instant("24T22:00"), instant("25T02:00"))


@pytest.mark.parametrize("row", rows(REAL_TIME + SAME_DAY))
def test_notice_in_minutes(row: str) -> None:
    check(row, MORNING)


@pytest.mark.parametrize("row", rows(DAYS_BEFORE))
def test_notice_in_days(row: str) -> None:
    check(row, MORNING)


@pytest.mark.parametrize("row", rows(COUNTED_DAYS))
def test_only_some_days_count(row: str) -> None:
    check(row, MORNING)


@pytest.mark.parametrize("row", rows(OVER_MIDNIGHT))
def test_pickups_over_midnight(row: str) -> None:
    check(row, NIGHT)


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        # Clocks go forward on 2026-03-29 and back on 2026-10-25, both at night.
        ("2026-03-29", "2026-03-28T17:00", "01:00-05:00"),
        ("2026-03-29", "2026-03-28T17:01", "closed"),
        ("2026-10-25", "2026-10-24T17:00", "01:00-05:00"),
        ("2026-10-25", "2026-10-24T17:01", "closed"),
        ("2026-03-30", "2026-03-29T17:00", "01:00-05:00"),
        ("2026-03-30", "2026-03-29T17:01", "closed"),
    ],
)
def test_days_with_a_clock_change(day: str, now: str, expected: str) -> None:
    hours = (instant(f"{day}T01:00", BERLIN), instant(f"{day}T05:00", BERLIN))
    rule = rule_of("2 - - 1 17:00 - - -")
    assert told(rule, hours, instant(now, BERLIN), BERLIN) == expected


def test_minutes_of_notice_are_minutes_on_the_clock_of_the_rider_too() -> None:
    # An hour before 03:30 is 01:30 when 02:00 is skipped.
    pickup_s = instant("2026-03-29T03:30", BERLIN)
    deadline_s = rule_of("1 60 - - - - - -").deadline_s(pickup_s, BERLIN)
    assert deadline_s == instant("2026-03-29T01:30", BERLIN)


def test_the_deadline_agrees_with_what_is_bookable() -> None:
    for row in rows(REAL_TIME + SAME_DAY + DAYS_BEFORE + COUNTED_DAYS):
        rule = rule_of(row.split(" | ")[0])
        for pickup_s in range(*MORNING, 3600):
            deadline_s = rule.deadline_s(pickup_s, TOKYO)
            opens_s = rule.opens_s(pickup_s, TOKYO)
            if opens_s is None or opens_s <= deadline_s:
                assert rule.bookable(pickup_s, pickup_s, deadline_s, TOKYO)
            assert not rule.bookable(pickup_s, pickup_s, deadline_s + 1, TOKYO)
            if opens_s is not None:
                assert not rule.bookable(pickup_s, pickup_s, opens_s - 1, TOKYO)
