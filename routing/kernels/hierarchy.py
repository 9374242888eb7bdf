"""Paths in a contracted street graph, and the search between two nodes that finds them.

A hierarchy is two graphs in compressed sparse rows over nodes renumbered so that the most
important is 0: ``up`` holds edges to more important nodes, ``down`` the edges *from* more
important nodes, turned round. Edges that are shortcuts name the node they lead through, others
-1. The most important nodes lie together in memory, which is where every search ends up.

The search is bidirectional and upwards, with stalling on demand (Geisberger et al. 2008, section
4). Costs are exactly those of Dijkstra's algorithm: all are integers.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, part
from routing.kernels.dijkstra import UNREACHABLE, pop, push

_SHIFT = 32
_MASK = 2**32 - 1
_GRAPH = "int64[::1], int32[::1], int32[::1]"
TWO = f"{_GRAPH}, {_GRAPH}"
"""Types of a hierarchy's arrays in a signature."""


@part(f"boolean({_GRAPH}, int32[::1], int64, int64)")
def stalled(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    cost: NDArray[np.int32],
    node: int,
    here: int,
) -> bool:
    """Whether a way from above is cheaper than the one that led up to a node.

    Parameters
    ----------
    starts, heads, weights
        The half of the hierarchy that is not being searched.
    cost
        Costs found so far, int32 ``[n]``.
    node, here
        The node, and what the way up to it costs.

    Returns
    -------
    bool
        True when nothing beyond the node need be searched.
    """
    for e in range(starts[node], starts[node + 1]):
        above = cost[heads[e]]
        if above != UNREACHABLE and above + np.int64(weights[e]) < here:
            return True
    return False


@part(f"void({TWO}, int64, int32[::1], int32[::1], int32[::1], int64[::1], int64[::1], int64[::1])")
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
    """Settle one node of one side of `meet`."""
    size = pop(heap, state[side])
    state[side] = size
    key = heap[size]
    here, u = key >> _SHIFT, key & _MASK
    if here > own[u]:
        return
    if others[u] != UNREACHABLE and here + others[u] < state[4]:
        state[4], state[5] = here + others[u], u
    if stalled(other_starts, other_heads, other_weights, own, u, here):
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


@part(
    f"void({TWO}, int64, int64, int32[:, ::1], int32[:, ::1], int64[:, ::1], int64[:, ::1], "
    "int64[::1])"
)
def meet(
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

    Parameters
    ----------
    up_starts, up_heads, up_weights, down_starts, down_heads, down_weights
        The hierarchy; int64 ``[n + 1]``, int32, int32.
    source, goal
        Nodes of the hierarchy.
    cost, parent
        Of both sides, int32 ``[2, n]``; costs are `UNREACHABLE` before, and must be cleared after.
    heap, touched
        Room for queues and for the nodes reached, int64 ``[2, ...]``.
    state
        Filled in, int64 ``[6]``: sizes of both queues, counts of nodes touched, the least cost,
        and the node in the middle of that way, -1 when there is none.
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


@part("int64(int64[::1], int32[::1], int64, int64)")
def _edge(starts: NDArray[np.int64], heads: NDArray[np.int32], node: int, head: int) -> int:
    """The edge of a node that leads to another; it exists, and once only."""
    at = int(starts[node])
    while heads[at] != head:
        at += 1
    return at


@compiled(f"int64[::1]({TWO}, int32[::1], int32[::1], int64, int64)")
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
        The hierarchy, as in `meet`.
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
    meet(
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
