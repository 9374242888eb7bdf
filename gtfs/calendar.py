"""On which days a service runs: weekly pattern and exceptions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from gtfs.errors import InvalidFeedError
from gtfs.feed import Feed
from gtfs.notices import Notice
from gtfs.times import distinct_dates

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Service:
    """Days of one service.

    Parameters
    ----------
    weekdays : frozenset of int
        0 for Monday to 6 for Sunday; empty when only exceptions count.
    start, end : datetime.date
        First and last day on which the weekly pattern holds.
    added, removed : frozenset of datetime.date
        Exceptions.
    """

    weekdays: frozenset[int] = frozenset()
    start: dt.date = dt.date.max
    end: dt.date = dt.date.min
    added: frozenset[dt.date] = frozenset()
    removed: frozenset[dt.date] = frozenset()

    def runs(self, day: dt.date) -> bool:
        """Whether the service runs on a day.

        Parameters
        ----------
        day : datetime.date
            Service day.

        Returns
        -------
        bool
            True when it runs.
        """
        if day in self.removed:
            return False
        if day in self.added:
            return True
        return self.start <= day <= self.end and day.weekday() in self.weekdays

    def days(self) -> tuple[dt.date, ...]:
        """Return all days on which the service runs.

        Returns
        -------
        tuple of datetime.date
            In order.
        """
        found = set(self.added)
        if self.weekdays and self.start <= self.end:
            span = (self.end - self.start).days + 1
            every = (self.start + dt.timedelta(days=offset) for offset in range(span))
            found |= {day for day in every if day.weekday() in self.weekdays}
        return tuple(sorted(found - self.removed))

    def first(self) -> dt.date | None:
        """Return the first day of service.

        Returns
        -------
        datetime.date or None
            None when it never runs.
        """
        days = [*(self.added - self.removed), *self._walk(self.start, self.end, _ONE_DAY)]
        return min(days, default=None)

    def last(self) -> dt.date | None:
        """Return the last day of service.

        Returns
        -------
        datetime.date or None
            None when it never runs.
        """
        days = [*(self.added - self.removed), *self._walk(self.end, self.start, -_ONE_DAY)]
        return max(days, default=None)

    def _walk(self, day: dt.date, stop: dt.date, step: dt.timedelta) -> list[dt.date]:
        """Walk from one end to the first day of service: a calendar to 2099 costs nothing."""
        if not self.weekdays or self.start > self.end:
            return []
        while not self.runs(day) and day != stop:
            day += step
        return [day] if self.runs(day) else []


@dataclass(frozen=True)
class ServiceCalendar:
    """The service days of a feed.

    Parameters
    ----------
    services : mapping of str to Service
        Every service that a trip uses, by service_id.
    first_day, last_day : datetime.date
        First and last day on which any of them runs.
    """

    services: Mapping[str, Service] = field(default_factory=dict)
    first_day: dt.date = dt.date.max
    last_day: dt.date = dt.date.min

    @classmethod
    def of(cls, feed: Feed) -> "ServiceCalendar":
        """Return the calendar of a feed.

        Parameters
        ----------
        feed : Feed
            A feed with calendar or calendar_dates.

        Returns
        -------
        ServiceCalendar
            Services that no trip uses are left out; rows with malformed dates too.

        Raises
        ------
        InvalidFeedError
            If no service ever runs.
        """
        used = set(feed.table("trips")["service_id"])
        services = {key: value for key, value in services_of(feed).items() if key in used}
        firsts = [day for service in services.values() if (day := service.first())]
        lasts = [day for service in services.values() if (day := service.last())]
        if not firsts:
            raise InvalidFeedError([no_service_days_notice()], feed.name)
        return cls(services, min(firsts), max(lasts))

    def active(self, day: dt.date) -> frozenset[str]:
        """Return the services that run on a day.

        Parameters
        ----------
        day : datetime.date
            Service day.

        Returns
        -------
        frozenset of str
            Their service_ids.
        """
        return frozenset(key for key, service in self.services.items() if service.runs(day))

    def days_of(self, service_id: str) -> tuple[dt.date, ...]:
        """Return the days on which a service runs.

        Parameters
        ----------
        service_id : str
            As in trips.txt.

        Returns
        -------
        tuple of datetime.date
            In order; empty for an unknown service.
        """
        service = self.services.get(service_id)
        return service.days() if service else ()


def no_service_days_notice() -> Notice:
    """Return the error for a feed without any day of service.

    Returns
    -------
    Notice
        About calendar.txt.
    """
    message = (
        "no trip runs on any day. Check that the service_id of each trip stands in calendar.txt"
        " or calendar_dates.txt and that its dates and weekdays are right."
    )
    return Notice("no_service_days", "error", "calendar.txt", None, "service_id", "", message)


def services_of(feed: Feed) -> dict[str, Service]:
    """Return every service of a feed, also those that no trip uses.

    Parameters
    ----------
    feed : Feed
        A feed; rows with malformed dates are left out.

    Returns
    -------
    dict of str to Service
        By service_id.
    """
    edges = [feed.column("calendar", name) for name in ("start_date", "end_date")]
    days = distinct_dates([*edges[0], *edges[1], *feed.column("calendar_dates", "date")])
    added: dict[str, set[dt.date]] = {}
    removed: dict[str, set[dt.date]] = {}
    kinds = {"1": added, "2": removed}
    names = ("service_id", "date", "exception_type")
    columns = (feed.column("calendar_dates", name) for name in names)
    for service_id, date, kind in zip(*columns, strict=True):
        if date in days and kind in kinds:
            kinds[kind].setdefault(service_id, set()).add(days[date])
    services: dict[str, Service] = {}
    for record in feed.records("calendar"):
        start, end = days.get(record["start_date"]), days.get(record["end_date"])
        if start is None or end is None:
            continue
        weekdays = frozenset(i for i, name in enumerate(_WEEKDAYS) if record[name] == "1")
        services[record["service_id"]] = Service(weekdays, start, end)
    for service_id in set(added) | set(removed) | set(services):
        base = services.get(service_id, Service())
        services[service_id] = Service(
            base.weekdays,
            base.start,
            base.end,
            frozenset(added.get(service_id, ())),
            frozenset(removed.get(service_id, ())),
        )
    return services
