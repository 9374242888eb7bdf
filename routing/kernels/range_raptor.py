"""Range RAPTOR: all Pareto journeys of a departure window, in rounds.

After Delling, Pajor, Werneck, "Round-Based Public Transit Routing" (2012/2015): section 3.1 the
rounds, 3.2 pruning by the best arrival at the target, 4.1 the range variant that keeps its labels
from one departure to the next earlier one. We differ in three points. (1) A stop has two labels a
round: the arrival by a vehicle, and the instant from which the rider is ready to board, after a
walk or a change; so walks between stops need no transitive closure. (2) A first boarding is only
allowed while the departure it stands for lies in the window, so windows neither share nor lose
journeys. (3) A journey is traced as soon as its departure is done, before labels move on.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled

NEVER_S = 2**31 - 1
LEG_COLUMNS = 4
HEAD_COLUMNS = 5


@compiled("int64(int64[::1], int32[::1], int64, int64, int64, int64, int64)")
def first_catchable(
    rows: NDArray[np.int64],
    departures: NDArray[np.int32],
    low: int,
    high: int,
    position: int,
    offset_s: int,
    ready_s: int,
) -> int:
    """First trip of an ordered list that leaves a position at or after an instant.

    Parameters
    ----------
    rows
        Where the times of each trip begin.
    departures
        All departures, int32.
    low, high
        The trips to look at, from low up to but not including high.
    position
        Position in the pattern.
    offset_s
        Added to every time.
    ready_s
        The instant.

    Returns
    -------
    int
        The trip; high when there is none.
    """
    while low < high:
        middle = (low + high) >> 1
        if departures[rows[middle] + position] + offset_s < ready_s:
            low = middle + 1
        else:
            high = middle
    return low


@compiled(
    "int32[::1](b1[::1], int32[::1], int64[::1], int32[::1], int32[::1], int64[::1], int64[::1],"
    " int64[::1], int32[::1], int32[::1],"
    " int32[::1], int32[::1], int32[::1], int32[::1], int64, int64)"
)
def departure_times(
    can_board: NDArray[np.bool_],
    departures: NDArray[np.int32],
    stop_starts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    offsets_s: NDArray[np.int32],
    trip_starts: NDArray[np.int64],
    rows: NDArray[np.int64],
    stop_firsts: NDArray[np.int64],
    stop_lists: NDArray[np.int32],
    stop_positions: NDArray[np.int32],
    access_stops: NDArray[np.int32],
    access_s: NDArray[np.int32],
    opens_s: NDArray[np.int32],
    closes_s: NDArray[np.int32],
    first_s: int,
    last_s: int,
) -> NDArray[np.int32]:
    """Departures from the origin that catch a first vehicle without waiting.

    Parameters
    ----------
    can_board, departures
        Of the timetable.
    stop_starts, lengths, offsets_s, trip_starts, rows, stop_firsts, stop_lists, stop_positions
        Of `routing.days.Runs`.
    access_stops, access_s, opens_s, closes_s
        Ways to a stop: the stop, its duration, and the departures for which it is open; int32.
    first_s, last_s
        The window of departures.

    Returns
    -------
    ndarray
        Seconds, int32, with repeats, in no order.
    """
    found = np.empty(1024, np.int32)
    count = 0
    for e in range(len(access_stops)):
        stop = access_stops[e]
        low_s = max(first_s, opens_s[e])
        high_s = min(last_s, closes_s[e])
        if low_s > high_s:
            continue
        if closes_s[e] <= last_s:
            # The last moment of a way that closes may be followed by a wait at the stop.
            if count == len(found):
                found = np.concatenate((found, np.empty(count, np.int32)))
            found[count] = closes_s[e]
            count += 1
        for at in range(stop_firsts[stop], stop_firsts[stop + 1]):
            r = stop_lists[at]
            position = stop_positions[at]
            if position + 1 >= lengths[r] or not can_board[stop_starts[r] + position]:
                continue
            t = first_catchable(
                rows,
                departures,
                trip_starts[r],
                trip_starts[r + 1],
                position,
                offsets_s[r],
                low_s + access_s[e],
            )
            while t < trip_starts[r + 1]:
                leave_s = departures[rows[t] + position] + offsets_s[r] - access_s[e]
                if leave_s > high_s:
                    break
                if count == len(found):
                    found = np.concatenate((found, np.empty(count, np.int32)))
                found[count] = leave_s
                count += 1
                t += 1
    return found[:count].copy()


@compiled(
    "int32[:, ::1](int32[::1], b1[::1], b1[::1], int32[::1], int32[::1],"
    " int64[::1], int32[::1], int32[::1], int64[::1], int64[::1],"
    " int64[::1], int32[::1], int32[::1],"
    " int64[::1], int32[::1], int32[::1],"
    " int32[::1], int32[::1], int32[::1], int32[::1],"
    " int64[::1], int32[::1], int32[::1], int32[::1], int32[::1],"
    " int32[::1], int64, int64, int64)"
)
def range_search(  # noqa: C901, PLR0912, PLR0915 - one loop, as the paper reads
    pattern_stops: NDArray[np.int32],
    can_board: NDArray[np.bool_],
    can_alight: NDArray[np.bool_],
    arrivals: NDArray[np.int32],
    departures: NDArray[np.int32],
    stop_starts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    offsets_s: NDArray[np.int32],
    trip_starts: NDArray[np.int64],
    rows: NDArray[np.int64],
    stop_firsts: NDArray[np.int64],
    stop_lists: NDArray[np.int32],
    stop_positions: NDArray[np.int32],
    walk_starts: NDArray[np.int64],
    walk_heads: NDArray[np.int32],
    walk_s: NDArray[np.int32],
    access_stops: NDArray[np.int32],
    access_s: NDArray[np.int32],
    opens_s: NDArray[np.int32],
    closes_s: NDArray[np.int32],
    egress_starts: NDArray[np.int64],
    egress_before_s: NDArray[np.int32],
    egress_opens_s: NDArray[np.int32],
    egress_closes_s: NDArray[np.int32],
    egress_after_s: NDArray[np.int32],
    starts_s: NDArray[np.int32],
    last_departure_s: int,
    last_arrival_s: int,
    rounds: int,
) -> NDArray[np.int32]:
    """Search all departures of a window, the latest first.

    Parameters
    ----------
    pattern_stops, can_board, can_alight, arrivals, departures
        Of the timetable.
    stop_starts, lengths, offsets_s, trip_starts, rows, stop_firsts, stop_lists, stop_positions
        Of `routing.days.Runs`.
    walk_starts, walk_heads, walk_s
        Changes from stop s, with the change at s itself, compressed sparse rows.
    access_stops, access_s, opens_s, closes_s
        Ways from the origin to a stop, as in `departure_times`.
    egress_starts, egress_before_s, egress_opens_s, egress_closes_s, egress_after_s
        Ways from stop s to the target, compressed sparse rows: seconds to reach the way's start,
        the window in which it can be started (waiting for it to open is allowed), its seconds.
    starts_s
        Departures, descending, int32.
    last_departure_s
        End of the window.
    last_arrival_s
        Later arrivals are of no interest.
    rounds
        Most vehicles of a journey.

    Returns
    -------
    ndarray
        int32 ``[j, 5 + 4 * rounds]``: departure, arrival, vehicles, way of access, way of egress;
        then for each vehicle its list, trip, boarding and alighting position.
    """
    stops = len(stop_firsts) - 1
    lists = len(lengths)
    arrive = np.full((rounds + 1, stops), NEVER_S, np.int32)
    ready = np.full((rounds + 1, stops), NEVER_S, np.int32)
    came_list = np.full((rounds + 1, stops), -1, np.int32)
    came_trip = np.full((rounds + 1, stops), -1, np.int32)
    came_board = np.full((rounds + 1, stops), -1, np.int32)
    came_alight = np.full((rounds + 1, stops), -1, np.int32)
    walked_from = np.full((rounds + 1, stops), -1, np.int32)

    best = np.full(rounds + 1, last_arrival_s + 1, np.int64)
    best_stop = np.full(rounds + 1, -1, np.int64)
    best_egress = np.full(rounds + 1, -1, np.int64)
    improved = np.zeros(rounds + 1, np.bool_)

    is_ready_marked = np.zeros(stops, np.bool_)
    ready_marks = np.empty(stops, np.int64)
    is_arrive_marked = np.zeros(stops, np.bool_)
    arrive_marks = np.empty(stops, np.int64)
    earliest = np.full(lists, NEVER_S, np.int32)
    queue = np.empty(lists, np.int64)

    found = np.empty((64, HEAD_COLUMNS + LEG_COLUMNS * rounds), np.int32)
    count = 0

    for start_s in starts_s:
        improved[:] = False
        marks = 0
        for e in range(len(access_stops)):
            if start_s < opens_s[e] or start_s > closes_s[e]:
                continue
            stop = access_stops[e]
            at_s = start_s + access_s[e]
            if at_s < ready[0, stop] and at_s < best[1]:
                ready[0, stop] = at_s
                # Not carried to later rounds: only a first boarding may use it, see (2).
                walked_from[0, stop] = e
                if not is_ready_marked[stop]:
                    is_ready_marked[stop] = True
                    ready_marks[marks] = stop
                    marks += 1

        for k in range(1, rounds + 1):
            # Lists through marked stops, each from its first marked position.
            queued = 0
            for m in range(marks):
                stop = ready_marks[m]
                is_ready_marked[stop] = False
                for at in range(stop_firsts[stop], stop_firsts[stop + 1]):
                    r = stop_lists[at]
                    position = stop_positions[at]
                    if position + 1 >= lengths[r] or not can_board[stop_starts[r] + position]:
                        continue
                    if earliest[r] == NEVER_S:
                        queue[queued] = r
                        queued += 1
                    earliest[r] = min(earliest[r], position)
            marks = 0
            if queued == 0:
                break

            # Ride each list.
            arrived = 0
            for q in range(queued):
                r = queue[q]
                first_stop = stop_starts[r]
                offset_s = int(offsets_s[r])
                low = trip_starts[r]
                trip = int(trip_starts[r + 1])
                end = trip
                board = -1
                for i in range(earliest[r], lengths[r]):
                    stop = pattern_stops[first_stop + i]
                    if board >= 0 and can_alight[first_stop + i]:
                        here_s = arrivals[rows[trip] + i] + offset_s
                        if here_s < arrive[k, stop] and here_s < best[k]:
                            arrive[k, stop] = here_s
                            came_list[k, stop] = r
                            came_trip[k, stop] = trip
                            came_board[k, stop] = board
                            came_alight[k, stop] = i
                            for j in range(k + 1, rounds + 1):
                                arrive[j, stop] = min(arrive[j, stop], here_s)
                            if not is_arrive_marked[stop]:
                                is_arrive_marked[stop] = True
                                arrive_marks[arrived] = stop
                                arrived += 1
                            for e in range(egress_starts[stop], egress_starts[stop + 1]):
                                leave_s = max(
                                    here_s + egress_before_s[e], np.int64(egress_opens_s[e])
                                )
                                if leave_s > egress_closes_s[e]:
                                    continue
                                target_s = leave_s + egress_after_s[e]
                                if target_s < best[k]:
                                    best_stop[k] = stop
                                    best_egress[k] = e
                                    improved[k] = True
                                    for j in range(k, rounds + 1):
                                        best[j] = min(best[j], target_s)
                    ready_s = ready[k - 1, stop]
                    if (
                        ready_s == NEVER_S
                        or i + 1 >= lengths[r]
                        or not can_board[first_stop + i]
                        or (board >= 0 and ready_s > departures[rows[trip] + i] + offset_s)
                    ):
                        continue
                    t = first_catchable(rows, departures, low, trip, i, offset_s, ready_s)
                    if t == trip and (board >= 0 or t == end):
                        continue
                    if k == 1:
                        e = walked_from[0, stop]
                        leave_s = departures[rows[t] + i] + offset_s - access_s[e]
                        if min(leave_s, np.int64(closes_s[e])) > last_departure_s:
                            continue
                    trip = t
                    board = i
                earliest[r] = NEVER_S

            # Change to other stops, and at the same one.
            for m in range(arrived):
                stop = arrive_marks[m]
                is_arrive_marked[stop] = False
                if k == rounds:
                    continue
                for w in range(walk_starts[stop], walk_starts[stop + 1]):
                    other = walk_heads[w]
                    at_s = np.int64(arrive[k, stop]) + walk_s[w]
                    if at_s < ready[k, other] and at_s < best[k + 1]:
                        ready[k, other] = at_s
                        walked_from[k, other] = stop
                        for j in range(k + 1, rounds + 1):
                            ready[j, other] = min(ready[j, other], at_s)
                        if not is_ready_marked[other]:
                            is_ready_marked[other] = True
                            ready_marks[marks] = other
                            marks += 1

        for m in range(marks):
            is_ready_marked[ready_marks[m]] = False

        for k in range(1, rounds + 1):
            if not improved[k] or best[k] >= best[k - 1]:
                continue
            if count == len(found):
                grown = np.empty((2 * count, found.shape[1]), np.int32)
                grown[:count] = found
                found = grown
            row = found[count]
            count += 1
            row[:] = -1
            row[1] = best[k]
            row[2] = k
            row[4] = best_egress[k]
            stop = best_stop[k]
            j = k
            # The label of round k may have been reached with fewer vehicles.
            while j > 1 and arrive[j - 1, stop] == arrive[j, stop]:
                j -= 1
            row[2] = j
            while True:
                column = HEAD_COLUMNS + LEG_COLUMNS * (j - 1)
                row[column] = came_list[j, stop]
                row[column + 1] = came_trip[j, stop]
                row[column + 2] = came_board[j, stop]
                row[column + 3] = came_alight[j, stop]
                boarded = pattern_stops[stop_starts[came_list[j, stop]] + came_board[j, stop]]
                i = j - 1
                while i > 1 and ready[i - 1, boarded] == ready[i, boarded]:
                    i -= 1
                if i == 0:
                    e = walked_from[0, boarded]
                    t = came_trip[j, stop]
                    r = came_list[j, stop]
                    leave_s = departures[rows[t] + came_board[j, stop]] + offsets_s[r]
                    row[0] = min(leave_s - access_s[e], np.int64(closes_s[e]))
                    row[3] = e
                    break
                stop = walked_from[i, boarded]
                j = i
    return found[:count].copy()
