"""Take requests out of tours, in one of several ways drawn by lot; see ``kernels.annealing``.

Strings of stops of neighbouring tours: Christiaens and Vanden Berghe, "Slack induction by string
removals for vehicle routing problems", Transportation Science 54, 2020, section 4.1; we take out
whole requests. Related and random requests: Ropke and Pisinger, "An adaptive large neighborhood
search heuristic for the pickup and delivery problem with time windows", Transportation Science 40,
2006, sections 3.1.1 and 3.1.2. Ends of two tours that change places: Potvin and Rousseau, "An
exchange heuristic for routeing problems with time windows", JORS 46, 1995, here as a ruin: who is
on board at the cut is taken out.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from dispatch.kernels.compiled import inlined, part
from dispatch.kernels.state import (
    ENDS,
    LEFT_OVER,
    LONGEST_STRING,
    MEMORY,
    RANDOM,
    RELATED,
    SCRATCH,
    SPLIT,
    STRINGS,
    TAKEN_OUT,
    touch,
)
from dispatch.kernels.tours import (
    ASKED,
    FROZEN,
    KIND,
    NONE,
    REQUESTS,
    ROOM,
    TOURS,
    Arrays,
    chance,
    refresh,
)

STOP_LEAVING = 0.01
"""Chance with which no more stops are left in the middle of a string (beta in the paper)."""

MOST_PASSED_OVER = 0.6
"""A share drawn by lot below this of the near requests stay."""


@inlined(f"b1({TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, int64)")
def take_out(
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    r: int,
) -> bool:
    """Take a request off its vehicle; its stops stay until ``close_up``.

    Parameters
    ----------
    tours, kept, memory, scratch : tuple
        See above; the request is added to the list of ``scratch``.
    r : int64
        The request.

    Returns
    -------
    bool
        False when it rides with no vehicle, or may not be moved.
    """
    v, out = tours[6][r], scratch[2]
    if v == NONE or memory[1][r] == 0:
        return False
    touch(tours, kept, scratch, v)
    tours[6][r] = NONE
    out[1 + out[0]] = r
    out[0] += 1
    return True


@part(f"b1({ASKED}, {TOURS}, {SCRATCH}, {ROOM})", borrows=True)
def close_up(
    asked: Arrays,
    tours: Arrays,
    scratch: Arrays,
    room: Arrays,
) -> bool:
    """Remove the stops of those who were taken out from the tours touched.

    Parameters
    ----------
    asked, tours, scratch, room : tuple
        See above.

    Returns
    -------
    bool
        False when a tour is no longer feasible, as may be where travel times are no metric.
    """
    touched = scratch[0]
    rides = 2 * asked[6][REQUESTS]
    for n in range(touched[0]):
        v = touched[1 + n]
        row, k = tours[0][v], 0
        for i in range(tours[1][v]):
            x = row[i]
            if x >= rides or tours[6][x // 2] == v:
                row[k] = x
                k += 1
        tours[1][v] = k
        if not refresh(asked, tours, v, room):
            return False
    return True


@inlined(
    f"void({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, int64, int64, float64, float64,"
    " uint64[::1])"
)
def take_string(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    v: int,
    c: int,
    longest: float,
    split: float,
    dice: NDArray[Any],
) -> None:
    """Take a string of stops around one out of its tour, perhaps leaving some in its middle.

    Parameters
    ----------
    asked, tours, kept, memory, scratch : tuple
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
    row, k, low = tours[0][v], tours[1][v], asked[2][v, FROZEN]
    at = low
    while row[at] != c:
        at += 1
    length = min(int(chance(dice) * min(float(k - low), longest) + 1.0), k - low)
    left_in = 0
    if 1 < length < k - low and chance(dice) < split:
        left_in = 1
        while length + left_in < k - low and chance(dice) > STOP_LEAVING:
            left_in += 1
    first = max(low, at - length - left_in + 1)
    first += int(chance(dice) * (min(at, k - length - left_in) - first + 1))
    gap = first + int(chance(dice) * length)
    rides = 2 * asked[6][REQUESTS]
    for i in range(first, first + length + left_in):
        if row[i] < rides and not gap <= i < gap + left_in:
            take_out(tours, kept, memory, scratch, row[i] // 2)


@part(
    f"void({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1])", borrows=True
)
def take_strings(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
) -> None:
    """Take strings out of tours that pass near a stop drawn by lot.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, settings : tuple or ndarray
        See above.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    """
    near, requests = asked[5], asked[6][REQUESTS]
    served = requests - memory[3][LEFT_OVER]
    longest = min(settings[LONGEST_STRING], 2.0 * served / max(scratch[5][0], 1))
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
        done += 1
        take_string(asked, tours, kept, memory, scratch, v, c, longest, settings[SPLIT], dice)


@part(
    f"void({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1])", borrows=True
)
def take_random(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
) -> None:
    """Take out a few requests drawn by lot from all.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, settings, dice
        As in ``ruin``.
    """
    requests = asked[6][REQUESTS]
    for _ in range(int(1.0 + chance(dice) * 0.5 * min(settings[TAKEN_OUT], float(requests)))):
        take_out(tours, kept, memory, scratch, int(chance(dice) * requests))


@part(
    f"void({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1])", borrows=True
)
def take_related(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
) -> None:
    """Take out requests with a stop near one drawn by lot, passing over some of them.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, settings, dice
        As in ``ruin``.
    """
    near, requests = asked[5], asked[6][REQUESTS]
    wanted = int(1.0 + chance(dice) * min(2.0 * settings[TAKEN_OUT], 0.5 * requests))
    seed = int(chance(dice) * 2 * requests)
    done = 1 if take_out(tours, kept, memory, scratch, seed // 2) else 0
    pass_over = MOST_PASSED_OVER * chance(dice)
    for n in range(near.shape[1]):
        if done >= wanted:
            break
        if chance(dice) >= pass_over and take_out(tours, kept, memory, scratch, near[seed, n] // 2):
            done += 1


@inlined(f"int64({ASKED}, {TOURS}, {MEMORY}, int64, int64, int64, int64)")
def place_to_cut(
    asked: Arrays,
    tours: Arrays,
    memory: Arrays,
    v: int,
    x: int,
    behind: int,
    w: int,
) -> int:
    """Find where to cut a tour so that all behind may go over to another vehicle.

    Parameters
    ----------
    asked, tours, memory : tuple
        See ``kernels.tours`` and ``kernels.state``.
    v, x : int64
        The vehicle, and one of its stops.
    behind : int64
        1 to cut behind the stop, 0 to cut before it.
    w : int64
        The other vehicle.

    Returns
    -------
    int64
        The position at which the end begins; ``NONE`` when it has to stay.
    """
    allowed, free, row = asked[4], memory[1], tours[0][v]
    rides, kind = 2 * asked[6][REQUESTS], asked[2][w, KIND]
    for i in range(tours[1][v] - 1, asked[2][v, FROZEN] - 1, -1):
        if row[i] == x and behind == 1:
            return i + 1
        if row[i] >= rides or free[row[i] // 2] == 0 or allowed[row[i] // 2, kind] == 0:
            return NONE
        if row[i] == x:
            return i
    return NONE


@inlined(f"void({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, int64, int64)")
def empty_at(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    v: int,
    cut: int,
) -> None:
    """Take out who is on board where a tour is cut.

    Parameters
    ----------
    asked, tours, kept, memory, scratch : tuple
        See ``ruin``.
    v, cut : int64
        The vehicle and the position.
    """
    row, rides = tours[0][v], 2 * asked[6][REQUESTS]
    for i in range(cut):
        if row[i] < rides and row[i] % 2 == 0:
            for n in range(cut, tours[1][v]):
                if row[n] == row[i] + 1:
                    take_out(tours, kept, memory, scratch, row[i] // 2)
                    break


@inlined(f"void({TOURS}, {TOURS}, int64, int64, int64, int64, int64)")
def join(
    tours: Arrays,
    kept: Arrays,
    v: int,
    cut_v: int,
    w: int,
    cut_w: int,
    rides: int,
) -> None:
    """Make a tour of the beginning of one and the end of another, as they were.

    Parameters
    ----------
    tours, kept : tuple
        See ``ruin``; ``kept`` has both as they were.
    v, cut_v : int64
        The vehicle that drives it, and where its old tour is cut.
    w, cut_w : int64
        The vehicle whose end it gets, and where that begins.
    rides : int64
        Stops of requests have lower numbers.
    """
    row, rides_with, k = tours[0][v], tours[6], 0
    for u, first, last in ((v, 0, cut_v), (w, cut_w, kept[1][w])):
        for i in range(first, last):
            x = kept[0][u, i]
            if x >= rides or rides_with[x // 2] == u:
                row[k] = x
                k += 1
    tours[1][v] = k


@part(f"void({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, uint64[::1])", borrows=True)
def swap_ends(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    dice: NDArray[Any],
) -> None:
    """Let a stop be followed by a near one of another tour, and its rest: the ends change places.

    Parameters
    ----------
    asked, tours, kept, memory, scratch : tuple
        See ``ruin``.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    """
    near, requests, rides_with = asked[5], asked[6][REQUESTS], tours[6]
    c = int(chance(dice) * 2 * requests)
    e = near[c, int(chance(dice) ** 2 * near.shape[1])]
    v, w = rides_with[c // 2], rides_with[e // 2]
    if NONE in (v, w) or v == w:
        return
    cut_v = place_to_cut(asked, tours, memory, v, c, 1, w)
    cut_w = place_to_cut(asked, tours, memory, w, e, 0, v)
    if NONE in (cut_v, cut_w):
        return
    touch(tours, kept, scratch, v)
    touch(tours, kept, scratch, w)
    empty_at(asked, tours, kept, memory, scratch, v, cut_v)
    empty_at(asked, tours, kept, memory, scratch, w, cut_w)
    join(tours, kept, v, cut_v, w, cut_w, 2 * requests)
    join(tours, kept, w, cut_w, v, cut_v, 2 * requests)
    for u in (v, w):
        for i in range(tours[1][u]):
            if tours[0][u, i] < 2 * requests:
                rides_with[tours[0][u, i] // 2] = u


@part(
    f"b1({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1], {ROOM})",
    borrows=True,
)
def ruin(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
    room: Arrays,
) -> bool:
    """Take some requests out.

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
        False when a tour is no longer feasible.
    """
    if asked[6][REQUESTS] == 0:
        return True
    draw = chance(dice) * settings[STRINGS : ENDS + 1].sum()
    if draw < settings[STRINGS]:
        take_strings(asked, tours, kept, memory, scratch, settings, dice)
    elif draw < settings[STRINGS] + settings[RELATED]:
        take_related(asked, tours, kept, memory, scratch, settings, dice)
    elif draw < settings[STRINGS] + settings[RELATED] + settings[RANDOM]:
        take_random(asked, tours, kept, memory, scratch, settings, dice)
    else:
        swap_ends(asked, tours, kept, memory, scratch, dice)
    return close_up(asked, tours, scratch, room)
