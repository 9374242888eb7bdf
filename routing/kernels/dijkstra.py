"""Shortest paths on graphs in compressed sparse rows, with integer weights.

The queue is a binary heap of ``cost * 2**32 + node`` in one int64 array with lazy deletion, so it
never holds more entries than the graph has edges, plus one (Dijkstra 1959; heap after Williams
1964).
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, part
from routing.kernels.growing import longer_long_rows

UNREACHABLE = 2**31 - 1
_SHIFT = 32
_MASK = 2**32 - 1


@part("int64(int64[::1], int64, int64)")
def push(heap: NDArray[np.int64], size: int, key: int) -> int:
    """Put a key into the heap.

    Parameters
    ----------
    heap
        Keys, int64, with room for one more.
    size
        Keys held.
    key
        The new key.

    Returns
    -------
    int
        Keys held now.
    """
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap[parent] <= key:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = key
    return size + 1


@part("int64(int64[::1], int64)")
def pop(heap: NDArray[np.int64], size: int) -> int:
    """Take the least key out; it is left at ``heap[size - 1]``.

    Parameters
    ----------
    heap
        Keys, int64.
    size
        Keys held, at least 1.

    Returns
    -------
    int
        Keys held now.
    """
    least = heap[0]
    size -= 1
    key = heap[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = key
    heap[size] = least
    return size


@compiled("int32[::1](int64[::1], int32[::1], int32[::1], int64, int64)")
def one_to_all(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    source: int,
    limit: int,
) -> NDArray[np.int32]:
    """Cost from one node to every node.

    Parameters
    ----------
    starts, heads, weights
        Edges of node u are ``starts[u]:starts[u + 1]``; int64 ``[n + 1]``, int32, int32 ``[m]``.
    source
        Node to start from.
    limit
        Nodes that cost more stay `UNREACHABLE`.

    Returns
    -------
    ndarray
        int32 ``[n]``, unit of the weights.
    """
    n = len(starts) - 1
    cost = np.full(n, UNREACHABLE, np.int32)
    heap = np.empty(len(heads) + 1, np.int64)
    cost[source] = 0
    size = push(heap, 0, source)
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


@compiled("int32[:, ::1](int64[::1], int32[::1], int32[::1], int64[::1], int64[::1])")
def table(  # noqa: C901, PLR0912 - one loop, as the algorithm reads
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    sources: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Cost from each source to each goal; a search stops when its last goal is settled.

    Parameters
    ----------
    starts, heads, weights
        The graph, as in `one_to_all`.
    sources, goals
        Nodes, int64 ``[s]`` and ``[g]``; -1 is reached by nothing and reaches nothing.

    Returns
    -------
    ndarray
        int32 ``[s, g]``, `UNREACHABLE` where there is no way.
    """
    n = len(starts) - 1
    result = np.full((len(sources), len(goals)), UNREACHABLE, np.int32)
    cost = np.full(n, UNREACHABLE, np.int32)
    touched = np.empty(n, np.int64)
    heap = np.empty(len(heads) + 1, np.int64)
    is_goal = np.zeros(n, np.bool_)
    goal_count = 0
    for g in goals:
        if g >= 0 and not is_goal[g]:
            is_goal[g] = True
            goal_count += 1
    for row in range(len(sources)):
        source = sources[row]
        if source < 0:
            continue
        cost[source] = 0
        touched[0] = source
        touched_count = 1
        open_goals = goal_count
        size = push(heap, 0, source)
        while size > 0 and open_goals > 0:
            size = pop(heap, size)
            key = heap[size]
            here = key >> _SHIFT
            u = key & _MASK
            if here > cost[u]:
                continue
            if is_goal[u]:
                open_goals -= 1
            for e in range(starts[u], starts[u + 1]):
                there = here + weights[e]
                v = heads[e]
                if there < cost[v]:
                    if cost[v] == UNREACHABLE:
                        touched[touched_count] = v
                        touched_count += 1
                    cost[v] = there
                    size = push(heap, size, (there << _SHIFT) | v)
        for column in range(len(goals)):
            if goals[column] >= 0:
                result[row, column] = cost[goals[column]]
        for i in range(touched_count):
            cost[touched[i]] = UNREACHABLE
    return result


