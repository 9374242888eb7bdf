"""Improve a whole plan with the routing library of OR-Tools, starting from the plan itself.

The model: one node for every stop, one for the start and one for the end of every vehicle. Windows
and the shift are ranges of a time dimension; ride times are linear constraints on it, and a limit
for each pair so that the local search sees them early; loads are one dimension for each cut of the
capacity. Frozen stops are fixed successors, riders on board are fixed to their vehicle, and no
visit may be dropped. A halt is a stop of its own, fixed to its vehicle; vehicles with a range, or
with a halt that is made anywhere, are left as they are. The objective is ours (objective.py): arcs
cost driving, soft upper bounds cost waits and journeys. Source: Google OR-Tools, "Vehicle Routing"
guide and routing.h.

What comes back is not believed: every route is scheduled again by ``schedule``, and the new plan is
taken only when it is feasible and cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from dispatch.halts import Halt
from dispatch.improvement.scope import at_worst, part, sound_at_worst, whole
from dispatch.objective import DEFAULT_WEIGHTS, PERCENT, Weights
from dispatch.plan import HALT, PICKUP, Plan, Route, Stop, check_plan, halt_stop
from dispatch.problem import UNREACHABLE, Load, Problem, Request, Vehicle
from dispatch.schedule import plan_cost


def improve(
    problem: Problem,
    plan: Plan,
    seconds: float,
    seed: int = 0,
    *,
    weights: Weights = DEFAULT_WEIGHTS,
    solution_limit: int | None = None,
) -> Plan:
    """Search for a cheaper plan that serves the same requests and keeps every promise.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests, travel times.
    plan : Plan
        The present plan; every request on it stays served, nothing else is added.
    seconds : float
        Wall time for the search, at least 0; building the model comes on top.
    seed : int
        Seed of the solver's random choices.
    weights : Weights
        The objective.
    solution_limit : int, optional
        Stop after so many accepted solutions. A run that ends by this limit rather than by time
        gives the same plan every time.

    Returns
    -------
    Plan
        A feasible plan that is cheaper, or ``plan`` itself.

    Raises
    ------
    InvalidPlanError
        When the plan is not well formed.
    """
    check_plan(problem, plan)
    is_sound = sound_at_worst(problem, plan)
    problem, present = part(problem, plan, lambda v: _is_modelled(v) and is_sound(v))
    before = plan_cost(problem, present, weights)
    if seconds <= 0 or not present.request_ids or before is None:
        # A plan that is late already has no promise-keeping neighbour to start from.
        return plan
    parameters = _parameters(seconds, solution_limit)
    found = _search(_model(at_worst(problem), present, weights), parameters, seed)
    if found is None:
        return plan
    after = plan_cost(problem, found, weights)
    if after is None or after >= before:
        return plan
    return whole(plan, problem, found)


def _is_modelled(vehicle: Vehicle) -> bool:
    # A halt at the stop before has no node of its own, and no dimension stands for the range.
    return vehicle.range_s is None and all(halt.node is not None for halt in vehicle.halts)


def capacity_cuts(
    capacities: Sequence[Load], kind: int = 1
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Describe arrangements of seats and places of one other kind by linear bounds.

    Parameters
    ----------
    capacities : sequence of Load
        Arrangements, one of which must fit.
    kind : int
        The other kind, as a position in ``Load.places``: 1 for wheelchairs, 2 for child seats.

    Returns
    -------
    most : int
        Bound of the places of this kind.
    cuts : tuple of (int, int)
        Pairs (a, b): ``seats + a * places <= b``. Together with the first bound they hold for every
        load that fits, and allow no other when each further place costs at least as many seats as
        the one before and there is no third kind; else some loads pass that ``schedule`` refuses
        later.
    """
    most = max(c.places[kind] for c in capacities)
    seats = [max(c.seats for c in capacities if c.places[kind] >= n) for n in range(most + 1)]
    cuts: set[tuple[int, int]] = {(0, seats[0])}
    for n in range(most):
        slope = seats[n] - seats[n + 1]
        # The least bound with this slope that no possible load exceeds.
        cuts.add((slope, max(seats[m] + slope * m for m in range(most + 1))))
    return most, tuple(sorted(cuts))


