"""Is a route possible, and when is each stop: exact, by the least fixpoint of its constraints.

A route is accepted iff a schedule exists that keeps every window, every ride-time limit, the places
of the vehicle and the end of the shift with the way to the end node. The schedule returned is the
least one: no stop can begin earlier in any feasible schedule of the same route. Where a ride would
become too long by waiting on the way, its pickup is delayed just as much as needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels import layout, timing
from dispatch.objective import DEFAULT_WEIGHTS, PERCENT, Weights
from dispatch.packing import pack_capacities, pack_stops, pack_vehicle
from dispatch.plan import DROPOFF, PICKUP, Plan, Route, StopKind
from dispatch.problem import Problem


@dataclass(frozen=True)
class Timed:
    """A feasible route with its instants.

    Parameters
    ----------
    route : Route
        The route.
    arrival_s : tuple of int
        Instant at which the vehicle reaches each stop.
    begin_s : tuple of int
        Begin of boarding or alighting at each stop: what windows and promises speak of.
    departure_s : tuple of int
        Instant at which the vehicle leaves each stop.
    end_s : int
        Instant at the end node, or of the last departure without one.
    driving_s : int
        Driving seconds, with the way to the end node; with slices those of the fastest slice.
    cost_centi_s : int
        Objective in hundredths of a weighted second; see objective.
    """

    route: Route
    arrival_s: tuple[int, ...]
    begin_s: tuple[int, ...]
    departure_s: tuple[int, ...]
    end_s: int
    driving_s: int
    cost_centi_s: int

    @property
    def cost_s(self) -> int:
        """Objective in weighted seconds, rounded down."""
        return self.cost_centi_s // PERCENT

    def pickup_s(self, request_id: str) -> int | None:
        """Return the begin of boarding of a request.

        Parameters
        ----------
        request_id : str
            The request.

        Returns
        -------
        int or None
            Instant; None when it does not board on this route.
        """
        return self._begin_s(request_id, PICKUP)

    def dropoff_s(self, request_id: str) -> int | None:
        """Return the begin of alighting of a request.

        Parameters
        ----------
        request_id : str
            The request.

        Returns
        -------
        int or None
            Instant; None when it does not alight on this route.
        """
        return self._begin_s(request_id, DROPOFF)

    def _begin_s(self, request_id: str, kind: StopKind) -> int | None:
        for stop, begin_s in zip(self.route.stops, self.begin_s, strict=True):
            if stop.request_id == request_id and stop.kind is kind:
                return begin_s
        return None


@dataclass(frozen=True)
class Infeasible:
    """Why a route is not possible.

    Parameters
    ----------
    route : Route
        The route.
    code : str
        ``late_pickup``, ``late_dropoff``, ``late_halt``, ``max_ride_exceeded``, ``no_capacity``,
        ``no_wheelchair_place``, ``no_child_seat``, ``riders_at_halt``, ``out_of_range``,
        ``shift_end``, ``tour_too_long`` or ``unreachable``.
    stop_index : int
        Position of the stop where it shows; the number of stops for the end of the route.
    shortfall_s : int
        By how many seconds; 0 for places and missing ways. It is what shows first along the
        route, not always all that is missing.
    """

    route: Route
    code: str
    stop_index: int
    shortfall_s: int


_CODES = {
    timing.RIDE_TOO_LONG: "max_ride_exceeded",
    timing.NO_SEAT: "no_capacity",
    timing.NO_WHEELCHAIR_PLACE: "no_wheelchair_place",
    timing.NO_CHILD_SEAT: "no_child_seat",
    timing.SHIFT_END: "shift_end",
    timing.TOO_LONG: "tour_too_long",
    timing.NO_WAY: "unreachable",
    timing.OUT_OF_RANGE: "out_of_range",
    timing.RIDERS_AT_HALT: "riders_at_halt",
}


def schedule(
    problem: Problem, route: Route, weights: Weights = DEFAULT_WEIGHTS
) -> Timed | Infeasible:
    """Compute the least feasible schedule of a route, or why there is none.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests and travel times.
    route : Route
        The route; well formed (``plan.check_plan``).
    weights : Weights
        Objective for the cost.

    Returns
    -------
    Timed or Infeasible
        The schedule, or the first violation.

    Raises
    ------
    InvalidPlanError
        When a rider alights without having boarded.
    InvalidProblemError
        When the route names an unknown vehicle or request.
    """
    vehicle = problem.vehicle(route.vehicle_id)
    stops = pack_stops(problem, route, weights)
    begin_s = np.empty(len(route.stops), dtype=np.int64)
    code, index, shortfall_s = timing.least_schedule(
        problem.travel_s,
        problem.packed_slices,
        pack_vehicle(problem, vehicle),
        pack_capacities(vehicle.capacities),
        stops,
        begin_s,
    )
    if code == timing.LATE:
        return Infeasible(route, f"late_{route.stops[index].kind}", index, shortfall_s)
    if code != timing.FEASIBLE:
        return Infeasible(route, _CODES[code], index, shortfall_s)
    return _timed(problem, route, stops, begin_s)


def _timed(
    problem: Problem, route: Route, stops: NDArray[np.int64], begin_s: NDArray[np.int64]
) -> Timed:
    vehicle = problem.vehicle(route.vehicle_id)
    path = [vehicle.start_node, *stops[:, layout.NODE].tolist()]
    if vehicle.end_node is not None:
        path.append(vehicle.end_node)
    legs_s = [int(problem.travel_s[a, b]) for a, b in pairwise(path)]
    driving_s = sum(legs_s)
    departures = (begin_s + stops[:, layout.SERVICE_S]).tolist()
    left_s = [vehicle.start_s, *departures]
    if problem.slices is None:
        arrivals = [left + leg for left, leg in zip(left_s, legs_s, strict=False)]
    else:
        legs = zip(pairwise(path), left_s, strict=False)
        arrivals = [problem.slices.arrival_s(a, b, left) for (a, b), left in legs]
    rider_cost = int(((begin_s - stops[:, layout.WISH_S]) * stops[:, layout.PERCENT]).sum())
    return Timed(
        route,
        tuple(arrivals[: len(route.stops)]),
        tuple(begin_s.tolist()),
        tuple(departures),
        arrivals[-1] if vehicle.end_node is not None else left_s[-1],
        driving_s,
        PERCENT * driving_s + rider_cost,
    )


def schedule_plan(
    problem: Problem, plan: Plan, weights: Weights = DEFAULT_WEIGHTS
) -> tuple[Timed, ...] | Infeasible:
    """Schedule the whole fleet: a vehicle without stops still drives to its end node.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests and travel times.
    plan : Plan
        The plan; well formed (``plan.check_plan``).
    weights : Weights
        Objective for the cost.

    Returns
    -------
    tuple of Timed, or Infeasible
        One schedule for each vehicle in the order of the problem, or the first violation.
    """
    timed: list[Timed] = []
    for vehicle in problem.vehicles:
        result = schedule(problem, plan.route(vehicle.id), weights)
        if isinstance(result, Infeasible):
            return result
        timed.append(result)
    return tuple(timed)


def plan_cost(problem: Problem, plan: Plan, weights: Weights = DEFAULT_WEIGHTS) -> int | None:
    """Compute what a plan costs.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests and travel times.
    plan : Plan
        The plan; well formed (``plan.check_plan``).
    weights : Weights
        The objective.

    Returns
    -------
    int or None
        Hundredths of weighted seconds; None when a route is not feasible.
    """
    timed = schedule_plan(problem, plan, weights)
    return None if isinstance(timed, Infeasible) else sum(one.cost_centi_s for one in timed)
