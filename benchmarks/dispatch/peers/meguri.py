"""Ours: ``dispatch.improvement.ruin_recreate.solve``, as ``maas solve`` calls it."""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.dispatch.peers.wire import Answer, Ride, Task, Van, serve
from dispatch.improvement.ruin_recreate import solve as search
from dispatch.objective import DRIVING_ONLY
from dispatch.plan import PICKUP
from dispatch.problem import Load, Problem, Request, Vehicle


def problem_of(task: Task) -> Problem:
    """Say a task in our words.

    Parameters
    ----------
    task
        As it came.

    Returns
    -------
    Problem
        Vehicles ``0``..., requests ``0``... by their numbers.
    """
    vehicles = tuple(
        Vehicle(
            str(n),
            Load(van.capacity),
            van.start,
            van.end,
            van.start_s,
            van.end_s,
            longest_s=van.longest_s,
        )
        for n, van in enumerate(task.vans)
    )
    requests = tuple(
        Request(
            str(n),
            ride.pickup,
            ride.dropoff,
            ride.earliest_pickup_s,
            ride.latest_pickup_s,
            ride.latest_dropoff_s,
            max_ride_s=(
                ride.latest_dropoff_s - ride.earliest_pickup_s
                if ride.longest_ride_s is None
                else ride.longest_ride_s
            ),
            load=Load(ride.load),
            boarding_s=ride.boarding_s,
            earliest_dropoff_s=ride.earliest_dropoff_s,
            dropoff_service_s=ride.alighting_s,
        )
        for n, ride in enumerate(task.rides)
    )
    return Problem(vehicles, requests, np.array(task.travel_s, np.int32))


def solve(task: Task) -> Answer:
    """Solve a task.

    Parameters
    ----------
    task
        As it came.

    Returns
    -------
    Answer
        Ours.
    """
    found = search(
        problem_of(task),
        task.seconds,
        task.seed,
        weights=DRIVING_ONLY,
        fewest_vehicles=task.fewest_vehicles,
    )
    routes = {
        int(route.vehicle_id): [(int(stop.request_id), stop.kind is PICKUP) for stop in route.stops]
        for route in found.plan
    }
    return Answer(routes, "Meguri", left_over=[int(one) for one in found.left_over])


def load() -> None:
    """Load the kernels, or compile them once, on a ride of one second."""
    van, ride = Van(1, 0, 0, 0, 9, None), Ride(0, 1, 0, 9, 0, 9, None, 1, 0, 0)
    for fewest in (False, True):
        solve(Task(1e-3, 1e-3, 1, fewest, "", [[0, 1], [1, 0]], [van], [ride]))


if __name__ == "__main__":
    sys.exit(serve(solve, load))
