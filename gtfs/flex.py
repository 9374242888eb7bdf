"""On-demand services of a feed: who may ride where and when, and until when to book (GTFS-Flex)."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from gtfs.times import parse_time, service_day_origin

if TYPE_CHECKING:
    from gtfs.feed import Feed

Polygon = Mapping[str, Any]
"""A GeoJSON geometry of type Polygon or MultiPolygon, coordinates as lon, lat."""

_REAL_TIME, _SAME_DAY, _DAYS_BEFORE = 0, 1, 2
_NOT_AVAILABLE = "1"
_DAY_S = 24 * 3600


@dataclass(frozen=True)
class BookingRule:
    """Until when and how a ride is booked.

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

    def deadline_s(self, pickup_s: int, tz: ZoneInfo) -> int:
        """Return the latest instant at which a pickup can be booked.

        Days are counted as calendar days; ``prior_notice_service_id`` is not looked at.

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
        day = dt.datetime.fromtimestamp(pickup_s, tz).date()
        day -= dt.timedelta(days=self.prior_notice_last_day or 0)
        last_s = self.prior_notice_last_time_s
        # Without a time the whole last day is open.
        return service_day_origin(day, tz) + (_DAY_S if last_s is None else last_s)


@dataclass(frozen=True)
class FlexTrip:
    """An on-demand trip: windows of time in which riders are picked up and set down.

    Parameters
    ----------
    trip_id, route_id, service_id : str
        As in trips.txt.
    route_name, agency_name : str
        For the rider.
    stop_ids : tuple of str
        All stops it serves, location groups resolved.
    zones : tuple of GeoJSON geometry
        All zones it serves.
    pickup_start_s, pickup_end_s, dropoff_start_s, dropoff_end_s : int
        Windows, in seconds of the service day.
    booking_rule : BookingRule or None
        Rule of the first stop time with a pickup; None when the feed gives none.
    pickup_stop_ids, dropoff_stop_ids : tuple of str
        Where one may board, and where alight.
    pickup_zones, dropoff_zones : tuple of GeoJSON geometry
        The same for zones.
    """

    trip_id: str
    route_id: str
    service_id: str
    route_name: str
    agency_name: str
    stop_ids: tuple[str, ...]
    zones: tuple[Polygon, ...]
    pickup_start_s: int
    pickup_end_s: int
    dropoff_start_s: int
    dropoff_end_s: int
    booking_rule: BookingRule | None
    pickup_stop_ids: tuple[str, ...] = ()
    dropoff_stop_ids: tuple[str, ...] = ()
    pickup_zones: tuple[Polygon, ...] = ()
    dropoff_zones: tuple[Polygon, ...] = ()


def _minutes_s(text: str) -> int | None:
    return int(float(text)) * 60 if text else None


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
    rules: dict[str, BookingRule] = {}
    for row in feed.records("booking_rules"):
        kind = int(row["booking_type"])
        minimum_s = _minutes_s(row["prior_notice_duration_min"]) or 0
        last_day, last_time = row["prior_notice_last_day"], row["prior_notice_last_time"]
        rules[row["booking_rule_id"]] = BookingRule(
            row["booking_rule_id"],
            kind,
            minimum_s if kind == _SAME_DAY else 0,
            _minutes_s(row["prior_notice_duration_max"]),
            int(float(last_day)) if last_day else None,
            parse_time(last_time) if last_time else None,
            row["message"],
            row["phone_number"],
            row["info_url"],
            row["booking_url"],
        )
    return rules


def flex_trips(feed: "Feed") -> tuple[FlexTrip, ...]:
    """Return the on-demand trips of a feed.

    A trip counts as on demand when a stop time of it has a pickup or drop-off window. Fixed stop
    times of the same trip (route deviation) are left to the timetable.

    Parameters
    ----------
    feed : Feed
        A checked feed.

    Returns
    -------
    tuple of FlexTrip
        In the order of trips.txt; trips on which nobody may board or alight are left out.
    """
    import pandas as pd  # a quarter of a second, which those who only use trips need not wait

    stop_times = feed.table("stop_times")
    start = stop_times["start_pickup_drop_off_window"] != ""
    end = stop_times["end_pickup_drop_off_window"] != ""
    windows = stop_times[(start & end).to_numpy(dtype=bool)]
    if windows.empty:
        return ()
    places = _Places(feed)
    rules = booking_rules(feed)
    rows_of: dict[str, list[dict[str, str]]] = {}
    sequence = pd.to_numeric(windows["stop_sequence"], errors="coerce").fillna(0)
    for row in windows.iloc[np.argsort(sequence.to_numpy(), kind="stable")].to_dict("records"):
        named = {str(column): str(value) for column, value in row.items()}
        rows_of.setdefault(named["trip_id"], []).append(named)
    routes = {row["route_id"]: row for row in feed.records("routes")}
    agencies = feed.records("agency")
    found = []
    for trip in feed.records("trips"):
        if trip["trip_id"] in rows_of:
            route = routes[trip["route_id"]]
            name = route["route_long_name"] or route["route_short_name"] or route["route_id"]
            head = (trip["trip_id"], trip["route_id"], trip["service_id"], name)
            agency = _agency_name(agencies, route["agency_id"])
            flexible = _flex_trip((*head, agency), rows_of[trip["trip_id"]], places, rules)
            if flexible is not None:
                found.append(flexible)
    return tuple(found)


def _agency_name(agencies: list[dict[str, str]], agency_id: str) -> str:
    for agency in agencies:
        if agency["agency_id"] == agency_id:
            return agency["agency_name"]
    return agencies[0]["agency_name"] if agencies else ""


class _Places:
    """Stops and zones that a stop time stands for."""

    def __init__(self, feed: "Feed") -> None:
        self._members: dict[str, list[str]] = {}
        columns = ("location_group_id", "stop_id")
        for group, stop in zip(
            *(feed.column("location_group_stops", column) for column in columns), strict=True
        ):
            self._members.setdefault(group, []).append(stop)
        texts = zip(
            feed.column("locations", "location_id"),
            feed.column("locations", "geometry"),
            strict=True,
        )
        self._zones: dict[str, Polygon] = {key: json.loads(text) for key, text in texts}

    def stops(self, rows: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for row in rows:
            if row["stop_id"]:
                found[row["stop_id"]] = None
            found.update(dict.fromkeys(self._members.get(row["location_group_id"], ())))
        return tuple(found)

    def zones(self, rows: Iterable[Mapping[str, str]]) -> tuple[Polygon, ...]:
        ids = dict.fromkeys(row["location_id"] for row in rows)
        return tuple(self._zones[key] for key in ids if key in self._zones)


def _window(rows: list[dict[str, str]]) -> tuple[int, int]:
    starts = [parse_time(row["start_pickup_drop_off_window"]) for row in rows]
    ends = [parse_time(row["end_pickup_drop_off_window"]) for row in rows]
    return min(starts), max(ends)


def _flex_trip(
    head: tuple[str, str, str, str, str],
    rows: list[dict[str, str]],
    places: _Places,
    rules: Mapping[str, BookingRule],
) -> FlexTrip | None:
    pickups = [row for row in rows if row["pickup_type"] != _NOT_AVAILABLE]
    dropoffs = [row for row in rows if row["drop_off_type"] != _NOT_AVAILABLE]
    if not pickups or not dropoffs:
        return None
    named = [row["pickup_booking_rule_id"] for row in pickups]
    rule = next((rules[key] for key in named if key in rules), None)
    return FlexTrip(
        *head,
        places.stops(rows),
        places.zones(rows),
        *_window(pickups),
        *_window(dropoffs),
        rule,
        places.stops(pickups),
        places.stops(dropoffs),
        places.zones(pickups),
        places.zones(dropoffs),
    )