@compiled("int64[::1](int64[::1], int32[::1], int32[::1], int64, int64)")
def path(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    source: int,
    goal: int,
) -> NDArray[np.int64]:
    """Nodes of a cheapest path.

    Parameters
    ----------
    starts, heads, weights
        The graph, as in `one_to_all`.
    source, goal
        Nodes.

    Returns
    -------
    ndarray
        Nodes from source to goal, int64; empty when there is no way.
    """
    n = len(starts) - 1
    cost = np.full(n, UNREACHABLE, np.int32)
    parent = np.full(n, -1, np.int64)
    heap = np.empty(len(heads) + 1, np.int64)
    cost[source] = 0
    size = push(heap, 0, source)
    while size > 0:
        size = pop(heap, size)
        key = heap[size]
        here = key >> _SHIFT
        u = key & _MASK
        if u == goal:
            break
        if here > cost[u]:
            continue
        for e in range(starts[u], starts[u + 1]):
            there = here + weights[e]
            v = heads[e]
            if there < cost[v]:
                cost[v] = there
                parent[v] = u
                size = push(heap, size, (there << _SHIFT) | v)
    if cost[goal] == UNREACHABLE:
        return np.empty(0, np.int64)
    length = 1
    node = goal
    while node != source:
        node = parent[node]
        length += 1
    nodes = np.empty(length, np.int64)
    node = goal
    for i in range(length - 1, -1, -1):
        nodes[i] = node
        node = parent[node]
    return nodes


@compiled(
    "int64[:, ::1](int64[::1], int32[::1], int32[::1], int64[::1], int64[::1], int64[::1], int64)"
)
def pairs_within(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    sources: NDArray[np.int64],
    point_starts: NDArray[np.int64],
    points: NDArray[np.int64],
    limit: int,
) -> NDArray[np.int64]:
    """All points within a cost of each source.

    Parameters
    ----------
    starts, heads, weights
        The graph, as in `one_to_all`.
    sources
        Nodes, int64 ``[s]``; -1 finds nothing.
    point_starts, points
        Points that lie on node u are ``points[point_starts[u]:point_starts[u + 1]]``.
    limit
        Highest cost.

    Returns
    -------
    ndarray
        int64 ``[k, 3]``: index of the source, point, cost.
    """
    n = len(starts) - 1
    found = np.empty((1024, 3), np.int64)
    count = 0
    cost = np.full(n, UNREACHABLE, np.int32)
    touched = np.empty(n, np.int64)
    heap = np.empty(len(heads) + 1, np.int64)
    for row in range(len(sources)):
        source = sources[row]
        if source < 0:
            continue
        cost[source] = 0
        touched[0] = source
        touched_count = 1
        size = push(heap, 0, source)
        while size > 0:
            size = pop(heap, size)
            key = heap[size]
            here = key >> _SHIFT
            u = key & _MASK
            if here > cost[u]:
                continue
            for p in range(point_starts[u], point_starts[u + 1]):
                if count == len(found):
                    found = longer_long_rows(found, count, 2 * count)
                found[count, 0] = row
                found[count, 1] = points[p]
                found[count, 2] = here
                count += 1
            for e in range(starts[u], starts[u + 1]):
                there = here + weights[e]
                v = heads[e]
                if there < cost[v] and there <= limit:
                    if cost[v] == UNREACHABLE:
                        touched[touched_count] = v
                        touched_count += 1
                    cost[v] = there
                    size = push(heap, size, (there << _SHIFT) | v)
        for i in range(touched_count):
            cost[touched[i]] = UNREACHABLE
    return found[:count].copy()
