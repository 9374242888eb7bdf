"""Contraction of a street graph: an order of the nodes, and the shortcuts that it needs.

Contraction hierarchies after Geisberger, Sanders, Schultes and Delling (2008), sections 2 and 3:
nodes are taken away one by one, the least important first, and where a cheapest way led through
the node, a shortcut takes its place. Importance is the node's level plus two quotients of what
contraction would add and remove, edges and hops, all in thousandths, as in RoutingKit (Dibbelt,
Strasser and Wagner 2016, section 5); it is brought up to date lazily and for neighbours.

While contracting, each node keeps its open neighbours as rows of one pool: the neighbour, what
the edge there and the edge from there cost, which contracted node each stands for and how many
edges of the street graph it stands for. What is left of a node's rows when it is taken away are
its edges to more important nodes, which is the finished hierarchy.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, part
from routing.kernels.dijkstra import UNREACHABLE, pop, push
from routing.kernels.growing import longer_longs, longer_rows

HEAD, OUT, IN, OUT_MID, IN_MID, OUT_HOPS, IN_HOPS = range(7)
_COLUMNS = 7
_SHIFT = 32
_MASK = 2**32 - 1
_WITNESSES = 2000  # room of the queue of a witness search; a full one ends the search
_SETTLED = 60  # nodes a witness search settles; more makes fewer shortcuts, and takes longer
_ROWS = "int32[:, ::1]"
_EDGES = "int64[::1], int32[::1], int32[::1]"
_NODES = "int64[::1], int32[::1], int32[::1]"


@part(f"{_ROWS}({_ROWS}, {_NODES}, int64[::1], int64, int64, int64, int64, int64, int64)")
def _link(
    rows: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    room: NDArray[np.int32],
    used: NDArray[np.int64],
    node: int,
    head: int,
    column: int,
    cost: int,
    mid: int,
    hops: int,
) -> NDArray[np.int32]:
    """Put an edge into a node's rows, if it is cheaper than what is there; the pool may grow."""
    at = first[node]
    end = at + count[node]
    while at < end and rows[at, HEAD] != head:
        at += 1
    if at == end:
        if count[node] == room[node]:
            room[node] = 2 * room[node] + 2
            if used[0] + room[node] > len(rows):
                rows = longer_rows(rows, used[0], 2 * len(rows) + room[node])
            for n in range(count[node]):
                for c in range(_COLUMNS):
                    rows[used[0] + n, c] = rows[first[node] + n, c]
            first[node] = used[0]
            used[0] += room[node]
            at = first[node] + count[node]
        rows[at, HEAD] = head
        rows[at, OUT] = UNREACHABLE
        rows[at, IN] = UNREACHABLE
        count[node] += 1
    if cost < rows[at, column]:
        rows[at, column] = cost
        rows[at, column + 2] = mid
        rows[at, column + 4] = hops
    return rows


@part(
    f"int64({_ROWS}, int64[::1], int32[::1], int64, int64, int64, int64[::1], int64[::1], "
    "int64[::1])"
)
def _witnesses(
    rows: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    source: int,
    avoid: int,
    limit: int,
    cost: NDArray[np.int64],
    touched: NDArray[np.int64],
    heap: NDArray[np.int64],
) -> int:
    """Search ways around a node, for a while; the number of nodes touched."""
    cost[source] = 0
    touched[0] = source
    touched_count = 1
    settled = 0
    size = push(heap, 0, source)
    while size > 0 and settled < _SETTLED:
        size = pop(heap, size)
        key = heap[size]
        here = key >> _SHIFT
        u = key & _MASK
        if here > cost[u]:
            continue
        settled += 1
        for at in range(first[u], first[u] + count[u]):
            if rows[at, OUT] == UNREACHABLE:
                continue
            there = here + rows[at, OUT]
            v = rows[at, HEAD]
            if v == avoid or there > limit or there >= cost[v] or size == _WITNESSES:
                continue
            if cost[v] == UNREACHABLE:
                touched[touched_count] = v
                touched_count += 1
            cost[v] = there
            size = push(heap, size, (there << _SHIFT) | v)
    return touched_count


