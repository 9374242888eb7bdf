"""Why nobody can take a request: limits are relaxed by name until it fits.

The constraints of the *new* request and of the vehicles are relaxed, one alone, then two together,
and so on: the reason given is the smallest set whose relaxation lets the request in, so it is true
by construction. Nothing that is planned changes its order or breaks its promise for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.answers import (
    MAX_RIDE_EXCEEDED,
    NO_CAPACITY,
    NO_CHILD_SEAT,
    NO_VEHICLE_IN_SHIFT,
    NO_WHEELCHAIR_PLACE,
    OUT_OF_RANGE,
    PLAN_INFEASIBLE,
    REASONS,
    UNREACHABLE_CODE,
    WINDOW_TOO_TIGHT,
    Refusal,
)
from dispatch.kernels import positions
from dispatch.kernels.layout import (
    END_S,
    FULL_RANGE_S,
    LATEST_S,
    LONGEST_S,
    MAX_RIDE_S,
    NEVER_S,
    RANGE_S,
    START_S,
)
from dispatch.kernels.timing import NO_WAY
from dispatch.packed import PackedFleet, Place
from dispatch.problem import MOST_PLACES, Request

_PLACES: Final = (NO_CAPACITY, NO_WHEELCHAIR_PLACE, NO_CHILD_SEAT)
"""What is lacking of each kind of place, in the order of the arrays."""


@dataclass(frozen=True)
class RefusalSearch:
    """One request against all vehicles, with some limits relaxed.

    Parameters
    ----------
    packed : PackedFleet
        The vehicles and their routes.
    allowed : ndarray of uint8, shape (v,)
        Which vehicles may take it.
    request : Request
        The request.
    pair : ndarray of int64, shape (2, 12)
        Its stops; see kernels/layout.py.
    waiting : ndarray of bool, shape (v,)
        Vehicles that wait for their shift to begin.
    """

    packed: PackedFleet
    allowed: NDArray[np.uint8]
    request: Request
    pair: NDArray[np.int64]
    waiting: NDArray[np.bool_]
    _relaxed: dict[frozenset[str], PackedFleet] = field(default_factory=dict)

    def refusal(self) -> Refusal:
        """Name the smallest set of limits that stands in the way.

        Returns
        -------
        Refusal
            The reason, with the nearest later pickup that fits.
        """
        if not self.allowed.any():
            return Refusal(NO_VEHICLE_IN_SHIFT, MappingProxyType({"vehicles": 0}))
        if not self._fits(frozenset(REASONS)):
            return Refusal(*self._hopeless())
        next_pickup_s = self._next_pickup_s()
        reasons = self._concerning()
        for size in range(1, len(reasons) + 1):
            for codes in combinations(reasons, size):
                if self._fits(frozenset(codes)):
                    params = MappingProxyType(self._params(codes))
                    return Refusal(codes[0], params, next_pickup_s)
        raise AssertionError("all reasons together were found to be enough")

    def _concerning(self) -> tuple[str, ...]:
        # More places of a kind that the party does not take up help nobody who has the others.
        _, wheelchairs, child_seats = self.request.load.places
        none_of = {
            NO_WHEELCHAIR_PLACE: wheelchairs == 0,
            NO_CHILD_SEAT: child_seats == 0,
            OUT_OF_RANGE: bool((self.packed.vehicles[:, RANGE_S] == NEVER_S).all()),
        }
        return tuple(code for code in REASONS if not none_of.get(code, False))

    def _best(
        self, relaxed: frozenset[str], rank_by: int, pair: NDArray[np.int64] | None = None
    ) -> Place | None:
        return self._packed(relaxed).best_place(
            self.allowed,
            self._relaxed_pair(relaxed) if pair is None else pair,
            rank_by,
            self.request.latest_dropoff_s - self.request.latest_pickup_s,
        )

    def _fits(self, relaxed: frozenset[str], pair: NDArray[np.int64] | None = None) -> bool:
        return self._best(relaxed, positions.ANY, pair) is not None

    def _packed(self, relaxed: frozenset[str]) -> PackedFleet:
        limits = relaxed & {NO_VEHICLE_IN_SHIFT, OUT_OF_RANGE, *_PLACES}
        if not limits:
            return self.packed
        if limits not in self._relaxed:
            self._relaxed[limits] = self.packed.relaxed(
                self._relaxed_vehicles(limits),
                self._relaxed_capacities(limits),
            )
        return self._relaxed[limits]

    def _relaxed_vehicles(self, limits: frozenset[str]) -> NDArray[np.int64]:
        vehicles = self.packed.vehicles.copy()
        if OUT_OF_RANGE in limits:
            vehicles[:, RANGE_S] = vehicles[:, FULL_RANGE_S] = NEVER_S
        if NO_VEHICLE_IN_SHIFT not in limits:
            return vehicles
        vehicles[:, END_S] = NEVER_S
        vehicles[:, LONGEST_S] = NEVER_S
        # Only a vehicle that waits for its shift, and for the whole window, is out of shift; one
        # that is busy, or too far away, is not: there the window is too tight.
        out = self.waiting & (vehicles[:, START_S] > self.request.latest_pickup_s)
        vehicles[out, START_S] = -NEVER_S
        return vehicles

    def _relaxed_capacities(self, limits: frozenset[str]) -> NDArray[np.int64]:
        capacities = self.packed.capacities.copy()
        for column, code in enumerate(_PLACES):
            if code in limits:
                is_one = capacities[:, :, column] >= 0
                capacities[:, :, column][is_one] = MOST_PLACES * MOST_PLACES
        return capacities

    def _relaxed_pair(self, relaxed: frozenset[str]) -> NDArray[np.int64]:
        pair = self.pair.copy()
        if WINDOW_TOO_TIGHT in relaxed:
            pair[:, LATEST_S] = NEVER_S
        if MAX_RIDE_EXCEEDED in relaxed:
            pair[1, MAX_RIDE_S] = NEVER_S
        return pair

    def _next_pickup_s(self) -> int | None:
        # Moved by t, the window asks for earliest + t <= pickup and dropoff <= latest + t, hence a
        # dropoff at most latest - earliest after the pickup: a limit of the ride, free of t. The
        # least pickup under it is the answer, with t = pickup - earliest.
        request = self.request
        span_s = request.latest_dropoff_s - request.earliest_pickup_s - request.boarding_s
        if span_s < 0:
            return None
        pair = self._relaxed_pair(frozenset({WINDOW_TOO_TIGHT}))
        pair[1, MAX_RIDE_S] = min(request.max_ride_s, span_s)
        found = self._best(frozenset(), positions.BY_PICKUP, pair)
        return None if found is None else found.pickup_s

    def _hopeless(self) -> tuple[str, Mapping[str, object]]:
        # With everything relaxed, a route that is possible at all takes a rider at its end unless
        # there is no way there; what is left are routes that are late already.
        codes = self.packed.route_codes(np.flatnonzero(self.allowed))
        if codes.all() and (codes != NO_WAY).any():
            return PLAN_INFEASIBLE, MappingProxyType({"vehicles": len(codes)})
        nodes = {"from_node": self.request.pickup_node, "to_node": self.request.dropoff_node}
        return UNREACHABLE_CODE, MappingProxyType(nodes)

    def _params(self, codes: Sequence[str]) -> dict[str, object]:
        relaxed = frozenset(codes)
        params: dict[str, object] = {}
        if codes[0] == NO_WHEELCHAIR_PLACE:
            params["wheelchairs"] = self.request.load.wheelchairs
        elif codes[0] == NO_CHILD_SEAT:
            params["child_seats"] = self.request.load.child_seats
        elif codes[0] == NO_CAPACITY:
            params["seats"] = self.request.load.seats
        elif codes[0] in {NO_VEHICLE_IN_SHIFT, OUT_OF_RANGE}:
            params["vehicles"] = int(self.allowed.sum())
        elif codes[0] == WINDOW_TOO_TIGHT:
            params["by_s"] = self._lateness_s(relaxed)
        else:
            params["by_s"] = self._excess_ride_s(relaxed)
        if len(codes) > 1:
            params["also"] = tuple(codes[1:])
        return params

    def _lateness_s(self, relaxed: frozenset[str]) -> int:
        """Least number of seconds by which both latest instants would have to move."""
        found = self._best(relaxed, positions.BY_LATENESS)
        assert found is not None, "the caller relaxes what is enough"
        return found.rank - self.request.latest_pickup_s

    def _excess_ride_s(self, relaxed: frozenset[str]) -> int:
        """Least number of seconds that the longest ride lacks, by bisection: it is monotone."""
        found = self._best(relaxed, positions.BY_COST)
        assert found is not None, "the caller relaxes what is enough"
        pair = self._relaxed_pair(relaxed)
        too_short_s = self.request.max_ride_s
        enough_s = found.dropoff_s - found.pickup_s - self.request.boarding_s
        while enough_s - too_short_s > 1:
            pair[1, MAX_RIDE_S] = (too_short_s + enough_s) // 2
            if self._fits(relaxed, pair):
                enough_s = int(pair[1, MAX_RIDE_S])
            else:
                too_short_s = int(pair[1, MAX_RIDE_S])
        return enough_s - self.request.max_ride_s
