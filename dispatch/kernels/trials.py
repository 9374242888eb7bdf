"""What a request put into a tour costs, tried with an exact schedule; see ``cheapest``."""

from __future__ import annotations

from dispatch.kernels.compiled import inlined
from dispatch.kernels.layout import CHARGES
from dispatch.kernels.tours import (
    ASKED,
    EARLIEST_S,
    END,
    END_S,
    FULL_RANGE_S,
    HALT,
    LATEST_S,
    LONGEST_S,
    MAX_RIDE_S,
    NONE,
    PERCENT,
    RANGE_S,
    REQUESTS,
    ROOM,
    SERVICE_S,
    START,
    TOURS,
    WAITS,
    WISH_S,
    Arrays,
)


@inlined(f"void({TOURS}, int64, int64, int64, int64, int64, {ROOM})")
def lay_out(
    tours: Arrays,
    v: int,
    i: int,
    j: int,
    first: int,
    last: int,
    room: Arrays,
) -> None:
    """Write some stops of a tour on trial into the room, as yet at the old instants.

    Parameters
    ----------
    tours : tuple
        See ``kernels.tours``.
    v, i, j : int64
        As in ``put``.
    first, last : int64
        From which position of the tour on trial to before which; the two new stops are left out.
    room : tuple
        See ``kernels.tours``.
    """
    limit_s, begin_s, trial = room[0], room[2], room[3]
    row, begins_s, latest_s = tours[0][v], tours[2][v], tours[3][v]
    for n in range(first, last):
        if n in (i, j + 1):
            continue
        at = n if n < i else (n - 1 if n <= j else n - 2)
        trial[n], begin_s[n], limit_s[n] = row[at], begins_s[at], latest_s[at]


@inlined(f"int64({ASKED}, {TOURS}, int64, int64, int64, int64, int64, {ROOM})")
def trial_cost(  # noqa: C901, PLR0912, PLR0915 - one climb
    asked: Arrays,
    tours: Arrays,
    v: int,
    r: int,
    i: int,
    j: int,
    driving_s: int,
    room: Arrays,
) -> int:
    """Compute what a request put into a tour costs more.

    The least schedule is reached by a climb from that of the tour as it is: what rises is looked
    at from the first stop that may rise to the first that stays, and no other stop is.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    v, r, i, j : int64
        As in ``put``.
    driving_s : int64
        Seconds more on the way.
    room : tuple
        See ``kernels.tours``.

    Returns
    -------
    int64
        Hundredths of weighted seconds, ``NONE`` when not feasible.
    """
    travel_s, stops, vehicles, _, _, _, flags, _ = asked
    limit_s, where, begin_s, trial = room[0], room[1], room[2], room[3]
    k, path, rides = tours[1][v] + 2, tours[8][v], 2 * flags[REQUESTS]
    longest_s, leaves_s = vehicles[v, LONGEST_S], tours[9][v]
    # How much longer the ways over the two new stops are.
    more_s = driving_s + stops[2 * r, SERVICE_S] + stops[2 * r + 1, SERVICE_S]
    if path[k - 2] + more_s > longest_s:
        return NONE
    laid, laid_to = max(i - 1, 0), j + 2
    lay_out(tours, v, i, j, laid, laid_to, room)
    for n, x in ((i, 2 * r), (j + 1, 2 * r + 1)):
        trial[n], begin_s[n], limit_s[n] = x, stops[x, EARLIEST_S], stops[x, LATEST_S]
    first_s = more_s
    if j > i:
        at = vehicles[v, START] if i == 0 else trial[i - 1]
        first_s = travel_s[at, 2 * r] + stops[2 * r, SERVICE_S]
        first_s += travel_s[2 * r, trial[i + 1]] - travel_s[at, trial[i + 1]]
    low, high = i, j + 1
    while low < k:
        next_low, next_high = k, -1
        if low == 0:
            at, ready_s = vehicles[v, START], leaves_s
        else:
            at = trial[low - 1]
            ready_s = begin_s[low - 1] + stops[at, SERVICE_S]
        n = low
        while n < k:
            if n == laid_to:
                lay_out(tours, v, i, j, n, n + 1, room)
                laid_to += 1
            x = trial[n]
            b = max(begin_s[n], ready_s + travel_s[at, x])
            if b > limit_s[n]:
                return NONE
            if n > high and b == begin_s[n]:
                break
            begin_s[n] = b
            if x & 1 == 1 and x < rides:
                old_p, p = 0, i
                if n != j + 1:
                    old_p = where[x - 1]
                    p = old_p if old_p < i else (old_p + 1 if old_p < j else old_p + 2)
                if p <= laid:  # a climb from there begins at the stop before
                    first = max(p - 1, 0)
                    lay_out(tours, v, i, j, first, laid, room)
                    laid = first
                need_s = b - stops[x, MAX_RIDE_S] - stops[x - 1, SERVICE_S]
                if need_s > begin_s[p]:
                    if need_s > limit_s[p]:
                        return NONE
                    if p != i:  # the new rider's way has been looked at
                        old_n = n if n < i else (n - 1 if n <= j else n - 2)
                        way_s = path[old_n] - path[old_p] - stops[x - 1, SERVICE_S]
                        if old_p < i <= old_n:
                            way_s += first_s
                        if old_p < j <= old_n:
                            way_s += more_s - first_s
                        if way_s > stops[x, MAX_RIDE_S]:
                            return NONE
                    begin_s[p] = need_s
                    next_low, next_high = min(next_low, p), max(next_high, p)
            at, ready_s = x, b + stops[x, SERVICE_S]
            n += 1
        if n == k:
            if vehicles[v, END] != NONE:
                ready_s += travel_s[at, vehicles[v, END]]
            if ready_s > vehicles[v, END_S]:
                return NONE
            if ready_s - leaves_s > longest_s:
                leaves_s = ready_s - longest_s
                lay_out(tours, v, i, j, 0, laid, room)
                laid = 0
                next_low, next_high = 0, max(next_high, 0)
        low, high = next_low, next_high
    cost = 100 * driving_s
    if flags[WAITS] != 0:
        for n in range(laid, laid_to):
            x = trial[n]
            if n in (i, j + 1):
                cost += (begin_s[n] - stops[x, WISH_S]) * stops[x, PERCENT]
            else:
                at = n if n < i else (n - 1 if n <= j else n - 2)
                cost += (begin_s[n] - tours[2][v, at]) * stops[x, PERCENT]
    return cost


@inlined(f"b1({ASKED}, {TOURS}, int64, int64, int64, int64)")
def stays_in_range(
    asked: Arrays,
    tours: Arrays,
    v: int,
    r: int,
    i: int,
    j: int,
) -> bool:
    """Tell whether a vehicle can drive a tour with a request put into it.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    v, r, i, j : int64
        As in ``put``.

    Returns
    -------
    bool
        False when it would stand still on the way.
    """
    travel_s, stops, vehicles, row = asked[0], asked[1], asked[2], tours[0][v]
    at, left_s = vehicles[v, START], vehicles[v, RANGE_S]
    for n in range(tours[1][v] + 2):
        if n == i:
            x = 2 * r
        elif n == j + 1:
            x = 2 * r + 1
        else:
            x = row[n if n < i else (n - 1 if n <= j else n - 2)]
        left_s -= travel_s[at, x]
        if left_s < 0:
            return False
        at = x
        if stops[at, HALT] & CHARGES != 0:
            left_s = vehicles[v, FULL_RANGE_S]
    return bool(vehicles[v, END] == NONE or travel_s[at, vehicles[v, END]] <= left_s)
