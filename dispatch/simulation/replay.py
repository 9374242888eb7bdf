"""A day, event by event: who asks, what is answered, where every vehicle is.

Vehicles do what their plan says and nothing else. The dispatcher knows of a request when it is
released, of a cancellation when it comes, of a slow drive when the vehicle leaves (as from live
traffic), of a no-show when it waits there, of a breakdown when it happens.

Where a slow drive or a breakdown makes a promise impossible, ``incidents.repair`` plans again and
names every bound that falls: an ``Incident``. What is broken without one was broken by planning.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from dispatch import incidents
from dispatch.decisions import DecisionLog
from dispatch.driving import Driven, Move
from dispatch.errors import InvalidProblemError
from dispatch.kernels.layout import NEVER_S
from dispatch.plan import PICKUP, Stop
from dispatch.problem import Request
from dispatch.simulation.day import Day
from dispatch.simulation.desk import Desk
from dispatch.simulation.logbook import Logbook
from dispatch.simulation.outcome import Incident, Outcome, RideState
from dispatch.simulation.policy import Policy

_BREAKDOWN, _CANCEL, _ASK, _WINDOW, _TEND = range(5)
"""What happens first when several things happen at one instant; vehicles come before all."""


def simulate(
    day: Day,
    policy: Policy,
    *,
    seed: int = 0,
    noise: float = 0.0,
    on_progress: Callable[[int], object] | None = None,
    decisions: DecisionLog | None = None,
) -> Outcome:
    """Drive a day with a policy.

    Parameters
    ----------
    day : Day
        What happens.
    policy : Policy
        What the dispatcher does about it.
    seed : int
        Of the noise. The same day, policy and seed give the same outcome, unless the policy itself
        works by the clock.
    noise : float
        Standard deviation of the logarithm of a drive's real over its planned time; the mean of the
        factor is 1. 0: every drive takes what is planned.
    on_progress : callable, optional
        Told how many requests have been released, each time one is.
    decisions : DecisionLog, optional
        Told of every decision: the day can then be decided again by ``decisions.replay``.

    Returns
    -------
    Outcome
        Every request, stop, drive and incident.

    Raises
    ------
    InvalidProblemError
        When the noise is negative or absurd, or the day has roads: where a vehicle can turn on a
        slow drive is not known.
    """
    if not 0 <= noise <= 2:
        raise InvalidProblemError(
            f"noise is {noise}; give 0 (drives as planned) to 2, such as 0.1.",
            kind="simulation",
            field="noise",
        )
    if noise and day.roads is not None:
        raise InvalidProblemError(
            "A day has roads and noise; give noise 0, or a day without roads.",
            kind="simulation",
            field="noise",
        )
    return _Replay(day, policy, seed, noise, decisions).run(on_progress)


class _Replay:
    """A day under way."""

    def __init__(
        self, day: Day, policy: Policy, seed: int, noise: float, decisions: DecisionLog | None
    ) -> None:
        self._day, self._policy, self._noise = day, policy, noise
        self._desk = Desk(day, policy.weights, decisions)
        self._log = Logbook(day)
        self._dice = np.random.default_rng(seed)
        self._wishes = {wish.request.id: wish for wish in day.wishes}
        self._absent = {wish.request.id for wish in day.wishes if not wish.appears}
        self._gathered: list[Request] = []
        self._left_for: dict[str, Stop] = {}

    def run(self, on_progress: Callable[[int], object] | None) -> Outcome:
        """Let everything happen, then the vehicles finish."""
        began_s, tending_s, released = time.process_time(), 0.0, 0
        for at_s, kind, name in self._happenings():
            before_s = time.process_time() if kind == _TEND else 0.0
            self._drive_until(at_s)
            if kind == _ASK:
                self._gathered.append(self._wishes[name].request)
                if not self._policy.window_s:
                    self._answer()
                released += 1
                if on_progress is not None:
                    on_progress(released)
            elif kind == _WINDOW:
                self._answer()
            elif kind == _TEND:
                self._policy.tend(self._desk)
                for vehicle_id, node, left_s, there_s in self._desk.sent():
                    self._log.sent(vehicle_id, node, left_s, there_s)
                tending_s += time.process_time() - before_s
            elif kind == _CANCEL:
                self._cancel(name)
            else:
                self._break_down(name)
        self._drive_home()
        spent_s = time.process_time() - began_s
        return self._log.outcome(self._desk.answers, spent_s - tending_s, tending_s)

    def _happenings(self) -> Iterator[tuple[int, int, str]]:
        """Everything that is not a vehicle's doing, in order; windows and care in between."""
        day, policy = self._day, self._policy
        known = [(wish.released_s, _ASK, wish.request.id) for wish in day.wishes]
        known += [
            (wish.cancelled_s, _CANCEL, wish.request.id)
            for wish in day.wishes
            if wish.cancelled_s is not None
        ]
        known += [(fault.at_s, _BREAKDOWN, fault.vehicle_id) for fault in day.breakdowns]
        known.sort()
        streams: list[Iterator[tuple[int, int, str]]] = [iter(known)]
        if known:
            first_s = known[0][0]
            last_s = max([known[-1][0], *(w.request.latest_dropoff_s for w in day.wishes)])
            for kind, every_s in ((_WINDOW, policy.window_s), (_TEND, policy.tend_every_s)):
                if every_s:
                    ticks = range(first_s + every_s, last_s + every_s, every_s)
                    streams.append(_ticks(ticks, kind))
        return heapq.merge(*streams)

    def _answer(self) -> None:
        requests, self._gathered = self._gathered, []
        if requests:
            self._policy.answer(self._desk, requests)

    # -- What vehicles do

    def _drive_until(self, now_s: int) -> None:
        desk = self._desk
        if self._noise or self._absent:
            # What a vehicle does after a slow drive, or without a party, is another plan.
            while (due_s := _first_due_s(desk.fleet.moves())) <= now_s:
                self._follow(desk.fleet.advance(due_s))
                desk.now_s = due_s
                if self._noise:
                    self._disturb()
        self._follow(desk.fleet.advance(now_s))
        desk.now_s = now_s
        if self._day.roads is not None or self._day.parking:
            self._look_around(now_s)

    def _look_around(self, now_s: int) -> None:
        """Park what is idle, and let what drives turn at its next crossing."""
        fleet, roads, parking = self._desk.fleet, self._day.roads, self._day.parking
        places = []
        for name, node, start_s, stop, has_left in fleet.whereabouts():
            if has_left and roads is not None and stop is not None:
                crossing = roads.turn(node, stop.node, now_s - start_s)
                if crossing is not None:
                    there_s = start_s + crossing[1]
                    places.append((name, crossing[0], there_s))
                    self._log.passed(name, crossing[0], start_s, there_s)
            elif stop is None and node in parking:
                left_s = self._log.free_s(name)
                there_s = left_s + int(self._day.travel_s[node, parking[node]])
                places.append((name, parking[node], max(now_s, there_s)))
                self._log.sent(name, parking[node], left_s, there_s)
        if places:
            fleet.stand(*places)

    def _drive_home(self) -> None:
        while (due_s := _first_due_s(self._desk.fleet.moves())) < NEVER_S:
            self._drive_until(due_s)

    def _follow(self, driven: tuple[Driven, ...]) -> None:
        for one in driven:
            request_id = one.stop.request_id
            came = request_id not in self._absent
            self._log.visited(one, came=came)
            if not came and one.stop.kind is PICKUP:
                self._go_on_without(one)

    def _go_on_without(self, visit: Driven) -> None:
        """Take the dropoff of a party that was not there off the plan."""
        request_id = visit.stop.request_id
        self._log.ended(request_id, RideState.NO_SHOW)
        problem, plan = self._desk.snapshot()
        vehicle, route = problem.vehicle(visit.vehicle_id), plan.route(visit.vehicle_id)
        rest = tuple(stop for stop in route.stops if stop.request_id != request_id)
        riders = tuple(rider for rider in vehicle.onboard if rider.request_id != request_id)
        frozen = route.frozen if rest[: route.frozen] == route.stops[: route.frozen] else 0
        self._desk.fleet.renew(
            replace(vehicle, onboard=riders), replace(route, stops=rest, frozen=frozen)
        )

    def _disturb(self) -> None:
        """Draw how long the drives that begin now really take; plan again where it is too long."""
        is_late = False
        for move in self._desk.fleet.moves():
            if not move.has_left or self._left_for.get(move.vehicle_id) == move.stop:
                continue
            assert move.stop is not None, "a vehicle leaves for a stop"
            self._left_for[move.vehicle_id] = move.stop
            leg_s = int(self._day.travel_s[move.node, move.stop.node])
            factor = self._dice.lognormal(-self._noise * self._noise / 2, self._noise)
            more_s = max(1, round(leg_s * factor)) - leg_s if leg_s else 0
            if more_s:
                self._desk.fleet.delay(move.vehicle_id, more_s)
                self._log.slowed(move.vehicle_id, more_s)
                is_late = True
        if is_late and any(not move.is_sound and move.stop for move in self._desk.fleet.moves()):
            self._repair(())

    # -- What goes wrong

    def _cancel(self, request_id: str) -> None:
        if request_id not in self._desk.answers:
            self._gathered = [r for r in self._gathered if r.id != request_id]
            self._log.ended(request_id, RideState.CANCELLED)
            return
        if self._desk.answers[request_id].promise is None or self._log.is_over(request_id):
            return
        self._log.ended(request_id, RideState.CANCELLED)
        plan = self._desk.fleet.plan()
        route = next(route for route in plan if request_id in route.request_ids)
        if route.frozen and route.stops[0].request_id == request_id:
            self._absent.add(request_id)  # the vehicle is on its way, and drives there in vain
            return
        self._desk.fleet.remove(request_id)
        if any(not move.is_sound and move.stop for move in self._desk.fleet.moves()):
            self._repair(())  # the way past a stop takes longer than the way over it

    def _break_down(self, vehicle_id: str) -> None:
        """Leave a vehicle and its riders where it is, or went off last."""
        move = self._move_of(vehicle_id)
        if move is not None:
            fault = incidents.Breakdown(vehicle_id, move.node, max(self._desk.now_s, move.start_s))
            self._repair((fault,))

    def _move_of(self, vehicle_id: str) -> Move | None:
        moves = self._desk.fleet.moves()
        return next((move for move in moves if move.vehicle_id == vehicle_id), None)

    def _repair(self, breakdowns: tuple[incidents.Breakdown, ...]) -> None:
        desk = self._desk
        problem, plan = desk.snapshot()
        found = incidents.repair(problem, plan, breakdowns)
        if desk.decisions is not None:
            desk.decisions.decided("repair", problem, plan, found, breakdowns=breakdowns)
        at_s = desk.now_s
        for fall in found.fallen:
            by_s = fall.new_s - fall.old_s
            self._log.incident(
                Incident(at_s, fall.vehicle_id, fall.request_id, fall.reason, fall.bound, by_s)
            )
        for lost in found.unserved:
            self._log.incident(Incident(at_s, "", lost.request_id, "unserved", lost.code, 0))
            self._log.ended(lost.request_id, RideState.STRANDED)
        for vehicle_id, old_s, new_s in found.overtime:
            self._log.incident(
                Incident(at_s, vehicle_id, "", "late_vehicle", "shift", new_s - old_s)
            )
        assert not found.left_alone, "a city whose vehicles cannot come home has no simulation"
        lost_ids = {lost.request_id for lost in found.unserved}
        kept = tuple(r for r in found.problem.requests if r.id not in lost_ids)
        after = replace(found.problem, requests=kept)
        desk.replace(after, found.plan)


def _first_due_s(moves: tuple[Move, ...]) -> int:
    return min((move.due_s for move in moves), default=NEVER_S)


def _ticks(instants: range, kind: int) -> Iterator[tuple[int, int, str]]:
    return ((at_s, kind, "") for at_s in instants)
