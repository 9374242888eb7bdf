"""The instant answer: the cheapest feasible place for one request, or a true reason why not.

All positions on all vehicles are tried after the frozen stops; nothing that is planned changes its
order or breaks its promise. When nothing fits, the constraints of the *new* request and of the
vehicles are relaxed by name, one alone, then two together, and so on: the reason given is the
smallest set whose relaxation lets the request in, so it is true by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError
from dispatch.kernels import positions
from dispatch.kernels.layout import END_S, LATEST_S, LONGEST_S, MAX_RIDE_S, NEVER_S, START_S
from dispatch.objective import DEFAULT_WEIGHTS, PERCENT, Weights
from dispatch.packing import pack_capacities, pack_request, pack_stops, pack_vehicle
from dispatch.plan import Plan, Route, stops_of
from dispatch.problem import MOST_PLACES, Problem, Request, Vehicle
from dispatch.schedule import Infeasible, schedule

NO_WHEELCHAIR_PLACE = "no_wheelchair_place"
NO_CHILD_SEAT = "no_child_seat"
NO_CAPACITY = "no_capacity"
NO_VEHICLE_IN_SHIFT = "no_vehicle_in_shift"
WINDOW_TOO_TIGHT = "window_too_tight"
MAX_RIDE_EXCEEDED = "max_ride_exceeded"
UNREACHABLE_CODE = "unreachable"
PLAN_INFEASIBLE = "plan_infeasible"

REASONS = (
    NO_WHEELCHAIR_PLACE,
    NO_CHILD_SEAT,
    NO_CAPACITY,
    NO_VEHICLE_IN_SHIFT,
    WINDOW_TOO_TIGHT,
    MAX_RIDE_EXCEEDED,
)
"""What can be relaxed; where several alone would do, the first one is named."""


@dataclass(frozen=True)
class Insertion:
    """The best place for a request.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    route : Route
        Its route with the two new stops.
    pickup_s, dropoff_s : int
        Expected begin of boarding and of alighting.
    cost_s : int
        Added objective, weighted seconds, rounded down; see objective.
    """

    vehicle_id: str
    route: Route
    pickup_s: int
    dropoff_s: int
    cost_s: int


@dataclass(frozen=True)
class Refusal:
    """Why no vehicle can take a request.

    Parameters
    ----------
    code : str
        ``no_wheelchair_place``, ``no_child_seat``, ``no_capacity``, ``no_vehicle_in_shift``,
        ``window_too_tight`` or ``max_ride_exceeded``: without this limit (and those in ``also``)
        it would fit.
        ``unreachable``: no way between the nodes. ``plan_infeasible``: the vehicles in question
        cannot keep even their present promises, whoever is added.
    params : Mapping of str to object
        The values: ``by_s`` for ``window_too_tight`` (both latest instants later by so much would
        do) and ``max_ride_exceeded``; ``seats``, ``wheelchairs``, ``child_seats``, ``vehicles``;
        ``also``, a tuple of codes, when one relaxation alone does not do.
    next_pickup_s : int or None
        The nearest later pickup that fits: the same request with ``earliest_pickup_s`` at this
        instant, and both latest instants moved by the same time, is accepted, and none of the
        requests moved less gives an earlier pickup. Exact. None when there is none.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    next_pickup_s: int | None = None


@dataclass(frozen=True)
class _Candidate:
    vehicle: Vehicle
    route: Route
    state: NDArray[np.int64]
    capacities: NDArray[np.int64]
    stops: NDArray[np.int64]


@dataclass(frozen=True)
class _Found:
    rank: int
    candidate: _Candidate
    i: int
    j: int
    pickup_s: int
    dropoff_s: int


