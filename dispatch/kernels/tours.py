"""Tours of a whole fleet for the neighbourhood search: their arrays, schedules and slack.

Request r boards at stop 2r and alights at stop 2r + 1; behind these stand the dropoffs of riders
who are on board already and the halts, each on the tour of its vehicle for good, then the depots. A
halt that is made wherever the vehicle is has the place where it is made at first. A tour is a row
of stop numbers. Its schedule is the least one, as in ``kernels.timing``: begin of service rises
only where a window, a drive, a ride limit or the longest duty forces it, so that a tour is feasible
iff the rise ends below all bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, inlined
from dispatch.kernels.layout import CHARGES, EMPTY, NEVER_S

Arrays = tuple[NDArray[Any], ...]
"""Any of the tuples below."""

# Stops: int64 [m, 10]. HALT has the flags of ``kernels.layout``.
EARLIEST_S, LATEST_S, SERVICE_S, MAX_RIDE_S = range(4)
SEATS, WHEELCHAIRS, CHILD_SEATS, WISH_S, PERCENT, HALT = range(4, 10)
STOP_COLUMNS = 10

# Vehicles: int64 [v, 13]. START and END are columns of the travel times; END is -1 for none. Of the
# empty vehicles of one KIND only the first is looked at. USABLE is 0 for those that stay empty.
START, START_S, END, END_S, LONGEST_S = range(5)
SEATS_TAKEN, WHEELCHAIRS_TAKEN, CHILD_SEATS_TAKEN, FROZEN, KIND, USABLE = range(5, 11)
RANGE_S, FULL_RANGE_S = range(11, 13)
VEHICLE_COLUMNS = 13

# What is asked: travel times by stop, stops, vehicles, arrangements of places by vehicle (-1 where
# there are fewer), whether a request may ride with a kind, stops near each stop, flags, and travel
# times by stop turned round: who asks for the ways from many stops to one reads along a row.
ASKED = (
    "Tuple((int32[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, :, ::1], uint8[:, ::1],"
    " int32[:, ::1], int64[::1], int32[:, ::1]))"
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
# Room: latest begin at each stop of a tour on trial; position of each stop in its tour; begin of
# service and stops of the tour on trial; the last stamp given, and when a vehicle leaves.
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


@inlined(f"int64({ASKED}, {TOURS}, int64, {ROOM})")
def set_out(
    asked: Arrays,
    tours: Arrays,
    v: int,
    room: Arrays,
) -> int:
    """Drive a tour once, and check all that waits do not change.

    Parameters
    ----------
    asked, tours : tuple
        See above; begins, places, ways and the cost of driving are written.
    v : int64
        The vehicle.
    room : tuple
        See above; positions are written, and when the vehicle leaves.

    Returns
    -------
    int64
        ``NONE`` when the tour is not feasible, 0 when this is its least schedule, 1 when somebody
        has to board later or the vehicle to leave later: begins are to be raised by ``climb``.
    """
    travel_s, stops, vehicles, capacities, _, _, flags, _ = asked
    row, k, begin_s, load, path = tours[0][v], tours[1][v], tours[2][v], tours[4][v], tours[8][v]
    where, rides, places = room[1], 2 * flags[REQUESTS], capacities[v]
    seats, wheelchairs = vehicles[v, SEATS_TAKEN], vehicles[v, WHEELCHAIRS_TAKEN]
    child_seats = vehicles[v, CHILD_SEATS_TAKEN]
    at, ready_s, length_s, service_s = vehicles[v, START], vehicles[v, START_S], 0, 0
    rises = 0
    for i in range(k):
        x = row[i]
        leg_s = travel_s[at, x]
        length_s += leg_s
        begin = max(stops[x, EARLIEST_S], ready_s + leg_s)
        if begin > stops[x, LATEST_S]:
            return NONE
        seats += stops[x, SEATS]
        wheelchairs += stops[x, WHEELCHAIRS]
        child_seats += stops[x, CHILD_SEATS]
        if not fits(places, seats, wheelchairs, child_seats):
            return NONE
        if stops[x, HALT] & EMPTY != 0 and seats + wheelchairs + child_seats > 0:
            return NONE
        load[i, 0], load[i, 1], load[i, 2] = seats, wheelchairs, child_seats
        begin_s[i], path[i], where[x] = begin, length_s, i
        if x & 1 == 1 and x < rides:
            p, longest_s = where[x - 1], stops[x, MAX_RIDE_S] + stops[x - 1, SERVICE_S]
            if length_s - path[p] > longest_s:
                return NONE
            if begin - longest_s > begin_s[p]:
                if begin - longest_s > stops[x - 1, LATEST_S]:
                    return NONE
                begin_s[p], rises = begin - longest_s, 1
        length_s += stops[x, SERVICE_S]
        service_s += stops[x, SERVICE_S]
        at, ready_s = x, begin + stops[x, SERVICE_S]
    room[4][LEAVES] = vehicles[v, START_S]
    if vehicles[v, END] != NONE:
        leg_s = travel_s[at, vehicles[v, END]]
        length_s += leg_s
        ready_s += leg_s
    path[k] = length_s
    tours[5][v] = 100 * (length_s - service_s)
    if ready_s > vehicles[v, END_S] or (k > 0 and length_s > vehicles[v, LONGEST_S]):
        return NONE
    if k > 0 and ready_s - vehicles[v, START_S] > vehicles[v, LONGEST_S]:
        rises = 1
    return rises


@inlined(f"b1({ASKED}, {TOURS}, int64, {ROOM})")
def climb(
    asked: Arrays,
    tours: Arrays,
    v: int,
    room: Arrays,
) -> bool:
    """Raise the begins of a tour to its least schedule.

    Parameters
    ----------
    asked, tours, v
        As for ``set_out``, which has returned 1.
    room : tuple
        See above; when the vehicle leaves is written.

    Returns
    -------
    bool
        False when the tour is not feasible.
    """
    travel_s, stops, vehicles, _, _, _, flags, _ = asked
    row, k, begin_s = tours[0][v], tours[1][v], tours[2][v]
    where, rides, longest_s = room[1], 2 * flags[REQUESTS], vehicles[v, LONGEST_S]
    raised = True
    while raised:
        raised = False
        at, ready_s = vehicles[v, START], room[4][LEAVES]
        for i in range(k):
            x = row[i]
            begin_s[i] = max(begin_s[i], ready_s + travel_s[at, x])
            if begin_s[i] > stops[x, LATEST_S]:
                return False
            if x & 1 == 1 and x < rides:
                p = where[x - 1]
                need_s = begin_s[i] - stops[x, MAX_RIDE_S] - stops[x - 1, SERVICE_S]
                if need_s > begin_s[p]:
                    if need_s > stops[x - 1, LATEST_S]:
                        return False
                    begin_s[p] = need_s
                    raised = True
            at, ready_s = x, begin_s[i] + stops[x, SERVICE_S]
        if vehicles[v, END] != NONE:
            ready_s += travel_s[at, vehicles[v, END]]
        if ready_s > vehicles[v, END_S]:
            return False
        if ready_s - room[4][LEAVES] > longest_s:
            # A duty that would be too long begins later.
            room[4][LEAVES] = ready_s - longest_s
            raised = True
    return True


@inlined(f"void({ASKED}, {TOURS}, int64, {ROOM})")
def note_slack(
    asked: Arrays,
    tours: Arrays,
    v: int,
    room: Arrays,
) -> None:
    """Compute the latest begin at each stop that lets the rest of a tour be in time.

    Parameters
    ----------
    asked, tours, v, room
        As for ``set_out``; the latest begins are written, which do not decrease along the tour.
    """
    travel_s, stops, vehicles, _, _, _, flags, _ = asked
    row, k, latest_s = tours[0][v], tours[1][v], tours[3][v]
    where, rides = room[1], 2 * flags[REQUESTS]
    last_s = vehicles[v, END_S]
    if k > 0 and vehicles[v, END] != NONE:
        last_s -= travel_s[row[k - 1], vehicles[v, END]]
    following_s = last_s
    for i in range(k - 1, -1, -1):
        x = row[i]
        latest_s[i] = min(stops[x, LATEST_S], following_s - stops[x, SERVICE_S])
        if i > 0:
            following_s = latest_s[i] - travel_s[row[i - 1], x]
    if flags[EXACT] == 0:
        return
    tightened = False
    for i in range(k):  # who boards at the latest must alight in time
        x = row[i]
        if x & 1 == 1 and x < rides:
            bound_s = latest_s[where[x - 1]] + stops[x - 1, SERVICE_S] + stops[x, MAX_RIDE_S]
            if bound_s < latest_s[i]:
                latest_s[i] = bound_s
                tightened = True
    if not tightened:
        return
    following_s = last_s
    for i in range(k - 1, -1, -1):
        x = row[i]
        latest_s[i] = min(latest_s[i], following_s - stops[x, SERVICE_S])
        if i > 0:
            following_s = latest_s[i] - travel_s[row[i - 1], x]


@inlined(f"b1({ASKED}, {TOURS}, int64)")
def keeps_range(
    asked: Arrays,
    tours: Arrays,
    v: int,
) -> bool:
    """Tell whether a vehicle can drive a tour with the charges that it makes.

    Parameters
    ----------
    asked, tours : tuple
        See above.
    v : int64
        The vehicle.

    Returns
    -------
    bool
        False when it would stand still on the way.
    """
    travel_s, stops, vehicles, row = asked[0], asked[1], asked[2], tours[0][v]
    at, left_s = vehicles[v, START], vehicles[v, RANGE_S]
    for i in range(tours[1][v]):
        left_s -= travel_s[at, row[i]]
        if left_s < 0:
            return False
        at = row[i]
        if stops[at, HALT] & CHARGES != 0:
            left_s = vehicles[v, FULL_RANGE_S]
    return bool(vehicles[v, END] == NONE or travel_s[at, vehicles[v, END]] <= left_s)


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
    stops, flags, row, k, begin_s = asked[1], asked[6], tours[0][v], tours[1][v], tours[2][v]
    rises = set_out(asked, tours, v, room)
    if rises == NONE or (rises == 1 and not climb(asked, tours, v, room)):
        return False
    if asked[2][v, RANGE_S] < NEVER_S and not keeps_range(asked, tours, v):
        return False
    if flags[WAITS] != 0:
        for i in range(k):
            tours[5][v] += (begin_s[i] - stops[row[i], WISH_S]) * stops[row[i], PERCENT]
    room[4][LAST_STAMP] += 1
    tours[7][v], tours[9][v] = room[4][LAST_STAMP], room[4][LEAVES]
    note_slack(asked, tours, v, room)
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
