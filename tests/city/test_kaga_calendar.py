"""Which services run on which days."""

import datetime as dt
from collections.abc import Callable

import pytest

Table = Callable[[str], list[dict[str, str]]]
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _active(table: Table, feed: str, day: str) -> set[str]:
    date = dt.date.fromisoformat(day)
    text = date.strftime("%Y%m%d")
    running = {
        row["service_id"]
        for row in table(f"{feed}/calendar.txt")
        if row["start_date"] <= text <= row["end_date"] and row[WEEK[date.weekday()]] == "1"
    }
    for row in table(f"{feed}/calendar_dates.txt"):
        if row["date"] == text and row["exception_type"] == "1":
            running.add(row["service_id"])
        elif row["date"] == text:
            running.discard(row["service_id"])
    return running


WORKING = {"canbus-daily", "canbus-mon-sat", "hk-weekday", "ir-daily", "ir-weekday"}
SATURDAY = {"canbus-daily", "canbus-mon-sat", "ir-daily"}
FREE = {"canbus-daily", "hk-holiday", "ir-daily"}


@pytest.mark.parametrize(
    ("day", "services"),
    [
        ("2026-11-23", FREE),  # Monday, 勤労感謝の日
        ("2026-11-24", WORKING),  # Tuesday
        ("2026-11-29", FREE),  # Sunday
        ("2026-05-06", FREE),  # Wednesday, a holiday in lieu
        ("2026-09-22", FREE),  # Tuesday between two holidays
        ("2026-12-31", FREE),  # Thursday, year end
        ("2027-01-04", WORKING),
        ("2029-03-30", WORKING),
    ],
)
def test_services_of_a_day(table: Table, day: str, services: set[str]) -> None:
    assert _active(table, "gtfs", day) == services


def test_saturday_runs_the_holiday_buses_of_hokutetsu(table: Table) -> None:
    assert _active(table, "gtfs", "2026-11-28") == SATURDAY | {"hk-holiday"}


@pytest.mark.parametrize(
    ("day", "services"),
    [
        ("2026-11-24", {"noriai-daily", "yumeguri-daily"}),
        ("2026-12-30", {"noriai-daily", "yumeguri-daily"}),
        ("2027-01-01", {"yumeguri-daily"}),
    ],
)
def test_on_demand_services_of_a_day(table: Table, day: str, services: set[str]) -> None:
    assert _active(table, "flex", day) == services


@pytest.mark.parametrize("feed", ["gtfs", "flex"])
def test_the_calendar_covers_two_years_and_more(table: Table, feed: str) -> None:
    info = table(f"{feed}/feed_info.txt")[0]
    assert (info["feed_start_date"], info["feed_end_date"]) == ("20260401", "20290331")
    for row in table(f"{feed}/calendar.txt"):
        assert (row["start_date"], row["end_date"]) == ("20260401", "20290331")
