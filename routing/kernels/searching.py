"""A whole search: first vehicles, lower bounds, rounds; one call, for most searches are short."""

import numpy as np

from routing.kernels.arrays import (
    AS_BOARDS,
    AS_LABELS,
    AS_LINES,
    AS_MARKS,
    AS_ONWARD,
    AS_WALKS,
    NEVER_S,
    WAIT_COLUMNS,
    Boards,
    Egresses,
    Grid,
    Ints,
    Labels,
    Lines,
    Marks,
    Onward,
    Walks,
)
from routing.kernels.compiled import compiled, inlined, part
from routing.kernels.first_boardings import first_boardings, latest_first
from routing.kernels.lower_bounds import AS_PLACES, AS_STEPS, Places, Steps, lower_bounds
from routing.kernels.range_raptor import HEAD_COLUMNS, LEG_COLUMNS, range_search

FEW_VEHICLES = 20
"""With fewer first vehicles than this a search is done sooner than its lower bounds."""

LAST_FEW = 3
"""Bounds of so many last vehicles are then found all the same; one is enough from one instant."""


@inlined(f"void({AS_LINES}, {AS_ONWARD}, {AS_LABELS}, {AS_MARKS}, int64)")
def forget(lines: Lines, onward: Onward, labels: Labels, marks: Marks, rounds: int) -> None:
    """Take out of the room what the search before has left there.

    Parameters
    ----------
    lines, onward, labels, marks, rounds
        See `range_search`.
    """
    arrive, ready, covered, _, _, is_met, followed = labels
    for at in range(len(arrive)):
        arrive[at] = NEVER_S
    for at in range(len(ready)):
        ready[at] = NEVER_S
    for m in range(marks[2][2]):
        r = marks[4][m]
        is_met[r] = 0
        trips = lines[2][r + 1] - lines[2][r]
        end = lines[0][r + 1] * rounds
        for at in range(lines[0][r] * rounds, end):
            covered[at] = trips
        if onward[0][r] == onward[0][r + 1]:
            for at in range(end - rounds, end):
                covered[at] = 0
        for row in range(onward[0][r], onward[0][r + 1]):
            followed[row] = rounds + 1
    marks[2][2] = 0


@part("UniTuple(int32[::1], 6)(UniTuple(int32[::1], 5), int64)")
def chained(egress: tuple[Ints, Ints, Ints, Ints, Ints], stops: int) -> Egresses:
    """Chain ways of egress by stop.

    Parameters
    ----------
    egress
        Fields of `routing.ways.Egress`.
    stops
        How many stops there are.

    Returns
    -------
    tuple of ndarray
        See `routing.kernels.rounds.reach_target`.
    """
    begins, before_s, opens_s, closes_s, after_s = egress
    first = np.full(stops, -1, np.int32)
    following = np.empty(len(begins), np.int32)
    for way in range(len(begins)):
        following[way] = first[begins[way]]
        first[begins[way]] = way
    return first, following, before_s, opens_s, closes_s, after_s


@compiled(
    f"int32[:, ::1]({AS_LINES}, {AS_ONWARD}, {AS_BOARDS}, {AS_STEPS}, {AS_PLACES}, {AS_PLACES},"
    f" {AS_WALKS}, {AS_WALKS}, UniTuple(int32[::1], 4), UniTuple(int32[::1], 5), {AS_LABELS},"
    f" {AS_MARKS}, int32[:, ::1], int64, int64, int64, int64, int64, b1)"
)
def find_journeys(
    lines: Lines,
    onward: Onward,
    boards: Boards,
    steps: Steps,
    alight_places: Places,
    before: Places,
    walks: Walks,
    walks_back: Places,
    access: tuple[Ints, Ints, Ints, Ints],
    egress: tuple[Ints, Ints, Ints, Ints, Ints],
    labels: Labels,
    marks: Marks,
    log: Grid,
    longest: int,
    first_departure_s: int,
    last_departure_s: int,
    last_arrival_s: int,
    rounds: int,
    is_earliest: bool,
) -> Ints:
    """Find journeys between ways of access and ways of egress.

    Parameters
    ----------
    lines, onward, boards, longest
        See `range_search`.
    steps, alight_places, before, walks_back
        See `lower_bounds`.
    walks
        Changes from each stop, compressed sparse rows: first, stop, seconds.
    access, egress
        Fields of `routing.ways.Access` and `routing.ways.Egress`; without egress all stops are
        reached as early as can be.
    labels, marks, log
        Of `routing.rooms.take_room`: see `range_search`, as a search has left them. Afterwards the
        labels say what was reached.
    first_departure_s, last_departure_s, last_arrival_s, rounds
        The window, and most vehicles.
    is_earliest
        Leave with the first departure, or later; else all Pareto journeys of the window.

    Returns
    -------
    ndarray
        See `range_search`.
    """
    forget(lines, onward, labels, marks, rounds)
    last_s = NEVER_S if is_earliest else last_departure_s
    firsts = first_boardings(boards, access, first_departure_s, last_s, is_earliest)
    if len(firsts) == 0:
        return np.empty((0, HEAD_COLUMNS + LEG_COLUMNS * rounds), np.int32)
    known = 0
    if len(egress[0]) > 0:
        known = 1 if is_earliest else rounds if len(firsts) >= FEW_VEHICLES else LAST_FEW
    target_s = egress[1] + egress[4]
    bounds = lower_bounds(
        steps, alight_places, before, walks_back, egress[0], target_s, rounds, known
    )
    if is_earliest:
        order = np.arange(len(firsts))
    else:
        order = latest_first(firsts, first_departure_s, last_departure_s)
    reached, ready, counts, waiting, met = marks
    needed = rounds * len(onward[1]) + len(firsts)
    if len(waiting) < needed:
        waiting = np.empty((needed, WAIT_COLUMNS), np.int32)
    return range_search(
        lines,
        onward,
        boards,
        walks,
        chained(egress, len(boards[0]) - 1),
        bounds,
        labels,
        (reached, ready, counts, waiting, met),
        log,
        firsts,
        order,
        is_earliest,
        longest,
        last_arrival_s,
        rounds,
    )
