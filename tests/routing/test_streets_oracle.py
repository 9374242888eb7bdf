"""Kernels against networkx on the same graphs: equal to the last unit."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.kernels import dijkstra
from routing.streets import UNREACHABLE, StreetNetwork
from tests.oracles.streets_slow import slow_costs, slow_graph

KAGA = Path(__file__).parents[2] / "data" / "kaga" / "streets.osm.pbf"


@pytest.fixture(scope="module")
def kaga(tmp_path_factory: pytest.TempPathFactory) -> StreetNetwork:
    return StreetNetwork.load(KAGA, tmp_path_factory.mktemp("cache"))


def test_driving_table_of_kaga(kaga: StreetNetwork) -> None:
    a = kaga.arrays
    graph = slow_graph(a.drive_starts, a.drive_heads, a.drive_ms)
    nodes = np.random.default_rng(1).integers(0, len(a.lat), 12)
    table = dijkstra.table(a.drive_starts, a.drive_heads, a.drive_ms, nodes, nodes)
    for row, source in enumerate(nodes.tolist()):
        costs = slow_costs(graph, source, nodes.tolist())
        expected = [UNREACHABLE if costs[n] is None else costs[n] for n in nodes.tolist()]
        assert table[row].tolist() == expected


def test_walks_and_paths_of_kaga(kaga: StreetNetwork) -> None:
    a = kaga.arrays
    csr = (a.walk_starts, a.walk_heads, a.walk_mm)
    graph = slow_graph(*csr)
    for source, goal in np.random.default_rng(2).integers(0, len(a.lat), (8, 2)).tolist():
        cost = dijkstra.one_to_all(*csr, source, UNREACHABLE - 1)
        expected = slow_costs(graph, source, [goal])[goal]
        path = dijkstra.path(*csr, source, goal).tolist()
        assert cost[goal] == (UNREACHABLE if expected is None else expected)
        length = sum(graph[u][v]["weight"] for u, v in pairwise(path))
        assert (length, path[:1], path[-1:]) == (expected, [source], [goal])


edges = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 20)), min_size=1, max_size=30
)


@settings(max_examples=200, deadline=None)
@given(edges=edges, limit=st.integers(0, 60))
def test_random_graphs(edges: list[tuple[int, int, int]], limit: int) -> None:
    cheapest = {(u, v): min(w for a, b, w in edges if (a, b) == (u, v)) for u, v, _ in edges}
    pairs = sorted(cheapest)
    starts = np.searchsorted([u for u, _ in pairs], np.arange(9)).astype(np.int64)
    heads = np.array([v for _, v in pairs], np.int32)
    weights = np.array([cheapest[pair] for pair in pairs], np.int32)
    graph = slow_graph(starts, heads, weights)
    nodes = np.arange(8, dtype=np.int64)
    table = dijkstra.table(starts, heads, weights, nodes, nodes)
    points = np.arange(9, dtype=np.int64)
    pairs_found = dijkstra.pairs_within(starts, heads, weights, nodes, points, nodes, limit)
    near = {(u, v): w for u, v, w in pairs_found.tolist()}
    for source in range(8):
        costs = slow_costs(graph, source, range(8))
        expected = [UNREACHABLE if costs[n] is None else costs[n] for n in range(8)]
        assert table[source].tolist() == expected
        within = [c if c <= limit else UNREACHABLE for c in expected]
        assert dijkstra.one_to_all(starts, heads, weights, source, limit).tolist() == within
        assert [near.get((source, n), UNREACHABLE) for n in range(8)] == within
