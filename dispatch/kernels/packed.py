"""A whole fleet as arrays that stay packed between requests, as compiled code.

Row v of each array is a vehicle. Position i of its route, from 0 to k, is the gap before stop i,
and k the one before the end. For each position the bounds that an insertion needs are kept ready,
and ``settle`` renews those of one vehicle whenever its route or its state changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, part
from dispatch.kernels.layout import (
    CHARGES,
    CHILD_SEATS,
    EARLIEST_S,
    END_NODE,
    END_S,
    FULL_RANGE_S,
    HALT,
    HERE,
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
    STOP_FIELDS,
    TRAVEL,
    WHEELCHAIRS,
)
from dispatch.kernels.positions import (
    put_pair,
    route_cost,
)
from dispatch.kernels.slices import Slices, drive, leave_at
from dispatch.kernels.timing import (
    FEASIBLE,
    least_schedule,
)

# Of each vehicle: state [v, 10], arrangements of places [v, arrangements, 3] (-1 for none), stops
# [v, s, 12], and its numbers [v, 5]: stops, frozen stops, code of its schedule (``FEASIBLE`` or
# what is violated), its cost, and when it leaves for its next stop, or, once it has, is done there.
# Of each position [v, s + 1]: the node before it (and the end node, or NO_NODE, behind the last)
# [v, s + 2]; the earliest instant of leaving that node; the least of the latest begins of the stops
# behind it; the latest begin of the next stop, or instant at the end, that lets all the rest be in
# time; the driving to the next stop, or to the end, -1 when that is a halt made wherever the
# vehicle is. Of each stop: begin of service in the least schedule. Then the driving times by the
# time of day; bounds are by the least of them.
FLEET = (
    "Tuple((int64[:, ::1], int64[:, :, ::1], int64[:, :, ::1], int64[:, ::1], int32[:, ::1],"
    f" int64[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, ::1], {SLICES}))"
)
_Longs = NDArray[np.int64]
_Bounds = tuple[_Longs, _Longs, _Longs, _Longs, _Longs]
Fleet = tuple[_Longs, _Longs, _Longs, _Longs, NDArray[np.int32], *_Bounds, Slices]
COUNT, FROZEN, CODE, COST, NEXT_S = range(5)
NUMBERS = 5


@part(f"int64({SLICES}, int64, int64, int64, int64)")
def arrive(slices: Slices, at: int, node: int, leave_s: int, leg_s: int) -> int:
    """Tell when a vehicle arrives.

    Parameters
    ----------
    slices : tuple of ndarray
        See ``FLEET``.
    at, node : int64
        From where to where.
    leave_s, leg_s : int64
        Instant of leaving, and driving seconds when they stay as they are.

    Returns
    -------
    int64
        The instant.
    """
    return drive(slices, at, node, leave_s)[0] if len(slices[0]) > 0 else leave_s + leg_s


@part(f"int64({TRAVEL}, {SLICES}, int64, int64, int64)")
def leave_for(travel_s: NDArray[np.int32], slices: Slices, at: int, node: int, begin_s: int) -> int:
    """Tell when a vehicle must leave.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    slices : tuple of ndarray
        See ``FLEET``.
    at, node, begin_s : int64
        From where to where, and when it is due.

    Returns
    -------
    int64
        The instant.
    """
    if len(slices[0]) > 0:
        return leave_at(slices, at, node, begin_s)
    return int(begin_s - travel_s[at, node])


@part("void(int64[::1], int64)")
def _use_range(vehicle: NDArray[np.int64], driven_s: int) -> None:
    if vehicle[RANGE_S] < NEVER_S:
        vehicle[RANGE_S] -= driven_s


@part(f"int64({TRAVEL}, {FLEET}, int64)")
def next_instant(travel_s: NDArray[np.int32], fleet: Fleet, v: int) -> int:
    """Tell until when nothing about a vehicle changes, but that it waits.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    v : int64
        The vehicle.

    Returns
    -------
    int64
        See ``FLEET``; without stops, the first instant at which it would be home too late.
    """
    vehicles, stops, numbers, begin_s, slices = fleet[0], fleet[2], fleet[3], fleet[9], fleet[10]
    here, home, end_s = vehicles[v, START_NODE], vehicles[v, END_NODE], vehicles[v, END_S]
    if numbers[v, COUNT] == 0:
        if numbers[v, CODE] != FEASIBLE:
            return NEVER_S
        next_s = 1 + (end_s if home == NO_NODE else leave_for(travel_s, slices, here, home, end_s))
    elif numbers[v, FROZEN] > 0:
        next_s = begin_s[v, 0] + stops[v, 0, SERVICE_S]
    else:
        next_s = leave_for(travel_s, slices, here, stops[v, 0, NODE], begin_s[v, 0])
    return int(next_s)


@part(f"void({FLEET}, int64)")
def bound_begins(fleet: Fleet, v: int) -> None:
    """Renew the latest begins at the stops of one vehicle; see ``FLEET``.

    Parameters
    ----------
    fleet : tuple of ndarray
        See ``FLEET``; what they are made of is up to date.
    v : int64
        The vehicle.
    """
    stops, cap_s, latest_s, leg_s = fleet[2], fleet[6], fleet[7], fleet[8]
    k = fleet[3][v, COUNT]
    cap_s[v, k] = latest_s[v, k] = fleet[0][v, END_S]
    for i in range(k - 1, -1, -1):
        own_s = leave_by_s = stops[v, i, LATEST_S]
        if stops[v, i, HALT] & HERE == 0:  # else it may be left from nearer to the next stop
            leave_by_s = latest_s[v, i + 1] - max(0, leg_s[v, i + 1]) - stops[v, i, SERVICE_S]
        latest_s[v, i] = min(own_s, leave_by_s)
        cap_s[v, i] = min(own_s, cap_s[v, i + 1])


@compiled(f"void({TRAVEL}, {FLEET}, int64)")
def settle(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
) -> None:
    """Renew what is kept ready for one vehicle.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    fleet : tuple of ndarray
        See ``FLEET``; the state, the stops and their count are read, the rest of row v is written.
        Of a route that is not feasible only the node and the begin of service at each stop are
        meant, as it will be driven: late.
    v : int64
        The vehicle.
    """
    vehicles, capacities, stops, numbers, at, leave_s = fleet[:6]
    leg_s, begin_s, slices = fleet[8:]
    k = numbers[v, COUNT]
    vehicle, route = vehicles[v], stops[v, :k]
    here, ready_s = vehicle[START_NODE], vehicle[START_S]
    for i in range(k):
        if route[i, HALT] & HERE:
            route[i, NODE] = here if i == 0 else route[i - 1, NODE]
    code = least_schedule(travel_s, slices, vehicle, capacities[v], route, begin_s[v, :k])[0]
    at[v, 0], leave_s[v, 0] = here, ready_s
    for i in range(k):
        leg_s[v, i] = -1 if route[i, HALT] & HERE else travel_s[here, route[i, NODE]]
        arrival_s = arrive(slices, here, route[i, NODE], ready_s, max(0, leg_s[v, i]))
        ready_s = max(route[i, EARLIEST_S], arrival_s)
        if code != FEASIBLE:
            begin_s[v, i] = ready_s
        ready_s += route[i, SERVICE_S]
        here = route[i, NODE]
        at[v, i + 1], leave_s[v, i + 1] = here, ready_s
    home = at[v, k + 1] = vehicle[END_NODE]
    leg_s[v, k] = 0 if home == NO_NODE else travel_s[here, home]
    numbers[v, CODE] = code
    numbers[v, NEXT_S] = next_instant(travel_s, fleet, v)
    if code != FEASIBLE:
        return
    numbers[v, COST] = route_cost(travel_s, vehicle, route, begin_s[v, :k])
    bound_begins(fleet, v)


@compiled(f"void({TRAVEL}, {FLEET})")
def settle_all(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
) -> None:
    """Renew what is kept ready for every vehicle; see ``settle``.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    """
    for v in range(len(fleet[0])):
        settle(travel_s, fleet, v)


@compiled(f"void({TRAVEL}, {FLEET}, uint8[::1])")
def settle_relaxed(travel_s: NDArray[np.int32], fleet: Fleet, same: NDArray[np.uint8]) -> None:
    """Renew what is kept ready when limits have been taken away.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    same : ndarray of uint8, shape (v,)
        Vehicles whose schedule is the same: of these only the latest begins are renewed.
    """
    for v in range(len(same)):
        if same[v] != 0:
            bound_begins(fleet, v)
        else:
            settle(travel_s, fleet, v)


@compiled(f"boolean({TRAVEL}, {FLEET}, int64, int64[:, ::1], int64, int64)")
def take_in(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
    pair: NDArray[np.int64],
    i: int,
    j: int,
) -> bool:
    """Put a request onto a route for which there is room, and settle the vehicle.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    v : int64
        The vehicle.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff; see layout.
    i, j : int64
        Positions, see ``positions.best_positions``.

    Returns
    -------
    bool
        Whether the route is feasible; the arrays are as before when it is not.
    """
    stops, numbers = fleet[2], fleet[3]
    k = numbers[v, COUNT]
    before = stops[v, :k].copy()
    put_pair(before, pair, i, j, stops[v])
    numbers[v, COUNT] = k + 2
    settle(travel_s, fleet, v)
    if numbers[v, CODE] != FEASIBLE:
        stops[v, :k] = before
        numbers[v, COUNT] = k
        settle(travel_s, fleet, v)
        return False
    return True


@compiled(f"void({TRAVEL}, {FLEET}, int64, int64, int64)")
def take_out(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
    i: int,
    j: int,
) -> None:
    """Take two stops off a route, or one, and settle the vehicle.

    A vehicle on its way to a frozen stop that is taken off drives there all the same.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    v : int64
        The vehicle.
    i, j : int64
        The positions of the stops, i < j; one stop when i == j.
    """
    vehicles, stops, numbers, at, leg_s = fleet[0], fleet[2], fleet[3], fleet[4], fleet[8]
    k, kept = numbers[v, COUNT], 0
    frozen = numbers[v, FROZEN]
    if i == 0 and frozen > 0:  # on its way there, and nobody here knows where it could turn
        driven_s = max(0, leg_s[v, 0])
        start_s = vehicles[v, START_S]
        vehicles[v, START_S] = arrive(fleet[10], at[v, 0], at[v, 1], start_s, driven_s)
        _use_range(vehicles[v], driven_s)
        vehicles[v, START_NODE] = at[v, 1]
    for m in range(k):
        if m in (i, j):
            continue
        for column in range(STOP_FIELDS):
            stops[v, kept, column] = stops[v, m, column]
        p = stops[v, m, PICKUP_AT]
        if p >= 0:
            stops[v, kept, PICKUP_AT] = p - (p > i) - (p > j and i < j)
        kept += 1
    numbers[v, COUNT] = kept
    numbers[v, FROZEN] = frozen - (i < frozen) - (i < j < frozen)
    settle(travel_s, fleet, v)


@part(f"void({TRAVEL}, {SLICES}, int64[::1], int64[:, ::1], int64[::1], int64)")
def _leave_behind(
    travel_s: NDArray[np.int32],
    slices: Slices,
    vehicle: NDArray[np.int64],
    stops: NDArray[np.int64],
    begin_s: NDArray[np.int64],
    done: int,
) -> None:
    here = vehicle[START_NODE]
    left_s = leave_for(travel_s, slices, here, stops[0, NODE], begin_s[0])
    for i in range(done):
        _use_range(vehicle, travel_s[here, stops[i, NODE]])
        if stops[i, HALT] & CHARGES:
            vehicle[RANGE_S] = vehicle[FULL_RANGE_S]
        here = stops[i, NODE]
        vehicle[ONBOARD_SEATS] += stops[i, SEATS]
        vehicle[ONBOARD_WHEELCHAIRS] += stops[i, WHEELCHAIRS]
        vehicle[ONBOARD_CHILD_SEATS] += stops[i, CHILD_SEATS]
    vehicle[START_NODE] = stops[done - 1, NODE]
    vehicle[START_S] = begin_s[done - 1] + stops[done - 1, SERVICE_S]
    if vehicle[LONGEST_S] < NEVER_S:  # it is out since it left: the limit is an instant now
        vehicle[END_S] = min(vehicle[END_S], left_s + vehicle[LONGEST_S])
        vehicle[LONGEST_S] = NEVER_S
    for i in range(done, len(stops)):
        p = stops[i, PICKUP_AT]
        if p >= done:
            stops[i, PICKUP_AT] = p - done
        elif p != NO_STOP:  # so is that of a ride that has begun, like the promised dropoff
            due_s = begin_s[p] + stops[p, SERVICE_S] + stops[i, MAX_RIDE_S]
            stops[i, PICKUP_AT] = NO_STOP
            stops[i, LATEST_S] = min(stops[i, LATEST_S], due_s)
    for i in range(done, len(stops)):
        for column in range(STOP_FIELDS):
            stops[i - done, column] = stops[i, column]


@part(f"int64({TRAVEL}, {FLEET}, int64, int64, int64[:, ::1], int64)")
def move_on(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
    now_s: int,
    driven: NDArray[np.int64],
    count: int,
) -> int:
    """Let one vehicle follow its schedule until an instant; see ``drive_on``.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    v : int64
        The vehicle.
    now_s : int64
        The instant.
    driven : ndarray of int64, shape (m, 3)
        Output: the stops that lie behind are added.
    count : int64
        How many there are.

    Returns
    -------
    int64
        How many there are then.
    """
    vehicles, stops, numbers, leave_s, begin_s = fleet[0], fleet[2], fleet[3], fleet[5], fleet[9]
    vehicle, k = vehicles[v], numbers[v, COUNT]
    done = 0
    while done < k and begin_s[v, done] + stops[v, done, SERVICE_S] <= now_s:
        driven[count, 0], driven[count, 1] = v, begin_s[v, done]
        driven[count, 2] = begin_s[v, done] + stops[v, done, SERVICE_S]
        count += 1
        done += 1
    if done > 0:
        _leave_behind(travel_s, fleet[10], vehicle, stops[v, :k], begin_s[v], done)
        numbers[v, COUNT] = k = k - done
        numbers[v, FROZEN] = max(0, numbers[v, FROZEN] - done)
        settle(travel_s, fleet, v)
    if k == 0:
        if vehicle[START_S] < now_s:
            vehicle[START_S] = now_s
            settle(travel_s, fleet, v)
        return count
    if numbers[v, FROZEN] > 0 and vehicle[START_S] <= now_s and done == 0:
        return count  # on its way, and not there yet
    here = vehicle[START_NODE]
    left_s = leave_for(travel_s, fleet[10], here, stops[v, 0, NODE], begin_s[v, 0])
    if left_s <= now_s:
        numbers[v, FROZEN] = max(1, numbers[v, FROZEN])
    start_s = min(left_s, now_s)
    if start_s > vehicle[START_S]:
        vehicle[START_S] = leave_s[v, 0] = start_s
    numbers[v, NEXT_S] = next_instant(travel_s, fleet, v)
    return count


@compiled(f"int64[:, ::1]({TRAVEL}, {FLEET}, int64)")
def drive_on(travel_s: NDArray[np.int32], fleet: Fleet, now_s: int) -> NDArray[np.int64]:
    """Let every vehicle follow its schedule until an instant.

    A vehicle leaves for its next stop when it must, to begin there as its schedule says; from then
    on this stop is frozen, and the start of the vehicle is where and when it left. Until then it
    waits, and so does a vehicle without stops: its start moves with the clock.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``FLEET``.
    now_s : int64
        The instant.

    Returns
    -------
    ndarray of int64, shape (m, 3)
        Vehicle, begin of service and instant of leaving of each stop that lies behind, vehicle by
        vehicle in the order they were driven.
    """
    vehicles, numbers, leave_s = fleet[0], fleet[3], fleet[5]
    most = 0
    for v in range(len(vehicles)):
        if numbers[v, NEXT_S] <= now_s:
            most += numbers[v, COUNT]
    driven = np.empty((most, 3), dtype=np.int64)
    count = 0
    for v in range(len(vehicles)):
        if numbers[v, NEXT_S] <= now_s:
            count = move_on(travel_s, fleet, v, now_s, driven, count)
        elif numbers[v, FROZEN] == 0 and vehicles[v, START_S] < now_s:
            vehicles[v, START_S] = leave_s[v, 0] = now_s
    return driven[:count]
