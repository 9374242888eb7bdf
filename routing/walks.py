"""Walks on the ground: along the streets, through the doors of stations, and inside them.

All walks are metres to the search; a way inside a station counts what its time is worth
(`routing.pathways`). What is really walked, and its line, is found when a journey is written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.journeys import Geometry, Place
from routing.snapping import Anchors
from routing.stations import Doors, Inside, Stations
from routing.stops import STATION
from routing.straight import least_per_pair
from routing.street_port import Profile
from routing.streets import UNREACHABLE, Streets
from routing.timetable import Timetable

_ROUNDING_M: Final = 2
"""Walks found one by one and all at once may differ by so much, metres."""


@dataclass(frozen=True, eq=False)
class Spot:
    """A place of a query, tied to the ground.

    Parameters
    ----------
    place
        The place.
    anchors
        It, tied to the streets.
    walk_m
        Walk between it and each stop, metres, int32 ``[S]``; `UNREACHABLE` beyond the longest
        walk.
    stop
        Its stop number; None where it is none.
    """

    place: Place
    anchors: Anchors
    walk_m: NDArray[np.int32]
    stop: int | None = None

    def near(self, stops: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of some stops that can be walked to.

        Parameters
        ----------
        stops
            Stop numbers.

        Returns
        -------
        ndarray
            The nearest first, int64.
        """
        walk_m = self.walk_m[stops]
        order = np.argsort(walk_m, kind="stable")
        return np.asarray(stops[order[walk_m[order] != UNREACHABLE]])


@dataclass(frozen=True)
class Way:
    """A walk as people see it.

    Parameters
    ----------
    distance_m
        What is walked, metres, without lifts.
    line
        Its line on the map.
    """

    distance_m: int
    line: Geometry


class _End(NamedTuple):
    """Where a walk meets the streets: the place itself, or a door of the station it is in."""

    anchors: Anchors
    cost_m: int
    door: int


