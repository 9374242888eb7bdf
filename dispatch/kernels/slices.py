"""Driving times that change with the time of day, as compiled code; see ``dispatch.slices``.

Who leaves later never arrives sooner: an arrival is the least over all departures from an instant
on, and there are fewer of them the later the instant.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import part
from dispatch.kernels.layout import (
    END_NODE,
    NEVER_S,
    NO_NODE,
    NODE,
    SERVICE_S,
    SLICES,
    START_NODE,
    UNREACHABLE,
)

Slices = tuple[NDArray[np.int64], NDArray[np.int32]]


@part(f"UniTuple(int64, 2)({SLICES}, int64, int64, int64)")
def drive(slices: Slices, at: int, node: int, leave_s: int) -> tuple[int, int]:
    """Tell when a vehicle arrives, and for how long leaving later delays it by as much.

    Parameters
    ----------
    slices : tuple of ndarray
        Starts, int64 [k], and driving seconds, int32 [k, n, n].
    at, node : int64
        From where to where.
    leave_s : int64
        Earliest instant of leaving.

    Returns
    -------
    arrival_s : int64
        The least over all departures from then on; ``NEVER_S`` when there is no way any more.
    same_s : int64
        Who leaves t seconds later, 0 <= t < same_s, arrives t seconds later; ``NEVER_S`` for ever.
    """
    starts_s, travel_s = slices
    now, count = 0, len(starts_s)
    while now + 1 < count and starts_s[now + 1] <= leave_s:
        now += 1
    leg_s = int(travel_s[now, at, node])
    arrival_s, same_s = NEVER_S, NEVER_S
    if leg_s != UNREACHABLE:
        arrival_s = leave_s + leg_s
    if now + 1 < count:
        same_s = int(starts_s[now + 1] - leave_s)
    if leg_s == UNREACHABLE:
        same_s = 0
    for later in range(now + 1, count):
        if leg_s != UNREACHABLE and starts_s[later] > starts_s[now + 1] + leg_s:
            break  # too late to matter while this slice lasts
        other_s = int(travel_s[later, at, node])
        if other_s == UNREACHABLE:
            continue
        same_s = min(same_s, max(0, int(starts_s[later]) + other_s - leg_s - leave_s + 1))
        arrival_s = min(arrival_s, int(starts_s[later]) + other_s)
    return arrival_s, same_s


@part(f"int64({SLICES}, int64, int64, int64)")
def leave_at(slices: Slices, at: int, node: int, arrive_s: int) -> int:
    """Tell when a vehicle must leave to arrive at an instant.

    Parameters
    ----------
    slices : tuple of ndarray
        As for ``drive``.
    at, node : int64
        From where to where.
    arrive_s : int64
        The instant.

    Returns
    -------
    int64
        The last departure that arrives then or before; ``-NEVER_S`` when there is none.
    """
    starts_s, travel_s = slices
    for n in range(len(starts_s) - 1, -1, -1):
        leg_s = int(travel_s[n, at, node])
        if leg_s == UNREACHABLE:
            continue
        leave_s = int(arrive_s - leg_s)
        if n + 1 < len(starts_s):
            leave_s = min(leave_s, int(starts_s[n + 1]) - 1)
        if n == 0 or leave_s >= starts_s[n]:
            return leave_s
    return -NEVER_S


@part(f"UniTuple(int64, 2)({SLICES}, int64[::1], int64[:, ::1], int64, int64, int64)")
def unwaited(
    slices: Slices,
    vehicle: NDArray[np.int64],
    stops: NDArray[np.int64],
    first: int,
    last: int,
    leave_s: int,
) -> tuple[int, int]:
    """Drive part of a route without waiting anywhere.

    Parameters
    ----------
    slices : tuple of ndarray
        As for ``drive``.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    first, last : int64
        Position that is left, -1 for the start, and position that is reached, k for the end.
    leave_s : int64
        Instant of leaving.

    Returns
    -------
    took_s : int64
        Seconds until the arrival.
    same_s : int64
        Leaving t seconds later, 0 <= t < same_s, takes as long.
    """
    at = vehicle[START_NODE] if first < 0 else stops[first, NODE]
    now_s, same_s = leave_s, NEVER_S
    for i in range(first + 1, last + 1):
        node = vehicle[END_NODE] if i == len(stops) else stops[i, NODE]
        if node == NO_NODE:
            break
        now_s, holds_s = drive(slices, at, node, now_s)
        same_s = min(same_s, holds_s)
        if i < last:
            now_s += stops[i, SERVICE_S]
        at = node
    return now_s - leave_s, same_s
