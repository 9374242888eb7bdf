"""When reality breaks a promise: plan again, keep what can be kept, name every promise that falls.

A vehicle whose present route has no schedule is late; one that broke down is gone, and its riders
stand where it stopped. ``repair`` takes the riders of these vehicles and of no others:

1. Every promise of every other rider stays a hard constraint, and so does every promise of the
   riders themselves as long as a place within it is found, on whichever vehicle.
2. What cannot be kept is promised anew. Plans are compared by, in this order: riders nobody can
   take, riders on board whose promise falls, riders whose promise falls, the sum of their lateness
   (a rider's lateness is the most by which one of the bounds falls), time beyond the ends of
   shifts.

For one rider and otherwise fixed routes the least lateness is exact (bisection over
``best_insertion``); over the riders several orders are tried and then moved one by one, so the
whole is a search, not a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from dispatch.drafts import Bound, Draft, Ruins, Unserved, roomy
from dispatch.errors import InvalidProblemError
from dispatch.plan import Plan, Route
from dispatch.problem import Problem, Request, Vehicle
from dispatch.schedule import Infeasible, Timed, schedule

BREAKDOWN = "breakdown"
LATE_VEHICLE = "late_vehicle"

_TIME_CODES = frozenset(
    {
        "late_pickup",
        "late_dropoff",
        "late_halt",
        "max_ride_exceeded",
        "shift_end",
        "tour_too_long",
    }
)
"""What of ``Infeasible`` speaks of time; a place or a way that is missing does not come later."""

_ROUNDS = 3
"""How often a draft is gone through for a rider who is better off elsewhere."""

_PERMUTED = 5
"""So many riders on board are let out in every order; more only as planned and as due."""

_NEIGHBOURS = 24
"""So many riders of other vehicles are asked to make room for one whose promise falls."""


@dataclass(frozen=True)
class Breakdown:
    """A vehicle that drives no further.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    node : int
        Where its riders stand.
    at_s : int
        From when on they can board another vehicle there.
    """

    vehicle_id: str
    node: int
    at_s: int


@dataclass(frozen=True)
class Fallen:
    """One bound of one promise that could not be kept.

    Parameters
    ----------
    request_id : str
        Whose promise.
    bound : Bound
        Latest pickup, latest arrival (instants) or longest ride (a duration).
    old_s, new_s : int
        The bound as it was promised, and as it is promised now.
    reason : str
        ``breakdown`` or ``late_vehicle``.
    vehicle_id : str
        The vehicle that is the cause.
    """

    request_id: str
    bound: Bound
    old_s: int
    new_s: int
    reason: str
    vehicle_id: str


@dataclass(frozen=True)
class Repair:
    """What becomes of the plans.

    Parameters
    ----------
    problem : Problem
        Without the vehicles that broke down, with the bounds that hold from now on. A rider who was
        put out of a vehicle has the pickup where he stands.
    plan : Plan
        Feasible there, save for vehicles in ``left_alone``.
    fallen : tuple of Fallen
        Every bound that fell; all others hold as they were.
    unserved : tuple of Unserved
        Riders no vehicle can take, however late; they are not on the plan.
    overtime : tuple of (str, int, int)
        Vehicles whose shift has to end later to bring home who is promised: id, old and new end.
    late_halts : tuple of (str, int, int)
        Halts of late vehicles that begin after their window: id, old and new latest begin.
    left_alone : tuple of str
        Vehicles whose route has no schedule at any time: a way or a place is missing. Who is on
        board stays there; of those who are late, the others are moved.
    """

    problem: Problem
    plan: Plan
    fallen: tuple[Fallen, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    overtime: tuple[tuple[str, int, int], ...] = ()
    late_halts: tuple[tuple[str, int, int], ...] = ()
    left_alone: tuple[str, ...] = ()


def late_vehicles(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Name the vehicles that come too late for what is promised, as they stand.

    Parameters
    ----------
    problem : Problem
        The present.
    plan : Plan
        The present plan.

    Returns
    -------
    tuple of str
        In the order of the problem.
    """
    return tuple(
        vehicle.id
        for vehicle in problem.vehicles
        if isinstance(found := schedule(problem, plan.route(vehicle.id)), Infeasible)
        and found.code in _TIME_CODES
    )