@dataclass(frozen=True)
class _Model:
    """The solver's model and what is needed to read it."""

    problem: Problem
    plan: Plan
    stops: tuple[Stop, ...]
    manager: Any
    routing: Any
    at: dict[Stop, int]
    halts: dict[Stop, Halt]
    origin_s: int
    horizon_s: int
    # The solver keeps no reference of its own to functions written in Python.
    callbacks: list[Any] = field(default_factory=list)

    @property
    def time(self) -> Any:
        """Dimension of the begin of service, seconds after the origin."""
        return self.routing.GetDimensionOrDie("time")


def _model(problem: Problem, plan: Plan, weights: Weights) -> _Model:
    stops = tuple(stop for route in plan.routes for stop in route.stops)
    vehicles = problem.vehicles
    first_start = len(stops)
    first_end = first_start + len(vehicles)
    manager = pywrapcp.RoutingIndexManager(
        first_end + len(vehicles),
        len(vehicles),
        list(range(first_start, first_end)),
        list(range(first_end, first_end + len(vehicles))),
    )
    origin_s = min(vehicle.start_s for vehicle in vehicles)
    latest_s = max(vehicle.end_s for vehicle in vehicles)
    model = _Model(
        problem,
        plan,
        stops,
        manager,
        pywrapcp.RoutingModel(manager),
        {stop: manager.NodeToIndex(i) for i, stop in enumerate(stops)},
        {halt_stop(halt): halt for vehicle in vehicles for halt in vehicle.halts},
        origin_s,
        max(latest_s - origin_s, 0) + 1,
    )
    _add_driving(model)
    for index, vehicle in enumerate(vehicles):
        _add_vehicle(model, index, vehicle)
    _add_places(model)
    for request_id in sorted(plan.request_ids):
        _add_request(model, problem.request(request_id), weights)
    for route in plan.routes:
        _freeze(model, route)
    return model


def _add_driving(model: _Model) -> None:
    problem, routing = model.problem, model.routing
    places: list[int | None] = [stop.node for stop in model.stops]
    places += [vehicle.start_node for vehicle in problem.vehicles]
    places += [vehicle.end_node for vehicle in problem.vehicles]
    service_s = [_service_s(model, stop) for stop in model.stops]
    service_s += [0] * (len(places) - len(service_s))
    blocked_s = model.horizon_s + 1
    cost: list[list[int]] = []
    time_s: list[list[int]] = []
    for start, serve_s in zip(places, service_s, strict=True):
        row = [0 if None in {start, end} else int(problem.travel_s[start, end]) for end in places]
        cost.append([PERCENT * (blocked_s if leg == UNREACHABLE else leg) for leg in row])
        time_s.append([blocked_s if leg == UNREACHABLE else leg + serve_s for leg in row])
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(cost))
    # The slack is waiting; the start of a route is free, so that a vehicle may leave late.
    timed = routing.RegisterTransitMatrix(time_s)
    routing.AddDimension(timed, model.horizon_s, model.horizon_s, False, "time")


def _service_s(model: _Model, stop: Stop) -> int:
    if stop.kind is HALT:
        return model.halts[stop].duration_s
    request = model.problem.request(stop.request_id)
    return request.boarding_s if stop.kind is PICKUP else request.alighting_s


