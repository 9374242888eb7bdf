"""Put absent requests back; see ``kernels.annealing``."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from dispatch.kernels.cheapest import cheapest_place
from dispatch.kernels.compiled import inlined, part
from dispatch.kernels.state import (
    ALIGHT,
    BLINK,
    BOARD,
    COSTS_MORE,
    ELSEWHERE,
    MEMORY,
    OPEN,
    REGRET,
    SCRATCH,
    VEHICLE,
    touch,
)
from dispatch.kernels.tours import (
    ASKED,
    EARLIEST_S,
    KIND,
    LATEST_S,
    NONE,
    ROOM,
    SEATS,
    START,
    TOURS,
    USABLE,
    Arrays,
    chance,
    put,
    refresh,
)


@inlined(f"void({ASKED}, {SCRATCH}, uint64[::1])")
def line_up(
    asked: Arrays,
    scratch: Arrays,
    dice: NDArray[Any],
) -> None:
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


@part(f"b1({ASKED}, {TOURS}, {TOURS}, {SCRATCH}, {ROOM}, int64)", borrows=True)
def ride_along(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    scratch: Arrays,
    room: Arrays,
    r: int,
) -> bool:
    """Put a request where a place was found.

    Parameters
    ----------
    asked, tours, kept, scratch, room
        As in ``recreate``.
    r : int64
        The request.

    Returns
    -------
    bool
        False when the tour turned out not to be feasible.
    """
    vehicles, sizes, place, looked_at = asked[2], tours[1], scratch[4], scratch[5]
    v = place[VEHICLE]
    if sizes[v] == 0:  # the next empty one of its kind is looked at from now on
        for u in range(len(sizes)):
            if u == v or sizes[u] > 0 or vehicles[u, USABLE] == 0:
                continue
            if vehicles[u, KIND] == vehicles[v, KIND]:
                n = 1
                while n <= looked_at[0] and looked_at[n] != u:
                    n += 1
                looked_at[0], looked_at[n] = max(n, looked_at[0]), u
                break
    touch(tours, kept, scratch, v)
    put(tours, v, r, place[BOARD], place[ALIGHT])
    return refresh(asked, tours, v, room)


@inlined(f"b1({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, {ROOM}, int64)")
def settle(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    room: Arrays,
    r: int,
) -> bool:
    """Put a request where a place was found; without one it stays in the list.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, room
        As in ``recreate``.
    r : int64
        The request.

    Returns
    -------
    bool
        False when the tour turned out not to be feasible.
    """
    out, place = scratch[2], scratch[4]
    if place[VEHICLE] == NONE:
        out[1 + out[0]] = r
        out[0] += 1
        return True
    return ride_along(asked, tours, kept, scratch, room, r)


@part(
    f"b1({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1], {ROOM})",
    borrows=True,
)
def recreate_by_regret(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
    room: Arrays,
) -> bool:
    """Put back what waits, first who would lose most by going to the second best tour.

    Ropke and Pisinger, section 3.2.2, regret-2; a request with one tour left comes before all
    with two, the cheaper before the dearer.

    Parameters
    ----------
    asked, tours, kept, memory, scratch, settings, dice, room
        As in ``recreate``.

    Returns
    -------
    bool
        False when a tour turned out not to be feasible.
    """
    out, place, known = scratch[2], scratch[4], memory[4]
    waiting, done = out[0], 0
    out[0] = 0
    blink = settings[BLINK]
    while done < waiting:
        chosen, most, least = NONE, 0, 0
        n = done
        while n < waiting:
            r = out[1 + n]
            cheapest_place(asked, tours, r, False, True, blink, dice, scratch, room, known)
            if place[VEHICLE] == NONE:  # it stays out, in front
                out[1 + n] = out[1 + done]
                out[1 + done] = out[1 + out[0]]
                out[1 + out[0]] = r
                out[0] += 1
                done += 1
                n = max(n + 1, done)
                continue
            lost = place[ELSEWHERE] - place[COSTS_MORE]
            if chosen == NONE or lost > most or (lost == most and place[COSTS_MORE] < least):
                chosen, most, least = r, lost, place[COSTS_MORE]
            n += 1
        if chosen == NONE:
            return True
        cheapest_place(asked, tours, chosen, False, False, 0.0, dice, scratch, room, known)
        n = done
        while out[1 + n] != chosen:
            n += 1
        out[1 + n] = out[1 + done]
        done += 1
        out[done] = chosen
        if not ride_along(asked, tours, kept, scratch, room, chosen):
            return False
    return True


@part(
    f"b1({ASKED}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1], uint64[::1], {ROOM})",
    borrows=True,
)
def recreate(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
    room: Arrays,
) -> bool:
    """Put back what waits; what finds no place stays in the list.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    kept : tuple
        Tours, room for those of before a round.
    memory, scratch, settings : tuple or ndarray
        See ``kernels.state``.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    room : tuple
        See ``kernels.tours``.

    Returns
    -------
    bool
        False when a tour turned out not to be feasible.
    """
    out, place, known = scratch[2], scratch[4], memory[4]
    if chance(dice) < settings[REGRET]:
        return recreate_by_regret(asked, tours, kept, memory, scratch, settings, dice, room)
    line_up(asked, scratch, dice)
    waiting, blink = out[0], settings[BLINK]
    out[0] = 0
    is_new = chance(dice) < settings[OPEN]
    for n in range(waiting):
        r = out[1 + n]
        cheapest_place(asked, tours, r, is_new, False, blink, dice, scratch, room, known)
        if is_new and place[VEHICLE] == NONE:
            cheapest_place(asked, tours, r, False, False, blink, dice, scratch, room, known)
        is_new = False
        if not settle(asked, tours, kept, memory, scratch, room, r):
            return False
    return True
