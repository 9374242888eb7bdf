"""Feeds to a timetable: stops, lines, patterns, calendars, shapes and transfer rules as arrays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.calendar import ServiceCalendar
from gtfs.feed import Feed
from routing.blocks import number_blocks, read_links
from routing.errors import TimetableError
from routing.journeys import RouteInfo
from routing.layout import starts_of
from routing.modes import mode_of
from routing.pathways import read_pathways
from routing.patterns import StopTimes, find_patterns
from routing.stop_times import FeedTrips, read_trips
from routing.stops import Stops, codes, read_stops
from routing.timetable import DroppedTrip, Timetable
from routing.transfer_rules import FeedLines, lay_rules


@dataclass(frozen=True)
class _Part:
    """What one feed adds; numbers of stops, lines and services count over all feeds."""

    trips: FeedTrips
    routes: NDArray[np.int32]
    services: NDArray[np.int32]
    blocks: NDArray[np.object_]
    shape_ids: NDArray[np.object_]
    trip_ids: NDArray[np.object_]
    headsigns: NDArray[np.object_]
    wheelchair: NDArray[np.uint8]


def build_timetable(feeds: Sequence[Feed], timezone: ZoneInfo) -> Timetable:
    """Join feeds into one timetable.

    Parameters
    ----------
    feeds
        The feeds of a city; lines without any stop times (flexible ones) are welcome.
    timezone
        Zone in which service days begin.

    Returns
    -------
    Timetable
        Immutable arrays.

    Raises
    ------
    TimetableError
        When there is no feed.
    gtfs.errors.InvalidFeedError
        When a feed has no day of service.
    """
    if not feeds:
        raise TimetableError("a city needs at least one feed; add its folder to city.toml")
    return _build(feeds, timezone)


def _build(feeds: Sequence[Feed], timezone: ZoneInfo) -> Timetable:
    stops = read_stops(feeds)
    calendars = [ServiceCalendar.of(feed) for feed in feeds]
    first_day = min(calendar.first_day for calendar in calendars)
    last_day = max(calendar.last_day for calendar in calendars)
    routes: list[RouteInfo] = []
    services: list[str] = []
    days: list[tuple[dt.date, ...]] = []
    shapes = _Shapes()
    parts: list[_Part] = []
    lines: list[FeedLines] = []
    shape_numbers: list[NDArray[np.int32]] = []
    for at, (feed, calendar) in enumerate(zip(feeds, calendars, strict=True)):
        service_numbers = {name: len(services) + i for i, name in enumerate(calendar.services)}
        services += calendar.services
        days += [calendar.days_of(name) for name in calendar.services]
        route_numbers = _read_routes(feed, routes)
        part = _read_part(feed, at, stops, route_numbers, service_numbers)
        parts.append(part)
        lines.append(FeedLines(route_numbers, part.trip_ids))
        shape_numbers.append(shapes.add(feed, part.shape_ids))
    times, trips = _join(parts)
    stops, times, rules = lay_rules(feeds, lines, stops, times)
    patterns = find_patterns(times)
    first_trips = patterns.trips[patterns.trip_starts[:-1]]
    order = patterns.trips
    pattern_at = _gather(times.trip_starts, first_trips)
    times_at = _gather(times.trip_starts, order)
    lengths = np.diff(times.trip_starts)
    ids = np.concatenate([part.trip_ids for part in parts])
    headsigns = np.concatenate([part.headsigns for part in parts])
    service_of = np.concatenate([part.services for part in parts])
    shape_of = np.concatenate(shape_numbers)
    shape_starts, shape_lat, shape_lon = shapes.arrays()
    return Timetable(
        timezone=timezone,
        stop_ids=tuple(stops.ids),
        stop_names=tuple(stops.names),
        stop_lat=stops.lat,
        stop_lon=stops.lon,
        stop_parents=stops.parents,
        stop_platforms=tuple(stops.platforms),
        stop_kinds=stops.kinds,
        stop_wheelchair=stops.wheelchair,
        routes=tuple(routes),
        pattern_routes=times.trip_routes[first_trips],
        pattern_shapes=shape_of[first_trips],
        pattern_stop_starts=starts_of(lengths[first_trips]),
        pattern_stops=times.stops[pattern_at],
        can_board=times.can_board[pattern_at],
        can_alight=times.can_alight[pattern_at],
        pattern_trip_starts=patterns.trip_starts,
        pattern_time_starts=starts_of(np.diff(patterns.trip_starts) * lengths[first_trips]),
        arrivals=times.arrivals[times_at],
        departures=times.departures[times_at],
        stop_sequences=np.concatenate([part.trips.sequences for part in parts])[times_at],
        trip_ids=tuple(ids[order].tolist()),
        trip_headsigns=_headsigns(headsigns, times, stops.names, order),
        trip_services=service_of[order],
        trip_wheelchair=np.concatenate([part.wheelchair for part in parts])[order],
        trip_blocks=number_blocks([part.blocks for part in parts])[order],
        trip_links=read_links(feeds, [part.trip_ids for part in parts], order),
        service_ids=tuple(services),
        service_bits=_service_bits(days, first_day, last_day),
        first_day=first_day,
        last_day=last_day,
        shape_starts=shape_starts,
        shape_lat=shape_lat,
        shape_lon=shape_lon,
        pathways=read_pathways(feeds, stops),
        transfer_rules=rules,
        feed_names=tuple(feed.name for feed in feeds),
        feed_stops=starts_of(np.array([len(numbers) for numbers in stops.numbers])),
        feed_routes=starts_of(np.array([len(feed.table("routes")) for feed in feeds])),
        dropped=trips,
    )


def _gather(starts: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of all elements of the chosen runs, in order."""
    counts = np.diff(starts)[chosen]
    offsets = starts_of(counts)
    return np.repeat(starts[chosen] - offsets[:-1], counts) + np.arange(offsets[-1])