def _add_vehicle(model: _Model, index: int, vehicle: Vehicle) -> None:
    routing = model.routing
    begin_s, end_s = vehicle.start_s - model.origin_s, vehicle.end_s - model.origin_s
    for at in (routing.Start(index), routing.End(index)):
        model.time.CumulVar(at).SetRange(begin_s, end_s)
        routing.AddVariableMinimizedByFinalizer(model.time.CumulVar(at))
    if vehicle.longest_s is not None:
        model.time.SetSpanUpperBoundForVehicle(vehicle.longest_s, index)
    # The way home of a vehicle without stops is driven, and paid, all the same.
    routing.SetVehicleUsedWhenEmpty(True, index)
    for halt in vehicle.halts:
        at = model.at[halt_stop(halt)]
        first_s, last_s = halt.earliest_s - model.origin_s, halt.latest_s - model.origin_s
        model.time.CumulVar(at).SetRange(max(first_s, 0), last_s)
        routing.AddVariableMinimizedByFinalizer(model.time.CumulVar(at))
        routing.VehicleVar(at).SetValue(index)
    for rider in vehicle.onboard:
        for stop, at in model.at.items():
            if stop.request_id == rider.request_id and stop.kind is not HALT:
                routing.VehicleVar(at).SetValue(index)


def _add_places(model: _Model) -> None:
    for kind, name in ((1, "wheelchairs"), (2, "child seats")):
        fleet = [capacity_cuts(vehicle.capacities, kind) for vehicle in model.problem.vehicles]
        if kind == 2 and not any(most for most, _ in fleet):
            # What is left to bound, the seats alone, is bounded with the wheelchairs.
            _add_load(model, kind, name, [(0, 1, 0) for _ in fleet])
            continue
        _add_load(model, kind, name, [(0, 1, most) for most, _ in fleet])
        for number in range(max(len(cuts) for _, cuts in fleet)):
            # A vehicle with fewer cuts than others repeats its last one.
            cuts = [cuts[min(number, len(cuts) - 1)] for _, cuts in fleet]
            bounds = [(1, slope, places) for slope, places in cuts]
            _add_load(model, kind, f"seats and {name} {number}", bounds)


def _add_load(model: _Model, kind: int, name: str, bounds: Sequence[tuple[int, int, int]]) -> None:
    # For each vehicle: seats * bound[0] + places of a kind * bound[1] <= bound[2].
    problem, routing = model.problem, model.routing

    def weigh(load: Load, bound: tuple[int, int, int]) -> int:
        return load.seats * bound[0] + load.places[kind] * bound[1]

    transits: dict[tuple[int, int], int] = {}
    for bound in bounds:
        if bound[:2] not in transits:
            change = [0] * model.manager.GetNumberOfNodes()
            for node, stop in enumerate(model.stops):
                if stop.kind is HALT:
                    continue
                sign = 1 if stop.kind is PICKUP else -1
                change[node] = sign * weigh(problem.request(stop.request_id).load, bound)
            transits[bound[:2]] = routing.RegisterUnaryTransitVector(change)
    routing.AddDimensionWithVehicleTransitAndCapacity(
        [transits[bound[:2]] for bound in bounds], 0, [bound[2] for bound in bounds], False, name
    )
    dimension = routing.GetDimensionOrDie(name)
    for index, (vehicle, bound) in enumerate(zip(problem.vehicles, bounds, strict=True)):
        loads = [problem.request(rider.request_id).load for rider in vehicle.onboard]
        dimension.CumulVar(routing.Start(index)).SetValue(sum(weigh(one, bound) for one in loads))
    for stop, halt in model.halts.items():
        if not halt.with_riders:
            dimension.CumulVar(model.at[stop]).SetValue(0)


