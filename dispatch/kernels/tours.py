"""Tours of a whole fleet for the neighbourhood search: their arrays, schedules and slack.

Request r boards at stop 2r and alights at stop 2r + 1; behind these stand the dropoffs of riders
who are on board already, then the depots. A tour is a row of stop numbers. Its schedule is the
least one, as in ``kernels.timing``: begin of service rises only where a window, a drive, a ride
limit or the longest duty forces it, so that a tour is feasible iff the rise ends below all bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, inlined

Arrays = tuple[NDArray[Any], ...]
"""Any of the tuples below."""

# Stops: int64 [m, 9].
EARLIEST_S, LATEST_S, SERVICE_S, MAX_RIDE_S = range(4)
SEATS, WHEELCHAIRS, CHILD_SEATS, WISH_S, PERCENT = range(4, 9)
STOP_COLUMNS = 9

# Vehicles: int64 [v, 11]. START and END are columns of the travel times; END is -1 for none. Of the
# empty vehicles of one KIND only the first is looked at. USABLE is 0 for those that stay empty.
START, START_S, END, END_S, LONGEST_S = range(5)
SEATS_TAKEN, WHEELCHAIRS_TAKEN, CHILD_SEATS_TAKEN, FROZEN, KIND, USABLE = range(5, 11)
VEHICLE_COLUMNS = 11

# What is asked: travel times by stop, stops, vehicles, arrangements of places by vehicle (-1 where
# there are fewer), whether a request may ride with a kind, stops near each stop, and flags.
ASKED = (
    "Tuple((int32[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, :, ::1], uint8[:, ::1],"
    " int32[:, ::1], int64[::1]))"
)
# Flags: how many requests; whether a schedule must be made to know what an insertion costs; whether
# riders' time costs anything.
REQUESTS, EXACT, WAITS = range(3)
FLAGS = 3

# The tours: stops, how many, begin of service, latest begin that lets the rest be in time,
# places of each kind taken after each stop, cost; vehicle of each request (-1 for none); a stamp
# of each tour, which no other content of a tour has had; drive and service before each stop, and in
# the whole tour behind the last; when the vehicle leaves.
TOURS = (
    "Tuple((int32[:, ::1], int64[::1], int64[:, ::1], int64[:, ::1], int64[:, :, ::1],"
    " int64[::1], int64[::1], int64[::1], int64[:, ::1], int64[::1]))"
)
# Room for one schedule: latest begin at each stop, position of each stop, begin of service, a tour
# on trial; the last stamp given, and when a vehicle leaves.
ROOM = "Tuple((int64[::1], int64[::1], int64[::1], int32[::1], int64[::1]))"
LAST_STAMP, LEAVES = range(2)

NONE = -1


@inlined("b1(int64[:, ::1], int64, int64, int64)")
def fits(
    capacities: NDArray[Any],
    seats: int,
    wheelchairs: int,
    child_seats: int,
) -> bool:
    """Tell whether a load fits into some arrangement of places.

    Parameters
    ----------
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats; -1 for an arrangement that is none.
    seats, wheelchairs, child_seats : int64
        The load.

    Returns
    -------
    bool
        True when one arrangement suffices.
    """
    for c in range(capacities.shape[0]):
        if (
            seats <= capacities[c, 0]
            and wheelchairs <= capacities[c, 1]
            and child_seats <= capacities[c, 2]
        ):
            return True
    return False


@inlined(f"int64({ASKED}, int64, int32[::1], int64, int64[::1], int64[::1], {ROOM})")
def tour_cost(  # noqa: C901, PLR0912, PLR0915 - one pass, one climb
    asked: Arrays,
    v: int,
    tour: NDArray[Any],
    k: int,
    begin_s: NDArray[Any],
    path: NDArray[Any],
    room: Arrays,
) -> int:
    """Compute the least schedule of a tour, and what it costs.

    Parameters
    ----------
    asked : tuple
        See above.
    v : int64
        The vehicle.
    tour : ndarray of int32
        Stops, of which the first k count.
    k : int64
        How many.
    begin_s, path : ndarray of int64
        Output: begin of service; drive and service before each stop, and in all.
    room : tuple
        See above; positions and when the vehicle leaves are written.

    Returns
    -------
    int64
        Hundredths of weighted seconds; ``NONE`` when there is no feasible schedule.
    """
    travel_s, stops, vehicles, capacities, _, _, flags = asked
    where = room[1]
    rides = 2 * flags[REQUESTS]
    seats, wheelchairs = vehicles[v, SEATS_TAKEN], vehicles[v, WHEELCHAIRS_TAKEN]
    child_seats = vehicles[v, CHILD_SEATS_TAKEN]
    start_s, longest_s = vehicles[v, START_S], vehicles[v, LONGEST_S]
    at, ready_s = vehicles[v, START], start_s
    driving_s, length_s = 0, 0
    for i in range(k):
        x = tour[i]
        leg_s = travel_s[at, x]
        driving_s += leg_s
        length_s += leg_s
        begin_s[i] = max(stops[x, EARLIEST_S], ready_s + leg_s)
        if begin_s[i] > stops[x, LATEST_S]:
            return NONE
        seats += stops[x, SEATS]
        wheelchairs += stops[x, WHEELCHAIRS]
        child_seats += stops[x, CHILD_SEATS]
        if not fits(capacities[v], seats, wheelchairs, child_seats):
            return NONE
        path[i] = length_s
        where[x] = i
        if x < rides and x % 2 == 1:
            p = where[x - 1]
            if length_s - path[p] - stops[x - 1, SERVICE_S] > stops[x, MAX_RIDE_S]:
                return NONE
        length_s += stops[x, SERVICE_S]
        at, ready_s = x, begin_s[i] + stops[x, SERVICE_S]
    home_s = 0
    if vehicles[v, END] != NONE:
        home_s = travel_s[at, vehicles[v, END]]
    path[k] = length_s + home_s
    if ready_s + home_s > vehicles[v, END_S] or (k > 0 and length_s + home_s > longest_s):
        return NONE
    raised = True
    while raised:
        raised = False
        at, ready_s = vehicles[v, START], start_s
        for i in range(k):
            x = tour[i]
            begin_s[i] = max(begin_s[i], ready_s + travel_s[at, x])
            if begin_s[i] > stops[x, LATEST_S]:
                return NONE
            if x < rides and x % 2 == 1:
                p = where[x - 1]
                need_s = begin_s[i] - stops[x, MAX_RIDE_S] - stops[x - 1, SERVICE_S]
                if need_s > begin_s[p]:
                    if need_s > stops[x - 1, LATEST_S]:
                        return NONE
                    begin_s[p] = need_s
                    raised = True
            at, ready_s = x, begin_s[i] + stops[x, SERVICE_S]
        if ready_s + home_s > vehicles[v, END_S]:
            return NONE
        if k > 0 and ready_s + home_s - start_s > longest_s:
            # A duty that would be too long begins later.
            start_s = ready_s + home_s - longest_s
            raised = True
    room[4][LEAVES] = start_s
    cost = 100 * (driving_s + home_s)
    for i in range(k):
        cost += (begin_s[i] - stops[tour[i], WISH_S]) * stops[tour[i], PERCENT]
    return cost


@compiled(f"b1({ASKED}, {TOURS}, int64, {ROOM})", borrows=True)
def refresh(
    asked: Arrays,
    tours: Arrays,
    v: int,
    room: Arrays,
) -> bool:
    """Compute schedule, slack, loads and cost of a tour anew.

    Parameters
    ----------
    asked, tours : tuple
        See above; the rows of the vehicle are written.
    v : int64
        The vehicle.
    room : tuple
        See above.

    Returns
    -------
    bool
        False when the tour is not feasible; then only its stops are as they were.
    """
    travel_s, stops, vehicles, _, _, _, flags = asked
    tour, sizes, begins_s, latests_s, loads, costs, _, stamps, paths, leaves_s = tours
    row, k, latest_s = tour[v], sizes[v], latests_s[v]
    cost = tour_cost(asked, v, row, k, begins_s[v], paths[v], room)
    if cost == NONE:
        return False
    costs[v] = cost
    room[4][LAST_STAMP] += 1
    stamps[v], leaves_s[v] = room[4][LAST_STAMP], room[4][LEAVES]
    seats, wheelchairs = vehicles[v, SEATS_TAKEN], vehicles[v, WHEELCHAIRS_TAKEN]
    child_seats = vehicles[v, CHILD_SEATS_TAKEN]
    for i in range(k):
        seats += stops[row[i], SEATS]
        wheelchairs += stops[row[i], WHEELCHAIRS]
        child_seats += stops[row[i], CHILD_SEATS]
        loads[v, i, 0] = seats
        loads[v, i, 1] = wheelchairs
        loads[v, i, 2] = child_seats
        latest_s[i] = stops[row[i], LATEST_S]
    rides = 2 * flags[REQUESTS]
    where = room[1]
    for _ in range(2):
        following_s = vehicles[v, END_S]
        if k > 0 and vehicles[v, END] != NONE:
            following_s -= travel_s[row[k - 1], vehicles[v, END]]
        for i in range(k - 1, -1, -1):
            x = row[i]
            latest_s[i] = min(latest_s[i], following_s - stops[x, SERVICE_S])
            if i > 0:
                following_s = latest_s[i] - travel_s[row[i - 1], x]
        tightened = False
        for i in range(k):  # who boards at the latest must alight in time
            x = row[i]
            if x < rides and x % 2 == 1:
                bound_s = latest_s[where[x - 1]] + stops[x - 1, SERVICE_S] + stops[x, MAX_RIDE_S]
                if bound_s < latest_s[i]:
                    latest_s[i] = bound_s
                    tightened = True
        if not tightened:
            break
    return True


@inlined(f"void({TOURS}, int64, int64, int64, int64)")
def put(
    tours: Arrays,
    v: int,
    r: int,
    i: int,
    j: int,
) -> None:
    """Put a request into a tour; ``refresh`` has to follow.

    Parameters
    ----------
    tours : tuple
        See above.
    v, r : int64
        Vehicle and request.
    i, j : int64
        Positions in the tour as it is, before which the rider boards and alights.
    """
    row, sizes = tours[0][v], tours[1]
    k = sizes[v]
    for at in range(k + 1, j + 1, -1):
        row[at] = row[at - 2]
    row[j + 1] = 2 * r + 1
    for at in range(j, i, -1):
        row[at] = row[at - 1]
    row[i] = 2 * r
    sizes[v] = k + 2
    tours[6][r] = v


@inlined("float64(uint64[::1])")
def chance(
    state: NDArray[Any],
) -> float:
    """Draw from [0, 1).

    Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.

    Parameters
    ----------
    state : ndarray of uint64, shape (1,)
        The generator; moves on.

    Returns
    -------
    float64
        The draw.
    """
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.float64(z >> np.uint64(11)) * 2.0**-53
