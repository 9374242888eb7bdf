"""Which vehicles a search may touch: the others keep their routes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from dispatch.plan import Plan
from dispatch.problem import Problem, Vehicle
from dispatch.schedule import Timed, schedule


def part(problem: Problem, plan: Plan, touches: Callable[[Vehicle], bool]) -> tuple[Problem, Plan]:
    """Return the part of a problem that some of its vehicles make up.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests, travel times.
    plan : Plan
        The present plan.
    touches : callable
        Whether a vehicle belongs to the part.

    Returns
    -------
    problem : Problem
        These vehicles alone, with all requests; the problem itself when all belong.
    plan : Plan
        Their routes; the plan itself when all belong.
    """
    vehicles = tuple(vehicle for vehicle in problem.vehicles if touches(vehicle))
    if len(vehicles) == len(problem.vehicles):
        return problem, plan
    ids = {vehicle.id for vehicle in vehicles}
    routes = tuple(route for route in plan if route.vehicle_id in ids)
    return dataclasses.replace(problem, vehicles=vehicles), Plan(routes)


def at_worst(problem: Problem) -> Problem:
    """Return a problem with the longest driving times of each pair at any time of day.

    Who drives no slower than that arrives no later, and keeps every bound that was kept: a plan
    that is feasible here is feasible by the time of day.

    Parameters
    ----------
    problem : Problem
        The problem.

    Returns
    -------
    Problem
        The problem itself when its driving times stay as they are.
    """
    if problem.slices is None:
        return problem
    return dataclasses.replace(problem, travel_s=problem.slices.most_s, slices=None)


def sound_at_worst(problem: Problem, plan: Plan) -> Callable[[Vehicle], bool]:
    """Tell of which vehicles the routes hold even with the longest driving times.

    Parameters
    ----------
    problem : Problem
        The problem.
    plan : Plan
        The present plan.

    Returns
    -------
    callable
        True of every vehicle when driving times stay as they are.
    """
    worst = at_worst(problem)

    def is_sound(vehicle: Vehicle) -> bool:
        return worst is problem or isinstance(schedule(worst, plan.route(vehicle.id)), Timed)

    return is_sound


def whole(plan: Plan, of: Problem, found: Plan) -> Plan:
    """Put the routes of a part back among the others.

    Parameters
    ----------
    plan : Plan
        The plan that ``part`` was given.
    of : Problem
        The part.
    found : Plan
        Its new routes; a vehicle of the part without one has no stops now.

    Returns
    -------
    Plan
        The routes of the other vehicles as they were, then those of the part.
    """
    ids = {vehicle.id for vehicle in of.vehicles}
    return Plan((*(route for route in plan if route.vehicle_id not in ids), *found.routes))
