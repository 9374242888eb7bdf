"""The embedded city: sensible journeys, equal to exhaustion, quick."""

import csv
import datetime as dt
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gtfs.feed import Feed, load_feed
from gtfs.flex import flex_trips
from routing.build import build_timetable
from routing.ground import Ground
from routing.journeys import Place, RideLeg, TransitLeg
from routing.planner import Planner, PlanQuery
from routing.raptor import Access, Egress, Window, search
from routing.streets import StreetNetwork
from tests.oracles.raptor_slow import SlowAccess, SlowEgress, slow_journeys, slow_runs
from tests.routing.towns import FakeDispatcher, instant, is_connected

KAGA = Path(__file__).parents[2] / "data" / "kaga"
TOKYO = ZoneInfo("Asia/Tokyo")
DAY = dt.date(2026, 11, 24)


class Kaga:
    """The city, loaded once."""

    def __init__(self, cache: Path) -> None:
        self.feeds: list[Feed] = [load_feed(KAGA / "gtfs"), load_feed(KAGA / "flex")]
        self.timetable = build_timetable(self.feeds, TOKYO)
        self.streets = StreetNetwork.load(KAGA / "streets.osm.pbf", cache)
        trips = [trip for feed in self.feeds for trip in flex_trips(feed)]
        self.planner = Planner(self.timetable, self.streets, trips, TOKYO)
        with (KAGA / "places.csv").open(encoding="utf-8") as file:
            self.places = {
                row["name"]: Place(
                    row["name"], float(row["lat"]), float(row["lon"]), row["stop_id"] or None
                )
                for row in csv.DictReader(file)
            }

    def query(self, origin: str, target: str, clock: str) -> PlanQuery:
        ends = (self.places[origin], self.places[target])
        return PlanQuery(*ends, instant(clock), now_s=instant("08:00"))


@pytest.fixture(scope="module")
def kaga(tmp_path_factory: pytest.TempPathFactory) -> Kaga:
    return Kaga(tmp_path_factory.mktemp("streets"))


HUBS = ("加賀温泉駅", "大聖寺駅", "動橋駅")
BATH = "山中温泉 総湯 菊の湯"


def test_the_station_to_the_bath_by_bus_and_on_demand(kaga: Kaga) -> None:
    result = kaga.planner.plan(kaga.query("加賀温泉駅", BATH, "10:00"), FakeDispatcher(1000, 2000))
    kinds = [{type(leg) for leg in journey.legs} for journey in result.journeys]
    assert any(TransitLeg in kind for kind in kinds)
    assert any(RideLeg in kind for kind in kinds)
    assert all(is_connected(journey) for journey in result.journeys)
    assert all(
        10 * 60 < journey.arrival_s - journey.departure_s < 90 * 60 for journey in result.journeys
    )
    keys = [(journey.arrival_s, journey.departure_s) for journey in result.journeys]
    assert keys == sorted(keys)


def test_lines_on_the_map_stay_near_the_way(kaga: Kaga) -> None:
    result = kaga.planner.plan(kaga.query("加賀温泉駅", BATH, "10:00"), None)
    for leg in (leg for journey in result.journeys for leg in journey.legs):
        lon, lat = np.array(leg.geometry).T
        assert np.hypot(np.diff(lon) * 89.5, np.diff(lat) * 111.2).max(initial=0) < 3


def test_equal_to_exhaustion_on_random_pairs(kaga: Kaga) -> None:
    ground = Ground(kaga.timetable, kaga.streets)
    times, names = ground.change_times(1200), kaga.timetable.stop_ids
    tails = np.repeat(np.arange(len(names)), np.diff(times.starts))
    pairs = zip(tails.tolist(), times.heads.tolist(), strict=True)
    seconds = times.seconds.tolist()
    changes = {(names[a], names[b]): s for (a, b), s in zip(pairs, seconds, strict=True)}
    days = [DAY + dt.timedelta(n) for n in (-1, 0, 1)]
    slow = [run for feed in kaga.feeds[:1] for run in slow_runs(feed, "Asia/Tokyo", days)]
    runs = ground.runs(DAY, with_next=True)
    zero = runs.origin_s
    journeys = 0
    hubs = [kaga.timetable.stop_index(kaga.places[name].stop_id or "") for name in HUBS]
    others = np.random.default_rng(7).choice(kaga.timetable.served_stops, 4).tolist()
    asked = [(hubs[0], others[0]), (others[1], hubs[1]), (hubs[2], others[2]), (others[3], hubs[0])]
    for (origin, target), clock in zip(asked, ("07:00", "10:00") * 2, strict=True):
        first = instant(clock)
        expected = slow_journeys(
            slow,
            [SlowAccess(names[origin], 60)],
            [SlowEgress(names[target], 0, 120)],
            changes,
            first,
            first + 7200,
            3,
        )
        found = search(
            kaga.timetable,
            runs,
            times,
            Access.walks(np.array([origin]), np.array([60])),
            Egress.walks(np.array([target]), np.array([120])),
            Window(first - zero, first + 7200 - zero, vehicles=3),
        )
        triples = {(f.departure_s + zero, f.arrival_s + zero, len(f.boardings)) for f in found}
        assert triples == expected
        journeys += len(expected)
    assert journeys >= 5


def test_a_plan_without_rides_is_quick(kaga: Kaga) -> None:
    query = kaga.query("加賀温泉駅", BATH, "10:00")
    kaga.planner.plan(query, None)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        kaga.planner.plan(query, None)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.1
