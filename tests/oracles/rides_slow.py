"""Journeys with rides on demand by exhaustion: every ride to, from and between lines is tried.

Rides are as long as a table says and can be had whenever they are open; walks to flexible stops of
lines are part of the ways that the caller names. Lines are searched by `raptor_slow`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.oracles.raptor_slow import SlowAccess, SlowCall, SlowEgress, slow_journeys

Quad = tuple[int, int, int, int]
"""Departure, arrival, changes, rides."""


@dataclass(frozen=True)
class SlowService:
    """A service on demand; stops of lines and places stand for the flexible stop beside them."""

    stops: frozenset[str]
    opens: int
    closes: int
    ride_s: Mapping[tuple[str, str], int]

    def rides(self, origin: str) -> list[tuple[str, int]]:
        """Where a ride from a stop leads, and how long it takes."""
        if origin not in self.stops:
            return []
        return [(stop, self.ride_s[origin, stop]) for stop in sorted(self.stops - {origin})]


@dataclass(frozen=True)
class SlowTown:
    """Lines and services; a place is a site, with a walk to its stops."""

    runs: Sequence[Sequence[SlowCall]]
    changes: Mapping[tuple[str, str], int]
    services: Sequence[SlowService]
    lines: frozenset[str]
    margin_s: int

    def accesses(self, origin: str, walk_s: int) -> dict[int, list[SlowAccess]]:
        """Ways to lines, by the number of rides."""
        ways: dict[int, list[SlowAccess]] = {0: [], 1: []}
        if origin in self.lines:
            ways[0].append(SlowAccess(origin, walk_s))
        for service in self.services:
            for stop, ride_s in service.rides(origin):
                if stop in self.lines:
                    bounds = (service.opens - walk_s, service.closes - ride_s - walk_s)
                    ways[1].append(SlowAccess(stop, walk_s + ride_s + self.margin_s, *bounds))
        return ways

    def egresses(self, target: str, walk_s: int) -> dict[int, list[SlowEgress]]:
        """Ways from lines, by the number of rides."""
        ways: dict[int, list[SlowEgress]] = {0: [], 1: []}
        if target in self.lines:
            ways[0].append(SlowEgress(target, 0, walk_s))
        for service in self.services:
            for stop in sorted(service.stops & self.lines - {target}):
                if target in service.stops:
                    ride_s = service.ride_s[stop, target]
                    bounds = (service.opens, service.closes - ride_s)
                    ways[1].append(SlowEgress(stop, self.margin_s, ride_s + walk_s, *bounds))
        return ways

    def direct(self, ends: tuple[str, str], walks_s: tuple[int, int]) -> list[tuple[int, int, int]]:
        """Rides all the way: first and last departure, and duration."""
        found = []
        for service in self.services:
            for stop, ride_s in service.rides(ends[0]):
                if stop == ends[1]:
                    first, last = service.opens, service.closes - ride_s
                    duration = walks_s[0] + ride_s + walks_s[1]
                    found.append((first - walks_s[0], last - walks_s[0], duration))
        return found

    def beside_lines(
        self, ends: tuple[str, str], walks_s: tuple[int, int], first: int, last: int, vehicles: int
    ) -> set[Quad]:
        """Journeys on lines with a ride before them, behind them, both or none."""
        found: set[Quad] = set()
        for before, access in self.accesses(ends[0], walks_s[0]).items():
            for after, egress in self.egresses(ends[1], walks_s[1]).items():
                rides = before + after
                bounds = (first, last, vehicles)
                for triple in slow_journeys(self.runs, access, egress, self.changes, *bounds):
                    departure, arrival, count = triple
                    found.add((departure, arrival, count - 1 + rides, rides))
        return found

    def between_lines(
        self,
        ends: tuple[str, str],
        walks_s: tuple[int, int],
        first: int,
        last: int,
        vehicles: tuple[int, int],
    ) -> set[Quad]:
        """Journeys on lines with a ride between them."""
        access = self.accesses(ends[0], walks_s[0])[0]
        egress = self.egresses(ends[1], walks_s[1])[0]
        found: set[Quad] = set()
        for service in self.services:
            for pickup in sorted(service.stops & self.lines):
                way = [SlowEgress(pickup, self.margin_s, 0, service.opens, service.closes)]
                heads = slow_journeys(
                    self.runs, access, way, self.changes, first, last, vehicles[0]
                )
                for stop, ride_s in service.rides(pickup):
                    if stop in self.lines:
                        within = [h for h in heads if h[1] + ride_s <= service.closes]
                        found |= self._onward(within, (stop, ride_s), egress, vehicles[1])
        return found

    def _onward(
        self,
        heads: list[tuple[int, int, int]],
        ride: tuple[str, int],
        egress: Sequence[SlowEgress],
        vehicles: int,
    ) -> set[Quad]:
        found: set[Quad] = set()
        for departure, ready, count in heads:
            at = ready + ride[1]
            onward = [SlowAccess(ride[0], self.margin_s)]
            bounds = (at, at + 86_400, vehicles)
            tails = slow_journeys(self.runs, onward, egress, self.changes, *bounds)
            found |= {(departure, arrival, count + more, 1) for _, arrival, more in tails}
        return found
