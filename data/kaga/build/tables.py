"""Writing tables and the calendar: sorted, plain, the same bytes every time."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import jpholiday

FIRST_DAY = dt.date(2026, 4, 1)
LAST_DAY = dt.date(2029, 3, 31)

CALENDAR_COLUMNS = [
    "service_id", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "start_date", "end_date",
]  # fmt: skip


def write_table(path: Path, columns: list[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a CSV table with LF line ends.

    Parameters
    ----------
    path : Path
        Target file; its folder is made.
    columns : list[str]
        Header; a row without a column leaves it empty.
    rows : Iterable[Mapping[str, object]]
        Rows in the order to write.

    Raises
    ------
    ValueError
        When a row has a column that the header has not.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def day_text(day: dt.date) -> str:
    """GTFS date.

    Parameters
    ----------
    day : datetime.date
        A day.

    Returns
    -------
    str
        ``YYYYMMDD``.
    """
    return day.strftime("%Y%m%d")


def clock(minute: int) -> str:
    """GTFS time of a minute of the service day.

    Parameters
    ----------
    minute : int
        Minutes since 0:00.

    Returns
    -------
    str
        ``HH:MM:SS``.
    """
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def minute_of(text: str) -> int:
    """Minute of the service day.

    Parameters
    ----------
    text : str
        ``H:MM``.

    Returns
    -------
    int
        Minutes since 0:00.
    """
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def days() -> list[dt.date]:
    """Every day of the calendar, first to last.

    Returns
    -------
    list[datetime.date]
        In order.
    """
    count = (LAST_DAY - FIRST_DAY).days + 1
    return [FIRST_DAY + dt.timedelta(days=k) for k in range(count)]


def is_year_end(day: dt.date, first: int = 30) -> bool:
    """Whether a day lies in the year-end days, which run as holidays.

    Parameters
    ----------
    day : datetime.date
        A day.
    first : int
        The first of them in December; the last is 3 January.

    Returns
    -------
    bool
        True from ``first`` to 3 January.
    """
    return (day.month == 12 and day.day >= first) or (day.month == 1 and day.day <= 3)


def free_days() -> list[dt.date]:
    """Public holidays of Japan and year-end days within the calendar.

    Returns
    -------
    list[datetime.date]
        In order.
    """
    return [day for day in days() if jpholiday.is_holiday(day) or is_year_end(day)]


def calendar_row(service_id: str, week: str) -> dict[str, object]:
    """Row of calendar.txt over the whole calendar.

    Parameters
    ----------
    service_id : str
        Its id.
    week : str
        Seven digits, Monday first.

    Returns
    -------
    dict[str, object]
        The row.
    """
    ends = [day_text(FIRST_DAY), day_text(LAST_DAY)]
    return dict(zip(CALENDAR_COLUMNS, [service_id, *week, *ends], strict=True))


def exceptions(service_id: str, dates: Iterable[dt.date], kind: int) -> list[dict[str, object]]:
    """Rows of calendar_dates.txt.

    Parameters
    ----------
    service_id : str
        Its id.
    dates : Iterable[datetime.date]
        The days.
    kind : int
        1 runs, 2 does not run.

    Returns
    -------
    list[dict[str, object]]
        One row a day.
    """
    return [
        {"service_id": service_id, "date": day_text(day), "exception_type": kind} for day in dates
    ]