def repair(
    problem: Problem,
    plan: Plan,
    breakdowns: Sequence[Breakdown] = (),
    *,
    tolerance_s: int = 0,
    tries: int = 4,
    seed: int = 0,
) -> Repair:
    """Plan again after a breakdown, or when vehicles are late.

    Parameters
    ----------
    problem : Problem
        The present: where vehicles are and when they are free; promises as they were made.
    plan : Plan
        The present plan; well formed (``plan.check_plan``).
    breakdowns : sequence of Breakdown
        Vehicles that drive no further. Late ones are found here.
    tolerance_s : int
        A bound that falls is promised anew as planned plus this.
    tries : int
        Random orders in which riders are tried, beside two that are not random; at least 0.
    seed : int
        Of these orders. The same input gives the same answer.

    Returns
    -------
    Repair
        The new plan, and what it costs in promises.

    Raises
    ------
    InvalidProblemError
        When a vehicle that broke down is not in the problem, or its riders stand outside of it.
    """
    gone = {breakdown.vehicle_id: breakdown for breakdown in breakdowns}
    for breakdown in breakdowns:
        _check(problem, breakdown)
    late = [vehicle_id for vehicle_id in late_vehicles(problem, plan) if vehicle_id not in gone]
    if not late and not gone:
        return _answer(Ruins(), problem, Draft(problem, plan), tolerance_s)
    ruins = _ruins(problem, plan, gone, late)
    rest = replace(
        problem, vehicles=tuple(vehicle for vehicle in problem.vehicles if vehicle.id not in gone)
    )
    start = Draft(rest, Plan(tuple(route for route in plan if route.vehicle_id not in gone)))
    best = _best_of(ruins, _drafts(ruins, start, late, tries, seed))
    if best.unserved and late:  # better home after the end of the shift than not at all
        longer = _drafts(ruins, start, late, 0, seed, open_ended=True)
        best = min(best, _best_of(ruins, longer), key=ruins.rank)
    return _answer(ruins, problem, best, tolerance_s)


def _check(problem: Problem, breakdown: Breakdown) -> None:
    problem.vehicle(breakdown.vehicle_id)
    if not 0 <= breakdown.node < len(problem.travel_s):
        raise InvalidProblemError(
            f"Breakdown of {breakdown.vehicle_id}: node is {breakdown.node}, but travel_s has only "
            f"{len(problem.travel_s)} nodes; say at which of them the riders stand.",
            kind="breakdown",
            id=breakdown.vehicle_id,
            field="node",
            value=breakdown.node,
        )


def _ruins(
    problem: Problem, plan: Plan, gone: Mapping[str, Breakdown], late: Sequence[str]
) -> Ruins:
    """Collect the riders of the vehicles in question, with what they were promised."""
    ruins = Ruins()
    for vehicle_id in (*gone, *late):
        reason = BREAKDOWN if vehicle_id in gone else LATE_VEHICLE
        for rider in problem.vehicle(vehicle_id).onboard:
            ruins.departed_s[rider.request_id] = rider.departed_s
            if vehicle_id in gone:
                ruins.stands[rider.request_id] = (gone[vehicle_id].node, gone[vehicle_id].at_s)
        for request_id in sorted(plan.route(vehicle_id).request_ids):
            ruins.promised[request_id] = problem.request(request_id)
            ruins.causes[request_id] = (reason, vehicle_id)
    return ruins


def _drafts(
    ruins: Ruins,
    start: Draft,
    late: Sequence[str],
    tries: int,
    seed: int,
    *,
    open_ended: bool = False,
) -> Iterator[Draft]:
    """Make drafts: late vehicles first keep all their riders, then only those they must."""
    rng = np.random.default_rng(seed)
    shifts = {vehicle_id: start.problem.vehicle(vehicle_id) for vehicle_id in late}
    for shift in shifts.values():
        start = replace(start, problem=_opened(ruins, start, shift))
    for attempt in range(tries + 2):
        draft, chosen = start, []
        for vehicle_id in late:
            route = _whole(ruins, start, vehicle_id) if attempt == 0 else None
            chosen.append(route or _core(ruins, start, vehicle_id))
        draft = replace(draft, plan=draft.plan.with_route(*chosen))
        if not open_ended:
            ends = [_ending(ruins, draft, shifts[route.vehicle_id]) for route in chosen]
            draft = replace(draft, problem=draft.problem.with_vehicles(*ends))
        for vehicle_id in late:
            draft = ruins.settle(draft, vehicle_id) or draft
        for request_id in _waiting(ruins, draft, rng if attempt > 1 else None):
            draft = ruins.place(draft, request_id)
        yield draft


