"""Ruin and recreate: take some requests out, put them back elsewhere, keep what is good enough.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle routing
problems", Transportation Science 54, 2020: strings of stops of neighbouring tours are taken out
(section 4.1), put back greedily with blinks (4.2), and the change is accepted by simulated
annealing (4.3); a smaller fleet is sought by counting how often each request was left over (4.4).
We differ in that a string takes out whole requests, that an insertion places a pair of stops, that
schedules keep ride limits, and that only the tours touched are copied and given back.
"""

from __future__ import annotations

import math

import numba

from dispatch.kernels.recreating import cheapest_place
from dispatch.kernels.tours import (
    ASKED,
    EARLIEST_S,
    FROZEN,
    LATEST_S,
    NONE,
    REQUESTS,
    ROOM,
    SEATS,
    START,
    TOURS,
    chance,
    put,
    refresh,
)

# What the search remembers: requests left over; whether a request may be moved; how often each was
# left over; counts: how many are left over, of the best plan too, and the costs of both.
MEMORY = "Tuple((int64[::1], uint8[::1], int64[::1], int64[::1]))"
LEFT_OVER, BEST_COST, BEST_LEFT_OVER, COST = range(4)
COUNTS = 4

# Room of the search: tours touched and whether they are; what is to be put back, its rank, the
# place found, kinds seen; the dice.
SCRATCH = "Tuple((int64[::1], uint8[::1], int64[::1], float64[::1], int64[::1], uint8[::1]))"

# Settings: stops taken out on average, longest string; chances to overlook a place, to split a
# string, to begin a tour of an empty vehicle.
TAKEN_OUT, LONGEST_STRING, BLINK, SPLIT, OPEN = range(5)

STOP_LEAVING = 0.01
"""Chance with which no more stops are left in the middle of a string (beta in the paper)."""


@numba.njit(f"void({TOURS}, {TOURS}, int64)", cache=True)
def copy_tour(source, target, v):  # type: ignore[no-untyped-def]
    """Copy one tour, with its schedule.

    Parameters
    ----------
    source, target : tuple
        See ``kernels.tours``.
    v : int64
        The vehicle.
    """
    k = source[1][v]
    target[1][v] = k
    target[5][v] = source[5][v]
    for i in range(k):
        target[0][v, i] = source[0][v, i]
        target[2][v, i] = source[2][v, i]
        target[3][v, i] = source[3][v, i]
        target[4][v, i, 0] = source[4][v, i, 0]
        target[4][v, i, 1] = source[4][v, i, 1]


@numba.njit(f"void({TOURS}, {TOURS}, {SCRATCH}, int64)", cache=True)
def touch(tours, kept, scratch, v):  # type: ignore[no-untyped-def]
    """Keep a tour as it was before this round, once.

    Parameters
    ----------
    tours, kept, scratch : tuple
        See above.
    v : int64
        The vehicle.
    """
    touched, is_touched = scratch[0], scratch[1]
    if is_touched[v] == 0:
        is_touched[v] = 1
        touched[1 + touched[0]] = v
        touched[0] += 1
        copy_tour(tours, kept, v)


