"""Stations from inside: shortest ways over pathways between platforms and entrances.

A platform is indoors when pathways join it to an entrance of its station. Between the street and
such a platform people pass an entrance, and where pathways lead nowhere nobody gets through.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.kernels.components import joined_parts
from routing.pathways import COST_M, FROM, IS_STEP_FREE, LENGTH_M, TO
from routing.stops import BOARDING_AREA, ENTRANCE, INACCESSIBLE, PLATFORM
from routing.timetable import Timetable


@dataclass(frozen=True)
class Inside:
    """A way inside a station.

    Parameters
    ----------
    cost_m
        Metres to the search.
    length_m
        Metres walked.
    nodes
        Stops on the way, both ends included.
    """

    cost_m: int
    length_m: int
    nodes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Doors:
    """Ways between platforms and entrances, in one direction, ordered by platform; n of them.

    Parameters
    ----------
    platforms, entrances
        Stop numbers, int64 ``[n]``.
    cost_m
        Metres to the search, int64 ``[n]``.
    """

    platforms: NDArray[np.int64]
    entrances: NDArray[np.int64]
    cost_m: NDArray[np.int64]

    @classmethod
    def of(cls, ways: Iterable[tuple[int, int, int]]) -> "Doors":
        """Collect ways.

        Parameters
        ----------
        ways
            Platform, entrance and metres of each.

        Returns
        -------
        Doors
            In order.
        """
        rows = np.array(sorted(ways), np.int64).reshape(-1, 3)
        return cls(rows[:, 0], rows[:, 1], rows[:, 2])

    @cached_property
    def _firsts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Platforms without repeats, and where each begins."""
        platforms, firsts = np.unique(self.platforms, return_index=True)
        return platforms, firsts

    def of_platform(self, platform: int) -> list[tuple[int, int]]:
        """Doors of one platform.

        Parameters
        ----------
        platform
            Stop number.

        Returns
        -------
        list of tuple
            Entrance and metres.
        """
        part = slice(*np.searchsorted(self.platforms, [platform, platform + 1]).tolist())
        rows = zip(self.entrances[part].tolist(), self.cost_m[part].tolist(), strict=True)
        return list(rows)

    def through(
        self, walk_m: NDArray[np.int64], scale: int = 1
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Walk on through the best door.

        Parameters
        ----------
        walk_m
            Walk between a place and every stop, metres, int64 ``[S]``.
        scale
            Units of `walk_m` in a metre.

        Returns
        -------
        tuple
            Platforms, and the walk between the place and each, metres; int64.
        """
        platforms, firsts = self._firsts
        if len(platforms) == 0:
            return platforms, platforms
        return platforms, np.minimum.reduceat(walk_m[self.entrances] + self.cost_m * scale, firsts)


class Stations:
    """The stations of a city that have pathways.

    Parameters
    ----------
    timetable
        With pathways.
    wheelchair
        Whether to pass step-free ways and entrances only.

    Attributes
    ----------
    parts
        Stops that pathways join in whatever direction share a number, -1 without any; int32
        ``[S]``.
    homes
        The platform of each boarding area, every other stop itself; int64 ``[S]``.
    indoors, outdoors
        Platforms with pathways, and with an entrance among them or without; bool ``[S]``.
    outward, inward
        Ways from platforms to entrances, and back.
    inner
        Ways between platforms: from, to, metres to the search; int64 ``[n, 3]``.
    """

    def __init__(self, timetable: Timetable, wheelchair: bool) -> None:
        stops, ways = len(timetable.stop_ids), timetable.pathways
        kinds = timetable.stop_kinds
        areas = np.flatnonzero((kinds == BOARDING_AREA) & (timetable.stop_parents >= 0))
        self._areas: dict[int, list[int]] = {}
        for area in areas.tolist():
            self._areas.setdefault(int(timetable.stop_parents[area]), []).append(area)
        self.homes = np.arange(stops)
        self.homes[areas] = timetable.stop_parents[areas]
        joined = np.concatenate([ways[:, [FROM, TO]], _pairs(areas, timetable.stop_parents)])
        self.parts = _parts(stops, joined)
        within = self.parts >= 0
        platforms = np.flatnonzero(within & (kinds == PLATFORM))
        entrances = np.flatnonzero(within & (kinds == ENTRANCE))
        has_entrance = np.isin(self.parts, self.parts[entrances])
        self.indoors = within & (kinds == PLATFORM) & has_entrance
        self.outdoors = within & (kinds == PLATFORM) & ~has_entrance
        if wheelchair:
            ways = ways[ways[:, IS_STEP_FREE] == 1]
            entrances = entrances[timetable.stop_wheelchair[entrances] != INACCESSIBLE]
        self._ways: dict[int, list[tuple[int, int, int]]] = {}
        for row in ways.tolist():
            self._ways.setdefault(row[FROM], []).append((row[TO], row[COST_M], row[LENGTH_M]))
        self._known: dict[tuple[int, int], Inside | None] = {}
        self._find(platforms.tolist(), entrances.tolist())

    def _find(self, platforms: list[int], entrances: list[int]) -> None:
        """All ways between platforms and entrances of the same station."""
        members: dict[int, tuple[list[int], list[int]]] = {}
        for platform in platforms:
            members.setdefault(int(self.parts[platform]), ([], []))[0].append(platform)
        for entrance in entrances:
            members.setdefault(int(self.parts[entrance]), ([], []))[1].append(entrance)
        out, inward, inner = [], [], []
        for inside, doors in members.values():
            for start in inside:
                costs = self._search(start)[0]
                out += [(start, e, c) for e in doors if (c := self._least(costs, e)) is not None]
                reached = ((p, self._least(costs, p)) for p in inside if p != start)
                inner += [(start, p, c) for p, c in reached if c is not None]
            for start in doors:
                costs = self._search(start)[0]
                inward += [
                    (p, start, c) for p in inside if (c := self._least(costs, p)) is not None
                ]
        self.outward, self.inward = Doors.of(out), Doors.of(inward)
        self.inner = np.array(inner, np.int64).reshape(-1, 3)

    def inside(self, origin: int, target: int) -> Inside | None:
        """The shortest way inside a station.

        Parameters
        ----------
        origin, target
            Platforms or entrances.

        Returns
        -------
        Inside | None
            None where no pathway leads.
        """
        key = (origin, target)
        if key not in self._known:
            self._known[key] = self._trace(origin, target)
        return self._known[key]

    def _trace(self, origin: int, target: int) -> Inside | None:
        if self.parts[origin] < 0 or self.parts[origin] != self.parts[target]:
            return None
        costs, before = self._search(origin)
        reached = [node for node in self._nodes(target) if node in costs]
        if not reached:
            return None
        node = min(reached, key=lambda n: costs[n])
        nodes, (cost_m, length_m) = [node], costs[node]
        while node in before:
            node = before[node]
            nodes.append(node)
        ends = (origin, *reversed(nodes), target)
        line = tuple(n for i, n in enumerate(ends) if i == 0 or n != ends[i - 1])
        return Inside(cost_m, length_m, line)

    def _search(self, origin: int) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
        """Dijkstra's algorithm: metres to the search and walked to every node, and from where."""
        costs: dict[int, tuple[int, int]] = {}
        before: dict[int, int] = {}
        queue = [(0, 0, node, -1) for node in self._nodes(origin)]
        while queue:
            cost_m, length_m, node, last = heapq.heappop(queue)
            if node in costs:
                continue
            costs[node] = (cost_m, length_m)
            if last >= 0:
                before[node] = last
            for head, more_m, walked_m in self._ways.get(node, ()):
                if head not in costs:
                    heapq.heappush(queue, (cost_m + more_m, length_m + walked_m, head, node))
        return costs, before

    def _nodes(self, stop: int) -> list[int]:
        """A stop, and its boarding areas: who is at one of them is at the stop."""
        return [stop, *self._areas.get(stop, ())]

    def _least(self, costs: dict[int, tuple[int, int]], stop: int) -> int | None:
        return min((costs[n][0] for n in self._nodes(stop) if n in costs), default=None)


def _pairs(areas: NDArray[np.int64], parents: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.column_stack([areas, parents[areas]]).astype(np.int32)


def _parts(stops: int, joined: NDArray[np.int32]) -> NDArray[np.int32]:
    """Stops that pathways join in whatever direction share a number; -1 without any."""
    order = np.argsort(joined[:, 0], kind="stable")
    starts = np.searchsorted(joined[order, 0], np.arange(stops + 1)).astype(np.int64)
    part = joined_parts(starts, np.ascontiguousarray(joined[order, 1], np.int32))
    touched = np.zeros(stops, np.bool_)
    touched[joined.ravel()] = True
    return np.where(touched, part, -1).astype(np.int32)
