"""Room for a request that fits nowhere, by moving others, as compiled code.

``make_room`` walks the tree of ejections depth first (ejection chains: Glover, "Ejection chains,
reference structures and alternating path methods for traveling salesman problems", Discrete Applied
Mathematics 65, 1996): a vehicle that could come, a rider of it who gives way, then either a place
for this rider, or the same again for him. All that it knows lies in arrays, so that it can stop
after any step and go on later: that is how a search ends in time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, part
from dispatch.kernels.layout import (
    HALT,
    LATEST_S,
    NEVER_S,
    NO_STOP,
    NODE,
    PICKUP_AT,
    TRAVEL,
    UNREACHABLE,
)
from dispatch.kernels.packed import (
    CODE,
    COST,
    COUNT,
    FLEET,
    FROZEN,
    Fleet,
    settle,
    take_in,
    take_out,
)
from dispatch.kernels.placing import best_place
from dispatch.kernels.positions import BY_COST, NO_POSITION, best_positions
from dispatch.kernels.timing import FEASIBLE

MOST_LINKS = 2
"""So many riders give way at most for one request."""

# How a call ends.
FOUND, NOTHING, UNFINISHED, UNKNOWN = range(4)

# Of each link: vehicles left to look at, the one looked at (or NO_POSITION), the next of its stops,
# what may be added, stops of the vehicle that has changed (0: none has). Then, in a row of their
# own: the link that is looked for, how many there may be, and the work done in all.
LEFT, VEHICLE, STOP, LIMIT, CHANGED = range(5)
LINK, LINKS, WORK = range(3)
CURSOR_FIELDS = 5
NO_LIST = -1
"""Vehicles left where nobody has looked yet who could come."""

# Of each link: the vehicle, where its rider was, where the newcomer is now. Then where the last
# rider goes: the vehicle and two positions.
STEP_FIELDS = 5

KIND_SHIFT = 4
"""Above the flags of a halt, a rider's stops say here which vehicles may take him: a row of
``eligible``."""

TRIAL = 64
"""Work of trying one rider; that of looking at one vehicle is 1."""


@part(
    f"int64({TRAVEL}, {FLEET}, uint8[::1], int64[:, ::1], int64[::1], int64[::1])",
)
def _who_could_come(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    allowed: NDArray[np.uint8],
    pair: NDArray[np.int64],
    waiting: NDArray[np.int64],
    bounds: NDArray[np.int64],
) -> int:
    """List the vehicles that would be in time at the pickup if nobody else had to be fetched.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``packed.FLEET``.
    allowed : ndarray of uint8, shape (v,)
        Which vehicles may take it.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff; see layout.
    waiting, bounds : ndarray of int64, shape (v,)
        Output: the vehicles, and what each would have to drive more to come by, at least.

    Returns
    -------
    int64
        How many there are.
    """
    _, _, _, numbers, at, leave_s, _, _, leg_s, _, _ = fleet
    pickup, latest_s = pair[0, NODE], pair[0, LATEST_S]
    count = 0
    for v in range(len(numbers)):
        k, frozen = numbers[v, COUNT], numbers[v, FROZEN]
        if allowed[v] == 0 or numbers[v, CODE] != FEASIBLE or k < frozen + 2:
            continue
        to_s = travel_s[at[v, frozen], pickup]
        if to_s == UNREACHABLE or leave_s[v, frozen] + to_s > latest_s:
            continue
        nearest_s = NEVER_S
        for i in range(frozen, k):
            detour_s = travel_s[at[v, i], pickup] + travel_s[pickup, at[v, i + 1]]
            nearest_s = min(nearest_s, detour_s - max(0, leg_s[v, i]))
        waiting[count], bounds[count] = v, nearest_s
        count += 1
    return count


@part("int64(int64[::1], int64[::1], int64)")
def _next_of(waiting: NDArray[np.int64], bounds: NDArray[np.int64], count: int) -> int:
    """Move the vehicle with the least bound behind the others.

    Parameters
    ----------
    waiting, bounds : ndarray of int64, shape (v,)
        See ``_who_could_come``.
    count : int64
        How many there are, at least one.

    Returns
    -------
    int64
        The vehicle; between equals the one named first.
    """
    chosen = 0
    for n in range(1, count):
        if bounds[n] < bounds[chosen] or (
            bounds[n] == bounds[chosen] and waiting[n] < waiting[chosen]
        ):
            chosen = n
    v, bound = waiting[chosen], bounds[chosen]
    waiting[chosen], bounds[chosen] = waiting[count - 1], bounds[count - 1]
    waiting[count - 1], bounds[count - 1] = v, bound
    return int(v)


@part(f"void({TRAVEL}, {FLEET}, int64, int64[:, ::1], int64)")
def _put_back(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
    before: NDArray[np.int64],
    k: int,
) -> None:
    """Give a vehicle the route back that it had.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``packed.FLEET``.
    v : int64
        The vehicle.
    before : ndarray of int64, shape (at least k, 12)
        Its stops.
    k : int64
        How many.
    """
    fleet[2][v, :k] = before[:k]
    fleet[3][v, COUNT] = k
    settle(travel_s, fleet, v)


@part(f"int64({TRAVEL}, {FLEET}, int64, int64, int64, int64, int64[:, :, ::1], int64[::1])")
def _give_way(
    travel_s: NDArray[np.int32],
    fleet: Fleet,
    v: int,
    j: int,
    link: int,
    limit: int,
    pairs: NDArray[np.int64],
    step: NDArray[np.int64],
) -> int:
    """Put a newcomer onto a route in the place of one of its riders.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    fleet : tuple of ndarray
        See ``packed.FLEET``.
    v, j : int64
        The vehicle, and the dropoff of a rider who has not boarded.
    link, limit : int64
        The newcomer is ``pairs[link]``; what the route may cost more.
    pairs : ndarray of int64, shape (3, 2, 12)
        The stops of the rider are written behind those of the newcomer.
    step : ndarray of int64, shape (5,)
        Output: what was done.

    Returns
    -------
    int64
        What the route costs more; ``NEVER_S`` when the newcomer has no place: the route is without
        the rider then.
    """
    vehicles, capacities, stops, numbers, _, leave_s, _, latest_s, _, begin_s, slices = fleet
    i, cost = stops[v, j, PICKUP_AT], numbers[v, COST]
    pairs[link + 1, 0], pairs[link + 1, 1] = stops[v, i], stops[v, j]
    pairs[link + 1, 1, PICKUP_AT] = NO_STOP
    take_out(travel_s, fleet, v, i, j)
    if numbers[v, CODE] != FEASIBLE:  # where the way past a stop is longer than the way over it
        return NEVER_S
    k, saved = numbers[v, COUNT], cost - numbers[v, COST]
    rank, to_i, to_j, _, _ = best_positions(
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
        pairs[link],
        BY_COST,
        0,
        min(NEVER_S, limit + saved + 1),
    )
    if to_i == NO_POSITION:
        return NEVER_S
    take_in(travel_s, fleet, v, pairs[link], to_i, to_j)
    step[0], step[1], step[2], step[3], step[4] = v, i, j, to_i, to_j
    return int(rank - saved)


@compiled(
    f"int64({TRAVEL}, {TRAVEL}, {FLEET}, uint8[:, ::1], uint8[::1], int64[:, :, ::1],"
    " int64[:, ::1], int64[:, :, ::1], int64[:, ::1], int64[:, ::1], int64)",
)
def make_room(  # noqa: C901, PLR0915 - one walk
    travel_s: NDArray[np.int32],
    back_s: NDArray[np.int32],
    fleet: Fleet,
    eligible: NDArray[np.uint8],
    known: NDArray[np.uint8],
    pairs: NDArray[np.int64],
    queues: NDArray[np.int64],
    before: NDArray[np.int64],
    cursor: NDArray[np.int64],
    steps: NDArray[np.int64],
    stop_at: int,
) -> int:
    """Look for room for a request, from where the last call stopped.

    Parameters
    ----------
    travel_s, back_s : ndarray of int32, shape (n, n)
        Driving seconds; see ``placing.rank_bound``.
    fleet : tuple of ndarray
        See ``packed.FLEET``; until the search has ended, some routes are as it tries them.
    eligible : ndarray of uint8, shape (kinds, v)
        Which vehicles may take a rider of a kind; see ``KIND_SHIFT``.
    known : ndarray of uint8, shape (v,)
        Vehicles whose riders have kinds.
    pairs : ndarray of int64, shape (3, 2, 12)
        Pickup and dropoff of the request; those of the riders who give way are written behind it.
    queues : ndarray of int64, shape (2 * links, v)
        Of each link the vehicles that could come, and how promising they are.
    before : ndarray of int64, shape (links, s, 12)
        Of each link the route as it was.
    cursor : ndarray of int64, shape (links + 1, 5)
        Where the search stands; see above. To begin with, the first link has no vehicle, and
        ``NO_LIST`` left.
    steps : ndarray of int64, shape (links + 1, 5)
        Output: what is to be done; see above. The last step is not done in ``fleet``.
    stop_at : int64
        The search stops at the first step after so much work in all.

    Returns
    -------
    int64
        ``FOUND``: the routes are as the steps leave them. ``NOTHING``: all are as before.
        ``UNFINISHED``. ``UNKNOWN``: the riders of the vehicle that is looked at have no kind yet.
    """
    _, _, stops, numbers = fleet[:4]
    state = cursor[MOST_LINKS]
    while state[WORK] < stop_at:
        link = state[LINK]
        here, waiting, bounds = cursor[link], queues[2 * link], queues[2 * link + 1]
        v = here[VEHICLE]
        if here[LEFT] == NO_LIST:
            allowed = eligible[pairs[link, 0, HALT] >> KIND_SHIFT]
            here[LEFT] = _who_could_come(travel_s, fleet, allowed, pairs[link], waiting, bounds)
            state[WORK] += len(numbers)
        if here[CHANGED] > 0:
            _put_back(travel_s, fleet, v, before[link], here[CHANGED])
            here[CHANGED] = 0
        if v == NO_POSITION or here[STOP] >= numbers[v, COUNT]:
            if here[LEFT] == 0:
                if link == 0:
                    return NOTHING
                state[LINK] = link - 1
                continue
            v = here[VEHICLE] = _next_of(waiting, bounds, here[LEFT])
            state[WORK] += here[LEFT]
            here[LEFT] -= 1
            here[STOP] = numbers[v, FROZEN]
        if known[v] == 0:
            return UNKNOWN
        j = here[STOP]
        here[STOP] += 1
        i, k = stops[v, j, PICKUP_AT], numbers[v, COUNT]
        if i < numbers[v, FROZEN]:  # a pickup, a halt, or of a rider who is fetched for certain
            continue
        if link > 0 and v == steps[0, 0] and i == steps[0, 3]:  # the request itself
            continue
        state[WORK] += TRIAL
        before[link, :k] = stops[v, :k]
        here[CHANGED] = k
        more = _give_way(travel_s, fleet, v, j, link, here[LIMIT], pairs, steps[link])
        if more == NEVER_S:
            continue
        rest, rider = min(NEVER_S - 1, here[LIMIT] - more), pairs[link + 1]
        if link + 1 == state[LINKS]:
            state[WORK] += len(numbers)
            allowed = eligible[rider[0, HALT] >> KIND_SHIFT]
            place = best_place(travel_s, back_s, fleet, allowed, rider, BY_COST, 0, rest + 1)
            if place[1] != NO_POSITION:
                steps[MOST_LINKS, 0], steps[MOST_LINKS, 1] = place[1], place[2]
                steps[MOST_LINKS, 2] = place[3]
                return FOUND
            continue
        after = cursor[link + 1]
        after[LEFT], after[VEHICLE], after[STOP], after[CHANGED] = NO_LIST, NO_POSITION, 0, 0
        after[LIMIT] = rest
        state[LINK] = link + 1
    return UNFINISHED
