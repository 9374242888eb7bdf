"""The best two positions for a new rider on one route, as compiled code.

Every pair of positions after the frozen stops is tried (exhaustive insertion as in Jaw, Odoni,
Psaraftis and Wilson, "A heuristic algorithm for the multi-vehicle advance request dial-a-ride
problem with time windows", Transportation Research B 20, 1986). Pairs are pruned by bounds that
ignore ride times, and what survives is tested exactly by ``timing.least_schedule``. The bounds hold
for any travel times, with the triangle inequality or without: a begin of service is never earlier
than the forward pass over the stops before it, and never later than the backward pass over the
stops behind the dropoff, which are the same before and after the insertion.
"""

from __future__ import annotations

import numba
import numpy as np

from dispatch.kernels.layout import (
    CHILD_SEATS,
    EARLIEST_S,
    END_NODE,
    END_S,
    LATEST_S,
    NEVER_S,
    NO_NODE,
    NODE,
    ONBOARD_CHILD_SEATS,
    ONBOARD_SEATS,
    ONBOARD_WHEELCHAIRS,
    PERCENT,
    PICKUP_AT,
    SEATS,
    SERVICE_S,
    START_NODE,
    START_S,
    STOP_FIELDS,
    TRAVEL,
    UNREACHABLE,
    WHEELCHAIRS,
    WISH_S,
)
from dispatch.kernels.timing import FEASIBLE, forward_pass, lacking, least_schedule

BY_COST = 0
BY_LATENESS = 1
BY_PICKUP = 2

NO_POSITION = -1
BROKEN_ROUTE = -2
"""In place of a position: the route is not feasible even without the new rider."""


@numba.njit(f"int64[::1]({TRAVEL}, int64[::1], int64[:, ::1])", cache=True)
def latest_begins(travel_s, vehicle, stops):  # type: ignore[no-untyped-def]
    """Compute the latest begin of service at every stop, without regard to ride times.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    vehicle : ndarray of int64, shape (8,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 11)
        A route without missing ways; see layout.

    Returns
    -------
    ndarray of int64, shape (k,)
        The bounds, seconds.
    """
    k = stops.shape[0]
    bound_s = np.empty(k, dtype=np.int64)
    for i in range(k - 1, -1, -1):
        if i < k - 1:
            leave_s = bound_s[i + 1] - travel_s[stops[i, NODE], stops[i + 1, NODE]]
        else:
            leave_s = vehicle[END_S]
            if vehicle[END_NODE] != NO_NODE:
                leave_s -= travel_s[stops[i, NODE], vehicle[END_NODE]]
        bound_s[i] = min(stops[i, LATEST_S], leave_s - stops[i, SERVICE_S])
    return bound_s


@numba.njit(f"int64({TRAVEL}, int64[::1], int64[:, ::1], int64[::1])", cache=True)
def route_cost(travel_s, vehicle, stops, begin_s):  # type: ignore[no-untyped-def]
    """Compute the objective of a scheduled route; see ``dispatch.objective``.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    vehicle : ndarray of int64, shape (8,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 11)
        The route; see layout.
    begin_s : ndarray of int64, shape (k,)
        Begin of service.

    Returns
    -------
    int64
        Hundredths of a weighted second.
    """
    cost = 0
    at = vehicle[START_NODE]
    for i in range(stops.shape[0]):
        cost += 100 * travel_s[at, stops[i, NODE]]
        cost += stops[i, PERCENT] * (begin_s[i] - stops[i, WISH_S])
        at = stops[i, NODE]
    if vehicle[END_NODE] != NO_NODE:
        cost += 100 * travel_s[at, vehicle[END_NODE]]
    return cost


