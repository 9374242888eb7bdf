"""Least times to the target, against the direction of travel, in rounds.

RAPTOR run backwards on the fastest ride between any two neighbouring positions of a list, with no
wait anywhere: what a rider needs at least, by the number of vehicles still to come. The search
prunes with it (Delling, Dibbelt, Pajor, Zündorf, "Faster Transit Routing by Hyper Partitioning",
2017, and MOTIS use such bounds; ours are by round).
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.arrays import Bounds, Ints, Longs
from routing.kernels.compiled import inlined, part

FAR_S = 2**29
"""More than any time to the target; two of them can be added."""

LOOSE_S = 30
"""Changes that bring less are not followed: for every vehicle a bound may be so much too high."""

Places = tuple[Longs, Ints, Ints]
Steps = tuple[Longs, Ints, Ints, Ints, Ints]

Grids = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
Room = tuple[Ints, Ints, Ints, Ints, Ints]

_GRIDS = "UniTuple(int32[:, ::1], 3)"
_ROOM = "UniTuple(int32[::1], 5)"
AS_PLACES = "Tuple((int64[::1], int32[::1], int32[::1]))"
AS_STEPS = "Tuple((int64[::1], int32[::1], int32[::1], int32[::1], int32[::1]))"


@inlined(
    f"int64({AS_STEPS}, int64, int64, int64, int32[::1], int32[::1], int32[::1], int32[::1],"
    " b1[::1], int64)"
)
def ride_back(
    steps: Steps,
    r: int,
    last: int,
    least: int,
    arrived_s: Ints,
    ready_s: Ints,
    aboard_s: Ints,
    marks: Ints,
    is_marked: NDArray[np.bool_],
    count: int,
) -> int:
    """Go back along a list from its last position that has become nearer.

    Parameters
    ----------
    steps
        See `lower_bounds`.
    r, last, least
        List, and the last and the first of its positions that have become nearer.
    arrived_s, ready_s, aboard_s
        Bounds of this round; the last two are improved in place.
    marks, is_marked, count
        Stops whose `ready_s` was improved.

    Returns
    -------
    int
        Stops marked.
    """
    position_starts, alights, boards, ride_s, step_s = steps
    first = position_starts[r]
    end = first + last
    # Riders at the end of a list may stay seated; elsewhere the rest has been gone back before.
    on_s = int(aboard_s[end]) if end + 1 == position_starts[r + 1] else FAR_S
    for at in range(end, first, -1):
        if at < end:
            on_s += step_s[at]
        if alights[at] >= 0:
            on_s = min(on_s, int(arrived_s[alights[at]]))
        from_s = on_s + ride_s[at - 1]
        if from_s >= aboard_s[at - 1]:
            if at <= first + least:
                break
            continue
        aboard_s[at - 1] = from_s
        stop = boards[at - 1]
        if stop >= 0 and from_s < ready_s[stop]:
            ready_s[stop] = from_s
            if not is_marked[stop]:
                is_marked[stop] = True
                marks[count] = stop
                count += 1
    return count


@inlined(f"int64({AS_PLACES}, int32[::1], int64, b1[::1], int32[::1], int32[::1], int32[::1])")
def lists_to_scan(
    alight_places: Places,
    marks: Ints,
    marked: int,
    is_marked: NDArray[np.bool_],
    lasts: Ints,
    leasts: Ints,
    queue: Ints,
) -> int:
    """Lists that can be left at marked stops, each with its last and first such position.

    Parameters
    ----------
    alight_places
        See `lower_bounds`.
    marks, marked, is_marked
        The stops; the marks are taken away.
    lasts, leasts, queue
        Where positions and lists go; `lasts` is -1 for all other lists.

    Returns
    -------
    int
        Lists in the queue.
    """
    firsts, lists, positions = alight_places
    queued = 0
    for m in range(marked):
        stop = marks[m]
        is_marked[stop] = False
        for place in range(firsts[stop], firsts[stop + 1]):
            r = lists[place]
            if lasts[r] < 0:
                queue[queued] = r
                leasts[r] = positions[place]
                queued += 1
            leasts[r] = min(leasts[r], positions[place])
            lasts[r] = max(lasts[r], positions[place])
    return queued


@inlined(f"int64({AS_STEPS}, {AS_PLACES}, int32[::1], {_ROOM}, int64, int64)")
def stay_back(steps: Steps, before: Places, aboard_s: Ints, room: Room, r: int, tail: int) -> int:
    """Go back from the first position of a list to the lists that go on as it.

    Parameters
    ----------
    steps, before
        See `lower_bounds`.
    aboard_s
        Bounds of this round, improved in place.
    room
        See `scan_round`.
    r
        The list.
    tail
        Where the next list goes in the queue.

    Returns
    -------
    int
        Where the next list goes now.
    """
    lasts, leasts, queue, _, _ = room
    begin_s = aboard_s[steps[0][r]]
    for i in range(before[0][r], before[0][r + 1]):
        other = before[1][i]
        end = steps[0][other + 1] - 1
        if begin_s + before[2][i] >= aboard_s[end]:
            continue
        aboard_s[end] = begin_s + before[2][i]
        if lasts[other] < 0:
            leasts[other] = end - steps[0][other]
            queue[tail] = other
            tail = (tail + 1) % len(queue)
        lasts[other] = end - steps[0][other]
    return tail


@inlined(f"int64({AS_STEPS}, {AS_PLACES}, {AS_PLACES}, {_GRIDS}, {_ROOM}, b1[::1], int64, int64)")
def scan_round(
    steps: Steps,
    alight_places: Places,
    before: Places,
    grids: Grids,
    room: Room,
    is_marked: NDArray[np.bool_],
    m: int,
    marked: int,
) -> int:
    """Go back along all lists that can be left at marked stops.

    Parameters
    ----------
    steps, alight_places, before
        See `lower_bounds`.
    grids
        Its first three results.
    room, is_marked
        Last and first position of each list, queue of lists, marks, stops where riders are ready;
        flags.
    m
        The round.
    marked
        Marks in use.

    Returns
    -------
    int
        Stops where riders are ready that have become nearer.
    """
    lasts, leasts, queue, marks, waiting = room
    queued = lists_to_scan(alight_places, marks, marked, is_marked, lasts, leasts, queue)
    ready = 0
    head, tail = 0, queued
    while head != tail:  # every list stands there once at most, and one place is spare
        r = queue[head]
        head = (head + 1) % len(queue)
        begin_s = grids[2][m, steps[0][r]]
        ready = ride_back(
            steps,
            r,
            lasts[r],
            leasts[r],
            grids[0][m],
            grids[1][m],
            grids[2][m],
            waiting,
            is_marked,
            ready,
        )
        lasts[r] = -1
        if grids[2][m, steps[0][r]] < begin_s:
            tail = stay_back(steps, before, grids[2][m], room, r, tail)
    for i in range(ready):
        is_marked[waiting[i]] = False
    return ready


@inlined(f"int64({AS_PLACES}, {_GRIDS}, {_ROOM}, b1[::1], int64, int64)")
def walk_round(
    walks_back: Places,
    grids: Grids,
    room: Room,
    is_marked: NDArray[np.bool_],
    m: int,
    ready: int,
) -> int:
    """Go back along all changes to stops that have become nearer.

    Parameters
    ----------
    walks_back
        See `lower_bounds`.
    grids, room, is_marked, m
        See `scan_round`; what is improved is of round m + 1.
    ready
        Such stops.

    Returns
    -------
    int
        Stops marked.
    """
    firsts, tails, seconds = walks_back
    arrived_s, ready_s, _ = grids
    _, _, _, marks, waiting = room
    marked = 0
    for i in range(ready):
        stop = waiting[i]
        for w in range(firsts[stop], firsts[stop + 1]):
            from_s = seconds[w] + ready_s[m, stop]
            tail = tails[w]
            if from_s + LOOSE_S > arrived_s[m + 1, tail]:
                continue
            arrived_s[m + 1, tail] = from_s
            if not is_marked[tail]:
                is_marked[tail] = True
                marks[marked] = tail
                marked += 1
    return marked


@inlined("void(int32[:, ::1], int64)")
def copy_row(grid: NDArray[np.int32], m: int) -> None:
    """Copy a row onto the next one, value by value: a row at once takes a second to compile.

    Parameters
    ----------
    grid
        The rows.
    m
        Which one.
    """
    for place in range(grid.shape[1]):
        grid[m + 1, place] = grid[m, place]


@part(
    f"Tuple((int32[:, ::1], int32[:, ::1], int32[:, ::1], int64))({AS_STEPS}, {AS_PLACES},"
    f" {AS_PLACES}, {AS_PLACES}, int32[::1], int32[::1], int64, int64)"
)
def lower_bounds(
    steps: Steps,
    alight_places: Places,
    before: Places,
    walks_back: Places,
    stops: Ints,
    target_s: Ints,
    rounds: int,
    known: int,
) -> Bounds:
    """Find the least times to the target by the vehicles still to come.

    Parameters
    ----------
    steps
        First position of each list, stop to alight at, stop to board at, least time to the next
        arrival from the departure, and from the arrival; see `routing.layout.Layout`.
    alight_places
        Places to alight by stop: first, list, position.
    before
        Lists that go on as another one, by that: first, list, least time between.
    walks_back
        Changes to each stop, compressed sparse rows: first, stop they come from, seconds.
    stops, target_s
        Ways of egress: their stop, and their least seconds.
    rounds
        Most vehicles.
    known
        For so many of them the times are found, 0 for none; with more the target may be anywhere.

    Returns
    -------
    tuple
        Seconds, int32, `FAR_S` or more where there is no way: after an arrival at a stop with up
        to m more vehicles, ``[m, stop]``; ready at a stop with m + 1 more, ``[m, stop]``; from a
        departure at a position of a list (at its end: from the arrival, staying seated) with m more
        after this one, ``[m, position]``; the last m that differs from the one before it.
    """
    stop_count = len(alight_places[0]) - 1
    positions = len(steps[1])
    rows = min(rounds, known + 1)
    arrived_s = np.empty((rows, stop_count), np.int32)
    ready_s = np.empty((rows, stop_count), np.int32)
    aboard_s = np.empty((rows, positions), np.int32)
    least_s = FAR_S if known > 0 else 0
    arrived_s[0] = least_s
    ready_s[0] = least_s
    aboard_s[0] = least_s
    if known == 0:
        return arrived_s, ready_s, aboard_s, 0
    lasts = np.full(len(steps[0]) - 1, -1, np.int32)
    queue = np.empty(len(lasts) + 1, np.int32)
    marks = np.empty(stop_count, np.int32)
    is_marked = np.zeros(stop_count, np.bool_)
    marked = 0
    for e in range(len(stops)):
        arrived_s[0, stops[e]] = min(arrived_s[0, stops[e]], target_s[e])
        if not is_marked[stops[e]]:
            is_marked[stops[e]] = True
            marks[marked] = stops[e]
            marked += 1
    room = (lasts, np.empty_like(lasts), queue, marks, np.empty(stop_count, np.int32))
    grids = (arrived_s, ready_s, aboard_s)
    m = 0
    while True:
        ready = scan_round(steps, alight_places, before, grids, room, is_marked, m, marked)
        if m + 1 == rounds or ready == 0:
            return arrived_s, ready_s, aboard_s, m
        if m + 1 == known:
            arrived_s[known] = 0
            ready_s[known] = 0
            aboard_s[known] = 0
            return arrived_s, ready_s, aboard_s, known
        copy_row(arrived_s, m)
        marked = walk_round(walks_back, grids, room, is_marked, m, ready)
        if marked == 0:
            return arrived_s, ready_s, aboard_s, m
        m += 1
        copy_row(ready_s, m - 1)
        copy_row(aboard_s, m - 1)
