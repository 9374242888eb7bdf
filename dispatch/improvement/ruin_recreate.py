"""Make or improve whole plans by ruin and recreate, see ``kernels.annealing``.

A search runs in slices: the compiled loop goes on for a few hundredths of a second, then the clock
is read and the temperature set from the time that is left. A search that is given ``rounds``
instead of seconds takes the same steps every time.

What comes back is not believed: ``improve`` schedules every route again by ``schedule``, and takes
the new plan only when it is feasible, serves the same requests and is cheaper.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError
from dispatch.improvement.fleet_arrays import arrange, empty_tours
from dispatch.improvement.scope import at_worst, part, sound_at_worst, whole
from dispatch.kernels import tours as t
from dispatch.kernels.annealing import anneal
from dispatch.kernels.state import (
    BEST_COST,
    BEST_LEFT_OVER,
    COST,
    COUNTS,
    KNOWN_COLUMNS,
    LEFT_OVER,
    PLACE_COLUMNS,
)
from dispatch.kernels.tours import NONE
from dispatch.objective import DEFAULT_WEIGHTS, PERCENT, Weights
from dispatch.plan import Plan, Route, bare_plan, check_plan
from dispatch.problem import Problem
from dispatch.schedule import Timed, plan_cost, schedule

_SLICE_S: Final = 0.05
_SLICE_ROUNDS: Final = 200
_MOST_ROUNDS: Final = 100_000.0
_FLEET_SHARE: Final = 0.5
"""Share of the time that may go into emptying vehicles."""


@dataclass(frozen=True)
class Settings:
    """How the search goes about it.

    Parameters
    ----------
    taken_out : float
        Stops taken out in a round, about.
    longest_string : float
        Longest string of stops taken out of one tour.
    blink : float
        Chance to overlook half of the places in a tour.
    split : float
        Chance that a string keeps some stops in its middle.
    open : float
        Chance that the first request put back begins the tour of an empty vehicle.
    strings, related, random, ends : float
        How often each way to ruin is taken: strings of near tours, related requests, requests
        drawn from all, ends of two tours that change places.
    regret : float
        Chance to put back by regret instead of one after the other.
    heat, cold : float
        Temperature at the beginning and at the end, as shares of the mean cost of a stop.
    """

    taken_out: float = 7.0
    longest_string: float = 10.0
    blink: float = 0.1
    split: float = 0.5
    open: float = 0.05
    strings: float = 1.0
    related: float = 0.3
    random: float = 0.03
    ends: float = 0.4
    regret: float = 0.05
    heat: float = 2.0
    cold: float = 0.05


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
        Time for the search by ``clock``, positive.
    seed : int
        Of the search, at least 0.
    weights : Weights
        The objective.
    fewest_vehicles : bool
        Whether to use as few vehicles as can be found before looking at the cost. No vehicle is
        saved where requests are left over.
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

    Raises
    ------
    InvalidProblemError
        When somebody is on board already: such a plan exists, and is to be improved.
    """
    for vehicle in problem.vehicles:
        if vehicle.onboard:
            raise InvalidProblemError(
                f"Vehicle {vehicle.id} has riders on board: improve the plan that they are on.",
                kind="vehicle",
                id=vehicle.id,
                field="onboard",
            )
    request_ids = [request.id for request in problem.requests]
    worst, fixed = at_worst(problem), bare_plan(problem)
    problem, present = part(
        worst, fixed, lambda v: isinstance(schedule(worst, fixed.route(v.id)), Timed)
    )
    if not problem.vehicles:
        return Solution(fixed, tuple(request_ids), 0)
    search = _Search(problem, present, request_ids, weights, settings, seed)
    timer = _Timer(search, seconds, rounds, clock)
    search.run(timer, until=1.0, stop_when_all_served=True)
    if fewest_vehicles:
        search.drop_vehicles(timer, until=_FLEET_SHARE)
    search.run(timer, until=1.0)
    return _sound(problem, fixed, search.solution())


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
        Of the search, at least 0.
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
    problem, present = part(problem, plan, sound_at_worst(problem, plan))
    before = plan_cost(problem, present, weights)
    if seconds <= 0 or not present.request_ids or before is None:
        # A plan that is late already has no promise-keeping neighbour to start from.
        return plan
    search = _Search(
        at_worst(problem), present, sorted(present.request_ids), weights, settings, seed
    )
    search.run(_Timer(search, seconds, rounds, clock), until=1.0)
    found = search.solution().plan
    after = plan_cost(problem, found, weights)
    if after is None or after >= before or found.request_ids != present.request_ids:
        return plan
    return whole(plan, problem, found)


