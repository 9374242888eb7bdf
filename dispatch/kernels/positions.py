"""The best two positions for a new rider on one route, as compiled code.

Every pair of positions after the frozen stops is tried (exhaustive insertion as in Jaw, Odoni,
Psaraftis and Wilson, "A heuristic algorithm for the multi-vehicle advance request dial-a-ride
problem with time windows", Transportation Research B 20, 1986). Pairs are pruned by bounds, and
what survives is tested exactly by ``timing.least_schedule``. The bounds hold for any travel times,
with the triangle inequality or without:

- a begin of service is never earlier than the forward pass over the stops before it, and never
  later than the backward pass over the stops behind the dropoff, which are the same before and
  after the insertion;
- where a detour takes time, nobody on the route is served sooner for it, so that the insertion
  costs at least its driving and the new rider's own time. Where a detour saves time (which happens
  without the triangle inequality, before a halt that is made where the vehicle is, and where
  driving times change with the time of day), the pair is tested whatever it seems to cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import part
from dispatch.kernels.layout import (
    CHILD_SEATS,
    EARLIEST_S,
    EMPTY,
    END_NODE,
    HALT,
    HERE,
    LATEST_S,
    NO_NODE,
    NODE,
    ONBOARD_CHILD_SEATS,
    ONBOARD_SEATS,
    ONBOARD_WHEELCHAIRS,
    PERCENT,
    PICKUP_AT,
    SEATS,
    SERVICE_S,
    SLICES,
    START_NODE,
    STOP_FIELDS,
    TRAVEL,
    UNREACHABLE,
    WHEELCHAIRS,
    WISH_S,
)
from dispatch.kernels.slices import Slices
from dispatch.kernels.timing import FEASIBLE, lacking, least_schedule

BY_COST = 0
BY_LATENESS = 1
BY_PICKUP = 2
ANY = 3

NO_POSITION = -1


@part(f"int64({TRAVEL}, int64[::1], int64[:, ::1], int64[::1])")
def route_cost(
    travel_s: NDArray[np.int32],
    vehicle: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
) -> int:
    """Compute the objective of a scheduled route; see ``dispatch.objective``.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 12)
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


