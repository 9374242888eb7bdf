"""What a vehicle has driven: decided here and nowhere else.

A stop is behind the vehicle when its driver reported it. Silence means that all went to plan, or as
near to it as the last report leaves room for: a stop nobody reported is driven when its planned
instant has passed and the vehicle can have been there by then. What was reported before its turn
was driven before its turn; the stops it overtook still lie ahead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from maas.tables import PlanStop

TravelTime = Callable[[str, str], int]
"""Driving seconds from one stop to another."""


@dataclass(frozen=True)
class Progress:
    """What of a shift is behind its vehicle, and what lies before it.

    Parameters
    ----------
    driven : tuple[PlanStop, ...]
        Stops behind it, in the order they were driven.
    ahead : tuple[PlanStop, ...]
        Stops before it, in the order planned.
    left_s : Mapping[str, int]
        When it left each driven stop, by the stop's id, UTC epoch seconds.
    free_s : int
        When it left the last of them; 0 before the first. May lie in the future.
    """

    driven: tuple[PlanStop, ...]
    ahead: tuple[PlanStop, ...]
    left_s: Mapping[str, int]
    free_s: int


def progress(
    stops: Sequence[PlanStop], travel_s: TravelTime, now_s: int, not_before_s: int | None = None
) -> Progress:
    """Divide a shift's stops into driven ones and those ahead.

    Parameters
    ----------
    stops : Sequence[PlanStop]
        All its stops in order.
    travel_s : Callable[[str, str], int]
        Driving seconds.
    now_s : int
        The instant, UTC epoch seconds.
    not_before_s : int or None
        What the driver said of the first stop nobody reported: it is not reached before.

    Returns
    -------
    Progress
        The division.
    """
    driven: list[PlanStop] = []
    ahead: list[PlanStop] = []
    left_s: dict[str, int] = {}
    free_s, reported = 0, False
    for stop in stops:
        if stop.done_s is not None:
            left_s[stop.id] = stop.done_s
            reported = True
        elif ahead:
            ahead.append(stop)
            continue
        else:
            arrives_s = stop.planned_s
            if reported:  # before any report the plan is all that is known
                arrives_s = max(arrives_s, free_s + travel_s(driven[-1].stop_id, stop.stop_id))
            if not_before_s is not None:
                arrives_s, reported = max(arrives_s, not_before_s), True
                not_before_s = None
            if arrives_s > now_s:
                ahead.append(stop)
                continue
            left_s[stop.id] = arrives_s + stop.departs_s - stop.planned_s
        driven.append(stop)
        # A report may come after the next stop's: the vehicle is then free after both.
        free_s = max(free_s, left_s[stop.id])
    return Progress(tuple(driven), tuple(ahead), left_s, free_s)
