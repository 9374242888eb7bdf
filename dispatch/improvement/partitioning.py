"""Choose among columns with CP-SAT: who rides with whom in which vehicle, and who is refused.

Set partitioning over (group of riders, vehicle) as in the assignment step of Alonso-Mora et al.
(PNAS 114, 2017), solved by OR-Tools' CP-SAT. Every vehicle drives exactly one of its columns; a
promised rider is on exactly one of them, a waiting one on one or none. Beyond the source, bounds of
fairness hold for groups of riders (an area, an age group, riders with a mobility aid): how many of
them may be refused, and how long their detours may be in the mean.

What counts, in this order: the least violation of the bounds, the fewest refusals, the least cost.
The answer is never worse in this order than the plan it starts from. One worker, a seed and a limit
of deterministic time: the same batch gives the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from dispatch.errors import InvalidPlanError, InvalidProblemError
from dispatch.improvement.columns import Column, Reach, columns_of
from dispatch.objective import DEFAULT_WEIGHTS, Weights
from dispatch.plan import PICKUP, Plan, check_plan
from dispatch.problem import Problem, Request, Vehicle
from dispatch.schedule import Timed

_REFUSAL_S = 3600
"""One refusal too many weighs as much as so many seconds of detour too many."""


@dataclass(frozen=True)
class Bound:
    """What a group of riders may be asked to bear.

    Parameters
    ----------
    group : str
        Its name, such as ``"area: Yamashiro"``.
    request_ids : frozenset of str
        Its members; who is neither waiting nor planned does not count.
    most_refused : int or None
        So many waiting members may be refused; None: any number.
    mean_detour_s : int or None
        The rides of its served members may take so much longer than the direct way, in the mean;
        None: any.
    """

    group: str
    request_ids: frozenset[str]
    most_refused: int | None = None
    mean_detour_s: int | None = None

    def __post_init__(self) -> None:
        """Refuse bounds below zero."""
        object.__setattr__(self, "request_ids", frozenset(self.request_ids))
        for name in ("most_refused", "mean_detour_s"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise InvalidProblemError(
                    f"Bound of {self.group}: {name} is {value}; give 0 or more, or None.",
                    kind="bound",
                    id=self.group,
                    field=name,
                )


@dataclass(frozen=True)
class Missed:
    """A bound that no choice among the columns keeps.

    Parameters
    ----------
    group : str
        Whose bound.
    field : str
        ``most_refused`` or ``mean_detour_s``.
    bound : int
        What was asked.
    reached : int
        What the plan gives; a mean is rounded up.
    """

    group: str
    field: str
    bound: int
    reached: int


@dataclass(frozen=True)
class Partition:
    """The answer for a batch.

    Parameters
    ----------
    plan : Plan
        Every promised request, and the waiting ones that are taken.
    refused : tuple of str
        Waiting requests that are not, in the order they were given.
    missed : tuple of Missed
        Bounds that cannot be kept, as little exceeded as possible; empty when all hold.
    columns : int
        How many were chosen from.
    is_proven : bool
        Whether no other choice among them is better.
    """

    plan: Plan
    refused: tuple[str, ...]
    missed: tuple[Missed, ...]
    columns: int
    is_proven: bool


def partition(
    problem: Problem,
    plan: Plan,
    waiting: Sequence[str],
    *,
    movable: Iterable[str] = (),
    bounds: Sequence[Bound] = (),
    weights: Weights = DEFAULT_WEIGHTS,
    reach: Reach | None = None,
    effort: float = 2.0,
    seed: int = 0,
) -> Partition:
    """Answer a batch of waiting requests together.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests (the waiting ones too), travel times.
    plan : Plan
        The present plan, with every promise in it; it may serve some of the waiting already.
        Frozen stops stay.
    waiting : sequence of str
        Requests that may still be refused.
    movable : iterable of str
        Promised requests that may change to another vehicle; the others stay where they are.
    bounds : sequence of Bound
        Fairness.
    weights : Weights
        The objective.
    reach : Reach, optional
        How many groups and orders to look at.
    effort : float
        Deterministic time for each of at most two searches, about as many seconds.
    seed : int
        Of the search.

    Returns
    -------
    Partition
        Never worse than ``plan``: fewer or equal violations, then refusals, then cost.

    Raises
    ------
    InvalidPlanError
        When the plan is not well formed, not feasible, or lacks a movable request.
    InvalidProblemError
        When a waiting request is unknown.
    """
    check_plan(problem, plan)
    names = list(dict.fromkeys([*waiting, *movable]))
    frozen = {s.request_id for route in plan for s in route.stops[: route.frozen]}
    frozen |= {rider.request_id for v in problem.vehicles for rider in v.onboard}
    for request_id in set(names) - set(waiting):
        if request_id not in plan.request_ids:
            raise InvalidPlanError(
                f"Request {request_id} is to move, but is not on the plan; name it waiting.",
                request_id=request_id,
            )
    free = [problem.request(name) for name in names if name not in frozen]
    choice = _Choice(problem, plan, waiting, bounds)
    for vehicle in problem.vehicles:
        choice.offer(vehicle, columns_of(problem, plan, vehicle, free, weights, reach or Reach()))
    return choice.best(free, effort, seed)


class _Choice:
    """The columns of all vehicles, and the search among them."""

    def __init__(
        self, problem: Problem, plan: Plan, waiting: Sequence[str], bounds: Sequence[Bound]
    ) -> None:
        self._problem, self._plan, self._bounds = problem, plan, bounds
        self._waiting = tuple(dict.fromkeys(waiting))
        self._columns: list[list[Column]] = []

    def offer(self, vehicle: Vehicle, columns: Sequence[Column]) -> None:
        """Add the columns of one vehicle, the present route first."""
        if not columns or columns[0].timed.route.stops != self._plan.route(vehicle.id).stops:
            raise InvalidPlanError(
                f"Route of vehicle {vehicle.id} is not feasible; leave that vehicle out.",
                vehicle_id=vehicle.id,
            )
        kept: list[Column] = []
        seen: set[frozenset[str]] = set()
        for column in columns:
            # Without bounds on detours only the cheapest order of a group can be chosen.
            if column is columns[0] or self._bounds or column.request_ids not in seen:
                kept.append(column)
                if column is not columns[0]:
                    seen.add(column.request_ids)
        self._columns.append(kept)

    def best(self, free: Sequence[Request], effort: float, seed: int) -> Partition:
        """Search for the best choice, from the present routes."""
        chosen = [0] * len(self._columns)
        proven = True
        violation, _, _ = self._rank(chosen)
        if self._bounds and violation > 0:
            chosen, proven = self._search(free, chosen, effort, seed, None)
            violation, _, _ = self._rank(chosen)
        chosen, proven_too = self._search(free, chosen, effort, seed, violation)
        return self._partition(chosen, proven and proven_too)

    def _search(
        self,
        free: Sequence[Request],
        start: Sequence[int],
        effort: float,
        seed: int,
        violation: int | None,
    ) -> tuple[list[int], bool]:
        """Minimise the violation, or with that given refusals and cost; tell if it is proven."""
        model = cp_model.CpModel()
        takes = [
            [model.new_bool_var(f"{column.vehicle_id} {n}") for n, column in enumerate(columns)]
            for columns in self._columns
        ]
        by_rider: dict[str, list[Any]] = {request.id: [] for request in free}
        for variables, columns in zip(takes, self._columns, strict=True):
            model.add_exactly_one(variables)
            for variable, column in zip(variables, columns, strict=True):
                for request_id in column.request_ids:
                    by_rider[request_id].append(variable)
        for request_id, variables in by_rider.items():
            if request_id in self._waiting:
                model.add_at_most_one(variables)
            else:
                model.add_exactly_one(variables)
        exceeded = sum(self._slacks(model, takes))
        if violation is None:
            model.minimize(exceeded)
        else:
            if self._bounds:
                model.add(exceeded <= violation)
            model.minimize(self._price(takes))
        for variables, chosen in zip(takes, start, strict=True):
            for n, variable in enumerate(variables):
                model.add_hint(variable, n == chosen)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = effort
        status = solver.solve(model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return list(start), False
        found = [next(n for n, v in enumerate(row) if solver.boolean_value(v)) for row in takes]
        better = found if self._rank(found) < self._rank(start) else list(start)
        return better, status == cp_model.OPTIMAL

    def _price(self, takes: Sequence[Sequence[Any]]) -> Any:
        """Refusals before cost: one more rider is worth the dearest choice."""
        costs = [[column.timed.cost_centi_s for column in columns] for columns in self._columns]
        refusal = 1 + sum(max(row) - min(row) for row in costs)
        return sum(
            (cost - min(row) - refusal * self._served(column)) * variable
            for row, columns, variables in zip(costs, self._columns, takes, strict=True)
            for cost, column, variable in zip(row, columns, variables, strict=True)
        )

    def _served(self, column: Column) -> int:
        return sum(request_id in column.request_ids for request_id in self._waiting)

    def _slacks(self, model: Any, takes: Sequence[Sequence[Any]]) -> list[Any]:
        """By how much each bound is exceeded, as variables."""
        slacks = []
        for number, bound in enumerate(self._bounds):
            pairs = [
                (variable, column)
                for variables, columns in zip(takes, self._columns, strict=True)
                for variable, column in zip(variables, columns, strict=True)
            ]
            asked = [name for name in self._waiting if name in bound.request_ids]
            if bound.most_refused is not None:
                over = model.new_int_var(0, len(asked), f"refused {number}")
                served = sum(
                    len(column.request_ids.intersection(asked)) * variable
                    for variable, column in pairs
                )
                model.add(len(asked) - self._fixed(asked) - served <= bound.most_refused + over)
                slacks.append(_REFUSAL_S * over)
            if bound.mean_detour_s is not None:
                excess = [(v, self._excess_s(column.timed, bound)) for v, column in pairs]
                most = sum(max(0, one) for _, one in excess)
                over = model.new_int_var(0, most, f"detour {number}")
                model.add(sum(one * v for v, one in excess) <= over)
                slacks.append(over)
        return slacks

    def _fixed(self, names: Sequence[str]) -> int:
        """How many of some waiting requests are frozen on a route: served whatever is chosen."""
        in_columns = set[str]().union(*(c.request_ids for row in self._columns for c in row))
        return sum(name in self._plan.request_ids and name not in in_columns for name in names)

    def _excess_s(self, timed: Timed, bound: Bound) -> int:
        """Sum over a group's riders on a route: detour less the mean that is allowed."""
        allowed_s = bound.mean_detour_s or 0
        return sum(
            detour_s - allowed_s
            for request_id, detour_s in _detours_s(self._problem, timed).items()
            if request_id in bound.request_ids
        )

    def _rank(self, chosen: Sequence[int]) -> tuple[int, int, int]:
        columns = [row[n] for row, n in zip(self._columns, chosen, strict=True)]
        served = {r for column in columns for r in column.timed.route.request_ids}
        violation = 0
        for bound in self._bounds:
            refused = len(bound.request_ids.intersection(self._waiting) - served)
            if bound.most_refused is not None:
                violation += _REFUSAL_S * max(0, refused - bound.most_refused)
            if bound.mean_detour_s is not None:
                excess_s = sum(self._excess_s(column.timed, bound) for column in columns)
                violation += max(0, excess_s)
        cost = sum(column.timed.cost_centi_s for column in columns)
        return violation, len(set(self._waiting) - served), cost

    def _partition(self, chosen: Sequence[int], is_proven: bool) -> Partition:
        timed = [row[n].timed for row, n in zip(self._columns, chosen, strict=True)]
        routes = [one.route for one in timed]
        plan = Plan(tuple(route for route in routes if route.stops))
        refused = tuple(name for name in self._waiting if name not in plan.request_ids)
        missed: list[Missed] = []
        for bound in self._bounds:
            told = len(bound.request_ids.intersection(refused))
            if bound.most_refused is not None and told > bound.most_refused:
                missed.append(Missed(bound.group, "most_refused", bound.most_refused, told))
            if bound.mean_detour_s is not None:
                mean_s = _mean_detour_s(self._problem, timed, bound)
                if mean_s > bound.mean_detour_s:
                    missed.append(Missed(bound.group, "mean_detour_s", bound.mean_detour_s, mean_s))
        count = sum(map(len, self._columns))
        return Partition(plan, refused, tuple(missed), count, is_proven)


def _mean_detour_s(problem: Problem, timed: Sequence[Timed], bound: Bound) -> int:
    detours_s = [
        detour_s
        for one in timed
        for request_id, detour_s in _detours_s(problem, one).items()
        if request_id in bound.request_ids
    ]
    return math.ceil(sum(detours_s) / len(detours_s)) if detours_s else 0


def _detours_s(problem: Problem, timed: Timed) -> dict[str, int]:
    """By how much each ride on a route takes longer than the direct way."""
    left_s = {
        rider.request_id: rider.departed_s
        for rider in problem.vehicle(timed.route.vehicle_id).onboard
    }
    detours_s: dict[str, int] = {}
    for stop, begin_s, departure_s in zip(
        timed.route.stops, timed.begin_s, timed.departure_s, strict=True
    ):
        if stop.kind is PICKUP:
            left_s[stop.request_id] = departure_s
        elif stop.request_id in left_s:
            request = problem.request(stop.request_id)
            direct_s = int(problem.travel_s[request.pickup_node, request.dropoff_node])
            detours_s[request.id] = max(0, begin_s - left_s[request.id] - direct_s)
    return detours_s
