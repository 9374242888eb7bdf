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

from dispatch.kernels import ejecting
from dispatch.kernels.ejecting import MOST_LINKS, VEHICLE
from dispatch.kernels.layout import HALT, NEVER_S, NO_STOP, PICKUP_AT, STOP_FIELDS
from dispatch.kernels.positions import NO_POSITION
from dispatch.objective import Weights
from dispatch.packed import PackedFleet, PackedRoute, widen
from dispatch.packing import pack_request
from dispatch.plan import DROPOFF, PICKUP, Stop, stops_of
from dispatch.problem import Request

PIECE = 4000
"""Work after which the clock is read: vehicles looked at, a rider tried as many as ``TRIAL``."""


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

    The kernel works in small pieces, and between them the clock is read: the search ends where
    another piece might end too late.

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
    """

    def __init__(
        self,
        packed: PackedFleet,
        stops: Sequence[tuple[Stop, ...]],
        requests: Mapping[str, Request],
        allowed: Callable[[Request], NDArray[np.uint8]],
        weights: Weights,
    ) -> None:
        self._packed = packed
        self._stops = stops
        self._requests = requests
        self._allowed = allowed
        self._weights = weights
        count, room = packed.stops.shape[:2]
        self._kinds: dict[frozenset[str] | None, int] = {}
        self._eligible = np.empty((0, count), dtype=np.uint8)
        self._known = np.zeros(count, dtype=np.uint8)
        self._walk = (
            np.empty((MOST_LINKS + 1, 2, STOP_FIELDS), dtype=np.int64),
            np.empty((2 * MOST_LINKS, count), dtype=np.int64),
            np.empty((MOST_LINKS, room, STOP_FIELDS), dtype=np.int64),
            np.zeros((MOST_LINKS + 1, ejecting.CURSOR_FIELDS), dtype=np.int64),
            np.zeros((MOST_LINKS + 1, ejecting.STEP_FIELDS), dtype=np.int64),
        )

    @property
    def work(self) -> int:
        """How much was done: vehicles looked at, and riders tried, each as many vehicles."""
        return int(self._walk[3][MOST_LINKS, ejecting.WORK])

    def find(
        self,
        request: Request,
        seconds: float,
        most_centi_s: int = NEVER_S,
        clock: Callable[[], float] = time.perf_counter,
    ) -> Rearrangement | None:
        """Find room for a request, moving one other if that is enough, else two.

        Parameters
        ----------
        request : Request
            A request that fits nowhere as it is.
        seconds : float
            Time by ``clock`` that may be spent.
        most_centi_s : int
            What the routes may cost more, hundredths of weighted seconds.
        clock : callable
            What the time is read from.

        Returns
        -------
        Rearrangement or None
            The first found; None when there is none, or none was found in time.
        """
        began_s = at_s = clock()
        longest_s, code = 0.0, ejecting.NOTHING
        pairs, _, _, cursor, _ = self._walk
        pairs[0] = pack_request(request, self._weights)
        pairs[0, :, HALT] = self._kind(request) << ejecting.KIND_SHIFT
        for links in range(1, MOST_LINKS + 1):
            cursor[0] = ejecting.NO_LIST, NO_POSITION, 0, most_centi_s, 0
            cursor[MOST_LINKS, ejecting.LINK], cursor[MOST_LINKS, ejecting.LINKS] = 0, links
            code = ejecting.UNFINISHED
            while code == ejecting.UNFINISHED:
                if at_s - began_s + longest_s >= seconds:
                    self._undo()
                    return None
                code = self._go_on()
                before_s, at_s = at_s, clock()
                longest_s = max(longest_s, at_s - before_s)
            if code == ejecting.FOUND:
                break
        found = self._rearrangement(request) if code == ejecting.FOUND else None
        self._undo()
        return found

    def _go_on(self) -> int:
        """Do a piece of the work; how it ended."""
        state, stop_at = self._walk[3][MOST_LINKS], self.work + PIECE
        while True:
            code = self._packed.make_room(self._eligible, self._known, self._walk, stop_at)
            if code != ejecting.UNKNOWN:
                return code
            self._tell_kinds(int(self._walk[3][state[ejecting.LINK], VEHICLE]))
            state[ejecting.WORK] += ejecting.TRIAL

    def _rearrangement(self, request: Request) -> Rearrangement:
        """Take the last step, and write down what the routes are then; all is undone after."""
        packed, (pairs, _, before, cursor, steps) = self._packed, self._walk
        links = int(cursor[MOST_LINKS, ejecting.LINKS])
        stops, routes, mover = dict[int, tuple[Stop, ...]](), dict[int, PackedRoute](), request
        for link in range(links):
            v, out_i, out_j, i, j = steps[link].tolist()
            count = int(cursor[link, ejecting.CHANGED])
            routes.setdefault(v, PackedRoute(before[link, :count].copy(), packed.frozen(v)))
            kept = stops.get(v, self._stops[v])
            rider_id = kept[out_i].request_id
            kept = (*kept[:out_i], *kept[out_i + 1 : out_j], *kept[out_j + 1 :])
            stops[v], mover = widen(kept, mover, i, j), self._requests[rider_id]
        v, i, j = steps[MOST_LINKS, :3].tolist()
        routes.setdefault(v, packed.route(v))
        stops[v] = widen(stops.get(v, self._stops[v]), mover, i, j)
        packed.take_in(v, pairs[links].copy(), i, j)
        server = int(steps[0, 0])
        begins_s = dict(zip(stops[server], packed.begins_s(server), strict=True))
        added_centi_s = 0
        for v, route in routes.items():
            added_centi_s += packed.cost(v)
            packed.restore(v, route)
            added_centi_s -= packed.cost(v)
        cursor[:MOST_LINKS, ejecting.CHANGED] = 0
        pickup, dropoff = (begins_s[stop] for stop in stops_of(request))
        return Rearrangement(stops, server, pickup, dropoff, added_centi_s)

    def _undo(self) -> None:
        """Give every vehicle its route back, and take the kinds off its stops."""
        _, _, before, cursor, _ = self._walk
        for link in reversed(range(MOST_LINKS)):
            count, v = int(cursor[link, ejecting.CHANGED]), int(cursor[link, VEHICLE])
            if count:
                route = PackedRoute(before[link, :count].copy(), self._packed.frozen(v))
                self._packed.restore(v, route)
                cursor[link, ejecting.CHANGED] = 0
        for v in np.flatnonzero(self._known).tolist():
            self._packed.stops[v, :, HALT] &= (1 << ejecting.KIND_SHIFT) - 1

    def _kind(self, request: Request) -> int:
        """Number the riders who may be taken by the same vehicles."""
        kind = self._kinds.setdefault(request.vehicle_ids, len(self._kinds))
        if kind == len(self._eligible):
            self._eligible = np.vstack([self._eligible, self._allowed(request)])
        return kind

    def _tell_kinds(self, v: int) -> None:
        for n, stop in enumerate(self._stops[v]):
            if stop.kind in (PICKUP, DROPOFF):
                kind = self._kind(self._requests[stop.request_id])
                self._packed.stops[v, n, HALT] |= kind << ejecting.KIND_SHIFT
        self._known[v] = 1


def rearrange(
    packed: PackedFleet,
    before: Mapping[int, tuple[Stop, ...]],
    after: Mapping[int, tuple[Stop, ...]],
    request: Request | None,
    weights: Weights,
) -> bool:
    """Exchange stops between routes, and take a new request in.

    Parameters
    ----------
    packed : PackedFleet
        The fleet.
    before, after : Mapping of int to tuple of Stop
        Routes of the same vehicles, by number: as they are, and as they shall be.
    request : Request or None
        The new request, if there is one.
    weights : Weights
        The objective.

    Returns
    -------
    bool
        Whether ``after`` has the same stops and those of the request, each pickup before its
        dropoff, and every route is feasible; the fleet is as before when not.
    """
    if request is not None and len(after) == 1:
        [(v, stops)] = after.items()
        own = [n for n, stop in enumerate(stops) if stop.request_id == request.id]
        if tuple(stop for stop in stops if stop.request_id != request.id) == before[v]:
            # The common case: nobody else moves.
            return (
                tuple(stops[n] for n in own) == stops_of(request)
                and own[0] >= packed.frozen(v)
                and packed.take_in(v, pack_request(request, weights), own[0], own[1] - 1)
            )
    routes = {v: packed.route(v) for v in before}
    rows = {stop: row for v in before for stop, row in zip(before[v], routes[v].stops, strict=True)}
    if request is not None:
        rows.update(zip(stops_of(request), pack_request(request, weights), strict=True))
    wanted = [stop for stops in after.values() for stop in stops]
    if len(wanted) != len(rows) or set(wanted) != set(rows):
        return False
    if not all(_is_well_formed(before[v], after[v], routes[v]) for v in after):
        return False
    for v, stops in after.items():
        packed.restore(v, PackedRoute(_table(stops, rows), routes[v].frozen))
    if packed.route_codes(np.array(list(after))).any():
        for v, route in routes.items():
            packed.restore(v, route)
        return False
    return True


def _table(stops: tuple[Stop, ...], rows: Mapping[Stop, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Put the rows of stops in a new order."""
    if not stops:
        return np.empty((0, STOP_FIELDS), dtype=np.int64)
    table = np.array([rows[stop] for stop in stops], dtype=np.int64)
    boards_at = {stop.request_id: n for n, stop in enumerate(stops) if stop.kind is PICKUP}
    table[:, PICKUP_AT] = [
        boards_at.get(stop.request_id, NO_STOP) if stop.kind is DROPOFF else NO_STOP
        for stop in stops
    ]
    return table


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
