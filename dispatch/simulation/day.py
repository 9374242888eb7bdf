"""What happens on a day, whatever the dispatcher does about it. Immutable, validated when made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError
from dispatch.problem import LATEST_INSTANT_S, Problem, Request, Vehicle
from dispatch.validation import by_id, require_int


@dataclass(frozen=True)
class Wish:
    """A request, and what its party does.

    Parameters
    ----------
    request : Request
        What is asked for.
    released_s : int
        Instant at which it is asked: the dispatcher knows nothing of it before. A pre-booked ride
        is released long before its window.
    cancelled_s : int or None
        Instant at which the party takes it back, unless it has boarded by then.
    appears : bool
        Whether the party stands at the stop. If not, the vehicle waits its service time there, and
        goes on without it.
    """

    request: Request
    released_s: int
    cancelled_s: int | None = None
    appears: bool = True

    def __post_init__(self) -> None:
        """Refuse a wish that is taken back before it is there."""
        bounds = (-LATEST_INSTANT_S, LATEST_INSTANT_S)
        require_int("request", self.request.id, "released_s", self.released_s, *bounds)
        if self.cancelled_s is None:
            return
        require_int("request", self.request.id, "cancelled_s", self.cancelled_s, *bounds)
        if self.cancelled_s < self.released_s:
            raise InvalidProblemError(
                f"Request {self.request.id}: cancelled_s is {self.cancelled_s}, before it is "
                f"released at {self.released_s}; cancel it later.",
                kind="request",
                id=self.request.id,
                field="cancelled_s",
                value=self.cancelled_s,
            )


@dataclass(frozen=True)
class Breakdown:
    """A vehicle that drives no more.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    at_s : int
        Instant from which it stands. Who is on board gets off at the stop it left last.
    """

    vehicle_id: str
    at_s: int


class Roads(Protocol):
    """Where a vehicle between two nodes can turn."""

    def turn(self, from_node: int, to_node: int, elapsed_s: int) -> tuple[int, int] | None:
        """Find the next crossing of a vehicle on its way.

        Parameters
        ----------
        from_node, to_node : int
            Which it left, and where it goes.
        elapsed_s : int
            Seconds since it left.

        Returns
        -------
        tuple of (int, int) or None
            The first crossing at or after this instant, a node, and the seconds after leaving;
            None where there is none before ``to_node``. Travel times over it add up.
        """


@dataclass(frozen=True, eq=False)
class Day:
    """Vehicles, wishes, travel times and breakdowns of one day.

    Parameters
    ----------
    vehicles : tuple of Vehicle
        The fleet at the begin of the day, nobody on board.
    wishes : tuple of Wish
        In any order; kept in that of their release, then of their ids.
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds between nodes, as in ``Problem``.
    breakdowns : tuple of Breakdown
        Vehicles that fail.
    parking : Mapping of int to int
        Where a vehicle goes by itself from a node when nothing is before it.
    roads : Roads or None
        With them the stop a vehicle drives to is not frozen: it can turn at the next crossing.
    """

    vehicles: tuple[Vehicle, ...]
    wishes: tuple[Wish, ...]
    travel_s: NDArray[np.int32]
    breakdowns: tuple[Breakdown, ...] = ()
    parking: Mapping[int, int] = field(default_factory=dict)
    roads: Roads | None = None

    def __post_init__(self) -> None:
        """Check vehicles, requests and matrix as a problem does, and that names are known."""
        requests = tuple(wish.request for wish in self.wishes)
        problem = Problem(tuple(self.vehicles), requests, self.travel_s)
        in_order = sorted(self.wishes, key=lambda wish: (wish.released_s, wish.request.id))
        object.__setattr__(self, "vehicles", problem.vehicles)
        object.__setattr__(self, "travel_s", problem.travel_s)
        object.__setattr__(self, "wishes", tuple(in_order))
        known = by_id("vehicle", self.vehicles)
        for vehicle in self.vehicles:
            if vehicle.onboard:
                raise InvalidProblemError(
                    f"Vehicle {vehicle.id} has riders on board; a day begins with empty vehicles.",
                    kind="vehicle",
                    id=vehicle.id,
                    field="onboard",
                )
        for breakdown in self.breakdowns:
            if breakdown.vehicle_id not in known:
                raise InvalidProblemError(
                    f"Vehicle {breakdown.vehicle_id} breaks down, but is not in vehicles; add it.",
                    kind="vehicle",
                    id=breakdown.vehicle_id,
                    field="breakdowns",
                )


@dataclass(frozen=True)
class Disturbances:
    """How often a day goes wrong.

    Parameters
    ----------
    cancelled_percent : float
        Of the wishes, taken back at a random instant between release and latest pickup.
    no_show_percent : float
        Of the wishes, whose party is not there.
    breakdowns : int
        Vehicles that fail, each at a random instant between the first release and the last.
    """

    cancelled_percent: float = 0.0
    no_show_percent: float = 0.0
    breakdowns: int = 0

    def __post_init__(self) -> None:
        """Refuse shares outside of 0 to 100."""
        for name in ("cancelled_percent", "no_show_percent"):
            if not 0 <= getattr(self, name) <= 100:
                raise InvalidProblemError(
                    f"Disturbances: {name} is {getattr(self, name)}; give 0 to 100.",
                    kind="disturbances",
                    field=name,
                )


def disturbed(day: Day, disturbances: Disturbances, seed: int = 0) -> Day:
    """Draw cancellations, no-shows and breakdowns for a day.

    Parameters
    ----------
    day : Day
        The day as it would go.
    disturbances : Disturbances
        How often it goes wrong.
    seed : int
        The same seed draws the same day.

    Returns
    -------
    Day
        The day as it goes.

    Raises
    ------
    InvalidProblemError
        When more vehicles are to fail than there are.
    """
    if not 0 <= disturbances.breakdowns <= len(day.vehicles):
        raise InvalidProblemError(
            f"Disturbances: breakdowns is {disturbances.breakdowns}; "
            f"give 0 to {len(day.vehicles)}, the number of vehicles.",
            kind="disturbances",
            field="breakdowns",
        )
    dice = np.random.default_rng(seed)
    wishes = []
    for wish in day.wishes:
        cancels, stays_away, when = dice.random(3).tolist()
        span_s = max(0, wish.request.latest_pickup_s - wish.released_s)
        if cancels * 100 < disturbances.cancelled_percent:
            at_s = wish.released_s + int(when * span_s)
            wishes.append(dataclasses.replace(wish, cancelled_s=at_s))
        elif stays_away * 100 < disturbances.no_show_percent:
            wishes.append(dataclasses.replace(wish, appears=False))
        else:
            wishes.append(wish)
    first_s, last_s = (day.wishes[end].released_s if day.wishes else 0 for end in (0, -1))
    failing = dice.permutation(len(day.vehicles))[: disturbances.breakdowns].tolist()
    breakdowns = tuple(
        Breakdown(day.vehicles[v].id, int(dice.integers(first_s, last_s + 1))) for v in failing
    )
    return dataclasses.replace(day, wishes=tuple(wishes), breakdowns=day.breakdowns + breakdowns)