def _read_part(
    feed: Feed, at: int, stops: Stops, routes: dict[str, int], services: dict[str, int]
) -> _Part:
    table = feed.table("trips")
    route = table["route_id"].map(routes).fillna(-1).to_numpy(np.int32)
    service = table["service_id"].map(services).fillna(-1).to_numpy(np.int32)
    usable = {"unknown_route": route >= 0, "no_calendar": service >= 0}
    trips = read_trips(feed, usable, stops.numbers[at], stops.lat, stops.lon)
    rows = trips.rows
    shape_ids = table["shape_id"].to_numpy(object)[rows]
    ids = table["trip_id"].to_numpy(object)[rows]
    headsigns = table["trip_headsign"].to_numpy(object)[rows]
    return _Part(
        trips,
        route[rows].astype(np.int32),
        service[rows].astype(np.int32),
        table["block_id"].to_numpy(object)[rows],
        shape_ids,
        ids,
        headsigns,
        codes(table["wheelchair_accessible"])[rows],
    )


def _read_routes(feed: Feed, routes: list[RouteInfo]) -> dict[str, int]:
    agencies = feed.table("agency")
    names = dict(zip(agencies["agency_id"], agencies["agency_name"], strict=True))
    only = agencies["agency_name"].iloc[0] if len(agencies) else ""
    numbers: dict[str, int] = {}
    for record in feed.table("routes").to_dict("records"):
        numbers[record["route_id"]] = len(routes)
        routes.append(
            RouteInfo(
                route_id=record["route_id"],
                short_name=record["route_short_name"],
                long_name=record["route_long_name"],
                color=record["route_color"].lstrip("#"),
                text_color=record["route_text_color"].lstrip("#"),
                agency_name=names.get(record["agency_id"], only),
                mode=mode_of(record["route_type"]),
                agency_id=record["agency_id"],
            )
        )
    return numbers


def _join(parts: Sequence[_Part]) -> tuple[StopTimes, tuple[DroppedTrip, ...]]:
    trips = [part.trips for part in parts]
    starts = starts_of(np.concatenate([np.diff(part.starts) for part in trips]))
    times = StopTimes(
        trip_starts=starts,
        trip_routes=np.concatenate([part.routes for part in parts]),
        stops=np.concatenate([part.stops for part in trips]),
        arrivals=np.concatenate([part.arrivals for part in trips]).astype(np.int32),
        departures=np.concatenate([part.departures for part in trips]).astype(np.int32),
        can_board=np.concatenate([part.can_board for part in trips]),
        can_alight=np.concatenate([part.can_alight for part in trips]),
    )
    return times, tuple(trip for part in trips for trip in part.dropped)


def _headsigns(
    headsigns: NDArray[np.object_], times: StopTimes, names: list[str], order: NDArray[np.int64]
) -> tuple[str, ...]:
    """Headsign of each trip; the name of its last stop where the feed gives none."""
    lasts = times.stops[times.trip_starts[1:] - 1].tolist()
    return tuple(str(headsigns[trip]) or names[lasts[trip]] for trip in order.tolist())


def _service_bits(
    days: Sequence[tuple[dt.date, ...]], first_day: dt.date, last_day: dt.date
) -> NDArray[np.uint8]:
    bits = np.zeros((len(days), (last_day - first_day).days + 1), np.bool_)
    for row, service_days in enumerate(days):
        bits[row, [(day - first_day).days for day in service_days]] = True
    return np.packbits(bits, axis=1)


class _Shapes:
    """Points of the shapes that trips use, over all feeds."""

    def __init__(self) -> None:
        self._counts: list[int] = []
        self._lat: list[NDArray[np.float64]] = []
        self._lon: list[NDArray[np.float64]] = []

    def add(self, feed: Feed, wanted: NDArray[np.object_]) -> NDArray[np.int32]:
        """Number of the shape of each trip, -1 for none; its points are kept."""
        table = feed.table("shapes")
        table = table[table["shape_id"].isin(set(wanted) - {""})]
        table = table.assign(sequence=pd.to_numeric(table["shape_pt_sequence"], errors="coerce"))
        table = table.dropna(subset=["sequence"]).sort_values(["shape_id", "sequence"])
        numbers: dict[str, int] = {}
        for name, points in table.groupby("shape_id", sort=False):
            numbers[str(name)] = len(self._counts)
            self._counts.append(len(points))
            self._lat.append(points["shape_pt_lat"].to_numpy(np.float64))
            self._lon.append(points["shape_pt_lon"].to_numpy(np.float64))
        return np.array([numbers.get(name, -1) for name in wanted], np.int32)

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Starts, latitudes and longitudes of all points."""
        none = np.zeros(0)
        starts = starts_of(np.array(self._counts, np.int64))
        return starts, np.concatenate([none, *self._lat]), np.concatenate([none, *self._lon])
