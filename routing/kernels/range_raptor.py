"""Range RAPTOR: all Pareto journeys of a departure window, in rounds.

After Delling, Pajor, Werneck, "Round-Based Public Transit Routing" (2012/2015): section 3.1 the
rounds, 3.2 pruning by the best arrival at the target, 4.1 the range variant that keeps its labels
from one departure to the next earlier one. We differ in five points. (1) A stop has two labels a
round: the arrival by a vehicle, and the instant from which the rider is ready to board, after a
walk or a change; so walks between stops need no transitive closure. (2) Departures are first
boardings, found beforehand: each instant boards only the vehicles that leave just then, and only
those of the window, so windows neither share nor lose journeys. (3) Each position of a list
remembers the earliest trip that has been ridden through it (Witt, "Trip-Based Public Transit
Routing", 2015, section 3.1): a ride ends where an earlier one went on, over all departures of the
window. (4) Labels of a stop lie side by side over the rounds, and an improvement is carried to the
later ones at once. (5) Every vehicle ridden is a row of a log that names the row before it;
journeys are read from the log. (6) Where a trip goes on as another one riders stay seated in the
same round; the last position of a list remembers from which trip on that has been followed. It is
done in another run through the rounds, when most of it can no longer improve anything.
"""

import numpy as np

from routing.kernels.arrays import (
    AS_BESTS,
    AS_BOARDS,
    AS_BOUNDS,
    AS_EGRESSES,
    AS_LABELS,
    AS_LINES,
    AS_MARKS,
    AS_ONWARD,
    AS_WALKS,
    LOG_COLUMNS,
    Bests,
    Boards,
    Bounds,
    Egresses,
    Grid,
    Ints,
    Labels,
    Lines,
    Longs,
    Marks,
    Onward,
    Walks,
)
from routing.kernels.compiled import inlined, part
from routing.kernels.growing import longer_rows
from routing.kernels.rounds import board, change, ride

LEG_COLUMNS = 6
HEAD_COLUMNS = 5


@inlined(
    f"UniTuple(int64, 2)({AS_LINES}, {AS_ONWARD}, {AS_EGRESSES}, {AS_BOUNDS}, {AS_LABELS},"
    f" {AS_BESTS}, {AS_MARKS}, int32[:, ::1], int64, int64, int64, int64, int64)"
)
def ride_all(
    lines: Lines,
    onward: Onward,
    egresses: Egresses,
    bounds: Bounds,
    labels: Labels,
    bests: Bests,
    marks: Marks,
    log: Ints,
    count: int,
    first: int,
    until: int,
    k: int,
    longest: int,
) -> tuple[int, int]:
    """Ride what waits in the marks, as long as the log has room.

    Parameters
    ----------
    lines, onward, egresses, bounds, labels, bests, marks
        See `range_search`.
    log, count
        The log, and its rows in use.
    first, until
        The first that is to be ridden, and the first that is not.
    k
        Number of the vehicle.
    longest
        Room that one ride may need.

    Returns
    -------
    tuple of int
        The first that was not ridden, and rows of the log in use.
    """
    m = first
    while m < until and marks[3][m, 8] == k and count + longest <= len(log):
        one = marks[3][m]
        m += 1
        task = (one[0], one[1], one[2], one[3], one[4], one[5], one[6], one[7])
        count = ride(lines, onward, egresses, bounds, labels, bests, marks, log, count, k, task)
    return m, count


@inlined(
    f"UniTuple(int64, 2)({AS_LINES}, {AS_ONWARD}, {AS_BOARDS}, {AS_EGRESSES}, {AS_BOUNDS},"
    f" {AS_LABELS}, {AS_BESTS}, {AS_MARKS}, int32[:, ::1], int64, int64, int64, int64, int64)"
)
def board_all(
    lines: Lines,
    onward: Onward,
    boards: Boards,
    egresses: Egresses,
    bounds: Bounds,
    labels: Labels,
    bests: Bests,
    marks: Marks,
    log: Ints,
    count: int,
    first: int,
    marked: int,
    k: int,
    longest: int,
) -> tuple[int, int]:
    """Board at the marked stops, as long as the log has room.

    Parameters
    ----------
    lines, onward, boards, egresses, bounds, labels, bests, marks
        See `range_search`.
    log, count
        The log, and its rows in use.
    first, marked
        The marks to look at, from first up to but not including marked.
    k
        Number of the vehicle.
    longest
        Room that one stop may need.

    Returns
    -------
    tuple of int
        The first mark not looked at, and rows of the log in use.
    """
    m = first
    while m < marked and count + longest <= len(log):
        stop = int(marks[1][m])
        count = board(
            lines,
            onward,
            boards,
            egresses,
            bounds,
            labels,
            bests,
            marks,
            log,
            count,
            stop,
            k,
        )
        labels[4][stop] = -1
        m += 1
    return m, count


@inlined(f"void({AS_LINES}, {AS_MARKS}, int32[:, ::1], int64)")
def put_first(lines: Lines, marks: Marks, boardings: Ints, first: int) -> None:
    """Put a first vehicle among the rides that wait.

    Parameters
    ----------
    lines, marks, boardings
        See `range_search`.
    first
        Its row of the first boardings.
    """
    waiting = marks[3][marks[2][1]]
    r = boardings[first, 2]
    waiting[0] = r
    waiting[1] = boardings[first, 3]
    waiting[2] = boardings[first, 4]
    waiting[3] = r
    waiting[4] = lines[2][r] + boardings[first, 3]
    waiting[5] = boardings[first, 4] - lines[0][r]
    waiting[6] = -1 - first
    waiting[7] = boardings[first, 5]
    waiting[8] = 1
    marks[2][1] += 1