def best_insertion(
    problem: Problem, plan: Plan, request: Request, weights: Weights = DEFAULT_WEIGHTS
) -> Insertion | Refusal:
    """Find the cheapest feasible insertion of a request into a plan.

    Parameters
    ----------
    problem : Problem
        Vehicles, accepted requests, travel times; the new request need not be in it.
    plan : Plan
        The present plan; well formed (``plan.check_plan``).
    request : Request
        The new request.
    weights : Weights
        The objective.

    Returns
    -------
    Insertion or Refusal
        The best place; ties go to the vehicle named first, then to the earliest positions. Or the
        reason. A vehicle that cannot keep its present promises is offered nothing new.

    Raises
    ------
    InvalidProblemError
        When the plan serves the request already, or a node is outside the travel times.
    InvalidPlanError
        When a route of the plan lets someone alight who has not boarded.
    """
    problem.check_request(request)
    if request.id in plan.request_ids:
        raise InvalidProblemError(
            f"Request {request.id}: the plan serves it already; remove its stops first.",
            kind="request",
            id=request.id,
            field="id",
        )
    candidates = [
        _Candidate(
            vehicle,
            route := plan.route(vehicle.id),
            pack_vehicle(problem, vehicle),
            pack_capacities(vehicle.capacities),
            pack_stops(problem, route, weights),
        )
        for vehicle in problem.vehicles
        if request.allows(vehicle.id)
    ]
    search = _Search(problem, candidates, request, pack_request(request, weights))
    found = search.best()
    if found is None:
        return _refusal(search)
    stops = list(found.candidate.route.stops)
    pickup, dropoff = stops_of(request)
    stops.insert(found.j, dropoff)
    stops.insert(found.i, pickup)
    return Insertion(
        found.candidate.vehicle.id,
        Route(found.candidate.vehicle.id, tuple(stops), found.candidate.route.frozen),
        found.pickup_s,
        found.dropoff_s,
        found.rank // PERCENT,
    )


@dataclass(frozen=True)
class _Search:
    """One request against all vehicles, with some limits relaxed."""

    problem: Problem
    candidates: Sequence[_Candidate]
    request: Request
    pair: NDArray[np.int64]

    def best(
        self,
        relaxed: frozenset[str] = frozenset(),
        rank_by: int = positions.BY_COST,
        pair: NDArray[np.int64] | None = None,
    ) -> _Found | None:
        pair = self._relaxed_pair(relaxed) if pair is None else pair
        best: _Found | None = None
        for candidate in self.candidates:
            rank, i, j, pickup_s, dropoff_s = positions.best_positions(
                self.problem.travel_s,
                _relaxed_state(candidate, self.request, relaxed),
                _relaxed_capacities(candidate, relaxed),
                candidate.stops,
                candidate.route.frozen,
                pair,
                rank_by,
                self.request.latest_pickup_s,
                self.request.latest_dropoff_s,
            )
            if i >= 0 and (best is None or rank < best.rank):
                best = _Found(rank, candidate, i, j, pickup_s, dropoff_s)
        return best

    def _relaxed_pair(self, relaxed: frozenset[str]) -> NDArray[np.int64]:
        pair = self.pair.copy()
        if WINDOW_TOO_TIGHT in relaxed:
            pair[:, LATEST_S] = NEVER_S
        if MAX_RIDE_EXCEEDED in relaxed:
            pair[1, MAX_RIDE_S] = NEVER_S
        return pair

    def lateness_s(self, relaxed: frozenset[str]) -> int:
        """Least number of seconds by which both latest instants would have to move."""
        found = self.best(relaxed, positions.BY_LATENESS)
        assert found is not None, "the caller relaxes what is enough"
        return found.rank

    def excess_ride_s(self, relaxed: frozenset[str]) -> int:
        """Least number of seconds that the longest ride lacks, by bisection: it is monotone."""
        found = self.best(relaxed)
        assert found is not None, "the caller relaxes what is enough"
        pair = self._relaxed_pair(relaxed)
        too_short_s = self.request.max_ride_s
        enough_s = found.dropoff_s - found.pickup_s - self.request.boarding_s
        while enough_s - too_short_s > 1:
            pair[1, MAX_RIDE_S] = (too_short_s + enough_s) // 2
            if self.best(relaxed, pair=pair) is None:
                too_short_s = int(pair[1, MAX_RIDE_S])
            else:
                enough_s = int(pair[1, MAX_RIDE_S])
        return enough_s - self.request.max_ride_s

    def next_pickup_s(self) -> int | None:
        # Moved by t, the window asks for earliest + t <= pickup and dropoff <= latest + t, hence a
        # dropoff at most latest - earliest after the pickup: a limit of the ride, free of t. The
        # least pickup under it is the answer, with t = pickup - earliest.
        request = self.request
        span_s = request.latest_dropoff_s - request.earliest_pickup_s - request.boarding_s
        if span_s < 0:
            return None
        pair = self._relaxed_pair(frozenset({WINDOW_TOO_TIGHT}))
        pair[1, MAX_RIDE_S] = min(request.max_ride_s, span_s)
        found = self.best(rank_by=positions.BY_PICKUP, pair=pair)
        return None if found is None else found.pickup_s


