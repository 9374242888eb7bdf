"""Ours: ``dispatch.fleet.Fleet``, asked request by request while the clock goes on."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from benchmarks.dispatch.peers.wire import CpuClock, Served, Stream, serve_stream
from dispatch.driving import Driven
from dispatch.fleet import Fleet
from dispatch.insertion import Insertion
from dispatch.objective import DRIVING_ONLY
from dispatch.plan import PICKUP, Plan
from dispatch.problem import Load, Problem, Request, Vehicle


def answer(stream: Stream) -> Served:
    """Answer a stream of requests.

    Parameters
    ----------
    stream
        As it came.

    Returns
    -------
    Served
        Measured from the first request to the last; compiled code is loaded before.
    """
    xy = np.array(stream.xy)
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) - 1e-6)
    end_s = 2 * max(one[4] for one in stream.asked)
    vans = tuple(
        Vehicle(str(n), Load(stream.seats), start, None, 0, end_s)
        for n, start in enumerate(stream.starts)
    )
    problem = Problem(vans, (), travel_s.astype(np.int32))
    requests = [
        Request(str(n), origin, to, made_s, pickup_s, dropoff_s, dropoff_s - made_s, Load(1))
        for n, (made_s, origin, to, pickup_s, dropoff_s) in enumerate(stream.asked)
    ]
    _drive(problem, requests[:20], end_s)  # loads the kernels, or compiles them once
    clock = CpuClock(0)
    driven = _drive(problem, requests, end_s)
    cpu_s = clock.used_s()
    stops = [
        (int(one.stop.request_id), one.stop.kind is PICKUP, int(one.vehicle_id), float(one.begin_s))
        for one in driven
    ]
    return Served("Meguri", cpu_s, sorted(stops, key=lambda stop: stop[3]))


def _drive(problem: Problem, requests: Sequence[Request], end_s: int) -> list[Driven]:
    fleet = Fleet(problem, Plan(), DRIVING_ONLY)
    driven: list[Driven] = []
    now_s = -1
    for request in requests:
        if request.earliest_pickup_s > now_s:
            now_s = request.earliest_pickup_s
            driven += fleet.advance(now_s)
        found = fleet.insert(request)
        if isinstance(found, Insertion):
            fleet.accept(found, request)
    driven += fleet.advance(end_s)
    return driven


if __name__ == "__main__":
    sys.exit(serve_stream(answer))
