"""Every plan of a tiny problem: all groups of riders in all orders on all vehicles.

Routes are judged by ``plan_checker``; nothing of the engine is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

from tests.oracles.plan_checker import check_route

Routes = dict[frozenset[str], list[tuple[int, tuple[Any, ...], list[int]]]]


def every_route(
    problem: Any, vehicle: Any, pair_of: Callable[[Any], Any], make: Any, weights: Any
) -> Routes:
    """Try every order of every group of riders on one vehicle.

    Parameters
    ----------
    problem : Problem
        Anything that ``plan_checker`` reads.
    vehicle : Vehicle
        One of its vehicles, nobody on board.
    pair_of : callable
        Gives the pickup and the dropoff of a request.
    make : callable
        ``make(vehicle_id, stops)`` builds a route.
    weights : Weights
        The objective.

    Returns
    -------
    dict
        For each group that has a feasible order: cost, stops and begins of service of each.
    """
    found: Routes = {}
    for size in range(len(problem.requests) + 1):
        for group in combinations(problem.requests, size):
            pairs = [pair_of(request) for request in group]
            for order in permutations([stop for pair in pairs for stop in pair]):
                if any(order.index(pickup) > order.index(dropoff) for pickup, dropoff in pairs):
                    continue
                verdict = check_route(problem, make(vehicle.id, order), weights)
                if verdict.begin_s is not None and verdict.cost_centi_s is not None:
                    names = frozenset(request.id for request in group)
                    entry = (verdict.cost_centi_s, order, verdict.begin_s)
                    found.setdefault(names, []).append(entry)
    return found


def best_plan(
    problem: Any,
    pair_of: Callable[[Any], Any],
    make: Any,
    weights: Any,
    *,
    fewest_vehicles: bool = False,
) -> tuple[int, int, int]:
    """Find the best choice of routes by trying all.

    Parameters
    ----------
    problem, pair_of, make, weights
        As for ``every_route``.
    fewest_vehicles : bool
        Whether vehicles with riders count before the cost.

    Returns
    -------
    left_over, vehicles, cost : int
        Requests without a ride, vehicles with riders (0 unless they count), and the cost: least in
        this order.
    """
    # For each set of riders served so far: vehicles in use and the least cost.
    best: dict[frozenset[str], tuple[int, int]] = {frozenset(): (0, 0)}
    for vehicle in problem.vehicles:
        routes = every_route(problem, vehicle, pair_of, make, weights)
        more: dict[frozenset[str], tuple[int, int]] = {}
        for group, orders in routes.items():
            cost = min(one[0] for one in orders)
            for served, (used, spent) in best.items():
                if not served & group:
                    key = served | group
                    now = (used + (fewest_vehicles and bool(group)), spent + cost)
                    more[key] = min(more.get(key, now), now)
        best = more
    return min((len(problem.requests) - len(served), *rest) for served, rest in best.items())
