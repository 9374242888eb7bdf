"""A fleet that stays packed between requests: asked often, changed a little at a time.

It is made from an immutable problem and plan, answers requests by one compiled call over all
vehicles, and gives an immutable problem and plan back. Between them it is the state of one planner:
not shared between threads, and as current as the last change it was told of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.answers import Insertion, Refusal
from dispatch.driving import Driven, Move
from dispatch.ejection import EjectionSearch, rearrange
from dispatch.errors import InvalidPlanError, InvalidProblemError
from dispatch.kernels import positions
from dispatch.kernels.layout import (
    NEVER_S,
    START_S,
)
from dispatch.objective import DEFAULT_WEIGHTS, PERCENT, Weights
from dispatch.packed import PackedRoute, Place, widen
from dispatch.packing import (
    pack_capacities,
    pack_fleet,
    pack_request,
    pack_stops,
    pack_vehicle,
    unpack_vehicle,
)
from dispatch.plan import DROPOFF, HALT, PICKUP, Plan, Route, Stop, check_route
from dispatch.problem import Problem, Request, Vehicle
from dispatch.refusals import RefusalSearch


class Fleet:
    """Vehicles with their routes, kept ready for the next request.

    Parameters
    ----------
    problem : Problem
        Vehicles, accepted requests, travel times.
    plan : Plan
        Their routes; well formed (``plan.check_plan``).
    weights : Weights
        The objective.

    Raises
    ------
    InvalidPlanError
        When a route lets someone alight who has not boarded.
    InvalidProblemError
        When a route names an unknown vehicle or request.
    """

    def __init__(self, problem: Problem, plan: Plan, weights: Weights = DEFAULT_WEIGHTS) -> None:
        self._start = problem
        self._weights = weights
        self._vehicles = list(problem.vehicles)
        self._number = {vehicle.id: v for v, vehicle in enumerate(self._vehicles)}
        self._requests = {request.id: request for request in problem.requests}
        for route in plan:
            problem.vehicle(route.vehicle_id)
        routes = [plan.route(vehicle.id) for vehicle in self._vehicles]
        self._stops = [route.stops for route in routes]
        self._server = {r: v for v, route in enumerate(routes) for r in route.request_ids}
        self._onboard = [_departures(vehicle) for vehicle in self._vehicles]
        self._packed = pack_fleet(problem, routes, weights)
        shifts = [vehicle.shift_start_s for vehicle in self._vehicles]
        self._shift_start_s = np.array([NEVER_S if s is None else s for s in shifts], np.int64)
        self._all = np.ones(len(self._vehicles), dtype=np.uint8)

    def insert(self, request: Request) -> Insertion | Refusal:
        """Find the cheapest feasible place for a request; changes nothing.

        Parameters
        ----------
        request : Request
            The new request.

        Returns
        -------
        Insertion or Refusal
            The best place; ties go to the vehicle named first, then to the earliest positions. Or
            the reason. A vehicle that cannot keep its present promises is offered nothing new.

        Raises
        ------
        InvalidProblemError
            When a route serves the request already, or a node is outside the travel times.
        """
        found = self.find(request)
        if found is not None:
            return found
        allowed, pair = self._allowed(request), pack_request(request, self._weights)
        return RefusalSearch(self._packed, allowed, request, pair, self._waiting()).refusal()

    def find(self, request: Request) -> Insertion | None:
        """Find the same place as ``insert``, but no reason where there is none: that takes longer.

        Parameters
        ----------
        request : Request
            The new request.

        Returns
        -------
        Insertion or None
            The best place, if there is one.
        """
        self._check_new(request)
        pair = pack_request(request, self._weights)
        place = self._packed.best_place(self._allowed(request), pair, positions.BY_COST)
        return None if place is None else self._insertion(request, place)

    def eject(
        self, request: Request, seconds: float = 0.02, *, most_s: int | None = None
    ) -> Insertion | None:
        """Find a place for a request that ``find`` has none for, by moving others; changes nothing.

        One accepted request goes elsewhere, or two do, inside all that was promised to them.

        Parameters
        ----------
        request : Request
            The new request.
        seconds : float
            Wall time that may be spent.
        most_s : int, optional
            What the routes may cost more, weighted seconds; where room is scarce, what costs more
            takes the place of several.

        Returns
        -------
        Insertion or None
            The first place found, with the other routes that change in ``moved``.
        """
        self._check_new(request)
        found = EjectionSearch(
            self._packed, self._stops, self._requests, self._allowed, self._weights
        ).find(request, seconds, NEVER_S if most_s is None else most_s * PERCENT)
        if found is None:
            return None
        routes = {v: self._route(v, stops) for v, stops in found.stops.items()}
        route = routes.pop(found.server)
        when_and_cost = found.pickup_s, found.dropoff_s, found.added_centi_s // PERCENT
        return Insertion(route.vehicle_id, route, *when_and_cost, tuple(routes.values()))

    def accept(self, insertion: Insertion, request: Request) -> None:
        """Put a request where ``insert``, ``find`` or ``eject`` found a place for it.

        Parameters
        ----------
        insertion : Insertion
            The place.
        request : Request
            The request, with the bounds that are promised: those asked for, or narrower.

        Raises
        ------
        InvalidPlanError
            When the vehicle has moved on, or its route has changed, since the place was found; or
            when the route cannot keep the bounds. Nothing has changed then.
        InvalidProblemError
            When a route serves the request already, or a node is outside the travel times.
        """
        self._check_new(request)
        routes = {self._number_of(route.vehicle_id): route.stops for route in insertion.routes}
        if not self._exchange(routes, request):
            raise InvalidPlanError(
                f"Request {request.id}: vehicle {insertion.vehicle_id} has moved on, its route has "
                "changed, or it cannot keep what is to be promised; insert the request again, and "
                "promise no less than was asked for.",
                vehicle_id=insertion.vehicle_id,
                request_id=request.id,
            )
        self._requests[request.id] = request

    def take(self, plan: Plan) -> None:
        """Make another plan of the same requests the present one.

        Parameters
        ----------
        plan : Plan
            An improvement of ``plan()``, with nothing changed in between.

        Raises
        ------
        InvalidPlanError
            When it breaks a promise, moves a frozen stop, or serves others. Nothing has changed.
        """
        routes = [plan.route(vehicle.id) for vehicle in self._vehicles]
        after = {v: r.stops for v, r in enumerate(routes) if r.stops != self._stops[v]}
        if any(routes[v].frozen != self._packed.frozen(v) for v in after) or (
            after and not self._exchange(after, None)
        ):
            raise InvalidPlanError(
                "The plan breaks a promise, moves a frozen stop, or serves others; refuse it."
            )

    def _exchange(self, after: Mapping[int, tuple[Stop, ...]], new: Request | None) -> bool:
        """Give vehicles other routes, with a new request or without; False: as before."""
        before = {v: self._stops[v] for v in after}
        allowed = all(
            self._may_take(v, stop.request_id, new)
            for v, stops in after.items()
            for stop in stops
            if stop.kind is PICKUP
        )
        if not allowed or not rearrange(self._packed, before, after, new, self._weights):
            return False
        for v, stops in after.items():
            self._stops[v] = stops
            self._server.update({stop.request_id: v for stop in stops if stop.kind is not HALT})
        return True

    def remove(self, request_id: str) -> Request:
        """Take a request that has not boarded off its route and forget it.

        A vehicle that is on its way to its pickup drives there all the same: where it could turn
        is not known here (``renew`` it when it is). Where the way past a stop takes longer than
        the way over it (travel times without the triangle inequality), the others may be late
        then, and ``cost_centi_s`` is None.

        Parameters
        ----------
        request_id : str
            The request.

        Returns
        -------
        Request
            What was promised.

        Raises
        ------
        InvalidPlanError
            When the rider is on board.
        InvalidProblemError
            When no route serves it.
        """
        v = self._server.get(request_id)
        if v is None:
            raise InvalidProblemError(
                f"Request {request_id}: no route serves it; remove one that was accepted.",
                kind="request",
                id=request_id,
                field="id",
            )
        if request_id in self._onboard[v]:
            raise InvalidPlanError(
                f"Request {request_id}: the rider is on board of {self._vehicles[v].id}; "
                "let the ride end.",
                vehicle_id=self._vehicles[v].id,
                request_id=request_id,
            )
        i, j = (n for n, stop in enumerate(self._stops[v]) if stop.request_id == request_id)
        self._packed.take_out(v, i, j)
        self._stops[v] = tuple(s for s in self._stops[v] if s.request_id != request_id)
        del self._server[request_id]
        return self._requests.pop(request_id)

    def advance(self, now_s: int) -> tuple[Driven, ...]:
        """Let every vehicle drive as planned until an instant.

        Stops that it has left are no longer on its route; requests that have alighted are
        forgotten. A vehicle leaves for its next stop when it must, to begin there as planned; from
        then on that stop is frozen and ``start_s`` is when it left. Until then it waits where it
        is, with ``start_s`` at this instant.

        Parameters
        ----------
        now_s : int
            The instant; not before the last one.

        Returns
        -------
        tuple of Driven
            The stops that were driven since the last instant; those of a vehicle in their order.
        """
        driven: list[Driven] = []
        done: dict[int, int] = {}
        for v, begin_s, departed_s in self._packed.drive_on(now_s).tolist():
            stop = self._stops[v][done.get(v, 0)]
            done[v] = done.get(v, 0) + 1
            driven.append(Driven(self._vehicles[v].id, stop, begin_s, departed_s))
            if stop.kind is PICKUP:
                self._onboard[v][stop.request_id] = departed_s
            elif stop.kind is DROPOFF:
                del self._onboard[v][stop.request_id]
                del self._server[stop.request_id]
                del self._requests[stop.request_id]
        for v, count in done.items():
            self._stops[v] = self._stops[v][count:]
        return tuple(driven)

    def renew(self, vehicle: Vehicle, route: Route, *requests: Request) -> None:
        """Replace the state and the route of a vehicle: what really happened.

        Parameters
        ----------
        vehicle : Vehicle
            Its state; a vehicle with this id is in the fleet.
        route : Route
            The stops before it.
        *requests : Request
            Requests on its route that are new, or whose bounds have changed.

        Raises
        ------
        InvalidPlanError
            When the route is not well formed, or serves a request of another vehicle.
        InvalidProblemError
            When the vehicle or a request is unknown, or a node is outside the travel times.
        """
        v = self._number_of(vehicle.id)
        known = {request.id: request for request in requests}
        gone = Route(vehicle.id, self._stops[v]).request_ids - route.request_ids
        for request_id in route.request_ids:
            request = known.get(request_id) or self._requests.get(request_id)
            if request is not None:
                known[request_id] = request
            if self._server.get(request_id, v) != v:
                other = self._vehicles[self._server[request_id]].id
                raise InvalidPlanError(
                    f"Request {request_id}: vehicle {other} serves it; remove it there first.",
                    vehicle_id=vehicle.id,
                    request_id=request_id,
                )
        alone = Problem((vehicle,), tuple(known.values()), self._start.travel_s)
        check_route(alone, route)
        self._packed.renew(
            v,
            pack_vehicle(alone, vehicle),
            pack_capacities(vehicle.capacities),
            PackedRoute(pack_stops(alone, route, self._weights), route.frozen),
        )
        for request_id in gone:
            del self._server[request_id]
            del self._requests[request_id]
        self._requests.update(known)
        self._server.update(dict.fromkeys(route.request_ids, v))
        self._vehicles[v], self._stops[v] = vehicle, route.stops
        shift_s = vehicle.shift_start_s
        self._shift_start_s[v] = NEVER_S if shift_s is None else shift_s
        self._onboard[v] = _departures(vehicle)

    def stand(self, *places: tuple[str, int, int]) -> None:
        """Say where vehicles are free; their stops stay, and none of them is frozen any more.

        They may have gone somewhere to wait, or be at a crossing on their way where they could
        turn.

        Parameters
        ----------
        *places : tuple of (str, int, int)
            Vehicle, node, and from when on it is free there.
        """
        self._packed.stand([(self._number_of(name), node, at_s) for name, node, at_s in places])

    def delay(self, vehicle_id: str, by_s: int) -> None:
        """Say that a vehicle gets to its next stop later than its travel time says, or sooner.

        Parameters
        ----------
        vehicle_id : str
            A vehicle on its way.
        by_s : int
            By how much; negative for sooner.
        """
        self._packed.delay(self._number_of(vehicle_id), by_s)

    def moves(self) -> tuple[Move, ...]:
        """Tell what every vehicle does next.

        Returns
        -------
        tuple of Move
            In the order of the fleet.
        """
        rows = zip(self._vehicles, self._stops, self._packed.next_moves().tolist(), strict=True)
        return tuple(
            Move(
                vehicle.id, node, start_s, stops[0] if stops else None, bool(frozen), due_s, ok == 0
            )
            for vehicle, stops, (node, start_s, frozen, due_s, ok) in rows
        )

    def whereabouts(self) -> Iterator[tuple[str, int, int, Stop | None, bool]]:
        """Tell where every vehicle is; less than ``moves``, and sooner.

        Yields
        ------
        tuple of (str, int, int, Stop or None, bool)
            Vehicle, node and instant it is free or has left at, the stop before it, whether it has
            left for it.
        """
        places, left = self._packed.whereabouts()
        for vehicle, stops, place, has_left in zip(
            self._vehicles, self._stops, places, left, strict=True
        ):
            yield vehicle.id, *place, stops[0] if stops else None, has_left > 0

    def plan(self) -> Plan:
        """Return the routes as they are now.

        Returns
        -------
        Plan
            A route for each vehicle with stops, in the order of the fleet.
        """
        return Plan(tuple(self._route(v, stops) for v, stops in enumerate(self._stops) if stops))

    def problem(self) -> Problem:
        """Return the vehicles and the requests as they are now.

        Returns
        -------
        Problem
            With the requests that have been accepted and have not alighted, and the others that
            the first problem knew.
        """
        rows = zip(
            self._vehicles, self._packed.vehicles.tolist(), self._onboard, self._stops, strict=True
        )
        vehicles = tuple(unpack_vehicle(*row) for row in rows)
        return replace(self._start, vehicles=vehicles, requests=tuple(self._requests.values()))

    def cost_centi_s(self) -> int | None:
        """Return what the routes cost.

        Returns
        -------
        int or None
            Hundredths of weighted seconds; None when a promise cannot be kept any more.
        """
        every = np.arange(len(self._vehicles))
        if self._packed.route_codes(every).any():
            return None
        return sum(map(self._packed.cost, range(len(every))))

    def _insertion(self, request: Request, place: Place) -> Insertion:
        v = place.vehicle
        route = self._route(v, widen(self._stops[v], request, place.i, place.j))
        when_and_cost = place.pickup_s, place.dropoff_s, place.rank // PERCENT
        return Insertion(route.vehicle_id, route, *when_and_cost)

    def _route(self, v: int, stops: tuple[Stop, ...]) -> Route:
        return Route(self._vehicles[v].id, stops, self._packed.frozen(v))

    def _allowed(self, request: Request) -> NDArray[np.uint8]:
        if request.vehicle_ids is None:
            return self._all
        allowed = np.zeros_like(self._all)
        allowed[[self._number[name] for name in request.vehicle_ids if name in self._number]] = 1
        return allowed

    def _may_take(self, v: int, request_id: str, new: Request | None) -> bool:
        if self._server.get(request_id) == v:
            return True
        is_new = new is not None and request_id == new.id
        request = new if is_new else self._requests.get(request_id)
        return request is not None and request.allows(self._vehicles[v].id)

    def _waiting(self) -> NDArray[np.bool_]:
        """Tell which vehicles wait for their shift: they are not busy."""
        is_empty = np.fromiter((not riders for riders in self._onboard), np.bool_)
        start_s = self._packed.vehicles[:, START_S]
        return is_empty & self._packed.unfrozen() & (start_s <= self._shift_start_s)

    def _number_of(self, vehicle_id: str) -> int:
        if vehicle_id not in self._number:
            self._start.vehicle(vehicle_id)  # raises, and says what to do
        return self._number[vehicle_id]

    def _check_new(self, request: Request) -> None:
        self._start.check_request(request)
        if request.id in self._server:
            raise InvalidProblemError(
                f"Request {request.id}: the plan serves it already; remove its stops first.",
                kind="request",
                id=request.id,
                field="id",
            )


def _departures(vehicle: Vehicle) -> dict[str, int]:
    return {rider.request_id: rider.departed_s for rider in vehicle.onboard}
