"""Vehicles and stops as arrays, the form in which the kernels read them (kernels/layout.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidPlanError
from dispatch.kernels.layout import (
    CHARGES,
    EMPTY,
    END_S,
    FULL_RANGE_S,
    HERE,
    IS_HALT,
    LONGEST_S,
    NEVER_S,
    NO_NODE,
    NO_STOP,
    NODE,
    PLACES,
    RANGE_S,
    START_NODE,
    START_S,
    STOP_FIELDS,
    VEHICLE_FIELDS,
)
from dispatch.kernels.packed import FROZEN, NUMBERS
from dispatch.objective import Weights
from dispatch.packed import PackedFleet
from dispatch.plan import HALT, PICKUP, Route, Stop, halt_stop
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle

_STOPS: Final = 16
"""Room for so many stops of each vehicle to begin with; it is doubled when a route needs more."""


def pack_vehicle(problem: Problem, vehicle: Vehicle) -> NDArray[np.int64]:
    """Turn the state of a vehicle into numbers.

    Parameters
    ----------
    problem : Problem
        Knows the load of the riders on board.
    vehicle : Vehicle
        The vehicle.

    Returns
    -------
    ndarray of int64, shape (10,)
        As in kernels/layout.py.
    """
    onboard = sum((problem.request(rider.request_id).load for rider in vehicle.onboard), Load(0))
    end_node = NO_NODE if vehicle.end_node is None else vehicle.end_node
    full_range_s = vehicle.range_s if vehicle.full_range_s is None else vehicle.full_range_s
    return np.array(
        [
            vehicle.start_node,
            vehicle.start_s,
            end_node,
            vehicle.end_s,
            NEVER_S if vehicle.longest_s is None else vehicle.longest_s,
            *onboard.places,
            NEVER_S if vehicle.range_s is None else vehicle.range_s,
            NEVER_S if full_range_s is None else full_range_s,
        ],
        dtype=np.int64,
    )


def unpack_vehicle(
    known: Vehicle,
    state: Sequence[int],
    onboard: Mapping[str, int],
    stops: Sequence[Stop],
) -> Vehicle:
    """Turn numbers into the state of a vehicle again.

    Parameters
    ----------
    known : Vehicle
        The vehicle, as it was.
    state : sequence of int
        As in kernels/layout.py.
    onboard : Mapping of str to int
        Riders on board, and when each left.
    stops : sequence of Stop
        What lies before it.

    Returns
    -------
    Vehicle
        As it is, with the halts that are still to be made.
    """
    return replace(
        known,
        start_node=state[START_NODE],
        start_s=state[START_S],
        end_s=state[END_S],
        onboard=tuple(Onboard(*rider) for rider in onboard.items()),
        longest_s=None if state[LONGEST_S] == NEVER_S else state[LONGEST_S],
        halts=tuple(halt for halt in known.halts if halt_stop(halt) in stops),
        range_s=None if known.range_s is None else state[RANGE_S],
        full_range_s=known.full_range_s if known.range_s is None else state[FULL_RANGE_S],
    )


def pack_capacities(capacities: Sequence[Load]) -> NDArray[np.int64]:
    """Turn arrangements of places into numbers.

    Parameters
    ----------
    capacities : sequence of Load
        Arrangements of one vehicle.

    Returns
    -------
    ndarray of int64, shape (arrangements, 3)
        Seats, wheelchair places and child seats.
    """
    return np.array([capacity.places for capacity in capacities], dtype=np.int64)


def pack_request(request: Request, weights: Weights) -> NDArray[np.int64]:
    """Turn the two stops of a request into rows.

    Parameters
    ----------
    request : Request
        The request.
    weights : Weights
        The objective.

    Returns
    -------
    ndarray of int64, shape (2, 12)
        Pickup and dropoff, as in kernels/layout.py; ``PICKUP_AT`` is not set yet.
    """
    return np.array([_pickup_row(request, weights), _dropoff_row(request, weights)], dtype=np.int64)


def pack_stops(problem: Problem, route: Route, weights: Weights) -> NDArray[np.int64]:
    """Turn the stops of a route into rows.

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
    ndarray of int64, shape (k, 12)
        As in kernels/layout.py.

    Raises
    ------
    InvalidPlanError
        When a dropoff has neither a pickup before it nor a rider on board, or a halt is none of the
        vehicle's.
    """
    vehicle = problem.vehicle(route.vehicle_id)
    departed_s = {r.request_id: r.departed_s for r in vehicle.onboard}
    pickup_at: dict[str, int] = {}
    rows: list[tuple[int, ...]] = []
    for position, stop in enumerate(route.stops):
        if stop.kind is HALT:
            at = rows[-1][NODE] if rows else vehicle.start_node
            rows.append(pack_halt(vehicle, stop.request_id, at))
            continue
        request = problem.request(stop.request_id)
        if stop.kind is PICKUP:
            pickup_at[request.id] = position
            rows.append(_pickup_row(request, weights))
        elif request.id in pickup_at:
            rows.append(_dropoff_row(request, weights, pickup_at=pickup_at[request.id]))
        elif request.id in departed_s:
            rows.append(_riding_row(request, weights, departed_s[request.id]))
        else:
            raise InvalidPlanError(
                f"Route of vehicle {route.vehicle_id}: request {request.id} alights without having "
                "boarded; put its pickup before, or name it in onboard.",
                vehicle_id=route.vehicle_id,
                request_id=request.id,
            )
    return np.array(rows, dtype=np.int64).reshape(len(rows), STOP_FIELDS)


def pack_rider(request: Request, weights: Weights, departed_s: int) -> NDArray[np.int64]:
    """Turn the dropoff of a rider on board into a row.

    Parameters
    ----------
    request : Request
        The request.
    weights : Weights
        The objective.
    departed_s : int
        Instant at which the ride began.

    Returns
    -------
    ndarray of int64, shape (12,)
        As in kernels/layout.py.
    """
    return np.array(_riding_row(request, weights, departed_s), dtype=np.int64)


def pack_halt(vehicle: Vehicle, halt_id: str, at: int) -> tuple[int, ...]:
    """Turn the stop of a halt into a row.

    Parameters
    ----------
    vehicle : Vehicle
        Whose halt it is.
    halt_id : str
        The halt.
    at : int
        Node of the stop before, where a halt without a node is made.

    Returns
    -------
    tuple of int
        Twelve numbers, as in kernels/layout.py.

    Raises
    ------
    InvalidPlanError
        When the vehicle has no such halt.
    """
    for halt in vehicle.halts:
        if halt.id == halt_id:
            flags = EMPTY * (not halt.with_riders) + CHARGES * halt.charges
            flags += IS_HALT + HERE * (halt.node is None)
            node = at if halt.node is None else halt.node
            times = (halt.earliest_s, halt.latest_s, halt.duration_s)
            return (node, *times, NO_STOP, NEVER_S, 0, 0, 0, 0, 0, flags)
    raise InvalidPlanError(
        f"Route of vehicle {vehicle.id}: halt {halt_id} is not one of the vehicle; take it out.",
        vehicle_id=vehicle.id,
        halt_id=halt_id,
    )


def pack_fleet(problem: Problem, routes: list[Route], weights: Weights) -> PackedFleet:
    """Pack every vehicle of a problem with its route.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests, travel times.
    routes : list of Route
        One for each vehicle, in the order of the problem.
    weights : Weights
        The objective.

    Returns
    -------
    PackedFleet
        Vehicles numbered in the order of the problem.

    Raises
    ------
    InvalidPlanError
        When a route lets someone alight who has not boarded.
    """
    count = len(routes)
    room = max([_STOPS, *(len(route.stops) + 2 for route in routes)])
    states = [pack_vehicle(problem, vehicle) for vehicle in problem.vehicles]
    places = [pack_capacities(vehicle.capacities) for vehicle in problem.vehicles]
    arrangements = max((len(one) for one in places), default=1)
    capacities = np.full((count, arrangements, PLACES), -1, np.int64)
    stops = np.zeros((count, room, STOP_FIELDS), dtype=np.int64)
    numbers = np.zeros((count, NUMBERS), dtype=np.int64)
    for v, route in enumerate(routes):
        capacities[v, : len(places[v])] = places[v]
        stops[v, : len(route.stops)] = pack_stops(problem, route, weights)
        numbers[v, : FROZEN + 1] = len(route.stops), route.frozen
    vehicles = np.stack(states) if states else np.zeros((0, VEHICLE_FIELDS), dtype=np.int64)
    back_s = np.ascontiguousarray(problem.travel_s.T)
    back_s.flags.writeable = False
    slices = problem.packed_slices
    return PackedFleet(problem.travel_s, back_s, slices, vehicles, capacities, stops, numbers)


def _riding_row(request: Request, weights: Weights, departed_s: int) -> tuple[int, ...]:
    # The ride has begun: its limit is an instant now, like the promised dropoff.
    due_s = min(request.latest_dropoff_s, departed_s + request.max_ride_s)
    return _dropoff_row(request, weights, latest_s=due_s)


def _pickup_row(request: Request, weights: Weights) -> tuple[int, ...]:
    return (
        request.pickup_node,
        request.earliest_pickup_s,
        request.latest_pickup_s,
        request.boarding_s,
        NO_STOP,
        NEVER_S,
        *request.load.places,
        request.earliest_pickup_s,
        weights.wait_percent,
        0,
    )


def _dropoff_row(
    request: Request, weights: Weights, *, pickup_at: int = NO_STOP, latest_s: int | None = None
) -> tuple[int, ...]:
    return (
        request.dropoff_node,
        -NEVER_S if request.earliest_dropoff_s is None else request.earliest_dropoff_s,
        request.latest_dropoff_s if latest_s is None else latest_s,
        request.alighting_s,
        pickup_at,
        request.max_ride_s,
        *(-places for places in request.load.places),
        request.earliest_pickup_s,
        weights.journey_percent,
        0,
    )
