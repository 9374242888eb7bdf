"""What happens in a round of the search: boarding, riding, changing, reaching the target.

See `routing.kernels.range_raptor`, which puts these parts together.
"""

from routing.kernels.arrays import (
    AS_BESTS,
    AS_BOARDS,
    AS_BOUNDS,
    AS_EGRESSES,
    AS_LABELS,
    AS_LINES,
    AS_MARKS,
    AS_ONWARD,
    AS_RIDE,
    AS_WALKS,
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
    Ride,
    Walks,
)
from routing.kernels.compiled import inlined
from routing.kernels.first_boardings import first_at_or_after
from routing.kernels.lower_bounds import FAR_S, LOOSE_S

MAY_WAIT = 1
HAS_STAYED = 2


@inlined(f"void({AS_EGRESSES}, {AS_BESTS}, int64, int64, int64, int64)")
def reach_target(
    egresses: Egresses, bests: Bests, stop: int, k: int, here_s: int, entry: int
) -> None:
    """Go on from a stop to the target.

    Parameters
    ----------
    egresses
        First way from each stop (-1 for none), the next way from the same stop; seconds to reach
        the way's start, first and last start (waiting for it to open is allowed), its seconds.
    bests
        Of `range_search`; improved in place.
    stop, k, here_s
        Where, after how many vehicles, and when.
    entry
        Row of the log.
    """
    first, following, before_s, opens_s, closes_s, after_s = egresses
    best, best_entry, best_egress, improved = bests
    e = int(first[stop])
    while e >= 0:
        leave_s = max(here_s + before_s[e], int(opens_s[e]))
        target_s = leave_s + after_s[e]
        if leave_s <= closes_s[e] and target_s < best[k]:
            best_entry[k] = entry
            best_egress[k] = e
            improved[k] = True
            for j in range(k, len(best)):
                best[j] = min(best[j], target_s)
        e = int(following[e])


@inlined("b1(int32[:, ::1], int64[::1], int64, int64, int64, int64)")
def is_hopeful(bound_s: Grid, best: Longs, depth: int, at: int, here_s: int, k: int) -> bool:
    """Whether the target may still be reached earlier than it has been.

    Parameters
    ----------
    bound_s
        Least seconds to the target by the vehicles still to come, ``[vehicles, place]``.
    best
        Earliest arrivals at the target.
    depth
        Last row of the bounds.
    at, here_s, k
        Place, instant, and vehicles so far.

    Returns
    -------
    bool
        True when some number of vehicles may do.
    """
    for more in range(min(depth, len(best) - 1 - k), -1, -1):
        least_s = bound_s[more, at]
        if least_s >= FAR_S:  # and with fewer vehicles it is no nearer
            return False
        if here_s + least_s - LOOSE_S * more < best[k + more]:
            return True
    return False


@inlined(f"void({AS_LABELS}, {AS_MARKS}, int64)")
def meet(labels: Labels, marks: Marks, r: int) -> None:
    """Remember that the memory of a list will have been written into.

    Parameters
    ----------
    labels, marks
        See `range_search`.
    r
        The list.
    """
    if labels[5][r] == 0:
        labels[5][r] = 1
        marks[4][marks[2][2]] = r
        marks[2][2] += 1


