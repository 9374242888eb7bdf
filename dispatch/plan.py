"""What the dispatcher decides: the stops of every vehicle, in order. No instants: see schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dispatch.errors import InvalidPlanError
from dispatch.halts import Halt
from dispatch.problem import Problem, Request, Vehicle


class StopKind(StrEnum):
    """What happens at a stop."""

    PICKUP = "pickup"
    DROPOFF = "dropoff"
    HALT = "halt"


PICKUP = StopKind.PICKUP
DROPOFF = StopKind.DROPOFF
HALT = StopKind.HALT

HERE = -1
"""Node of a halt that is made wherever the vehicle is: at the stop before, or its start."""


@dataclass(frozen=True)
class Stop:
    """One party boards or alights, or the vehicle halts for itself.

    Parameters
    ----------
    request_id : str
        Whose stop it is: a request, or for ``HALT`` the halt of the vehicle.
    kind : StopKind
        ``PICKUP``, ``DROPOFF`` or ``HALT``.
    node : int
        Where: the pickup or dropoff node of the request; the node of the halt, or ``HERE``.
    """

    request_id: str
    kind: StopKind
    node: int


@dataclass(frozen=True)
class Route:
    """The stops that lie before one vehicle.

    Parameters
    ----------
    vehicle_id : str
        Whose route it is.
    stops : tuple of Stop
        In order; the start and end node of the vehicle are not among them.
    frozen : int
        So many leading stops never move: nothing is put before or between them.
    """

    vehicle_id: str
    stops: tuple[Stop, ...] = ()
    frozen: int = 0

    def __post_init__(self) -> None:
        """Refuse more frozen stops than there are."""
        object.__setattr__(self, "stops", tuple(self.stops))
        if not 0 <= self.frozen <= len(self.stops):
            raise InvalidPlanError(
                f"Route of vehicle {self.vehicle_id}: {self.frozen} of {len(self.stops)} stops are "
                "frozen; freeze between none and all of them.",
                vehicle_id=self.vehicle_id,
                field="frozen",
            )

    @property
    def request_ids(self) -> frozenset[str]:
        """Every request that boards or alights on this route."""
        return frozenset(stop.request_id for stop in self.stops if stop.kind is not HALT)


@dataclass(frozen=True)
class Plan:
    """One route for each vehicle that has stops.

    Parameters
    ----------
    routes : tuple of Route
        At most one for each vehicle; a vehicle without one has no stops.
    """

    routes: tuple[Route, ...] = ()
    _by_vehicle: Mapping[str, Route] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse two routes for one vehicle."""
        object.__setattr__(self, "routes", tuple(self.routes))
        by_vehicle = {route.vehicle_id: route for route in self.routes}
        if len(by_vehicle) != len(self.routes):
            raise InvalidPlanError("A vehicle has two routes; join them into one.", field="routes")
        object.__setattr__(self, "_by_vehicle", MappingProxyType(by_vehicle))

    def __iter__(self) -> Iterator[Route]:
        """Iterate over the routes."""
        return iter(self.routes)

    def route(self, vehicle_id: str) -> Route:
        """Return the route of a vehicle, an empty one when the plan has none.

        Parameters
        ----------
        vehicle_id : str
            Id of the vehicle.

        Returns
        -------
        Route
            Its route.
        """
        return self._by_vehicle.get(vehicle_id) or Route(vehicle_id)

    def with_route(self, *routes: Route) -> Plan:
        """Return this plan with some routes in place of those of the same vehicles.

        Parameters
        ----------
        *routes : Route
            The new routes.

        Returns
        -------
        Plan
            A new plan.
        """
        merged = dict(self._by_vehicle)
        merged.update((route.vehicle_id, route) for route in routes)
        return Plan(tuple(merged.values()))

    @property
    def request_ids(self) -> frozenset[str]:
        """Every request that this plan serves."""
        return frozenset(request_id for route in self.routes for request_id in route.request_ids)


def stops_of(request: Request) -> tuple[Stop, Stop]:
    """Return the two stops of a request.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    pickup : Stop
        Where it boards.
    dropoff : Stop
        Where it alights.
    """
    return (
        Stop(request.id, PICKUP, request.pickup_node),
        Stop(request.id, DROPOFF, request.dropoff_node),
    )