class Walks:
    """Walks of one kind of people in a city.

    Parameters
    ----------
    timetable
        Knows the stops, and the ways inside stations.
    streets
        To walk on.
    profile
        Who walks.
    """

    def __init__(self, timetable: Timetable, streets: Streets, profile: Profile) -> None:
        self.profile: Profile = profile
        self.anchors = streets.anchor(timetable.stop_lat, timetable.stop_lon, profile)
        self._timetable = timetable
        self._streets = streets
        self._stations: Stations | None = None
        if len(timetable.pathways):
            self._stations = Stations(timetable, profile == "wheelchair")

    def pairs(
        self, origins: NDArray[np.int64], targets: NDArray[np.int64], limit_m: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """All walks between two sets of stops.

        Parameters
        ----------
        origins, targets
            Stop numbers, without repeats.
        limit_m
            Longest walk, metres; ways inside one station may be longer.

        Returns
        -------
        tuple
            Stop of the origin, stop of the target (int64), metres (int32).
        """
        stations = self._stations
        if stations is None:
            i, j, walk_m = self._street_pairs(origins, targets, limit_m)
            return origins[i], targets[j], walk_m
        tails, heads = stations.homes[origins], stations.homes[targets]
        a, b, walk_m = self._home_pairs(stations, np.unique(tails), np.unique(heads), limit_m)
        at, i = _matches(a, tails)
        b, walk_m, chosen = b[at], walk_m[at], origins[i]
        at, j = _matches(b, heads)
        return chosen[at], targets[j], walk_m[at]

    def _home_pairs(
        self,
        stations: Stations,
        origins: NDArray[np.int64],
        targets: NDArray[np.int64],
        limit_m: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """Walks between stops none of which is a boarding area."""
        out = _legs_to_doors(origins, stations, stations.outward)
        into = _legs_to_doors(targets, stations, stations.inward)
        doors, other = np.unique(out.entrances), np.unique(into.entrances)
        i, j, walk_m = self._street_pairs(doors, other, limit_m)
        total = _joined(out, (doors[i], other[j], walk_m.astype(np.int64)), into)
        a, b, cost_m = total
        together = (stations.parts[a] >= 0) & (stations.parts[a] == stations.parts[b]) & (a != b)
        keep = (cost_m <= limit_m) & ~(together & stations.outdoors[a])
        same = np.intersect1d(origins, targets)
        inner = stations.inner[
            np.isin(stations.inner[:, 0], origins) & np.isin(stations.inner[:, 1], targets)
        ]
        staying = (same, same, np.zeros(len(same), np.int64))
        rows = [
            np.concatenate([x[keep], inner[:, c], staying[c]]) for c, x in enumerate((a, b, cost_m))
        ]
        return least_per_pair(rows[0], rows[1], rows[2], UNREACHABLE - 1)

    def out_of(
        self, stops: NDArray[np.int64], spent_mm: NDArray[np.int64]
    ) -> tuple[Anchors, NDArray[np.int64]]:
        """Where people come to the street who are at some stops.

        Parameters
        ----------
        stops
            Stop numbers, int64 ``[n]``.
        spent_mm
            What they have spent, as millimetres of walk, int64 ``[n]``.

        Returns
        -------
        tuple
            Places, and what is spent there: the doors of stations for those who are indoors.
        """
        stations = self._stations
        if stations is None:
            return self.anchors.take(stops), spent_mm
        homes = stations.homes[stops]
        doors = _legs_to_doors(np.unique(homes), stations, stations.outward)
        at, k = _matches(homes, doors.platforms)
        return self.anchors.take(doors.entrances[k]), spent_mm[at] + doors.cost_m[k] * 1000

    def into(self, street_mm: NDArray[np.int64]) -> NDArray[np.int64]:
        """What it takes to come to every stop from the street.

        Parameters
        ----------
        street_mm
            What it takes along the streets, millimetres of walk, int64 ``[S]``; `UNREACHABLE` for
            too much.

        Returns
        -------
        ndarray
            The same for stops at the street, through the doors for platforms indoors; int64
            ``[S]``.
        """
        stations = self._stations
        if stations is None:
            return street_mm
        inside = street_mm.copy()
        inside[stations.indoors] = UNREACHABLE
        open_mm = np.where(street_mm == UNREACHABLE, 2**50, street_mm)
        platforms, total_mm = stations.inward.through(open_mm, 1000)
        inside[platforms] = np.where(total_mm < 2**50, total_mm, UNREACHABLE)
        return inside[stations.homes]

    def _street_pairs(
        self, origins: NDArray[np.int64], targets: NDArray[np.int64], limit_m: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        ends = (self.anchors.take(origins), self.anchors.take(targets))
        return self._streets.walk_pairs(*ends, limit_m, self.profile)

    def spot(self, place: Place, limit_m: int, arriving: bool) -> Spot:
        """Tie a place to the ground.

        Parameters
        ----------
        place
            From or to where somebody travels.
        limit_m
            Longest walk, metres.
        arriving
            Whether they walk to it, not from it.

        Returns
        -------
        Spot
            With the walks to all stops, or from all stops.

        Raises
        ------
        UnknownStopError
            When the place has a stop_id that no feed holds.
        """
        t, stations = self._timetable, self._stations
        stop = None if place.stop_id is None else self._home(t.stop_index(place.stop_id))
        one = self._streets.anchor(np.array([place.lat]), np.array([place.lon]), self.profile)
        spot = Spot(place, one, np.zeros(0, np.int32), stop)
        walk_m = self._many(self._ends(spot, arriving), self.anchors, limit_m)
        if stations is not None:
            walk_m = self._through_doors(walk_m, stations, stop, limit_m, arriving)
        if stop is not None:
            walk_m[self._platforms(stop, arriving)] = 0
        if stations is not None:
            walk_m = walk_m[stations.homes]
        return Spot(place, one, walk_m.astype(np.int32), stop)

    def _many(self, ends: Sequence[_End], targets: Anchors, limit_m: int) -> NDArray[np.int64]:
        """Least walks between the ends of one place and others, metres."""
        best = np.full(len(targets.lat), UNREACHABLE, np.int64)
        for end in ends:
            found = self._streets.walk_many(end.anchors, targets, limit_m, self.profile)
            walk_m = found.astype(np.int64) + end.cost_m
            np.minimum(best, np.where(walk_m <= limit_m, walk_m, UNREACHABLE), out=best)
        return best

    def _through_doors(
        self,
        walk_m: NDArray[np.int64],
        stations: Stations,
        stop: int | None,
        limit_m: int,
        arriving: bool,
    ) -> NDArray[np.int64]:
        """Walks that end indoors lead through doors, or stay inside."""
        platforms, total_m = (stations.outward if arriving else stations.inward).through(walk_m)
        walk_m[stations.indoors] = UNREACHABLE
        walk_m[platforms] = np.where(total_m <= limit_m, total_m, UNREACHABLE)
        if stop is not None and stations.parts[stop] >= 0:
            walk_m[stations.outdoors & (stations.parts == stations.parts[stop])] = UNREACHABLE
            here, there = (1, 0) if arriving else (0, 1)
            own = stations.inner[stations.inner[:, here] == stop]
            walk_m[own[:, there]] = np.minimum(walk_m[own[:, there]], own[:, 2])
        return walk_m

    def _platforms(self, stop: int, arriving: bool) -> list[int]:
        """Platforms that a stop means; of a station those that some door leads to."""
        t, stations = self._timetable, self._stations
        found = t.platforms(stop)
        if stations is None or t.stop_kinds[stop] != STATION:
            return found
        doors = set((stations.outward if arriving else stations.inward).platforms.tolist())
        return [p for p in found if not stations.indoors[p] or p in doors]

    def _ends(self, where: Spot | int, arriving: bool) -> list[_End]:
        """Where a place or a stop meets the streets."""
        stop = where.stop if isinstance(where, Spot) else where
        stations = self._stations
        if stations is None or stop is None or not stations.indoors[stop]:
            own = where.anchors if isinstance(where, Spot) else self._anchor(where)
            return [_End(own, 0, -1)]
        doors = (stations.inward if arriving else stations.outward).of_platform(stop)
        return [_End(self._anchor(door), cost_m, door) for door, cost_m in doors]

    def _home(self, stop: int) -> int:
        """The platform of a boarding area; any other stop itself."""
        return stop if self._stations is None else int(self._stations.homes[stop])

    def _anchor(self, stop: int) -> Anchors:
        return self.anchors.take(np.array([stop]))

    def between_m(self, origin: Spot, destination: Spot, limit_m: int) -> int | None:
        """Walk between two places.

        Parameters
        ----------
        origin, destination
            The places.
        limit_m
            Longest walk, metres.

        Returns
        -------
        int | None
            Metres; None when it is longer.
        """
        inside = self._inside(origin, destination)
        best = UNREACHABLE if inside is None else inside.cost_m
        tails = self._ends(origin, arriving=False)
        for end in self._ends(destination, arriving=True):
            walk_m = int(self._many(tails, end.anchors, limit_m)[0]) + end.cost_m
            best = min(best, walk_m)
        return best if best <= limit_m else None

    def way(self, origin: Spot | int, target: Spot | int, walk_m: int) -> Way:
        """A walk as people see it.

        Parameters
        ----------
        origin, target
            Places, or stops by number.
        walk_m
            The walk between them, metres to the search.

        Returns
        -------
        Way
            The way that takes so long.
        """
        origin = origin if isinstance(origin, Spot) else self._home(origin)
        target = target if isinstance(target, Spot) else self._home(target)
        tails, heads = self._ends(origin, arriving=False), self._ends(target, arriving=True)
        inside = self._inside(origin, target)
        if inside is not None and inside.cost_m <= walk_m:
            return Way(inside.length_m, self._line(inside))
        if len(tails) == len(heads) == 1 and tails[0].door == heads[0].door == -1:
            line = self._streets.walk_path(tails[0].anchors, heads[0].anchors, self.profile)
            return Way(walk_m, line)
        longest_m = walk_m + _ROUNDING_M
        costs = [
            (a.cost_m + street_m + b.cost_m, street_m, n, m)
            for n, a in enumerate(tails)
            for m, b in enumerate(heads)
            if (street_m := self._street_m(a.anchors, b.anchors, longest_m)) <= longest_m
        ]
        if not costs:  # only transfers.txt knows this way
            return Way(walk_m, (*self._points([origin]), *self._points([target])))
        _, street_m, n, m = min(costs)
        return self._through(origin, target, tails[n], heads[m], street_m)

    def _through(
        self, origin: Spot | int, target: Spot | int, tail: _End, head: _End, street_m: int
    ) -> Way:
        """The way out of one station, along the streets, and into another."""
        out = self._inside(origin, tail.door) if tail.door >= 0 else None
        into = self._inside(head.door, target) if head.door >= 0 else None
        line = self._streets.walk_path(tail.anchors, head.anchors, self.profile)
        distance_m = street_m
        if out is not None:
            distance_m, line = distance_m + out.length_m, (*self._line(out)[:-1], *line)
        if into is not None:
            distance_m, line = distance_m + into.length_m, (*line, *self._line(into)[1:])
        return Way(distance_m, line)

    def _street_m(self, a: Anchors, b: Anchors, limit_m: int) -> int:
        return int(self._streets.walk_many(a, b, limit_m, self.profile)[0])

    def _inside(self, origin: Spot | int, target: Spot | int) -> Inside | None:
        a = origin.stop if isinstance(origin, Spot) else origin
        b = target.stop if isinstance(target, Spot) else target
        if self._stations is None or a is None or b is None:
            return None
        return self._stations.inside(a, b)

    def _line(self, inside: Inside) -> Geometry:
        line = self._points(inside.nodes)
        inner = (p for n, p in enumerate(line[1:-1], start=1) if p != line[n - 1])
        return (line[0], *inner, line[-1])

    def _points(self, places: Sequence[Spot | int]) -> Geometry:
        """Coordinates of places and stops."""
        t = self._timetable
        return tuple(
            (p.place.lon, p.place.lat)
            if isinstance(p, Spot)
            else (float(t.stop_lon[p]), float(t.stop_lat[p]))
            for p in places
        )


def _legs_to_doors(stops: NDArray[np.int64], stations: Stations, doors: Doors) -> Doors:
    """Doors of the stops that are indoors; every other stop is its own door."""
    open_ = stops[~stations.indoors[stops]]
    inside = np.isin(doors.platforms, stops)
    return Doors(
        np.concatenate([open_, doors.platforms[inside]]),
        np.concatenate([open_, doors.entrances[inside]]),
        np.concatenate([np.zeros(len(open_), np.int64), doors.cost_m[inside]]),
    )


def _joined(
    out: Doors,
    streets: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    into: Doors,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ways out, along the streets and in again: stop, stop, metres."""
    doors, other, walk_m = streets
    at, k = _matches(doors, out.entrances)
    doors, other, walk_m = out.platforms[k], other[at], walk_m[at] + out.cost_m[k]
    at, k = _matches(other, into.entrances)
    return doors[at], into.platforms[k], walk_m[at] + into.cost_m[k]


def _matches(
    wanted: NDArray[np.int64], keys: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs of positions with ``wanted[i] == keys[k]``."""
    order = np.argsort(keys, kind="stable")
    low = np.searchsorted(keys[order], wanted, "left")
    counts = np.searchsorted(keys[order], wanted, "right") - low
    at = np.repeat(np.arange(len(wanted)), counts)
    within = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    return at, order[np.repeat(low, counts) + within]
