"""Rides that come back every week: a pattern becomes dated requests, each answered for itself.

The dispatcher knows no calendar and no time zone: the caller says which days there are and at which
instant the times of each day begin to count, so that clocks that change are his.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dispatch.errors import InvalidProblemError
from dispatch.insertion import Insertion, Refusal, best_insertion
from dispatch.objective import DEFAULT_WEIGHTS, Weights
from dispatch.plan import Plan
from dispatch.problem import Problem, Request


@dataclass(frozen=True)
class Weekly:
    """A ride on the same days of every week.

    Parameters
    ----------
    request : Request
        The ride; its instants are seconds of the day (past 86,400 s: of the night behind it).
    weekdays : frozenset of int
        Days of the week, 0 for Monday to 6 for Sunday.
    first, last : date
        First and last day on which it may take place.
    except_on : frozenset of date
        Days on which it does not.
    """

    request: Request
    weekdays: frozenset[int]
    first: date
    last: date
    except_on: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a pattern without a day."""
        wrong = "weekdays" if not self.weekdays <= set(range(7)) or not self.weekdays else ""
        if wrong or self.last < self.first:
            field = wrong or "last"
            raise InvalidProblemError(
                f"Request {self.request.id}: {field} is {getattr(self, field)}; name at least one "
                "day of the week from 0 to 6, and a last day that is not before the first.",
                kind="request",
                id=self.request.id,
                field=field,
            )


def dated(pattern: Weekly, days: Mapping[date, int]) -> tuple[Request, ...]:
    """Write the requests of a pattern.

    Parameters
    ----------
    pattern : Weekly
        The pattern.
    days : Mapping of date to int
        Days looked at, with the instant from which the times of each count.

    Returns
    -------
    tuple of Request
        One for each day on which the ride takes place, soonest first; the id has the day behind it,
        as in ``ride/2026-11-24``.
    """
    return tuple(
        _on(pattern.request, day, days[day])
        for day in sorted(days)
        if pattern.first <= day <= pattern.last
        and day.weekday() in pattern.weekdays
        and day not in pattern.except_on
    )


def answer_series(
    problem: Problem,
    plan: Plan,
    requests: Iterable[Request],
    weights: Weights = DEFAULT_WEIGHTS,
) -> tuple[Problem, Plan, Mapping[str, Insertion | Refusal]]:
    """Answer the requests of a series one after the other.

    Parameters
    ----------
    problem : Problem
        Vehicles, accepted requests, travel times.
    plan : Plan
        The present plan.
    requests : iterable of Request
        The series.
    weights : Weights
        The objective.

    Returns
    -------
    problem : Problem
        With the requests that were accepted, their bounds as they were asked for.
    plan : Plan
        With their stops.
    answers : Mapping of str to Insertion or Refusal
        By id; a day that is full does not keep the others from being answered.
    """
    answers: dict[str, Insertion | Refusal] = {}
    for request in requests:
        answer = best_insertion(problem, plan, request, weights)
        answers[request.id] = answer
        if isinstance(answer, Insertion):
            problem = problem.with_requests(request)
            plan = plan.with_route(answer.route)
    return problem, plan, answers


def _on(request: Request, day: date, origin_s: int) -> Request:
    earliest_dropoff_s = request.earliest_dropoff_s
    return replace(
        request,
        id=f"{request.id}/{day.isoformat()}",
        earliest_pickup_s=origin_s + request.earliest_pickup_s,
        latest_pickup_s=origin_s + request.latest_pickup_s,
        latest_dropoff_s=origin_s + request.latest_dropoff_s,
        earliest_dropoff_s=None if earliest_dropoff_s is None else origin_s + earliest_dropoff_s,
    )