def _opened(ruins: Ruins, start: Draft, shift: Vehicle) -> Problem:
    """Let the shift of a late vehicle end when it may, and halts begin late if they have to."""
    opened = start.problem.with_vehicles(roomy(shift))
    if shift.halts and ruins.loosely(opened, start.plan.route(shift.id)) is None:
        return opened.with_vehicles(roomy(shift, halts=True))
    return opened


def _whole(ruins: Ruins, start: Draft, vehicle_id: str) -> Route | None:
    """Give a late vehicle's route as it is, if it is only late."""
    route = start.plan.route(vehicle_id)
    return None if ruins.loosely(start.problem, route) is None else route


def _core(ruins: Ruins, start: Draft, vehicle_id: str) -> Route:
    """Give what a late vehicle must drive: who is on board or driven to, in the best order."""
    route = start.plan.route(vehicle_id)
    movable = set(start.movable(vehicle_id))
    kept = [stop for stop in route.stops[route.frozen :] if stop.request_id not in movable]
    due_s = {halt.id: halt.latest_s for halt in start.problem.vehicle(vehicle_id).halts}
    due_s |= {name: request.latest_dropoff_s for name, request in ruins.promised.items()}
    orders = [kept, sorted(kept, key=lambda stop: due_s[stop.request_id])]
    if len(kept) <= _PERMUTED:
        orders = [list(order) for order in permutations(kept)]
    best, least = Route(vehicle_id, (*route.stops[: route.frozen], *kept), route.frozen), None
    for order in orders:
        core = Route(vehicle_id, (*route.stops[: route.frozen], *order), route.frozen)
        settled = ruins.settle(replace(start, plan=start.plan.with_route(core)), vehicle_id)
        if settled is not None and (least is None or ruins.rank(settled) < least):
            best, least = core, ruins.rank(settled)
    return best


def _ending(ruins: Ruins, draft: Draft, shift: Vehicle) -> Vehicle:
    """Give a late vehicle a shift long enough for the route it has in a draft, and no longer."""
    timed = ruins.loosely(draft.problem, draft.plan.route(shift.id))
    return shift if timed is None else _lengthened(shift, timed)


def _waiting(ruins: Ruins, draft: Draft, rng: np.random.Generator | None) -> list[str]:
    """List who has no place yet: who was put out first, then as due or in a random order."""
    waiting = sorted(
        ruins.promised.keys() - draft.plan.request_ids,
        key=lambda r: (ruins.promised[r].latest_pickup_s, r),
    )
    if rng is not None:
        waiting = [waiting[i] for i in rng.permutation(len(waiting))]
    return sorted(waiting, key=lambda request_id: request_id not in ruins.stands)


def _best_of(ruins: Ruins, drafts: Iterator[Draft]) -> Draft:
    """Try drafts until all promises are kept; at last let other riders make room."""
    best: Draft | None = None
    for draft in drafts:
        polished = _polished(ruins, draft)
        if best is None or ruins.rank(polished) < ruins.rank(best):
            best = polished
        if not any(ruins.rank(best)):
            return best
    assert best is not None, "there are at least two drafts"
    for request_id in _late(ruins, best):
        for other in _neighbours(best, request_id):
            exchanged = _exchanged(ruins, best, request_id, other)
            if exchanged is not None and ruins.rank(exchanged) < ruins.rank(best):
                best = exchanged
                break
    return _polished(ruins, best)


def _polished(ruins: Ruins, draft: Draft) -> Draft:
    """Move riders off vehicles on which promises fall, as long as that makes the draft better."""
    for _ in range(_ROUNDS):
        before = draft
        for vehicle_id in sorted({draft.vehicle_of(rider) or "" for rider in _late(ruins, draft)}):
            for request_id in draft.movable(vehicle_id):
                bare = ruins.without(draft, request_id)
                moved = None if bare is None else ruins.as_promised(bare, request_id)
                if moved is None and bare is not None and request_id in _late(ruins, draft):
                    moved = ruins.place(bare, request_id)
                if moved is not None and ruins.rank(moved) < ruins.rank(draft):
                    draft = moved
        if draft is before:
            break
    return draft


def _late(ruins: Ruins, draft: Draft) -> list[str]:
    """List the placed riders whose promise falls, the latest first."""
    late = {r: ruins.lateness_s(r, bounds) for r, bounds in draft.bounds.items()}
    return sorted((r for r in late if late[r]), key=lambda r: (-late[r], r))


