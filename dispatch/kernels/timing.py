"""The least feasible schedule of one route, as compiled code.

Begin of service b[i] at the stops of a route must satisfy difference constraints: windows
``earliest[i] <= b[i] <= latest[i]``, driving ``b[i] >= b[i-1] + service[i-1] + travel`` and, for a
dropoff d of pickup p, ``b[d] <= b[p] + service[p] + max_ride``. Such a system has a solution iff
its least fixpoint, reached by raising b only where a constraint forces it, keeps the upper bounds
(Cormen, Leiserson, Rivest and Stein, "Introduction to Algorithms", section 22.4, on difference
constraints; Hunsaker and Savelsbergh, "Efficient feasibility testing for dial-a-ride problems",
Operations Research Letters 30, 2002, test the same question in three passes, which is known not to
be exact when a delayed pickup delays a later ride). We iterate to the fixpoint, so the answer is
exact in both directions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, part
from dispatch.kernels.layout import (
    CHARGES,
    CHILD_SEATS,
    EARLIEST_S,
    EMPTY,
    END_NODE,
    END_S,
    FULL_RANGE_S,
    HALT,
    LATEST_S,
    LONGEST_S,
    MAX_RIDE_S,
    NEVER_S,
    NO_NODE,
    NO_STOP,
    NODE,
    ONBOARD_CHILD_SEATS,
    ONBOARD_SEATS,
    ONBOARD_WHEELCHAIRS,
    PICKUP_AT,
    RANGE_S,
    SEATS,
    SERVICE_S,
    SLICES,
    START_NODE,
    START_S,
    TRAVEL,
    UNREACHABLE,
    WHEELCHAIRS,
)
from dispatch.kernels.slices import Slices, drive, unwaited

FEASIBLE = 0
LATE = 1
RIDE_TOO_LONG = 2
NO_SEAT = 3
NO_WHEELCHAIR_PLACE = 4
SHIFT_END = 5
NO_WAY = 6
TOO_LONG = 7
NO_CHILD_SEAT = 8
OUT_OF_RANGE = 9
RIDERS_AT_HALT = 10


@part("int64(int64, int64, int64, int64[:, ::1])")
def lacking(
    seats: int,
    wheelchairs: int,
    child_seats: int,
    capacities: NDArray[np.int64],
) -> int:
    """Tell which kind of place a load lacks.

    Parameters
    ----------
    seats, wheelchairs, child_seats : int64
        The load.
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats of each arrangement; one that fits suffices.

    Returns
    -------
    int64
        ``FEASIBLE``; ``NO_SEAT`` when no arrangement has the seats, else ``NO_WHEELCHAIR_PLACE``
        when none of those has the wheelchair places, else ``NO_CHILD_SEAT``.
    """
    short_of = NO_SEAT
    for c in range(capacities.shape[0]):
        if seats <= capacities[c, 0]:
            if wheelchairs <= capacities[c, 1]:
                if child_seats <= capacities[c, 2]:
                    return FEASIBLE
                short_of = NO_CHILD_SEAT
            elif short_of == NO_SEAT:
                short_of = NO_WHEELCHAIR_PLACE
    return short_of


@part(f"int64({TRAVEL}, int64[:, ::1], int64)")
def shortest_ride(
    travel_s: NDArray[np.int32],
    stops: NDArray[np.int64],
    d: int,
) -> int:
    """Compute the ride to a dropoff on this route when nobody waits on the way.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    d : int64
        Position of the dropoff, whose pickup is on the route.

    Returns
    -------
    int64
        Seconds.
    """
    p = stops[d, PICKUP_AT]
    ride_s = -int(stops[p, SERVICE_S])
    for i in range(p, d):
        ride_s += int(stops[i, SERVICE_S] + travel_s[stops[i, NODE], stops[i + 1, NODE]])
    return ride_s


@part(f"UniTuple(int64, 3)({TRAVEL}, int64[::1], int64[:, ::1], int64[:, ::1], int64[::1])")
def forward_pass(
    travel_s: NDArray[np.int32],
    vehicle: NDArray[np.int64],
    capacities: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Compute begin of service without delays for the sake of ride times, and check the rest.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats.
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    begin_s : ndarray of int64, shape (k,)
        Output: begin of service.

    Returns
    -------
    code, index, shortfall_s : int64
        As ``least_schedule``; the end of the shift is not checked here.
    """
    seats, wheelchairs = vehicle[ONBOARD_SEATS], vehicle[ONBOARD_WHEELCHAIRS]
    child_seats = vehicle[ONBOARD_CHILD_SEATS]
    at, ready_s = vehicle[START_NODE], vehicle[START_S]
    for i in range(stops.shape[0]):
        leg_s = travel_s[at, stops[i, NODE]]
        if leg_s == UNREACHABLE:
            return NO_WAY, i, 0
        begin_s[i] = max(stops[i, EARLIEST_S], ready_s + leg_s)
        if begin_s[i] > stops[i, LATEST_S]:
            return LATE, i, begin_s[i] - stops[i, LATEST_S]
        seats += stops[i, SEATS]
        wheelchairs += stops[i, WHEELCHAIRS]
        child_seats += stops[i, CHILD_SEATS]
        short_of = lacking(seats, wheelchairs, child_seats, capacities)
        if short_of != FEASIBLE:
            return short_of, i, 0
        if stops[i, HALT] & EMPTY and seats + wheelchairs + child_seats > 0:
            return RIDERS_AT_HALT, i, 0
        if stops[i, PICKUP_AT] != NO_STOP:
            over_s = shortest_ride(travel_s, stops, i) - stops[i, MAX_RIDE_S]
            if over_s > 0:
                return RIDE_TOO_LONG, i, over_s
        at, ready_s = stops[i, NODE], begin_s[i] + stops[i, SERVICE_S]
    if vehicle[END_NODE] != NO_NODE and travel_s[at, vehicle[END_NODE]] == UNREACHABLE:
        return NO_WAY, stops.shape[0], 0
    return FEASIBLE, NO_STOP, 0