@part(
    f"int64({_ROWS}, int64[::1], int32[::1], int64, int64[::1], int64[::1], int64[::1], "
    "int64[:, ::1])"
)
def _shortcuts(
    rows: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    node: int,
    cost: NDArray[np.int64],
    touched: NDArray[np.int64],
    heap: NDArray[np.int64],
    found: NDArray[np.int64],
) -> int:
    """The pairs of neighbours whose cheapest way may lead through a node: rows of both."""
    begin, end = first[node], first[node] + count[node]
    pairs = 0
    for a in range(begin, end):
        if rows[a, IN] == UNREACHABLE:
            continue
        farthest = np.int64(-1)
        for b in range(begin, end):
            if b != a and rows[b, OUT] != UNREACHABLE:
                farthest = max(farthest, np.int64(rows[b, OUT]))
        if farthest < 0:
            continue
        limit = int(rows[a, IN] + farthest)
        source = int(rows[a, HEAD])
        touched_count = _witnesses(rows, first, count, source, node, limit, cost, touched, heap)
        for b in range(begin, end):
            if b == a or rows[b, OUT] == UNREACHABLE:
                continue
            if cost[rows[b, HEAD]] > np.int64(rows[a, IN]) + rows[b, OUT]:
                found[pairs, 0] = a
                found[pairs, 1] = b
                pairs += 1
        for i in range(touched_count):
            cost[touched[i]] = UNREACHABLE
    return pairs


@part(f"int64({_ROWS}, int64[::1], int32[::1], int64, int64, int64[:, ::1], int64)")
def _importance(
    rows: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    node: int,
    level: int,
    found: NDArray[np.int64],
    pairs: int,
) -> int:
    """Level and quotients of edges and hops added and removed, in thousandths."""
    removed = removed_hops = added_hops = 0
    for at in range(first[node], first[node] + count[node]):
        if rows[at, OUT] != UNREACHABLE:
            removed += 1
            removed_hops += rows[at, OUT_HOPS]
        if rows[at, IN] != UNREACHABLE:
            removed += 1
            removed_hops += rows[at, IN_HOPS]
    for pair in range(pairs):
        added_hops += rows[found[pair, 0], IN_HOPS] + rows[found[pair, 1], OUT_HOPS]
    if removed == 0:
        return 1000 * level
    return 1000 * level + 1000 * pairs // removed + 1000 * added_hops // removed_hops


@part(
    f"Tuple((int64[:, ::1], int64, int64))({_ROWS}, int64[::1], int32[::1], int64, int64,"
    " int64[::1], int64[::1], int64[::1], int64[:, ::1])"
)
def _weigh(
    rows: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    node: int,
    level: int,
    cost: NDArray[np.int64],
    touched: NDArray[np.int64],
    heap: NDArray[np.int64],
    found: NDArray[np.int64],
) -> tuple[NDArray[np.int64], int, int]:
    """Shortcuts that a node needs, with room for all pairs of neighbours; and its importance."""
    most = int(count[node]) * int(count[node])
    if most > len(found):
        found = np.empty((2 * most, 2), np.int64)
    pairs = _shortcuts(rows, first, count, node, cost, touched, heap, found)
    return found, pairs, _importance(rows, first, count, node, level, found, pairs)


@part(f"void({_ROWS}, int64[::1], int32[::1], int64)")
def _take_away(
    rows: NDArray[np.int32], first: NDArray[np.int64], count: NDArray[np.int32], node: int
) -> None:
    """Take a node out of its neighbours' rows; its own rows stay."""
    for at in range(first[node], first[node] + count[node]):
        other = rows[at, HEAD]
        last = first[other] + count[other] - 1
        for back in range(first[other], last + 1):
            if rows[back, HEAD] == node:
                for c in range(_COLUMNS):  # a row assigned at once takes a second to compile
                    rows[back, c] = rows[last, c]
                break
        count[other] -= 1


@part(f"{_ROWS}({_EDGES}, {_NODES}, int64[::1])")
def _open_rows(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    room: NDArray[np.int32],
    used: NDArray[np.int64],
) -> NDArray[np.int32]:
    """The pool with all edges of the street graph."""
    rows = np.empty((4 * len(heads) + 16, _COLUMNS), np.int32)
    for u in range(len(starts) - 1):
        for e in range(starts[u], starts[u + 1]):
            v, cost = int(heads[e]), int(weights[e])
            if v != u:
                rows = _link(rows, first, count, room, used, u, v, OUT, cost, -1, 1)
                rows = _link(rows, first, count, room, used, v, u, IN, cost, -1, 1)
    return rows