@inlined("int64(int32[:, ::1], int64, int32[:, ::1], int64, int64)")
def trace(log: Ints, entry: int, found: Ints, count: int, vehicles: int) -> int:
    """Read a journey from the log.

    Parameters
    ----------
    log
        The log.
    entry
        Row of its last vehicle.
    found, count
        Where it is written to.
    vehicles
        How many it has.

    Returns
    -------
    int
        Its row of the first boardings.
    """
    for k in range(vehicles - 1, -1, -1):
        for c in range(LEG_COLUMNS):
            found[count, HEAD_COLUMNS + LEG_COLUMNS * k + c] = log[entry, c]
        entry = int(log[entry, LOG_COLUMNS - 1])
    return -1 - entry


@part("int32[:, ::1](int32[:, ::1], int64, int64)")
def with_room(rows: Ints, count: int, more: int) -> Ints:
    """Rows with room for more, the first ones kept.

    Parameters
    ----------
    rows
        int32 ``[n, c]``.
    count
        How many are in use.
    more
        How many may be added.

    Returns
    -------
    ndarray
        The same rows, or a larger copy.
    """
    if count + more <= len(rows):
        return rows
    return longer_rows(rows, count, 2 * (count + more))


@part(
    f"int32[:, ::1]({AS_LINES}, {AS_ONWARD}, {AS_BOARDS}, {AS_WALKS}, {AS_EGRESSES}, {AS_BOUNDS},"
    f" {AS_LABELS}, {AS_MARKS}, int32[:, ::1], int32[:, ::1], int64[::1], b1, int64, int64, int64)"
)
def range_search(
    lines: Lines,
    onward: Onward,
    boards: Boards,
    walks: Walks,
    egresses: Egresses,
    bounds: Bounds,
    labels: Labels,
    marks: Marks,
    log: Grid,
    boardings: Ints,
    order: Longs,
    is_earliest: bool,
    longest: int,
    last_arrival_s: int,
    rounds: int,
) -> Ints:
    """Find all Pareto journeys in departure, arrival and number of vehicles.

    Parameters
    ----------
    lines
        First position of each list; stop of each position (-1 where nobody may alight); first trip
        of each list; where the arrivals of each trip begin; seconds added in a list; arrivals.
    onward
        `stay_firsts` and `stays` of `routing.layout.Layout`.
    boards
        Of `routing.layout.Layout`: places to board by stop and departures.
    walks
        Changes from each stop, compressed sparse rows: first, stop, seconds.
    egresses
        See `reach_target`.
    bounds
        Of `routing.kernels.lower_bounds`.
    labels
        Arrival and ready to board ``[stop][round]``, `NEVER_S`; earliest trip
        ``[position][round]``; row of the log with which a stop was reached, or made ready, in
        this round, -1 for none; whether a list has been met, 0; round in which a row of stays was
        followed. See `routing.kernels.searching.forget`.
    marks
        Room for stops reached, for stops ready; how many stops are reached, rides wait, and lists
        have been met, all 0; room for those rides, see `ride`, as many as first vehicles and, for
        every round, stays; room for lists met.
    log
        Room for the first vehicles ridden, int32 ``[n, 7]``.
    boardings, order
        First vehicles, in descending order of departure.
    is_earliest
        Whether all of them are waited for from one instant, in any order.
    longest
        Positions of the longest list, times the most boarding places of a stop.
    last_arrival_s
        Later arrivals are of no interest.
    rounds
        Most vehicles of a journey.

    Returns
    -------
    ndarray
        int32 ``[j, 5 + 6 * rounds]``: departure, arrival, vehicles, way of access, way of egress;
        then for each vehicle list, run and position where it is boarded, and where it is left.
    """
    best = np.full(rounds + 1, last_arrival_s + 1, np.int64)
    bests = (
        best,
        np.zeros(rounds + 1, np.int64),
        np.zeros(rounds + 1, np.int64),
        np.zeros(rounds + 1, np.bool_),
    )
    found = np.empty((64, HEAD_COLUMNS + LEG_COLUMNS * rounds), np.int32)
    entry_count = 0
    count = 0
    at = 0
    while at < len(order):
        start_s = boardings[order[at], 0]
        bests[3][:] = False
        while at < len(order) and (is_earliest or boardings[order[at], 0] == start_s):
            put_first(lines, marks, boardings, order[at])
            at += 1
        m = 0
        while m < marks[2][1]:
            until = marks[2][1]
            marked = 0
            for k in range(1, rounds + 1):
                i = 0
                while i < marked:
                    log = with_room(log, entry_count, longest)
                    i, entry_count = board_all(
                        lines,
                        onward,
                        boards,
                        egresses,
                        bounds,
                        labels,
                        bests,
                        marks,
                        log,
                        entry_count,
                        i,
                        marked,
                        k,
                        longest,
                    )
                while m < until and marks[3][m, 8] == k:
                    log = with_room(log, entry_count, longest)
                    m, entry_count = ride_all(
                        lines,
                        onward,
                        egresses,
                        bounds,
                        labels,
                        bests,
                        marks,
                        log,
                        entry_count,
                        m,
                        until,
                        k,
                        longest,
                    )
                marked = change(walks, bounds, labels, bests, marks, k)
                if marked == 0 and m == until:
                    break
        marks[2][1] = 0
        for k in range(1, rounds + 1):
            if bests[3][k] and best[k] < best[k - 1]:
                found = with_room(found, count, 1)
                found[count] = -1
                first = trace(log, bests[1][k], found, count, k)
                found[count, 0] = boardings[first, 0]
                found[count, 1] = best[k]
                found[count, 2] = k
                found[count, 3] = boardings[first, 1]
                found[count, 4] = bests[2][k]
                count += 1
    return found[:count].copy()