@part("void(int64[:, ::1], int64[:, ::1], int64, int64, int64[:, ::1])")
def put_pair(
    stops: NDArray[np.int64],
    pair: NDArray[np.int64],
    i: int,
    j: int,
    widened: NDArray[np.int64],
) -> None:
    """Write a route with a pickup before stop i and its dropoff before stop j.

    Parameters
    ----------
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    pair : ndarray of int64, shape (2, 12)
        The pickup and the dropoff.
    i, j : int64
        Positions in the old route, 0 <= i <= j <= k.
    widened : ndarray of int64, shape (k + 2, 12)
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
    for to in range(i + 1, widened.shape[0]):
        if widened[to, HALT] & HERE:
            widened[to, NODE] = widened[to - 1, NODE]


@part("int64(int64, int64, int64, int64[:, ::1], int64, int64)")
def least_rank(
    rank_by: int,
    more_centi_s: int,
    pickup_s: int,
    pair: NDArray[np.int64],
    dropoff_s: int,
    due_s: int,
) -> int:
    """Compute the rank of a pair of positions from its instants, or a bound from bounds of them.

    Parameters
    ----------
    rank_by : int64
        As in ``best_positions``.
    more_centi_s : int64
        What the others cost more, hundredths of a weighted second.
    pickup_s : int64
        Begin of boarding.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff of the new rider.
    dropoff_s : int64
        Begin of alighting.
    due_s : int64
        For ``BY_LATENESS``: the due dropoff less the due pickup; the due pickup itself is left out.

    Returns
    -------
    int64
        The rank; by lateness, the later of both instants when the due dropoff is moved onto the due
        pickup.
    """
    if rank_by == BY_COST:
        return int(
            more_centi_s
            + pair[0, PERCENT] * (pickup_s - pair[0, WISH_S])
            + pair[1, PERCENT] * (dropoff_s - pair[1, WISH_S])
        )
    if rank_by == BY_LATENESS:
        return max(pickup_s, dropoff_s - due_s)
    if rank_by == BY_PICKUP:
        return pickup_s
    return 0


@part(
    f"UniTuple(int64, 5)({TRAVEL}, {SLICES}, int64[::1], int64[:, ::1], int64[:, ::1],"
    " int64[::1], int64[::1], int64[::1], int64, int64, int64[:, ::1], int64, int64, int64)"
)
def best_positions(  # noqa: PLR0912, PLR0915, C901 - one loop
    travel_s: NDArray[np.int32],
    slices: Slices,
    vehicle: NDArray[np.int64],
    capacities: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
    leave_s: NDArray[np.int64],
    latest_s: NDArray[np.int64],
    old_cost: int,
    frozen: int,
    pair: NDArray[np.int64],
    rank_by: int,
    due_s: int,
    limit: int,
) -> tuple[int, int, int, int, int]:
    """Find the two positions with the least rank for a new rider on one feasible route.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    slices : tuple of ndarray
        Driving seconds by the time of day; see ``timing.least_schedule``.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats.
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    begin_s : ndarray of int64, shape (k,)
        Its least schedule.
    leave_s, latest_s : ndarray of int64, shape (at least k + 1,)
        Bounds of its schedules; see ``kernels.packed``.
    old_cost : int64
        What it costs; hundredths of a weighted second.
    frozen : int64
        So many leading stops stay in front.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff of the new rider.
    rank_by : int64
        ``BY_COST`` (added cost), ``BY_LATENESS``, ``BY_PICKUP`` (begin of boarding) or ``ANY``
        (the first that is feasible); see ``least_rank``.
    due_s : int64
        For ``BY_LATENESS``; see ``least_rank``.
    limit : int64
        Only a rank below this is looked for.

    Returns
    -------
    rank : int64
        Least rank; without meaning when there is no position.
    i, j : int64
        The pickup goes before stop i, the dropoff before stop j of the old route, j >= i;
        ``NO_POSITION`` when there is none.
    pickup_s, dropoff_s : int64
        Begin of service of the rider.
    """
    k = stops.shape[0]
    home, by_time = vehicle[END_NODE], len(slices[0]) > 0
    widened = np.empty((k + 2, STOP_FIELDS), dtype=np.int64)
    new_begin_s = np.empty(k + 2, dtype=np.int64)
    best, best_i, best_j, best_pickup_s, best_dropoff_s = limit, NO_POSITION, NO_POSITION, 0, 0
    seats = vehicle[ONBOARD_SEATS] + pair[0, SEATS]
    wheelchairs = vehicle[ONBOARD_WHEELCHAIRS] + pair[0, WHEELCHAIRS]
    child_seats = vehicle[ONBOARD_CHILD_SEATS] + pair[0, CHILD_SEATS]
    at = vehicle[START_NODE]
    for i in range(k + 1):
        if i > 0:
            at = stops[i - 1, NODE]
            seats += stops[i - 1, SEATS]
            wheelchairs += stops[i - 1, WHEELCHAIRS]
            child_seats += stops[i - 1, CHILD_SEATS]
        if leave_s[i] > pair[0, LATEST_S]:
            break
        to_pickup_s = travel_s[at, pair[0, NODE]]
        if (
            i < frozen
            or to_pickup_s == UNREACHABLE
            or leave_s[i] + to_pickup_s > pair[0, LATEST_S]
            or lacking(seats, wheelchairs, child_seats, capacities) != FEASIBLE
        ):
            continue
        # Drive on with the rider on board, from stop to stop, and try to drop off before each.
        pickup_s = max(pair[0, EARLIEST_S], leave_s[i] + to_pickup_s)
        then_at, then_s = pair[0, NODE], pickup_s + pair[0, SERVICE_S]
        riding_seats, riding_wheelchairs, riding_children = seats, wheelchairs, child_seats
        following = stops[i, NODE] if i < k else home
        moves_halt = i < k and stops[i, HALT] & HERE
        skipped_s = 0 if following == NO_NODE else travel_s[at, following]
        # Driving added so far, its time with service, and what later stops cost the others.
        more_s, longer_s, later_centi_s = to_pickup_s - skipped_s, 0, 0
        for j in range(i, k + 1):
            if j > i:
                if stops[j - 1, HALT] & EMPTY:
                    break
                stays = stops[j - 1, HALT] & HERE
                leg_s = 0 if stays else travel_s[then_at, stops[j - 1, NODE]]
                if leg_s == UNREACHABLE:
                    break
                if j == i + 1:
                    more_s += leg_s
                    longer_s = more_s + pair[0, SERVICE_S]
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
                later_centi_s += stops[j - 1, PERCENT] * max(0, then_s - begin_s[j - 1])
                if not stays:
                    then_at = stops[j - 1, NODE]
                then_s += stops[j - 1, SERVICE_S]
            leg_s = travel_s[then_at, pair[1, NODE]]
            if leg_s == UNREACHABLE:
                continue
            drop_s = max(pair[1, EARLIEST_S], then_s + leg_s)
            done_s = drop_s + pair[1, SERVICE_S]
            if drop_s > pair[1, LATEST_S]:
                continue
            detour_s = leg_s
            following = stops[j, NODE] if j < k else home
            moved_halt = moves_halt or (j < k and stops[j, HALT] & HERE)
            if following != NO_NODE and not (j < k and stops[j, HALT] & HERE):
                leg_s = travel_s[pair[1, NODE], following]
                if leg_s == UNREACHABLE:
                    continue
                done_s += leg_s
                detour_s += leg_s
                if j > i:
                    detour_s -= travel_s[then_at, following]
            if done_s > latest_s[j]:
                continue
            if j == i:
                slower = more_s + detour_s + pair[0, SERVICE_S] + pair[1, SERVICE_S] >= 0
            else:
                slower = longer_s >= 0 and detour_s + pair[1, SERVICE_S] >= 0
            if rank_by != BY_COST or (slower and not moved_halt and not by_time):
                more_centi_s = 100 * (more_s + detour_s) + later_centi_s
                if least_rank(rank_by, more_centi_s, pickup_s, pair, drop_s, due_s) >= best:
                    continue
            put_pair(stops, pair, i, j, widened)
            code = least_schedule(travel_s, slices, vehicle, capacities, widened, new_begin_s)[0]
            if code != FEASIBLE:
                continue
            rank = route_cost(travel_s, vehicle, widened, new_begin_s) - old_cost
            if rank_by != BY_COST:
                rank = least_rank(rank_by, 0, new_begin_s[i], pair, new_begin_s[j + 1], due_s)
            if rank < best:
                best, best_i, best_j = rank, i, j
                best_pickup_s, best_dropoff_s = new_begin_s[i], new_begin_s[j + 1]
                if rank_by == ANY:
                    return best, best_i, best_j, best_pickup_s, best_dropoff_s
    return best, best_i, best_j, best_pickup_s, best_dropoff_s
