"""Driving speeds by class of road and hour: views of the same streets, and their table."""

from pathlib import Path

import numpy as np
import pytest

from routing.access import ROAD_CLASSES
from routing.errors import StreetDataError
from routing.speeds import Speeds
from routing.straight import StraightStreets
from routing.streets import UNREACHABLE, StreetNetwork
from tests.oracles.streets_slow import slow_costs, slow_graph
from tests.routing.street_maps import STEP, Town, write_map

KAGA = Path(__file__).parents[2] / "data" / "kaga" / "streets.osm.pbf"

#   a---b---c     The main road abc is the quick way from a to c; the lanes adefc are as fast, but
#   |       |     twice as long.
#   d---e---f
DRAWING = """
abc
def
"""
WAYS = """
main  abc   highway=primary maxspeed=36
lanes adefc highway=residential maxspeed=36
"""
RUSH = """class,from_hour,to_hour,percent
primary,7,9,40
*,17,18,50
"""


def town_at(folder: Path, table: str, turns: str = "", ways: str = WAYS) -> Town:
    """A town whose streets know a table of speeds."""
    town = Town(folder, DRAWING, ways, turns=turns)
    (folder / "speeds.csv").write_text(table)
    town.streets = StreetNetwork(town.streets.arrays, Speeds.read(folder / "speeds.csv"))
    return town


def test_traffic_on_the_main_road_sends_cars_through_the_lanes(tmp_path: Path) -> None:
    town = town_at(tmp_path, RUSH)
    ways = {hour: town.drive_way("a", "c", town.streets.at(hour)) for hour in (6, 7, 8, 9, 17)}
    assert ways == {6: "abc", 7: "adefc", 8: "adefc", 9: "abc", 17: "abc"}
    steps = {hour: town.drive_steps("a", "c", town.streets.at(hour)) for hour in (6, 8, 17)}
    assert steps == {6: 2, 8: 4, 17: 4}
    # Who stays on the main road at 8 takes 2.5 times as long.
    assert town.drive_steps("a", "b", town.streets.at(8)) == 3  # 2.5 and up
    assert town.drive_way("a", "c") == "abc"


def test_hours_that_drive_alike_share_a_view(tmp_path: Path) -> None:
    streets = town_at(tmp_path, RUSH).streets
    assert streets.at(0) is streets.at(12) is streets
    assert streets.at(7) is streets.at(8)
    assert streets.at(8).at(12) is streets
    assert streets.at(8).arrays.lat is streets.arrays.lat
    assert streets.at(8).arrays.drive_heads is streets.arrays.drive_heads
    assert StreetNetwork(streets.arrays).at(8).arrays is streets.arrays


def test_the_slowest_speeds_hold_at_every_hour(tmp_path: Path) -> None:
    town = town_at(tmp_path, RUSH)
    nodes = town.streets.snap(*town._ends(*"abcdef"))
    slowest = town.streets.slowest().drive_table_s(nodes, nodes)
    for hour in range(24):
        assert (town.streets.at(hour).drive_table_s(nodes, nodes) <= slowest).all()
    assert town.drive_steps("d", "e", town.streets.slowest()) == 2
    assert town.drive_steps("a", "b", town.streets.slowest()) == 3  # 2.5 and up


def test_closed_roads_and_hours_together_in_any_order(tmp_path: Path) -> None:
    town = town_at(tmp_path, RUSH)
    lanes = {"type": "Point", "coordinates": [0.5 * STEP, 0.0]}
    one, other = town.streets.without(lanes).at(8), town.streets.at(8).without(lanes)
    for wet in (one, other):
        assert town.drive_way("a", "c", wet) == "abc"
        assert town.drive_steps("a", "c", wet) == 5
        assert town.drive_steps("a", "c", wet.at(6)) == 2
        assert town.drive_way("d", "e", wet) == "dabcfe"
    assert town.drive_way("a", "c", town.streets.at(8)) == "adefc"
    assert one.at(7) is one
    assert one.without([]).at(7).drive_table_s(*[np.array([0])] * 2)[0, 0] == 0


def test_forbidden_turns_stay_forbidden_in_traffic(tmp_path: Path) -> None:
    ways = WAYS.replace("main  abc", "left  ab").replace("lanes", "right bc highway=primary\nlanes")
    town = town_at(tmp_path, "class,from_hour,to_hour,percent\n*,0,24,50\n", ways=ways)
    roads = town.streets.arrays.drive_road
    assert (roads >= 0).all()
    turned = town_at(tmp_path, RUSH, "no_straight_on left b right", ways)
    assert (turned.streets.arrays.drive_road == -1).sum() == len(turned.streets.arrays.drive_spots)
    assert turned.drive_way("a", "c", turned.streets.at(17)) == "adefc"
    assert turned.drive_steps("a", "c", turned.streets.at(17)) == 8


def test_a_link_is_as_slow_as_the_road_it_leads_to(tmp_path: Path) -> None:
    ways = WAYS.replace("highway=primary", "highway=primary_link")
    town = town_at(tmp_path, RUSH, ways=ways)
    assert town.drive_way("a", "c", town.streets.at(8)) == "adefc"