def _neighbours(draft: Draft, request_id: str) -> list[str]:
    """List riders who might make room for one, the likeliest first: due at the same time."""
    movable = [r for route in draft.plan for r in draft.movable(route.vehicle_id)]
    if request_id not in movable:
        return []
    due_s = draft.problem.request(request_id).latest_pickup_s

    def apart(other: str) -> tuple[int, str]:
        return abs(draft.problem.request(other).latest_pickup_s - due_s), other

    return sorted((r for r in movable if r != request_id), key=apart)[:_NEIGHBOURS]


def _exchanged(ruins: Ruins, draft: Draft, request_id: str, other: str) -> Draft | None:
    """Let one rider make room for another, if both have a place within their promises then."""
    bare = ruins.without(draft, request_id)
    bare = None if bare is None else ruins.without(bare, other)
    placed = None if bare is None else ruins.as_promised(bare, request_id)
    return None if placed is None else ruins.as_promised(placed, other)


def _answer(ruins: Ruins, before: Problem, draft: Draft, tolerance_s: int) -> Repair:
    """Write down what falls: bounds that do not hold in the final schedule, and only those."""
    fallen: list[Fallen] = []
    renewed: list[Request] = []
    vehicles: list[Vehicle] = []
    left_alone: list[str] = []
    for vehicle in draft.problem.vehicles:
        shift = before.vehicle(vehicle.id)
        timed = schedule(draft.problem, draft.plan.route(vehicle.id))
        if not isinstance(timed, Timed):
            left_alone.append(vehicle.id)
            vehicles += [shift] if vehicle != shift else []
            continue
        if vehicle != shift:
            vehicles.append(_lengthened(shift, timed))
        for request_id in sorted(timed.route.request_ids & ruins.promised.keys()):
            bounds = promised_anew(ruins, request_id, timed, tolerance_s, fallen)
            request = ruins.request(request_id, bounds)
            assert request is not None, "the schedule keeps these bounds"
            renewed.append(request)
    problem = draft.problem.with_requests(*renewed) if renewed else draft.problem
    return Repair(
        problem.with_vehicles(*vehicles) if vehicles else problem,
        draft.plan,
        tuple(fallen),
        draft.unserved,
        tuple(
            (vehicle.id, shift.end_s, vehicle.end_s)
            for vehicle in vehicles
            if vehicle.end_s > (shift := before.vehicle(vehicle.id)).end_s
        ),
        tuple(
            (halt.id, old.latest_s, halt.latest_s)
            for vehicle in vehicles
            for halt, old in zip(vehicle.halts, before.vehicle(vehicle.id).halts, strict=True)
            if halt.latest_s > old.latest_s
        ),
        tuple(left_alone),
    )


def _lengthened(shift: Vehicle, timed: Timed) -> Vehicle:
    """Give a shift the length its route needs, and its halts the windows."""
    longest_s = shift.longest_s
    if longest_s is not None:
        longest_s = max(longest_s, timed.end_s - shift.start_s)
    begin_s = {s.request_id: at for s, at in zip(timed.route.stops, timed.begin_s, strict=True)}
    halts = tuple(
        replace(halt, latest_s=max(halt.latest_s, begin_s.get(halt.id, halt.latest_s)))
        for halt in shift.halts
    )
    end_s = max(shift.end_s, timed.end_s)
    return replace(shift, end_s=end_s, longest_s=longest_s, halts=halts)


def promised_anew(
    ruins: Ruins, request_id: str, timed: Timed, tolerance_s: int, fallen: list[Fallen]
) -> dict[Bound, int]:
    """Give the bounds that hold from now on, and write down which of the old ones fell.

    Parameters
    ----------
    ruins : Ruins
        Who was promised what.
    request_id : str
        The rider's request.
    timed : Timed
        The route he is on.
    tolerance_s : int
        Added to a bound that falls.
    fallen : list of Fallen
        Grows by what falls.

    Returns
    -------
    dict of Bound to int
        The bounds.
    """
    bounds = ruins.needed(request_id, timed)
    for bound, old_s in ruins.old(request_id).items():
        if bounds[bound] > old_s:
            bounds[bound] += tolerance_s
            reason, vehicle_id = ruins.causes[request_id]
            fallen.append(Fallen(request_id, bound, old_s, bounds[bound], reason, vehicle_id))
    if request_id in ruins.stands:  # who stands at the roadside is told when he is fetched
        pickup_s = timed.pickup_s(request_id)
        assert pickup_s is not None, "who stands somewhere boards again"
        bounds[Bound.PICKUP] = pickup_s + tolerance_s
    return bounds
