"""One route as arrays, the form in which the kernels read it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidPlanError
from dispatch.objective import Weights
from dispatch.plan import PICKUP, Route
from dispatch.problem import LATEST_INSTANT_S, Problem, Request, Vehicle

NO_NODE = -1
NO_STOP = -1
NEVER_S = 2 * LATEST_INSTANT_S
"""Later than every instant, and small enough to be added to without overflow."""


class PackedVehicle(NamedTuple):
    """State of a vehicle as numbers, in the order in which the kernels take it.

    Parameters
    ----------
    start_node, start_s, end_node, end_s : int
        As in ``Vehicle``; ``NO_NODE`` for an open end.
    capacities : ndarray of int16, shape (arrangements, 2)
        Seats and wheelchair places.
    onboard : ndarray of int16, shape (2,)
        Load at the start.
    """

    start_node: int
    start_s: int
    end_node: int
    end_s: int
    capacities: NDArray[np.int16]
    onboard: NDArray[np.int16]


class PackedStops(NamedTuple):
    """Stops of a route as arrays of one length k, in the order in which the kernels take them.

    Parameters
    ----------
    node : ndarray of int32, shape (k,)
        Node of the stop.
    earliest_s, latest_s, service_s : ndarray of int64, shape (k,)
        Window of the begin of service, and its length, seconds.
    pickup_at : ndarray of int32, shape (k,)
        For a dropoff the position of its pickup, ``NO_STOP`` for others and for riders on board.
    max_ride_s : ndarray of int64, shape (k,)
        For a dropoff the longest ride, seconds.
    delta : ndarray of int16, shape (k, 2)
        Change of the load: seats, wheelchair places.
    """

    node: NDArray[np.int32]
    earliest_s: NDArray[np.int64]
    latest_s: NDArray[np.int64]
    service_s: NDArray[np.int64]
    pickup_at: NDArray[np.int32]
    max_ride_s: NDArray[np.int64]
    delta: NDArray[np.int16]


class PackedWishes(NamedTuple):
    """What the objective needs to know of each stop.

    Parameters
    ----------
    wish_s : ndarray of int64, shape (k,)
        Earliest pickup of the request that stops here, seconds.
    percent : ndarray of int64, shape (k,)
        Weight of each second after it.
    """

    wish_s: NDArray[np.int64]
    percent: NDArray[np.int64]


def pack_vehicle(problem: Problem, vehicle: Vehicle) -> PackedVehicle:
    """Turn a vehicle into numbers.

    Parameters
    ----------
    problem : Problem
        Knows the load of the riders on board.
    vehicle : Vehicle
        The vehicle.

    Returns
    -------
    PackedVehicle
        Its state.
    """
    loads = [problem.request(rider.request_id).load for rider in vehicle.onboard]
    return PackedVehicle(
        vehicle.start_node,
        vehicle.start_s,
        NO_NODE if vehicle.end_node is None else vehicle.end_node,
        vehicle.end_s,
        np.array([(c.seats, c.wheelchairs) for c in vehicle.capacities], dtype=np.int16),
        np.array(
            [sum(load.seats for load in loads), sum(load.wheelchairs for load in loads)],
            dtype=np.int16,
        ),
    )


def earliest_dropoff_s(request: Request) -> int:
    """Return the earliest begin of alighting as a number, without bound when there is none.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    int
        Seconds.
    """
    return -NEVER_S if request.earliest_dropoff_s is None else request.earliest_dropoff_s


def pack_stops(
    problem: Problem, route: Route, weights: Weights
) -> tuple[PackedStops, PackedWishes]:
    """Turn the stops of a route into arrays.

    Parameters
    ----------
    problem : Problem
        Knows the requests and who is on board.
    route : Route
        The route.
    weights : Weights
        The objective.

    Returns
    -------
    stops : PackedStops
        For feasibility.
    wishes : PackedWishes
        For the objective.

    Raises
    ------
    InvalidPlanError
        When a dropoff has neither a pickup before it nor a rider on board.
    """
    departed_s = {r.request_id: r.departed_s for r in problem.vehicle(route.vehicle_id).onboard}
    pickup_at: dict[str, int] = {}
    rows: list[tuple[int, ...]] = []
    for position, stop in enumerate(route.stops):
        request = problem.request(stop.request_id)
        load, ride_s = request.load, request.max_ride_s
        if stop.kind is PICKUP:
            pickup_at[request.id] = position
            window = (request.earliest_pickup_s, request.latest_pickup_s)
            change = (load.seats, load.wheelchairs, weights.wait_percent)
            partner = NO_STOP
        else:
            partner = pickup_at.get(request.id, NO_STOP)
            latest_s = request.latest_dropoff_s
            if partner == NO_STOP:
                if request.id not in departed_s:
                    raise InvalidPlanError(
                        f"Route of vehicle {route.vehicle_id}: request {request.id} alights without "
                        "having boarded; put its pickup before, or name it in onboard.",
                        vehicle_id=route.vehicle_id,
                        request_id=request.id,
                    )
                latest_s = min(latest_s, departed_s[request.id] + ride_s)
            window = (earliest_dropoff_s(request), latest_s)
            change = (-load.seats, -load.wheelchairs, weights.journey_percent)
        rows.append(
            (stop.node, *window, request.boarding_s, partner, ride_s, *change)
            + (request.earliest_pickup_s,)
        )
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 10).T
    stops = PackedStops(
        table[0].astype(np.int32),
        np.ascontiguousarray(table[1]),
        np.ascontiguousarray(table[2]),
        np.ascontiguousarray(table[3]),
        table[4].astype(np.int32),
        np.ascontiguousarray(table[5]),
        np.ascontiguousarray(table[6:8].T).astype(np.int16),
    )
    return stops, PackedWishes(np.ascontiguousarray(table[9]), np.ascontiguousarray(table[8]))
