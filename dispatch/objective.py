"""What is minimised: driving, and the time riders spend waiting and travelling.

The cost of a route, in hundredths of a weighted second (so that it stays an integer), is ::

    100 * driving + wait_percent * sum(pickup - earliest pickup)
                  + journey_percent * sum(dropoff - earliest pickup)

where driving includes the way to the vehicle's end node, and the sums run over the stops of the
route. With weights that are not negative it grows with every instant of the schedule, so the least
feasible schedule (see schedule) is also the cheapest one of its route.
"""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.errors import InvalidProblemError

PERCENT = 100
"""Hundredths in one weighted second."""


@dataclass(frozen=True)
class Weights:
    """How much a second of a rider counts against a second of driving.

    Parameters
    ----------
    wait_percent : int
        For each second a party waits at the pickup, beyond its earliest pickup.
    journey_percent : int
        For each second from the earliest pickup to the dropoff: waiting and riding alike.
    """

    wait_percent: int = 20
    journey_percent: int = 10

    def __post_init__(self) -> None:
        """Refuse weights that would reward lateness, or overflow a sum."""
        for name in ("wait_percent", "journey_percent"):
            if not 0 <= getattr(self, name) <= 10_000:
                raise InvalidProblemError(
                    f"Weights: {name} is {getattr(self, name)}; give 0 to 10000 percent.",
                    kind="weights",
                    field=name,
                )


DEFAULT_WEIGHTS = Weights()
DRIVING_ONLY = Weights(wait_percent=0, journey_percent=0)
"""The objective of the dial-a-ride benchmarks: driving alone."""