def _add_request(model: _Model, request: Request, weights: Weights) -> None:
    routing, time = model.routing, model.time
    stops = {
        stop.kind: at
        for stop, at in model.at.items()
        if stop.request_id == request.id and stop.kind is not HALT
    }
    wish_s = max(request.earliest_pickup_s - model.origin_s, 0)
    for kind, at in stops.items():
        earliest_s, latest_s, percent = _window(model, request, kind is PICKUP, weights)
        time.CumulVar(at).SetRange(max(earliest_s - model.origin_s, 0), latest_s - model.origin_s)
        if percent:
            time.SetCumulVarSoftUpperBound(at, wish_s, percent)
        routing.AddVariableMinimizedByFinalizer(time.CumulVar(at))
        if request.vehicle_ids is not None:
            allowed = [i for i, v in enumerate(model.problem.vehicles) if request.allows(v.id)]
            routing.VehicleVar(at).SetValues(allowed)
    if len(stops) == 2:
        pickup, dropoff = (stops[kind] for kind in sorted(stops, key=lambda kind: kind != PICKUP))
        _add_ride(model, request, pickup, dropoff)


def _window(
    model: _Model, request: Request, boards: bool, weights: Weights
) -> tuple[int, int, int]:
    if boards:
        return request.earliest_pickup_s, request.latest_pickup_s, weights.wait_percent
    earliest_s, due_s = request.earliest_dropoff_s, request.latest_dropoff_s
    for vehicle in model.problem.vehicles:
        for rider in vehicle.onboard:
            if rider.request_id == request.id:
                due_s = min(due_s, rider.departed_s + request.max_ride_s)
    return model.origin_s if earliest_s is None else earliest_s, due_s, weights.journey_percent


def _add_ride(model: _Model, request: Request, pickup: int, dropoff: int) -> None:
    routing, time, solver = model.routing, model.time, model.routing.solver()
    limit_s = min(request.boarding_s + request.max_ride_s, model.horizon_s)
    routing.AddPickupAndDelivery(pickup, dropoff)
    solver.Add(routing.VehicleVar(pickup) == routing.VehicleVar(dropoff))
    solver.Add(time.CumulVar(pickup) <= time.CumulVar(dropoff))
    solver.Add(time.CumulVar(dropoff) - time.CumulVar(pickup) <= limit_s)

    def limit(_pickup_alternative: int, _dropoff_alternative: int) -> int:
        return limit_s

    # Pairs are numbered in the order in which they are added, one callback for each.
    time.SetPickupToDeliveryLimitFunctionForPair(limit, len(model.callbacks))
    model.callbacks.append(limit)


def _freeze(model: _Model, route: Route) -> None:
    vehicle_ids = [vehicle.id for vehicle in model.problem.vehicles]
    at = model.routing.Start(vehicle_ids.index(route.vehicle_id))
    for stop in route.stops[: route.frozen]:
        model.routing.NextVar(at).SetValue(model.at[stop])
        at = model.at[stop]


def _parameters(seconds: float, solution_limit: int | None) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    parameters.time_limit.FromNanoseconds(int(seconds * 1e9))
    if solution_limit is not None:
        parameters.solution_limit = solution_limit
    return parameters


def _search(model: _Model, parameters: Any, seed: int) -> Plan | None:
    routing = model.routing
    routing.solver().ReSeed(seed)
    routing.CloseModelWithParameters(parameters)
    present = [
        [model.at[stop] for stop in model.plan.route(vehicle.id).stops]
        for vehicle in model.problem.vehicles
    ]
    start = routing.ReadAssignmentFromRoutes(present, True)
    if start is None:
        return None
    solution = routing.SolveFromAssignmentWithParameters(start, parameters)
    return None if solution is None else _read(model, solution)


def _read(model: _Model, solution: Any) -> Plan:
    stop_at = {at: stop for stop, at in model.at.items()}
    routes: list[Route] = []
    for index, vehicle in enumerate(model.problem.vehicles):
        stops: list[Stop] = []
        at = solution.Value(model.routing.NextVar(model.routing.Start(index)))
        while not model.routing.IsEnd(at):
            stops.append(stop_at[at])
            at = solution.Value(model.routing.NextVar(at))
        old = model.plan.route(vehicle.id)
        if stops or old.stops:
            routes.append(Route(vehicle.id, tuple(stops), old.frozen))
    return Plan(tuple(routes))
