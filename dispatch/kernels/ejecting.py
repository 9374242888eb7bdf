"""Who could make room for a request that fits nowhere, as compiled code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled
from dispatch.kernels.layout import NEVER_S, PICKUP_AT, TRAVEL
from dispatch.kernels.packed import CODE, COST, COUNT, FLEET, FROZEN, Fleet, settle, take_out
from dispatch.kernels.placing import rank_bound
from dispatch.kernels.positions import ANY, NO_POSITION, best_positions
from dispatch.kernels.timing import FEASIBLE


@compiled(
    f"int64[::1]({TRAVEL}, {TRAVEL}, {FLEET}, uint8[::1], int64[:, ::1], int64, int64)",
)
def rank_bounds(
    travel_s: NDArray[np.int32],
    back_s: NDArray[np.int32],
    fleet: Fleet,
    allowed: NDArray[np.uint8],
    pair: NDArray[np.int64],
    rank_by: int,
    due_s: int,
) -> NDArray[np.int64]:
    """Bound from below the rank that a request can have on each vehicle.

    Parameters
    ----------
    travel_s, back_s : ndarray of int32, shape (n, n)
        Driving seconds; see ``placing.rank_bound``.
    fleet : tuple of ndarray
        See ``packed.FLEET``.
    allowed : ndarray of uint8, shape (v,)
        Which vehicles may take it.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff; see layout.
    rank_by, due_s : int64
        As in ``positions.best_positions``.

    Returns
    -------
    ndarray of int64, shape (v,)
        As ``placing.rank_bound``; ``NEVER_S`` also for vehicles that may not take it.
    """
    _, _, _, numbers, at, leave_s, cap_s, latest_s, leg_s, _, _ = fleet
    bounds = np.full(len(numbers), NEVER_S)
    for v in range(len(numbers)):
        if allowed[v] != 0 and numbers[v, CODE] == FEASIBLE:
            bounds[v] = rank_bound(
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
    return bounds


@compiled(f"int64({TRAVEL}, {FLEET}, int64, int64[:, ::1], int64[:, ::1])")
def room_makers(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
    pair: NDArray[np.int64],
    makers: NDArray[np.int64],
) -> int:
    """Find the riders of a vehicle of whom each, if not there, would leave room for a new one.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``packed.FLEET``; afterwards as before.
    v : int64
        The vehicle.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff of the new rider; see layout.
    makers : ndarray of int64, shape (at least half the stops, 2)
        Output: positions of pickup and dropoff of each.

    Returns
    -------
    int64
        How many there are.
    """
    vehicles, capacities, stops, numbers, _, leave_s, _, latest_s, _, begin_s, slices = fleet
    k, frozen = numbers[v, COUNT], numbers[v, FROZEN]
    before = stops[v, :k].copy()
    count = 0
    for j in range(frozen, k):
        i = before[j, PICKUP_AT]
        if i < frozen:  # a pickup, on board, or about to be
            continue
        take_out(travel_s, fleet, v, i, j)
        if numbers[v, CODE] == FEASIBLE:
            found = best_positions(
                travel_s,
                slices,
                vehicles[v],
                capacities[v],
                stops[v, : k - 2],
                begin_s[v, : k - 2],
                leave_s[v],
                latest_s[v],
                numbers[v, COST],
                frozen,
                pair,
                ANY,
                0,
                NEVER_S,
            )[1]
            if found != NO_POSITION:
                makers[count, 0], makers[count, 1] = i, j
                count += 1
        stops[v, :k] = before
        numbers[v, COUNT] = k
        settle(travel_s, fleet, v)
    return count