def _sound(problem: Problem, fixed: Plan, found: Solution) -> Solution:
    """Take back routes that do not hold.

    A break that is made on the way is made sooner than where the search has it. Only where a detour
    is faster than the direct way can that be too late.
    """
    left = list(found.left_over)
    plan = fixed.with_route(*found.plan.routes)
    for vehicle in problem.vehicles:
        route = plan.route(vehicle.id)
        if vehicle.halts and not isinstance(schedule(problem, route), Timed):
            left += sorted(route.request_ids)
            plan = plan.with_route(fixed.route(vehicle.id))
    return dataclasses.replace(found, plan=plan, left_over=tuple(left))


class _Timer:
    """Which share of its time, or of its rounds, a search has used."""

    def __init__(
        self, search: _Search, seconds: float, rounds: int | None, clock: Callable[[], float]
    ) -> None:
        self._search, self._seconds, self._clock = search, seconds, clock
        self._rounds = rounds
        self._began_s = clock()
        self._pace = 50.0

    def share(self) -> float:
        """From 0 to 1, or more."""
        if self._rounds is not None:
            return self._search.rounds / max(self._rounds, 1)
        return (self._clock() - self._began_s) / max(self._seconds, 1e-9)

    def slice(self, run: Callable[[int], None]) -> None:
        """Run as many rounds as take about `_SLICE_S`, or what is left of the rounds."""
        if self._rounds is not None:
            run(max(1, min(_SLICE_ROUNDS, self._rounds - self._search.rounds)))
            return
        rounds, began_s = max(1, int(self._pace)), time.perf_counter()
        run(rounds)
        took_s = max(time.perf_counter() - began_s, 1e-6)
        # Rounds that find nothing to do take no time, and a kernel takes no number without bounds.
        self._pace = min(rounds * _SLICE_S / took_s, 4.0 * rounds, _MOST_ROUNDS)


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
        self._fleet = arrange(problem, plan, request_ids, weights, is_metric=True)
        if not self._begin():  # the plan uses a detour that is faster than the direct way
            self._fleet = arrange(problem, plan, request_ids, weights, is_metric=False)
            self._begin()
        self._dice = np.array([2 * seed + 1], np.uint64)
        self._numbers = np.array(
            [
                settings.taken_out,
                settings.longest_string,
                settings.blink,
                settings.split,
                settings.open,
                settings.strings,
                settings.related,
                settings.random,
                settings.ends,
                settings.regret,
            ]
        )
        self._anneal(0, 0.0)  # the compiled loop is loaded before the clock runs

    def _begin(self) -> bool:
        """Make the arrays and put the plan into them; False when a tour is not feasible."""
        fleet = self._fleet
        count, vehicles, most = len(fleet.requests), len(fleet.asked[2]), len(fleet.stops) + 2
        self._tours, self._kept, self._best = (empty_tours(fleet) for _ in range(3))
        self._room = (
            np.zeros(most, np.int64),
            np.zeros(len(fleet.stops), np.int64),
            np.zeros(most, np.int64),
            np.zeros(most, np.int32),
            np.zeros(2, np.int64),
        )
        self._scratch = (
            np.zeros(vehicles + 1, np.int64),
            np.zeros(vehicles, np.uint8),
            np.zeros(count + 1, np.int64),
            np.zeros(count + 1, np.float64),
            np.zeros(PLACE_COLUMNS, np.int64),
            np.zeros(2 * vehicles + 1, np.int64),
        )
        free = np.ones(count, np.uint8)
        is_feasible = True
        for v, vehicle in enumerate(self._problem.vehicles):
            route = self._plan.route(vehicle.id)
            for i, stop in enumerate(route.stops):
                n = fleet.numbers[stop.request_id, stop.kind]
                self._tours[0][v, i] = n
                if n < 2 * count and i < route.frozen:
                    free[n // 2] = 0
            self._tours[1][v] = len(route.stops)
            is_feasible &= t.refresh(fleet.asked, self._tours, v, self._room)
        self._memory = (
            np.zeros(count + 1, np.int64),
            free,
            np.ones(count, np.int64),
            np.zeros(COUNTS, np.int64),
            np.zeros((count, vehicles, KNOWN_COLUMNS), np.int64),
        )
        self._note_vehicles()
        self._start_from(np.flatnonzero(self._tours[6] == NONE))
        return is_feasible

    def _note_vehicles(self) -> None:
        """Write down which vehicle each request rides with, and where its stops are."""
        tours, rides, where = self._tours, 2 * len(self._fleet.requests), self._room[1]
        tours[6][:] = NONE
        for v, size in enumerate(tours[1].tolist()):
            row = tours[0][v, :size]
            where[row] = np.arange(size)
            tours[6][row[row < rides] // 2] = v

    def _start_from(self, left_over: NDArray[Any]) -> None:
        """Take the present tours as the best so far."""
        self._memory[0][: len(left_over)] = left_over
        cost = int(self._tours[5].sum())
        self._counts[[LEFT_OVER, BEST_LEFT_OVER]] = len(left_over)
        self._counts[[COST, BEST_COST]] = cost
        for source, target in zip(self._tours, self._best, strict=True):
            target[...] = source

    @property
    def _counts(self) -> NDArray[Any]:
        return self._memory[3]

    def run(self, timer: _Timer, *, until: float, stop_when_all_served: bool = False) -> None:
        """Anneal until a share of the time is used up."""
        begin = timer.share()
        settings = self._settings
        while (now := timer.share()) < until:
            mean = max(int(self._counts[COST]), PERCENT) / max(len(self._fleet.stops), 1)
            done = (now - begin) / (until - begin)
            heat = settings.heat * (settings.cold / settings.heat) ** done * mean

            def anneal_for(rounds: int, heat: float = heat) -> None:
                self._anneal(rounds, heat)

            timer.slice(anneal_for)
            if stop_when_all_served and self._counts[BEST_LEFT_OVER] == 0:
                return

    def _anneal(self, rounds: int, heat: float) -> None:
        done = anneal(
            self._fleet.asked,
            self._tours,
            self._kept,
            self._best,
            self._memory,
            self._scratch,
            self._numbers,
            self._dice,
            self._room,
            rounds,
            heat,
        )
        self.rounds += int(done)

    def drop_vehicles(self, timer: _Timer, *, until: float) -> None:
        """Empty one vehicle after the other, as long as all requests find a place elsewhere."""
        usable = self._fleet.asked[2][:, t.USABLE]
        while timer.share() < until and self._counts[BEST_LEFT_OVER] == 0:
            self._back_to_best()
            before = [part.copy() for part in (*self._best, self._counts, usable)]
            if not self._close_one():
                break
            self.run(timer, until=until, stop_when_all_served=True)
            if self._counts[BEST_LEFT_OVER] > 0:
                for part, kept in zip((*self._best, self._counts, usable), before, strict=True):
                    part[...] = kept
                break
        self._back_to_best()

    def _back_to_best(self) -> None:
        for source, target in zip(self._best, self._tours, strict=True):
            target[...] = source
        self._note_vehicles()
        self._memory[0][: self._counts[BEST_LEFT_OVER]] = np.flatnonzero(self._tours[6] == NONE)
        self._counts[LEFT_OVER] = self._counts[BEST_LEFT_OVER]
        self._counts[COST] = self._counts[BEST_COST]

    def _close_one(self) -> bool:
        """Take all requests off the vehicle that carries those least often left over."""
        vehicles, (_, free, often, _, _) = self._fleet.asked[2], self._memory
        sizes, rides_with = self._tours[1], self._tours[6]
        vehicles[sizes == 0, t.USABLE] = 0
        weight = {
            v: int(often[rides_with == v].sum())
            for v in np.flatnonzero(sizes).tolist()
            if free[rides_with == v].all()
            and vehicles[v, t.FROZEN] == 0
            and 2 * (rides_with == v).sum() == sizes[v]  # it neither halts nor has riders on board
        }
        if not weight:
            return False
        v = min(weight, key=lambda one: (weight[one], one))
        out = np.flatnonzero(rides_with == v)
        rides_with[out] = NONE
        sizes[v] = 0
        t.refresh(self._fleet.asked, self._tours, v, self._room)
        vehicles[v, t.USABLE] = 0
        often[:] = 1
        self._start_from(out)
        return True

    def solution(self) -> Solution:
        """The best tours as a plan."""
        rows, sizes = self._best[0], self._best[1]
        served: set[str] = set()
        routes = []
        for v, vehicle in enumerate(self._problem.vehicles):
            stops = tuple(self._fleet.stops[n] for n in rows[v, : sizes[v]].tolist())
            served.update(stop.request_id for stop in stops)
            old = self._plan.route(vehicle.id)
            if stops or old.stops:
                routes.append(Route(vehicle.id, stops, old.frozen))
        left = tuple(r.id for r in self._fleet.requests if r.id not in served)
        return Solution(Plan(tuple(routes)), left, self.rounds)
