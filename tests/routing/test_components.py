"""Connected parts of graphs: the same as networkx finds."""

import networkx as nx
import numpy as np
import pytest

from routing.kernels.components import joined_parts, strong_parts
from routing.snapping import largest_part


def arrays(nodes: int, edges: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Edges in compressed sparse rows."""
    rows = np.array(sorted(edges), np.int64).reshape(-1, 2)
    starts = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(rows[:, 0], minlength=nodes), out=starts[1:])
    return starts, rows[:, 1].astype(np.int32)


def parts(numbers: np.ndarray) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for node, number in enumerate(numbers.tolist()):
        found.setdefault(number, set()).add(node)
    return {frozenset(part) for part in found.values()}


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(1, 40))
    count = int(rng.integers(0, 3 * nodes))
    edges = [(int(a), int(b)) for a, b in rng.integers(0, nodes, (count, 2))]
    graph = nx.MultiDiGraph(edges)
    graph.add_nodes_from(range(nodes))
    strong = {frozenset(part) for part in nx.strongly_connected_components(graph)}
    assert parts(strong_parts(*arrays(nodes, edges))) == strong
    joined = {frozenset(part) for part in nx.weakly_connected_components(graph)}
    assert parts(joined_parts(*arrays(nodes, edges))) == joined


def test_a_long_way_needs_no_recursion() -> None:
    nodes = 200_000
    ring = np.arange(nodes)
    starts = np.arange(nodes + 1)
    heads = np.roll(ring, -1).astype(np.int32)
    assert len(set(strong_parts(starts, heads).tolist())) == 1
    assert len(set(joined_parts(starts, heads).tolist())) == 1


def test_the_largest_part() -> None:
    edges = [(0, 1), (1, 0), (2, 3), (3, 4), (4, 2), (5, 2)]
    graph = arrays(7, edges)
    assert largest_part(*graph, directed=True).tolist() == [2, 3, 4]
    assert largest_part(*graph, directed=False).tolist() == [2, 3, 4, 5]
    assert largest_part(*arrays(3, []), directed=True).tolist() == []
