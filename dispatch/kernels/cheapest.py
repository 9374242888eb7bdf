"""Where an absent request costs least, in tours that keep schedules; see ``kernels.annealing``.

What the cheapest place of a request in a tour costs holds as long as the tour stays as it is. It is
written down with the stamp of the tour, so that nothing is asked twice; what is known is looked at
first, for the dearer places in the other tours need not be found then. With a metric, begin of
service only rises and its upper bounds only fall when stops are added: so both, as they are for the
tour as it is, refuse most places at once, and the schedule of a place on trial is a short climb.
"""

from __future__ import annotations

import math
from typing import Any, Final

from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, inlined
from dispatch.kernels.layout import EMPTY, NEVER_S
from dispatch.kernels.state import (
    ALIGHT,
    ALIGHT_AT,
    BOARD,
    BOARD_AT,
    CHANGED,
    COSTS_MORE,
    ELSEWHERE,
    KNOWN,
    MORE,
    SCRATCH,
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
    HALT,
    KIND,
    LATEST_S,
    MAX_RIDE_S,
    NONE,
    RANGE_S,
    ROOM,
    SEATS,
    SEATS_TAKEN,
    SERVICE_S,
    START,
    START_S,
    TOURS,
    WHEELCHAIRS,
    WHEELCHAIRS_TAKEN,
    Arrays,
    chance,
    fits,
)
from dispatch.kernels.trials import stays_in_range, trial_cost

OVERLOOKED = 0.5
"""Share of the places in a tour that are overlooked when some are."""

NEVER: Final = 2**40
"""Of tours, more than are ever looked at."""


@inlined("int64(int64[::1], int64, int64, int64)")
def first_place(
    latest_s: NDArray[Any],
    low: int,
    k: int,
    instant_s: int,
) -> int:
    """Find the first stop before which somebody who boards from an instant on may board.

    Parameters
    ----------
    latest_s : ndarray of int64
        Latest begin at each stop, not decreasing.
    low, k : int64
        The first position that counts, and the number of stops.
    instant_s : int64
        The instant.

    Returns
    -------
    int64
        The position; k for behind the last.
    """
    high = k
    while low < high:
        middle = (low + high) >> 1
        if latest_s[middle] < instant_s:
            low = middle + 1
        else:
            high = middle
    return low


