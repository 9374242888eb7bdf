"""PyVRP, which has paired pickups and deliveries ("shipments") since version 0.14.

It knows no longest ride, so it is asked pickup and delivery only. Where vehicles count first, its
own ``minimise_fleet`` gets half of the time, and a vehicle costs more than any way.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

from benchmarks.dispatch.peers.wire import Answer, CpuClock, Task, Visit, serve


def solve(task: Task) -> Answer:
    """Solve a task.

    Parameters
    ----------
    task
        As it came.

    Returns
    -------
    Answer
        PyVRP's; its stopping criterion is our clock of CPU seconds.
    """
    import pyvrp  # type: ignore[import-not-found, unused-ignore] # the benchmark's own need

    clock, half = CpuClock(task.seconds), CpuClock(task.seconds / 2)
    data, numbers = _data(task)
    note = "a vehicle costs more than any way" if task.fewest_vehicles else ""
    if task.fewest_vehicles and data.num_vehicle_types == 1:
        fleet = pyvrp.minimise_fleet(data, half, task.seed)
        data = data.replace(vehicle_types=[fleet])
        note = "minimise_fleet for half of the time"
    result = pyvrp.solve(data, clock, task.seed, collect_stats=False, display=False)
    routes: dict[int, list[Visit]] = {}
    if result.is_feasible():
        spare = [list(group) for group in numbers]
        for route in result.best.routes():
            visits = [(a.idx, a.is_pickup()) for a in route if a.is_shipment()]
            routes[spare[route.vehicle_type()].pop(0)] = visits
    else:
        note = f"no feasible plan; {note}".rstrip("; ")
    return Answer(routes, f"PyVRP {version('pyvrp')}", note)


def _data(task: Task) -> tuple[Any, list[list[int]]]:
    import numpy as np
    import pyvrp

    if any(ride.longest_ride_s is not None for ride in task.rides):
        raise ValueError("PyVRP cannot express a longest ride")
    kinds: dict[Any, list[int]] = {}
    for n, van in enumerate(task.vans):
        kinds.setdefault(van, []).append(n)
    places = sorted({place for van in kinds for place in (van.start, van.end)})
    matrix = np.array(task.travel_s, np.int64)
    types = [
        pyvrp.VehicleType(
            num_available=len(numbers),
            capacity=[van.capacity],
            start_depot=places.index(van.start),
            end_depot=places.index(van.end),
            fixed_cost=task.fixed_cost,
            tw_early=van.start_s,
            tw_late=van.end_s,
            **({} if van.longest_s is None else {"shift_duration": van.longest_s}),
        )
        for van, numbers in kinds.items()
    ]
    shipments = [
        pyvrp.Shipment(
            ride.pickup,
            ride.dropoff,
            ride.earliest_pickup_s,
            ride.latest_pickup_s,
            ride.boarding_s,
            ride.earliest_dropoff_s,
            ride.latest_dropoff_s,
            ride.alighting_s,
            [ride.load],
        )
        for ride in task.rides
    ]
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in task.travel_s],
        [],
        [pyvrp.Depot(place) for place in places],
        types,
        [matrix],
        [matrix],
        shipments=shipments,
    )
    return data, list(kinds.values())


if __name__ == "__main__":
    sys.exit(serve(solve))
