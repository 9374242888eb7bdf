"""Slow, obvious twins of `routing.kernels.spreading`."""

import math

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from routing.kernels.dijkstra import UNREACHABLE


def from_many_slow(
    nodes: int, edges: list[tuple[int, int, int]], sources: dict[int, int], limit: int
) -> list[int]:
    """Least costs by networkx, from a node before all sources."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    for a, b, weight in edges:
        known = graph.get_edge_data(a, b, {"weight": weight})["weight"]
        graph.add_edge(a, b, weight=min(weight, known))
    for node, spent in sources.items():
        graph.add_edge("start", node, weight=spent)
    found = nx.single_source_dijkstra_path_length(graph, "start") if sources else {}
    return [found[n] if found.get(n, limit + 1) <= limit else UNREACHABLE for n in range(nodes)]


def over_cells_slow(
    points: NDArray[np.float64],
    spent: NDArray[np.int64],
    roam: NDArray[np.int64],
    ground: tuple[float, float, float, float],
    bounds: tuple[int, int, int],
) -> NDArray[np.int32]:
    """Every point measured to the middle of every cell."""
    west_m, south_m, cell_m, detour = ground
    rows, columns, limit = bounds
    cost = np.full((rows, columns), UNREACHABLE, np.int32)
    for row in range(rows):
        for column in range(columns):
            x = west_m + (column + 0.5) * cell_m
            y = south_m + (row + 0.5) * cell_m
            for (px, py), before, most in zip(points.tolist(), spent, roam, strict=True):
                walk = math.hypot(x - px, y - py) * detour * 1000
                there = int(before) + math.ceil(walk)
                if walk <= most and there <= limit:
                    cost[row, column] = min(cost[row, column], there)
    return cost
