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

import numba

FEASIBLE = 0
LATE = 1
RIDE_TOO_LONG = 2
NO_SEAT = 3
NO_WHEELCHAIR_PLACE = 4
SHIFT_END = 5
NO_WAY = 6

UNREACHABLE = 2**31 - 1
NO_NODE = -1
NO_STOP = -1

TRAVEL = "Array(int32, 2, 'C', readonly=True)"
_ROUTE = (
    f"{TRAVEL}, int64, int64, int64, int64, int16[:, ::1], int16[::1], "
    "int32[::1], int64[::1], int64[::1], int64[::1], int32[::1], int64[::1], int16[:, ::1]"
)


@numba.njit("int64(int64, int64, int16[:, ::1])", cache=True)
def lacking(seats, wheelchairs, capacities):  # type: ignore[no-untyped-def]
    """Tell which kind of place a load lacks.

    Parameters
    ----------
    seats, wheelchairs : int64
        The load.
    capacities : ndarray of int16, shape (arrangements, 2)
        Seats and wheelchair places of each arrangement; one that fits suffices.

    Returns
    -------
    int64
        ``FEASIBLE``; ``NO_WHEELCHAIR_PLACE`` when some arrangement has the seats; else ``NO_SEAT``.
    """
    short_of = NO_SEAT
    for c in range(capacities.shape[0]):
        if seats <= capacities[c, 0]:
            if wheelchairs <= capacities[c, 1]:
                return FEASIBLE
            short_of = NO_WHEELCHAIR_PLACE
    return short_of


@numba.njit(f"UniTuple(int64, 3)({_ROUTE}, int64[::1])", cache=True)
def forward_pass(  # type: ignore[no-untyped-def]
    travel_s,
    start_node,
    start_s,
    end_node,
    end_s,
    capacities,
    onboard,
    node,
    earliest_s,
    latest_s,
    service_s,
    pickup_at,
    max_ride_s,
    delta,
    begin_s,
):
    """Check everything but ride times, and compute begin of service without them.

    Parameters and returns as ``least_schedule``; in addition a ride whose driving and service
    alone are too long is found here.
    """
    k = node.shape[0]
    seats, wheelchairs = int(onboard[0]), int(onboard[1])
    at = start_node
    ready_s = start_s
    for i in range(k):
        leg_s = travel_s[at, node[i]]
        if leg_s == UNREACHABLE:
            return NO_WAY, i, 0
        begin_s[i] = max(earliest_s[i], ready_s + leg_s)
        if begin_s[i] > latest_s[i]:
            return LATE, i, begin_s[i] - latest_s[i]
        seats += delta[i, 0]
        wheelchairs += delta[i, 1]
        short_of = lacking(seats, wheelchairs, capacities)
        if short_of != FEASIBLE:
            return short_of, i, 0
        p = pickup_at[i]
        if p != NO_STOP:
            ride_s = 0
            for j in range(p, i):
                ride_s += travel_s[node[j], node[j + 1]] + service_s[j]
            if ride_s - service_s[p] > max_ride_s[i]:
                return RIDE_TOO_LONG, i, ride_s - service_s[p] - max_ride_s[i]
        ready_s = begin_s[i] + service_s[i]
        at = node[i]
    if end_node != NO_NODE and travel_s[at, end_node] == UNREACHABLE:
        return NO_WAY, k, 0
    return FEASIBLE, NO_STOP, 0


@numba.njit(f"UniTuple(int64, 3)({_ROUTE}, int64[::1])", cache=True)
def least_schedule(  # type: ignore[no-untyped-def]
    travel_s,
    start_node,
    start_s,
    end_node,
    end_s,
    capacities,
    onboard,
    node,
    earliest_s,
    latest_s,
    service_s,
    pickup_at,
    max_ride_s,
    delta,
    begin_s,
):
    """Compute the least feasible begin of service at every stop of one route.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    start_node, end_node : int64
        Ends of the route; ``NO_NODE`` for an open end.
    start_s, end_s : int64
        Shift, seconds.
    capacities : ndarray of int16, shape (arrangements, 2)
        Seats and wheelchair places.
    onboard : ndarray of int16, shape (2,)
        Load at the start.
    node : ndarray of int32, shape (k,)
        Node of each stop.
    earliest_s, latest_s, service_s : ndarray of int64, shape (k,)
        Window of the begin of service, and its length.
    pickup_at : ndarray of int32, shape (k,)
        For a dropoff the position of its pickup on this route, else ``NO_STOP``.
    max_ride_s : ndarray of int64, shape (k,)
        For such a dropoff the longest ride.
    delta : ndarray of int16, shape (k, 2)
        Change of the load at each stop.
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
    k = node.shape[0]
    code, index, shortfall_s = forward_pass(
        travel_s,
        start_node,
        start_s,
        end_node,
        end_s,
        capacities,
        onboard,
        node,
        earliest_s,
        latest_s,
        service_s,
        pickup_at,
        max_ride_s,
        delta,
        begin_s,
    )
    if code != FEASIBLE:
        return code, index, shortfall_s
    # Every cycle of constraints is a sum of single rides, each of which the forward pass found
    # short enough: so the climb ends, after at most one round for each ride and one more.
    raised = True
    while raised:
        raised = False
        for i in range(k):
            if i > 0:
                reach_s = begin_s[i - 1] + service_s[i - 1] + travel_s[node[i - 1], node[i]]
                begin_s[i] = max(begin_s[i], reach_s)
                if begin_s[i] > latest_s[i]:
                    return LATE, i, begin_s[i] - latest_s[i]
            p = pickup_at[i]
            if p != NO_STOP:
                need_s = begin_s[i] - max_ride_s[i] - service_s[p]
                if need_s > begin_s[p]:
                    if need_s > latest_s[p]:
                        return RIDE_TOO_LONG, i, need_s - latest_s[p]
                    begin_s[p] = need_s
                    raised = True
    over_s = start_s - end_s
    at = start_node
    if k > 0:
        over_s = begin_s[k - 1] + service_s[k - 1] - end_s
        at = node[k - 1]
    if end_node != NO_NODE:
        over_s += travel_s[at, end_node]
    if over_s > 0:
        return SHIFT_END, k, over_s
    return FEASIBLE, NO_STOP, 0
