"""How far people get on foot from many places: along streets, and over the ground beside them."""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled
from routing.kernels.dijkstra import UNREACHABLE, pop, push

_SHIFT = 32
_MASK = 2**32 - 1


@compiled("int32[::1](int64[::1], int32[::1], int32[::1], int64[::1], int64[::1], int64)")
def from_many(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    sources: NDArray[np.int64],
    spent: NDArray[np.int64],
    limit: int,
) -> NDArray[np.int32]:
    """Least cost of every node from the best of many, each with something spent before.

    Dijkstra's algorithm with all sources in the queue at first.

    Parameters
    ----------
    starts, heads, weights
        The graph, as in `routing.kernels.dijkstra.one_to_all`.
    sources, spent
        Nodes, and what each costs to begin with, int64 ``[s]``.
    limit
        Nodes that cost more stay `UNREACHABLE`.

    Returns
    -------
    ndarray
        int32 ``[n]``, unit of the weights.
    """
    cost = np.full(len(starts) - 1, UNREACHABLE, np.int32)
    heap = np.empty(len(heads) + len(sources) + 1, np.int64)
    size = 0
    for at in range(len(sources)):
        if spent[at] <= limit and spent[at] < cost[sources[at]]:
            cost[sources[at]] = spent[at]
            size = push(heap, size, (spent[at] << _SHIFT) | sources[at])
    while size > 0:
        size = pop(heap, size)
        key = heap[size]
        here = key >> _SHIFT
        u = key & _MASK
        if here > cost[u]:
            continue
        for e in range(starts[u], starts[u + 1]):
            there = here + weights[e]
            v = heads[e]
            if there < cost[v] and there <= limit:
                cost[v] = there
                size = push(heap, size, (there << _SHIFT) | v)
    return cost


@compiled(
    "int32[:, ::1](float64[:, ::1], int64[::1], int64[::1], UniTuple(float64, 4), "
    "UniTuple(int64, 3))"
)
def over_cells(
    points: NDArray[np.float64],
    spent: NDArray[np.int64],
    roam: NDArray[np.int64],
    ground: tuple[float, float, float, float],
    bounds: tuple[int, int, int],
) -> NDArray[np.int32]:
    """Least cost of the middle of every cell of a grid, in straight lines from points.

    Parameters
    ----------
    points
        East and north, metres, float64 ``[k, 2]``.
    spent
        What each costs to begin with, millimetres walked, int64 ``[k]``.
    roam
        How far it may be left, millimetres walked, int64 ``[k]``.
    ground
        West and south edge of the grid, side of a cell, metres; how much longer a walk is than the
        straight line.
    bounds
        Rows, columns, and the highest cost, millimetres walked.

    Returns
    -------
    ndarray
        int32 ``[rows, columns]``, the first row in the south; `UNREACHABLE` beyond the limit.
    """
    west_m, south_m, cell_m, detour = ground
    rows, columns, limit = bounds
    cost = np.full((rows, columns), UNREACHABLE, np.int32)
    for point in range(len(points)):
        left = min(roam[point], limit - spent[point])
        if left < 0:
            continue
        x, y = points[point, 0] - west_m, points[point, 1] - south_m
        reach_m = left / 1000 / detour
        low = max(0, int(np.floor((y - reach_m) / cell_m)))
        high = min(rows - 1, int(np.floor((y + reach_m) / cell_m)))
        first = max(0, int(np.floor((x - reach_m) / cell_m)))
        last = min(columns - 1, int(np.floor((x + reach_m) / cell_m)))
        for row in range(low, high + 1):
            north_m = (row + 0.5) * cell_m - y
            for column in range(first, last + 1):
                walk = np.hypot((column + 0.5) * cell_m - x, north_m) * detour * 1000
                there = spent[point] + np.int64(np.ceil(walk))
                if walk <= left and there < cost[row, column]:
                    cost[row, column] = there
    return cost
