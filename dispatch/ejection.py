"""When a request fits nowhere: move others that were accepted, inside all that was promised to them.

A rider who has not boarded gives way on one vehicle and is taken elsewhere, on another vehicle or at
another place of the same one; if that fails, whoever stands in *that* rider's way is moved too
(ejection chains: Glover, "Ejection chains, reference structures and alternating path methods for
traveling salesman problems", Discrete Applied Mathematics 65, 1996; here with at most two links).
Every route on the way is feasible, so no promise falls; nobody is ejected for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels import positions
from dispatch.kernels.layout import LATEST_S, NEVER_S
from dispatch.objective import Weights
from dispatch.packed import PackedFleet, Place
from dispatch.packing import pack_request
from dispatch.plan import Stop, stops_of
from dispatch.problem import Request

MOST_MOVED = 2
"""So many accepted requests are moved at most for one new one."""


class EjectionSearch:
    """A search for room for one request; it leaves the fleet changed where it succeeds.

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
        self._stops = stops
        self._requests = requests
        self._allowed = allowed
        self._weights = weights
        self._end = time.perf_counter() + seconds
        self.changed: dict[int, tuple[Stop, ...]] = {}

    def make_room(self, request: Request) -> bool:
        """Take a request in, moving as few others as can be.

        Parameters
        ----------
        request : Request
            A request that fits nowhere as it is.

        Returns
        -------
        bool
            Whether there was room; ``changed`` has the new routes by vehicle then. If not, the
            fleet is as it was.
        """
        return any(self._eject(request, links, ()) for links in range(1, MOST_MOVED + 1))

    def _eject(self, request: Request, links: int, kept: tuple[str, ...]) -> bool:
        """Move one rider for a request, and this one in turn for another while there are links."""
        pair, allowed = pack_request(request, self._weights), self._allowed(request)
        for v in self._promising(pair, allowed, request):
            if time.perf_counter() >= self._end:
                return False
            for i, j in self._packed.room_makers(v, pair):
                rider = self._requests[self._route(v)[i].request_id]
                if rider.id not in kept and self._swap(v, i, j, request, rider, links, kept):
                    return True
        return False

    def _swap(  # noqa: PLR0913 - the two who change places
        self, v: int, i: int, j: int, request: Request, rider: Request, links: int, kept: tuple[str, ...]
    ) -> bool:
        """Put a request in place of a rider, and the rider elsewhere; all as before if not."""
        if time.perf_counter() >= self._end:
            return False
        before, route = self._packed.route(v), self._route(v)
        self._packed.take_out(v, i, j)
        self.changed[v] = tuple(stop for stop in route if stop.request_id != rider.id)
        only = np.zeros(len(self._stops), dtype=np.uint8)
        only[v] = 1
        if self._put(request, only) and (
            self._put(rider, self._allowed(rider))
            or (links > 1 and self._eject(rider, links - 1, (*kept, request.id)))
        ):
            return True
        self._packed.restore(v, before)
        self.changed[v] = route
        return False

    def _put(self, request: Request, allowed: NDArray[np.uint8]) -> bool:
        pair = pack_request(request, self._weights)
        place = self._packed.best_place(allowed, pair, positions.BY_COST)
        if place is None:
            return False
        self._packed.take_in(place.vehicle, pair, place.i, place.j)
        self.changed[place.vehicle] = with_stops(self._route(place.vehicle), request, place)
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

    def _route(self, v: int) -> tuple[Stop, ...]:
        return self.changed.get(v, self._stops[v])


def with_stops(stops: tuple[Stop, ...], request: Request, place: Place) -> tuple[Stop, ...]:
    """Put the stops of a request where there is a place for them.

    Parameters
    ----------
    stops : tuple of Stop
        A route.
    request : Request
        The request.
    place : Place
        Where it goes.

    Returns
    -------
    tuple of Stop
        The wider route.
    """
    pickup, dropoff = stops_of(request)
    i, j = place.i, place.j
    return (*stops[:i], pickup, *stops[i:j], dropoff, *stops[j:])
