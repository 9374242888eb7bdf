"""Which journeys are worth showing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from routing.journeys import Journey, WalkLeg

Option = TypeVar("Option")

WORTH_S: Final = 120
"""What a vehicle must save over walking, or over riding all the way, to be worth showing."""


@dataclass(frozen=True)
class Criteria:
    """What journeys are compared by.

    Parameters
    ----------
    departure_s, arrival_s
        Later departures and earlier arrivals are better; seconds.
    transfers
        Changes; fewer are better.
    rides
        Rides on demand; fewer are better.
    anytime
        Whether the journey can be made at any other time as well, as a walk can: it then beats
        whatever is not faster by `WORTH_S`.
    price_class
        Of the dearest line, as the query has it; lower is better. Journeys with rides on demand
        are not compared by it.
    """

    departure_s: int
    arrival_s: int
    transfers: int
    rides: int
    anytime: bool = False
    price_class: int = 0

    @property
    def duration_s(self) -> int:
        """Seconds from departure to arrival."""
        return self.arrival_s - self.departure_s

    def beats(self, other: "Criteria") -> bool:
        """Whether the other one is not worth showing beside this one.

        Parameters
        ----------
        other
            Criteria of another journey.

        Returns
        -------
        bool
            True when this one is nowhere worse, and equal only to itself.
        """
        if self.transfers > other.transfers or self.rides > other.rides:
            return False
        if self.price_class > other.price_class and not other.rides:
            return False
        if self.anytime:
            return not other.anytime and self.duration_s < other.duration_s + WORTH_S
        if self.departure_s < other.departure_s or self.arrival_s > other.arrival_s:
            return False
        return self != other


def pareto(options: Iterable[Option], criteria: Callable[[Option], Criteria]) -> list[Option]:
    """Leave out what is beaten.

    Parameters
    ----------
    options
        Journeys, or what will become one.
    criteria
        What to compare them by.

    Returns
    -------
    list
        The rest in the order given; of equals the first.
    """
    known = [(option, criteria(option)) for option in options]
    kept: list[tuple[Option, Criteria]] = []
    for option, measure in known:
        equal = any(measure == other for _, other in kept)
        if not equal and not any(other.beats(measure) for _, other in known):
            kept.append((option, measure))
    return [option for option, _ in kept]


def journey_criteria(journey: Journey) -> Criteria:
    """Criteria of a finished journey.

    Parameters
    ----------
    journey
        The journey.

    Returns
    -------
    Criteria
        A walk all the way can be made at any time.
    """
    return Criteria(
        journey.departure_s,
        journey.arrival_s,
        journey.transfers,
        len(journey.rides),
        all(isinstance(leg, WalkLeg) for leg in journey.legs),
    )