@part(f"{_ROWS}({_ROWS}, {_NODES}, int64[::1], int64, int64[:, ::1], int64)")
def _bridge(
    rows: NDArray[np.int32],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    room: NDArray[np.int32],
    used: NDArray[np.int64],
    node: int,
    found: NDArray[np.int64],
    pairs: int,
) -> NDArray[np.int32]:
    """Lay the shortcuts past a node; the pool may grow."""
    for pair in range(pairs):
        a, b = found[pair, 0], found[pair, 1]
        u, w = int(rows[a, HEAD]), int(rows[b, HEAD])
        length = int(rows[a, IN]) + int(rows[b, OUT])
        hops = int(rows[a, IN_HOPS]) + int(rows[b, OUT_HOPS])
        rows = _link(rows, first, count, room, used, u, w, OUT, length, node, hops)
        rows = _link(rows, first, count, room, used, w, u, IN, length, node, hops)
    return rows


@part("Tuple((int64[::1], int64))(int64[::1], int64, int64)")
def _enqueue(queue: NDArray[np.int64], size: int, key: int) -> tuple[NDArray[np.int64], int]:
    """Put a key into a queue that may grow."""
    if size == len(queue):
        queue = longer_longs(queue, size, 2 * size + 16)
    return queue, push(queue, size, key)


@compiled(f"Tuple((int32[::1], {_ROWS}, int64[::1], int32[::1]))({_EDGES})")
def contract(
    starts: NDArray[np.int64], heads: NDArray[np.int32], weights: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """Take every node away, the least important first.

    Parameters
    ----------
    starts, heads, weights
        Edges of node u are ``starts[u]:starts[u + 1]``; int64 ``[n + 1]``, int32, int32 ``[m]``.

    Returns
    -------
    tuple
        Order in which each node was taken away, int32 ``[n]``; rows of edges, int32 ``[r, 7]``;
        first row, int64 ``[n]``, and count of rows of each node, int32 ``[n]``: its edges from
        and to nodes taken away later. A cost of `UNREACHABLE` is no edge.
    """
    n = len(starts) - 1
    first, count, room = np.zeros(n, np.int64), np.zeros(n, np.int32), np.zeros(n, np.int32)
    used = np.zeros(1, np.int64)
    rows = _open_rows(starts, heads, weights, first, count, room, used)
    cost, touched = np.full(n, UNREACHABLE, np.int64), np.empty(n, np.int64)
    heap, found = np.empty(_WITNESSES + 1, np.int64), np.empty((256, 2), np.int64)
    level, due = np.zeros(n, np.int64), np.zeros(n, np.int64)
    order, taken = np.full(n, -1, np.int32), 0
    queue, size = np.empty(4 * n, np.int64), 0
    for u in range(n):
        found, _, due[u] = _weigh(rows, first, count, u, 0, cost, touched, heap, found)
        size = push(queue, size, (due[u] << _SHIFT) | u)
    while size > 0:
        size = pop(queue, size)
        v = int(queue[size] & _MASK)
        if order[v] >= 0 or queue[size] >> _SHIFT != due[v]:
            continue
        found, pairs, due[v] = _weigh(rows, first, count, v, level[v], cost, touched, heap, found)
        if size > 0 and due[v] > queue[0] >> _SHIFT:
            queue, size = _enqueue(queue, size, (due[v] << _SHIFT) | v)
            continue
        rows = _bridge(rows, first, count, room, used, v, found, pairs)
        order[v] = taken
        taken += 1
        _take_away(rows, first, count, v)
        for at in range(first[v], first[v] + count[v]):
            w = int(rows[at, HEAD])
            level[w] = max(level[w], level[v] + 1)
            found, _, now = _weigh(rows, first, count, w, level[w], cost, touched, heap, found)
            if now != due[w]:
                due[w] = now
                queue, size = _enqueue(queue, size, (now << _SHIFT) | w)
    return order, rows, first, count
