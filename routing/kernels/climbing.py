"""Costs by searching a contracted street graph, where its hub labels would take too much memory.

Tables: one search from each goal leaves its cost in a bucket at each node it settles, one search
from each source looks into the buckets on its way (Knopp, Sanders, Schultes, Schulz and Wagner
2007, section 3). Pairs: see `routing.kernels.hierarchy`.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, part
from routing.kernels.dijkstra import UNREACHABLE, pop, push
from routing.kernels.growing import longer_rows
from routing.kernels.hierarchy import TWO, meet, stalled

_SHIFT = 32
_MASK = 2**32 - 1


@part(f"int64({TWO}, int64, int32[::1], int64[::1], int64[::1])")
def _climb(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    other_starts: NDArray[np.int64],
    other_heads: NDArray[np.int32],
    other_weights: NDArray[np.int32],
    source: int,
    cost: NDArray[np.int32],
    settled: NDArray[np.int64],
    heap: NDArray[np.int64],
) -> int:
    """Search upwards from a node to the top; the number of nodes settled and not stalled.

    Nodes that were reached keep their cost; `_forget` walks the same edges to clear them.
    """
    cost[source] = 0
    count = 0
    size = push(heap, 0, source)
    while size > 0:
        size = pop(heap, size)
        key = heap[size]
        here = key >> _SHIFT
        u = key & _MASK
        if here > cost[u]:
            continue
        if stalled(other_starts, other_heads, other_weights, cost, u, here):
            continue
        settled[count] = u
        count += 1
        for e in range(starts[u], starts[u + 1]):
            there = here + weights[e]
            v = heads[e]
            if there < cost[v]:
                cost[v] = there
                size = push(heap, size, (there << _SHIFT) | v)
    return count


@part("void(int64[::1], int32[::1], int32[::1], int64[::1], int64)")
def _forget(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    cost: NDArray[np.int32],
    settled: NDArray[np.int64],
    count: int,
) -> None:
    """Clear the costs of every node that a search reached."""
    for i in range(count):
        u = settled[i]
        cost[u] = UNREACHABLE
        for e in range(starts[u], starts[u + 1]):
            cost[heads[e]] = UNREACHABLE


@part(f"Tuple((int64[::1], int32[:, ::1]))({TWO}, int64[::1])")
def _buckets(
    up_starts: NDArray[np.int64],
    up_heads: NDArray[np.int32],
    up_weights: NDArray[np.int32],
    down_starts: NDArray[np.int64],
    down_heads: NDArray[np.int32],
    down_weights: NDArray[np.int32],
    goals: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """What each node knows of the goals: rows of goal and cost, grouped by node."""
    n = len(up_starts) - 1
    cost, settled = np.full(n, UNREACHABLE, np.int32), np.empty(n, np.int64)
    heap = np.empty(len(down_heads) + 1, np.int64)
    left = np.empty((128 * len(goals) + 16, 3), np.int32)
    entries = 0
    starts = np.zeros(n + 1, np.int64)
    for goal in range(len(goals)):
        if goals[goal] < 0:
            continue
        count = _climb(
            down_starts, down_heads, down_weights, up_starts, up_heads, up_weights,
            goals[goal], cost, settled, heap,
        )  # fmt: skip
        if entries + count > len(left):
            left = longer_rows(left, entries, 2 * len(left) + count)
        for i in range(count):
            left[entries, 0] = settled[i]
            left[entries, 1] = goal
            left[entries, 2] = cost[settled[i]]
            starts[settled[i] + 1] += 1
            entries += 1
        _forget(down_starts, down_heads, cost, settled, count)
    for node in range(n):
        starts[node + 1] += starts[node]
    at = starts[:n].copy()
    rows = np.empty((entries, 2), np.int32)
    for entry in range(entries):
        row = at[left[entry, 0]]
        rows[row, 0] = left[entry, 1]
        rows[row, 1] = left[entry, 2]
        at[left[entry, 0]] += 1
    return starts, rows


@compiled(f"int32[:, ::1]({TWO}, int64[::1], int64[::1])")
def table(
    up_starts: NDArray[np.int64],
    up_heads: NDArray[np.int32],
    up_weights: NDArray[np.int32],
    down_starts: NDArray[np.int64],
    down_heads: NDArray[np.int32],
    down_weights: NDArray[np.int32],
    sources: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Cost from each source to each goal.

    Parameters
    ----------
    up_starts, up_heads, up_weights, down_starts, down_heads, down_weights
        The hierarchy; int64 ``[n + 1]``, int32, int32.
    sources, goals
        Nodes of the hierarchy, int64 ``[s]`` and ``[g]``; -1 is reached by nothing and reaches
        nothing.

    Returns
    -------
    ndarray
        int32 ``[s, g]``, `UNREACHABLE` where there is no way.
    """
    n = len(up_starts) - 1
    bucket_starts, buckets = _buckets(
        up_starts, up_heads, up_weights, down_starts, down_heads, down_weights, goals
    )
    result = np.full((len(sources), len(goals)), UNREACHABLE, np.int32)
    cost, settled = np.full(n, UNREACHABLE, np.int32), np.empty(n, np.int64)
    heap = np.empty(len(up_heads) + 1, np.int64)
    for row in range(len(sources)):
        if sources[row] < 0:
            continue
        count = _climb(
            up_starts, up_heads, up_weights, down_starts, down_heads, down_weights,
            sources[row], cost, settled, heap,
        )  # fmt: skip
        best = result[row]
        for i in range(count):
            u = settled[i]
            here = cost[u]
            for entry in range(bucket_starts[u], bucket_starts[u + 1]):
                there = np.int64(here) + buckets[entry, 1]
                best[buckets[entry, 0]] = min(best[buckets[entry, 0]], there)
        _forget(up_starts, up_heads, cost, settled, count)
    return result


@compiled(f"int32[::1]({TWO}, int64[::1], int64[::1])")
def pairs(
    up_starts: NDArray[np.int64],
    up_heads: NDArray[np.int32],
    up_weights: NDArray[np.int32],
    down_starts: NDArray[np.int64],
    down_heads: NDArray[np.int32],
    down_weights: NDArray[np.int32],
    sources: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Cost from each source to the goal beside it.

    Parameters
    ----------
    up_starts, up_heads, up_weights, down_starts, down_heads, down_weights
        The hierarchy, as in `table`.
    sources, goals
        Nodes of the hierarchy, int64 ``[k]``; -1 is no node.

    Returns
    -------
    ndarray
        int32 ``[k]``, `UNREACHABLE` where there is no way.
    """
    n = len(up_starts) - 1
    result = np.full(len(sources), UNREACHABLE, np.int32)
    cost, parent = np.full((2, n), UNREACHABLE, np.int32), np.empty((2, n), np.int32)
    heap = np.empty((2, max(len(up_heads), len(down_heads)) + 1), np.int64)
    touched, state = np.empty((2, n), np.int64), np.zeros(6, np.int64)
    for k in range(len(sources)):
        if sources[k] < 0 or goals[k] < 0:
            continue
        meet(
            up_starts, up_heads, up_weights, down_starts, down_heads, down_weights,
            sources[k], goals[k], cost, parent, heap, touched, state,
        )  # fmt: skip
        result[k] = state[4]
        for side in range(2):
            for i in range(state[2 + side]):
                cost[side, touched[side, i]] = UNREACHABLE
    return result
