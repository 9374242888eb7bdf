"""The routing library of OR-Tools, set up as its guides say, in one of several settings.

A request is a pair of visits with linear limits on its ride; with ``limits`` in the setting its
local search is told the limit of each pair (``SetPickupToDeliveryLimitFunctionForPair``), which
helps it and costs a call into Python. With ``drop``, pairs may be left out at a price above any
way: that lets first solutions exist that otherwise find nothing.
"""

from __future__ import annotations

import sys
import threading
from importlib.metadata import version
from typing import Any

from benchmarks.dispatch.peers.wire import Answer, CpuClock, Ride, Task, Visit, serve

SETTINGS = (
    "LOCAL_CHEAPEST_INSERTION GUIDED_LOCAL_SEARCH drop limits",
    "LOCAL_CHEAPEST_INSERTION GUIDED_LOCAL_SEARCH drop",
    "PARALLEL_CHEAPEST_INSERTION GUIDED_LOCAL_SEARCH drop",
    "LOCAL_CHEAPEST_COST_INSERTION GUIDED_LOCAL_SEARCH drop",
    "ALL_UNPERFORMED GUIDED_LOCAL_SEARCH drop",
    "LOCAL_CHEAPEST_INSERTION SIMULATED_ANNEALING drop limits",
    "AUTOMATIC GUIDED_LOCAL_SEARCH limits",
)
"""First solution, metaheuristic, whether pairs may be left out, whether limits are told for pairs;
the first is the usual one. Tried and left out, because they found nothing even with 300 requests:
PATH_CHEAPEST_ARC, and its iterated local search with ruin and recreate."""


def solve(task: Task) -> Answer:
    """Solve a task.

    Parameters
    ----------
    task
        As it came.

    Returns
    -------
    Answer
        That of OR-Tools, stopped when the CPU seconds are used up.
    """
    from ortools.constraint_solver import pywrapcp

    clock = CpuClock(task.seconds)
    words = (task.setting or SETTINGS[0]).split()
    model = _Model(task, pywrapcp, words)
    parameters = _parameters(pywrapcp, words, task)
    routing, ended = model.routing, threading.Event()
    routing.solver().ReSeed(task.seed)

    has_plan = threading.Event()
    routing.AddAtSolutionCallback(has_plan.set)

    def stop_in_time() -> None:
        # Its own limits are wall time; the search runs outside Python's lock. Stopped before its
        # first solution it has none: that it may finish. Each of its searches forgets a request to
        # stop that came before it began.
        while not ended.wait(0.02):
            if has_plan.is_set() and clock():
                routing.CancelSearch()

    watch = threading.Thread(target=stop_in_time)
    watch.start()
    found = routing.SolveWithParameters(parameters)
    ended.set()
    watch.join()
    routes = {} if found is None else model.read(found)
    return Answer(routes, f"OR-Tools {version('ortools')}", " ".join(words))


def _parameters(pywrapcp: Any, words: list[str], task: Task) -> Any:
    from ortools.constraint_solver import routing_enums_pb2 as enums

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = getattr(enums.FirstSolutionStrategy, words[0])
    meta = getattr(enums.LocalSearchMetaheuristic, words[1])
    parameters.local_search_metaheuristic = meta
    # A metaheuristic wants a limit of its own; ours comes first.
    parameters.time_limit.FromNanoseconds(int(3e9 * task.wall_s))
    return parameters


