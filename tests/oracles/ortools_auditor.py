"""A second opinion on plans: the routing library of OR-Tools is given the routes and asked.

It imports nothing of the engine, and shares no method with ``plan_checker``: every rule is a
constraint of a ``RoutingModel`` over all vehicles, the successors of all visits are those of the
plan, and the solver's propagation and search say whether instants and loads exist. Source: Google
OR-Tools, ``ortools/constraint_solver/routing.h`` (``ReadAssignmentFromRoutes``: the routes may
still be refused when the constraints are checked and the dimensions filled in).
"""

from __future__ import annotations

from typing import Any

from ortools.constraint_solver import pywrapcp

UNREACHABLE = 2**31 - 1
FAR_S = 2**40
KINDS = ("seats", "wheelchairs", "child_seats")


def is_feasible(problem: Any, plan: Any) -> bool:
    """Ask OR-Tools whether vehicles can drive their routes and keep every bound.

    Parameters
    ----------
    problem : Problem
        Anything with ``vehicles``, ``requests`` and ``travel_s``.
    plan : Plan
        Anything with ``routes``; vehicles without one drive to their end.

    Returns
    -------
    bool
        Whether its model has a solution with these routes.
    """
    if not problem.vehicles:
        return not plan.routes
    return _Audit(problem, plan).passes()


