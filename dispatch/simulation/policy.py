"""What the dispatcher does about a day: when it answers, what it promises, how it improves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.optimize import linear_sum_assignment

from dispatch.answers import Insertion
from dispatch.errors import InvalidProblemError
from dispatch.improvement.ruin_recreate import improve
from dispatch.objective import DEFAULT_WEIGHTS, Weights
from dispatch.problem import Request
from dispatch.simulation.desk import Desk

_AMOUNTS = (
    "window_s",
    "tend_every_s",
    "improve_rounds",
    "improve_s",
    "make_room_s",
    "make_room_percent",
)


class Policy(Protocol):
    """What a simulated day asks of a dispatcher."""

    @property
    def weights(self) -> Weights:
        """The objective."""

    @property
    def window_s(self) -> int:
        """Requests are gathered so long and answered together; 0: each at once."""

    @property
    def tend_every_s(self) -> int:
        """How often ``tend`` is called; 0: never."""

    def answer(self, desk: Desk, requests: Sequence[Request]) -> None:
        """Accept or refuse every request.

        Parameters
        ----------
        desk : Desk
            The present.
        requests : sequence of Request
            Those of the window, in the order of their release.
        """

    def tend(self, desk: Desk) -> None:
        """Improve plans, send idle vehicles where demand is, or leave everything as it is.

        Parameters
        ----------
        desk : Desk
            The present.
        """


@dataclass(frozen=True)
class Rules:
    """The policy of this package; every part of it can be left out.

    Parameters
    ----------
    weights : Weights
        The objective of answers and improvement.
    window_s : int
        0: each request is answered at once by its best insertion. Else those of a window are
        answered together, the cheapest first.
    pickup_tolerance_s, arrival_tolerance_s : int or None
        What is promised: the expected instant and so much more, within the bounds of the request.
        None: the bounds of the request.
    tend_every_s : int
        How often plans are improved and vehicles sent; 0: never.
    improve_rounds : int
        Rounds of ruin and recreate each time; the same rounds give the same day again.
    improve_s : float
        CPU seconds of ruin and recreate each time, where rounds are 0; 0: no improvement.
    rebalances : bool
        Whether idle vehicles go to where requests were refused lately, such that the
        driving is least (Alonso-Mora et al., "On-demand high-capacity ride-sharing via dynamic
        trip-vehicle assignment", PNAS 114, 2017, section "Rebalancing").
    remembers_s : int
        Refusals count for rebalancing for so long; where vehicles can turn they go in hops of
        ``tend_every_s``, and turn to whoever asks meanwhile.
    make_room_s : float
        Where nothing fits, so long (wall time) others are moved inside their promises; 0: not.
    make_room_percent : int
        They are moved only where that costs at most so many percent of what an accepted request
        has cost in the mean, times the share of requests that were accepted: what costs more takes
        the place of others who ask later, and the more so the more are refused.
    explains : bool
        Whether refusals are given a reason; finding it takes longer than the answer.
    seed : int
        Of the improvement.
    """

    weights: Weights = DEFAULT_WEIGHTS
    window_s: int = 0
    pickup_tolerance_s: int | None = None
    arrival_tolerance_s: int | None = None
    tend_every_s: int = 0
    improve_rounds: int = 0
    improve_s: float = 0.0
    rebalances: bool = False
    remembers_s: int = 60
    make_room_s: float = 0.0
    make_room_percent: int = 200
    explains: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse negative times."""
        for name in _AMOUNTS:
            if getattr(self, name) < 0:
                raise InvalidProblemError(
                    f"Rules: {name} is {getattr(self, name)}; give 0 or more.",
                    kind="rules",
                    field=name,
                )

    def answer(self, desk: Desk, requests: Sequence[Request]) -> None:
        """Accept or refuse every request, the cheapest place first.

        Parameters
        ----------
        desk : Desk
            The present.
        requests : sequence of Request
            Those of the window.
        """
        if len(requests) == 1:
            self._say(desk, requests[0], desk.find(requests[0]))
            return
        places = {request: desk.find(request) for request in requests}
        while places:
            request = min(places, key=lambda one: _cost(places[one]))
            place = places.pop(request)
            self._say(desk, request, place)
            if place is None:
                continue
            for other, its_place in places.items():
                if its_place is not None and its_place.vehicle_id == place.vehicle_id:
                    places[other] = desk.find(other)

    def _say(self, desk: Desk, request: Request, place: Insertion | None) -> None:
        if place is None and self.make_room_s:
            most_s = int(desk.mean_cost_s * desk.accepted_share * self.make_room_percent / 100)
            place = desk.make_room(request, self.make_room_s, most_s)
        if place is not None:
            desk.accept(self._promise(request, place), place)
            return
        desk.refuse(request, desk.why_not(request) if self.explains else "")

    def _promise(self, request: Request, place: Insertion) -> Request:
        if self.pickup_tolerance_s is None and self.arrival_tolerance_s is None:
            return request
        pickup_s, dropoff_s = request.latest_pickup_s, request.latest_dropoff_s
        if self.pickup_tolerance_s is not None:
            pickup_s = min(pickup_s, place.pickup_s + self.pickup_tolerance_s)
        if self.arrival_tolerance_s is not None:
            dropoff_s = min(dropoff_s, place.dropoff_s + self.arrival_tolerance_s)
        return replace(request, latest_pickup_s=pickup_s, latest_dropoff_s=dropoff_s)

    def tend(self, desk: Desk) -> None:
        """Improve, then send idle vehicles to where requests were refused.

        Parameters
        ----------
        desk : Desk
            The present.
        """
        if self.improve_rounds or self.improve_s:
            self._improve(desk)
        if self.rebalances:
            self._rebalance(desk)

    def _improve(self, desk: Desk) -> None:
        problem, plan = desk.snapshot()
        seed, rounds = self.seed + desk.now_s, self.improve_rounds or None
        better = improve(
            problem, plan, self.improve_s or 1.0, seed, weights=self.weights, rounds=rounds
        )
        if desk.decisions is not None and rounds is None:
            desk.decisions.given("improve by the clock", problem, plan, better)
        elif desk.decisions is not None:
            desk.decisions.decided(
                "improve", problem, plan, better, seed=seed, weights=self.weights, rounds=rounds
            )
        if better is not plan:
            desk.take(better)

    def _rebalance(self, desk: Desk) -> None:
        nodes = desk.refused_since(desk.now_s - self.remembers_s)
        vans = desk.idle(self.tend_every_s) if nodes else []
        if not vans:
            return
        legs_s = desk.travel_s[np.ix_([van.node for van in vans], nodes)].astype(np.int64)
        for v, n in zip(*linear_sum_assignment(legs_s), strict=True):
            if vans[v].node != nodes[n]:
                desk.send(vans[v], nodes[n], self.tend_every_s)


def _cost(place: Insertion | None) -> float:
    return float("inf") if place is None else place.cost_s