@part(f"UniTuple(int64, 2)({TRAVEL}, int64[::1], int64[:, ::1])")
def range_exceeded(
    travel_s: NDArray[np.int32],
    vehicle: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> tuple[int, int]:
    """Find where a vehicle would have driven longer than it can without a charge.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 12)
        A route without missing ways; see layout.

    Returns
    -------
    index : int64
        Position of the first stop out of range, k for the end of the route, ``NO_STOP`` for none.
    short_s : int64
        Driving seconds that lack there.
    """
    at, left_s = vehicle[START_NODE], vehicle[RANGE_S]
    for i in range(stops.shape[0]):
        left_s -= travel_s[at, stops[i, NODE]]
        if left_s < 0:
            return i, -left_s
        if stops[i, HALT] & CHARGES:
            left_s = vehicle[FULL_RANGE_S]
        at = stops[i, NODE]
    if vehicle[END_NODE] != NO_NODE and travel_s[at, vehicle[END_NODE]] > left_s:
        return stops.shape[0], travel_s[at, vehicle[END_NODE]] - left_s
    return NO_STOP, 0


@part(f"int64({TRAVEL}, int64[::1], int64[:, ::1])")
def shortest_tour(
    travel_s: NDArray[np.int32],
    vehicle: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> int:
    """Compute how long a vehicle is out when nobody waits on the way.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 12)
        A route without missing ways; see layout.

    Returns
    -------
    int64
        Seconds from its start to its end.
    """
    at, out_s = vehicle[START_NODE], 0
    for i in range(stops.shape[0]):
        out_s += travel_s[at, stops[i, NODE]] + stops[i, SERVICE_S]
        at = stops[i, NODE]
    if vehicle[END_NODE] != NO_NODE:
        out_s += travel_s[at, vehicle[END_NODE]]
    return out_s


@part(f"UniTuple(int64, 3)({TRAVEL}, int64[::1], int64[:, ::1], int64[:, ::1], int64[::1])")
def check_unhurried(
    travel_s: NDArray[np.int32],
    vehicle: NDArray[np.int64],
    capacities: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Check all that no waiting on the way can mend, nor can leaving later.

    Parameters
    ----------
    travel_s, vehicle, capacities, stops
        As for ``least_schedule``.
    begin_s : ndarray of int64, shape (k,)
        Output: begin of service without delays for the sake of ride times, a lower bound.

    Returns
    -------
    code, index, shortfall_s : int64
        As ``least_schedule``.
    """
    code, index, shortfall_s = forward_pass(travel_s, vehicle, capacities, stops, begin_s)
    if code != FEASIBLE:
        return code, index, shortfall_s
    if vehicle[RANGE_S] < NEVER_S:
        index, shortfall_s = range_exceeded(travel_s, vehicle, stops)
        if index != NO_STOP:
            return OUT_OF_RANGE, index, shortfall_s
    over_s = shortest_tour(travel_s, vehicle, stops) - vehicle[LONGEST_S]
    if over_s > 0 and stops.shape[0] > 0:
        return TOO_LONG, stops.shape[0], over_s
    return FEASIBLE, NO_STOP, 0


@part(f"UniTuple(int64, 3)({SLICES}, int64[::1], int64[:, ::1], int64[::1])")
def climb_by_time(  # noqa: C901, PLR0912 - one climb
    slices: Slices,
    vehicle: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Raise lower bounds of the begins to the least schedule, driving by the time of day.

    Everything a begin depends on is a function that does not decrease: the arrival at the next stop
    in the begin at this one, the begin at a pickup in that at its dropoff, the start of the tour in
    its end. So feasible schedules, if there are any, have a least one, and a climb from below that
    raises a begin only as far as one of the functions forces it passes none of them by (Tarski, "A
    lattice-theoretical fixpoint theorem and its applications", Pacific Journal of Mathematics 5,
    1955): exact in both directions, as where the functions are sums. What differs is that a ride
    can be too long now and short enough later. As long as a ride without waits takes the same
    however late it begins (``unwaited``), none of these beginnings will do, and the climb leaps
    over them; in the last slice that is for ever.

    Parameters
    ----------
    slices : tuple of ndarray
        As for ``drive``.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 12)
        A route that passed ``timing.check_unhurried`` with the least driving times; see layout.
    begin_s : ndarray of int64, shape (k,)
        Lower bounds; raised.

    Returns
    -------
    code, index, shortfall_s : int64
        As ``timing.least_schedule``.
    """
    k = len(stops)
    start_s = vehicle[START_S]
    raised = True
    while raised:
        raised = False
        at, ready_s = vehicle[START_NODE], start_s
        for i in range(k):
            arrival_s = drive(slices, at, stops[i, NODE], ready_s)[0]
            if arrival_s >= NEVER_S:
                return NO_WAY, i, 0
            begin_s[i] = max(begin_s[i], arrival_s)
            if begin_s[i] > stops[i, LATEST_S]:
                return LATE, i, begin_s[i] - stops[i, LATEST_S]
            p = stops[i, PICKUP_AT]
            if p != NO_STOP:
                need_s = begin_s[i] - stops[i, MAX_RIDE_S] - stops[p, SERVICE_S]
                if need_s > begin_s[p]:
                    left_s = begin_s[p] + stops[p, SERVICE_S]
                    took_s, same_s = unwaited(slices, vehicle, stops, p, i, left_s)
                    if took_s > stops[i, MAX_RIDE_S]:
                        if same_s >= NEVER_S:
                            return RIDE_TOO_LONG, i, took_s - stops[i, MAX_RIDE_S]
                        need_s = max(need_s, begin_s[p] + same_s)
                    if need_s > stops[p, LATEST_S]:
                        return RIDE_TOO_LONG, i, need_s - stops[p, LATEST_S]
                    begin_s[p] = need_s
                    raised = True
            at, ready_s = stops[i, NODE], begin_s[i] + stops[i, SERVICE_S]
        if vehicle[END_NODE] != NO_NODE:
            ready_s = drive(slices, at, vehicle[END_NODE], ready_s)[0]
            if ready_s >= NEVER_S:
                return NO_WAY, k, 0
        if ready_s > vehicle[END_S]:
            return SHIFT_END, k, ready_s - vehicle[END_S]
        if k > 0 and ready_s - start_s > vehicle[LONGEST_S]:
            took_s, same_s = unwaited(slices, vehicle, stops, -1, k, start_s)
            later_s = ready_s - vehicle[LONGEST_S]
            if took_s > vehicle[LONGEST_S]:
                if same_s >= NEVER_S:
                    return TOO_LONG, k, took_s - vehicle[LONGEST_S]
                later_s = max(later_s, start_s + same_s)
            start_s = later_s
            raised = True
    return FEASIBLE, NO_STOP, 0


@compiled(
    f"UniTuple(int64, 3)({TRAVEL}, {SLICES}, int64[::1], int64[:, ::1], int64[:, ::1], int64[::1])"
)
def least_schedule(
    travel_s: NDArray[np.int32],
    slices: Slices,
    vehicle: NDArray[np.int64],
    capacities: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Compute the least feasible begin of service at every stop of one route.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way; with slices the least.
    slices : tuple of ndarray
        Starts, int64 [k], and driving seconds, int32 [k, n, n]; none when they stay as they are.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats.
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    begin_s : ndarray of int64, shape (k,)
        Output: the least begin of service; without meaning when not feasible.

    Returns
    -------
    code : int64
        ``FEASIBLE`` or what is violated.
    index : int64
        Position of the stop that is violated, k for the end of the route.
    shortfall_s : int64
        By how many seconds; 0 for places and missing ways.
    """
    k = stops.shape[0]
    code, index, shortfall_s = check_unhurried(travel_s, vehicle, capacities, stops, begin_s)
    if code != FEASIBLE:
        return code, index, shortfall_s
    if len(slices[0]) > 0:
        return climb_by_time(slices, vehicle, stops, begin_s)
    # Every cycle of constraints is a sum of single rides, or the whole tour, each of which was
    # found short enough: so the climb ends, after at most one round for each of them and one more.
    start_s = vehicle[START_S]
    raised = True
    while raised:
        raised = False
        at, ready_s = vehicle[START_NODE], start_s
        for i in range(k):
            begin_s[i] = max(begin_s[i], ready_s + travel_s[at, stops[i, NODE]])
            if begin_s[i] > stops[i, LATEST_S]:
                return LATE, i, begin_s[i] - stops[i, LATEST_S]
            p = stops[i, PICKUP_AT]
            if p != NO_STOP:
                need_s = begin_s[i] - stops[i, MAX_RIDE_S] - stops[p, SERVICE_S]
                if need_s > begin_s[p]:
                    if need_s > stops[p, LATEST_S]:
                        return RIDE_TOO_LONG, i, need_s - stops[p, LATEST_S]
                    begin_s[p] = need_s
                    raised = True
            at, ready_s = stops[i, NODE], begin_s[i] + stops[i, SERVICE_S]
        if vehicle[END_NODE] != NO_NODE:
            ready_s += travel_s[at, vehicle[END_NODE]]
        if ready_s > vehicle[END_S]:
            return SHIFT_END, k, ready_s - vehicle[END_S]
        if k > 0 and ready_s - start_s > vehicle[LONGEST_S]:
            start_s = ready_s - vehicle[LONGEST_S]  # who would be out too long leaves later
            raised = True
    return FEASIBLE, NO_STOP, 0
