"""A fleet as arrays that stay packed: vehicles by number, what ``kernels.packed`` reads and writes.

Numbers in, numbers out; ``fleet.Fleet`` gives them names.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels import ejecting, placing
from dispatch.kernels import packed as kernels
from dispatch.kernels.layout import (
    LONGEST_S,
    NEVER_S,
    NO_NODE,
    NODE,
    SERVICE_S,
    START_NODE,
    START_S,
    STOP_FIELDS,
)
from dispatch.kernels.positions import NO_POSITION
from dispatch.kernels.timing import FEASIBLE
from dispatch.plan import Stop, stops_of
from dispatch.problem import Request
from dispatch.slices import PackedSlices

_Longs = NDArray[np.int64]
Walk = tuple[_Longs, _Longs, _Longs, _Longs, _Longs]
"""Stops of who is moved, vehicles to look at, routes as they were, where it stands, what was
done; see ``kernels.ejecting.make_room``."""


@dataclass(frozen=True)
class Place:
    """Where a request fits best.

    Parameters
    ----------
    rank : int
        By what was asked for: hundredths of weighted seconds added, or an instant.
    vehicle, i, j : int
        Number of the vehicle; positions as in ``kernels.positions.best_positions``.
    pickup_s, dropoff_s : int
        Begin of boarding and of alighting.
    """

    rank: int
    vehicle: int
    i: int
    j: int
    pickup_s: int
    dropoff_s: int


def widen(stops: tuple[Stop, ...], request: Request, i: int, j: int) -> tuple[Stop, ...]:
    """Put the stops of a request onto a route.

    Parameters
    ----------
    stops : tuple of Stop
        The route.
    request : Request
        The request.
    i, j : int
        Positions as in ``kernels.positions.best_positions``.

    Returns
    -------
    tuple of Stop
        The wider route.
    """
    pickup, dropoff = stops_of(request)
    return (*stops[:i], pickup, *stops[i:j], dropoff, *stops[j:])


@dataclass(frozen=True)
class PackedRoute:
    """A route as rows, noted down.

    Parameters
    ----------
    stops : ndarray of int64, shape (k, 12)
        See kernels/layout.py.
    frozen : int
        So many leading ones never move.
    """

    stops: NDArray[np.int64]
    frozen: int


class PackedFleet:
    """The arrays of ``kernels.packed``, with room to grow.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds, read-only.
    back_s : ndarray of int32, shape (n, n)
        The same with rows and columns exchanged, read-only.
    slices : tuple of ndarray
        Driving seconds by the time of day; see ``slices.NO_SLICES`` and ``Slices.packed``.
    vehicles : ndarray of int64, shape (v, 10)
        States; see kernels/layout.py.
    capacities : ndarray of int64, shape (v, arrangements, 3)
        Places; -1 where a vehicle has fewer arrangements.
    stops : ndarray of int64, shape (v, s, 12)
        Routes; see kernels/layout.py.
    numbers : ndarray of int64, shape (v, 5)
        Stops and frozen stops of each; the rest is written here.
    """

    def __init__(
        self,
        travel_s: NDArray[np.int32],
        back_s: NDArray[np.int32],
        slices: PackedSlices,
        vehicles: NDArray[np.int64],
        capacities: NDArray[np.int64],
        stops: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> None:
        self.travel_s = travel_s
        self._back_s = back_s
        self._slices = slices
        self.vehicles = vehicles
        self.capacities = capacities
        self.numbers = numbers
        self._arrange(stops)

    def _arrange(self, stops: NDArray[np.int64]) -> None:
        count, room = stops.shape[:2]
        self.stops = stops
        self._at = np.full((count, room + 2), NO_NODE, dtype=np.int32)
        leave_s, cap_s, latest_s, leg_s = np.zeros((4, count, room + 1), dtype=np.int64)
        self.begin_s = np.zeros((count, room), dtype=np.int64)
        self._arrays = (
            self.vehicles,
            self.capacities,
            stops,
            self.numbers,
            self._at,
            leave_s,
            cap_s,
            latest_s,
            leg_s,
            self.begin_s,
            self._slices,
        )
        kernels.settle_all(self.travel_s, self._arrays)

    def _make_room(self, count: int) -> None:
        room = self.stops.shape[1]
        if count <= room:
            return
        wider = np.zeros((len(self.vehicles), max(count, 2 * room), STOP_FIELDS), dtype=np.int64)
        wider[:, :room] = self.stops
        self._arrange(wider)

    def relaxed(self, vehicles: NDArray[np.int64], capacities: NDArray[np.int64]) -> PackedFleet:
        """Return the same routes with fewer limits.

        Parameters
        ----------
        vehicles : ndarray of int64, shape (v, 10)
            Their states.
        capacities : ndarray of int64, shape (v, arrangements, 3)
            Their places.

        Returns
        -------
        PackedFleet
            For asking only: it shares what is the same with this one.
        """
        # With fewer limits a feasible route has the schedule it had, unless its start changes.
        same = self.numbers[:, kernels.CODE] == FEASIBLE
        same &= self.vehicles[:, LONGEST_S] == NEVER_S
        same &= self.vehicles[:, START_S] == vehicles[:, START_S]
        other = copy.copy(self)
        other.vehicles, other.capacities = vehicles, capacities
        shared = list(self._arrays[2:-1])
        if not same.all():
            shared = [array.copy() for array in shared]
        for bound in (4, 5):  # the latest begins, see kernels.packed
            shared[bound] = np.empty_like(shared[bound])
        other.stops, other.numbers, other.begin_s = shared[0], shared[1], shared[-1]
        other._arrays = cast("kernels.Fleet", (vehicles, capacities, *shared, self._slices))
        kernels.settle_relaxed(self.travel_s, other._arrays, same.astype(np.uint8))
        return other

    def best_place(
        self, allowed: NDArray[np.uint8], pair: NDArray[np.int64], rank_by: int, due_s: int = 0
    ) -> Place | None:
        """Find the least rank over all vehicles.

        Parameters
        ----------
        allowed : ndarray of uint8, shape (v,)
            Which vehicles may take it.
        pair : ndarray of int64, shape (2, 12)
            Pickup and dropoff.
        rank_by, due_s : int
            As in ``kernels.positions.best_positions``.

        Returns
        -------
        Place or None
            The place; None when there is none.
        """
        found = placing.best_place(
            self.travel_s, self._back_s, self._arrays, allowed, pair, rank_by, due_s, NEVER_S
        )
        return None if found[1] == NO_POSITION else Place(*found)

    def make_room(
        self,
        eligible: NDArray[np.uint8],
        known: NDArray[np.uint8],
        walk: Walk,
        stop_at: int,
    ) -> int:
        """Look for room for a request by moving others, for a while.

        Parameters
        ----------
        eligible : ndarray of uint8, shape (kinds, v)
            Which vehicles may take a rider of a kind.
        known : ndarray of uint8, shape (v,)
            Vehicles whose riders have kinds.
        walk : tuple of ndarray
            The rest of what ``kernels.ejecting.make_room`` reads and writes.
        stop_at : int
            Stops at the first step after so much work in all.

        Returns
        -------
        int
            How it ended; see ``kernels.ejecting``.
        """
        return int(
            ejecting.make_room(
                self.travel_s, self._back_s, self._arrays, eligible, known, *walk, stop_at
            )
        )

    def route(self, v: int) -> PackedRoute:
        """Note a route down, for ``restore``.

        Parameters
        ----------
        v : int
            The vehicle.

        Returns
        -------
        PackedRoute
            A copy.
        """
        count = self.numbers[v, kernels.COUNT]
        return PackedRoute(self.stops[v, :count].copy(), self.frozen(v))

    def restore(self, v: int, route: PackedRoute) -> None:
        """Give a vehicle another route, or one that it had, in its present state.

        Parameters
        ----------
        v : int
            The vehicle.
        route : PackedRoute
            The route.
        """
        count = len(route.stops)
        self._make_room(count)
        self.stops[v, :count] = route.stops
        self.numbers[v, : kernels.FROZEN + 1] = count, route.frozen
        kernels.settle(self.travel_s, self._arrays, v)

    def begins_s(self, v: int) -> list[int]:
        """Tell when service begins at the stops of a vehicle.

        Parameters
        ----------
        v : int
            The vehicle.

        Returns
        -------
        list of int
            Instants of its least schedule.
        """
        begins_s: list[int] = self.begin_s[v, : self.numbers[v, kernels.COUNT]].tolist()
        return begins_s

    def route_codes(self, vehicles: NDArray[np.intp]) -> NDArray[np.int64]:
        """Tell what is wrong with the routes of some vehicles.

        Parameters
        ----------
        vehicles : ndarray of int
            Their numbers.

        Returns
        -------
        ndarray of int64
            Codes of ``kernels.timing``; 0 for a feasible route.
        """
        codes: NDArray[np.int64] = self.numbers[vehicles, kernels.CODE]
        return codes

    def cost(self, v: int) -> int:
        """Tell what a feasible route costs.

        Parameters
        ----------
        v : int
            The vehicle.

        Returns
        -------
        int
            Hundredths of weighted seconds.
        """
        return int(self.numbers[v, kernels.COST])

    def frozen(self, v: int) -> int:
        """Tell how many leading stops of a vehicle never move.

        Parameters
        ----------
        v : int
            The vehicle.

        Returns
        -------
        int
            So many.
        """
        return int(self.numbers[v, kernels.FROZEN])

    def unfrozen(self) -> NDArray[np.bool_]:
        """Tell which vehicles may still go elsewhere first.

        Returns
        -------
        ndarray of bool, shape (v,)
            True for those without a frozen stop.
        """
        unfrozen: NDArray[np.bool_] = self.numbers[:, kernels.FROZEN] == 0
        return unfrozen

    def take_in(self, v: int, pair: NDArray[np.int64], i: int, j: int) -> bool:
        """Put a request onto a route.

        Parameters
        ----------
        v : int
            The vehicle.
        pair : ndarray of int64, shape (2, 12)
            Pickup and dropoff.
        i, j : int
            Positions as in ``kernels.positions.best_positions``.

        Returns
        -------
        bool
            Whether the route is feasible; nothing has changed when it is not.
        """
        self._make_room(int(self.numbers[v, kernels.COUNT]) + 2)
        return bool(kernels.take_in(self.travel_s, self._arrays, v, pair, i, j))

    def take_out(self, v: int, i: int, j: int) -> None:
        """Take a request off a route.

        Parameters
        ----------
        v : int
            The vehicle.
        i, j : int
            Positions of its stops; the same when it has one.
        """
        kernels.take_out(self.travel_s, self._arrays, v, i, j)

    def renew(
        self,
        v: int,
        vehicle: NDArray[np.int64],
        capacities: NDArray[np.int64],
        route: PackedRoute,
    ) -> None:
        """Replace the state and the route of a vehicle.

        Parameters
        ----------
        v : int
            The vehicle.
        vehicle : ndarray of int64, shape (10,)
            Its state.
        capacities : ndarray of int64, shape (arrangements, 3)
            Its places.
        route : PackedRoute
            Its route.
        """
        missing = len(capacities) - self.capacities.shape[1]
        if missing > 0:
            self.capacities = np.pad(
                self.capacities, ((0, 0), (0, missing), (0, 0)), constant_values=-1
            )
            self._arrange(self.stops)
        self.vehicles[v] = vehicle
        self.capacities[v] = -1
        self.capacities[v, : len(capacities)] = capacities
        self.restore(v, route)

    def stand(self, places: Sequence[tuple[int, int, int]]) -> None:
        """Say where vehicles are free; none of their stops is frozen then.

        Parameters
        ----------
        places : sequence of (int, int, int)
            Vehicle, node, and from when on.
        """
        for v, node, start_s in places:
            self.vehicles[v, START_NODE], self.vehicles[v, START_S] = node, start_s
            self.numbers[v, kernels.FROZEN] = 0
        if 4 * len(places) > len(self.vehicles):  # a call costs as much as settling a few
            kernels.settle_all(self.travel_s, self._arrays)
            return
        for v, *_ in places:
            kernels.settle(self.travel_s, self._arrays, v)

    def whereabouts(self) -> tuple[list[tuple[int, int]], list[int]]:
        """Tell where every vehicle is, and how many of its stops are frozen.

        Returns
        -------
        places : list of (int, int)
            Node and instant it is free or has left at.
        frozen : list of int
            So many stops.
        """
        nodes, starts_s = (self.vehicles[:, f].tolist() for f in (START_NODE, START_S))
        return list(zip(nodes, starts_s, strict=True)), self.numbers[:, kernels.FROZEN].tolist()

    def delay(self, v: int, by_s: int) -> None:
        """Say that a vehicle gets to its next stop later, or sooner.

        Parameters
        ----------
        v : int
            The vehicle.
        by_s : int
            By how much.
        """
        self.vehicles[v, START_S] += by_s
        kernels.settle(self.travel_s, self._arrays, v)

    def next_moves(self) -> NDArray[np.int64]:
        """Tell where every vehicle is, and when it does something next.

        Returns
        -------
        ndarray of int64, shape (v, 5)
            Node and instant it is free or has left at; whether it has left for its first stop; when
            it leaves for it, or is done there if it has left, ``NEVER_S`` without stops; what is
            wrong with the route, a code of ``kernels.timing``.
        """
        node, start_s = self.vehicles[:, START_NODE], self.vehicles[:, START_S]
        has_left = self.numbers[:, kernels.FROZEN] > 0
        first = self.stops[:, 0]
        begin_s = self.begin_s[:, 0]
        leave_s = np.maximum(start_s, begin_s - self.travel_s[node, first[:, NODE]])
        due_s = np.where(has_left, begin_s + first[:, SERVICE_S], leave_s)
        due_s = np.where(self.numbers[:, kernels.COUNT] > 0, due_s, NEVER_S)
        return np.column_stack([node, start_s, has_left, due_s, self.numbers[:, kernels.CODE]])

    def drive_on(self, now_s: int) -> NDArray[np.int64]:
        """Let every vehicle follow its schedule until an instant.

        Parameters
        ----------
        now_s : int
            The instant.

        Returns
        -------
        ndarray of int64, shape (m, 3)
            Vehicle, begin of service and instant of leaving of each stop that was driven; those of
            a vehicle in their order.
        """
        return kernels.drive_on(self.travel_s, self._arrays, now_s)
