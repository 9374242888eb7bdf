"""Random small worlds for the dispatcher's property tests: few nodes, tight windows, many ties."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from dispatch.halts import Halt
from dispatch.plan import Route, Stop, halt_stop, stops_of
from dispatch.problem import UNREACHABLE, Load, Onboard, Problem, Request, Vehicle
from dispatch.slices import Slices

NODES = 6

LOADS = [Load(1), Load(1), Load(2), Load(3), Load(0, 1), Load(1, 1), Load(1, 0, 1), Load(0, 0, 2)]


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
        load=draw(st.sampled_from(LOADS)),
        boarding_s=draw(st.sampled_from([0, 0, 7, 30])),
        earliest_dropoff_s=draw(st.one_of(st.none(), st.integers(earliest - 20, due))),
        vehicle_ids=draw(st.sampled_from([None, None, None, frozenset({"v0"})])),
        dropoff_service_s=draw(st.sampled_from([None, None, 0, 20])),
    )


@st.composite
def halts(draw: st.DrawFn, vehicle_id: str, start_s: int) -> tuple[Halt, ...]:
    """Draw up to two breaks and charges, at a node or anywhere."""
    drawn = []
    for i in range(draw(st.integers(0, 2))):
        node = draw(st.one_of(st.none(), st.integers(0, NODES - 1)))
        earliest_s = start_s + draw(st.integers(-20, 500))
        drawn.append(
            Halt(
                f"h{i} of {vehicle_id}",
                earliest_s,
                earliest_s + draw(st.integers(0, 600)),
                draw(st.sampled_from([0, 15, 60])),
                node,
                charges=node is not None and draw(st.booleans()),
                with_riders=draw(st.sampled_from([False, False, True])),
            )
        )
    return tuple(drawn)


@st.composite
def slices(draw: st.DrawFn) -> Slices:
    """Draw two or three matrices, each for some minutes."""
    starts_s = sorted(draw(st.sets(st.integers(-60, 500), min_size=2, max_size=3)))
    return Slices(starts_s, np.stack([draw(travel_times()) for _ in starts_s]))


@st.composite
def problems(
    draw: st.DrawFn,
    most_requests: int = 4,
    *,
    with_halts: bool = False,
    by_time: bool = False,
) -> Problem:
    """Draw one or two vehicles, perhaps with the first request on board, and some requests.

    With halts, vehicles halt now and then, and some can drive only so far; by time, driving times
    change with the time of day.
    """
    count = draw(st.integers(1, most_requests))
    asked = tuple(draw(requests(f"r{i}")) for i in range(count))
    vehicles = []
    for i in range(draw(st.integers(1, 2))):
        capacity = draw(st.sampled_from([Load(2), Load(3, 1), Load(4, 1, 1), Load(2, 0, 2)]))
        other = draw(st.sampled_from([(), (Load(1, 2),), (Load(1, 1), Load(1, 0, 2))]))
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
                longest_s=draw(st.sampled_from([None, None, 0, 100, 250, 500])),
                halts=draw(halts(f"v{i}", start)) if with_halts else (),
                range_s=draw(st.sampled_from([None, 40, 120, 300])) if with_halts else None,
                full_range_s=draw(st.sampled_from([None, 50, 200])) if with_halts else None,
            )
        )
    if by_time:
        times = draw(slices())
        return Problem(tuple(vehicles), asked, times.least_s, times)
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
    for halt in vehicle.halts:
        stops.insert(draw(st.integers(0, len(stops))), halt_stop(halt))
    return Route(vehicle.id, tuple(stops), draw(st.integers(0, len(stops))))


def tight_route(rng: np.random.Generator, riders: int) -> tuple[Problem, Route]:
    """Draw a route around instants that someone drove, with windows and rides that just fit.

    Waits on the way make pickups depend on each other; now and then a bound is a little too tight.
    """
    travel_s = rng.integers(0, 60, size=(NODES, NODES)).astype(np.int32)
    np.fill_diagonal(travel_s, 0)
    order = [f"r{i}" for i in range(riders) for _ in range(2)]
    rng.shuffle(order)
    nodes = rng.integers(0, NODES, size=len(order)).tolist()
    boarding_s = {name: int(rng.choice([0, 10])) for name in order}
    at, now_s, driven = 0, 0, {}
    for name, node in zip(order, nodes, strict=True):
        now_s += int(travel_s[at, node]) + int(rng.choice([0, 0, 40, 120]))
        driven.setdefault(name, []).append((node, now_s))
        at, now_s = node, now_s + boarding_s[name]
    asked = []
    for name, ((origin, up_s), (to, down_s)) in driven.items():
        slack = rng.choice([0, 3, 30, 200], size=4) - rng.choice([0, 0, 0, 0, 0, 0, 4], size=4)
        earliest_s = up_s - int(max(slack[0], 0))
        asked.append(
            Request(
                name,
                origin,
                to,
                earliest_s,
                max(up_s + int(slack[1]), earliest_s),
                max(down_s + int(slack[2]), down_s - 20, earliest_s),
                max(down_s - up_s - boarding_s[name] + int(slack[3]), 0),
                Load(1),
                boarding_s[name],
                earliest_dropoff_s=down_s - 20 if rng.random() < 0.5 else None,
            )
        )
    van = Vehicle("v0", Load(riders), 0, None, 0, now_s + int(rng.choice([0, 50, 500])))
    problem = Problem((van,), tuple(asked), travel_s)
    seen: set[str] = set()
    stops = []
    for name in order:
        stops.append(stops_of(problem.request(name))[name in seen])
        seen.add(name)
    return problem, Route("v0", tuple(stops))


def small_world(seed: int, riders: int) -> Problem:
    """Draw two vans of two seats on a plane, and a few riders in a hurry."""
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 50, (2 * riders + 2, 2))
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int32)
    asked = tuple(
        Request(
            f"r{i}",
            2 * i + 2,
            2 * i + 3,
            0,
            int(rng.integers(20, 90)),
            int(rng.integers(60, 200)),
            int(rng.integers(40, 90)),
            Load(1),
            3,
        )
        for i in range(riders)
    )
    vans = tuple(Vehicle(f"v{i}", Load(2), i, None, 0, 600) for i in range(2))
    return Problem(vans, asked, travel_s)
