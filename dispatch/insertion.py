"""The instant answer for a caller who holds a snapshot: one problem, one plan, one request.

Who asks more than once about the same state keeps a ``fleet.Fleet``, which this makes anew.
"""

from __future__ import annotations

from dispatch.answers import REASONS, UNREACHABLE_CODE, Insertion, Refusal
from dispatch.fleet import Fleet
from dispatch.objective import DEFAULT_WEIGHTS, Weights
from dispatch.plan import Plan
from dispatch.problem import Problem, Request

__all__ = ["REASONS", "UNREACHABLE_CODE", "Insertion", "Refusal", "best_insertion"]


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
    return Fleet(problem, plan, weights).insert(request)