@inlined(
    f"void({AS_LINES}, {AS_ONWARD}, {AS_BOUNDS}, {AS_LABELS}, {AS_BESTS}, {AS_MARKS},"
    f" int64, {AS_RIDE})"
)
def stay(
    lines: Lines,
    onward: Onward,
    bounds: Bounds,
    labels: Labels,
    bests: Bests,
    marks: Marks,
    k: int,
    task: Ride,
) -> None:
    """Stay seated where a trip goes on as another one; what is to be ridden waits in the marks.

    Parameters
    ----------
    lines, onward, bounds, labels, bests, marks
        See `range_search`.
    k
        Number of this vehicle.
    task
        See `ride`.
    """
    position_starts = lines[0]
    covered, followed = labels[2], labels[6]
    best = bests[0]
    rounds = len(best) - 1
    r, t, _, from_list, from_run, from_position, parent, waits = task
    last = position_starts[r + 1] - 1
    until = covered[last * rounds + k - 1] if waits == MAY_WAIT else t + 1
    stays = onward[1]
    e, end = onward[0][r], onward[0][r + 1]
    while e < end:
        middle = (e + end) >> 1
        if stays[middle, 0] < t:
            e = middle + 1
        else:
            end = middle
    while e < onward[0][r + 1] and stays[e, 0] < until:
        # Who could have waited for a trip could have taken the one as which it came before.
        if followed[e] <= k or (stays[e, 1] >= t and waits == MAY_WAIT):
            e += 1
            continue
        u, other, v, here_s = stays[e, 0], stays[e, 2], stays[e, 3], stays[e, 4]
        if here_s >= best[k] or not is_hopeful(bounds[2], best, bounds[3], last, here_s, k):
            break
        followed[e] = k
        begin = position_starts[other]
        if covered[begin * rounds + k - 1] > v and is_hopeful(
            bounds[2], best, bounds[3], begin, here_s, k
        ):
            waiting = marks[3][marks[2][1]]
            waiting[0] = other
            waiting[1] = v
            waiting[2] = begin
            waiting[3] = from_list
            waiting[4] = from_run + u - t
            waiting[5] = from_position
            waiting[6] = parent
            waiting[7] = HAS_STAYED
            waiting[8] = k
            marks[2][1] += 1
        e += 1
    if waits == MAY_WAIT:
        for j in range(last * rounds + k - 1, (last + 1) * rounds):
            if covered[j] <= t:
                break
            covered[j] = t


@inlined(
    f"int64({AS_LINES}, {AS_ONWARD}, {AS_EGRESSES}, {AS_BOUNDS}, {AS_LABELS}, {AS_BESTS},"
    f" {AS_MARKS}, int32[:, ::1], int64, int64, {AS_RIDE})"
)
def ride(
    lines: Lines,
    onward: Onward,
    egresses: Egresses,
    bounds: Bounds,
    labels: Labels,
    bests: Bests,
    marks: Marks,
    log: Ints,
    count: int,
    k: int,
    task: Ride,
) -> int:
    """Ride a trip from a position as long as nothing was there before it.

    Parameters
    ----------
    lines, onward, egresses, bounds, labels, bests, marks
        See `range_search`.
    log, count
        The log, and its rows in use.
    k
        Number of this vehicle.
    task
        List, trip of the list, position over all lists; list, run and position in the list where
        the vehicle was boarded; row of the log of the vehicle before (for the first ``-1 - row``
        of the first boardings); whether riders may have waited for a later trip of the list
        (`MAY_WAIT`), or have stayed seated from another one (`HAS_STAYED`).

    Returns
    -------
    int
        Rows of the log in use.
    """
    position_starts, alights, trip_starts, rows, offsets_s, arrivals = lines
    arrive, covered, entries = labels[0], labels[2], labels[3]
    arrived_s, _, aboard_s, depth = bounds
    best = bests[0]
    rounds = len(best) - 1
    r, t, position, from_list, from_run, from_position, parent, waits = task
    meet(labels, marks, r)
    first, last = position_starts[r], position_starts[r + 1] - 1
    row = rows[trip_starts[r] + t] - first
    offset_s = int(offsets_s[r])
    for at in range(position + 1, last + 1):
        if covered[(at - 1) * rounds + k - 1] <= t:
            break
        for j in range((at - 1) * rounds + k - 1, at * rounds):
            if covered[j] <= t:
                break
            covered[j] = t
        here_s = arrivals[row + at] + offset_s
        if here_s >= best[k]:
            break
        stop = int(alights[at])
        label = stop * rounds + k - 1
        if (
            stop >= 0
            and here_s < arrive[label]
            and is_hopeful(arrived_s, best, depth, stop, here_s, k)
        ):
            for j in range(label, (stop + 1) * rounds):
                if arrive[j] <= here_s:
                    break
                arrive[j] = here_s
            log[count, 0] = from_list
            log[count, 1] = from_run
            log[count, 2] = from_position
            log[count, 3] = r
            log[count, 4] = trip_starts[r] + t
            log[count, 5] = at - first
            log[count, 6] = parent
            if entries[stop] < 0:
                marks[0][marks[2][0]] = stop
                marks[2][0] += 1
            entries[stop] = count
            reach_target(egresses, bests, stop, k, here_s, count)
            count += 1
        if not is_hopeful(aboard_s, best, depth, at, here_s, k):
            break
    if len(onward[1]) > 0 and waits != HAS_STAYED and covered[last * rounds + k - 1] > t:
        stay(lines, onward, bounds, labels, bests, marks, k, task)
    return count