@inlined(
    f"void({ASKED}, {TOURS}, int64, int64, int64, float64, uint64[::1], {ROOM}, int64[::1], int64)"
)
def look_into(  # noqa: C901, PLR0912, PLR0915 - one loop
    asked: Arrays,
    tours: Arrays,
    r: int,
    v: int,
    bound: int,
    blink: float,
    dice: NDArray[Any],
    room: Arrays,
    one: NDArray[Any],
    noted: int,
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
    one : ndarray of int64, shape (8,)
        What is known of the request and the tour, see ``kernels.state``.
    noted : int64
        Where it is written: 0 or ``CHANGED``.
    """
    travel_s, stops, vehicles, capacities, _, _, flags, back_s = asked
    p, d = 2 * r, 2 * r + 1
    seats, wheelchairs = stops[p, SEATS], stops[p, WHEELCHAIRS]
    children = stops[p, CHILD_SEATS]
    earliest_p, latest_p, service_p = stops[p, EARLIEST_S], stops[p, LATEST_S], stops[p, SERVICE_S]
    earliest_d, latest_d, service_d = stops[d, EARLIEST_S], stops[d, LATEST_S], stops[d, SERVICE_S]
    longest_s = stops[d, MAX_RIDE_S]
    exact, has_range = flags[EXACT] != 0, vehicles[v, RANGE_S] < NEVER_S
    best, best_i, best_j = bound, NONE, NONE
    k = tours[1][v]
    row, begin_s, latest_s, load = tours[0][v], tours[2][v], tours[3][v], tours[4][v]
    path = tours[8][v]
    places = capacities[v]
    home, end_s = vehicles[v, END], vehicles[v, END_S]
    for i in range(first_place(latest_s, vehicles[v, FROZEN], k, earliest_p), k + 1):
        if i == 0:
            prev, left_s, path_s = vehicles[v, START], vehicles[v, START_S], 0
            seats_on, wheelchairs_on = vehicles[v, SEATS_TAKEN], vehicles[v, WHEELCHAIRS_TAKEN]
            children_on = vehicles[v, CHILD_SEATS_TAKEN]
        else:
            prev = row[i - 1]
            left_s = begin_s[i - 1] + stops[prev, SERVICE_S]
            path_s = path[i - 1] + stops[prev, SERVICE_S]
            seats_on, wheelchairs_on = load[i - 1, 0], load[i - 1, 1]
            children_on = load[i - 1, 2]
        to_p = back_s[p, prev]
        at_s = max(earliest_p, left_s + to_p)
        if at_s > latest_p:
            break
        following = row[i] if i < k else home
        if i < k and at_s + service_p + travel_s[p, following] > latest_s[i]:
            continue
        more = to_p
        if following != NONE:
            skipped = path[i] - path_s
            if 100 * (to_p + travel_s[p, following] - skipped) >= best:
                continue
            more -= skipped
        if not fits(places, seats_on + seats, wheelchairs_on + wheelchairs, children_on + children):
            continue
        if blink > 0.0 and chance(dice) < blink:
            continue
        at, left_s, path_s, ridden_s = p, at_s + service_p, 0, 0
        for j in range(i, k + 1):
            if j > i:  # ride on over one more stop
                x = row[j - 1]
                leg_s = travel_s[p, x] if j == i + 1 else path[j - 1] - ridden_s
                begin = max(stops[x, EARLIEST_S], left_s + leg_s)
                if begin > latest_s[j - 1] or stops[x, HALT] & EMPTY != 0:
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
                ridden_s = path[j - 1] + stops[x, SERVICE_S]
            to_d = back_s[d, at]
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
                cost -= path[j] - path[j - 1] - stops[at, SERVICE_S]
            if 100 * cost >= best:
                continue
            if has_range and not stays_in_range(asked, tours, v, r, i, j):
                continue
            if exact:
                cost = trial_cost(asked, tours, v, r, i, j, cost, room)
                if cost == NONE:
                    continue
            else:
                cost *= 100
            if cost < best:
                best, best_i, best_j = cost, i, j
    one[noted + STAMP], one[noted + MORE] = tours[7][v], best
    one[noted + BOARD_AT], one[noted + ALIGHT_AT] = best_i, best_j


@inlined("int64(float64, uint64[::1])")
def next_blink(
    blink: float,
    dice: NDArray[Any],
) -> int:
    """Draw how many tours are looked at closely before the next that is not.

    Parameters
    ----------
    blink : float64
        Chance of each tour.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.

    Returns
    -------
    int64
        The number, by the geometric distribution.
    """
    if blink <= 0.0:
        return NEVER
    return int(min(math.log(1.0 - chance(dice)) / math.log(1.0 - blink), 1e9))


@inlined("int64(int64[::1], int64, b1)")
def place_known(
    one: NDArray[Any],
    stamp: int,
    is_changed: bool,
) -> int:
    """Find what is known of a request and a tour.

    Parameters
    ----------
    one : ndarray of int64, shape (8,)
        What is known, see ``kernels.state``; brought in order when a change has been taken over.
    stamp : int64
        Of the tour.
    is_changed : bool
        Whether the tour was changed in this round.

    Returns
    -------
    int64
        0 or ``CHANGED``; ``NONE`` for nothing.
    """
    if one[STAMP] == stamp:
        return 0
    if one[CHANGED + STAMP] != stamp:
        return NONE
    if is_changed:
        return CHANGED
    for n in range(CHANGED):
        one[n] = one[CHANGED + n]
    return 0


@compiled(
    f"void({ASKED}, {TOURS}, int64, b1, b1, float64, uint64[::1], {SCRATCH}, {ROOM}, {KNOWN})",
    borrows=True,
)
def cheapest_place(  # noqa: C901, PLR0912 - what is known, then the rest
    asked: Arrays,
    tours: Arrays,
    r: int,
    is_new: bool,
    compares: bool,
    blink: float,
    dice: NDArray[Any],
    scratch: Arrays,
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
    scratch : tuple
        See ``kernels.state``; the place is written.
    room : tuple
        See ``kernels.tours``.
    known : ndarray of int64
        See ``kernels.state``.
    """
    vehicles, allowed, sizes, stamps = asked[2], asked[4], tours[1], tours[7]
    is_changed, place, looked_at = scratch[1], scratch[4], scratch[5]
    best, second, best_v, best_i, best_j = NEVER_S, NEVER_S, NONE, NONE, NONE
    rest = len(sizes) + 1  # where to note the tours to look into
    noted, blinks = 0, next_blink(blink, dice)
    for n in range(looked_at[0]):
        v = looked_at[1 + n]
        if allowed[r, vehicles[v, KIND]] == 0 or (is_new and sizes[v] > 0):
            continue
        one = known[r, v]
        at = place_known(one, stamps[v], is_changed[v] != 0)
        blinks -= 1
        if blinks < 0:
            blinks = next_blink(blink, dice)
            looked_at[rest + noted] = -1 - v
            noted += 1
        elif at == NONE or one[at + BOARD_AT] == NONE:
            looked_at[rest + noted] = v
            noted += 1
        elif one[at + MORE] < best:
            best, second, best_v = one[at + MORE], best, v
            best_i, best_j = one[at + BOARD_AT], one[at + ALIGHT_AT]
        elif one[at + MORE] < second:
            second = one[at + MORE]
    for n in range(noted):
        v = looked_at[rest + n]
        overlooked = 0.0
        if v < 0:
            v, overlooked = -1 - v, OVERLOOKED
        one, bound = known[r, v], second if compares else best
        at = place_known(one, stamps[v], is_changed[v] != 0)
        if at != NONE and one[at + MORE] >= bound:
            continue
        at = CHANGED if is_changed[v] != 0 or overlooked > 0.0 else 0
        look_into(asked, tours, r, v, bound, overlooked, dice, room, one, at)
        if overlooked > 0.0:
            one[at + STAMP] = NONE  # true for once
        if one[at + BOARD_AT] == NONE:
            continue
        if one[at + MORE] < best:
            best, second, best_v = one[at + MORE], best, v
            best_i, best_j = one[at + BOARD_AT], one[at + ALIGHT_AT]
        elif one[at + MORE] < second:
            second = one[at + MORE]
    place[COSTS_MORE], place[VEHICLE], place[ELSEWHERE] = best, best_v, second
    place[BOARD], place[ALIGHT] = best_i, best_j
