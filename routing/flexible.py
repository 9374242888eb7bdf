"""On-demand services on the ground: where they stop, when they may be ridden, how they feed lines.

Hours, service days and booking rules of GTFS-Flex are enforced here to the second; whether a
vehicle is free is the dispatcher's to say.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gtfs.booking import BookingRule
from gtfs.flex import FlexTrip
from routing.ground import Ground
from routing.journeys import ON_DEMAND, RouteInfo
from routing.timetable import Timetable

LINK_M: Final = 400
"""Longest walk between a flexible stop and a stop of a line that it feeds, metres."""

_NO_RULE: Final = BookingRule("", 0, 0)


@dataclass(frozen=True, eq=False)
class Links:
    """Stops of lines with the flexible stop that feeds each.

    Parameters
    ----------
    line_stops, flex_stops
        Pairs of stop numbers, int64 ``[k]``; a stop of a line stands there once.
    walk_m
        Walk between them, metres, int32 ``[k]``.
    """

    line_stops: NDArray[np.int64]
    flex_stops: NDArray[np.int64]
    walk_m: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class FlexService:
    """A flexible trip on the ground.

    Parameters
    ----------
    trip
        As in the feed.
    route
        Its line, with the mode ON_DEMAND.
    pickups, dropoffs
        Stops where one may board and alight, int64.
    to_lines, from_lines
        Where riders change from it to lines, and from lines to it.
    """

    trip: FlexTrip
    route: RouteInfo
    pickups: NDArray[np.int64]
    dropoffs: NDArray[np.int64]
    to_lines: Links
    from_lines: Links


@dataclass(frozen=True)
class Hours:
    """When a flexible trip can be ridden on one service day; epoch seconds, ends included.

    Parameters
    ----------
    pickup_from_s, pickup_to_s
        Pickups.
    dropoff_from_s, dropoff_to_s
        Drop-offs.
    """

    pickup_from_s: int
    pickup_to_s: int
    dropoff_from_s: int
    dropoff_to_s: int


def place_services(ground: Ground, trips: Sequence[FlexTrip]) -> tuple[FlexService, ...]:
    """Put flexible trips on the ground; those without stops are left out.

    Zones have stops when their feed went through `gtfs.meeting_points.with_meeting_points`.

    Parameters
    ----------
    ground
        The city.
    trips
        Flexible trips of all feeds.

    Returns
    -------
    tuple of FlexService
        In the order of the trips.
    """
    services = []
    for trip in trips:
        pickups = _numbers(ground.timetable, trip.pickup_stop_ids or trip.stop_ids)
        dropoffs = _numbers(ground.timetable, trip.dropoff_stop_ids or trip.stop_ids)
        if len(pickups) == 0 or len(dropoffs) == 0:
            continue
        to_lines = _links(ground, dropoffs, to_lines=True)
        from_lines = _links(ground, pickups, to_lines=False)
        route = _route(ground.timetable, trip)
        services.append(FlexService(trip, route, pickups, dropoffs, to_lines, from_lines))
    return tuple(services)


def _numbers(timetable: Timetable, stop_ids: Sequence[str]) -> NDArray[np.int64]:
    known = set(timetable.stop_ids)
    found = {timetable.stop_index(stop_id) for stop_id in stop_ids if stop_id in known}
    return np.array(sorted(found), np.int64)


def _links(ground: Ground, flex_stops: NDArray[np.int64], to_lines: bool) -> Links:
    """The nearest flexible stop of each stop of a line."""
    served = ground.timetable.served_stops
    if to_lines:
        flex, line, walk_m = ground.walks.pairs(flex_stops, served, LINK_M)
    else:
        line, flex, walk_m = ground.walks.pairs(served, flex_stops, LINK_M)
    order = np.lexsort((walk_m, line))
    _, first = np.unique(line[order], return_index=True)
    chosen = order[first]
    return Links(line[chosen], flex[chosen], walk_m[chosen])


def _route(timetable: Timetable, trip: FlexTrip) -> RouteInfo:
    number = timetable.route_numbers.get(trip.route_id)
    if number is not None:
        return replace(timetable.routes[number], mode=ON_DEMAND)
    return RouteInfo(trip.route_id, "", trip.route_name, "", "", trip.agency_name, ON_DEMAND)


def open_services(
    services: Sequence[FlexService], timetable: Timetable, from_s: int, to_s: int
) -> list[FlexService]:
    """Those services whose hours overlap a span of time.

    Parameters
    ----------
    services
        All services.
    timetable
        Knows the service days.
    from_s, to_s
        Epoch seconds; pickups in this span are of interest.

    Returns
    -------
    list of FlexService
        In their order.
    """
    longest_s = max((service.trip.pickup_end_s for service in services), default=0)
    zeros_of: dict[str, list[int]] = {}
    for service_id in {service.trip.service_id for service in services}:
        days = _days_between(timetable, from_s - longest_s, to_s)
        runs = [timetable.origin_s(day) for day in days if timetable.runs_on(service_id, day)]
        zeros_of[service_id] = runs
    return [
        service
        for service in services
        if any(
            zero + service.trip.pickup_start_s <= to_s
            and zero + service.trip.pickup_end_s >= from_s
            for zero in zeros_of[service.trip.service_id]
        )
    ]


def _days_between(timetable: Timetable, from_s: int, to_s: int) -> list[dt.date]:
    """Calendar days, and the one before for service days that begin at noon minus 12 h."""
    first = dt.datetime.fromtimestamp(from_s, timetable.timezone).date() - dt.timedelta(1)
    last = dt.datetime.fromtimestamp(to_s, timetable.timezone).date()
    return [first + dt.timedelta(n) for n in range((last - first).days + 1)]


def hours_between(
    service: FlexService, timetable: Timetable, from_s: int, to_s: int
) -> list[Hours]:
    """Hours of a service that overlap a span of time.

    Parameters
    ----------
    service
        The service.
    timetable
        Knows the service days.
    from_s, to_s
        Epoch seconds; pickups in this span are of interest.

    Returns
    -------
    list of Hours
        In order of time.
    """
    trip = service.trip
    found = []
    for day in _days_between(timetable, from_s - trip.pickup_end_s, to_s):
        if not timetable.runs_on(trip.service_id, day):
            continue
        zero = timetable.origin_s(day)
        hours = Hours(
            zero + trip.pickup_start_s,
            zero + trip.pickup_end_s,
            zero + trip.dropoff_start_s,
            zero + trip.dropoff_end_s,
        )
        if hours.pickup_from_s <= to_s and hours.pickup_to_s >= from_s:
            found.append(hours)
    return found


@dataclass(frozen=True)
class Open:
    """Pickups of some hours that can be booked; epoch seconds, ends included.

    Parameters
    ----------
    from_s, to_s
        Pickups.
    dropoff_from_s, dropoff_to_s
        Drop-offs.
    """

    from_s: int
    to_s: int
    dropoff_from_s: int
    dropoff_to_s: int


def open_times(
    service: FlexService, timetable: Timetable, span: tuple[int, int], now_s: int
) -> list[Open]:
    """What can be booked now of the hours that overlap a span of time.

    Parameters
    ----------
    service
        The service, with its booking rule.
    timetable
        Knows the service days.
    span
        First and last pickup of interest, epoch seconds.
    now_s
        Instant of booking, epoch seconds.

    Returns
    -------
    list of Open
        In order of time; several for one service day where a rule that counts days parts it at
        midnight.
    """
    rule = service.trip.booking_rule or _NO_RULE
    found = []
    for hours in hours_between(service, timetable, *span):
        parts = rule.bookable(hours.pickup_from_s, hours.pickup_to_s, now_s, timetable.timezone)
        found += [Open(*part, hours.dropoff_from_s, hours.dropoff_to_s) for part in parts]
    return found


def booking_deadline_s(service: FlexService, pickup_s: int, timetable: Timetable) -> int:
    """Latest instant to book a pickup.

    Parameters
    ----------
    service
        The service, with its booking rule.
    pickup_s
        Epoch seconds of the pickup.
    timetable
        Knows the time zone.

    Returns
    -------
    int
        Epoch seconds; the pickup itself where there is no rule.
    """
    return (service.trip.booking_rule or _NO_RULE).deadline_s(pickup_s, timetable.timezone)


def booking_opens_s(service: FlexService, pickup_s: int, timetable: Timetable) -> int | None:
    """Earliest instant to book a pickup.

    Parameters
    ----------
    service
        The service, with its booking rule.
    pickup_s
        Epoch seconds of the pickup.
    timetable
        Knows the time zone.

    Returns
    -------
    int | None
        Epoch seconds; None where it may be booked as early as one likes.
    """
    return (service.trip.booking_rule or _NO_RULE).opens_s(pickup_s, timetable.timezone)