def halt_stop(halt: Halt) -> Stop:
    """Return the stop of a halt.

    Parameters
    ----------
    halt : Halt
        The halt.

    Returns
    -------
    Stop
        Where it is made.
    """
    return Stop(halt.id, HALT, HERE if halt.node is None else halt.node)


def bare_plan(problem: Problem) -> Plan:
    """Return the plan before anybody boards: halts by their windows, behind those riding already.

    Parameters
    ----------
    problem : Problem
        Vehicles and requests.

    Returns
    -------
    Plan
        Well formed; whether it can be driven says ``schedule``.
    """
    routes: list[Route] = []
    for vehicle in problem.vehicles:
        halts = sorted(vehicle.halts, key=lambda halt: (halt.latest_s, halt.earliest_s))
        alighting = (stops_of(problem.request(rider.request_id))[1] for rider in vehicle.onboard)
        stops = (*alighting, *(halt_stop(halt) for halt in halts))
        if stops:
            routes.append(Route(vehicle.id, stops))
    return Plan(tuple(routes))


def check_plan(problem: Problem, plan: Plan) -> None:
    """Check that a plan belongs to a problem; says nothing about instants and loads.

    Parameters
    ----------
    problem : Problem
        Vehicles and requests.
    plan : Plan
        The plan.

    Raises
    ------
    InvalidPlanError
        When a route or stop speaks of something unknown, a request is served twice or by a vehicle
        it does not allow, a dropoff lacks its pickup, a rider on board lacks a dropoff, or a halt
        of a vehicle is not on its route exactly once.
    """
    served: dict[str, str] = {}
    for route in plan.routes:
        check_route(problem, route)
        for request_id in route.request_ids:
            if request_id in served:
                raise _error(route, request_id, f"is also on the route of {served[request_id]}")
            served[request_id] = route.vehicle_id
    for vehicle in problem.vehicles:
        if vehicle.halts and not plan.route(vehicle.id).stops:
            _check_halts(vehicle, Route(vehicle.id))
        for rider in vehicle.onboard:
            if served.get(rider.request_id) != vehicle.id:
                raise _error(
                    plan.route(vehicle.id),
                    rider.request_id,
                    "sits in this vehicle but has no stop",
                )


def check_route(problem: Problem, route: Route) -> None:
    """Check that one route is well formed; see ``check_plan``.

    Parameters
    ----------
    problem : Problem
        Vehicles and requests.
    route : Route
        The route.

    Raises
    ------
    InvalidPlanError
        When a stop is out of place.
    """
    vehicle = problem.vehicle(route.vehicle_id)
    riding = {rider.request_id for rider in vehicle.onboard}
    boarded = set(riding)
    _check_halts(vehicle, route)
    for stop in route.stops:
        if stop.kind is HALT:
            continue
        request = problem.request(stop.request_id)
        if stop not in stops_of(request):
            raise _error(route, stop.request_id, f"has no {stop.kind} at node {stop.node}")
        if not request.allows(vehicle.id):
            raise _error(route, stop.request_id, "does not allow this vehicle")
        if stop.kind is PICKUP:
            if stop.request_id in boarded:
                raise _error(route, stop.request_id, "boards twice")
            boarded.add(stop.request_id)
            riding.add(stop.request_id)
        elif stop.request_id in riding:
            riding.remove(stop.request_id)
        else:
            raise _error(route, stop.request_id, "alights without having boarded")
    if riding:
        raise _error(route, min(riding), "never alights")


def _check_halts(vehicle: Vehicle, route: Route) -> None:
    made = [stop for stop in route.stops if stop.kind is HALT]
    asked = [halt_stop(halt) for halt in vehicle.halts]
    for stop in (*made, *asked):
        times = made.count(stop)
        if times != 1 or stop not in asked:
            what = (
                f"is on the route {times} times" if stop in asked else "is not one of the vehicle"
            )
            raise InvalidPlanError(
                f"Route of vehicle {vehicle.id}: halt {stop.request_id} {what}; a route makes each "
                "halt of its vehicle once.",
                vehicle_id=vehicle.id,
                halt_id=stop.request_id,
            )


def _error(route: Route, request_id: str, what: str) -> InvalidPlanError:
    return InvalidPlanError(
        f"Route of vehicle {route.vehicle_id}: request {request_id} {what}; correct the route.",
        vehicle_id=route.vehicle_id,
        request_id=request_id,
    )
