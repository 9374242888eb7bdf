"""What a policy sees and does: the fleet as it stands, the requests it accepted, the present."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dispatch.answers import Insertion, Refusal
from dispatch.decisions import DecisionLog
from dispatch.driving import Move
from dispatch.fleet import Fleet
from dispatch.objective import Weights
from dispatch.plan import Plan
from dispatch.problem import UNREACHABLE, Problem, Request
from dispatch.simulation.day import Day


@dataclass(frozen=True)
class Answer:
    """What was said to a request.

    Parameters
    ----------
    at_s : int
        When.
    promise : Request or None
        The request with the bounds that were promised; None: refused.
    expected : Insertion or None
        Where it was taken.
    refusal : str
        A code of ``answers``, empty when it was accepted or nobody asked why.
    """

    at_s: int
    promise: Request | None = None
    expected: Insertion | None = None
    refusal: str = ""


class Desk:
    """Plans and promises of one day, as a policy works on them.

    Parameters
    ----------
    day : Day
        Vehicles and travel times; of the wishes nothing is known here before their release.
    weights : Weights
        The objective.
    decisions : DecisionLog, optional
        Told of every decision, so that the day can be decided again.
    """

    def __init__(self, day: Day, weights: Weights, decisions: DecisionLog | None = None) -> None:
        self.now_s = 0
        self.decisions = decisions
        self.weights = weights
        self.travel_s = day.travel_s
        self.fleet = Fleet(Problem(day.vehicles, (), day.travel_s), Plan(), weights)
        self._parking, self._roads = day.parking, day.roads
        self._shifts = {vehicle.id: vehicle for vehicle in day.vehicles}
        self._answers: dict[str, Answer] = {}
        self._sent: list[tuple[str, int, int, int]] = []
        self._refused: list[tuple[int, int]] = []
        self._accepted = self._cost_s = 0

    @property
    def answers(self) -> Mapping[str, Answer]:
        """What was said to each request."""
        return MappingProxyType(self._answers)

    @property
    def mean_cost_s(self) -> int:
        """What an accepted request cost in the mean, weighted seconds; 0 before there is one."""
        return self._cost_s // max(1, self._accepted)

    @property
    def accepted_share(self) -> float:
        """Share of the answers so far that were not refusals, 0 to 1; 1 before there is one."""
        return self._accepted / len(self._answers) if self._answers else 1.0

    def refused_since(self, after_s: int) -> list[int]:
        """List the nodes where parties were refused.

        Parameters
        ----------
        after_s : int
            Later than this instant.

        Returns
        -------
        list of int
            Their pickups, in the order of the refusals.
        """
        first = bisect_right(self._refused, after_s, key=lambda refusal: refusal[0])
        return [node for _, node in self._refused[first:]]

    def find(self, request: Request) -> Insertion | None:
        """Find the best place for a request; nothing changes.

        Parameters
        ----------
        request : Request
            The request.

        Returns
        -------
        Insertion or None
            The cheapest place that keeps every promise; ties go to the vehicle named first.
        """
        if self.decisions is None:
            return self.fleet.find(request)
        problem, plan = self.snapshot()
        place = self.fleet.find(request)
        self.decisions.decided("find", problem, plan, place, request=request, weights=self.weights)
        return place

    def make_room(self, request: Request, seconds: float, most_s: int) -> Insertion | None:
        """Find a place by moving others inside what was promised to them; nothing changes.

        Parameters
        ----------
        request : Request
            A request for which ``find`` finds none.
        seconds : float
            Wall time that may be spent.
        most_s : int
            What the routes may cost more, weighted seconds.

        Returns
        -------
        Insertion or None
            The place.
        """
        place = self.fleet.eject(request, seconds, most_s=most_s)
        if self.decisions is not None:  # it ends by the clock
            self.decisions.given("eject", *self.snapshot(), place)
        return place

    def why_not(self, request: Request) -> str:
        """Say why there is no place for a request.

        Parameters
        ----------
        request : Request
            A request for which ``find`` finds none.

        Returns
        -------
        str
            A code of ``answers``.
        """
        answer = self.fleet.insert(request)
        return answer.code if isinstance(answer, Refusal) else ""

    def accept(self, promise: Request, place: Insertion) -> None:
        """Take a request where it was found to fit, and hold its bounds as a promise.

        Parameters
        ----------
        promise : Request
            The request with the bounds that are promised.
        place : Insertion
            From ``find``, with nothing changed on that vehicle in between.

        Raises
        ------
        InvalidPlanError
            As ``Fleet.accept``.
        """
        self.fleet.accept(place, promise)
        self._answers[promise.id] = Answer(self.now_s, promise, place)
        self._accepted, self._cost_s = self._accepted + 1, self._cost_s + place.cost_s

    def refuse(self, request: Request, code: str = "") -> None:
        """Tell a party that nobody comes.

        Parameters
        ----------
        request : Request
            The request.
        code : str
            Why, from ``why_not``, if it is to be known.
        """
        self._answers[request.id] = Answer(self.now_s, refusal=code)
        self._refused.append((self.now_s, request.pickup_node))

    def snapshot(self) -> tuple[Problem, Plan]:
        """Describe the present as a problem and its plan.

        Returns
        -------
        problem : Problem
            Vehicles that work, accepted requests.
        plan : Plan
            Their stops; what a vehicle drives to is frozen.
        """
        return self.fleet.problem(), self.fleet.plan()

    def take(self, plan: Plan) -> None:
        """Make another plan the present one.

        Parameters
        ----------
        plan : Plan
            An improvement of the plan of ``snapshot``, with nothing changed in between.

        Raises
        ------
        InvalidPlanError
            When it breaks a promise, moves a frozen stop, or loses a request.
        """
        self.fleet.take(plan)

    def replace(self, problem: Problem, plan: Plan) -> None:
        """Go on with other vehicles, promises and routes: what an incident leaves.

        Parameters
        ----------
        problem : Problem
            Vehicles and requests.
        plan : Plan
            Their routes.
        """
        self.fleet = Fleet(problem, plan, self.weights)

    def idle(self, within_s: int = 0) -> list[Move]:
        """List the vehicles that have nothing to do.

        Parameters
        ----------
        within_s : int
            Also those that get to where they were sent within so many seconds.

        Returns
        -------
        list of Move
            In the order of the fleet.
        """
        by_s = self.now_s + within_s
        return [move for move in self.fleet.moves() if move.stop is None and move.start_s <= by_s]

    def send(self, vehicle: Move, node: int, hop_s: int = 0) -> bool:
        """Send an idle vehicle towards a node; it is free again when it gets there.

        Parameters
        ----------
        vehicle : Move
            One of ``idle``.
        node : int
            Where demand is expected; it stands at the parking place of this node, if there is one.
        hop_s : int
            On a day with roads, it is free again at the first crossing after so many seconds.

        Returns
        -------
        bool
            False when it stays: there is no way, or no way home before its shift ends.
        """
        shift, left_s = self._shifts[vehicle.vehicle_id], max(self.now_s, vehicle.start_s)
        target = self._parking.get(node, node)
        crossing = None
        if self._roads is not None and hop_s:
            crossing = self._roads.turn(vehicle.node, node, hop_s)
        if crossing is not None:
            target = crossing[0]
        home = target if shift.end_node is None else shift.end_node
        leg_s, home_s = (int(self.travel_s[vehicle.node, target]), int(self.travel_s[target, home]))
        there_s = left_s + leg_s
        if UNREACHABLE in (leg_s, home_s) or there_s + home_s > shift.end_s:
            return False
        self.fleet.stand((vehicle.vehicle_id, target, there_s))
        self._sent.append((vehicle.vehicle_id, target, left_s, there_s))
        return True

    def sent(self) -> list[tuple[str, int, int, int]]:
        """List the vehicles sent somewhere since the last time, and forget them.

        Returns
        -------
        list of (str, int, int, int)
            Vehicle, node, instants of leaving and of getting there.
        """
        sent, self._sent = self._sent, []
        return sent
