"""A whole problem as the arrays of ``kernels.tours``, which a neighbourhood search reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels import layout
from dispatch.kernels import tours as t
from dispatch.kernels.layout import NEVER_S
from dispatch.kernels.tours import NONE
from dispatch.objective import Weights
from dispatch.packing import pack_halt, pack_request, pack_rider
from dispatch.plan import HALT, Plan, Stop, StopKind, stops_of
from dispatch.problem import UNREACHABLE, Load, Problem, Request

Tours = tuple[NDArray[Any], ...]
"""As in ``kernels.tours``."""

_FAR_S: Final = 2**29
"""Stands for ``UNREACHABLE``: beyond every window, and a few of them still fit into 32 bits."""

_NEIGHBOURS: Final = 120

_COLUMNS: Final = (
    layout.EARLIEST_S,
    layout.LATEST_S,
    layout.SERVICE_S,
    layout.MAX_RIDE_S,
    layout.SEATS,
    layout.WHEELCHAIRS,
    layout.CHILD_SEATS,
    layout.WISH_S,
    layout.PERCENT,
    layout.HALT,
)
"""Columns of a packed stop that the tours keep, in the order of ``kernels.tours``."""


@dataclass(frozen=True, eq=False)
class Fleet:
    """Stops and vehicles by number.

    Parameters
    ----------
    requests : tuple of Request
        Those that board during the plan; number r has the stops 2r and 2r + 1.
    stops : tuple of Stop
        The stops of all requests, then the dropoffs of riders on board, then the halts.
    numbers : mapping
        Number of each stop by request and kind.
    asked : tuple of ndarray
        As in ``kernels.tours``.
    """

    requests: tuple[Request, ...]
    stops: tuple[Stop, ...]
    numbers: Mapping[tuple[str, StopKind], int]
    asked: tuple[NDArray[Any], ...]


def arrange(
    problem: Problem, plan: Plan, request_ids: Sequence[str], weights: Weights, *, is_metric: bool
) -> Fleet:
    """Number the stops and vehicles of a problem.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests, travel times.
    plan : Plan
        Tells how many stops of each vehicle are frozen, and where halts without a node are made:
        the search leaves them there, and ways are no longer where they are made on the way.
    request_ids : sequence of str
        Requests to serve; those on board are served anyway.
    weights : Weights
        The objective.
    is_metric : bool
        Whether no detour is faster than the direct way, so that riders must board in time for it.

    Returns
    -------
    Fleet
        Vehicles in the order of the problem.
    """
    riding = [rider.request_id for vehicle in problem.vehicles for rider in vehicle.onboard]
    requests = tuple(problem.request(r) for r in request_ids if r not in set(riding))
    stops = [stop for request in requests for stop in stops_of(request)]
    stops += [stops_of(problem.request(request_id))[1] for request_id in riding]
    nodes = [stop.node for stop in stops]
    halts = _halt_rows(problem, plan)
    stops += [stop for stop, _ in halts]
    nodes += [row[layout.NODE] for _, row in halts]
    ends = {v.end_node for v in problem.vehicles if v.end_node is not None}
    depots = sorted({v.start_node for v in problem.vehicles} | ends)
    places = np.array([*nodes, *depots], np.int64)
    travel_s = problem.travel_s[np.ix_(places, places)]
    travel_s = np.where(travel_s == UNREACHABLE, _FAR_S, travel_s).astype(np.int32)
    rows = _stop_rows(problem, requests, weights, [row for _, row in halts])
    rides = 2 * len(requests)
    _tighten(rows[:rides], travel_s if is_metric else np.zeros_like(travel_s))
    depot_at = {node: len(stops) + n for n, node in enumerate(depots)}
    vehicles, allowed = _vehicle_rows(problem, plan, requests, depot_at)
    flags = np.zeros(t.FLAGS, np.int64)
    flags[t.REQUESTS] = len(requests)
    flags[t.WAITS] = (rows[:, t.PERCENT] > 0).any()
    flags[t.EXACT] = (
        (rows[:rides, t.MAX_RIDE_S] < NEVER_S).any()
        or flags[t.WAITS]
        or (vehicles[:, t.LONGEST_S] < NEVER_S).any()
    )
    asked = (
        np.ascontiguousarray(travel_s),
        rows,
        vehicles,
        _capacities(problem),
        allowed,
        _neighbours(travel_s[:rides, :rides], rows[:rides]),
        flags,
        np.ascontiguousarray(travel_s.T),
    )
    numbers = {(stop.request_id, stop.kind): n for n, stop in enumerate(stops)}
    return Fleet(requests, tuple(stops), numbers, asked)


def empty_tours(fleet: Fleet) -> Tours:
    """Room for the tours of a fleet.

    Parameters
    ----------
    fleet : Fleet
        The fleet.

    Returns
    -------
    tuple of ndarray
        As in ``kernels.tours``; no vehicle has stops.
    """
    vehicles, most = len(fleet.asked[2]), len(fleet.stops) + 2
    return (
        np.zeros((vehicles, most), np.int32),
        np.zeros(vehicles, np.int64),
        np.zeros((vehicles, most), np.int64),
        np.zeros((vehicles, most), np.int64),
        np.zeros((vehicles, most, 3), np.int64),
        np.zeros(vehicles, np.int64),
        np.full(len(fleet.requests), NONE, np.int64),
        np.zeros(vehicles, np.int64),
        np.zeros((vehicles, most), np.int64),
        np.zeros(vehicles, np.int64),
    )


def _vehicle_rows(
    problem: Problem, plan: Plan, requests: Sequence[Request], depot_at: Mapping[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Vehicles, and which request may ride with which kind of them."""
    kinds: dict[object, int] = {}
    allowed: list[tuple[bool, ...]] = []
    rows = np.zeros((len(problem.vehicles), t.VEHICLE_COLUMNS), np.int64)
    for n, vehicle in enumerate(problem.vehicles):
        may = tuple(request.allows(vehicle.id) for request in requests)
        alike = (
            vehicle.capacities,
            vehicle.start_node,
            vehicle.end_node,
            vehicle.start_s,
            vehicle.end_s,
            vehicle.longest_s,
            vehicle.range_s,
            may,
        )
        kind = kinds.setdefault(alike, len(kinds))
        if kind == len(allowed):
            allowed.append(may)
        riders = sum((problem.request(r.request_id).load for r in vehicle.onboard), Load(0))
        full_s = vehicle.range_s if vehicle.full_range_s is None else vehicle.full_range_s
        rows[n] = (
            depot_at[vehicle.start_node],
            vehicle.start_s,
            NONE if vehicle.end_node is None else depot_at[vehicle.end_node],
            vehicle.end_s,
            NEVER_S if vehicle.longest_s is None else vehicle.longest_s,
            *riders.places,
            plan.route(vehicle.id).frozen,
            kind,
            1,
            NEVER_S if vehicle.range_s is None else vehicle.range_s,
            NEVER_S if full_s is None else full_s,
        )
    by_request = np.array(allowed, np.uint8).reshape(len(allowed), len(requests)).T
    return rows, np.ascontiguousarray(by_request)


