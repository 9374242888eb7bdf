"""Which groups of riders a vehicle could take, and in which orders: columns for set partitioning.

As the request-trip-vehicle graph of Alonso-Mora, Samaranayake, Wallar, Frazzoli and Rus
("On-demand high-capacity ride-sharing via dynamic trip-vehicle assignment", PNAS 114, 2017,
sections "Pairwise graph" and "Trips"): groups grow by one rider at a time, and a group is looked at
only when every group without one of its riders is feasible. Unlike there, several orders of each
group are kept and grown on, every one of them with an exact schedule, and riders who are promised
to a vehicle stay on its route.

Leaving a rider out of a feasible route leaves a feasible one where the triangle inequality holds;
there, with all sets and orders kept, every feasible route is found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dispatch.errors import InvalidProblemError
from dispatch.kernels.layout import NEVER_S
from dispatch.kernels.places import every_place
from dispatch.objective import Weights
from dispatch.packing import pack_capacities, pack_request, pack_stops, pack_vehicle
from dispatch.plan import HALT, Plan, Route, stops_of
from dispatch.problem import Problem, Request, Vehicle
from dispatch.schedule import Infeasible, Timed, schedule


@dataclass(frozen=True)
class Reach:
    """How many groups and orders are looked at.

    Parameters
    ----------
    together : int
        Most movable riders in one vehicle's group.
    groups : int
        Groups of one size that a vehicle keeps, the cheapest for each rider first.
    orders : int
        Orders of each group that are kept, the cheapest first.
    """

    together: int = 4
    groups: int = 300
    orders: int = 6

    def __post_init__(self) -> None:
        """Refuse numbers that leave nothing to look at."""
        for name in ("together", "groups", "orders"):
            if getattr(self, name) < 1:
                raise InvalidProblemError(
                    f"Reach: {name} is {getattr(self, name)}; give 1 or more.",
                    kind="reach",
                    field=name,
                )


@dataclass(frozen=True)
class Column:
    """A vehicle, the movable riders it would take, and its route with them.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    request_ids : frozenset of str
        Movable riders on the route; promised ones are on it besides.
    timed : Timed
        The route and its schedule.
    """

    vehicle_id: str
    request_ids: frozenset[str]
    timed: Timed


Group = tuple[int, ...]
"""Numbers of movable requests, ascending."""


def columns_of(
    problem: Problem,
    plan: Plan,
    vehicle: Vehicle,
    movable: Sequence[Request],
    weights: Weights,
    reach: Reach,
) -> list[Column]:
    """List the routes a vehicle could drive.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests with all movable ones, travel times.
    plan : Plan
        The present plan: who is on the vehicle's route and not movable stays there, in this order.
    vehicle : Vehicle
        The vehicle.
    movable : sequence of Request
        Riders who may be taken by any vehicle; none of their stops is frozen.
    weights : Weights
        The objective.
    reach : Reach
        How far to look.

    Returns
    -------
    list of Column
        The present route first, then groups by size; orders of a group by cost.
    """
    route = plan.route(vehicle.id)
    names = {request.id for request in movable}
    present = schedule(problem, route, weights)
    columns = [] if isinstance(present, Infeasible) else [_column(present, names)]
    base = Route(
        vehicle.id,
        tuple(s for s in route.stops if s.kind is HALT or s.request_id not in names),
        route.frozen,
    )
    bare = schedule(problem, base, weights)
    if isinstance(bare, Infeasible):
        return columns
    level: dict[Group, list[tuple[int, Route]]] = {(): [(bare.cost_centi_s, base)]}
    search = _Growth(problem, vehicle, movable, weights, reach)
    for size in range(reach.together + 1):
        for orders in level.values():
            for _, found in orders:
                timed = schedule(problem, found, weights)
                if isinstance(timed, Timed) and found.stops != route.stops:
                    columns.append(_column(timed, names))
        level = search.grow(level) if size < reach.together else {}
        if not level:
            break
    return columns


def _column(timed: Timed, movable: Collection[str]) -> Column:
    riders = frozenset(timed.route.request_ids.intersection(movable))
    return Column(timed.route.vehicle_id, riders, timed)


class _Growth:
    """Grows the groups of one vehicle by one rider."""

    def __init__(
        self,
        problem: Problem,
        vehicle: Vehicle,
        movable: Sequence[Request],
        weights: Weights,
        reach: Reach,
    ) -> None:
        self._problem, self._weights, self._reach = problem, weights, reach
        self._movable = movable
        self._allowed = [n for n, request in enumerate(movable) if request.allows(vehicle.id)]
        self._pairs = {n: pack_request(movable[n], weights) for n in self._allowed}
        self._vehicle = pack_vehicle(problem, vehicle)
        self._capacities = pack_capacities(vehicle.capacities)

    def grow(
        self, level: dict[Group, list[tuple[int, Route]]]
    ) -> dict[Group, list[tuple[int, Route]]]:
        """Return the feasible groups with one rider more, each with its cheapest orders."""
        grown: dict[Group, list[tuple[int, Route]]] = {}
        for group, orders in level.items():
            for n in self._allowed:
                if group and n <= group[-1]:
                    continue
                together = (*group, n)
                if any(part not in level for part in combinations(together, len(group))):
                    continue
                found = [place for _, route in orders for place in self._places(route, n)]
                if found:
                    found.sort(key=lambda place: place[0])
                    grown[together] = found[: self._reach.orders]
        ranked = sorted(grown, key=lambda together: (grown[together][0][0], together))
        return {together: grown[together] for together in ranked[: self._reach.groups]}

    def _places(self, route: Route, n: int) -> list[tuple[int, Route]]:
        stops = pack_stops(self._problem, route, self._weights)
        costs = every_place(
            self._problem.travel_s,
            self._problem.packed_slices,
            self._vehicle,
            self._capacities,
            stops,
            route.frozen,
            self._pairs[n],
        )
        pickup, dropoff = stops_of(self._movable[n])
        places = []
        for i, j in np.argwhere(costs < NEVER_S).tolist():
            longer = list(route.stops)
            longer.insert(j, dropoff)
            longer.insert(i, pickup)
            places.append((int(costs[i, j]), Route(route.vehicle_id, tuple(longer), route.frozen)))
        return places
