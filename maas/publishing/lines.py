"""What the lines of a city do on a day: for operators, and for those who pay them."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

from gtfs.calendar import ServiceCalendar
from gtfs.feed import Feed
from gtfs.kit import LineDay, line_days
from maas.errors import DateWithoutServiceError, InvalidRequestError
from maas.publishing.errors import CityNotFoundError
from maas.publishing.feeds import load_or_refuse

_TUESDAY = 1


def lines_of_city(folder: Path, day: str | None) -> tuple[date, list[LineDay]]:
    """Tell what every line of a city does on a service day.

    Parameters
    ----------
    folder : Path
        City directory.
    day : str or None
        Such as ``2026-11-24``; the Tuesday with most services where none is given.

    Returns
    -------
    tuple[datetime.date, list of LineDay]
        The day, and its lines feed by feed, busiest first.

    Raises
    ------
    CityNotFoundError
        There is no city.toml.
    InvalidRequestError
        `day` is no day.
    DateWithoutServiceError
        Nothing runs on it.
    """
    config = folder / "city.toml"
    if not config.is_file():
        raise CityNotFoundError(
            f"{folder} is no city directory: it has no city.toml.", folder=str(folder)
        )
    names = tomllib.loads(config.read_text(encoding="utf-8"))["feeds"]
    feeds = [load_or_refuse(folder / name, name) for name in names]
    chosen = _typical_day(feeds) if day is None else _day(day)
    lines = [line for feed in feeds for line in line_days(feed, chosen)]
    if not lines:
        calendars = [ServiceCalendar.of(feed) for feed in feeds]
        first = min(calendar.first_day for calendar in calendars).isoformat()
        last = max(calendar.last_day for calendar in calendars).isoformat()
        raise DateWithoutServiceError(
            f"No line runs on {chosen.isoformat()}; the timetable covers {first} to {last}.",
            first=first,
            last=last,
        )
    return chosen, lines


def _day(text: str) -> date:
    """Read a day.

    Parameters
    ----------
    text : str
        Such as ``2026-11-24``.

    Returns
    -------
    datetime.date
        The day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequestError(f"{text!r} is not a day; write it like 2026-11-24.") from error


def _typical_day(feeds: list[Feed]) -> date:
    """Choose the Tuesday on which most services run, the first of several.

    Parameters
    ----------
    feeds : list of Feed
        The city's feeds.

    Returns
    -------
    datetime.date
        A Tuesday, or the first day of service where the calendar holds none.
    """
    calendars = [ServiceCalendar.of(feed) for feed in feeds]
    first = min(calendar.first_day for calendar in calendars)
    last = max(calendar.last_day for calendar in calendars)
    tuesday = first + timedelta(days=(_TUESDAY - first.weekday()) % 7)
    best, most = first, -1
    while tuesday <= last:
        services = sum(len(calendar.active(tuesday)) for calendar in calendars)
        if services > most:
            best, most = tuesday, services
        tuesday += timedelta(days=7)
    return best