class _Audit:
    def __init__(self, problem: Any, plan: Any) -> None:
        self.problem = problem
        self.requests = {request.id: request for request in problem.requests}
        given = {route.vehicle_id: route.stops for route in plan.routes}
        self.routes = [list(given.get(vehicle.id, ())) for vehicle in problem.vehicles]
        self.stops = [stop for stops in self.routes for stop in stops]
        self.places = self._places()
        count, vehicles = len(self.stops), len(problem.vehicles)
        starts = list(range(count, count + vehicles))
        ends = list(range(count + vehicles, count + 2 * vehicles))
        nodes = count + 2 * vehicles
        self.manager = pywrapcp.RoutingIndexManager(nodes, vehicles, starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.solver = self.routing.solver()
        self.origin_s = min(vehicle.start_s for vehicle in problem.vehicles)
        self.at = [int(self.manager.NodeToIndex(n)) for n in range(count)]
        self.halts = {
            (vehicle.id, halt.id): halt for vehicle in problem.vehicles for halt in vehicle.halts
        }

    def passes(self) -> bool:
        if not self._each_once():
            return False
        self._drive()
        for name in KINDS:
            self._load(name)
        for v, vehicle in enumerate(self.problem.vehicles):
            self._vehicle(v, vehicle)
        for request in self.problem.requests:
            self._request(request)
        self.routing.CloseModel()
        visits = iter(self.at)
        routes = [[next(visits) for _ in stops] for stops in self.routes]
        return self.routing.ReadAssignmentFromRoutes(routes, True) is not None

    def _each_once(self) -> bool:
        """Visits are nodes of the model: no two of them may be the same, and none may lack."""
        named = [(str(stop.kind), stop.request_id) for stop in self.stops]
        boards = {name for kind, name in named if kind == "pickup"}
        rides = {name for kind, name in named if kind == "dropoff"}
        aboard = {r.request_id for v in self.problem.vehicles for r in v.onboard}
        halts = {name for kind, name in named if kind == "halt"}
        asked = {halt_id for _, halt_id in self.halts}
        return (
            len(set(named)) == len(named)
            and not boards & aboard
            and rides == boards | aboard
            and halts == asked
        )

    def _places(self) -> list[int | None]:
        """The node of every visit, then where vehicles start, then where they end (None: there)."""
        places: list[int | None] = []
        for vehicle, stops in zip(self.problem.vehicles, self.routes, strict=True):
            before = vehicle.start_node
            for stop in stops:
                before = before if stop.node < 0 else stop.node
                places.append(before)
        places += [vehicle.start_node for vehicle in self.problem.vehicles]
        return places + [vehicle.end_node for vehicle in self.problem.vehicles]

    def _leg_s(self, a: int, b: int) -> int:
        start, end = self.places[a], self.places[b]
        if start is None or end is None:
            return 0
        leg_s = int(self.problem.travel_s[start][end])
        return FAR_S if leg_s == UNREACHABLE else leg_s

    def _service_s(self, node: int) -> int:
        if node >= len(self.stops):
            return 0
        stop = self.stops[node]
        if str(stop.kind) == "halt":
            return int(self._halt(node).duration_s)
        request = self.requests[stop.request_id]
        if str(stop.kind) == "pickup" or request.dropoff_service_s is None:
            return int(request.boarding_s)
        return int(request.dropoff_service_s)

    def _halt(self, node: int) -> Any:
        name = self.stops[node].request_id
        return next(halt for (_, halt_id), halt in self.halts.items() if halt_id == name)

    def _drive(self) -> None:
        nodes = range(len(self.places))
        legs = [[self._leg_s(a, b) for b in nodes] for a in nodes]
        times = [[leg + self._service_s(a) for leg in row] for a, row in enumerate(legs)]
        matrix = self.routing.RegisterTransitMatrix(times)
        self.routing.AddDimension(matrix, FAR_S, FAR_S - 1, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        # What is left of the charge goes down by driving; only a charger's slack fills it up.
        used = self.routing.RegisterTransitMatrix([[-leg for leg in row] for row in legs])
        self.routing.AddDimension(used, FAR_S, FAR_S, False, "charge")
        self.charge = self.routing.GetDimensionOrDie("charge")

    def _load(self, name: str) -> None:
        change = [0] * len(self.places)
        for n, stop in enumerate(self.stops):
            if str(stop.kind) != "halt":
                load = getattr(self.requests[stop.request_id].load, name)
                change[n] = load if str(stop.kind) == "pickup" else -load
        self.routing.AddDimension(
            self.routing.RegisterUnaryTransitVector(change), 0, 2**20, False, name
        )
        dimension = self.routing.GetDimensionOrDie(name)
        for v, vehicle in enumerate(self.problem.vehicles):
            inside = sum(getattr(self.requests[r.request_id].load, name) for r in vehicle.onboard)
            dimension.CumulVar(self.routing.Start(v)).SetValue(inside)

    def _window(self, at: int, earliest_s: int, latest_s: int) -> None:
        begin, end = max(earliest_s - self.origin_s, 0), latest_s - self.origin_s
        if end < begin:
            self.solver.Add(self.solver.FalseConstraint())
        else:
            self.time.CumulVar(at).SetRange(begin, end)

    def _vehicle(self, v: int, vehicle: Any) -> None:
        start, end = self.routing.Start(v), self.routing.End(v)
        self._window(start, vehicle.start_s, FAR_S // 2)
        self._window(end, self.origin_s, vehicle.end_s)
        if vehicle.longest_s is not None and self.routes[v]:
            out_s = self.time.CumulVar(end) - self.time.CumulVar(start)
            self.solver.Add(out_s <= vehicle.longest_s)
        full_s = vehicle.range_s if vehicle.full_range_s is None else vehicle.full_range_s
        range_s = FAR_S // 2 if vehicle.range_s is None else vehicle.range_s
        self.charge.CumulVar(start).SetValue(range_s)
        self.charge.SlackVar(start).SetValue(0)
        first = sum(len(stops) for stops in self.routes[:v])
        for n in range(first, first + len(self.routes[v])):
            at, stop = self.at[n], self.stops[n]
            self.solver.Add(self.routing.VehicleVar(at) == v)
            self._fits(at, n, vehicle)
            if str(stop.kind) == "halt" and self._halt(n).charges and full_s is not None:
                # Full when it leaves: left and filled up make the full range.
                filled = self.charge.CumulVar(at) + self.charge.SlackVar(at)
                self.solver.Add(filled == full_s)
            else:
                self.charge.SlackVar(at).SetValue(0)
            if str(stop.kind) == "halt":
                self._halts_there(at, n, vehicle)

    def _halts_there(self, at: int, n: int, vehicle: Any) -> None:
        halt = self._halt(n)
        if (vehicle.id, halt.id) not in self.halts:
            self.solver.Add(self.solver.FalseConstraint())
        self._window(at, halt.earliest_s, halt.latest_s)
        if not halt.with_riders:
            for name in KINDS:
                self.solver.Add(self.routing.GetDimensionOrDie(name).CumulVar(at) == 0)

    def _fits(self, at: int, n: int, vehicle: Any) -> None:
        """Behind this visit the load fits one arrangement of places."""
        stop = self.stops[n]
        if str(stop.kind) == "halt":
            return
        sign = 1 if str(stop.kind) == "pickup" else -1
        arrangements = []
        for places in (vehicle.capacity, *vehicle.alternative_capacities):
            fits = []
            for name in KINDS:
                change = sign * getattr(self.requests[stop.request_id].load, name)
                load = self.routing.GetDimensionOrDie(name).CumulVar(at) + change
                fits.append(self.solver.IsLessOrEqualCstVar(load, getattr(places, name)))
            arrangements.append(self.solver.Min(fits))
        self.solver.Add(self.solver.Max(arrangements) == 1)

    def _request(self, request: Any) -> None:
        visits = {
            str(stop.kind): self.at[n]
            for n, stop in enumerate(self.stops)
            if stop.request_id == request.id and str(stop.kind) != "halt"
        }
        if not visits:
            return
        dropoff, due_s = visits["dropoff"], request.latest_dropoff_s
        for v, vehicle in enumerate(self.problem.vehicles):
            for rider in vehicle.onboard:
                if rider.request_id == request.id:
                    self.solver.Add(self.routing.VehicleVar(dropoff) == v)
                    due_s = min(due_s, rider.departed_s + request.max_ride_s)
        earliest_s = request.earliest_dropoff_s
        self._window(dropoff, self.origin_s if earliest_s is None else earliest_s, due_s)
        if request.vehicle_ids is not None:
            ids = [vehicle.id for vehicle in self.problem.vehicles]
            allowed = [v for v, name in enumerate(ids) if name in request.vehicle_ids]
            for at in visits.values():
                self.solver.Add(self.solver.MemberCt(self.routing.VehicleVar(at), allowed))
        if "pickup" in visits:
            pickup = visits["pickup"]
            self._window(pickup, request.earliest_pickup_s, request.latest_pickup_s)
            self.routing.AddPickupAndDelivery(pickup, dropoff)
            vehicle_of = self.routing.VehicleVar
            self.solver.Add(vehicle_of(pickup) == vehicle_of(dropoff))
            begins, ends = self.time.CumulVar(pickup), self.time.CumulVar(dropoff)
            self.solver.Add(begins <= ends)
            self.solver.Add(ends - begins <= request.boarding_s + request.max_ride_s)
