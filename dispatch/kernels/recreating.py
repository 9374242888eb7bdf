"""Put absent requests back where they cost least; see ``kernels.annealing``."""

from __future__ import annotations

import numba

from dispatch.kernels.layout import NEVER_S
from dispatch.kernels.tours import (
    ASKED,
    CHILD_SEATS,
    CHILD_SEATS_TAKEN,
    EARLIEST_S,
    END,
    END_S,
    EXACT,
    FROZEN,
    KIND,
    LATEST_S,
    MAX_RIDE_S,
    NONE,
    ROOM,
    SEATS,
    SEATS_TAKEN,
    SERVICE_S,
    START,
    START_S,
    TOURS,
    USABLE,
    WHEELCHAIRS,
    WHEELCHAIRS_TAKEN,
    chance,
    fits,
    tour_cost,
)


@numba.njit(f"int64({ASKED}, {TOURS}, int64, int64, int64, int64, int64, {ROOM})", cache=True)
def trial_cost(asked, tours, v, r, i, j, k, room):  # type: ignore[no-untyped-def]
    """Compute what a tour would cost with a request put into it.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    v, r, i, j : int64
        As in ``put``.
    k : int64
        Stops of the tour.
    room : tuple
        See ``kernels.tours``.

    Returns
    -------
    int64
        Hundredths of weighted seconds, ``NONE`` when not feasible.
    """
    row, trial = tours[0][v], room[3]
    for at in range(i):
        trial[at] = row[at]
    trial[i] = 2 * r
    for at in range(i, j):
        trial[at + 1] = row[at]
    trial[j + 1] = 2 * r + 1
    for at in range(j, k):
        trial[at + 2] = row[at]
    return tour_cost(asked, v, trial, k + 2, room[2], room)


@numba.njit(
    f"void({ASKED}, {TOURS}, int64, b1, float64, uint64[::1], uint8[::1], int64[::1], {ROOM})",
    cache=True,
)
def cheapest_place(  # type: ignore[no-untyped-def]  # noqa: C901, PLR0912, PLR0915 - one loop
    asked, tours, r, is_new, blink, dice, seen, place, room
):
    """Find the cheapest feasible insertion of a request over all tours.

    A pickup position is overlooked with a small chance ("blinks": Christiaens and Vanden Berghe,
    "Slack induction by string removals for vehicle routing problems", Transportation Science 54,
    2020, section 4.2), which keeps the search from doing the same again and again.

    Parameters
    ----------
    asked, tours : tuple
        See ``kernels.tours``.
    r : int64
        The request.
    is_new : bool
        Whether to look at empty vehicles only.
    blink : float64
        Chance to overlook a position.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    seen : ndarray of uint8
        Room: kinds of which an empty vehicle has been looked at.
    place : ndarray of int64, shape (4,)
        Output: what it costs more, the vehicle (``NONE`` when there is no place), and the
        positions as in ``put``.
    room : tuple
        See ``kernels.tours``.
    """
    travel_s, stops, vehicles, capacities, allowed, _, flags = asked
    tour, sizes, begins_s, latests_s, loads, costs, _ = tours
    p, d = 2 * r, 2 * r + 1
    seats, wheelchairs = stops[p, SEATS], stops[p, WHEELCHAIRS]
    children = stops[p, CHILD_SEATS]
    earliest_p, latest_p, service_p = stops[p, EARLIEST_S], stops[p, LATEST_S], stops[p, SERVICE_S]
    earliest_d, latest_d, service_d = stops[d, EARLIEST_S], stops[d, LATEST_S], stops[d, SERVICE_S]
    longest_s = stops[d, MAX_RIDE_S]
    exact = flags[EXACT] != 0
    best, best_v, best_i, best_j = NEVER_S, NONE, 0, 0
    seen[:] = 0
    for v in range(len(sizes)):
        k = sizes[v]
        kind = vehicles[v, KIND]
        if vehicles[v, USABLE] == 0 or allowed[r, kind] == 0:
            continue
        if k > 0 and is_new:
            continue
        if k == 0:
            if seen[kind] != 0:
                continue
            seen[kind] = 1
        row, begin_s, latest_s, load = tour[v], begins_s[v], latests_s[v], loads[v]
        places = capacities[v]
        home = vehicles[v, END]
        end_s = vehicles[v, END_S]
        for i in range(vehicles[v, FROZEN], k + 1):
            if i < k and latest_s[i] < earliest_p:
                continue
            if i == 0:
                prev, left_s = vehicles[v, START], vehicles[v, START_S]
                seats_on, wheelchairs_on = vehicles[v, SEATS_TAKEN], vehicles[v, WHEELCHAIRS_TAKEN]
                children_on = vehicles[v, CHILD_SEATS_TAKEN]
            else:
                prev = row[i - 1]
                left_s = begin_s[i - 1] + stops[prev, SERVICE_S]
                seats_on, wheelchairs_on = load[i - 1, 0], load[i - 1, 1]
                children_on = load[i - 1, 2]
            to_p = travel_s[prev, p]
            at_s = max(earliest_p, left_s + to_p)
            if at_s > latest_p:
                break
            if not fits(
                places, seats_on + seats, wheelchairs_on + wheelchairs, children_on + children
            ):
                continue
            following = row[i] if i < k else home
            if i < k and at_s + service_p + travel_s[p, following] > latest_s[i]:
                continue
            more = to_p
            if following != NONE:
                skipped = travel_s[prev, following]
                if 100 * (to_p + travel_s[p, following] - skipped) >= best:
                    continue
                more -= skipped
            if blink > 0.0 and chance(dice) < blink:
                continue
            at, left_s, path_s = p, at_s + service_p, 0
            for j in range(i, k + 1):
                if j > i:  # ride on over one more stop
                    x = row[j - 1]
                    leg_s = travel_s[at, x]
                    begin = max(stops[x, EARLIEST_S], left_s + leg_s)
                    if begin > latest_s[j - 1]:
                        break
                    if not fits(
                        places,
                        load[j - 1, 0] + seats,
                        load[j - 1, 1] + wheelchairs,
                        load[j - 1, 2] + children,
                    ):
                        break
                    if j == i + 1:
                        more += leg_s
                    path_s += leg_s + stops[x, SERVICE_S]
                    if path_s > longest_s:
                        break
                    at, left_s = x, begin + stops[x, SERVICE_S]
                to_d = travel_s[at, d]
                off_s = max(earliest_d, left_s + to_d)
                if off_s > latest_d:
                    break
                if path_s + to_d > longest_s:
                    continue
                following = row[j] if j < k else home
                cost = more + to_d
                if j < k:
                    leg_s = travel_s[d, following]
                    if off_s + service_d + leg_s > latest_s[j]:
                        continue
                    cost += leg_s
                elif home != NONE:
                    leg_s = travel_s[d, home]
                    if off_s + service_d + leg_s > end_s:
                        continue
                    cost += leg_s
                if j > i and following != NONE:
                    cost -= travel_s[at, following]
                cost *= 100
                if cost >= best:
                    continue
                if exact:
                    cost = trial_cost(asked, tours, v, r, i, j, k, room)
                    if cost == NONE:
                        continue
                    cost -= costs[v]
                if cost < best:
                    best, best_v, best_i, best_j = cost, v, i, j
    place[0], place[1], place[2], place[3] = best, best_v, best_i, best_j