def test_kaga_in_traffic_and_flood_is_what_networkx_finds(tmp_path: Path) -> None:
    speeds = Speeds.of([("primary", 7, 9, 55), ("residential", 8, 9, 71), ("*", 8, 9, 83)])
    streets = StreetNetwork.load(KAGA, tmp_path, speeds)
    a = streets.arrays
    rng = np.random.default_rng(7)
    nodes = rng.choice(np.flatnonzero(np.diff(a.drive_starts)), 20)
    lon, lat = float(np.median(a.lon)), float(np.median(a.lat))
    ring = [[lon + x, lat + y] for x, y in [(-0.01, -0.01), (0.01, -0.01), (0.01, 0.01)]]
    flood = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    for view in (streets.at(8), streets.at(7), streets.without(flood).at(8)):
        b = view.arrays
        graph = slow_graph(b.drive_starts, b.drive_heads, b.drive_ms)
        table = view.drive_table_s(nodes, nodes)
        for row, source in enumerate(nodes.tolist()):
            costs = slow_costs(graph, source, nodes.tolist())
            expected = [UNREACHABLE if (ms := costs[n]) is None else -(-ms // 1000) for n in nodes]
            assert table[row].tolist() == expected
        assert (view.contracted().drive_table_s(nodes, nodes) == table).all()
    assert (streets.at(8).arrays.drive_ms >= a.drive_ms).all()


def test_hierarchies_of_hours_are_kept_by_content(tmp_path: Path) -> None:
    path = write_map(tmp_path / "town.osm", DRAWING, WAYS)
    cache = tmp_path / "cache"
    morning = Speeds.of([("primary", 7, 9, 40)])
    StreetNetwork.load(path, cache, morning).at(8).contracted()
    kept = sorted(cache.iterdir())
    assert [file.name.split("-")[0] for file in kept] == ["hierarchy", "hierarchy", "streets"]
    # The same speeds at another hour are the same graph; a closure leaves nothing behind.
    evening = StreetNetwork.load(path, cache, Speeds.of([("primary", 17, 19, 40)]))
    middle = {"type": "Point", "coordinates": [0.5 * STEP, STEP]}
    evening.at(18).contracted().without(middle).contracted()
    assert sorted(cache.iterdir()) == kept


def test_rows_lie_over_the_day() -> None:
    speeds = Speeds.of([("*", 0, 24, 90), ("primary", 0, 1, 120), ("primary", 23, 24, 110)])
    primary, service = (ROAD_CLASSES.index(name) for name in ("primary", "service"))
    assert speeds.percent[:, primary].tolist() == [120, *[90] * 22, 110]
    assert speeds.percent[:, service].tolist() == [90] * 24
    assert speeds.slowest()[primary] == 90


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("primry,7,9,60", "row 1: 'primry' is no class of road; take one of motorway"),
        ("primary_link,7,9,60", "'primary_link' is no class of road"),
        ("primary,22,6,60", "hours 22 to 6 are not part of a day; .* two rows"),
        ("primary,7,7,60", "hours 7 to 7 are not"),
        ("primary,24,25,60", "hours 24 to 25 are not"),
        ("primary,-1,5,60", "hours -1 to 5 are not"),
        ("primary,7,9,0", "0 % of the free speed; give 10 to 200"),
        ("primary,7,9,201", "give 10 to 200"),
        ("primary,7,9,60\nprimary,8,10,60", "row 2: an earlier row tells primary at these hours"),
        ("primary,7,9,60\n*,7,9,60\n*,7,9,60", r"row 3: an earlier row tells \*"),
        ("primary,7:00,9,60", "line 2: from_hour, to_hour and percent are whole numbers"),
        ("primary,7,9,", "line 2: from_hour"),
        ("primary,7", "line 2: from_hour"),
        (",7,9,50", "'' is no class of road"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(rows: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "speeds.csv"
    path.write_text(f"class,from_hour,to_hour,percent\n{rows}\n")
    with pytest.raises(StreetDataError, match=rf"speeds\.csv.*{message}"):
        Speeds.read(path)


@pytest.mark.parametrize("content", [b"", b"class,from_hour,percent\n", b"\xff\xfe", b"\x00"])
def test_a_file_that_is_no_table_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "speeds.csv"
    path.write_bytes(content)
    with pytest.raises(StreetDataError, match=r"speeds\.csv (lacks the column|is no CSV)"):
        Speeds.read(path)


def test_without_a_table_all_hours_are_free(tmp_path: Path) -> None:
    assert (Speeds.read(tmp_path / "speeds.csv").percent == 100).all()
    (tmp_path / "speeds.csv").write_text("﻿class,from_hour,to_hour,percent,why\n", encoding="utf-8")
    assert (Speeds.read(tmp_path / "speeds.csv").percent == 100).all()


@pytest.mark.parametrize("hour", [-1, 24, 25])
def test_no_day_has_such_an_hour(hour: int) -> None:
    with pytest.raises(StreetDataError, match="give 0 to 23"):
        Speeds.free().at(hour)


def test_straight_lines_know_no_hours() -> None:
    streets = StraightStreets()
    assert streets.at(8) is streets.slowest() is streets
