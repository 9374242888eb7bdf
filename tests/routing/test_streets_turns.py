"""Turn restrictions: which turns a drive makes, against a search over edges."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.driving import Hierarchy
from routing.streets import UNREACHABLE
from routing.turns import Restriction, forbidden_turns, split
from tests.oracles.streets_slow import slow_packed, slow_turn_costs
from tests.routing.street_maps import Town

#       n         Streets meet at x; the way round the block leads from e by f to n.
#       |
#   w---x---e
#       |       The way to s is twice as long as the others, and a dead end.
#       |
#       s
CROSSING = """
 nf
wxe

 s
"""
WAYS = """
west  wx  highway=residential maxspeed=36
north xn  highway=residential maxspeed=36
east  xe  highway=residential maxspeed=36
south xs  highway=residential maxspeed=36
block efn highway=residential maxspeed=36
"""


def test_without_restrictions_a_drive_turns_where_it_likes(tmp_path: Path) -> None:
    town = Town(tmp_path, CROSSING, WAYS)
    assert len(town.streets.arrays.drive_spots) == 0
    assert town.drive_way("w", "n") == "wxn"


@pytest.mark.parametrize(
    ("turn", "way", "steps"),
    [
        ("no_left_turn west x north", "wxefn", 4),
        ("only_straight_on west x east", "wxefn", 4),
        ("only_right_turn west x south", "wxsxn", 6),
        ("no_right_turn west x south", "wxn", 2),
        ("no_left_turn west x north except=motorcar", "wxn", 2),
        ("no_left_turn west x north except=bus;bicycle", "wxefn", 4),
    ],
)
def test_a_forbidden_turn_is_driven_round(
    turn: str, way: str, steps: float, tmp_path: Path
) -> None:
    town = Town(tmp_path, CROSSING, WAYS, turns=turn)
    assert town.drive_way("w", "n") == way
    assert town.drive_steps("w", "n") == steps
    # Others are not concerned: who comes the other way, who stays at the junction, who walks.
    assert town.drive_way("s", "n") == "sxn"
    assert town.drive_way("w", "x") == "wx"
    assert town.drive_way("x", "n") == "xn"
    assert town.drive_steps("x", "x") == 0
    assert town.walk_steps("w", "n", "walk") == 2


def test_a_car_that_may_not_turn_back_finds_no_way(tmp_path: Path) -> None:
    ways = "\n".join(line for line in WAYS.splitlines() if "block" not in line)
    turns = ["only_straight_on north x south", "no_u_turn south s south"]
    free = Town(tmp_path, CROSSING, ways, turns=turns[0])
    held = Town(tmp_path, CROSSING, ways, turns="\n".join(turns))
    assert (free.drive_way("n", "w"), free.drive_steps("n", "w")) == ("nxsxw", 6)
    assert (held.drive_way("n", "w"), held.drive_steps("n", "w")) == ("", -1)
    assert held.drive_way("n", "s") == "nxs"


def test_a_restriction_that_names_no_clear_turn_is_left_out() -> None:
    through = Restriction(False, frozenset({7}), 2, frozenset({8}))
    before, after = {2: [(7, 1), (7, 3)]}, {2: [(8, 4)]}
    assert forbidden_turns([through], before, after) == set()


def test_the_cache_keeps_turns(tmp_path: Path) -> None:
    town = Town(tmp_path, CROSSING, WAYS, turns="no_left_turn west x north")
    kept = [type(town.streets).load(tmp_path / "town.osm", tmp_path / "kept") for _ in range(2)]
    assert [town.drive_way("w", "n", streets) for streets in kept] == ["wxefn", "wxefn"]


small = st.integers(0, 6)
edges = st.lists(st.tuples(small, small, st.integers(1, 9)), min_size=1, max_size=25)
turns = st.lists(st.tuples(small, small, small), max_size=15)


@settings(max_examples=300, deadline=None)
@given(edges=edges, turns=turns)
def test_random_graphs(
    edges: list[tuple[int, int, int]], turns: list[tuple[int, int, int]]
) -> None:
    edges = [edge for edge in edges if edge[0] != edge[1]] or [(0, 1, 1)]
    csr = slow_packed(7, edges)
    *graph, spots, goals = split(*csr, turns)
    assert len(graph[0]) == 8 + len(spots)
    found = Hierarchy.of(*graph).table(np.arange(7), goals)
    for source in range(7):
        costs = slow_turn_costs(edges, set(turns), source)
        assert found[source].tolist() == [costs.get(goal, UNREACHABLE) for goal in range(7)]
