"""VROOM through pyvroom, one thread, its highest exploration level.

It knows no longest ride, so it is asked pickup and delivery only. It ends by itself, most often
long before its time is up; what is stated is what it used.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from benchmarks.dispatch.peers.wire import Answer, Task, Visit, serve

_EXPLORATION = 5
_FULL_PRICE = 1_000_000
"""What a vehicle costs where vehicles count first, in VROOM's units (seconds of driving)."""


def solve(task: Task) -> Answer:
    """Solve a task.

    Parameters
    ----------
    task
        As it came.

    Returns
    -------
    Answer
        VROOM's.
    """
    import vroom  # type: ignore[import-not-found, unused-ignore] # the benchmark's own need

    model: Any = vroom.Input()
    model.set_durations_matrix("car", task.travel_s)
    for n, van in enumerate(task.vans):
        model.add_vehicle(
            vroom.Vehicle(
                n,
                van.start,
                van.end,
                capacity=[van.capacity],
                time_window=[van.start_s, van.end_s],
                costs=vroom.vehicle.VehicleCosts(fixed=min(task.fixed_cost, _FULL_PRICE * 1000)),
            )
        )
    for n, ride in enumerate(task.rides):
        if ride.longest_ride_s is not None:
            raise ValueError("VROOM cannot express a longest ride")
        pickup = [[ride.earliest_pickup_s, ride.latest_pickup_s]]
        dropoff = [[ride.earliest_dropoff_s, ride.latest_dropoff_s]]
        model.add_shipment(
            vroom.ShipmentStep(
                n, ride.pickup, default_service=ride.boarding_s, time_windows=pickup
            ),
            vroom.ShipmentStep(
                n, ride.dropoff, default_service=ride.alighting_s, time_windows=dropoff
            ),
            amount=vroom.Amount([ride.load]),
        )
    found = model.solve(_EXPLORATION, nb_threads=1, timeout=timedelta(seconds=task.wall_s))
    return Answer(_routes(found), f"VROOM (pyvroom {version('pyvroom')})")


def _routes(found: Any) -> dict[int, list[Visit]]:
    routes: dict[int, list[Visit]] = {}
    for step in found.routes.to_dict("records"):
        if step["type"] in {"pickup", "delivery"}:
            visit = (int(step["id"]), step["type"] == "pickup")
            routes.setdefault(int(step["vehicle_id"]), []).append(visit)
    return routes


if __name__ == "__main__":
    sys.exit(serve(solve))
