"""Random small worlds for the dispatcher's property tests: few nodes, tight windows, many ties."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from dispatch.plan import Plan, Route, Stop, stops_of
from dispatch.problem import UNREACHABLE, Load, Onboard, Problem, Request, Vehicle

NODES = 6


@st.composite
def travel_times(draw: st.DrawFn) -> np.ndarray:
    """Draw a matrix with zeros, holes and no regard for the triangle inequality."""
    most = draw(st.sampled_from([60, 60, 63]))
    cells = draw(st.lists(st.integers(0, most), min_size=NODES * NODES, max_size=NODES * NODES))
    matrix = np.array(cells, dtype=np.int32).reshape(NODES, NODES)
    matrix[matrix > 60] = UNREACHABLE
    np.fill_diagonal(matrix, 0)
    return matrix


@st.composite
def requests(draw: st.DrawFn, name: str) -> Request:
    """Draw a request whose windows are sometimes hopeless."""
    earliest = draw(st.integers(-50, 300))
    latest = earliest + draw(st.integers(0, 400))
    due = earliest + draw(st.integers(30, 900))
    return Request(
        name,
        draw(st.integers(0, NODES - 1)),
        draw(st.integers(0, NODES - 1)),
        earliest,
        latest,
        due,
        max_ride_s=draw(st.integers(10, 300)),
        load=draw(st.sampled_from([Load(1), Load(1), Load(2), Load(3), Load(0, 1), Load(1, 1)])),
        boarding_s=draw(st.sampled_from([0, 0, 7, 30])),
        earliest_dropoff_s=draw(st.one_of(st.none(), st.integers(earliest - 20, due))),
        vehicle_ids=draw(st.sampled_from([None, None, None, frozenset({"v0"})])),
    )


@st.composite
def problems(draw: st.DrawFn, most_requests: int = 4) -> Problem:
    """Draw one or two vehicles, perhaps with the first request on board, and some requests."""
    count = draw(st.integers(1, most_requests))
    asked = tuple(draw(requests(f"r{i}")) for i in range(count))
    vehicles = []
    for i in range(draw(st.integers(1, 2))):
        capacity = draw(st.sampled_from([Load(2), Load(3, 1), Load(4, 1)]))
        other = draw(st.sampled_from([(), (Load(1, 2),)]))
        start = draw(st.integers(-50, 150))
        aboard = i == 0 and draw(st.integers(0, 3)) == 3
        fits = any(asked[0].load.fits(c) for c in (capacity, *other)) and asked[0].allows("v0")
        vehicles.append(
            Vehicle(
                f"v{i}",
                capacity,
                draw(st.integers(0, NODES - 1)),
                draw(st.one_of(st.none(), st.integers(0, NODES - 1))),
                start,
                start + draw(st.integers(50, 1500)),
                (Onboard("r0", start - draw(st.integers(0, 60))),) if aboard and fits else (),
                other,
            )
        )
    return Problem(tuple(vehicles), asked, draw(travel_times()))


@st.composite
def routes(draw: st.DrawFn, problem: Problem) -> Route:
    """Draw any well-formed route of the first vehicle, feasible or not."""
    vehicle = problem.vehicles[0]
    aboard = {rider.request_id for rider in vehicle.onboard}
    stops: list[Stop] = []
    for request in problem.requests:
        pickup, dropoff = stops_of(request)
        if request.id in aboard:
            stops.insert(draw(st.integers(0, len(stops))), dropoff)
        elif request.allows(vehicle.id) and draw(st.booleans()):
            i = draw(st.integers(0, len(stops)))
            stops.insert(i, pickup)
            stops.insert(draw(st.integers(i + 1, len(stops))), dropoff)
    return Route(vehicle.id, tuple(stops), draw(st.integers(0, len(stops))))


def start_plan(problem: Problem) -> Plan:
    """Return the plan that only lets the riders on board alight, in order."""
    return Plan(
        tuple(
            Route(v.id, tuple(stops_of(problem.request(r.request_id))[1] for r in v.onboard))
            for v in problem.vehicles
            if v.onboard
        )
    )