@numba.njit("void(int64[:, ::1], int64[:, ::1], int64, int64, int64[:, ::1])", cache=True)
def put_pair(stops, pair, i, j, widened):  # type: ignore[no-untyped-def]
    """Write a route with a pickup before stop i and its dropoff before stop j.

    Parameters
    ----------
    stops : ndarray of int64, shape (k, 11)
        The route; see layout.
    pair : ndarray of int64, shape (2, 11)
        The pickup and the dropoff.
    i, j : int64
        Positions in the old route, 0 <= i <= j <= k.
    widened : ndarray of int64, shape (k + 2, 11)
        Output: the new route.
    """
    for m in range(stops.shape[0]):
        to = m + (m >= i) + (m >= j)
        for column in range(STOP_FIELDS):
            widened[to, column] = stops[m, column]
        p = stops[m, PICKUP_AT]
        if p >= 0:
            widened[to, PICKUP_AT] = p + (p >= i) + (p >= j)
    for column in range(STOP_FIELDS):
        widened[i, column] = pair[0, column]
        widened[j + 1, column] = pair[1, column]
    widened[j + 1, PICKUP_AT] = i


@numba.njit(
    f"boolean({TRAVEL}, int64[::1], int64[:, ::1], int64[::1], int64, int64, int64)", cache=True
)
def reaches_rest(  # type: ignore[no-untyped-def]
    travel_s, vehicle, stops, bound_s, j, at, ready_s
):
    """Tell whether a vehicle that leaves a node in time can reach stop j, or the end, in time.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    vehicle : ndarray of int64, shape (8,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 11)
        The route; see layout.
    bound_s : ndarray of int64, shape (k,)
        From ``latest_begins``.
    j : int64
        Next stop; k for the end.
    at, ready_s : int64
        Node, and earliest instant of leaving it.

    Returns
    -------
    bool
        False when it is certainly too late.
    """
    if j < stops.shape[0]:
        leg_s = travel_s[at, stops[j, NODE]]
        return leg_s != UNREACHABLE and ready_s + leg_s <= bound_s[j]
    if vehicle[END_NODE] == NO_NODE:
        return ready_s <= vehicle[END_S]
    leg_s = travel_s[at, vehicle[END_NODE]]
    return leg_s != UNREACHABLE and ready_s + leg_s <= vehicle[END_S]


