"""What the dispatcher answers to a request: a place, or a true reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dispatch.plan import Route

NO_WHEELCHAIR_PLACE = "no_wheelchair_place"
NO_CHILD_SEAT = "no_child_seat"
NO_CAPACITY = "no_capacity"
NO_VEHICLE_IN_SHIFT = "no_vehicle_in_shift"
WINDOW_TOO_TIGHT = "window_too_tight"
MAX_RIDE_EXCEEDED = "max_ride_exceeded"
OUT_OF_RANGE = "out_of_range"
UNREACHABLE_CODE = "unreachable"
PLAN_INFEASIBLE = "plan_infeasible"

REASONS = (
    NO_WHEELCHAIR_PLACE,
    NO_CHILD_SEAT,
    NO_CAPACITY,
    NO_VEHICLE_IN_SHIFT,
    WINDOW_TOO_TIGHT,
    MAX_RIDE_EXCEEDED,
    OUT_OF_RANGE,
)
"""What can be relaxed; where several alone would do, the first one is named."""


@dataclass(frozen=True)
class Insertion:
    """The best place for a request.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    route : Route
        Its route with the two new stops.
    pickup_s, dropoff_s : int
        Expected begin of boarding and of alighting.
    cost_s : int
        Added objective, weighted seconds, rounded down; see objective.
    moved : tuple of Route
        Other routes that change with it: requests accepted before that go elsewhere (``eject``
        only).
    """

    vehicle_id: str
    route: Route
    pickup_s: int
    dropoff_s: int
    cost_s: int
    moved: tuple[Route, ...] = ()

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every route that changes, for ``Plan.with_route``."""
        return (self.route, *self.moved)


@dataclass(frozen=True)
class Refusal:
    """Why no vehicle can take a request.

    Parameters
    ----------
    code : str
        ``no_wheelchair_place``, ``no_child_seat``, ``no_capacity``, ``no_vehicle_in_shift``,
        ``window_too_tight``, ``max_ride_exceeded`` or ``out_of_range`` (the vehicles would have to
        charge first): without this limit (and those in ``also``) it would fit.
        ``unreachable``: no way between the nodes. ``plan_infeasible``: the vehicles in question
        cannot keep even their present promises, whoever is added.
    params : Mapping of str to object
        The values: ``by_s`` for ``window_too_tight`` (both latest instants later by so much would
        do) and ``max_ride_exceeded``; ``seats``, ``wheelchairs``, ``child_seats``, ``vehicles``;
        ``also``, a tuple of codes, when one relaxation alone does not do.
    next_pickup_s : int or None
        The nearest later pickup that fits: the same request with ``earliest_pickup_s`` at this
        instant, and both latest instants moved by the same time, is accepted, and none of the
        requests moved less gives an earlier pickup. Exact. None when there is none.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    next_pickup_s: int | None = None
