"""Plans in the making after an incident: who is where, and which bounds have given way so far.

A draft is a plan that is feasible under its own bounds. The riders of vehicles in trouble may have
bounds that gave way; the bounds of everybody else are those of the problem and stay. Drafts are
compared by ``Ruins.rank``; what makes them is in incidents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dispatch.insertion import Insertion, Refusal, best_insertion
from dispatch.objective import Weights
from dispatch.plan import PICKUP, Plan, Route
from dispatch.problem import LATEST_INSTANT_S, Problem, Request, Vehicle
from dispatch.schedule import Timed, schedule

_SOON = Weights(wait_percent=10_000, journey_percent=10_000)
"""Who is late already should come as soon as possible, whatever the way costs."""

_FAR_S = 2**30
"""Added to a bound, as good as no bound."""


class Bound(StrEnum):
    """What a promise is made of."""

    PICKUP = "pickup"
    ARRIVAL = "arrival"
    RIDE = "ride"


_GIVE_WAY = (
    (Bound.ARRIVAL,),
    (Bound.PICKUP,),
    (Bound.RIDE,),
    (Bound.PICKUP, Bound.ARRIVAL),
    (Bound.ARRIVAL, Bound.RIDE),
    (Bound.PICKUP, Bound.RIDE),
    tuple(Bound),
)
"""Sets of bounds, in the order in which they are given up where the same lateness allows it."""

Bounds = Mapping[Bound, int]
"""Instants of latest pickup and arrival, and the longest ride; no pickup for who has boarded."""


@dataclass(frozen=True)
class Unserved:
    """A rider no vehicle can take.

    Parameters
    ----------
    request_id : str
        The request.
    code : str
        Why, as of a ``Refusal`` without any bound in time.
    """

    request_id: str
    code: str


@dataclass(frozen=True)
class Draft:
    """A plan in the making.

    Parameters
    ----------
    problem : Problem
        Under its bounds the plan is feasible.
    plan : Plan
        The routes.
    bounds : Mapping of str to Bounds
        Bounds of riders of vehicles in trouble, as far as they are placed.
    unserved : tuple of Unserved
        Who found no place.
    """

    problem: Problem
    plan: Plan
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    unserved: tuple[Unserved, ...] = ()

    def movable(self, vehicle_id: str) -> list[str]:
        """Name the riders of a vehicle who may go elsewhere.

        Parameters
        ----------
        vehicle_id : str
            The vehicle.

        Returns
        -------
        list of str
            Who has not boarded and is not being driven to, in the order of pickups.
        """
        route = self.plan.route(vehicle_id)
        return [s.request_id for s in route.stops[route.frozen :] if s.kind is PICKUP]

    def vehicle_of(self, request_id: str) -> str | None:
        """Find the vehicle a rider is on.

        Parameters
        ----------
        request_id : str
            The rider's request.

        Returns
        -------
        str or None
            None where he is on no route.
        """
        on = (route.vehicle_id for route in self.plan if request_id in route.request_ids)
        return next(on, None)


@dataclass
class Ruins:
    """What an incident leaves: the riders concerned, and what each was promised.

    Parameters
    ----------
    promised : dict of str to Request
        The requests as they were accepted.
    departed_s : dict of str to int
        When the ride began, of who is on board or was.
    stands : dict of str to (int, int)
        Node and instant at which riders stand who were put out.
    causes : dict of str to (str, str)
        Reason and vehicle, by request.
    """

    promised: dict[str, Request] = field(default_factory=dict)
    departed_s: dict[str, int] = field(default_factory=dict)
    stands: dict[str, tuple[int, int]] = field(default_factory=dict)
    causes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def old(self, request_id: str) -> dict[Bound, int]:
        """Give the bounds that were promised.

        Parameters
        ----------
        request_id : str
            The rider's request.

        Returns
        -------
        dict of Bound to int
            Without a pickup for who has boarded.
        """
        request = self.promised[request_id]
        bounds = {Bound.ARRIVAL: request.latest_dropoff_s, Bound.RIDE: request.max_ride_s}
        if request_id not in self.departed_s:
            bounds[Bound.PICKUP] = request.latest_pickup_s
        return bounds

    def needed(self, request_id: str, timed: Timed) -> dict[Bound, int]:
        """Give the least bounds, none tighter than promised, that a schedule keeps.

        Parameters
        ----------
        request_id : str
            The rider's request.
        timed : Timed
            Schedule of the route he is on.

        Returns
        -------
        dict of Bound to int
            The bounds.
        """
        old = self.old(request_id)
        pickup_s, dropoff_s = timed.pickup_s(request_id), timed.dropoff_s(request_id)
        assert dropoff_s is not None, "who is on a route alights there"
        begun_s = self.departed_s.get(request_id)
        if begun_s is None:
            assert pickup_s is not None, "who has not boarded does so on the route"
            begun_s = pickup_s + self.promised[request_id].boarding_s
            old[Bound.PICKUP] = max(old[Bound.PICKUP], pickup_s)
        old[Bound.ARRIVAL] = max(old[Bound.ARRIVAL], dropoff_s)
        old[Bound.RIDE] = max(old[Bound.RIDE], dropoff_s - begun_s)
        return old

    def request(self, request_id: str, bounds: Bounds) -> Request | None:
        """Write a rider's request with some bounds.

        Parameters
        ----------
        request_id : str
            The rider's request.
        bounds : Bounds
            The bounds.

        Returns
        -------
        Request or None
            None where the bounds are over before he can board.
        """
        request = self.promised[request_id]
        arrival_s = min(bounds[Bound.ARRIVAL], LATEST_INSTANT_S)
        if request_id not in self.stands:
            pickup_s = bounds.get(Bound.PICKUP, request.latest_pickup_s)
            return replace(
                request,
                latest_pickup_s=min(pickup_s, LATEST_INSTANT_S),
                latest_dropoff_s=arrival_s,
                max_ride_s=min(bounds[Bound.RIDE], LATEST_INSTANT_S),
            )
        # His ride began when he boarded the first vehicle: its limit is an instant by now.
        node, since_s = self.stands[request_id]
        due_s = min(arrival_s, self.departed_s[request_id] + bounds[Bound.RIDE])
        if due_s < since_s:
            return None
        return replace(
            request,
            pickup_node=node,
            earliest_pickup_s=since_s,
            latest_pickup_s=min(bounds.get(Bound.PICKUP, due_s), due_s),
            latest_dropoff_s=due_s,
            max_ride_s=due_s - since_s,
            earliest_dropoff_s=None,
        )

    def lateness_s(self, request_id: str, bounds: Bounds) -> int:
        """Measure by how much the worst of a rider's bounds falls.

        Parameters
        ----------
        request_id : str
            The rider's request.
        bounds : Bounds
            Bounds that hold now.

        Returns
        -------
        int
            Seconds; 0 when the promise is kept.
        """
        return max(bounds[bound] - old_s for bound, old_s in self.old(request_id).items())

    def rank(self, draft: Draft) -> tuple[int, int, int, int]:
        """Tell how bad a draft is: the smaller the better.

        Parameters
        ----------
        draft : Draft
            The draft.

        Returns
        -------
        tuple of int
            Riders nobody can take, riders on board whose promise falls, riders whose promise falls,
            the sum of their lateness.
        """
        late = {rid: s for rid, b in draft.bounds.items() if (s := self.lateness_s(rid, b))}
        aboard = sum(request_id in self.departed_s for request_id in late)
        return len(draft.unserved), aboard, len(late), sum(late.values())

    def loosely(self, problem: Problem, route: Route) -> Timed | None:
        """Schedule a route as if the riders concerned had been promised nothing.

        The least schedule is then the least late one for all of them at once, as far as ride times
        do not pull against pickups; rides of who has not boarded give way only where they must.

        Parameters
        ----------
        problem : Problem
            Vehicles, requests and travel times.
        route : Route
            The route.

        Returns
        -------
        Timed or None
            None where not even that is possible.
        """
        riders = sorted(route.request_ids & self.promised.keys())
        for freed in (self.departed_s.keys(), self.promised.keys()):
            requests = []
            for request_id in riders:
                slack = set(Bound) if request_id in freed else {Bound.PICKUP, Bound.ARRIVAL}
                request = self._slackened(request_id, slack, _FAR_S)
                assert request is not None, "there is time enough"
                requests.append(request)
            timed = schedule(problem.with_requests(*requests), route)
            if isinstance(timed, Timed):
                return timed
        return None

    def settle(self, draft: Draft, vehicle_id: str) -> Draft | None:
        """Give the riders concerned on a route the least bounds it can keep.

        Parameters
        ----------
        draft : Draft
            The draft.
        vehicle_id : str
            The vehicle.

        Returns
        -------
        Draft or None
            None where somebody else's promise, a place or a way is in the way.
        """
        route = draft.plan.route(vehicle_id)
        timed = self.loosely(draft.problem, route)
        if timed is None:
            return None
        riders = route.request_ids & self.promised.keys()
        bounds = {request_id: self.needed(request_id, timed) for request_id in sorted(riders)}
        requests = [self.request(request_id, held) for request_id, held in bounds.items()]
        problem = draft.problem.with_requests(*(r for r in requests if r is not None))
        return replace(draft, problem=problem, bounds={**draft.bounds, **bounds})

    def without(self, draft: Draft, request_id: str) -> Draft | None:
        """Take a rider out of the draft, and let those behind him be as early as they can.

        Parameters
        ----------
        draft : Draft
            The draft.
        request_id : str
            A rider who may go elsewhere.

        Returns
        -------
        Draft or None
            None where the way without him takes longer than with him, and too long.
        """
        vehicle_id = draft.vehicle_of(request_id)
        if vehicle_id is None:
            return draft
        route = draft.plan.route(vehicle_id)
        stops = tuple(stop for stop in route.stops if stop.request_id != request_id)
        plan = draft.plan.with_route(replace(route, stops=stops))
        bounds = {rid: held for rid, held in draft.bounds.items() if rid != request_id}
        return self.settle(replace(draft, plan=plan, bounds=bounds), vehicle_id)

    def place(self, draft: Draft, request_id: str) -> Draft:
        """Give a rider a place: within his promise, else as little late as can be.

        Parameters
        ----------
        draft : Draft
            A draft without him.
        request_id : str
            One of the riders concerned.

        Returns
        -------
        Draft
            With him, or with him among the unserved.
        """
        kept = self.as_promised(draft, request_id)
        if kept is not None:
            return kept
        found = self._least_late(draft, request_id)
        if isinstance(found, Refusal):
            return replace(draft, unserved=(*draft.unserved, Unserved(request_id, found.code)))
        return self._with(draft, request_id, *found)

    def as_promised(self, draft: Draft, request_id: str) -> Draft | None:
        """Give a rider, concerned by the incident or not, a place within his promise.

        Parameters
        ----------
        draft : Draft
            A draft without him.
        request_id : str
            The rider's request.

        Returns
        -------
        Draft or None
            None where there is no such place.
        """
        if request_id in self.promised:
            found = self._insertion(draft, request_id, set(), 0)
            return None if found is None else self._with(draft, request_id, *found)
        answer = best_insertion(draft.problem, draft.plan, draft.problem.request(request_id))
        if isinstance(answer, Refusal):
            return None
        return replace(draft, plan=draft.plan.with_route(answer.route))

    def _with(self, draft: Draft, request_id: str, insertion: Insertion, request: Request) -> Draft:
        timed = schedule(draft.problem.with_requests(request), insertion.route)
        assert isinstance(timed, Timed), "an insertion is feasible by construction"
        bounds = self.needed(request_id, timed)
        held = self.request(request_id, bounds)
        assert held is not None, "the schedule keeps these bounds"
        return replace(
            draft,
            problem=draft.problem.with_requests(held),
            plan=draft.plan.with_route(insertion.route),
            bounds={**draft.bounds, request_id: bounds},
        )

    def _least_late(self, draft: Draft, request_id: str) -> tuple[Insertion, Request] | Refusal:
        """Find the least seconds by which every bound must move, then keep what need not fall."""
        every = set(Bound)
        request = self._slackened(request_id, every, _FAR_S)
        assert request is not None, "there is time enough"
        answer = best_insertion(draft.problem, draft.plan, request, _SOON)
        if isinstance(answer, Refusal):
            return answer
        found = (answer, request)
        too_little_s, enough_s = 0, self._missed_s(draft, request_id, *found)
        while enough_s - too_little_s > 1:
            slack_s = (too_little_s + enough_s) // 2
            better = self._insertion(draft, request_id, every, slack_s)
            if better is None:
                too_little_s = slack_s
            else:
                found, enough_s = better, self._missed_s(draft, request_id, *better)
        for bounds in _GIVE_WAY:
            fewer = self._insertion(draft, request_id, set(bounds), enough_s)
            if fewer is not None:
                return fewer
        return found

    def _missed_s(
        self, draft: Draft, request_id: str, insertion: Insertion, request: Request
    ) -> int:
        timed = schedule(draft.problem.with_requests(request), insertion.route)
        assert isinstance(timed, Timed), "an insertion is feasible by construction"
        return self.lateness_s(request_id, self.needed(request_id, timed))

    def _insertion(
        self, draft: Draft, request_id: str, slack: set[Bound], slack_s: int
    ) -> tuple[Insertion, Request] | None:
        request = self._slackened(request_id, slack, slack_s)
        if request is None:
            return None
        answer = best_insertion(draft.problem, draft.plan, request)
        return None if isinstance(answer, Refusal) else (answer, request)

    def _slackened(self, request_id: str, slack: set[Bound], slack_s: int) -> Request | None:
        old = self.old(request_id)
        return self.request(
            request_id, {b: s + (slack_s if b in slack else 0) for b, s in old.items()}
        )


def roomy(vehicle: Vehicle, *, halts: bool = False) -> Vehicle:
    """Give a vehicle a shift without an end.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.
    halts : bool
        Whether its halts may begin as late as they have to, too.

    Returns
    -------
    Vehicle
        The same, as long as it takes.
    """
    late = tuple(replace(halt, latest_s=LATEST_INSTANT_S) for halt in vehicle.halts)
    return replace(
        vehicle, end_s=LATEST_INSTANT_S, longest_s=None, halts=late if halts else vehicle.halts
    )
