"""Every feasible place of a new rider on one route, as compiled code: what set partitioning lists.

Where an instant answer wants the best place (``kernels.positions``), a search over groups of riders
wants them all, because the best order for two need not lead to the best order for three.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled
from dispatch.kernels.layout import NEVER_S, SLICES, STOP_FIELDS, TRAVEL
from dispatch.kernels.positions import put_pair, route_cost
from dispatch.kernels.slices import Slices
from dispatch.kernels.timing import FEASIBLE, least_schedule


@compiled(
    f"int64[:, ::1]({TRAVEL}, {SLICES}, int64[::1], int64[:, ::1], int64[:, ::1], int64,"
    " int64[:, ::1])"
)
def every_place(
    travel_s: NDArray[np.int32],
    slices: Slices,
    vehicle: NDArray[np.int64],
    capacities: NDArray[np.int64],
    stops: NDArray[np.int64],
    frozen: int,
    pair: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Compute what a route costs with a new rider in each pair of places.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds; ``UNREACHABLE`` where there is no way.
    slices : tuple of ndarray
        Driving seconds by the time of day; see ``timing.least_schedule``.
    vehicle : ndarray of int64, shape (10,)
        The vehicle; see layout.
    capacities : ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats.
    stops : ndarray of int64, shape (k, 12)
        The route; see layout.
    frozen : int64
        So many leading stops stay in front.
    pair : ndarray of int64, shape (2, 12)
        Pickup and dropoff of the new rider.

    Returns
    -------
    ndarray of int64, shape (k + 1, k + 1)
        At (i, j): the cost, hundredths of a weighted second, with the pickup before stop i and the
        dropoff before stop j of the old route; ``NEVER_S`` where that is not feasible.
    """
    k = stops.shape[0]
    costs = np.full((k + 1, k + 1), NEVER_S, np.int64)
    widened = np.empty((k + 2, STOP_FIELDS), np.int64)
    begin_s = np.empty(k + 2, np.int64)
    for i in range(frozen, k + 1):
        for j in range(i, k + 1):
            put_pair(stops, pair, i, j, widened)
            code = least_schedule(travel_s, slices, vehicle, capacities, widened, begin_s)[0]
            if code == FEASIBLE:
                costs[i, j] = route_cost(travel_s, vehicle, widened, begin_s)
    return costs
