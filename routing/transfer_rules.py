"""Rules of transfers.txt as numbers, those for certain lines and trips too.

The search changes between stops, whatever comes or goes there. So where a rule speaks of a line or
a trip, its vehicles call at a stop of their own, a twin at the same place whose parent is the stop
of the feed; then a rule between lines is one between stops.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gtfs.feed import Feed
from routing.patterns import StopTimes
from routing.stops import Stops

MOST_TWINS: Final = 60
"""A stop with more lines and trips that have rules of their own keeps its general rules alone."""

_IN_SEAT: Final = 4
_ROUTE_SCORE, _TRIP_SCORE = 1, 3
"""The more a rule says, the later it is laid on: two trips, a trip and a line, a trip, two lines,
a line, as the GTFS reference ranks them."""

_Twin = tuple[int, int, int]
"""Stop, line and trip with rules of their own; -1 where the rules do not care."""


@dataclass(frozen=True)
class _End:
    """One end of a rule: a stop or station, and -1 or the line or trip that it speaks of."""

    stop: int
    route: int = -1
    trip: int = -1

    @property
    def score(self) -> int:
        """How much it says."""
        if self.trip >= 0:
            return _TRIP_SCORE
        return _ROUTE_SCORE if self.route >= 0 else 0


@dataclass(frozen=True)
class _Rule:
    origin: _End
    target: _End
    kind: int
    least_s: int

    @property
    def ends(self) -> tuple[_End, _End]:
        """Both ends."""
        return self.origin, self.target


@dataclass(frozen=True, eq=False)
class FeedLines:
    """Lines and trips of one feed by their names.

    Parameters
    ----------
    routes
        Number of each route_id.
    trip_ids
        The feed's trips in the order of the stop times, one after the other over all feeds.
    """

    routes: Mapping[str, int]
    trip_ids: NDArray[np.object_]


def lay_rules(
    feeds: Sequence[Feed], lines: Sequence[FeedLines], stops: Stops, times: StopTimes
) -> tuple[Stops, StopTimes, NDArray[np.int32]]:
    """Read the rules, and give lines and trips with rules of their own stops of their own.

    Parameters
    ----------
    feeds
        The feeds of a city.
    lines
        Their lines and trips.
    stops, times
        Their stops and stop times.

    Returns
    -------
    tuple
        Stops with twins behind them, stop times that call there, and the rules: from stop, to
        stop, transfer_type (0 to 3), min_transfer_time (-1 for none), int32 ``[R, 4]``; where two
        speak of a pair the later one counts.
    """
    rules, first_trip = [], 0
    twin_trips = np.arange(len(times.trip_starts) - 1)
    for feed, own, numbers in zip(feeds, lines, stops.numbers, strict=True):
        trips: dict[str, int] = {}
        table = feed.table("transfers")
        if (table["from_trip_id"] != "").any() or (table["to_trip_id"] != "").any():
            for number, trip_id in enumerate(own.trip_ids.tolist(), start=first_trip):
                twin_trips[number] = trips.setdefault(trip_id, number)
        first_trip += len(own.trip_ids)
        rules += list(_read(feed, numbers, own.routes, trips))
    children = _children(stops)
    wanted = {
        (platform, end.route if end.trip < 0 else -1, end.trip)
        for rule in rules
        for end in rule.ends
        if end.score
        for platform in _platforms(children, end.stop)
    }
    twins, stops_of_times = _place(times, wanted, twin_trips, len(stops.ids))
    found = _Twins(twins, children)
    rows = [
        (a, b, rule.kind, rule.least_s)
        for rule in sorted(rules, key=lambda r: r.origin.score + r.target.score)
        for a in found.of(rule.origin)
        for b in found.of(rule.target)
    ]
    originals = np.array([stop for stop, _, _ in twins], np.int64)
    return (
        stops.with_twins(originals),
        replace(times, stops=stops_of_times),
        np.array(rows, np.int32).reshape(-1, 4),
    )


def _read(
    feed: Feed, stops: Mapping[str, int], routes: Mapping[str, int], trips: Mapping[str, int]
) -> Iterator[_Rule]:
    """Rules between known stops; in-seat transfers speak of vehicles, not of changes."""
    for record in feed.table("transfers").to_dict("records"):
        kind = int(record["transfer_type"]) if record["transfer_type"].isdigit() else 0
        ends = []
        for side in ("from", "to"):
            stop = stops.get(record[f"{side}_stop_id"], -1)
            route_id, trip_id = record[f"{side}_route_id"], record[f"{side}_trip_id"]
            route, trip = routes.get(route_id, -1), trips.get(trip_id, -1)
            known = trip >= 0 if trip_id else route >= 0 or not route_id
            if stop >= 0 and known:
                ends.append(_End(stop, route, trip))
        if len(ends) == 2 and kind < _IN_SEAT:
            minimum = record["min_transfer_time"]
            yield _Rule(ends[0], ends[1], kind, int(minimum) if minimum.isdigit() else -1)


def _children(stops: Stops) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for number, parent in enumerate(stops.parents.tolist()):
        if parent >= 0:
            children.setdefault(parent, []).append(number)
    return children


def _platforms(children: Mapping[int, list[int]], stop: int) -> list[int]:
    found = [stop]
    for number in found:
        found.extend(children.get(number, ()))
    return found


def _place(
    times: StopTimes, wanted: set[_Twin], twin_trips: NDArray[np.int64], first: int
) -> tuple[dict[_Twin, int], NDArray[np.int32]]:
    """Number the twins that are called at, from `first` on, and let trips call there."""
    if not wanted:
        return {}, times.stops
    stops = times.stops.copy()
    trip_of = np.repeat(np.arange(len(times.trip_starts) - 1), np.diff(times.trip_starts))
    calls = np.flatnonzero(np.isin(stops, [stop for stop, _, _ in wanted]))
    found: dict[_Twin, list[int]] = {}
    for call, stop, trip in zip(
        calls.tolist(), stops[calls].tolist(), trip_of[calls].tolist(), strict=True
    ):
        route, one = int(times.trip_routes[trip]), int(twin_trips[trip])
        route = route if (stop, route, -1) in wanted else -1
        one = one if (stop, -1, one) in wanted else -1
        if (route, one) != (-1, -1):
            found.setdefault((stop, route, one), []).append(call)
    counts: dict[int, int] = {}
    for stop, _, _ in found:
        counts[stop] = counts.get(stop, 0) + 1
    kept = [twin for twin in found if counts[twin[0]] <= MOST_TWINS]
    twins = {twin: first + n for n, twin in enumerate(kept)}
    for twin, number in twins.items():
        stops[found[twin]] = number
    return twins, stops


class _Twins:
    """Which stops an end of a rule means."""

    def __init__(self, twins: Mapping[_Twin, int], children: Mapping[int, list[int]]) -> None:
        self._children = children
        self._by_route: dict[tuple[int, int], list[int]] = {}
        self._by_trip: dict[tuple[int, int], list[int]] = {}
        for (stop, route, trip), number in twins.items():
            self._by_route.setdefault((stop, route), []).append(number)
            self._by_trip.setdefault((stop, trip), []).append(number)

    def of(self, end: _End) -> list[int]:
        """A stop or station of the feed, or the twins of its platforms."""
        if end.score == 0:
            return [end.stop]
        table, name = (self._by_trip, end.trip) if end.trip >= 0 else (self._by_route, end.route)
        platforms = _platforms(self._children, end.stop)
        return [number for stop in platforms for number in table.get((stop, name), ())]
