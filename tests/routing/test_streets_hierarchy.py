"""Drives by hierarchy and labels against networkx on the same graph: equal to the millisecond."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.driving import Hierarchy
from routing.streets import UNREACHABLE, StreetNetwork
from tests.oracles.streets_slow import slow_costs, slow_graph, slow_packed

KAGA = Path(__file__).parents[2] / "data" / "kaga" / "streets.osm.pbf"
PORTO_ALEGRE = (
    Path(__file__).parents[3] / "shared" / "data" / "pairs" / "porto_alegre" / "poa_osm.pbf"
)


def assert_equal_to_networkx(network: StreetNetwork, sources: int, goals: int) -> None:
    """Compare ``sources * goals`` pairs of random nodes, islands and dead ends included."""
    a = network.arrays
    csr = (a.drive_starts, a.drive_heads, a.drive_ms)
    graph = slow_graph(*csr)
    rng = np.random.default_rng(3)
    origins = rng.integers(0, len(a.lat), sources)
    searched = Hierarchy.of(*csr, most_labels=0)
    for origin in origins.tolist():
        targets = rng.integers(0, len(a.lat), goals)
        costs = slow_costs(graph, origin, targets.tolist())
        expected = [UNREACHABLE if costs[n] is None else costs[n] for n in targets.tolist()]
        beside = np.full(goals, origin)
        for hierarchy in (network.hierarchy, searched):
            assert hierarchy.pairs(beside, targets).tolist() == expected
            assert hierarchy.table(beside[:1], targets).tolist() == [expected]
        path = network.hierarchy.path(origin, int(targets[0])).tolist()
        if expected[0] == UNREACHABLE:
            assert path == []
        else:
            assert (path[0], path[-1]) == (origin, targets[0])
            assert sum(graph[u][v]["weight"] for u, v in pairwise(path)) == expected[0]


def test_a_thousand_pairs_of_kaga(tmp_path: Path) -> None:
    assert_equal_to_networkx(StreetNetwork.load(KAGA, tmp_path), 20, 50)


@pytest.mark.shared
@pytest.mark.skipif(not PORTO_ALEGRE.is_file(), reason="reference data is not beside the checkout")
def test_a_thousand_pairs_of_porto_alegre(tmp_path: Path) -> None:
    StreetNetwork.load(PORTO_ALEGRE, tmp_path)
    assert_equal_to_networkx(StreetNetwork.load(PORTO_ALEGRE, tmp_path), 20, 50)


edges = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 9)), min_size=1, max_size=70
)


@settings(max_examples=300, deadline=None)
@given(edges=edges, most_labels=st.sampled_from([0, 1000]))
def test_random_graphs(edges: list[tuple[int, int, int]], most_labels: int) -> None:
    csr = slow_packed(12, edges)
    graph = slow_graph(*csr)
    hierarchy = Hierarchy.of(*csr, most_labels=most_labels)
    nodes = np.arange(-1, 12)
    table = hierarchy.table(nodes, nodes)
    assert (table[0] == UNREACHABLE).all()
    assert (table[:, 0] == UNREACHABLE).all()
    for source in range(12):
        costs = slow_costs(graph, source, range(12))
        expected = [UNREACHABLE if costs[n] is None else costs[n] for n in range(12)]
        assert table[source + 1, 1:].tolist() == expected
        assert hierarchy.pairs(np.full(13, source), nodes).tolist() == [UNREACHABLE, *expected]
        for goal in range(12):
            path = hierarchy.path(source, goal).tolist()
            length = sum(graph[u][v]["weight"] for u, v in pairwise(path))
            assert (length if path else UNREACHABLE) == expected[goal]
            assert path == [] or (path[0], path[-1]) == (source, goal)


def test_a_node_with_hundreds_of_neighbours() -> None:
    spokes = 300
    inward = [(n, 0, n) for n in range(1, spokes)]
    csr = slow_packed(spokes, inward + [(0, n, 2 * n) for n in range(1, spokes)])
    table = Hierarchy.of(*csr).table(np.arange(spokes), np.arange(spokes))
    n = np.arange(spokes)
    expected = n[:, None] + 2 * n[None, :]
    np.fill_diagonal(expected, 0)
    assert (table == expected).all()
