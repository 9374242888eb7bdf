"""vrp-cli (reinterpretcat/vrp, Rust) through its Python binding, one thread.

It knows no longest ride, so it is asked pickup and delivery only.
"""

from __future__ import annotations

import json
import math
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from benchmarks.dispatch.peers.wire import Answer, Ride, Task, Van, Visit, serve


def solve(task: Task) -> Answer:
    """Solve a task.

    Parameters
    ----------
    task
        As it came.

    Returns
    -------
    Answer
        That of vrp-cli.
    """
    os.environ["RAYON_NUM_THREADS"] = "1"
    import vrp_cli  # type: ignore[import-not-found, unused-ignore] # the benchmark's own need

    flat = [leg for row in task.travel_s for leg in row]
    matrix = {"profile": "car", "travelTimes": flat, "distances": flat}
    config = {
        "termination": {"maxTime": max(1, math.floor(task.wall_s)), "maxGenerations": 10**9},
        "environment": {"parallelism": {"numThreadPools": 1, "threadsPerPool": 1}},
        "telemetry": {"progress": {"enabled": False}},
    }
    words = [json.dumps(_problem(task)), [json.dumps(matrix)], json.dumps(config)]
    found = json.loads(vrp_cli.solve_pragmatic(*words))
    routes: dict[int, list[Visit]] = {}
    for tour in found["tours"]:
        visits = [
            (int(activity["jobId"]), activity["type"] == "pickup")
            for stop in tour["stops"]
            for activity in stop["activities"]
            if activity["type"] in {"pickup", "delivery"}
        ]
        routes[int(tour["vehicleId"])] = visits
    return Answer(routes, f"vrp-cli {version('vrp-cli')}")


def _problem(task: Task) -> dict[str, Any]:
    kinds: dict[Van, list[int]] = {}
    for n, van in enumerate(task.vans):
        kinds.setdefault(van, []).append(n)
    objectives = ["minimize-unassigned"]
    objectives += ["minimize-tours"] if task.fewest_vehicles else []
    objectives += ["minimize-cost"]
    return {
        "plan": {"jobs": [_job(n, ride) for n, ride in enumerate(task.rides)]},
        "fleet": {
            "vehicles": [_vehicle(van, numbers) for van, numbers in kinds.items()],
            "profiles": [{"name": "car"}],
        },
        "objectives": [[{"type": one}] for one in objectives],
    }


def _vehicle(van: Van, numbers: list[int]) -> dict[str, Any]:
    start = {"earliest": _clock(van.start_s), "location": {"index": van.start}}
    end = {"latest": _clock(van.end_s), "location": {"index": van.end}}
    return {
        "typeId": f"type {numbers[0]}",
        "vehicleIds": [str(n) for n in numbers],
        "profile": {"matrix": "car"},
        "costs": {"fixed": 0.0, "distance": 1.0, "time": 0.0},
        "shifts": [{"start": start, "end": end}],
        "capacity": [van.capacity],
    }


def _job(n: int, ride: Ride) -> dict[str, Any]:
    if ride.longest_ride_s is not None:
        raise ValueError("vrp-cli cannot express a longest ride")
    pickup = _place(ride.pickup, ride.boarding_s, ride.earliest_pickup_s, ride.latest_pickup_s)
    dropoff = _place(ride.dropoff, ride.alighting_s, ride.earliest_dropoff_s, ride.latest_dropoff_s)
    return {
        "id": str(n),
        "pickups": [{"places": [pickup], "demand": [ride.load]}],
        "deliveries": [{"places": [dropoff], "demand": [ride.load]}],
    }


def _place(node: int, service_s: int, earliest_s: int, latest_s: int) -> dict[str, Any]:
    times = [[_clock(earliest_s), _clock(latest_s)]]
    return {"location": {"index": node}, "duration": service_s, "times": times}


def _clock(instant_s: int) -> str:
    return datetime.fromtimestamp(instant_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(serve(solve))
