"""On-demand services of a feed: who may ride where and when (GTFS-Flex)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gtfs.booking import BookingRule, booking_rules
from gtfs.times import parse_time

if TYPE_CHECKING:
    from gtfs.feed import Feed

__all__ = ["BookingRule", "FlexTrip", "flex_trips"]

Polygon = Mapping[str, Any]
"""A GeoJSON geometry of type Polygon or MultiPolygon, coordinates as lon, lat."""

_NOT_AVAILABLE = "1"


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
            # Meeting points of a zone, see `gtfs.meeting_points`.
            found.update(dict.fromkeys(self._members.get(row["location_id"], ())))
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