class _Model:
    """One node for each place where vehicles start or end, then two for each ride."""

    def __init__(self, task: Task, pywrapcp: Any, words: list[str]) -> None:
        self.task = task
        self.tells_limits = "limits" in words
        may_drop = "drop" in words
        self.places = sorted({place for van in task.vans for place in (van.start, van.end)})
        self.limits: list[Any] = []  # the solver keeps no reference of its own
        nodes = [*self.places]
        services = [0] * len(nodes)
        for ride in task.rides:
            nodes += [ride.pickup, ride.dropoff]
            services += [ride.boarding_s, ride.alighting_s]
        starts = [self.places.index(van.start) for van in task.vans]
        ends = [self.places.index(van.end) for van in task.vans]
        self.manager = pywrapcp.RoutingIndexManager(len(nodes), len(task.vans), starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        legs = [[task.travel_s[a][b] for b in nodes] for a in nodes]
        cost = self.routing.RegisterTransitMatrix(legs)
        self.routing.SetArcCostEvaluatorOfAllVehicles(cost)
        if task.fewest_vehicles:
            self.routing.SetFixedCostOfAllVehicles(task.fixed_cost)
        self._time(legs, services)
        self._loads()
        for n, ride in enumerate(task.rides):
            self._ride(n, ride)
            if may_drop:
                # Left out as a pair or not at all; dearer than a vehicle.
                price = 10 * (task.fixed_cost or sum(max(row) for row in task.travel_s))
                self.routing.AddDisjunction([self.index(n, True)], price)
                self.routing.AddDisjunction([self.index(n, False)], price)

    def index(self, n: int, boards: bool) -> int:
        return int(self.manager.NodeToIndex(len(self.places) + 2 * n + (not boards)))

    def _time(self, legs: list[list[int]], services: list[int]) -> None:
        routing, latest_s = self.routing, max(van.end_s for van in self.task.vans)
        timed = [[leg + s for leg in row] for row, s in zip(legs, services, strict=True)]
        routing.AddDimension(
            routing.RegisterTransitMatrix(timed), latest_s, latest_s, False, "time"
        )
        self.time = routing.GetDimensionOrDie("time")
        for n, van in enumerate(self.task.vans):
            for at in (routing.Start(n), routing.End(n)):
                self.time.CumulVar(at).SetRange(van.start_s, van.end_s)
            if van.longest_s is not None:
                self.time.SetSpanUpperBoundForVehicle(van.longest_s, n)

    def _loads(self) -> None:
        change = [0] * len(self.places)
        for ride in self.task.rides:
            change += [ride.load, -ride.load]
        capacities = [van.capacity for van in self.task.vans]
        loads = self.routing.RegisterUnaryTransitVector(change)
        self.routing.AddDimensionWithVehicleCapacity(loads, 0, capacities, True, "load")

    def _ride(self, n: int, ride: Ride) -> None:
        routing, solver = self.routing, self.routing.solver()
        pickup, dropoff = self.index(n, True), self.index(n, False)
        self.time.CumulVar(pickup).SetRange(ride.earliest_pickup_s, ride.latest_pickup_s)
        self.time.CumulVar(dropoff).SetRange(ride.earliest_dropoff_s, ride.latest_dropoff_s)
        routing.AddPickupAndDelivery(pickup, dropoff)
        solver.Add(routing.VehicleVar(pickup) == routing.VehicleVar(dropoff))
        begins, ends = self.time.CumulVar(pickup), self.time.CumulVar(dropoff)
        solver.Add(begins <= ends)
        if ride.longest_ride_s is None:
            return
        limit_s = ride.boarding_s + ride.longest_ride_s
        solver.Add(ends - begins <= limit_s)

        if not self.tells_limits:
            return

        def limit(_pickup: int, _dropoff: int) -> int:
            return limit_s

        self.time.SetPickupToDeliveryLimitFunctionForPair(limit, len(self.limits))
        self.limits.append(limit)

    def read(self, found: Any) -> dict[int, list[Visit]]:
        routes: dict[int, list[Visit]] = {}
        for n in range(len(self.task.vans)):
            at = found.Value(self.routing.NextVar(self.routing.Start(n)))
            while not self.routing.IsEnd(at):
                visit = divmod(self.manager.IndexToNode(at) - len(self.places), 2)
                routes.setdefault(n, []).append((visit[0], visit[1] == 0))
                at = found.Value(self.routing.NextVar(at))
        return routes


if __name__ == "__main__":
    sys.exit(serve(solve))
