"""Where idle vehicles should wait: near the riders who are expected to ask next.

The k-th vehicle at a node is worth having there as likely as at least k riders ask there meanwhile
(arrivals of a Poisson process). Vehicles are assigned to such places, or to where they stand, so
that what they are worth less the driving is greatest: a linear assignment, solved exactly. The
idea of an assignment of idle vehicles with least driving is that of Alonso-Mora et al., "On-demand
high-capacity ride-sharing via dynamic trip-vehicle assignment", PNAS 114, 2017, section
"Rebalancing"; there the demand is the requests that were refused, here what is expected.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError
from dispatch.problem import UNREACHABLE

_LEAST_CHANCE = 0.01
"""A vehicle that is needed less often than this is not sent."""


@dataclass(frozen=True)
class Relocation:
    """A vehicle that should wait elsewhere.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    node : int
        Where.
    drive_s : int
        How long it drives there.
    """

    vehicle_id: str
    node: int
    drive_s: int


def rebalance(
    idle: Sequence[tuple[str, int]],
    expected: Mapping[int, float],
    travel_s: NDArray[np.int32],
    *,
    worth_s: int = 900,
    longest_s: int = 1200,
) -> tuple[Relocation, ...]:
    """Say which idle vehicles should wait elsewhere.

    Parameters
    ----------
    idle : sequence of (str, int)
        Vehicles without stops, with the node at which each stands.
    expected : Mapping of int to float
        Requests expected during the time that is planned for, by node of pickup.
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    worth_s : int
        How many seconds of driving it is worth to stand where a rider asks.
    longest_s : int
        No vehicle is sent farther.

    Returns
    -------
    tuple of Relocation
        In the order of ``idle``; nobody who had better stay.

    Raises
    ------
    InvalidProblemError
        When a node lies outside ``travel_s``, or fewer than no riders are expected.
    """
    for node, riders in expected.items():
        if not 0 <= node < len(travel_s) or not 0.0 <= riders < math.inf:
            raise InvalidProblemError(
                f"Expected demand: {riders} riders at node {node}; give 0 or more at nodes below "
                f"{len(travel_s)}.",
                kind="demand",
                id=str(node),
                field="expected",
            )
    places = [
        (node, chance)
        for node in sorted(expected)
        for chance in _chances(expected[node], len(idle))
    ]
    if not idle or not places:
        return ()
    drive_s = np.array(
        [[int(travel_s[at, node]) for node, _ in places] for _, at in idle], dtype=np.int64
    )
    worth = np.array([worth_s * chance for _, chance in places])
    gain = np.where((drive_s <= longest_s) & (drive_s < UNREACHABLE), worth - drive_s, -math.inf)
    # A column for each vehicle to stay, unasked for: worth nothing, costs nothing.
    choices = np.hstack([np.maximum(gain, -1.0), np.zeros((len(idle), len(idle)))])
    moves = []
    from scipy.optimize import linear_sum_assignment  # only who sends vehicles waits for it

    for number, column in zip(*linear_sum_assignment(choices, maximize=True), strict=True):
        if column < len(places) and gain[number, column] > 0:
            vehicle_id, at = idle[number]
            node = places[column][0]
            if node != at:
                moves.append(Relocation(vehicle_id, node, int(drive_s[number, column])))
    return tuple(moves)


def _chances(riders: float, most: int) -> list[float]:
    """Give the chances that at least 1, 2, ... riders ask, as long as they are worth a thought."""
    chances: list[float] = []
    fewer = term = math.exp(-riders)
    for k in range(1, most + 1):
        chance = 1.0 - fewer
        if chance < _LEAST_CHANCE:
            break
        chances.append(chance)
        term *= riders / k
        fewer += term
    return chances
