"""First vehicles of all journeys of a window, and the order in which a search takes them."""

import numpy as np

from routing.kernels.arrays import AS_BOARDS, Boards, Ints, Longs
from routing.kernels.compiled import inlined, part
from routing.kernels.growing import longer_rows


@inlined("int64(int32[::1], int64, int64, int64)")
def first_at_or_after(times: Ints, low: int, high: int, instant_s: int) -> int:
    """First of some ascending times that is not before an instant.

    Parameters
    ----------
    times
        int32, ascending from low up to but not including high.
    low, high
        Where to look.
    instant_s
        The instant.

    Returns
    -------
    int
        Its place; high when there is none.
    """
    while low < high:
        middle = (low + high) >> 1
        if times[middle] < instant_s:
            low = middle + 1
        else:
            high = middle
    return low


@part(f"int32[:, ::1]({AS_BOARDS}, UniTuple(int32[::1], 4), int64, int64, b1)")
def first_boardings(
    boards: Boards,
    ways: tuple[Ints, Ints, Ints, Ints],
    first_s: int,
    last_s: int,
    is_earliest: bool,
) -> Ints:
    """First vehicles of all journeys of a window.

    Parameters
    ----------
    boards
        Of `routing.layout.Layout`.
    ways
        Ways to a stop: the stop, its duration, and the first and last departure; int32.
    first_s, last_s
        The window of departures.
    is_earliest
        Leave at `first_s`, and take of each list only the first that can be caught.

    Returns
    -------
    ndarray
        int32 ``[n, 6]``: latest departure from the origin, way, list, trip of the list, position
        over all lists, whether riders may wait for a later trip; in no order.
    """
    board_firsts, places, times = boards
    stops, duration_s, opens_s, closes_s = ways
    found = np.empty((256, 6), np.int32)
    count = 0
    for e in range(len(stops)):
        low_s = max(first_s, int(opens_s[e]))
        high_s = min(last_s, int(closes_s[e]))
        if low_s > high_s:
            continue
        for at in range(board_firsts[stops[e]], board_firsts[stops[e] + 1]):
            r, position, low, trips = places[at, 0], places[at, 1], places[at, 2], places[at, 3]
            t = first_at_or_after(times, low, low + trips, low_s + duration_s[e])
            while t < low + trips:
                leave_s = int(times[t]) - duration_s[e]
                # The last moment of a way that closes may be followed by a wait at the stop.
                is_last = leave_s >= closes_s[e] or is_earliest
                leave_s = min(leave_s, int(closes_s[e]))
                if leave_s > last_s and not is_earliest:
                    break
                if count == len(found):
                    found = longer_rows(found, count, 2 * count)
                found[count, 0] = leave_s
                found[count, 1] = e
                found[count, 2] = r
                found[count, 3] = t - low
                found[count, 4] = position
                found[count, 5] = is_last
                count += 1
                if is_last:
                    break
                t += 1
    return found[:count]


@part("int64[::1](int32[:, ::1], int64, int64)")
def latest_first(boardings: Ints, first_s: int, last_s: int) -> Longs:
    """Order of first boardings, the latest departure first; a counting sort.

    Parameters
    ----------
    boardings
        As `first_boardings` gives them.
    first_s, last_s
        Bounds of the departures.

    Returns
    -------
    ndarray
        Row numbers, int64.
    """
    places = np.zeros(last_s - first_s + 2, np.int64)
    for row in range(len(boardings)):
        places[last_s - boardings[row, 0] + 1] += 1
    for second in range(1, len(places)):
        places[second] += places[second - 1]
    order = np.empty(len(boardings), np.int64)
    for row in range(len(boardings)):
        second = last_s - boardings[row, 0]
        order[places[second]] = row
        places[second] += 1
    return order
