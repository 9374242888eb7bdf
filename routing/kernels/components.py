"""Connected parts of a graph."""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, inlined


@inlined("int64(int64[::1], int64)")
def _root(above: NDArray[np.int64], node: int) -> int:
    """The node that stands for a part; the way to it is halved in passing."""
    while above[node] != node:
        above[node] = above[above[node]]
        node = above[node]
    return node


@compiled("int64[::1](int64[::1], int32[::1])")
def joined_parts(starts: NDArray[np.int64], heads: NDArray[np.int32]) -> NDArray[np.int64]:
    """Number the parts whose nodes are joined by edges, whatever their direction.

    Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms", Journal of the ACM 31
    (1984): linking to the lower node, with path halving.

    Parameters
    ----------
    starts, heads
        Edges, compressed sparse rows, int64 ``[n + 1]`` and int32 ``[m]``.

    Returns
    -------
    ndarray
        Lowest node of each node's part, int64 ``[n]``.
    """
    n = starts.shape[0] - 1
    above = np.arange(n)
    for node in range(n):
        for edge in range(starts[node], starts[node + 1]):
            one, other = _root(above, node), _root(above, int(heads[edge]))
            if one < other:
                above[other] = one
            elif other < one:
                above[one] = other
    for node in range(n):
        above[node] = _root(above, node)
    return above


@compiled("int64[::1](int64[::1], int32[::1])")
def strong_parts(starts: NDArray[np.int64], heads: NDArray[np.int32]) -> NDArray[np.int64]:
    """Number the parts in which every node reaches every other.

    Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1 (1972),
    with a stack of our own in place of recursion.

    Parameters
    ----------
    starts, heads
        Edges, compressed sparse rows, int64 ``[n + 1]`` and int32 ``[m]``.

    Returns
    -------
    ndarray
        One number for each part, a node of it; int64 ``[n]``.
    """
    n = starts.shape[0] - 1
    part = np.full(n, -1, np.int64)
    seen = np.full(n, -1, np.int64)  # order of discovery
    low = np.zeros(n, np.int64)
    edge = starts[:-1].copy()  # the next one to follow from each node
    path = np.empty(n, np.int64)
    waiting = np.empty(n, np.int64)
    order = depth = kept = 0
    for first in range(n):
        if seen[first] >= 0:
            continue
        path[0], depth = first, 1
        while depth > 0:
            node = path[depth - 1]
            if seen[node] < 0:
                seen[node] = low[node] = order
                waiting[kept] = node
                order, kept = order + 1, kept + 1
            if edge[node] < starts[node + 1]:
                head = heads[edge[node]]
                edge[node] += 1
                if seen[head] < 0:
                    path[depth] = head
                    depth += 1
                elif part[head] < 0:
                    low[node] = min(low[node], seen[head])
                continue
            depth -= 1
            if depth > 0:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] == seen[node]:
                while True:
                    kept -= 1
                    part[waiting[kept]] = node
                    if waiting[kept] == node:
                        break
    return part
