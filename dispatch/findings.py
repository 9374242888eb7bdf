"""What is wrong with a problem before anybody plans: rides no vehicle can make, and odd matrices.

All that is said holds whatever the plan: rides are compared with the shortest ways over any nodes,
with time enough for nobody else. What is not said may still turn out impossible, for rides that
are possible one by one need not be so together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.shortest import close_ways
from dispatch.problem import UNREACHABLE, Problem, Request, Vehicle

HOLES = "holes"
TRIANGLE = "triangle_violations"
UNREACHABLE_CODE = "unreachable"
MAX_RIDE_EXCEEDED = "max_ride_exceeded"
WINDOW_TOO_TIGHT = "window_too_tight"
NO_VEHICLE = "no_vehicle"
NO_CAPACITY = "no_capacity"
NO_WAY_TO_PICKUP = "no_way_to_pickup"
TOO_FAR = "too_far"
SHIFT_TOO_SHORT = "shift_too_short"
OUT_OF_RANGE = "out_of_range"
LATE_ON_BOARD = "late_on_board"

_BY_VEHICLE: Final = (
    NO_VEHICLE,
    NO_CAPACITY,
    NO_WAY_TO_PICKUP,
    TOO_FAR,
    SHIFT_TOO_SHORT,
    OUT_OF_RANGE,
)
"""What keeps a vehicle from a ride; the more of these it gets past, the nearer it comes."""

_NEVER_S: Final = 2**42


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Parameters
    ----------
    code : str
        ``holes`` or ``triangle_violations`` of the driving times; of a request ``unreachable``,
        ``max_ride_exceeded``, ``window_too_tight`` (its own bounds leave no time for the ride),
        ``no_vehicle`` (none may serve it), ``no_capacity``, ``no_way_to_pickup``, ``too_far`` (no
        vehicle reaches the pickup in time), ``shift_too_short``, ``out_of_range``, or
        ``late_on_board``.
    message : str
        What is wrong and what to do, in English.
    request_id : str or None
        Whose ride; None for the driving times.
    params : Mapping of str to object
        The values the message speaks of.
    """

    code: str
    message: str
    request_id: str | None = None
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def review(problem: Problem) -> tuple[Finding, ...]:
    """Say why requests can never be served, and what is odd about the driving times.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests, travel times.

    Returns
    -------
    tuple of Finding
        The driving times first, then the requests in their order; one finding for each. Empty when
        nothing is wrong with any of them alone.
    """
    ways = _Ways(problem)
    found = [*ways.holes(), *ways.violations()]
    riding = {
        rider.request_id: (vehicle, rider.departed_s)
        for vehicle in problem.vehicles
        for rider in vehicle.onboard
    }
    alike = {_kind(vehicle): vehicle for vehicle in reversed(problem.vehicles)}
    vehicles = tuple(reversed(alike.values()))
    for request in problem.requests:
        if request.id in riding:
            finding = _on_board(ways, request, *riding[request.id])
        else:
            choice = vehicles if request.vehicle_ids is None else problem.vehicles
            finding = _alone(ways, request) or _nobody(ways, request, choice)
        if finding is not None:
            found.append(finding)
    return tuple(found)


def _kind(vehicle: Vehicle) -> object:
    return (
        vehicle.capacities,
        vehicle.start_node,
        vehicle.start_s,
        vehicle.end_node,
        vehicle.end_s,
        vehicle.longest_s,
        vehicle.range_s,
        any(halt.charges for halt in vehicle.halts),
    )