def _capacities(problem: Problem) -> NDArray[np.int64]:
    most = max((len(vehicle.capacities) for vehicle in problem.vehicles), default=1)
    rows = np.full((len(problem.vehicles), most, 3), -1, np.int64)
    for n, vehicle in enumerate(problem.vehicles):
        for c, load in enumerate(vehicle.capacities):
            rows[n, c] = load.places
    return rows


def _halt_rows(problem: Problem, plan: Plan) -> list[tuple[Stop, tuple[int, ...]]]:
    rows = []
    for vehicle in problem.vehicles:
        at = vehicle.start_node
        for stop in plan.route(vehicle.id).stops:
            if stop.kind is HALT:
                rows.append((stop, pack_halt(vehicle, stop.request_id, at)))
                at = rows[-1][1][layout.NODE]
            else:
                at = stop.node
    return rows


def _stop_rows(
    problem: Problem,
    requests: Sequence[Request],
    weights: Weights,
    halts: Sequence[tuple[int, ...]],
) -> NDArray[np.int64]:
    packed = [row for request in requests for row in pack_request(request, weights)]
    for vehicle in problem.vehicles:
        for rider in vehicle.onboard:
            request = problem.request(rider.request_id)
            packed.append(pack_rider(request, weights, rider.departed_s))
    packed += [np.array(row, np.int64) for row in halts]
    rows = np.array(packed, np.int64).reshape(-1, layout.STOP_FIELDS)[:, _COLUMNS]
    # A ride limit that the windows keep anyway need not be looked at.
    is_kept = rows[:, t.MAX_RIDE_S] >= rows[:, t.LATEST_S] - rows[:, t.WISH_S]
    rows[is_kept, t.MAX_RIDE_S] = NEVER_S
    return np.ascontiguousarray(rows)


def _tighten(stops: NDArray[np.int64], travel_s: NDArray[np.int32]) -> None:
    """Narrow the windows of rides to what their other end leaves possible; in place."""
    if len(stops) == 0:
        return
    pickups, dropoffs = stops[0::2], stops[1::2]
    at = np.arange(0, len(stops), 2)
    least_s = pickups[:, t.SERVICE_S] + travel_s[at, at + 1]
    most_s = pickups[:, t.SERVICE_S] + dropoffs[:, t.MAX_RIDE_S]
    first, last = t.EARLIEST_S, t.LATEST_S
    pickups[:, first] = np.maximum(pickups[:, first], dropoffs[:, first] - most_s)
    pickups[:, last] = np.minimum(pickups[:, last], dropoffs[:, last] - least_s)
    dropoffs[:, last] = np.minimum(dropoffs[:, last], pickups[:, last] + most_s)


def _neighbours(travel_s: NDArray[np.int32], stops: NDArray[np.int64]) -> NDArray[np.int32]:
    """The stops nearest to each stop in space and time.

    From the begin of service at one stop to that at the next passes the drive, or the wait for a
    window to open; what cannot follow in either order comes last.
    """
    count = len(stops)
    if count == 0:
        return np.zeros((0, 0), np.int32)
    earliest, latest, service = (stops[:, c] for c in (t.EARLIEST_S, t.LATEST_S, t.SERVICE_S))
    earliest = np.maximum(earliest, 0)  # a dropoff without a first moment
    after_s = service[:, None] + travel_s.astype(np.int64)
    wait_s = np.maximum(0, earliest[None, :] - latest[:, None] - after_s)
    late_s = np.maximum(0, earliest[:, None] + after_s - latest[None, :])
    apart = travel_s + wait_s + 10 * late_s
    apart = np.minimum(apart, apart.T)
    np.fill_diagonal(apart, 2**60)
    most = min(_NEIGHBOURS, count - 1)
    return np.ascontiguousarray(np.argsort(apart, axis=1, kind="stable")[:, :most], np.int32)
