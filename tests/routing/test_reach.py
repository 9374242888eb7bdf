"""How far one gets: arrivals everywhere and areas, by line, on foot and by ride on demand."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from gtfs.feed import load_feed
from routing.build import build_timetable
from routing.errors import InvalidQueryError, NoServiceError, OutsideAreaError
from routing.journeys import Place
from routing.on_demand import NEVER, Party
from routing.planner import Planner, PlanQuery
from routing.reach import Reach, ReachQuery
from routing.reach_areas import CELL_M
from routing.streets import StreetNetwork
from tests.routing.towns import TOKYO, FakeDispatcher, Town, clock, flex_trip, instant

KAGA = Path(__file__).resolve().parents[2] / "data" / "kaga"
LINE = """
    A 36.3000 136.4000
    B 36.3000 136.4600
    C 36.3000 136.5200
    D 36.4000 136.5200
    V 36.3000 136.4610
    t1 X daily | A 08:05 B 08:15 C 08:25
    t2 X daily | A 25:05 B 25:15 C 25:25
    t3 Y daily | C 08:30 D 08:40
    t4 X gone | A 10:05 B 10:15 C 10:25
"""
MINUTES = (900, 1800, 2700)


def ask(town: Town, origin: str | Place, time: str, **more: object) -> ReachQuery:
    place = origin if isinstance(origin, Place) else town.stop(origin)
    query = ReachQuery(place, instant(time), MINUTES, instant("00:00"))
    return replace(query, **more)  # type: ignore[arg-type]


def arrivals(town: Town, reach: Reach) -> dict[str, str]:
    """Clock time by stop, where it is reached."""
    return {
        stop_id: clock(int(arrival_s))
        for stop_id, arrival_s in zip(town.timetable.stop_ids, reach.arrival_s, strict=True)
        if arrival_s != NEVER
    }


def test_lines_and_changes_and_walks() -> None:
    town = Town(LINE)
    reach = town.planner.reach(ask(town, "A", "08:00"), None)
    # V lies 90 m from B: 117 m of walk, 98 s.
    assert arrivals(town, reach) == {
        "A": "08:00",
        "B": "08:15",
        "C": "08:25",
        "D": "08:40",
        "V": "08:16",
    }


def test_only_what_can_be_reached_in_time() -> None:
    town = Town(LINE)
    reach = town.planner.reach(ask(town, "A", "08:00", limits_s=(600, 900)), None)
    assert sorted(arrivals(town, reach)) == ["A", "B"]
    sooner = town.planner.reach(ask(town, "A", "08:00", limits_s=(899,)), None)
    assert sorted(arrivals(town, sooner)) == ["A"]


def test_the_area_of_a_walk_is_a_disc() -> None:
    town = Town(LINE)
    lonely = Place("", 36.5, 136.4)
    town.planner.reach(ask(town, "A", "08:00"), None)
    reach = town.planner.reach(ask(town, "D", "12:00"), None)
    for limit_s in MINUTES:
        radius_m = limit_s * 1.2 / 1.3
        area_m2 = reach.areas.area_m2(reach.limit_mm(limit_s))
        assert area_m2 == pytest.approx(math.pi * radius_m**2, rel=0.01)
    with pytest.raises(OutsideAreaError, match="3 km"):
        town.planner.reach(ask(town, lonely, "12:00"), None)


@pytest.mark.parametrize("time", ["08:00", "12:00", "00:50"])
def test_areas_lie_inside_each_other_and_are_valid(time: str) -> None:
    town = Town(LINE)
    reach = town.planner.reach(ask(town, "A", time), None)
    limits = [reach.limit_mm(limit_s) for limit_s in MINUTES]
    areas = [shape(reach.areas.polygons(limit)) for limit in limits]
    assert all(area.is_valid and not area.is_empty for area in areas)
    for smaller, larger in pairwise(areas):
        assert larger.covers(smaller)
    plane = reach.areas.plane
    for area, limit in zip(areas, limits, strict=True):
        flat = shapely.transform(area, lambda xy: xy * [plane.x_m, plane.y_m])
        assert flat.area == pytest.approx(reach.areas.area_m2(limit), rel=1e-4)
        assert all(part.exterior.is_ccw for part in area.geoms)  # as RFC 7946 wants it
    assert shape(reach.areas.polygons(limits[0])).distance(shapely.Point(136.4, 36.3)) == 0


def test_nothing_reached_is_no_polygon() -> None:
    town = Town(LINE)
    areas = town.planner.reach(ask(town, "A", "12:00"), None).areas
    assert areas.polygons(-1) == {"type": "MultiPolygon", "coordinates": []}
    assert areas.area_m2(-1) == 0


def test_night_runs_of_the_day_before() -> None:
    town = Town(LINE)
    reach = town.planner.reach(ask(town, "A", "01:00"), None)
    assert arrivals(town, reach)["C"] == "01:25"
    at_midnight = town.planner.reach(ask(town, "A", "00:59", limits_s=(1800,)), None)
    assert arrivals(town, at_midnight)["C"] == "01:25"


def test_a_limit_beyond_midnight() -> None:
    late = LINE + "t5 X daily | A 23:50 B 24:05 C 24:15\n"
    town = Town(late)
    reach = town.planner.reach(ask(town, "A", "23:45"), None)
    assert arrivals(town, reach)["C"] == "00:15"


def test_a_day_without_runs_leaves_walks() -> None:
    town = Town(LINE.replace("daily", "never").replace("t4 X gone", "t4 X daily"))
    reach = town.planner.reach(ask(town, "A", "12:00"), None)
    assert sorted(arrivals(town, reach)) == ["A"]


def test_a_day_beyond_the_calendar_is_refused() -> None:
    town = Town(LINE)
    with pytest.raises(NoServiceError, match="choose a day"):
        town.planner.reach(replace(ask(town, "A", "08:00"), time_s=instant("08:00") + 10**8), None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"limits_s": ()}, "1 to 8"),
        ({"limits_s": (900, 900)}, "least first"),
        ({"limits_s": (1800, 900)}, "least first"),
        ({"limits_s": (0,)}, "1 to 8"),
        ({"limits_s": (7201,)}, "at most 120 minutes"),
        ({"limits_s": tuple(range(60, 600, 60))}, "1 to 8"),
        ({"walk_speed_mm_s": 0}, "walking speed"),
    ],
)
def test_questions_that_cannot_be_answered(change: dict[str, object], message: str) -> None:
    town = Town(LINE)
    with pytest.raises(InvalidQueryError, match=message):
        ask(town, "A", "08:00", **change)


def van_town(**more: object) -> Town:
    """A line from A to C; a van between W at A, V at B and Z far in the north."""
    rows = LINE + "    W 36.3010 136.4000\n    Z 36.5000 136.4000\n"
    return Town(rows, (flex_trip(["W", "V", "Z"], **more),))


def test_a_ride_from_the_origin() -> None:
    town = van_town()
    at_noon = ask(town, "A", "12:00")
    assert "Z" not in arrivals(town, town.planner.reach(at_noon, None))
    reach = town.planner.reach(at_noon, FakeDispatcher())
    assert reach.with_rides
    # A walk of 2:01 min, a window of 5, and a ride between the direct 10 and the longest 15.
    assert arrivals(town, reach)["Z"] == "12:19"
    alone = town.planner.reach(at_noon, None)
    limit = reach.limit_mm(MINUTES[-1])
    assert reach.areas.area_m2(limit) > 1.5 * alone.areas.area_m2(limit)
    for limit_s in MINUTES:  # nothing is lost by looking at rides
        limit = reach.limit_mm(limit_s)
        whole = shape(reach.areas.polygons(limit))
        assert whole.buffer(1e-9).covers(shape(alone.areas.polygons(limit)))
        assert reach.areas.area_m2(limit) >= alone.areas.area_m2(limit)


def test_a_ride_from_where_a_line_arrives() -> None:
    town = van_town(pickup_stop_ids=("V",), dropoff_stop_ids=("Z",))
    reach = town.planner.reach(ask(town, "A", "08:00"), FakeDispatcher())
    # B 08:15, a walk of 1:38, 2 min to change, 5 of window, 12:30 of ride.
    assert arrivals(town, reach)["Z"] == "08:36"


def test_a_ride_to_a_line() -> None:
    rows = LINE.replace("t1 X daily | A 08:05", "t1 X daily | A 08:01") + "    W 36.3500 136.3000\n"
    town = Town(rows, (flex_trip(["W", "V"]),))
    origin = Place("", 36.35, 136.3)
    # The van needs 17:30 from W to V; C leaves with the bus of 08:15 at B only where it is caught.
    late = ask(town, origin, "08:00", limits_s=(3600,))
    assert "C" not in arrivals(town, town.planner.reach(late, FakeDispatcher()))
    quick = FakeDispatcher(ride_s=120, longest_s=120, window_s=60)
    assert arrivals(town, town.planner.reach(late, quick))["C"] == "08:25"
    assert "C" not in arrivals(town, town.planner.reach(late, None))


@pytest.mark.parametrize(
    ("time", "change"),
    [
        ("06:00", {}),  # before hours
        ("15:30", {}),  # after the last pickup
        ("12:00", {"now_s": instant("11:50") + 3600}),  # booked half an hour ahead
        ("12:00", {"party": Party(0, 1)}),  # no place for a wheelchair
    ],
)
def test_hours_booking_rules_and_places_are_kept(time: str, change: dict[str, object]) -> None:
    town = van_town()
    reach = town.planner.reach(ask(town, "A", time, **change), FakeDispatcher())
    assert "Z" not in arrivals(town, reach)


def test_places_are_told_when_they_are_reached() -> None:
    town = Town(LINE)
    places = [Place("", 36.3, 136.461), Place("", 36.35, 136.461)]
    reach = town.planner.reach(ask(town, "A", "08:00"), None, places)
    assert clock(int(reach.place_arrival_s[0])) == "08:16"
    assert reach.place_arrival_s[1] == NEVER


@pytest.mark.parametrize("seed", range(4))
def test_every_stop_is_reached_when_the_planner_arrives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    spots = rng.uniform([36.30, 136.40], [36.34, 136.46], (8, 2))
    rows = [f"S{n} {lat:.5f} {lon:.5f}" for n, (lat, lon) in enumerate(spots)]
    for trip in range(14):
        stops = rng.permutation(8)[: int(rng.integers(2, 5))]
        at = 8 * 60 + int(rng.integers(0, 40))
        calls = []
        for stop in stops:
            calls.append(f"S{stop} {at // 60:02d}:{at % 60:02d}")
            at += int(rng.integers(2, 9))
        rows.append(f"t{trip} R{trip % 5} daily | {' '.join(calls)}")
    town = Town("\n".join(rows))
    reach = town.planner.reach(ask(town, "S0", "08:00", limits_s=(3600,)), None)
    for stop in range(1, 8):
        result = town.plan("S0", f"S{stop}", "08:00", max_walk_m=4320)
        earliest = min((j.arrival_s for j in result.journeys), default=NEVER)
        if earliest > instant("09:00"):
            assert reach.arrival_s[stop] == NEVER
        else:
            # A plan rounds each walk to metres, up to seconds.
            assert abs(int(reach.arrival_s[stop]) - earliest) <= 2


class Kaga:
    """The embedded city on its streets."""

    def __init__(self, folder: Path) -> None:
        self.timetable = build_timetable([load_feed(KAGA / "gtfs")], TOKYO)
        self.streets = StreetNetwork.load(KAGA / "streets.osm.pbf", folder)
        self.planner = Planner(self.timetable, self.streets, (), TOKYO)


@pytest.fixture(scope="module")
def kaga(tmp_path_factory: pytest.TempPathFactory) -> Kaga:
    return Kaga(tmp_path_factory.mktemp("streets"))


def test_kaga_agrees_with_its_planner(kaga: Kaga) -> None:
    stops = kaga.timetable.served_stops
    origin = kaga.timetable.place(int(stops[0]))
    start_s = instant("10:00")
    reach = kaga.planner.reach(ReachQuery(origin, start_s, MINUTES, start_s), None)
    inside = 0
    for stop in stops[1::9].tolist():
        query = PlanQuery(origin, kaga.timetable.place(stop), start_s, max_walk_m=3240)
        journeys = kaga.planner.plan(query, None).journeys
        earliest = min((j.arrival_s for j in journeys), default=NEVER)
        if earliest > start_s + MINUTES[-1] + 2:
            assert reach.arrival_s[stop] == NEVER
        elif earliest < start_s + MINUTES[-1] - 2:
            inside += 1
            assert abs(int(reach.arrival_s[stop]) - earliest) <= 2
    assert inside > 3


def test_walks_in_kaga_keep_to_its_streets(kaga: Kaga) -> None:
    origin = kaga.timetable.place(int(kaga.timetable.served_stops[0]))
    query = ReachQuery(origin, instant("03:00"), (900,), instant("03:00"))
    areas = kaga.planner.reach(query, None).areas
    disc_m2 = math.pi * (900 * 1.2) ** 2
    assert 20 * CELL_M**2 < areas.area_m2(900 * 1200) < disc_m2
