"""Closed roads: views that go round them, and what they leave untouched."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.closures import closed_pieces, opened
from routing.drives import WORTH_CONTRACTING, Drives
from routing.driving import Hierarchy
from routing.errors import StreetDataError
from routing.street_arrays import StreetArrays
from routing.streets import UNREACHABLE, StraightStreets, StreetNetwork
from routing.turns import split
from tests.oracles.streets_slow import slow_costs, slow_graph, slow_packed, slow_turn_costs
from tests.routing.street_maps import STEP, Town

KAGA = Path(__file__).parents[2] / "data" / "kaga" / "streets.osm.pbf"

#   a---b---c     The flood stands between b and c; d, e, f and the way round are dry.
#   |   |   |
#   d---e---f
SQUARE = """
abc
def
"""
WAYS = """
north abc highway=residential maxspeed=36
south def highway=residential maxspeed=36
west  ad  highway=residential maxspeed=36
mid   be  highway=residential maxspeed=36
east  cf  highway=residential maxspeed=36
"""
FLOOD = {
    "type": "Polygon",
    "coordinates": [
        [[x * STEP, y * STEP] for x, y in [(1.4, 0.9), (1.6, 0.9), (1.6, 1.1), (1.4, 1.1)]]
        + [[1.4 * STEP, 0.9 * STEP]]
    ],
}
BARRED = {"type": "LineString", "coordinates": [[0.5 * STEP, 2 * STEP], [0.5 * STEP, -STEP]]}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("flood"), SQUARE, WAYS)


def test_everybody_goes_round_a_flood_and_the_city_stays_as_it_was(town: Town) -> None:
    wet = town.streets.without(FLOOD)
    assert town.drive_way("a", "c", wet) == "abefc"
    assert town.drive_way("c", "a", wet) == "cfeba"
    assert town.drive_steps("a", "c", wet) == 4
    assert town.drive_steps("d", "b", wet) == town.drive_steps("d", "b") == 2
    for profile in ("walk", "wheelchair", "bicycle"):
        assert town.walk_steps("b", "c", profile, wet) == 3
        assert town.walk_steps("b", "c", profile) == 1
    assert (town.drive_way("a", "c"), town.drive_steps("a", "c")) == ("abc", 2)
    assert wet.arrays.lat is town.streets.arrays.lat


def test_a_line_closes_what_it_crosses_and_cuts_the_city_in_two(town: Town) -> None:
    cut = town.streets.without(BARRED)
    whole = town.streets.snap(*town._ends("a", "f"))
    assert cut.drive_pairs_s(whole[:1], whole[1:])[0] == UNREACHABLE
    assert cut.drive_table_s(whole[:1], whole[1:])[0, 0] == UNREACHABLE
    assert cut.drive_path(int(whole[0]), int(whole[1])) == ()
    # What is asked anew is tied to the larger part.
    assert cut.arrays.lon[cut.snap(*town._ends("a", "d"))].min() >= 0.5 * STEP


def test_views_add_up(town: Town) -> None:
    b_to_e = closed_pieces(town.streets.arrays, {"type": "Point", "coordinates": [STEP, STEP / 2]})
    n = len(town.streets.arrays.lat)
    both = town.streets.without(FLOOD).without([(int(code // n), int(code % n)) for code in b_to_e])
    assert town.drive_way("a", "c", both) == "adefc"
    assert town.drive_way("a", "c", town.streets.without([])) == "abc"


def test_turns_stay_forbidden(tmp_path: Path) -> None:
    ways = WAYS.replace("north abc", "left ab").replace("mid", "right bc highway=road\nmid")
    town = Town(tmp_path, SQUARE, ways, turns="no_right_turn left b mid")
    assert town.drive_way("a", "e") == "ade"
    # With d to e under water it is not b, where the turn is forbidden, but the way round by c.
    wet = town.streets.without(_line(0.5, -0.5, 0.5, 0.5))
    assert town.drive_way("a", "e", wet) == "abcfe"


def _line(*numbers: float) -> dict[str, object]:
    x, y, to_x, to_y = (number * STEP for number in numbers)
    return {"type": "LineString", "coordinates": [[x, y], [to_x, to_y]]}


@pytest.mark.parametrize(
    "closed", [{"type": "Area"}, {}, {"type": "Polygon", "coordinates": "x"}, [(0, 99)], [(1, 1)]]
)
def test_what_cannot_be_closed_is_refused(town: Town, closed: object) -> None:
    with pytest.raises(StreetDataError, match="give"):
        town.streets.without(closed)


def test_straight_lines_have_no_roads_to_close() -> None:
    streets = StraightStreets()
    assert streets.without(FLOOD) is streets


def test_kaga_without_its_middle(tmp_path: Path) -> None:
    streets = StreetNetwork.load(KAGA, tmp_path)
    a = streets.arrays
    nodes = np.random.default_rng(5).choice(np.flatnonzero(np.diff(a.drive_starts)), 25)
    lon, lat = float(np.median(a.lon)), float(np.median(a.lat))
    ring = [[lon + x, lat + y] for x, y in [(-0.01, -0.01), (0.01, -0.01), (0.01, 0.01)]]
    wet = streets.without({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    graph = slow_graph(wet.arrays.drive_starts, wet.arrays.drive_heads, wet.arrays.drive_ms)
    table = wet.drive_table_s(nodes, nodes)
    assert (table != streets.drive_table_s(nodes, nodes)).any()
    for row, source in enumerate(nodes.tolist()):
        costs = slow_costs(graph, source, nodes.tolist())
        expected = [UNREACHABLE if (ms := costs[n]) is None else -(-ms // 1000) for n in nodes]
        assert table[row].tolist() == expected
        assert wet.drive_pairs_s(np.full(25, source), nodes).tolist() == expected


small = st.integers(0, 6)
edges = st.lists(st.tuples(small, small, st.integers(1, 9)), min_size=1, max_size=25)
turns = st.lists(st.tuples(small, small, small), max_size=6)
closures = st.lists(st.tuples(small, small), max_size=8)


@settings(max_examples=300, deadline=None)
@given(edges=edges, turns=turns, closed=closures)
def test_random_graphs(
    edges: list[tuple[int, int, int]],
    turns: list[tuple[int, int, int]],
    closed: list[tuple[int, int]],
) -> None:
    edges = [edge for edge in edges if edge[0] != edge[1]] or [(0, 1, 1)]
    csr = slow_packed(7, edges)
    drive = split(*csr, turns)
    roads = np.zeros(len(drive[1]), np.int8)
    whole = StreetArrays(np.zeros(7), np.zeros(7), 7, *csr, *drive, roads, *csr, *csr)
    is_closed = {frozenset(pair) for pair in closed if pair[0] != pair[1]}
    pairs = [(u, v) for u, v, _ in edges if frozenset((u, v)) in is_closed]
    left = opened(whole, closed_pieces(whole, pairs))
    detours = Drives(left, before=(Drives(whole), whole))
    nodes, goals = np.arange(7), whole.drive_goals
    table = detours.table(nodes, goals)
    dry = [edge for edge in edges if frozenset(edge[:2]) not in is_closed]
    for source in range(7):
        costs = slow_turn_costs(dry, set(turns), source)
        expected = [costs.get(goal, UNREACHABLE) for goal in range(7)]
        assert table[source].tolist() == expected
        assert detours.pairs(np.full(7, source), goals).tolist() == expected
        for goal in range(7):
            path = detours.path(source, int(goals[goal]))
            assert (len(path) > 0) == (expected[goal] != UNREACHABLE)
            spots = np.concatenate([nodes, whole.drive_spots])[path].tolist()
            steps = {frozenset(step) for step in pairwise(spots)}
            assert not steps & is_closed


def test_a_view_contracts_itself_when_searching_has_cost_as_much(tmp_path: Path) -> None:
    streets = StreetNetwork.load(KAGA, tmp_path)
    a = streets.arrays
    nodes = np.random.default_rng(6).choice(np.flatnonzero(np.diff(a.drive_starts)), 40)
    lon, lat = float(np.median(a.lon)), float(np.median(a.lat))
    across = {"type": "LineString", "coordinates": [[lon - 0.02, lat - 0.02], [lon, lat]]}
    wet, other = streets.without(across), streets.without(across)
    first = wet.drive_table_s(nodes, nodes)
    made = wet._drives._hierarchy
    assert made is None
    for _ in range(WORTH_CONTRACTING):
        assert (wet.drive_table_s(nodes, nodes) == first).all()
    assert isinstance(wet._drives._hierarchy, Hierarchy)
    # A table that would take more searches than contracting costs is not begun to be searched.
    large = streets.without(across)
    many = np.random.default_rng(7).choice(np.flatnonzero(np.diff(a.drive_starts)), 900)
    whole = large.drive_table_s(many, many)
    assert isinstance(large._drives._hierarchy, Hierarchy)
    assert (whole == wet.drive_table_s(many, many)).all()
    # Asked at once it is contracted at once, and says the same, unreachable ends included.
    assert (other.contracted().drive_table_s(nodes, nodes) == first).all()
    ends = np.append(nodes, -1)
    assert (other.drive_pairs_s(ends, ends[::-1]) == wet.drive_pairs_s(ends, ends[::-1])).all()


def test_threads_ask_a_view_while_it_is_contracted(tmp_path: Path) -> None:
    streets = StreetNetwork.load(KAGA, tmp_path)
    nodes = np.random.default_rng(8).choice(np.flatnonzero(np.diff(streets.arrays.drive_starts)), 9)
    lon, lat = float(np.median(streets.arrays.lon)), float(np.median(streets.arrays.lat))
    wet = streets.without({"type": "Point", "coordinates": [lon, lat]})
    with ThreadPoolExecutor(3) as pool:
        contracting = pool.submit(wet.contracted)
        tables = [pool.submit(wet.drive_table_s, nodes, nodes) for _ in range(6)]
        assert contracting.result() is wet
    expected = wet.drive_table_s(nodes, nodes)
    assert all((table.result() == expected).all() for table in tables)