def _relaxed_state(
    candidate: _Candidate, request: Request, relaxed: frozenset[str]
) -> NDArray[np.int64]:
    if NO_VEHICLE_IN_SHIFT not in relaxed:
        return candidate.state
    state = candidate.state.copy()
    state[END_S] = NEVER_S
    state[LONGEST_S] = NEVER_S
    # Only a vehicle that waits for its shift, and for the whole window, is out of shift; one that
    # is busy, or too far away, is not: there the window is too tight.
    vehicle = candidate.vehicle
    waiting = candidate.route.frozen == 0 and not vehicle.onboard
    if vehicle.shift_start_s is not None:
        waiting = waiting and vehicle.start_s <= vehicle.shift_start_s
    if waiting and vehicle.start_s > request.latest_pickup_s:
        state[START_S] = -NEVER_S
    return state


def _relaxed_capacities(candidate: _Candidate, relaxed: frozenset[str]) -> NDArray[np.int64]:
    kinds = (NO_CAPACITY, NO_WHEELCHAIR_PLACE, NO_CHILD_SEAT)
    columns = [column for column, code in enumerate(kinds) if code in relaxed]
    if not columns:
        return candidate.capacities
    capacities = candidate.capacities.copy()
    capacities[:, columns] = MOST_PLACES * MOST_PLACES
    return capacities


def _refusal(search: _Search) -> Refusal:
    if not search.candidates:
        return Refusal(NO_VEHICLE_IN_SHIFT, MappingProxyType({"vehicles": 0}))
    if search.best(frozenset(REASONS)) is None:
        return Refusal(*_hopeless(search))
    next_pickup_s = search.next_pickup_s()
    reasons = _concerning(search.request)
    for size in range(1, len(reasons) + 1):
        for codes in combinations(reasons, size):
            if search.best(frozenset(codes)) is not None:
                params = _params(search, codes)
                return Refusal(codes[0], MappingProxyType(params), next_pickup_s)
    raise AssertionError("all reasons together were found to be enough")


def _concerning(request: Request) -> tuple[str, ...]:
    # More places of a kind that the party does not take up help nobody who has the others.
    _, wheelchairs, child_seats = request.load.places
    none_of = {NO_WHEELCHAIR_PLACE: wheelchairs == 0, NO_CHILD_SEAT: child_seats == 0}
    return tuple(code for code in REASONS if not none_of.get(code, False))


def _hopeless(search: _Search) -> tuple[str, Mapping[str, object]]:
    # With everything relaxed, a route that is possible at all takes a rider at its end unless there
    # is no way there; what is left are routes that are late already.
    problem, request = search.problem, search.request
    results = [schedule(problem, candidate.route) for candidate in search.candidates]
    broken = [result for result in results if isinstance(result, Infeasible)]
    if len(broken) == len(results) and any(result.code != UNREACHABLE_CODE for result in broken):
        return PLAN_INFEASIBLE, MappingProxyType({"vehicles": len(search.candidates)})
    nodes = {"from_node": request.pickup_node, "to_node": request.dropoff_node}
    return UNREACHABLE_CODE, MappingProxyType(nodes)


def _params(search: _Search, codes: Sequence[str]) -> dict[str, object]:
    request, relaxed = search.request, frozenset(codes)
    params: dict[str, object] = {}
    if codes[0] == NO_WHEELCHAIR_PLACE:
        params["wheelchairs"] = request.load.wheelchairs
    elif codes[0] == NO_CHILD_SEAT:
        params["child_seats"] = request.load.child_seats
    elif codes[0] == NO_CAPACITY:
        params["seats"] = request.load.seats
    elif codes[0] == NO_VEHICLE_IN_SHIFT:
        params["vehicles"] = len(search.candidates)
    elif codes[0] == WINDOW_TOO_TIGHT:
        params["by_s"] = search.lateness_s(relaxed)
    else:
        params["by_s"] = search.excess_ride_s(relaxed)
    if len(codes) > 1:
        params["also"] = tuple(codes[1:])
    return params
