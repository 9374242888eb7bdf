"""Replanning while the world moves on: improve a snapshot, then keep what is still true.

The search runs on a snapshot, outside any lock. Meanwhile vehicles drive, riders board and new
requests are accepted. ``merge`` then compares three plans - the snapshot, its improvement and the
present one - and keeps the parts of the improvement whose vehicles all stand as they did, that
break no promise in the present problem, and that are cheaper there. All are pure functions:
whoever owns the plans reads, locks and writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.errors import InvalidPlanError
from dispatch.improvement.scope import part, whole
from dispatch.objective import DEFAULT_WEIGHTS, Weights
from dispatch.plan import Plan, Route, check_route
from dispatch.problem import Problem
from dispatch.schedule import Infeasible, schedule

if TYPE_CHECKING:
    from dispatch.improvement.partitioning import Bound, Partition


def replan(
    problem: Problem,
    plan: Plan,
    seconds: float,
    seed: int = 0,
    *,
    weights: Weights = DEFAULT_WEIGHTS,
    rounds: int | None = None,
) -> Plan:
    """Improve a snapshot of all plans: what the end of every batch window calls.

    By ruin and recreate.

    Parameters
    ----------
    problem : Problem
        Vehicles, accepted requests with their promises, travel times.
    plan : Plan
        The plan of the snapshot; stops that may not move are frozen.
    seconds : float
        Wall time for the search.
    seed : int
        Seed of the search.
    weights : Weights
        The objective.
    rounds : int, optional
        Ends the search reproducibly, instead of ``seconds``.

    Returns
    -------
    Plan
        A plan that serves the same requests and is cheaper, or ``plan`` itself. Vehicles that
        cannot keep their promises already stay as they are; the others are improved among
        themselves.
    """
    late = _late(problem, plan, weights)
    if len(late) == len(problem.vehicles):
        return plan
    # Only who improves waits for the searches to load.
    from dispatch.improvement import ruin_recreate

    sound, present = part(problem, plan, lambda vehicle: vehicle.id not in late)
    better = ruin_recreate.improve(sound, present, seconds, seed, weights=weights, rounds=rounds)
    return plan if better is present else whole(plan, sound, better)


def answer_batch(
    problem: Problem,
    plan: Plan,
    waiting: Sequence[str],
    *,
    movable: Iterable[str] = (),
    bounds: Sequence[Bound] = (),
    weights: Weights = DEFAULT_WEIGHTS,
    effort: float = 2.0,
    seed: int = 0,
) -> Partition:
    """Answer the requests that gathered in a batch window together, and fairly.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests with their promises and those that wait, travel times.
    plan : Plan
        The plan of the snapshot; stops that may not move are frozen.
    waiting : sequence of str
        Requests without an answer yet.
    movable : iterable of str
        Promised requests that may change to another vehicle.
    bounds : sequence of Bound
        How many of a group may be refused, and how long its detours may be in the mean.
    weights : Weights
        The objective.
    effort : float
        Deterministic time of the search; see ``improvement.partitioning.partition``.
    seed : int
        Seed of the search.

    Returns
    -------
    Partition
        The plan for ``merge`` (with ``new=waiting``), who is refused, and which bounds could not be
        kept. Vehicles that cannot keep their promises already stay as they are and take nobody.
    """
    from dispatch.improvement.partitioning import partition  # OR-Tools: only who improves waits

    late = _late(problem, plan, weights)
    sound, present = part(problem, plan, lambda vehicle: vehicle.id not in late)
    stays = {name for vehicle_id in late for name in plan.route(vehicle_id).request_ids}
    answer = partition(
        sound,
        present,
        [name for name in waiting if name not in stays],
        movable=[name for name in movable if name not in stays],
        bounds=bounds,
        weights=weights,
        effort=effort,
        seed=seed,
    )
    return replace(answer, plan=whole(plan, sound, answer.plan)) if late else answer


def _late(problem: Problem, plan: Plan, weights: Weights) -> set[str]:
    """Vehicles that cannot keep their promises any more."""
    return {
        vehicle.id
        for vehicle in problem.vehicles
        if isinstance(schedule(problem, plan.route(vehicle.id), weights), Infeasible)
    }


def freeze(problem: Problem, plan: Plan, until_s: int) -> Plan:
    """Freeze stops that vehicles leave for soon: who has a hand on the key is not sent elsewhere.

    Parameters
    ----------
    problem : Problem
        Vehicles, accepted requests, travel times.
    plan : Plan
        The present plan; what is frozen stays frozen.
    until_s : int
        Every stop is frozen to which a vehicle must leave by then to be there in time.

    Returns
    -------
    Plan
        The same stops; routes of vehicles that cannot keep their promises as they were.
    """
    frozen: list[Route] = []
    for route in plan:
        timed = schedule(problem, route)
        if isinstance(timed, Infeasible):
            continue
        left_s = (problem.vehicle(route.vehicle_id).start_s, *timed.departure_s)
        leaves_s = [
            begin_s - (arrival_s - before_s)
            for begin_s, arrival_s, before_s in zip(
                timed.begin_s, timed.arrival_s, left_s, strict=False
            )
        ]
        near = next((n for n, at_s in enumerate(leaves_s) if at_s > until_s), len(leaves_s))
        if near > route.frozen:
            frozen.append(Route(route.vehicle_id, route.stops, near))
    return plan.with_route(*frozen) if frozen else plan


def merge(
    problem: Problem,
    before: Plan,
    after: Plan,
    current: Plan,
    *,
    moved: Iterable[str] = (),
    new: Iterable[str] = (),
    weights: Weights = DEFAULT_WEIGHTS,
) -> Plan:
    """Carry an improvement over to the present plan, where it still holds.

    Vehicles that exchange a request between ``before`` and ``after`` stand or fall together. Such
    a group is taken when none of its vehicles moved, it serves the same requests, every route of
    it is feasible in the present problem, and it is cheaper than at present. A group that also
    takes requests of a batch is taken at any cost, unless one of them has a vehicle by now.

    Parameters
    ----------
    problem : Problem
        The present problem, with every request that is promised by now.
    before : Plan
        The snapshot that was improved.
    after : Plan
        Its improvement.
    current : Plan
        The present plan.
    moved : iterable of str
        Vehicles known to have changed since the snapshot, by their version for instance; those
        whose route differs between ``before`` and ``current`` are found here.
    new : iterable of str
        Requests that ``after`` may serve though ``before`` did not.
    weights : Weights
        The objective.

    Returns
    -------
    Plan
        ``current`` with the groups that hold; ``current`` itself when there are none.
    """
    known = {vehicle.id for vehicle in problem.vehicles}
    dropped, welcome = set(moved), frozenset(new) - before.request_ids - current.request_ids
    taken: list[Route] = []
    for group in _groups(before, after):
        still = all(
            vehicle_id in known and current.route(vehicle_id) == before.route(vehicle_id)
            for vehicle_id in group
        )
        served = [{r for v in group for r in plan.route(v).request_ids} for plan in (before, after)]
        taken_on = served[1] - served[0]
        lost = served[0] - served[1]
        if not still or lost or not taken_on <= welcome or dropped.intersection(group):
            continue
        routes = [after.route(vehicle_id) for vehicle_id in group]
        cost = _cost(problem, routes, weights)
        old = _cost(problem, [current.route(vehicle_id) for vehicle_id in group], weights)
        if cost is not None and (taken_on or old is None or cost < old):
            taken += routes
    return current.with_route(*taken) if taken else current


def _groups(before: Plan, after: Plan) -> list[list[str]]:
    """Vehicles whose routes differ, joined where a request went from one to the other."""
    vehicle_ids = sorted({route.vehicle_id for plan in (before, after) for route in plan})
    changed = [v for v in vehicle_ids if before.route(v) != after.route(v)]
    touched = {v: before.route(v).request_ids | after.route(v).request_ids for v in changed}
    groups: list[tuple[set[str], frozenset[str]]] = []
    for vehicle_id in changed:
        members, request_ids = {vehicle_id}, touched[vehicle_id]
        apart = []
        for other in groups:
            if other[1] & request_ids:
                members, request_ids = members | other[0], request_ids | other[1]
            else:
                apart.append(other)
        groups = [*apart, (members, request_ids)]
    return [sorted(members) for members, _ in groups]


def _cost(problem: Problem, routes: Sequence[Route], weights: Weights) -> int | None:
    total = 0
    for route in routes:
        try:
            check_route(problem, route)
        except InvalidPlanError:
            # A request of the snapshot is gone, or boarded since: the route is out of date.
            return None
        timed = schedule(problem, route, weights)
        if isinstance(timed, Infeasible):
            return None
        total += timed.cost_centi_s
    return total
