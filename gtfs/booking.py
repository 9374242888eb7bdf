"""Booking rules of on-demand services: from when and until when a ride is booked (GTFS-Flex)."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from gtfs.times import parse_time, service_day_origin

if TYPE_CHECKING:
    from gtfs.feed import Feed

_SAME_DAY: Final = 1
_DAYS_BEFORE: Final = 2
_DAY_S: Final = 24 * 3600
_LONGEST_LOOK_BACK: Final = 100
"""Days in which counted days are looked for; then plain days are counted."""


@dataclass(frozen=True)
class BookingRule:
    """From when and until when, and how, a ride is booked.

    Parameters
    ----------
    booking_rule_id : str
        As in booking_rules.txt.
    booking_type : int
        0 in real time, 1 the same day with notice, 2 some days before.
    prior_notice_min_s : int
        Shortest notice before the pickup; 0 unless the type is 1.
    prior_notice_max_s : int or None
        Longest notice before the pickup; None when not limited.
    prior_notice_last_day : int or None
        Days before the day of the pickup by which to book (type 2).
    prior_notice_last_time_s : int or None
        Time of that day by which to book, in seconds of the service day.
    message, phone_number, info_url, booking_url : str
        For the rider; empty when not given.
    prior_notice_start_day : int or None
        Days before the day of the pickup from which to book.
    prior_notice_start_time_s : int or None
        Time of that day from which to book, in seconds of the service day.
    counted_days : frozenset of datetime.date or None
        The days of ``prior_notice_service_id``, the only ones that count as days before; None
        when every day counts.
    """

    booking_rule_id: str
    booking_type: int
    prior_notice_min_s: int
    prior_notice_max_s: int | None = None
    prior_notice_last_day: int | None = None
    prior_notice_last_time_s: int | None = None
    message: str = ""
    phone_number: str = ""
    info_url: str = ""
    booking_url: str = ""
    prior_notice_start_day: int | None = None
    prior_notice_start_time_s: int | None = None
    counted_days: frozenset[dt.date] | None = None

    def deadline_s(self, pickup_s: int, tz: ZoneInfo) -> int:
        """Return the latest instant at which a pickup can be booked.

        Parameters
        ----------
        pickup_s : int
            Instant of the pickup, seconds since the epoch.
        tz : ZoneInfo
            Time zone of the agency.

        Returns
        -------
        int
            Seconds since the epoch; the pickup itself for real-time booking.
        """
        if self.booking_type != _DAYS_BEFORE:
            return pickup_s - self.prior_notice_min_s
        day = self._days_before(_day_of(pickup_s, tz), self.prior_notice_last_day or 0)
        last_s = self.prior_notice_last_time_s
        # Without a time the whole last day is open.
        return min(pickup_s, service_day_origin(day, tz) + (_DAY_S if last_s is None else last_s))

    def opens_s(self, pickup_s: int, tz: ZoneInfo) -> int | None:
        """Return the earliest instant at which a pickup can be booked.

        Parameters
        ----------
        pickup_s : int
            Instant of the pickup, seconds since the epoch.
        tz : ZoneInfo
            Time zone of the agency.

        Returns
        -------
        int or None
            Seconds since the epoch; None where it may be booked as early as one likes.
        """
        if self.prior_notice_max_s is not None:
            return pickup_s - self.prior_notice_max_s
        if self.prior_notice_start_day is None:
            return None
        day = self._days_before(_day_of(pickup_s, tz), self.prior_notice_start_day)
        return service_day_origin(day, tz) + (self.prior_notice_start_time_s or 0)

    def bookable(
        self, first_s: int, last_s: int, now_s: int, tz: ZoneInfo
    ) -> list[tuple[int, int]]:
        """Return which pickups of a span can be booked now.

        Days before are counted from the calendar day of the pickup, so that a rule may close the
        pickups before midnight and leave those behind it open.

        Parameters
        ----------
        first_s, last_s : int
            First and last pickup of interest, seconds since the epoch.
        now_s : int
            Instant of booking, seconds since the epoch.
        tz : ZoneInfo
            Time zone of the agency.

        Returns
        -------
        list of tuple of int
            First and last pickup of each part that is open, in order.
        """
        latest_s = last_s
        if self.prior_notice_max_s is not None:
            latest_s = min(last_s, now_s + self.prior_notice_max_s)
        begin_s, found = max(first_s, now_s + self.prior_notice_min_s), list[tuple[int, int]]()
        while begin_s <= latest_s:
            tomorrow = _day_of(begin_s, tz) + dt.timedelta(1)
            midnight_s = int(dt.datetime.combine(tomorrow, dt.time(), tz).timestamp())
            end_s = min(latest_s, midnight_s - 1)
            opens_s = self.opens_s(begin_s, tz)
            if self.deadline_s(begin_s, tz) >= now_s and (opens_s is None or opens_s <= now_s):
                if found and found[-1][1] == begin_s - 1:
                    begin_s = found.pop()[0]
                found.append((begin_s, end_s))
            begin_s = end_s + 1
        return found

    def _days_before(self, day: dt.date, count: int) -> dt.date:
        """The day so many days, or so many counted days, before another."""
        if self.counted_days is None:
            return day - dt.timedelta(count)
        earlier, left = day, count
        for _ in range(_LONGEST_LOOK_BACK):
            if left == 0:
                return earlier
            earlier -= dt.timedelta(1)
            left -= earlier in self.counted_days
        return day - dt.timedelta(count)


def _day_of(instant_s: int, tz: ZoneInfo) -> dt.date:
    return dt.datetime.fromtimestamp(instant_s, tz).date()


def booking_rules(feed: "Feed") -> dict[str, BookingRule]:
    """Return the booking rules of a feed.

    Parameters
    ----------
    feed : Feed
        A checked feed.

    Returns
    -------
    dict of str to BookingRule
        By booking_rule_id.
    """
    from gtfs.calendar import services_of  # reads tables, which a start may not need

    rows = feed.records("booking_rules")
    services = services_of(feed) if any(row["prior_notice_service_id"] for row in rows) else {}
    rules: dict[str, BookingRule] = {}
    for row in rows:
        kind = int(row["booking_type"])
        minimum_s = _minutes_s(row["prior_notice_duration_min"]) or 0
        # A service that never runs counts no day; then plain days are meant.
        service = services.get(row["prior_notice_service_id"])
        counted = None if service is None else frozenset(service.days()) or None
        rules[row["booking_rule_id"]] = BookingRule(
            row["booking_rule_id"],
            kind,
            minimum_s if kind == _SAME_DAY else 0,
            _minutes_s(row["prior_notice_duration_max"]),
            _count(row["prior_notice_last_day"]),
            _time_s(row["prior_notice_last_time"]),
            row["message"],
            row["phone_number"],
            row["info_url"],
            row["booking_url"],
            _count(row["prior_notice_start_day"]),
            _time_s(row["prior_notice_start_time"]),
            counted,
        )
    return rules


def _minutes_s(text: str) -> int | None:
    return int(float(text)) * 60 if text else None


def _count(text: str) -> int | None:
    return int(float(text)) if text else None


def _time_s(text: str) -> int | None:
    return parse_time(text) if text else None
