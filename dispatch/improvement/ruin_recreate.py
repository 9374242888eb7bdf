"""Improve or make whole plans by ruin and recreate, see ``kernels.annealing``.

A search runs in slices: the compiled loop anneals for a few hundredths of a second, then the clock
is read and the temperature set from the time that is left. A search that is given ``rounds``
instead of seconds takes the same steps every time.

What comes back is not believed: every route is scheduled again by ``schedule``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels import tours as t
from dispatch.kernels.annealing import (
    BEST_COST,
    BEST_LEFT_OVER,
    COST,
    COUNTS,
    LEFT_OVER,
    anneal,
)
from dispatch.kernels.layout import NEVER_S
from dispatch.kernels.tours import NONE
from dispatch.objective import DEFAULT_WEIGHTS, PERCENT, Weights
from dispatch.plan import PICKUP, Plan, Route, Stop, check_plan, stops_of
from dispatch.problem import UNREACHABLE, Problem, Request
from dispatch.schedule import Infeasible, schedule_plan

_FAR_S: Final = 2**29
"""Stands for ``UNREACHABLE``: no window is that wide, and a few of them still fit into a sum."""

_NEIGHBOURS: Final = 120
_SLICE_S: Final = 0.05


@dataclass(frozen=True)
class Settings:
    """How the search goes about it.

    Parameters
    ----------
    taken_out : float
        Stops taken out in a round, on average.
    longest_string : float
        Longest string of stops taken out of one tour.
    blink : float
        Chance to overlook a place.
    split : float
        Chance that a string keeps some stops in its middle.
    heat, cold : float
        Temperature at the beginning and at the end, as shares of the mean cost of a stop.
    """

    taken_out: float = 10.0
    longest_string: float = 10.0
    blink: float = 0.01
    split: float = 0.5
    heat: float = 0.5
    cold: float = 0.005


DEFAULT_SETTINGS: Final = Settings()


@dataclass(frozen=True)
class Solution:
    """What a search found.

    Parameters
    ----------
    plan : Plan
        Routes of vehicles with stops.
    left_over : tuple of str
        Requests that found no place.
    rounds : int
        Rounds of ruin and recreate.
    """

    plan: Plan
    left_over: tuple[str, ...]
    rounds: int


def solve(
    problem: Problem,
    seconds: float,
    seed: int = 0,
    *,
    weights: Weights = DEFAULT_WEIGHTS,
    fewest_vehicles: bool = False,
    rounds: int | None = None,
    settings: Settings = DEFAULT_SETTINGS,
    clock: Callable[[], float] = time.process_time,
) -> Solution:
    """Make a plan for all requests of a problem.

    Parameters
    ----------
    problem : Problem
        Vehicles without riders on board, requests, travel times.
    seconds : float
        Time for the search by ``clock``.
    seed : int
        Of the search.
    weights : Weights
        The objective.
    fewest_vehicles : bool
        Whether to use as few vehicles as can be found before looking at the cost.
    rounds : int, optional
        Ends the search reproducibly, instead of ``seconds``.
    settings : Settings
        How the search goes about it.
    clock : callable
        What ``seconds`` are read from: CPU seconds of this process unless told otherwise.

    Returns
    -------
    Solution
        As many requests as found a place; then the lowest cost.
    """
    began_s = clock()
    search = _Search(problem, Plan(()), [r.id for r in problem.requests], weights, settings, seed)

    def share() -> float:
        if rounds is not None:
            return search.rounds / max(rounds, 1)
        return (clock() - began_s) / max(seconds, 1e-9)

    search.run(share, until=1.0, room=rounds, stop_when_all_served=True)
    if fewest_vehicles:
        search.drop_vehicles(share, until=0.5, room=rounds)
    search.run(share, until=1.0, room=rounds)
    return search.solution()


def improve(
    problem: Problem,
    plan: Plan,
    seconds: float,
    seed: int = 0,
    *,
    weights: Weights = DEFAULT_WEIGHTS,
    rounds: int | None = None,
    settings: Settings = DEFAULT_SETTINGS,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """Search for a cheaper plan that serves the same requests and keeps every promise.

    Parameters
    ----------
    problem : Problem
        Vehicles, requests, travel times.
    plan : Plan
        The present plan; every request on it stays served, nothing else is added.
    seconds : float
        Time for the search by ``clock``, at least 0.
    seed : int
        Of the search.
    weights : Weights
        The objective.
    rounds : int, optional
        Ends the search reproducibly, instead of ``seconds``.
    settings : Settings
        How the search goes about it.
    clock : callable
        What ``seconds`` are read from: wall time unless told otherwise.

    Returns
    -------
    Plan
        A feasible plan that is cheaper, or ``plan`` itself.

    Raises
    ------
    InvalidPlanError
        When the plan is not well formed.
    """
    check_plan(problem, plan)
    before = schedule_plan(problem, plan, weights)
    if seconds <= 0 or not plan.request_ids or isinstance(before, Infeasible):
        # A plan that is late already has no promise-keeping neighbour to start from.
        return plan
    began_s = clock()
    search = _Search(problem, plan, sorted(plan.request_ids), weights, settings, seed)

    def share() -> float:
        if rounds is not None:
            return search.rounds / max(rounds, 1)
        return (clock() - began_s) / seconds

    search.run(share, until=1.0, room=rounds)
    found = search.solution().plan
    after = schedule_plan(problem, found, weights)
    if isinstance(after, Infeasible) or found.request_ids != plan.request_ids:
        return plan
    cheaper = sum(x.cost_centi_s for x in after) < sum(x.cost_centi_s for x in before)
    return found if cheaper else plan


class _Search:
    """A problem as arrays, and the state of the search."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        request_ids: Sequence[str],
        weights: Weights,
        settings: Settings,
        seed: int,
    ) -> None:
        self.rounds = 0
        self._problem, self._plan, self._settings = problem, plan, settings
        onboard = {rider.request_id for v in problem.vehicles for rider in v.onboard}
        self._requests = [problem.request(r) for r in request_ids if r not in onboard]
        self._stops = [stop for request in self._requests for stop in stops_of(request)]
        self._number = {(s.request_id, s.kind): n for n, s in enumerate(self._stops)}
        self._onboard: list[Request] = []
        for vehicle in problem.vehicles:
            for rider in vehicle.onboard:
                request = problem.request(rider.request_id)
                dropoff = stops_of(request)[1]
                self._number[(request.id, dropoff.kind)] = len(self._stops)
                self._stops.append(dropoff)
        self._asked = self._ask(weights)
        self._set_up()
        self._dice = np.array([seed * 2 + 1], np.uint64)
        self._pace = 50.0
        self._numbers = np.array(
            [settings.taken_out, settings.longest_string, settings.blink, settings.split]
        )

    def _ask(self, weights: Weights) -> tuple[NDArray[np.generic], ...]:
        problem = self._problem
        vehicles = problem.vehicles
        depots = sorted({v.start_node for v in vehicles} | {v.end_node for v in vehicles if v.end_node is not None})
        at = {node: len(self._stops) + n for n, node in enumerate(depots)}
        nodes = np.array([*(stop.node for stop in self._stops), *depots], np.int64)
        travel_s = problem.travel_s[np.ix_(nodes, nodes)].astype(np.int64)
        travel_s = np.where(travel_s == UNREACHABLE, _FAR_S, travel_s).astype(np.int32)
        stops = self._stop_rows(weights)
        kinds: dict[object, int] = {}
        rows = np.zeros((len(vehicles), t.VEHICLE_COLUMNS), np.int64)
        allowed: list[list[int]] = []
        most = max(len(v.capacities) for v in vehicles)
        capacities = np.full((len(vehicles), most, 2), -1, np.int64)
        for n, v in enumerate(vehicles):
            may = tuple(r.vehicle_ids is None or v.id in r.vehicle_ids for r in self._requests)
            what = (v.capacities, v.start_node, v.end_node, v.start_s, v.end_s, may)
            kind = kinds.setdefault(what, len(kinds))
            if kind == len(allowed):
                allowed.append([int(one) for one in may])
            riders = [problem.request(rider.request_id).load for rider in v.onboard]
            rows[n] = (
                at[v.start_node],
                v.start_s,
                NONE if v.end_node is None else at[v.end_node],
                v.end_s,
                NEVER_S if v.longest_s is None else v.longest_s,
                sum(load.seats for load in riders),
                sum(load.wheelchairs for load in riders),
                self._plan.route(v.id).frozen,
                kind,
                1,
            )
            for c, load in enumerate(v.capacities):
                capacities[n, c] = (load.seats, load.wheelchairs)
        rides = 2 * len(self._requests)
        exact = (
            bool((stops[:rides:, t.MAX_RIDE_S] < NEVER_S).any())
            or bool((stops[:, t.PERCENT] > 0).any())
            or bool((rows[:, t.LONGEST_S] < NEVER_S).any())
        )
        flags = np.zeros(t.FLAGS, np.int64)
        flags[t.REQUESTS], flags[t.EXACT] = len(self._requests), int(exact)
        permitted = np.array(allowed, np.uint8).reshape(len(kinds), len(self._requests)).T
        return (
            np.ascontiguousarray(travel_s),
            stops,
            rows,
            capacities,
            np.ascontiguousarray(permitted),
            _neighbours(travel_s[:rides, :rides], stops[:rides]),
            flags,
        )

    def _stop_rows(self, weights: Weights) -> NDArray[np.int64]:
        departed_s = {
            rider.request_id: rider.departed_s
            for vehicle in self._problem.vehicles
            for rider in vehicle.onboard
        }
        rows = np.zeros((len(self._stops), t.STOP_COLUMNS), np.int64)
        for n, stop in enumerate(self._stops):
            r = self._problem.request(stop.request_id)
            if stop.kind is PICKUP:
                rows[n] = (
                    r.earliest_pickup_s,
                    r.latest_pickup_s,
                    r.boarding_s,
                    NEVER_S,
                    r.load.seats,
                    r.load.wheelchairs,
                    r.earliest_pickup_s,
                    weights.wait_percent,
                )
                continue
            due_s = r.latest_dropoff_s
            if r.id in departed_s:
                due_s = min(due_s, departed_s[r.id] + r.max_ride_s)
            rows[n] = (
                -NEVER_S if r.earliest_dropoff_s is None else r.earliest_dropoff_s,
                due_s,
                r.alighting_s,
                # A ride limit that the windows keep anyway need not be looked at.
                r.max_ride_s if r.max_ride_s < due_s - r.earliest_pickup_s else NEVER_S,
                -r.load.seats,
                -r.load.wheelchairs,
                r.earliest_pickup_s,
                weights.journey_percent,
            )
        return rows

    def _set_up(self) -> None:
        asked, count = self._asked, len(self._requests)
        fleet, most = len(asked[2]), len(self._stops) + 2
        self._tours, self._kept, self._best = (_tours(fleet, most, count) for _ in range(3))
        self._room = (
            np.zeros(most, np.int64),
            np.zeros(len(self._stops), np.int64),
            np.zeros(most, np.int64),
            np.zeros(most, np.int32),
        )
        free = np.ones(count, np.uint8)
        for v, vehicle in enumerate(self._problem.vehicles):
            route = self._plan.route(vehicle.id)
            for i, stop in enumerate(route.stops):
                n = self._number[(stop.request_id, stop.kind)]
                self._tours[0][v, i] = n
                if n < 2 * count:
                    self._tours[6][n // 2] = v
                    if i < route.frozen:
                        free[n // 2] = 0
            self._tours[1][v] = len(route.stops)
            t.refresh(asked, self._tours, v, self._room)
        waiting = np.flatnonzero(self._tours[6] == NONE)
        left = np.zeros(count + 1, np.int64)
        left[: len(waiting)] = waiting
        counts = np.zeros(COUNTS, np.int64)
        cost = int(self._tours[5].sum())
        counts[[LEFT_OVER, BEST_LEFT_OVER, COST, BEST_COST]] = len(waiting), len(waiting), cost, cost
        self._memory = (left, np.zeros(1, np.int64), np.zeros(1, np.int64), free,
                        np.ones(count, np.int64), counts)
        self._scratch = (
            np.zeros(fleet + 1, np.int64),
            np.zeros(fleet, np.uint8),
            np.zeros(count + 1, np.int64),
            np.zeros(count + 1, np.float64),
            np.zeros(4, np.int64),
            np.zeros(max(fleet, 1), np.uint8),
        )
        self._remember()

    def _remember(self) -> None:
        for source, target in zip(self._tours, self._best, strict=True):
            target[...] = source

    @property
    def _counts(self) -> NDArray[np.int64]:
        return self._memory[5]

    def run(
        self,
        share: Callable[[], float],
        *,
        until: float,
        room: int | None,
        stop_when_all_served: bool = False,
    ) -> None:
        """Anneal until a share of the time is used up."""
        begin = share()
        stops = max(2 * len(self._requests), 1)
        while (now := share()) < until:
            mean = max(int(self._counts[COST]), PERCENT) / stops
            warmth = self._settings.heat * (self._settings.cold / self._settings.heat) ** (
                (now - begin) / (until - begin)
            )
            rounds = max(1, int(self._pace))
            if room is not None:
                rounds = max(1, min(rounds if self._pace > 50 else 50, room - self.rounds, 2000))
            started_s = time.perf_counter()
            self._anneal(rounds, warmth * mean)
            if room is None:
                took_s = max(time.perf_counter() - started_s, 1e-6)
                self._pace = min(max(rounds * _SLICE_S / took_s, 1.0), 4.0 * rounds + 1)
            if stop_when_all_served and self._counts[BEST_LEFT_OVER] == 0:
                return

    def _anneal(self, rounds: int, heat: float) -> None:
        self.rounds += int(
            anneal(
                self._asked,
                self._tours,
                self._kept,
                self._best,
                self._memory,
                self._scratch,
                self._numbers,
                self._dice,
                self._room,
                rounds,
                float(heat),
                1.0,
            )
        )

    def drop_vehicles(self, share: Callable[[], float], *, until: float, room: int | None) -> None:
        """Empty one vehicle after the other, as long as all requests find a place elsewhere."""
        begin = share()
        span = begin + (until - begin)
        while share() < span and self._counts[BEST_LEFT_OVER] == 0:
            self._back_to_best()
            solved = tuple(part.copy() for part in self._best), self._counts.copy()
            usable = self._asked[2][:, t.USABLE].copy()
            if not self._close_one():
                return
            self._memory[4][:] = 1
            self.run(share, until=span, room=room, stop_when_all_served=True)
            if self._counts[BEST_LEFT_OVER] > 0:
                for part, kept in zip(self._best, solved[0], strict=True):
                    part[...] = kept
                self._counts[:] = solved[1]
                self._asked[2][:, t.USABLE] = usable
        self._back_to_best()

    def _back_to_best(self) -> None:
        for source, target in zip(self._best, self._tours, strict=True):
            target[...] = source
        self._tours[6][:] = NONE
        for v, size in enumerate(self._tours[1].tolist()):
            for n in self._tours[0][v, :size].tolist():
                if n < 2 * len(self._requests):
                    self._tours[6][n // 2] = v
        self._counts[LEFT_OVER] = self._counts[BEST_LEFT_OVER]
        self._counts[COST] = self._counts[BEST_COST]

    def _close_one(self) -> bool:
        """Take all requests off the vehicle that carries those least often left over."""
        vehicles, sizes = self._asked[2], self._tours[1]
        vehicles[sizes == 0, t.USABLE] = 0
        often, free = self._memory[4], self._memory[3]
        weight = {
            v: int(often[self._tours[6] == v].sum())
            for v in np.flatnonzero(sizes).tolist()
            if free[self._tours[6] == v].all() and vehicles[v, t.FROZEN] == 0
            and not self._problem.vehicles[v].onboard
        }
        if not weight:
            return False
        v = min(weight, key=lambda one: (weight[one], one))
        out = np.flatnonzero(self._tours[6] == v)
        self._tours[6][out] = NONE
        sizes[v] = 0
        t.refresh(self._asked, self._tours, v, self._room)
        vehicles[v, t.USABLE] = 0
        left, counts = self._memory[0], self._counts
        left[: len(out)] = out
        cost = int(self._tours[5].sum())
        counts[[LEFT_OVER, BEST_LEFT_OVER, COST, BEST_COST]] = len(out), len(out), cost, cost
        self._remember()
        return True

    def solution(self) -> Solution:
        """The best tours as a plan."""
        tours, served = self._best, set()
        routes = []
        for v, vehicle in enumerate(self._problem.vehicles):
            numbers = tours[0][v, : tours[1][v]].tolist()
            served.update(self._stops[n].request_id for n in numbers)
            stops: tuple[Stop, ...] = tuple(self._stops[n] for n in numbers)
            if stops:
                routes.append(Route(vehicle.id, stops, self._plan.route(vehicle.id).frozen))
        left = tuple(r.id for r in self._requests if r.id not in served)
        return Solution(Plan(tuple(routes)), left, self.rounds)


def _tours(fleet: int, most: int, requests: int) -> tuple[NDArray[np.generic], ...]:
    return (
        np.zeros((fleet, most), np.int32),
        np.zeros(fleet, np.int64),
        np.zeros((fleet, most), np.int64),
        np.zeros((fleet, most), np.int64),
        np.zeros((fleet, most, 2), np.int64),
        np.zeros(fleet, np.int64),
        np.full(requests, NONE, np.int64),
    )


def _neighbours(travel_s: NDArray[np.int32], stops: NDArray[np.int64]) -> NDArray[np.int32]:
    """The stops nearest to each stop, partners left out."""
    count = len(travel_s)
    if count == 0:
        return np.zeros((0, 0), np.int32)
    most = min(_NEIGHBOURS, count - 1)
    apart = np.minimum(travel_s, travel_s.T).astype(np.int64)
    np.fill_diagonal(apart, 2**40)
    return np.ascontiguousarray(np.argsort(apart, axis=1, kind="stable")[:, :most], np.int32)
