"""Hub labels of a contracted street graph: any cost by reading two short lists.

Every node knows some more important nodes, its hubs, and the cost to each (``up``) and from each
(``down``), such that a cheapest way between any two nodes leads through a hub of both (Abraham,
Delling, Goldberg and Werneck 2011, sections 3 and 4: labels from a contraction hierarchy, the
most important node first, without hubs whose cost is not the cheapest).
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, part
from routing.kernels.dijkstra import UNREACHABLE, pop, push
from routing.kernels.growing import longer_ints

_LABELS = "int64[::1], int32[::1], int32[::1]"
_BOTH = f"{_LABELS}, {_LABELS}"


@part(f"int64({_LABELS}, {_LABELS}, {_LABELS}, int64, int64[::1], int64[::1], int64[::1])")
def _label(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    own_starts: NDArray[np.int64],
    own_hubs: NDArray[np.int32],
    own_costs: NDArray[np.int32],
    other_starts: NDArray[np.int64],
    other_hubs: NDArray[np.int32],
    other_costs: NDArray[np.int32],
    node: int,
    best: NDArray[np.int64],
    heap: NDArray[np.int64],
    hubs: NDArray[np.int64],
) -> int:
    """Hubs of a node, in ascending order, with costs left in ``best``; those before the count."""
    best[node] = 0
    size = push(heap, 0, node)
    for e in range(starts[node], starts[node + 1]):
        above = heads[e]
        for entry in range(own_starts[above], own_starts[above + 1]):
            hub = int(own_hubs[entry])
            cost = np.int64(weights[e]) + own_costs[entry]
            if best[hub] == UNREACHABLE:
                size = push(heap, size, hub)
            best[hub] = min(best[hub], cost)
    kept = 0
    # The most important first: the cheapest way to a hub leads over hubs more important than it.
    while size > 0:
        size = pop(heap, size)
        hub = heap[size]
        needed = True
        for entry in range(other_starts[hub], other_starts[hub + 1]):
            via = other_hubs[entry]
            if via != hub and best[via] + other_costs[entry] < best[hub]:
                needed = False
                break
        if needed:
            hubs[kept] = hub
            kept += 1
        else:
            best[hub] = UNREACHABLE
    return kept


@part(f"UniTuple(int32[::1], 2)({_LABELS}, int64, int64[::1], int64[::1], int64)")
def _append(
    starts: NDArray[np.int64],
    hubs: NDArray[np.int32],
    costs: NDArray[np.int32],
    node: int,
    best: NDArray[np.int64],
    found: NDArray[np.int64],
    kept: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Put a node's label behind the others, and clear its costs; the arrays may grow."""
    begin = starts[node]
    if begin + kept > len(hubs):
        length = 2 * len(hubs) + kept
        hubs, costs = longer_ints(hubs, begin, length), longer_ints(costs, begin, length)
    for i in range(kept):
        hubs[begin + i] = found[i]
        costs[begin + i] = best[found[i]]
        best[found[i]] = UNREACHABLE
    starts[node + 1] = begin + kept
    return hubs, costs


@compiled(f"Tuple(({_BOTH}))({_BOTH}, int64)")
def label_all(
    up_starts: NDArray[np.int64],
    up_heads: NDArray[np.int32],
    up_weights: NDArray[np.int32],
    down_starts: NDArray[np.int64],
    down_heads: NDArray[np.int32],
    down_weights: NDArray[np.int32],
    most: int,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
]:
    """Labels of all nodes.

    Parameters
    ----------
    up_starts, up_heads, up_weights, down_starts, down_heads, down_weights
        A hierarchy, as in `routing.kernels.hierarchy`.
    most
        Entries to make at most, of each kind.

    Returns
    -------
    tuple
        Labels upwards and downwards, each as first entry of each node, int64 ``[n + 1]``, hubs in
        ascending order and costs, int32. Without any entry when they would be more than `most`.
    """
    n = len(up_starts) - 1
    out_starts, in_starts = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    size = 16 * n + 64
    out_hubs, out_costs = np.empty(size, np.int32), np.empty(size, np.int32)
    in_hubs, in_costs = np.empty(size, np.int32), np.empty(size, np.int32)
    best = np.full(n, UNREACHABLE, np.int64)
    heap, hubs = np.empty(n + 1, np.int64), np.empty(n, np.int64)
    for node in range(n):
        kept = _label(
            up_starts, up_heads, up_weights, out_starts, out_hubs, out_costs,
            in_starts, in_hubs, in_costs, node, best, heap, hubs,
        )  # fmt: skip
        out_hubs, out_costs = _append(out_starts, out_hubs, out_costs, node, best, hubs, kept)
        kept = _label(
            down_starts, down_heads, down_weights, in_starts, in_hubs, in_costs,
            out_starts, out_hubs, out_costs, node, best, heap, hubs,
        )  # fmt: skip
        in_hubs, in_costs = _append(in_starts, in_hubs, in_costs, node, best, hubs, kept)
        if max(out_starts[node + 1], in_starts[node + 1]) > most:
            out_starts[:] = 0
            in_starts[:] = 0
            break
    outs, ins = out_starts[n], in_starts[n]
    return (
        out_starts, out_hubs[:outs].copy(), out_costs[:outs].copy(),
        in_starts, in_hubs[:ins].copy(), in_costs[:ins].copy(),
    )  # fmt: skip


