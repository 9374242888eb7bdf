"""Where an absent request costs least, in tours that keep schedules; see ``kernels.annealing``.

What the cheapest place of a request in a tour costs holds as long as the tour stays as it is. It is
written down with the stamp of the tour, so that nothing is asked twice. With a metric, begin of
service only rises and its upper bounds only fall when stops are added: so both, as they are for the
tour as it is, refuse most places at once, and the schedule of a place on trial is a short climb.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, inlined
from dispatch.kernels.layout import NEVER_S
from dispatch.kernels.state import (
    ALIGHT,
    ALIGHT_AT,
    BOARD,
    BOARD_AT,
    COSTS_MORE,
    ELSEWHERE,
    KNOWN,
    MORE,
    STAMP,
    VEHICLE,
)
from dispatch.kernels.tours import (
    ASKED,
    CHILD_SEATS,
    CHILD_SEATS_TAKEN,
    EARLIEST_S,
    END,
    END_S,
    EXACT,
    FROZEN,
    KIND,
    LATEST_S,
    LONGEST_S,
    MAX_RIDE_S,
    NONE,
    PERCENT,
    REQUESTS,
    ROOM,
    SEATS,
    SEATS_TAKEN,
    SERVICE_S,
    START,
    START_S,
    TOURS,
    USABLE,
    WAITS,
    WHEELCHAIRS,
    WHEELCHAIRS_TAKEN,
    WISH_S,
    Arrays,
    chance,
    fits,
)

OVERLOOKED = 0.5
"""Share of the places in a tour that are overlooked when some are."""


@inlined(f"void({TOURS}, {ASKED}, int64, int64, int64, int64, {ROOM})")
def lay_out(
    tours: Arrays,
    asked: Arrays,
    v: int,
    r: int,
    i: int,
    j: int,
    room: Arrays,
) -> None:
    """Write a tour with a request put into it into the room, as yet at the old instants.

    Parameters
    ----------
    tours, asked : tuple
        See ``kernels.tours``.
    v, r, i, j : int64
        As in ``put``.
    room : tuple
        See ``kernels.tours``.
    """
    limit_s, where, begin_s, trial = room[0], room[1], room[2], room[3]
    row, begins_s, latest_s, stops = tours[0][v], tours[2][v], tours[3][v], asked[1]
    for at in range(tours[1][v]):
        n = at
        if at >= i:
            n += 1
        if at >= j:
            n += 1
        trial[n], begin_s[n], limit_s[n] = row[at], begins_s[at], latest_s[at]
        where[row[at]] = n
    for n, x in ((i, 2 * r), (j + 1, 2 * r + 1)):
        trial[n], begin_s[n], limit_s[n] = x, stops[x, EARLIEST_S], stops[x, LATEST_S]
        where[x] = n


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
    at from the first stop that may rise to the first that stays.

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
    travel_s, stops, vehicles, _, _, _, flags = asked
    limit_s, where, begin_s, trial = room[0], room[1], room[2], room[3]
    k = tours[1][v] + 2
    path = tours[8][v]
    rides = 2 * flags[REQUESTS]
    home, end_s, longest_s = vehicles[v, END], vehicles[v, END_S], vehicles[v, LONGEST_S]
    lay_out(tours, asked, v, r, i, j, room)
    leaves_s = tours[9][v]
    # How much longer the ways over the two new stops are.
    more_s = driving_s + stops[2 * r, SERVICE_S] + stops[2 * r + 1, SERVICE_S]
    if path[k - 2] + more_s > longest_s:
        return NONE
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
            x = trial[n]
            b = max(begin_s[n], ready_s + travel_s[at, x])
            if b > limit_s[n]:
                return NONE
            if n > high and b == begin_s[n]:
                break
            begin_s[n] = b
            if x < rides and x % 2 == 1:
                p = where[x - 1]
                need_s = b - stops[x, MAX_RIDE_S] - stops[x - 1, SERVICE_S]
                if need_s > begin_s[p]:
                    if need_s > limit_s[p]:
                        return NONE
                    if p != i:  # the new rider's way has been looked at
                        old_p = p if p < i else (p - 1 if p <= j else p - 2)
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
            if home != NONE:
                ready_s += travel_s[at, home]
            if ready_s > end_s:
                return NONE
            if ready_s - leaves_s > longest_s:
                leaves_s = ready_s - longest_s
                next_low, next_high = 0, max(next_high, 0)
        low, high = next_low, next_high
    cost = 100 * driving_s
    if flags[WAITS] != 0:
        for n in range(k):
            x = trial[n]
            if n in (i, j + 1):
                cost += (begin_s[n] - stops[x, WISH_S]) * stops[x, PERCENT]
            else:
                old = n if n < i else (n - 1 if n <= j else n - 2)
                cost += (begin_s[n] - tours[2][v, old]) * stops[x, PERCENT]
    return cost


@inlined(f"void({ASKED}, {TOURS}, int64, int64, int64, float64, uint64[::1], {ROOM}, {KNOWN})")
def look_into(  # noqa: C901, PLR0912, PLR0915 - one loop
    asked: Arrays,
    tours: Arrays,
    r: int,
    v: int,
    bound: int,
    blink: float,
    dice: NDArray[Any],
    room: Arrays,
    known: NDArray[Any],
) -> None:
    """Find the cheapest feasible insertion of a request into one tour, and write it down.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    r, v : int64
        The request and the vehicle, which may carry it.
    bound : int64
        Places that cost as much or more need not be found.
    blink : float64
        Chance to overlook a place to board.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    room : tuple
        See ``kernels.tours``.
    known : ndarray of int64
        See above; the row of the request and the vehicle is written.
    """
    travel_s, stops, vehicles, capacities, _, _, flags = asked
    p, d = 2 * r, 2 * r + 1
    seats, wheelchairs = stops[p, SEATS], stops[p, WHEELCHAIRS]
    children = stops[p, CHILD_SEATS]
    earliest_p, latest_p, service_p = stops[p, EARLIEST_S], stops[p, LATEST_S], stops[p, SERVICE_S]
    earliest_d, latest_d, service_d = stops[d, EARLIEST_S], stops[d, LATEST_S], stops[d, SERVICE_S]
    longest_s = stops[d, MAX_RIDE_S]
    exact = flags[EXACT] != 0
    best, best_i, best_j = bound, NONE, NONE
    k = tours[1][v]
    row, begin_s, latest_s, load = tours[0][v], tours[2][v], tours[3][v], tours[4][v]
    places = capacities[v]
    home, end_s = vehicles[v, END], vehicles[v, END_S]
    for i in range(vehicles[v, FROZEN], k + 1):
        if i < k and latest_s[i] < earliest_p:
            continue
        if i == 0:
            prev, left_s = vehicles[v, START], vehicles[v, START_S]
            seats_on, wheelchairs_on = vehicles[v, SEATS_TAKEN], vehicles[v, WHEELCHAIRS_TAKEN]
            children_on = vehicles[v, CHILD_SEATS_TAKEN]
        else:
            prev = row[i - 1]
            left_s = begin_s[i - 1] + stops[prev, SERVICE_S]
            seats_on, wheelchairs_on = load[i - 1, 0], load[i - 1, 1]
            children_on = load[i - 1, 2]
        to_p = travel_s[prev, p]
        at_s = max(earliest_p, left_s + to_p)
        if at_s > latest_p:
            break
        following = row[i] if i < k else home
        if i < k and at_s + service_p + travel_s[p, following] > latest_s[i]:
            continue
        more = to_p
        if following != NONE:
            skipped = travel_s[prev, following]
            if 100 * (to_p + travel_s[p, following] - skipped) >= best:
                continue
            more -= skipped
        if not fits(places, seats_on + seats, wheelchairs_on + wheelchairs, children_on + children):
            continue
        if blink > 0.0 and chance(dice) < blink:
            continue
        at, left_s, path_s = p, at_s + service_p, 0
        for j in range(i, k + 1):
            if j > i:  # ride on over one more stop
                x = row[j - 1]
                leg_s = travel_s[at, x]
                begin = max(stops[x, EARLIEST_S], left_s + leg_s)
                if begin > latest_s[j - 1]:
                    break
                if not fits(
                    places,
                    load[j - 1, 0] + seats,
                    load[j - 1, 1] + wheelchairs,
                    load[j - 1, 2] + children,
                ):
                    break
                if j == i + 1:
                    more += leg_s
                path_s += leg_s + stops[x, SERVICE_S]
                if path_s > longest_s:
                    break
                at, left_s = x, begin + stops[x, SERVICE_S]
            to_d = travel_s[at, d]
            off_s = max(earliest_d, left_s + to_d)
            if off_s > latest_d:
                break
            if path_s + to_d > longest_s:
                continue
            following = row[j] if j < k else home
            cost = more + to_d
            if j < k:
                leg_s = travel_s[d, following]
                if off_s + service_d + leg_s > latest_s[j]:
                    continue
                cost += leg_s
            elif home != NONE:
                leg_s = travel_s[d, home]
                if off_s + service_d + leg_s > end_s:
                    continue
                cost += leg_s
            if j > i and following != NONE:
                cost -= travel_s[at, following]
            if 100 * cost >= best:
                continue
            if exact:
                cost = trial_cost(asked, tours, v, r, i, j, cost, room)
                if cost == NONE:
                    continue
            else:
                cost *= 100
            if cost < best:
                best, best_i, best_j = cost, i, j
    one = known[r, v]
    one[STAMP], one[MORE], one[BOARD_AT], one[ALIGHT_AT] = tours[7][v], best, best_i, best_j


@compiled(
    f"void({ASKED}, {TOURS}, int64, b1, b1, float64, uint64[::1], uint8[::1], int64[::1], {ROOM},"
    f" {KNOWN})",
    borrows=True,
)
def cheapest_place(
    asked: Arrays,
    tours: Arrays,
    r: int,
    is_new: bool,
    compares: bool,
    blink: float,
    dice: NDArray[Any],
    seen: NDArray[Any],
    place: NDArray[Any],
    room: Arrays,
    known: NDArray[Any],
) -> None:
    """Find the cheapest feasible insertion of a request over all tours.

    Now and then places in a tour are overlooked ("blinks": Christiaens and Vanden Berghe, "Slack
    induction by string removals for vehicle routing problems", Transportation Science 54, 2020,
    section 4.2, where each place is with a small chance), which keeps the search from doing the
    same again and again.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    r : int64
        The request.
    is_new : bool
        Whether to look at empty vehicles only.
    compares : bool
        Whether the cheapest place in another tour is asked for, too.
    blink : float64
        Chance to overlook places in a tour.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    seen : ndarray of uint8
        Room: kinds of which an empty vehicle has been looked at.
    place : ndarray of int64, shape (5,)
        Output: the place.
    room : tuple
        See ``kernels.tours``.
    known : ndarray of int64
        See above.
    """
    vehicles, allowed = asked[2], asked[4]
    sizes, stamps = tours[1], tours[7]
    best, second, best_v = NEVER_S, NEVER_S, NONE
    seen[:] = 0
    for v in range(len(sizes)):
        one, kind = known[r, v], vehicles[v, KIND]
        bound = second if compares else best
        if vehicles[v, USABLE] == 0 or allowed[r, kind] == 0 or (is_new and sizes[v] > 0):
            continue
        if sizes[v] == 0:
            if seen[kind] != 0:
                continue
            seen[kind] = 1
        if one[STAMP] == stamps[v] and one[MORE] >= bound:
            continue
        if chance(dice) < blink:
            look_into(asked, tours, r, v, bound, OVERLOOKED, dice, room, known)
            one[STAMP] = NONE  # true for once
        elif one[STAMP] != stamps[v] or one[BOARD_AT] == NONE:
            look_into(asked, tours, r, v, bound, 0.0, dice, room, known)
        if one[BOARD_AT] == NONE or one[MORE] >= bound:
            continue
        if one[MORE] < best:
            best, second, best_v = one[MORE], best, v
        else:
            second = one[MORE]
    place[COSTS_MORE], place[VEHICLE], place[ELSEWHERE] = best, best_v, second
    if best_v != NONE:
        place[BOARD], place[ALIGHT] = known[r, best_v, BOARD_AT], known[r, best_v, ALIGHT_AT]
