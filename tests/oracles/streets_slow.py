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


def slow_turn_costs(
    edges: Iterable[tuple[int, int, int]], forbidden: set[tuple[int, int, int]], source: int
) -> dict[int, int]:
    """Cost from one node to all, by a search from edge to edge that makes no forbidden turn."""
    graph: nx.DiGraph[object] = nx.DiGraph()
    cheapest = {(u, v): w for u, v, w in sorted(edges, key=lambda edge: -edge[2])}
    for (u, v), weight in cheapest.items():
        graph.add_edge(("node", u), (u, v), weight=weight)
        for (x, y), ahead in cheapest.items():
            if x == v and (u, v, y) not in forbidden:
                graph.add_edge((u, v), (x, y), weight=ahead)
    costs = {source: 0}
    start = ("node", source)
    found = nx.single_source_dijkstra_path_length(graph, start) if start in graph else {}
    for place, cost in found.items():
        if place[0] != "node":
            costs[place[1]] = min(cost, costs.get(place[1], cost))
    return costs