@compiled(f"int32[::1]({_BOTH}, int64[::1], int64[::1])")
def pairs(
    out_starts: NDArray[np.int64],
    out_hubs: NDArray[np.int32],
    out_costs: NDArray[np.int32],
    in_starts: NDArray[np.int64],
    in_hubs: NDArray[np.int32],
    in_costs: NDArray[np.int32],
    sources: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Cost from each source to the goal beside it.

    Parameters
    ----------
    out_starts, out_hubs, out_costs, in_starts, in_hubs, in_costs
        Labels from `label_all`.
    sources, goals
        Nodes of the hierarchy, int64 ``[k]``; -1 is no node.

    Returns
    -------
    ndarray
        int32 ``[k]``, `UNREACHABLE` where there is no way.
    """
    result = np.full(len(sources), UNREACHABLE, np.int32)
    for k in range(len(sources)):
        if sources[k] < 0 or goals[k] < 0:
            continue
        i, end = out_starts[sources[k]], out_starts[sources[k] + 1]
        j, other_end = in_starts[goals[k]], in_starts[goals[k] + 1]
        least = np.int64(UNREACHABLE)
        while i < end and j < other_end:
            hub, other = out_hubs[i], in_hubs[j]
            if hub == other:
                least = min(least, np.int64(out_costs[i]) + in_costs[j])
            i += hub <= other
            j += other <= hub
        result[k] = least
    return result


@compiled(f"int32[:, ::1]({_BOTH}, int64[::1], int64[::1])")
def table(
    out_starts: NDArray[np.int64],
    out_hubs: NDArray[np.int32],
    out_costs: NDArray[np.int32],
    in_starts: NDArray[np.int64],
    in_hubs: NDArray[np.int32],
    in_costs: NDArray[np.int32],
    sources: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Cost from each source to each goal, by buckets of the goals at their hubs.

    Parameters
    ----------
    out_starts, out_hubs, out_costs, in_starts, in_hubs, in_costs
        Labels from `label_all`.
    sources, goals
        Nodes of the hierarchy, int64 ``[s]`` and ``[g]``; -1 is no node.

    Returns
    -------
    ndarray
        int32 ``[s, g]``, `UNREACHABLE` where there is no way.
    """
    n = len(out_starts) - 1
    first = np.zeros(n + 1, np.int32)
    for goal in goals:
        if goal >= 0:
            for entry in range(in_starts[goal], in_starts[goal + 1]):
                first[in_hubs[entry] + 1] += 1
    for hub in range(n):
        first[hub + 1] += first[hub]
    at = first[:n].copy()
    buckets = np.empty((first[n], 2), np.int32)
    for column in range(len(goals)):
        goal = goals[column]
        if goal >= 0:
            for entry in range(in_starts[goal], in_starts[goal + 1]):
                row = at[in_hubs[entry]]
                buckets[row, 0], buckets[row, 1] = column, in_costs[entry]
                at[in_hubs[entry]] += 1
    result = np.full((len(sources), len(goals)), UNREACHABLE, np.int32)
    for line in range(len(sources)):
        source = sources[line]
        if source < 0:
            continue
        best = result[line]
        for entry in range(out_starts[source], out_starts[source + 1]):
            hub, here = out_hubs[entry], np.int64(out_costs[entry])
            for row in range(first[hub], first[hub + 1]):
                there = here + buckets[row, 1]
                best[buckets[row, 0]] = min(best[buckets[row, 0]], there)
    return result