@inlined(
    f"int64({AS_LINES}, {AS_ONWARD}, {AS_BOARDS}, {AS_EGRESSES}, {AS_BOUNDS}, {AS_LABELS},"
    f" {AS_BESTS}, {AS_MARKS}, int32[:, ::1], int64, int64, int64)"
)
def board(
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
    stop: int,
    k: int,
) -> int:
    """Board at a stop whatever is earlier than what has been ridden from there before.

    Parameters
    ----------
    lines, onward, boards, egresses, bounds, labels, bests, marks
        See `range_search`.
    log, count
        The log, and its rows in use.
    stop, k
        Where, and the number of the vehicle.

    Returns
    -------
    int
        Rows of the log in use.
    """
    board_firsts, places, times = boards
    ready, covered, ready_entries = labels[1], labels[2], labels[4]
    rounds = len(bests[0]) - 1
    ready_s = int(ready[stop * rounds + k - 2])
    for at in range(board_firsts[stop], board_firsts[stop + 1]):
        r, position, low = int(places[at, 0]), int(places[at, 1]), int(places[at, 2])
        before = int(covered[position * rounds + k - 1])
        if len(onward[1]) > 0:
            end = lines[0][r + 1] - 1
            before = max(before, int(covered[end * rounds + k - 1]))
        if before == 0 or times[low + before - 1] < ready_s:
            continue
        if not is_hopeful(bounds[2], bests[0], bounds[3], position, ready_s, k):
            continue
        t = first_at_or_after(times, low, low + before - 1, ready_s) - low
        task = (
            r,
            t,
            position,
            r,
            lines[2][r] + t,
            position - lines[0][r],
            int(ready_entries[stop]),
            MAY_WAIT,
        )
        count = ride(lines, onward, egresses, bounds, labels, bests, marks, log, count, k, task)
    return count


@inlined(f"int64({AS_WALKS}, {AS_BOUNDS}, {AS_LABELS}, {AS_BESTS}, {AS_MARKS}, int64)")
def change(walks: Walks, bounds: Bounds, labels: Labels, bests: Bests, marks: Marks, k: int) -> int:
    """Change at and from all stops reached in a round.

    Parameters
    ----------
    walks, bounds, labels, bests, marks
        See `range_search`.
    k
        Number of vehicles so far.

    Returns
    -------
    int
        Stops where riders are ready earlier than before, in ``marks[1]``.
    """
    walk_starts, walk_heads, walk_s = walks
    arrive, ready, _, entries, ready_entries, _, _ = labels
    reached, waiting, counts, _, _ = marks
    _, bound_s, _, depth = bounds
    best = bests[0]
    rounds = len(best) - 1
    marked = 0
    for m in range(counts[0]):
        stop = int(reached[m])
        entry = entries[stop]
        entries[stop] = -1
        if k == rounds:
            continue
        here_s = int(arrive[stop * rounds + k - 1])
        for w in range(walk_starts[stop], walk_starts[stop + 1]):
            other = int(walk_heads[w])
            at_s = here_s + walk_s[w]
            label = other * rounds + k - 1
            if at_s >= ready[label] or not is_hopeful(bound_s, best, depth, other, at_s, k + 1):
                continue
            for j in range(label, (other + 1) * rounds):
                if ready[j] <= at_s:
                    break
                ready[j] = at_s
            if ready_entries[other] < 0:
                waiting[marked] = other
                marked += 1
            ready_entries[other] = entry
    counts[0] = 0
    return marked