@numba.njit(f"int64({ASKED}, {TOURS}, {MEMORY}, {SCRATCH}, int64, int64, int64)", cache=True)
def take_out(asked, tours, memory, scratch, v, first, last):  # type: ignore[no-untyped-def]
    """Take out all requests with a stop between two positions of a tour.

    Parameters
    ----------
    asked, tours, memory, scratch : tuple
        See above; requests taken out are added to the list of ``scratch``.
    v : int64
        The vehicle.
    first, last : int64
        Positions, the last one included.

    Returns
    -------
    int64
        Stops taken out.
    """
    row, sizes = tours[0][v], tours[1]
    free, out = memory[1], scratch[2]
    rides = 2 * asked[6][REQUESTS]
    for i in range(first, last + 1):
        x = row[i]
        r = x // 2
        if x < rides and free[r] != 0 and tours[6][r] == v:
            tours[6][r] = NONE
            out[1 + out[0]] = r
            out[0] += 1
    k = 0
    for i in range(sizes[v]):
        x = row[i]
        if x >= rides or tours[6][x // 2] == v:
            row[k] = x
            k += 1
    gone = sizes[v] - k
    sizes[v] = k
    return gone


@numba.njit(
    f"void({ASKED}, {TOURS}, {MEMORY}, {SCRATCH}, int64, int64, float64, float64, uint64[::1])",
    cache=True,
)
def take_string(  # type: ignore[no-untyped-def]
    asked, tours, memory, scratch, v, c, longest, split, dice
):
    """Take a string of stops around one out of its tour, perhaps leaving some in its middle.

    Parameters
    ----------
    asked, tours, memory, scratch : tuple
        See above.
    v, c : int64
        The vehicle, and a stop of it.
    longest : float64
        Longest string, stops.
    split : float64
        Chance to leave some in the middle.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    """
    sizes = tours[1]
    k, low = sizes[v], asked[2][v, FROZEN]
    at = low
    while tours[0][v, at] != c:
        at += 1
    length = min(int(chance(dice) * min(float(k - low), longest) + 1.0), k - low)
    left_in = 0
    if 1 < length < k - low and chance(dice) < split:
        left_in = 1
        while length + left_in < k - low and chance(dice) > STOP_LEAVING:
            left_in += 1
    first = max(low, at - length - left_in + 1)
    first += int(chance(dice) * (min(at, k - length - left_in) - first + 1))
    if left_in == 0:
        take_out(asked, tours, memory, scratch, v, first, first + length - 1)
        return
    gap = first + int(chance(dice) * length)
    last = first + length + left_in - 1
    if gap + left_in <= last:
        take_out(asked, tours, memory, scratch, v, gap + left_in, last)
    # Stops before the gap may have left with their partners: look at no more than there is.
    last = min(gap - 1, sizes[v] - 1)
    if last >= first:
        take_out(asked, tours, memory, scratch, v, first, last)


@numba.njit(
    f"b1({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1], {ROOM})",
    cache=True,
)
def ruin(asked, tours, kept, memory, scratch, settings, dice, room):  # type: ignore[no-untyped-def]
    """Take strings of stops out of tours that pass near a stop drawn by lot.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, settings : tuple or ndarray
        See above.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    room : tuple
        See ``kernels.tours``.

    Returns
    -------
    bool
        False when a tour is no longer feasible, as may be where travel times are no metric.
    """
    near, flags = asked[5], asked[6]
    sizes = tours[1]
    requests = flags[REQUESTS]
    served = requests - memory[3][LEFT_OVER]
    used = 0
    for v in range(len(sizes)):
        if sizes[v] > 0:
            used += 1
    if used == 0 or served == 0:
        return True
    longest = min(settings[LONGEST_STRING], 2.0 * served / used)
    most_strings = 4.0 * settings[TAKEN_OUT] / (1.0 + longest) - 1.0
    strings = int(chance(dice) * most_strings + 1.0)
    seed = int(chance(dice) * 2 * requests)
    done = 0
    for n in range(-1, near.shape[1]):
        if done >= strings:
            break
        c = seed if n < 0 else near[seed, n]
        v = tours[6][c // 2]
        if v == NONE or memory[1][c // 2] == 0 or scratch[1][v] != 0:
            continue
        touch(tours, kept, scratch, v)
        done += 1
        take_string(asked, tours, memory, scratch, v, c, longest, settings[SPLIT], dice)
        if not refresh(asked, tours, v, room):
            return False
    return True


@numba.njit(f"void({ASKED}, {SCRATCH}, uint64[::1])", cache=True)
def line_up(asked, scratch, dice):  # type: ignore[no-untyped-def]
    """Put the requests that wait into an order drawn by lot: by chance, load, distance or window.

    Parameters
    ----------
    asked, scratch : tuple
        See above; the list is sorted in place.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    """
    travel_s, stops, vehicles = asked[0], asked[1], asked[2]
    out, rank = scratch[2], scratch[3]
    depot = vehicles[0, START]
    draw = chance(dice) * 17.0
    for n in range(out[0]):
        p, d = 2 * out[1 + n], 2 * out[1 + n] + 1
        if draw < 4.0:
            rank[n] = chance(dice)
        elif draw < 6.0:
            rank[n] = -float(stops[p, SEATS])
        elif draw < 8.0:
            rank[n] = -float(travel_s[depot, p] + travel_s[depot, d])
        elif draw < 9.0:
            rank[n] = float(travel_s[depot, p] + travel_s[depot, d])
        elif draw < 12.0:
            slack_s = stops[p, LATEST_S] - stops[p, EARLIEST_S]
            rank[n] = float(min(slack_s, stops[d, LATEST_S] - stops[d, EARLIEST_S]))
        elif draw < 14.0:
            rank[n] = float(stops[p, EARLIEST_S])
        elif draw < 15.0:
            rank[n] = -float(stops[d, LATEST_S])
        else:
            rank[n] = -float(travel_s[p, d])
    for n in range(1, out[0]):
        r, value, at = out[1 + n], rank[n], n
        while at > 0 and rank[at - 1] > value:
            out[1 + at] = out[at]
            rank[at] = rank[at - 1]
            at -= 1
        out[1 + at] = r
        rank[at] = value


@numba.njit(
    f"b1({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1], {ROOM})",
    cache=True,
)
def recreate(asked, tours, kept, memory, scratch, settings, dice, room):  # type: ignore[no-untyped-def]
    """Put back what waits; what finds no place stays in the list.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, settings, dice, room
        As in ``ruin``.

    Returns
    -------
    bool
        False when a tour turned out not to be feasible.
    """
    out, place, seen = scratch[2], scratch[4], scratch[5]
    line_up(asked, scratch, dice)
    waiting = out[0]
    out[0] = 0
    is_new = chance(dice) < settings[OPEN]
    for n in range(waiting):
        r = out[1 + n]
        cheapest_place(asked, tours, r, is_new, settings[BLINK], dice, seen, place, room)
        if is_new and place[1] == NONE:
            cheapest_place(asked, tours, r, False, settings[BLINK], dice, seen, place, room)
        is_new = False
        v = place[1]
        if v == NONE:
            out[1 + out[0]] = r
            out[0] += 1
            continue
        touch(tours, kept, scratch, v)
        put(tours, v, r, place[2], place[3])
        if not refresh(asked, tours, v, room):
            return False
    return True


@numba.njit(f"void({TOURS}, {TOURS}, {SCRATCH}, int64)", cache=True)
def undo(tours, kept, scratch, requests):  # type: ignore[no-untyped-def]
    """Give the touched tours back as they were.

    Parameters
    ----------
    tours, kept, scratch : tuple
        See above.
    requests : int64
        How many there are.
    """
    touched = scratch[0]
    for n in range(touched[0]):
        v = touched[1 + n]
        for i in range(tours[1][v]):
            if tours[0][v, i] < 2 * requests:
                tours[6][tours[0][v, i] // 2] = NONE
    for n in range(touched[0]):
        v = touched[1 + n]
        copy_tour(kept, tours, v)
        for i in range(tours[1][v]):
            if tours[0][v, i] < 2 * requests:
                tours[6][tours[0][v, i] // 2] = v


@numba.njit(f"b1({MEMORY}, {SCRATCH}, int64, float64, uint64[::1])", cache=True)
def is_accepted(memory, scratch, cost, heat, dice):  # type: ignore[no-untyped-def]
    """Tell whether the search goes on from here.

    Parameters
    ----------
    memory, scratch : tuple
        See above.
    cost : int64
        Of all tours.
    heat : float64
        Temperature of the annealing, in units of cost.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.

    Returns
    -------
    bool
        True for fewer left over, or those that were left over less often; with as many as before
        by the cost.
    """
    left, _, often, counts = memory
    out = scratch[2]
    if out[0] != counts[LEFT_OVER]:
        if out[0] < counts[LEFT_OVER]:
            return True
        if counts[LEFT_OVER] == 0:
            return False
    if counts[LEFT_OVER] > 0:
        before, after = 0, 0
        for n in range(counts[LEFT_OVER]):
            before += often[left[n]]
        for n in range(out[0]):
            after += often[out[1 + n]]
        if after != before:
            return after < before
        if out[0] > counts[LEFT_OVER]:
            return False
    return cost < counts[COST] - heat * math.log(1.0 - chance(dice))


@numba.njit(f"b1({TOURS}, {TOURS}, int64[::1])", cache=True)
def keep_best(tours, best, counts):  # type: ignore[no-untyped-def]
    """Copy the tours when fewer are left over than ever, or as few at a lower cost.

    Parameters
    ----------
    tours, best : tuple
        See ``kernels.tours``.
    counts : ndarray of int64
        See ``MEMORY``; brought up to date.

    Returns
    -------
    bool
        True when they were the best.
    """
    if counts[LEFT_OVER] > counts[BEST_LEFT_OVER] or (
        counts[LEFT_OVER] == counts[BEST_LEFT_OVER] and counts[COST] >= counts[BEST_COST]
    ):
        return False
    counts[BEST_LEFT_OVER], counts[BEST_COST] = counts[LEFT_OVER], counts[COST]
    for v in range(len(tours[1])):
        copy_tour(tours, best, v)
    return True


@numba.njit(
    f"int64({ASKED}, {TOURS}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1],"
    f" uint64[::1], {ROOM}, int64, float64)",
    cache=True,
)
def anneal(  # type: ignore[no-untyped-def]
    asked, tours, kept, best, memory, scratch, settings, dice, room, rounds, heat
):
    """Ruin and recreate for some rounds.

    Parameters
    ----------
    asked : tuple
        See ``kernels.tours``.
    tours : tuple
        The tours; with ``memory`` a state that fits together, and goes on.
    kept : tuple
        Tours, room for those of before a round.
    best : tuple
        Tours, the best so far: fewest left over, then the lowest cost.
    memory, scratch : tuple
        See above.
    settings : ndarray of float64
        See above.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    room : tuple
        See ``kernels.tours``.
    rounds : int64
        How many.
    heat : float64
        Temperature, in units of cost.

    Returns
    -------
    int64
        Rounds done: fewer when nothing is left over any more that was left over before.
    """
    left, _, often, counts = memory
    touched, is_touched, out = scratch[0], scratch[1], scratch[2]
    requests = asked[6][REQUESTS]
    began_with = counts[LEFT_OVER]
    for done in range(rounds):
        touched[0] = 0
        is_touched[:] = 0
        out[0] = counts[LEFT_OVER]
        for n in range(counts[LEFT_OVER]):
            out[1 + n] = left[n]
        is_sound = ruin(asked, tours, kept, memory, scratch, settings, dice, room)
        if is_sound:
            is_sound = recreate(asked, tours, kept, memory, scratch, settings, dice, room)
        cost = counts[COST]
        if is_sound:
            for n in range(touched[0]):
                cost += tours[5][touched[1 + n]] - kept[5][touched[1 + n]]
        accepted = is_sound and is_accepted(memory, scratch, cost, heat, dice)
        if is_sound and began_with > 0:
            for n in range(out[0]):
                often[out[1 + n]] += 1
        if not accepted:
            undo(tours, kept, scratch, requests)
            continue
        counts[LEFT_OVER] = out[0]
        counts[COST] = cost
        for n in range(out[0]):
            left[n] = out[1 + n]
        if keep_best(tours, best, counts) and began_with > 0 and out[0] == 0:
            return done + 1
    return rounds