@numba.njit(
    f"UniTuple(int64, 5)({TRAVEL}, int64[::1], int64[:, ::1], int64[:, ::1], int64, "
    "int64[:, ::1], int64, int64, int64)",
    cache=True,
)
def best_positions(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915, C901 - one loop
    travel_s, vehicle, capacities, stops, frozen, pair, rank_by, due_pickup_s, due_dropoff_s
):
    """Find the two positions with the least rank for a new rider on one route.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    vehicle : ndarray of int64, shape (8,)
        The vehicle; see layout.
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats.
    stops : ndarray of int64, shape (k, 11)
        The route; see layout.
    frozen : int64
        So many leading stops stay in front.
    pair : ndarray of int64, shape (2, 11)
        Pickup and dropoff of the new rider.
    rank_by : int64
        ``BY_COST`` (added cost), ``BY_LATENESS`` (seconds after the due instants) or ``BY_PICKUP``
        (begin of boarding).
    due_pickup_s, due_dropoff_s : int64
        For ``BY_LATENESS``.

    Returns
    -------
    rank : int64
        Least rank; without meaning when there is no position.
    i, j : int64
        The pickup goes before stop i, the dropoff before stop j of the old route, j >= i;
        ``NO_POSITION`` or ``BROKEN_ROUTE`` when there is none.
    pickup_s, dropoff_s : int64
        Begin of service of the rider.
    """
    k = stops.shape[0]
    begin_s = np.empty(k, dtype=np.int64)
    if least_schedule(travel_s, vehicle, capacities, stops, begin_s)[0] != FEASIBLE:
        return NEVER_S, BROKEN_ROUTE, BROKEN_ROUTE, NEVER_S, NEVER_S
    old_cost = route_cost(travel_s, vehicle, stops, begin_s)
    bound_s = latest_begins(travel_s, vehicle, stops)
    forward_pass(travel_s, vehicle, capacities, stops, begin_s)
    widened = np.empty((k + 2, STOP_FIELDS), dtype=np.int64)
    new_begin_s = np.empty(k + 2, dtype=np.int64)
    best, best_i, best_j, best_pickup_s, best_dropoff_s = NEVER_S, NO_POSITION, NO_POSITION, 0, 0
    seats = vehicle[ONBOARD_SEATS] + pair[0, SEATS]
    wheelchairs = vehicle[ONBOARD_WHEELCHAIRS] + pair[0, WHEELCHAIRS]
    child_seats = vehicle[ONBOARD_CHILD_SEATS] + pair[0, CHILD_SEATS]
    at, ready_s = vehicle[START_NODE], vehicle[START_S]
    for i in range(k + 1):
        if i > 0:
            at, ready_s = stops[i - 1, NODE], begin_s[i - 1] + stops[i - 1, SERVICE_S]
            seats += stops[i - 1, SEATS]
            wheelchairs += stops[i - 1, WHEELCHAIRS]
            child_seats += stops[i - 1, CHILD_SEATS]
        if ready_s > pair[0, LATEST_S]:
            break
        leg_s = travel_s[at, pair[0, NODE]]
        if i < frozen or leg_s == UNREACHABLE:
            continue
        if (
            ready_s + leg_s > pair[0, LATEST_S]
            or lacking(seats, wheelchairs, child_seats, capacities) != FEASIBLE
        ):
            continue
        # Drive on with the rider on board, from stop to stop, and try to drop off before each.
        then_at = pair[0, NODE]
        then_s = max(pair[0, EARLIEST_S], ready_s + leg_s) + pair[0, SERVICE_S]
        riding_seats, riding_wheelchairs, riding_children = seats, wheelchairs, child_seats
        for j in range(i, k + 1):
            if j > i:
                leg_s = travel_s[then_at, stops[j - 1, NODE]]
                if leg_s == UNREACHABLE:
                    break
                then_s = max(stops[j - 1, EARLIEST_S], then_s + leg_s)
                riding_seats += stops[j - 1, SEATS]
                riding_wheelchairs += stops[j - 1, WHEELCHAIRS]
                riding_children += stops[j - 1, CHILD_SEATS]
                if (
                    then_s > stops[j - 1, LATEST_S]
                    or then_s > pair[1, LATEST_S]
                    or lacking(riding_seats, riding_wheelchairs, riding_children, capacities)
                    != FEASIBLE
                ):
                    break
                then_at = stops[j - 1, NODE]
                then_s += stops[j - 1, SERVICE_S]
            leg_s = travel_s[then_at, pair[1, NODE]]
            if leg_s == UNREACHABLE:
                continue
            drop_s = max(pair[1, EARLIEST_S], then_s + leg_s)
            done_s = drop_s + pair[1, SERVICE_S]
            if drop_s > pair[1, LATEST_S] or not reaches_rest(
                travel_s, vehicle, stops, bound_s, j, pair[1, NODE], done_s
            ):
                continue
            put_pair(stops, pair, i, j, widened)
            if least_schedule(travel_s, vehicle, capacities, widened, new_begin_s)[0] != FEASIBLE:
                continue
            pickup_s, dropoff_s = new_begin_s[i], new_begin_s[j + 1]
            rank = pickup_s
            if rank_by == BY_COST:
                rank = route_cost(travel_s, vehicle, widened, new_begin_s) - old_cost
            elif rank_by == BY_LATENESS:
                rank = max(pickup_s - due_pickup_s, dropoff_s - due_dropoff_s)
            if best_i == NO_POSITION or rank < best:
                best, best_i, best_j = rank, i, j
                best_pickup_s, best_dropoff_s = pickup_s, dropoff_s
    return best, best_i, best_j, best_pickup_s, best_dropoff_s
