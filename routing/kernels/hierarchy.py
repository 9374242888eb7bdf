"""Questions to a contracted street graph: costs of pairs, tables, cheapest paths.

A hierarchy is two graphs in compressed sparse rows over nodes renumbered so that the most
important is 0: ``up`` holds edges to more important nodes, ``down`` the edges *from* more
important nodes, turned round. Edges that are shortcuts name the node they lead through, others
-1. The most important nodes lie together in memory, which is where every search ends up.

Pairs: bidirectional search upwards with stalling on demand (Geisberger et al. 2008, section 4).
Tables: one search from each goal leaves its cost in a bucket at each node it settles, one search
from each source looks into the buckets on its way (Knopp, Sanders, Schultes, Schulz and Wagner
2007, section 3). Both give exactly the costs of Dijkstra's algorithm: all are integers.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled
from routing.kernels.dijkstra import UNREACHABLE, pop, push

_SHIFT = 32
_MASK = 2**32 - 1
_GRAPH = "int64[::1], int32[::1], int32[::1]"
_TWO = f"{_GRAPH}, {_GRAPH}"


@compiled(f"boolean({_GRAPH}, int32[::1], int64, int64)")
def _stalled(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    cost: NDArray[np.int32],
    node: int,
    here: int,
) -> bool:
    """Whether a way from above is cheaper than the one that led up to a node."""
    for e in range(starts[node], starts[node + 1]):
        above = cost[heads[e]]
        if above != UNREACHABLE and above + np.int64(weights[e]) < here:
            return True
    return False


@compiled(f"int64({_TWO}, int64, int32[::1], int64[::1], int64[::1])")
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
        if _stalled(other_starts, other_heads, other_weights, cost, u, here):
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


@compiled("void(int64[::1], int32[::1], int32[::1], int64[::1], int64)")
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


@compiled(f"Tuple((int64[::1], int32[:, ::1]))({_TWO}, int64[::1])")
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
            longer = np.empty((2 * len(left) + count, 3), np.int32)
            longer[:entries] = left[:entries]
            left = longer
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


@compiled(f"int32[:, ::1]({_TWO}, int64[::1], int64[::1])")
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


@compiled(
    f"void({_TWO}, int64, int32[::1], int32[::1], int32[::1], int64[::1], int64[::1], int64[::1])"
)
def _step(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    other_starts: NDArray[np.int64],
    other_heads: NDArray[np.int32],
    other_weights: NDArray[np.int32],
    side: int,
    own: NDArray[np.int32],
    others: NDArray[np.int32],
    parent: NDArray[np.int32],
    heap: NDArray[np.int64],
    touched: NDArray[np.int64],
    state: NDArray[np.int64],
) -> None:
    """Settle one node of one side of `_meet`."""
    size = pop(heap, state[side])
    state[side] = size
    key = heap[size]
    here, u = key >> _SHIFT, key & _MASK
    if here > own[u]:
        return
    if others[u] != UNREACHABLE and here + others[u] < state[4]:
        state[4], state[5] = here + others[u], u
    if _stalled(other_starts, other_heads, other_weights, own, u, here):
        return
    touched_count = state[2 + side]
    for e in range(starts[u], starts[u + 1]):
        there, v = here + weights[e], heads[e]
        if there < own[v] and there < state[4]:
            if own[v] == UNREACHABLE:
                touched[touched_count] = v
                touched_count += 1
            own[v] = there
            parent[v] = u
            size = push(heap, size, (there << _SHIFT) | v)
    state[side], state[2 + side] = size, touched_count


@compiled(
    f"void({_TWO}, int64, int64, int32[:, ::1], int32[:, ::1], int64[:, ::1], int64[:, ::1], "
    "int64[::1])"
)
def _meet(
    up_starts: NDArray[np.int64],
    up_heads: NDArray[np.int32],
    up_weights: NDArray[np.int32],
    down_starts: NDArray[np.int64],
    down_heads: NDArray[np.int32],
    down_weights: NDArray[np.int32],
    source: int,
    goal: int,
    cost: NDArray[np.int32],
    parent: NDArray[np.int32],
    heap: NDArray[np.int64],
    touched: NDArray[np.int64],
    state: NDArray[np.int64],
) -> None:
    """Search upwards from both ends, the cheaper side first.

    ``state`` holds the sizes of both queues, how many nodes both sides touched, the least cost
    and the node in the middle of that way, -1 when there is none. Costs must be cleared after.
    """
    up = (up_starts, up_heads, up_weights)
    down = (down_starts, down_heads, down_weights)
    for side, end in ((0, source), (1, goal)):
        cost[side, end] = 0
        parent[side, end] = -1
        touched[side, 0] = end
        state[side] = push(heap[side], 0, end)
        state[2 + side] = 1
    state[4], state[5] = UNREACHABLE, -1
    own, others = cost[0], cost[1]
    out, back = parent[0], parent[1]
    while state[0] > 0 or state[1] > 0:
        least = heap[0, 0] if state[0] > 0 else np.int64(2**62)
        other = heap[1, 0] if state[1] > 0 else np.int64(2**62)
        if min(least, other) >> _SHIFT >= state[4]:
            break
        if least <= other:
            _step(*up, *down, 0, own, others, out, heap[0], touched[0], state)
        else:
            _step(*down, *up, 1, others, own, back, heap[1], touched[1], state)


@compiled(f"int32[::1]({_TWO}, int64[::1], int64[::1])")
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
        _meet(
            up_starts, up_heads, up_weights, down_starts, down_heads, down_weights,
            sources[k], goals[k], cost, parent, heap, touched, state,
        )  # fmt: skip
        result[k] = state[4]
        for side in range(2):
            for i in range(state[2 + side]):
                cost[side, touched[side, i]] = UNREACHABLE
    return result


@compiled("int64(int64[::1], int32[::1], int64, int64)")
def _edge(starts: NDArray[np.int64], heads: NDArray[np.int32], node: int, head: int) -> int:
    """The edge of a node that leads to another; it exists, and once only."""
    at = int(starts[node])
    while heads[at] != head:
        at += 1
    return at


@compiled(f"int64[::1]({_TWO}, int32[::1], int32[::1], int64, int64)")
def path(
    up_starts: NDArray[np.int64],
    up_heads: NDArray[np.int32],
    up_weights: NDArray[np.int32],
    down_starts: NDArray[np.int64],
    down_heads: NDArray[np.int32],
    down_weights: NDArray[np.int32],
    up_mids: NDArray[np.int32],
    down_mids: NDArray[np.int32],
    source: int,
    goal: int,
) -> NDArray[np.int64]:
    """Nodes of a cheapest path, shortcuts unpacked.

    Parameters
    ----------
    up_starts, up_heads, up_weights, down_starts, down_heads, down_weights
        The hierarchy, as in `table`.
    up_mids, down_mids
        The node that a shortcut leads through, int32; -1 for an edge of the street graph.
    source, goal
        Nodes of the hierarchy.

    Returns
    -------
    ndarray
        Nodes from source to goal, int64; empty when there is no way.
    """
    n = len(up_starts) - 1
    cost, parent = np.full((2, n), UNREACHABLE, np.int32), np.empty((2, n), np.int32)
    heap = np.empty((2, max(len(up_heads), len(down_heads)) + 1), np.int64)
    touched, state = np.empty((2, n), np.int64), np.zeros(6, np.int64)
    _meet(
        up_starts, up_heads, up_weights, down_starts, down_heads, down_weights,
        source, goal, cost, parent, heap, touched, state,
    )  # fmt: skip
    if state[5] < 0:
        return np.empty(0, np.int64)
    # The way over the top, backwards, so that the stack gives its first node first.
    stack = touched[0]
    depth = 0
    node = state[5]
    while node >= 0:
        touched[1, depth] = node
        node = np.int64(parent[1, node])
        depth += 1
    for i in range(depth):
        stack[i] = touched[1, depth - 1 - i]
    node = np.int64(parent[0, state[5]])
    while node >= 0:
        stack[depth] = node
        node = np.int64(parent[0, node])
        depth += 1
    nodes, count = np.empty(n, np.int64), 0
    while depth > 1:
        u, v = stack[depth - 1], stack[depth - 2]
        # The less important end holds the edge.
        if u > v:
            mid = np.int64(up_mids[_edge(up_starts, up_heads, u, v)])
        else:
            mid = np.int64(down_mids[_edge(down_starts, down_heads, v, u)])
        if mid < 0:
            nodes[count] = u
            count += 1
            depth -= 1
        else:
            stack[depth - 1] = mid
            stack[depth] = u
            depth += 1
    nodes[count] = stack[0]
    return nodes[: count + 1].copy()
