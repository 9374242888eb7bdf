"""When a request fits nowhere: move others that were accepted, inside all that was promised them.

A rider who has not boarded gives way on one vehicle and is taken elsewhere, on another vehicle or
at another place of the same one; if that fails, whoever stands in *that* rider's way is moved too
(ejection chains: Glover, "Ejection chains, reference structures and alternating path methods for
traveling salesman problems", Discrete Applied Mathematics 65, 1996; here with at most two links).
Every route is feasible at every step, so no promise falls, and nobody is ejected for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels import positions
from dispatch.kernels.layout import LATEST_S, NEVER_S, NO_STOP, PICKUP_AT
from dispatch.objective import Weights
from dispatch.packed import PackedFleet, PackedRoute
from dispatch.packing import pack_request
from dispatch.plan import DROPOFF, PICKUP, Stop, stops_of
from dispatch.problem import Request

MOST_MOVED = 2
"""So many accepted requests are moved at most for one new one."""


@dataclass(frozen=True)
class Rearrangement:
    """Routes that together have room for a new request.

    Parameters
    ----------
    stops : Mapping of int to tuple of Stop
        The routes that change, by number of the vehicle.
    server : int
        The vehicle of the new request.
    pickup_s, dropoff_s : int
        Begin of boarding and of alighting of the new request.
    added_centi_s : int
        What the routes cost more, hundredths of weighted seconds.
    """

    stops: Mapping[int, tuple[Stop, ...]]
    server: int
    pickup_s: int
    dropoff_s: int
    added_centi_s: int


class EjectionSearch:
    """A search for room for one request; afterwards the fleet is as before.

    Parameters
    ----------
    packed : PackedFleet
        The fleet.
    stops : sequence of tuple of Stop
        Its routes, by number.
    requests : Mapping of str to Request
        What was promised.
    allowed : callable
        Tells which vehicles may take a request.
    weights : Weights
        The objective.
    seconds : float
        Time that may be spent.
    """

    def __init__(
        self,
        packed: PackedFleet,
        stops: Sequence[tuple[Stop, ...]],
        requests: Mapping[str, Request],
        allowed: Callable[[Request], NDArray[np.uint8]],
        weights: Weights,
        seconds: float,
    ) -> None:
        self._packed = packed
        self._stops = list(stops)
        self._requests = requests
        self._allowed = allowed
        self._weights = weights
        self._end = time.perf_counter() + seconds
        self._before: dict[int, PackedRoute] = {}

    def find(self, request: Request) -> Rearrangement | None:
        """Find room for a request, moving one other if that is enough, else two.

        Parameters
        ----------
        request : Request
            A request that fits nowhere as it is.

        Returns
        -------
        Rearrangement or None
            The first found; None when there is none, or none was found in time.
        """
        if not any(self._eject(request, links, ()) for links in range(1, MOST_MOVED + 1)):
            return None
        begins_s: dict[Stop, int] = {}
        added_centi_s = 0
        for v, before in self._before.items():
            begins_s.update(zip(self._stops[v], self._packed.begins_s(v), strict=True))
            added_centi_s += self._packed.cost(v)
            self._packed.restore(v, before)
            added_centi_s -= self._packed.cost(v)
        pickup, dropoff = stops_of(request)
        return Rearrangement(
            {v: self._stops[v] for v in self._before},
            next(v for v in self._before if pickup in self._stops[v]),
            begins_s[pickup],
            begins_s[dropoff],
            added_centi_s,
        )

    def _eject(self, request: Request, links: int, kept: tuple[str, ...]) -> bool:
        """Move one rider for a request, and this one in turn for another while there are links."""
        pair, allowed = pack_request(request, self._weights), self._allowed(request)
        for v in self._promising(pair, allowed, request):
            if time.perf_counter() >= self._end:
                return False
            for i, j in self._packed.room_makers(v, pair):
                rider_id = self._stops[v][i].request_id
                if rider_id not in kept and self._swap(v, i, j, request, links, kept):
                    return True
        return False

    def _swap(
        self, v: int, i: int, j: int, request: Request, links: int, kept: tuple[str, ...]
    ) -> bool:
        """Put a request in place of a rider, and the rider elsewhere; all as before if not."""
        if time.perf_counter() >= self._end:
            return False
        stops, route, is_first = self._stops[v], self._packed.route(v), v not in self._before
        rider = self._requests[stops[i].request_id]
        self._before.setdefault(v, route)
        self._packed.take_out(v, i, j)
        self._stops[v] = tuple(stop for stop in stops if stop.request_id != rider.id)
        only = np.zeros(len(self._stops), dtype=np.uint8)
        only[v] = 1
        if self._put(request, only) and (
            self._put(rider, self._allowed(rider))
            or (links > 1 and self._eject(rider, links - 1, (*kept, request.id)))
        ):
            return True
        self._packed.restore(v, route)
        self._stops[v] = stops
        if is_first:
            del self._before[v]
        return False

    def _put(self, request: Request, allowed: NDArray[np.uint8]) -> bool:
        pair = pack_request(request, self._weights)
        place = self._packed.best_place(allowed, pair, positions.BY_COST)
        if place is None:
            return False
        v = place.vehicle
        self._before.setdefault(v, self._packed.route(v))
        self._packed.take_in(v, pair, place.i, place.j)
        self._stops[v] = place.widen(self._stops[v], request)
        return True

    def _promising(
        self, pair: NDArray[np.int64], allowed: NDArray[np.uint8], request: Request
    ) -> list[int]:
        """List the vehicles that could come, those first that would be least late as they are."""
        late = pair.copy()
        late[:, LATEST_S] = NEVER_S
        due_s = request.latest_dropoff_s - request.latest_pickup_s
        bounds = self._packed.rank_bounds(allowed, late, positions.BY_LATENESS, due_s)
        order = np.argsort(bounds, kind="stable")
        return [int(v) for v in order if bounds[v] < NEVER_S]


def rearrange(
    packed: PackedFleet,
    before: Mapping[int, tuple[Stop, ...]],
    after: Mapping[int, tuple[Stop, ...]],
    request: Request,
    weights: Weights,
) -> bool:
    """Exchange stops between routes, and take a new request in.

    Parameters
    ----------
    packed : PackedFleet
        The fleet.
    before, after : Mapping of int to tuple of Stop
        Routes of the same vehicles, by number: as they are, and as they shall be.
    request : Request
        The new request.
    weights : Weights
        The objective.

    Returns
    -------
    bool
        Whether ``after`` has the same stops and those of the request, each pickup before its
        dropoff, and every route is feasible; the fleet is as before when not.
    """
    pair = pack_request(request, weights)
    if len(after) == 1:
        [(v, stops)] = after.items()
        own = [n for n, stop in enumerate(stops) if stop.request_id == request.id]
        if tuple(stop for stop in stops if stop.request_id != request.id) == before[v]:
            # The common case: nobody else moves.
            return (
                tuple(stops[n] for n in own) == stops_of(request)
                and own[0] >= packed.frozen(v)
                and packed.take_in(v, pair, own[0], own[1] - 1)
            )
    routes = {v: packed.route(v) for v in before}
    rows = {stop: row for v in before for stop, row in zip(before[v], routes[v].stops, strict=True)}
    rows.update(zip(stops_of(request), pair, strict=True))
    wanted = [stop for stops in after.values() for stop in stops]
    if len(wanted) != len(rows) or set(wanted) != set(rows):
        return False
    if not all(_is_well_formed(before[v], after[v], routes[v]) for v in after):
        return False
    for v, stops in after.items():
        table = np.array([rows[stop] for stop in stops], dtype=np.int64)
        boards_at = {stop.request_id: n for n, stop in enumerate(stops) if stop.kind is PICKUP}
        table[:, PICKUP_AT] = [
            boards_at.get(stop.request_id, NO_STOP) if stop.kind is DROPOFF else NO_STOP
            for stop in stops
        ]
        packed.restore(v, PackedRoute(table, routes[v].frozen))
    if packed.route_codes(np.array(list(after))).any():
        for v, route in routes.items():
            packed.restore(v, route)
        return False
    return True


def _is_well_formed(before: tuple[Stop, ...], after: tuple[Stop, ...], route: PackedRoute) -> bool:
    """Tell whether frozen stops stay, and each rider boards before alighting from one vehicle."""
    if after[: route.frozen] != before[: route.frozen]:
        return False
    fixed = {
        stop
        for stop, pickup_at in zip(before, route.stops[:, PICKUP_AT].tolist(), strict=True)
        if stop.kind is not PICKUP and pickup_at == NO_STOP
    }
    boarded: set[str] = set()
    for stop in after:
        if stop.kind is PICKUP:
            boarded.add(stop.request_id)
        elif stop.request_id in boarded:
            boarded.remove(stop.request_id)
        elif stop in fixed:  # a rider on board, or a halt
            fixed.remove(stop)
        else:
            return False
    return not fixed and not boarded