class _Ways:
    """Driving times between the nodes in use, and the shortest ways between them."""

    def __init__(self, problem: Problem) -> None:
        used = {n for r in problem.requests for n in (r.pickup_node, r.dropoff_node)}
        for vehicle in problem.vehicles:
            halts = (halt.node for halt in vehicle.halts)
            nodes = (vehicle.start_node, vehicle.end_node, *halts)
            used.update(node for node in nodes if node is not None)
        self.nodes = np.array(sorted(used), dtype=np.int64)
        self._at = {node: n for n, node in enumerate(self.nodes.tolist())}
        self.direct_s: NDArray[np.int64] = problem.travel_s[np.ix_(self.nodes, self.nodes)].astype(
            np.int64
        )
        self.direct_s[self.direct_s == UNREACHABLE] = _NEVER_S
        self.least_s = self.direct_s.copy()
        close_ways(self.least_s)
        np.minimum(self.least_s, _NEVER_S, out=self.least_s)

    def least(self, origin: int, to: int | None) -> int:
        """Seconds of the shortest way; none for a way to anywhere."""
        return 0 if to is None else int(self.least_s[self._at[origin], self._at[to]])

    def holes(self) -> Iterator[Finding]:
        """Tell of pairs of nodes without a way."""
        missing = np.argwhere(self.direct_s == _NEVER_S)
        if len(missing) == 0:
            return
        a, b = self.nodes[missing[0]].tolist()
        yield _finding(
            HOLES,
            None,
            f"{len(missing)} pairs of nodes in use have no way, such as from {a} to {b}; give "
            "travel_s, or expect rides between them to be refused.",
            count=len(missing),
            from_node=a,
            to_node=b,
        )

    def violations(self) -> Iterator[Finding]:
        """Tell of pairs of nodes for which a detour is faster than the direct way."""
        saved_s = np.where(self.direct_s == _NEVER_S, 0, self.direct_s - self.least_s)
        count = int((saved_s > 0).sum())
        if count == 0:
            return
        a, b = (int(n) for n in np.unravel_index(saved_s.argmax(), saved_s.shape))
        through_s = self.least_s[a] + self.least_s[:, b]
        through_s[[a, b]] = _NEVER_S
        via = int(through_s.argmin())
        origin, to, over = (int(self.nodes[n]) for n in (a, b, via))
        direct_s, least_s = int(self.direct_s[a, b]), int(self.least_s[a, b])
        yield _finding(
            TRIANGLE,
            None,
            f"On {count} pairs of nodes a detour is faster than the direct way, at worst from "
            f"{origin} to {to}: {direct_s} seconds, {least_s} over {over}; close travel_s under "
            "shortest ways unless that is meant.",
            count=count,
            worst_s=direct_s - least_s,
            from_node=origin,
            to_node=to,
            via_node=over,
        )


def _finding(code: str, request_id: str | None, what: str, **params: object) -> Finding:
    message = what if request_id is None else f"Request {request_id}: {what}"
    return Finding(code, message, request_id, MappingProxyType(params))


def _alone(ways: _Ways, request: Request) -> Finding | None:
    """Tell what no vehicle can help."""
    ride_s = ways.least(request.pickup_node, request.dropoff_node)
    if ride_s == _NEVER_S:
        return _unreachable(request, request.pickup_node)
    by_s = request.earliest_pickup_s + request.boarding_s + ride_s - request.latest_dropoff_s
    if by_s > 0:
        return _finding(
            WINDOW_TOO_TIGHT,
            request.id,
            f"the ride takes {ride_s} seconds, {by_s} more than from earliest_pickup_s to "
            "latest_dropoff_s; widen the window.",
            ride_s=ride_s,
            by_s=by_s,
        )
    if request.earliest_dropoff_s is not None:
        waited_s = request.earliest_dropoff_s - request.latest_pickup_s - request.boarding_s
        ride_s = max(ride_s, waited_s)
    if ride_s > request.max_ride_s:
        return _finding(
            MAX_RIDE_EXCEEDED,
            request.id,
            f"the ride takes {ride_s} seconds, max_ride_s is {request.max_ride_s}; allow more.",
            ride_s=ride_s,
            by_s=ride_s - request.max_ride_s,
        )
    return None


def _unreachable(request: Request, origin: int) -> Finding:
    return _finding(
        UNREACHABLE_CODE,
        request.id,
        f"there is no way from node {origin} to node {request.dropoff_node}; correct the nodes or "
        "travel_s.",
        from_node=origin,
        to_node=request.dropoff_node,
    )


