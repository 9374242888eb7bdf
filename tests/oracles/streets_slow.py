"""Cheapest ways by networkx on the graph that the kernels search."""

from collections.abc import Iterable

import networkx as nx
import numpy as np
from numpy.typing import NDArray


def slow_graph(
    starts: NDArray[np.int64], heads: NDArray[np.int32], weights: NDArray[np.int32]
) -> "nx.DiGraph[int]":
    """The same edges, one by one."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(starts) - 1))
    for tail in range(len(starts) - 1):
        for edge in range(starts[tail], starts[tail + 1]):
            graph.add_edge(tail, int(heads[edge]), weight=int(weights[edge]))
    return graph


def slow_costs(
    graph: "nx.DiGraph[int]", source: int, goals: Iterable[int]
) -> dict[int, int | None]:
    """Cost from one node to some; None where there is no way."""
    costs = nx.single_source_dijkstra_path_length(graph, source)
    return {goal: costs.get(goal) for goal in goals}


def slow_packed(
    nodes: int, edges: Iterable[tuple[int, int, int]]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Edges (tail, head, weight) in compressed sparse rows, the cheapest of parallel ones."""
    cheapest: dict[tuple[int, int], int] = {}
    for tail, head, weight in edges:
        cheapest[tail, head] = min(weight, cheapest.get((tail, head), weight))
    pairs = sorted(cheapest)
    starts = np.searchsorted([tail for tail, _ in pairs], np.arange(nodes + 1)).astype(np.int64)
    heads = np.array([head for _, head in pairs], np.int32)
    return starts, heads, np.array([cheapest[pair] for pair in pairs], np.int32)
