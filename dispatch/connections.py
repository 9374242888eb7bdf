"""A ride that follows a bus: when the bus is late, its rider's own promise moves, nobody else's.

A pickup that waits for a bus moves its whole window; a dropoff that must make one moves its latest
arrival. The caller says what the promise is to be; here is found out whether it can be.
"""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.drafts import Draft, Ruins
from dispatch.errors import InvalidPlanError
from dispatch.incidents import Fallen, promised_anew
from dispatch.plan import Plan
from dispatch.problem import Problem, Request
from dispatch.schedule import Timed, schedule

LATE_CONNECTION = "late_connection"


@dataclass(frozen=True)
class Following:
    """What becomes of a ride whose promise is to move.

    Parameters
    ----------
    problem : Problem
        With the promise as it is from now on.
    plan : Plan
        The plan that keeps it, and all others.
    follows : bool
        False where the ride cannot move: the vehicle is on its way to it, has its rider on board,
        or no vehicle can take it at all then. Problem and plan are as they were.
    fallen : tuple of Fallen
        What falls even of the moved promise, as little as can be.
    """

    problem: Problem
    plan: Plan
    follows: bool
    fallen: tuple[Fallen, ...] = ()


def follow(problem: Problem, plan: Plan, moved: Request, *, tolerance_s: int = 0) -> Following:
    """Move the promise of one ride; every other promise stays a hard constraint.

    The vehicle waits for its rider if the others on it can wait, too. Else the ride goes onto
    whichever vehicle has a place within its moved promise; else where it is least late.

    Parameters
    ----------
    problem : Problem
        The present, with the promise as it was.
    plan : Plan
        The present plan, which serves the ride.
    moved : Request
        The ride with its moved promise.
    tolerance_s : int
        A bound that falls is promised as planned plus this.

    Returns
    -------
    Following
        The plan, and what falls.

    Raises
    ------
    InvalidPlanError
        When the plan does not serve the ride.
    """
    problem.check_request(moved)
    ruins = Ruins(promised={moved.id: moved})
    present = Draft(problem, plan)
    vehicle_id = present.vehicle_of(moved.id)
    if vehicle_id is None:
        raise InvalidPlanError(
            f"Request {moved.id} is not on the plan; only a ride that is planned can follow.",
            request_id=moved.id,
        )
    ruins.causes[moved.id] = (LATE_CONNECTION, vehicle_id)
    waiting = problem.with_requests(moved)
    if isinstance(schedule(waiting, plan.route(vehicle_id)), Timed):
        return Following(waiting, plan, follows=True)
    bare = ruins.without(present, moved.id) if moved.id in present.movable(vehicle_id) else None
    placed = None if bare is None else ruins.place(bare, moved.id)
    if placed is None or placed.unserved:
        return Following(problem, plan, follows=False)
    home = placed.vehicle_of(moved.id)
    assert home is not None, "it has just been placed"
    timed = schedule(placed.problem, placed.plan.route(home))
    assert isinstance(timed, Timed), "a place is feasible"
    fallen: list[Fallen] = []
    request = ruins.request(moved.id, promised_anew(ruins, moved.id, timed, tolerance_s, fallen))
    assert request is not None, "who has not boarded can board"
    return Following(placed.problem.with_requests(request), placed.plan, True, tuple(fallen))
