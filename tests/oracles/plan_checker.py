"""Slow, independent twin of the dispatcher: checks plans and finds best insertions by brute force.

It imports nothing of the engine. It reads plain attributes (vehicles, requests, stops), writes down
every rule as a difference constraint ``x[b] >= x[a] + w`` in a graph, and relaxes all edges until
nothing moves (Bellman and Ford), so it shares neither code nor method with the kernels.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

UNREACHABLE = 2**31 - 1
ZERO, START, END = "zero", "start", "end"
Edge = tuple[Any, Any, int]


@dataclass(frozen=True)
class Verdict:
    """The least instants of a route, or what is wrong with it.

    Parameters
    ----------
    begin_s : list of int or None
        Begin of service at each stop; None when the route is not feasible.
    cost_centi_s : int or None
        100 * driving + wait percent * waits + journey percent * journeys.
    problem : str
        What is wrong, empty when feasible.
    """

    begin_s: list[int] | None
    cost_centi_s: int | None
    problem: str = ""


def check_route(problem: Any, route: Any, weights: Any = None) -> Verdict:
    """Check one route and compute its least instants.

    Parameters
    ----------
    problem : Problem
        Anything with ``vehicles``, ``requests`` and ``travel_s``.
    route : Route
        Anything with ``vehicle_id`` and ``stops``.
    weights : Weights, optional
        Anything with ``wait_percent`` and ``journey_percent``; both 0 when absent.

    Returns
    -------
    Verdict
        The instants, or what is wrong.
    """
    vehicle = next(v for v in problem.vehicles if v.id == route.vehicle_id)
    requests = {r.id: r for r in problem.requests}
    wrong = (
        _wrong_halts(vehicle, route)
        or _wrong_order(vehicle, requests, route)
        or _overloaded(vehicle, requests, route)
    )
    if wrong:
        return Verdict(None, None, wrong)
    path = _path(vehicle, route)
    legs = [int(problem.travel_s[a][b]) for a, b in pairwise(path)]
    if UNREACHABLE in legs:
        return Verdict(None, None, "no way between two stops")
    if _dry(vehicle, route, legs):
        return Verdict(None, None, "driven farther than the charge lasts")
    edges, drives = _edges(vehicle, requests, route)
    slices = getattr(problem, "slices", None)
    if slices is None:
        home = [0] if vehicle.end_node is None else []
        for (a, b, service_s), leg_s in zip(drives, [*legs, *home], strict=True):
            edges.append((a, b, service_s + leg_s))
        instants = _longest_paths(edges, len(route.stops))
    else:
        instants = _paths_by_time(edges, drives, slices, path)
    if instants is None:
        return Verdict(None, None, "windows, rides and shift contradict each other")
    begin_s = [instants[i] for i in range(len(route.stops))]
    cost = 100 * sum(legs)
    for stop, at_s in zip(route.stops, begin_s, strict=True):
        if str(stop.kind) == "halt":
            continue
        name = "wait_percent" if str(stop.kind) == "pickup" else "journey_percent"
        cost += getattr(weights, name, 0) * (at_s - requests[stop.request_id].earliest_pickup_s)
    return Verdict(begin_s, cost)


def _halt(vehicle: Any, stop: Any) -> Any:
    return next((h for h in vehicle.halts if h.id == stop.request_id), None)


def _wrong_halts(vehicle: Any, route: Any) -> str:
    made = [stop for stop in route.stops if str(stop.kind) == "halt"]
    if sorted(stop.request_id for stop in made) != sorted(halt.id for halt in vehicle.halts):
        return "a halt is missing, made twice, or not this vehicle's"
    for stop in made:
        node = _halt(vehicle, stop).node
        if stop.node != (-1 if node is None else node):
            return f"halt {stop.request_id} is made at the wrong node"
    return ""


def _path(vehicle: Any, route: Any) -> list[int]:
    path = [vehicle.start_node]
    for stop in route.stops:
        path.append(path[-1] if stop.node == -1 else stop.node)
    return path if vehicle.end_node is None else [*path, vehicle.end_node]


def _dry(vehicle: Any, route: Any, legs: list[int]) -> bool:
    if vehicle.range_s is None:
        return False
    full_s = vehicle.range_s if vehicle.full_range_s is None else vehicle.full_range_s
    # Legs between charges, one list for each charge of the battery.
    spans: list[list[int]] = [[]]
    for i, leg_s in enumerate(legs):
        spans[-1].append(leg_s)
        if i < len(route.stops):
            halt = _halt(vehicle, route.stops[i])
            if str(route.stops[i].kind) == "halt" and halt.charges:
                spans.append([])
    lasts = [vehicle.range_s] + [full_s] * (len(spans) - 1)
    return any(sum(span) > last for span, last in zip(spans, lasts, strict=True))


def _wrong_order(vehicle: Any, requests: dict[str, Any], route: Any) -> str:
    riding = {rider.request_id for rider in vehicle.onboard}
    done: set[str] = set()
    for stop in route.stops:
        if str(stop.kind) == "halt":
            if riding and not _halt(vehicle, stop).with_riders:
                return f"{sorted(riding)} sit in the vehicle during halt {stop.request_id}"
            continue
        request = requests[stop.request_id]
        picks_up = str(stop.kind) == "pickup"
        if stop.node != (request.pickup_node if picks_up else request.dropoff_node):
            return f"{request.id}: the stop is at the wrong node"
        if request.vehicle_ids is not None and vehicle.id not in request.vehicle_ids:
            return f"{request.id}: this vehicle may not serve it"
        if picks_up == (request.id in riding) or request.id in done:
            return f"{request.id}: boards or alights out of order"
        if picks_up:
            riding.add(request.id)
        else:
            riding.remove(request.id)
            done.add(request.id)
    return f"{sorted(riding)} never alight" if riding else ""


def _overloaded(vehicle: Any, requests: dict[str, Any], route: Any) -> str:
    inside = Counter(rider.request_id for rider in vehicle.onboard)
    arrangements = [vehicle.capacity, *vehicle.alternative_capacities]
    for stop in route.stops:
        if str(stop.kind) == "halt":
            continue
        inside[stop.request_id] += 1 if str(stop.kind) == "pickup" else -1
        seats = sum(requests[r].load.seats * n for r, n in inside.items())
        chairs = sum(requests[r].load.wheelchairs * n for r, n in inside.items())
        children = sum(requests[r].load.child_seats * n for r, n in inside.items())
        if not any(
            seats <= c.seats and chairs <= c.wheelchairs and children <= c.child_seats
            for c in arrangements
        ):
            return f"{seats} seats, {chairs} wheelchair places and {children} child seats"
    return ""


def _edges(vehicle: Any, requests: dict[str, Any], route: Any) -> tuple[list[Edge], list[Edge]]:
    """List the bounds, and the steps along the route with the service before each drive."""
    drives: list[Edge] = []
    edges: list[Edge] = [
        (ZERO, START, vehicle.start_s),
        (END, ZERO, -vehicle.end_s),
    ]
    if vehicle.longest_s is not None and route.stops:
        edges.append((END, START, -vehicle.longest_s))
    boarded = {rider.request_id: rider.departed_s for rider in vehicle.onboard}
    place: dict[str, int] = {}
    before: Any = START
    service_s = 0
    for i, stop in enumerate(route.stops):
        drives.append((before, i, service_s))
        before = i
        if str(stop.kind) == "halt":
            halt = _halt(vehicle, stop)
            edges += [(ZERO, i, halt.earliest_s), (i, ZERO, -halt.latest_s)]
            service_s = halt.duration_s
            continue
        request = requests[stop.request_id]
        if str(stop.kind) == "pickup":
            place[request.id] = i
            edges.append((ZERO, i, request.earliest_pickup_s))
            edges.append((i, ZERO, -request.latest_pickup_s))
        else:
            if request.earliest_dropoff_s is not None:
                edges.append((ZERO, i, request.earliest_dropoff_s))
            edges.append((i, ZERO, -request.latest_dropoff_s))
            if request.id in place:
                limit_s = request.boarding_s + request.max_ride_s
                edges.append((i, place[request.id], -limit_s))
            else:
                edges.append((i, ZERO, -(boarded[request.id] + request.max_ride_s)))
        is_pickup = str(stop.kind) == "pickup"
        if is_pickup or request.dropoff_service_s is None:
            service_s = request.boarding_s
        else:
            service_s = request.dropoff_service_s
    drives.append((before, END, service_s))
    return edges, drives


def _longest_paths(edges: list[Edge], stops: int) -> dict[Any, int] | None:
    value: dict[Any, int] = {ZERO: 0}
    for _ in range(stops + 4):
        moved = False
        for a, b, weight in edges:
            if a in value and (b not in value or value[a] + weight > value[b]):
                value[b] = value[a] + weight
                moved = True
        if not moved:
            return value
        if value[ZERO] > 0:
            return None
    return None


def drive_by_time(slices: Any, origin: int, to: int, leave_s: int) -> int | None:
    """Arrive as early as any departure from an instant on allows, every second of it tried.

    Parameters
    ----------
    slices : Slices
        Anything with ``starts_s`` and ``travel_s``.
    origin, to : int
        Nodes.
    leave_s : int
        Earliest instant of leaving.

    Returns
    -------
    int or None
        The instant; None when there is no way any more.
    """
    best: int | None = None
    legs = [int(matrix[origin][to]) for matrix in slices.travel_s]
    last_s = max(leave_s, slices.starts_s[-1])
    for second in range(leave_s, last_s + 1):
        if best is not None and second >= best:
            break
        leg_s = legs[max(0, sum(start_s <= second for start_s in slices.starts_s) - 1)]
        if leg_s != UNREACHABLE and (best is None or second + leg_s < best):
            best = second + leg_s
    return best


def _paths_by_time(
    edges: list[Edge], drives: list[Edge], slices: Any, path: list[int]
) -> dict[Any, int] | None:
    value: dict[Any, int] = {ZERO: 0}
    moved = True
    while moved:
        moved = False
        raised = [(b, value[a] + weight) for a, b, weight in edges if a in value]
        for n, (a, b, service_s) in enumerate(drives):
            if a not in value:
                continue
            arrival: int | None = value[a] + service_s
            if n + 1 < len(path):
                arrival = drive_by_time(slices, path[n], path[n + 1], value[a] + service_s)
            if arrival is None:
                return None
            raised.append((b, arrival))
        for b, least in raised:
            if b not in value or least > value[b]:
                value[b] = least
                moved = True
        if value[ZERO] > 0:
            return None
    return value


def check_plan(problem: Any, plan: Any, must_serve: Any = None) -> list[str]:
    """List everything that is wrong with a plan.

    Parameters
    ----------
    problem : Problem
        Anything with ``vehicles``, ``requests`` and ``travel_s``.
    plan : Plan
        Anything with ``routes``.
    must_serve : iterable of str, optional
        Requests that must be on the plan; those on board always must.

    Returns
    -------
    list of str
        Empty when the plan is right.
    """
    wrong: list[str] = []
    served = Counter(
        request_id
        for route in plan.routes
        for request_id in {s.request_id for s in route.stops if str(s.kind) != "halt"}
    )
    wrong += [f"{request_id} is served {n} times" for request_id, n in served.items() if n > 1]
    wrong += [
        f"{request_id} is not served" for request_id in must_serve or () if not served[request_id]
    ]
    routes = {route.vehicle_id: route for route in plan.routes}
    for vehicle in problem.vehicles:
        if vehicle.id in routes:
            verdict = check_route(problem, routes[vehicle.id])
            if verdict.problem:
                wrong.append(f"{vehicle.id}: {verdict.problem}")
        elif vehicle.onboard or vehicle.halts:
            wrong.append(f"{vehicle.id}: riders on board or halts without a route")
    return wrong


def brute_force_insertions(
    problem: Any, plan: Any, request: Any, make: Any, weights: Any
) -> list[tuple[int, str, int, int]]:
    """Try every position of a request that is in the problem, on every vehicle.

    Parameters
    ----------
    problem : Problem
        With the new request among its requests.
    plan : Plan
        Anything with ``routes``, without the new request.
    request : Request
        The new request.
    make : callable
        ``make(vehicle_id, old stops, i, j)`` builds the route with the pickup before stop i and the
        dropoff before stop j.
    weights : Weights
        The objective.

    Returns
    -------
    list of (added cost, vehicle id, i, j)
        Every feasible one, the best first; ties in the order of vehicles and positions.
    """
    routes = {route.vehicle_id: route for route in plan.routes}
    found: list[tuple[int, int, int, int, str]] = []
    for order, vehicle in enumerate(problem.vehicles):
        route = routes.get(vehicle.id)
        stops = () if route is None else route.stops
        frozen = 0 if route is None else route.frozen
        old = check_route(problem, make(vehicle.id, stops, None, None), weights)
        if old.cost_centi_s is None:
            continue
        for i in range(frozen, len(stops) + 1):
            for j in range(i, len(stops) + 1):
                new = check_route(problem, make(vehicle.id, stops, i, j), weights)
                if new.cost_centi_s is not None:
                    added = new.cost_centi_s - old.cost_centi_s
                    found.append((added, order, i, j, vehicle.id))
    found.sort()
    return [(added, vehicle_id, i, j) for added, _, i, j, vehicle_id in found]