def _nobody(ways: _Ways, request: Request, vehicles: tuple[Vehicle, ...]) -> Finding | None:
    """Tell why no vehicle can make the ride, not even without other riders."""
    nearest, short_s = 0, 0
    for vehicle in vehicles:
        stage, by_s = _stage(ways, request, vehicle)
        if stage == len(_BY_VEHICLE):
            return None
        if stage > nearest or (stage == nearest and by_s < short_s):
            nearest, short_s = stage, by_s
    code = _BY_VEHICLE[nearest]
    what = {
        NO_VEHICLE: "no vehicle may serve it; add one to vehicle_ids",
        NO_CAPACITY: "no vehicle has the places for its load; split it",
        NO_WAY_TO_PICKUP: "no vehicle has a way to its pickup; correct the node or travel_s",
        TOO_FAR: f"no vehicle reaches its pickup before {short_s} seconds after latest_pickup_s; "
        "widen the window or begin a shift earlier",
        SHIFT_TOO_SHORT: f"every vehicle that could make the ride lacks {short_s} seconds or more "
        "of its shift, its longest tour or the time to latest_dropoff_s; lengthen a shift",
        OUT_OF_RANGE: f"every vehicle that could make the ride lacks {short_s} driving seconds of "
        "range or more; plan a charge",
    }[code]
    params = {} if nearest <= _BY_VEHICLE.index(NO_WAY_TO_PICKUP) else {"by_s": short_s}
    return _finding(code, request.id, f"{what}.", **params)


def _stage(ways: _Ways, request: Request, vehicle: Vehicle) -> tuple[int, int]:
    """How many of the limits a vehicle gets past, and by how much it misses the next."""
    if not request.allows(vehicle.id):
        return 0, 0
    if not any(request.load.fits(capacity) for capacity in vehicle.capacities):
        return 1, 0
    to_s = ways.least(vehicle.start_node, request.pickup_node)
    ride_s = ways.least(request.pickup_node, request.dropoff_node)
    home_s = ways.least(request.dropoff_node, vehicle.end_node)
    if to_s == _NEVER_S:
        return 2, 0
    pickup_s = max(request.earliest_pickup_s, vehicle.start_s + to_s)
    if pickup_s > request.latest_pickup_s:
        return 3, pickup_s - request.latest_pickup_s
    dropoff_s = pickup_s + request.boarding_s + ride_s
    out_s = to_s + request.boarding_s + ride_s + request.alighting_s + home_s
    begin_s = dropoff_s
    if request.earliest_dropoff_s is not None:
        begin_s = max(dropoff_s, request.earliest_dropoff_s)
    over_s = max(
        begin_s - request.latest_dropoff_s,
        begin_s + request.alighting_s + home_s - vehicle.end_s,
        0 if vehicle.longest_s is None else out_s - vehicle.longest_s,
    )
    if over_s > 0:
        return 4, over_s
    # With a charge on the way this says nothing: a range of zero may do.
    charges = any(halt.charges for halt in vehicle.halts)
    driven_s = to_s + ride_s + home_s
    if vehicle.range_s is not None and not charges and driven_s > vehicle.range_s:
        return 5, driven_s - vehicle.range_s
    return 6, 0


def _on_board(ways: _Ways, request: Request, vehicle: Vehicle, departed_s: int) -> Finding | None:
    ride_s = ways.least(vehicle.start_node, request.dropoff_node)
    if ride_s == _NEVER_S:
        return _unreachable(request, vehicle.start_node)
    due_s = min(request.latest_dropoff_s, departed_s + request.max_ride_s)
    by_s = vehicle.start_s + ride_s - due_s
    if by_s <= 0:
        return None
    return _finding(
        LATE_ON_BOARD,
        request.id,
        f"the rider sits in vehicle {vehicle.id} and cannot be at the dropoff in time; repair the "
        "plan, which promises anew.",
        vehicle_id=vehicle.id,
        by_s=by_s,
    )
