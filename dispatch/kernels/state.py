"""What a search by ruin and recreate remembers between rounds; see ``kernels.annealing``."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from dispatch.kernels.compiled import inlined, part
from dispatch.kernels.tours import KIND, NONE, TOURS, USABLE, Arrays

# What the search remembers: requests left over; whether a request may be moved; how often each was
# left over; counts: how many are left over, of the best plan too, and the costs of both; what is
# known of each request and tour, see below.
MEMORY = "Tuple((int64[::1], uint8[::1], int64[::1], int64[::1], int64[:, :, ::1]))"
LEFT_OVER, BEST_COST, BEST_LEFT_OVER, COST = range(4)
COUNTS = 4

# Room of the search: tours touched and whether they are; what is to be put back, its rank, the
# place found; the vehicles that are looked at: how many, those with stops and of the empty ones the
# first of each kind, and as many places to note some of them.
SCRATCH = "Tuple((int64[::1], uint8[::1], int64[::1], float64[::1], int64[::1], int64[::1]))"

# Settings: stops taken out on average, longest string; chances to overlook places, to split a
# string, to begin a tour of an empty vehicle; weights of the kinds of ruin; chance of regret.
TAKEN_OUT, LONGEST_STRING, BLINK, SPLIT, OPEN, STRINGS, RELATED, RANDOM, ENDS, REGRET = range(10)

# What is known of each request and tour, int64 [requests, vehicles, 8]: the stamp of the tour, what
# the cheapest place costs more, its positions as in ``put``. A first position of ``NONE`` says
# that no place is cheaper than that. Behind it the same of a tour that was changed in this round:
# most rounds are undone, and what was known of the tours before holds again.
STAMP, MORE, BOARD_AT, ALIGHT_AT = range(4)
CHANGED = 4
KNOWN_COLUMNS = 8
KNOWN = "int64[:, :, ::1]"

# A place found: what it costs more, the vehicle (``NONE`` when there is none), the positions, and
# what the cheapest place in another tour costs more.
COSTS_MORE, VEHICLE, BOARD, ALIGHT, ELSEWHERE = range(5)
PLACE_COLUMNS = 5


@inlined("void(int64[:, ::1], int64[::1], int64[::1], uint8[::1])")
def line_up_vehicles(
    vehicles: NDArray[Any],
    sizes: NDArray[Any],
    looked_at: NDArray[Any],
    seen: NDArray[Any],
) -> None:
    """List the vehicles to look at: of the empty ones of a kind only the first.

    Parameters
    ----------
    vehicles, sizes : ndarray
        See ``kernels.tours``.
    looked_at : ndarray of int64
        Output: see ``SCRATCH``.
    seen : ndarray of uint8, shape (vehicles,)
        Room.
    """
    seen[:] = 0
    looked_at[0] = 0
    for v in range(len(sizes)):
        if vehicles[v, USABLE] == 0 or (sizes[v] == 0 and seen[vehicles[v, KIND]] != 0):
            continue
        if sizes[v] == 0:
            seen[vehicles[v, KIND]] = 1
        looked_at[0] += 1
        looked_at[looked_at[0]] = v


@inlined(f"void({TOURS}, {TOURS}, int64)")
def copy_tour(
    source: Arrays,
    target: Arrays,
    v: int,
) -> None:
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
    target[7][v] = source[7][v]
    target[8][v, k] = source[8][v, k]
    target[9][v] = source[9][v]
    for i in range(k):
        target[0][v, i] = source[0][v, i]
        target[2][v, i] = source[2][v, i]
        target[3][v, i] = source[3][v, i]
        target[8][v, i] = source[8][v, i]
        target[4][v, i, 0] = source[4][v, i, 0]
        target[4][v, i, 1] = source[4][v, i, 1]
        target[4][v, i, 2] = source[4][v, i, 2]


@inlined(f"void({TOURS}, {TOURS}, {SCRATCH}, int64)")
def touch(
    tours: Arrays,
    kept: Arrays,
    scratch: Arrays,
    v: int,
) -> None:
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


@part(f"void({TOURS}, {TOURS}, {SCRATCH}, int64[::1], int64)", borrows=True)
def undo(
    tours: Arrays,
    kept: Arrays,
    scratch: Arrays,
    where: NDArray[Any],
    requests: int,
) -> None:
    """Give the touched tours back as they were.

    Parameters
    ----------
    tours, kept, scratch : tuple
        See above.
    where : ndarray of int64
        Position of each stop in its tour; as it was.
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
            where[tours[0][v, i]] = i
            if tours[0][v, i] < 2 * requests:
                tours[6][tours[0][v, i] // 2] = v


@part(f"b1({TOURS}, {TOURS}, int64[::1])", borrows=True)
def keep_best(
    tours: Arrays,
    best: Arrays,
    counts: NDArray[Any],
) -> bool:
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
        if best[7][v] != tours[7][v]:
            copy_tour(tours, best, v)
    return True
