"""The best place for a request over a whole fleet, as compiled code.

``best_place`` first bounds from below what the request could cost on each vehicle, by looking once
at every position for the pickup and once at every position for the dropoff; then it tries the
vehicles exactly, the most promising first, and stops when no bound is below the best found. What it
finds is what trying every pair of positions on every vehicle would find.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, part
from dispatch.kernels.layout import (
    EARLIEST_S,
    LATEST_S,
    NEVER_S,
    NO_NODE,
    NODE,
    PERCENT,
    SERVICE_S,
    TRAVEL,
    UNREACHABLE,
    WISH_S,
)
from dispatch.kernels.packed import (
    CODE,
    COST,
    COUNT,
    FLEET,
    FROZEN,
    Fleet,
)
from dispatch.kernels.positions import (
    ANY,
    BY_COST,
    NO_POSITION,
    best_positions,
    least_rank,
)
from dispatch.kernels.timing import (
    FEASIBLE,
)


@part(
    f"int64({TRAVEL}, {TRAVEL}, int64[:, ::1], int32[:, ::1], int64[:, ::1], int64[:, ::1],"
    " int64[:, ::1], int64[:, ::1], int64, int64[:, ::1], int64, int64)",
)
def rank_bound(  # noqa: C901, PLR0912, PLR0915 - one pass
    travel_s: NDArray[np.int32],
    back_s: NDArray[np.int32],
    numbers: NDArray[np.int64],
    at: NDArray[np.int32],
    leave_s: NDArray[np.int64],
    cap_s: NDArray[np.int64],
    latest_s: NDArray[np.int64],
    leg_s: NDArray[np.int64],
    v: int,
    pair: NDArray[np.int64],
    rank_by: int,
    due_s: int,
) -> int:
    """Bound from below the rank that a request can have on one vehicle.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    back_s : ndarray of int32, shape (n, n)
        The same, a row for each node that is driven to: ways to one node lie together.
    numbers, at, leave_s, cap_s, latest_s, leg_s : ndarray
        Of all vehicles; see ``FLEET``. They come whole: to cut a row out of each would take longer
        than to read it.
    v : int64
        A vehicle whose route is feasible.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff; see layout.
    rank_by, due_s : int64
        As in ``positions.best_positions``.

    Returns
    -------
    int64
        ``NEVER_S`` when it certainly cannot take the request, ``-NEVER_S`` when nothing can be
        said, because a detour saves time, or a halt would be made elsewhere.
    """
    k = numbers[v, COUNT]
    pickup, dropoff = pair[0, NODE], pair[1, NODE]
    board_s, alight_s = pair[0, SERVICE_S], pair[1, SERVICE_S]
    direct_s = travel_s[pickup, dropoff]
    together = NEVER_S
    first, first_s, cheapest = k, NEVER_S, NEVER_S
    for i in range(numbers[v, FROZEN], k + 1):
        if leave_s[v, i] > pair[0, LATEST_S]:
            break
        if cap_s[v, i] < pair[0, EARLIEST_S]:
            continue
        here, following = at[v, i], at[v, i + 1]
        to_s = back_s[pickup, here]
        pickup_s = max(pair[0, EARLIEST_S], leave_s[v, i] + to_s)
        if to_s == UNREACHABLE or pickup_s > pair[0, LATEST_S]:
            continue
        if leg_s[v, i] < 0:  # a halt would be made elsewhere
            return -NEVER_S
        # Both stops here.
        dropoff_s = max(pair[1, EARLIEST_S], pickup_s + board_s + direct_s)
        if direct_s != UNREACHABLE and dropoff_s <= pair[1, LATEST_S]:
            on_s = 0 if following == NO_NODE else travel_s[dropoff, following]
            if on_s != UNREACHABLE and dropoff_s + alight_s + on_s <= latest_s[v, i]:
                more_s = to_s + direct_s + on_s - leg_s[v, i]
                if more_s + board_s + alight_s < 0:
                    return -NEVER_S
                rank = least_rank(rank_by, 100 * more_s, pickup_s, pair, dropoff_s, due_s)
                together = min(together, rank)
        # The pickup here, the dropoff behind a later stop.
        if i == k:
            break
        on_s = travel_s[pickup, following]
        if on_s == UNREACHABLE or pickup_s + board_s + on_s > cap_s[v, i]:
            continue
        more_s = to_s + on_s - leg_s[v, i]
        if more_s + board_s < 0:
            return -NEVER_S
        first = min(first, i)
        first_s = min(first_s, pickup_s)
        waited = pair[0, PERCENT] * (pickup_s - pair[0, WISH_S])
        cheapest = min(cheapest, 100 * more_s + waited)
    apart = NEVER_S
    for j in range(first + 1, k + 1):
        if leave_s[v, j] > pair[1, LATEST_S]:
            break
        here, following = at[v, j], at[v, j + 1]
        to_s = back_s[dropoff, here]
        dropoff_s = max(pair[1, EARLIEST_S], max(leave_s[v, j], first_s + board_s) + to_s)
        if to_s == UNREACHABLE or dropoff_s > pair[1, LATEST_S]:
            continue
        if leg_s[v, j] < 0:
            return -NEVER_S
        more_s = to_s
        if following != NO_NODE:
            on_s = travel_s[dropoff, following]
            if on_s == UNREACHABLE or dropoff_s + alight_s + on_s > latest_s[v, j]:
                continue
            more_s += on_s - leg_s[v, j]
        elif dropoff_s + alight_s > latest_s[v, j]:
            continue
        if more_s + alight_s < 0:
            return -NEVER_S
        if rank_by == BY_COST:
            journey = pair[1, PERCENT] * (dropoff_s - pair[1, WISH_S])
            apart = min(apart, cheapest + 100 * more_s + journey)
        else:
            apart = min(apart, least_rank(rank_by, 0, first_s, pair, dropoff_s, due_s))
    return min(together, apart)


@compiled(
    f"UniTuple(int64, 6)({TRAVEL}, {TRAVEL}, {FLEET}, uint8[::1], int64[:, ::1], int64, int64,"
    " int64)",
)
def best_place(
    travel_s: NDArray[np.int32],
    back_s: NDArray[np.int32],
    fleet: Fleet,
    allowed: NDArray[np.uint8],
    pair: NDArray[np.int64],
    rank_by: int,
    due_s: int,
    limit: int,
) -> tuple[int, int, int, int, int, int]:
    """Find the vehicle and the two positions with the least rank for a request.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    back_s : ndarray of int32, shape (n, n)
        The same, a row for each node that is driven to: ways to one node lie together.
    fleet : tuple of ndarray
        See ``FLEET``.
    allowed : ndarray of uint8, shape (v,)
        Which vehicles may take it.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff; see layout.
    rank_by, due_s, limit : int64
        As in ``positions.best_positions``.

    Returns
    -------
    rank : int64
        Least rank.
    v, i, j : int64
        The vehicle, the first of those with this rank, and the positions, the earliest of those;
        see ``positions.best_positions``. ``NO_POSITION`` when no vehicle can take it.
    pickup_s, dropoff_s : int64
        Begin of service of the rider.
    """
    vehicles, capacities, stops, numbers, at, leave_s, cap_s, latest_s, leg_s = fleet[:9]
    begin_s, slices = fleet[9], fleet[10]
    unbounded = len(slices[0]) > 0 and rank_by == BY_COST
    bounds = np.empty(len(vehicles), dtype=np.int64)
    waiting = np.empty(len(vehicles), dtype=np.int64)
    count = 0
    for v in range(len(vehicles)):
        if allowed[v] != 0 and numbers[v, CODE] == FEASIBLE:
            bound = rank_bound(
                travel_s,
                back_s,
                numbers,
                at,
                leave_s,
                cap_s,
                latest_s,
                leg_s,
                v,
                pair,
                rank_by,
                due_s,
            )
            if unbounded and bound < NEVER_S:
                bound = -NEVER_S  # a detour may lead out of a slow slice
            if bound < limit:
                bounds[count], waiting[count] = bound, v
                count += 1
    best, best_v, best_i, best_j = limit, NO_POSITION, NO_POSITION, NO_POSITION
    best_pickup_s, best_dropoff_s = NEVER_S, NEVER_S
    while count > 0:
        # Take the most promising one out; forget those that can no longer win.
        kept, chosen = 0, 0
        for n in range(count):
            v, bound = waiting[n], bounds[n]
            if bound < best or (bound == best and v < best_v):
                waiting[kept], bounds[kept] = v, bound
                if bound < bounds[chosen]:
                    chosen = kept
                kept += 1
        if kept == 0:
            break
        v = waiting[chosen]
        count = kept - 1
        waiting[chosen], bounds[chosen] = waiting[count], bounds[count]
        k = numbers[v, COUNT]
        # Between vehicles with one rank the first wins.
        below = best + 1 if v < best_v else best
        rank, i, j, pickup_s, dropoff_s = best_positions(
            travel_s,
            slices,
            vehicles[v],
            capacities[v],
            stops[v, :k],
            begin_s[v, :k],
            leave_s[v],
            latest_s[v],
            numbers[v, COST],
            numbers[v, FROZEN],
            pair,
            rank_by,
            due_s,
            below,
        )
        if i != NO_POSITION:
            best, best_v, best_i, best_j = rank, v, i, j
            best_pickup_s, best_dropoff_s = pickup_s, dropoff_s
            if rank_by == ANY:
                break
    return best, best_v, best_i, best_j, best_pickup_s, best_dropoff_s
