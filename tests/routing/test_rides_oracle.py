"""Journeys with rides against exhaustion, in small random towns.

Sites are 11 km apart; each has a stop of lines, a flexible stop, or both at the same place. The
port keeps what it hopes for, so that the answer is exact (see package.md).
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from gtfs.flex import FlexTrip
from routing.journeys import Journey, Place, RideLeg, TransitLeg
from routing.on_demand import Party, RideOutlook, RidePromise, RideRefusal, RideRequest
from routing.pareto import Criteria, journey_criteria, pareto
from routing.rides import MARGIN_S
from tests.oracles.raptor_slow import slow_runs
from tests.oracles.rides_slow import Quad, SlowService, SlowTown
from tests.routing.feeds import line_feed
from tests.routing.towns import DAY, Town, flex_trip, instant

SITES = 6
TOWNS = 75
FIRST, LAST = "07:00", "12:00"
VEHICLES = 3
WALK_M, WALK_S = 0.002, 241  # 222 m to the north, 1.3 times that at 1.2 m/s


@dataclass
class ExactPort:
    """Rides of fixed length, at any time; refuses pairs a test names."""

    ride_s: dict[tuple[str, str], int]
    refused: set[tuple[str, str]] = field(default_factory=set)
    asked: list[tuple[RideRequest, bool]] = field(default_factory=list)
    promised: list[RidePromise] = field(default_factory=list)

    def outlook(
        self, trip_id: str, from_ids: Sequence[str], to_ids: Sequence[str], at: int, party: Party
    ) -> RideOutlook:
        """The table."""
        table = [[self.ride_s.get((a, b), 60) for b in to_ids] for a in from_ids]
        ride_s = np.array(table, np.int32).reshape(len(from_ids), len(to_ids))
        return RideOutlook(np.full(len(from_ids), at, np.int64), ride_s, ride_s, 0)

    def check(
        self, request: RideRequest, beside: Sequence[RidePromise] = ()
    ) -> RidePromise | RideRefusal:
        """A promise of the very minute."""
        self.asked.append((request, bool(beside)))
        pair = (request.from_stop_id, request.to_stop_id)
        arrival_s = request.earliest_pickup_s + self.ride_s[pair]
        if request.latest_arrival_s is not None and arrival_s > request.latest_arrival_s:
            return RideRefusal(request, "window_too_tight")
        if pair in self.refused:
            return RideRefusal(request, "no_capacity", {}, request.earliest_pickup_s + 86_400)
        start_s = request.earliest_pickup_s
        promise = RidePromise(request, start_s, start_s, arrival_s, start_s, arrival_s)
        self.promised.append(promise)
        return promise


@dataclass
class RandomTown:
    """A town, and the same for the oracle."""

    seed: int

    def __post_init__(self) -> None:
        draw = np.random.default_rng(self.seed)
        # Some towns are of two halves: lines that do not meet, or villages that no line serves.
        self.shape = ("any", "parted", "villages")[self.seed % 3]
        kinds = draw.choice(["both", "both", "line", "flex"], SITES)
        kinds[:2] = "both", "line"
        if self.shape != "any":
            end = "line" if self.shape == "parted" else "flex"
            kinds = np.array([end, "both", "both", "both", "both", end])
        lines = [n for n in range(SITES) if kinds[n] != "flex"]
        flex = [n for n in range(SITES) if kinds[n] != "line"]
        rows = [f"S{n} {36 + n / 10:.4f} 136.3" for n in lines]
        rows += [f"F{n} {36 + n / 10:.4f} 136.3" for n in flex]
        for trip in range(int(draw.integers(5, 12))):
            half = lines[trip % 2 * 3 :][:3] if self.shape == "parted" else lines
            calls = draw.permutation(half)[: int(draw.integers(2, min(4, len(half)) + 1))]
            minute = int(draw.integers(8 * 60, 10 * 60))
            words = []
            for site in calls:
                words.append(f"S{site} {minute // 60:02d}:{minute % 60:02d}")
                minute += int(draw.integers(5, 20))
            rows.append(f"t{trip} L{trip} daily | {' '.join(words)}")
        self.rides = {
            (f"F{a}", f"F{b}"): 60 * int(draw.integers(5, 30)) for a in flex for b in flex if a != b
        }
        groups = [flex] if draw.random() < 0.3 else [flex[::2], flex[1::2]]
        if self.shape != "any":
            groups = [flex] if self.shape == "parted" else [flex[:3], flex[3:]]
        services = [[f"F{n}" for n in group] for group in groups if len(group) > 1]
        self.town = Town("\n".join(rows), [_trip(n, s) for n, s in enumerate(services)])
        self.ends = tuple(int(n) for n in draw.choice(SITES, 2, replace=False))
        if self.shape != "any":
            self.ends = (0, SITES - 1)
        self.walks_s = (WALK_S * int(draw.integers(0, 2)), WALK_S * int(draw.integers(0, 2)))
        self.slow = self._slow("\n".join(rows), services, lines)

    def _slow(self, rows: str, services: list[list[str]], lines: list[int]) -> SlowTown:
        timetable = self.town.timetable
        times = self.town.planner._ground.change_times(1200)
        changes = {
            (timetable.stop_ids[a], timetable.stop_ids[int(times.heads[at])]): int(
                times.seconds[at]
            )
            for a in range(len(timetable.stop_ids))
            for at in range(int(times.starts[a]), int(times.starts[a + 1]))
        }
        table = {(a.replace("F", "S"), b.replace("F", "S")): s for (a, b), s in self.rides.items()}
        opens, closes = instant("08:00"), instant("16:00")
        return SlowTown(
            slow_runs(line_feed(rows), "Asia/Tokyo", [dt.date.fromisoformat(DAY)]),
            changes,
            [
                SlowService(frozenset(s.replace("F", "S") for s in stops), opens, closes, table)
                for stops in services
            ],
            frozenset(f"S{n}" for n in lines),
            MARGIN_S,
        )

    def plan(self, port: ExactPort) -> list[Journey]:
        """What the planner says."""
        places = [
            Place("end", 36 + n / 10 + (WALK_M if walk_s else 0), 136.3)
            for n, walk_s in zip(self.ends, self.walks_s, strict=True)
        ]
        window = {"window_s": instant(LAST) - instant(FIRST), "max_transfers": VEHICLES - 1}
        result = self.town.plan(*places, FIRST, port, **window)  # type: ignore[arg-type]
        last_s = instant(LAST)
        return [journey for journey in result.journeys if journey.departure_s <= last_s]

    def expected(self) -> tuple[list[Criteria], set[Quad]]:
        """Journeys beside lines and all the way, and those between lines, by exhaustion."""
        ends = (f"S{self.ends[0]}", f"S{self.ends[1]}")
        where = (ends, self.walks_s, instant(FIRST), instant(LAST))
        direct = self.slow.direct(ends, self.walks_s)
        beside = [Criteria(*quad) for quad in self.slow.beside_lines(*where, VEHICLES)]
        fair = [c for c in beside if not _as_quick(direct, c)]
        fair += [Criteria(first, first + duration, 0, 1) for first, _, duration in direct]
        between = self.slow.between_lines(*where, (VEHICLES // 2, VEHICLES - VEHICLES // 2))
        return fair, {quad for quad in between if not _as_quick(direct, Criteria(*quad))}


def _trip(number: int, stops: list[str]) -> FlexTrip:
    # Drop-offs end at 16:00; pickups may begin as long as the ride ends by then.
    return flex_trip(stops, trip_id=f"van{number}", route_id=f"van{number}", pickup_end_s=57_600)


def _as_quick(direct: list[tuple[int, int, int]], other: Criteria) -> bool:
    return any(
        first <= other.departure_s <= last
        and Criteria(first, first + duration, 0, 1, anytime=True).beats(other)
        for first, last, duration in direct
    )


def _is_between(journey: Journey) -> bool:
    legs = [leg for leg in journey.legs if isinstance(leg, RideLeg | TransitLeg)]
    return any(isinstance(leg, RideLeg) for leg in legs[1:-1])


def _quads(found: Sequence[Criteria]) -> list[Quad]:
    return sorted((c.departure_s, c.arrival_s, c.transfers, c.rides) for c in found)


@pytest.mark.parametrize("seed", range(TOWNS))
def test_journeys_with_rides_are_those_of_exhaustion(seed: int) -> None:
    town, port = RandomTown(seed), ExactPort({})
    port.ride_s = town.rides
    found = town.plan(port)
    assert len(port.asked) < 32
    beside, between = town.expected()
    middle = [journey_criteria(journey) for journey in found if _is_between(journey)]
    best = pareto([*beside, *middle], lambda criteria: criteria)
    assert _quads([journey_criteria(journey) for journey in found]) == _quads(best)
    assert {tuple(quad) for quad in _quads(middle)} <= between
    soonest = min((quad[1] for quad in between), default=None)
    if soonest is not None and all(soonest < criteria.arrival_s for criteria in beside):
        assert soonest in {criteria.arrival_s for criteria in middle}


@pytest.mark.parametrize("seed", range(TOWNS // 3))
def test_with_refusals_every_journey_is_promised_and_none_is_beaten(seed: int) -> None:
    town = RandomTown(seed)
    draw = np.random.default_rng(seed)
    refused = {pair for pair in town.rides if draw.random() < 0.3}
    port = ExactPort(town.rides, refused)
    found = town.plan(port)
    rides = [leg for journey in found for leg in journey.rides]
    assert all(ride.promise in port.promised for ride in rides)
    criteria = [journey_criteria(journey) for journey in found]
    assert _quads(pareto(criteria, lambda c: c)) == _quads(criteria)
    # What needs no ride is there whatever is refused.
    alone = [c for c in town.expected()[0] if c.rides == 0]
    for one in pareto(alone, lambda c: c):
        assert one in criteria or any(c.beats(one) for c in criteria)


def test_the_towns_have_all_kinds_of_journeys() -> None:
    kinds = Counter[object]()
    for seed in range(TOWNS):
        town = RandomTown(seed)
        for journey in town.plan(ExactPort(town.rides)):
            kinds["between" if _is_between(journey) else len(journey.rides)] += 1
    assert set(kinds) == {0, 1, 2, "between"}
    assert min(kinds.values()) > 5, kinds
