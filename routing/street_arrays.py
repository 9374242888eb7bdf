"""A city's streets as flat arrays: graphs of walking, wheelchairs, cycling and driving."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.street_port import Profile
from routing.turns import pack


@dataclass(frozen=True)
class StreetArrays:
    """Streets as graphs over the same nodes.

    Parameters
    ----------
    lat, lon
        Nodes, degrees, float64 ``[n]``.
    original_nodes
        Nodes from here on were laid between two nodes of OpenStreetMap, on a straight line.
    walk_starts, walk_heads, walk_mm
        Walking, both ways: compressed sparse rows, int64 ``[n + 1]``, int32 ``[m]``, millimetres.
    drive_starts, drive_heads, drive_ms
        Driving with one-ways, the same way, milliseconds. Nodes from n on are copies of junctions
        with forbidden turns.
    drive_spots
        The node each copy stands for, int64 ``[k]``.
    drive_goals
        The node to search for in order to drive to each node, int64 ``[n]``: itself, or a copy.
    drive_road
        Class of road of each driving edge, a place in `routing.access.ROAD_CLASSES`, int8 ``[m]``;
        -1 inside a junction.
    wheel_starts, wheel_heads, wheel_mm
        Walking where a wheelchair passes, both ways.
    cycle_starts, cycle_heads, cycle_mm
        Cycling with one-ways.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    original_nodes: int
    walk_starts: NDArray[np.int64]
    walk_heads: NDArray[np.int32]
    walk_mm: NDArray[np.int32]
    drive_starts: NDArray[np.int64]
    drive_heads: NDArray[np.int32]
    drive_ms: NDArray[np.int32]
    drive_spots: NDArray[np.int64]
    drive_goals: NDArray[np.int64]
    drive_road: NDArray[np.int8]
    wheel_starts: NDArray[np.int64]
    wheel_heads: NDArray[np.int32]
    wheel_mm: NDArray[np.int32]
    cycle_starts: NDArray[np.int64]
    cycle_heads: NDArray[np.int32]
    cycle_mm: NDArray[np.int32]

    def walking(
        self, profile: Profile
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Where somebody moves who does not drive.

        Parameters
        ----------
        profile
            Who.

        Returns
        -------
        tuple
            First edge of each node, heads, millimetres.
        """
        if profile == "wheelchair":
            return self.wheel_starts, self.wheel_heads, self.wheel_mm
        if profile == "bicycle":
            return self.cycle_starts, self.cycle_heads, self.cycle_mm
        return self.walk_starts, self.walk_heads, self.walk_mm

    @cached_property
    def spots(self) -> NDArray[np.int64]:
        """The street node that each node of the driving graph stands for, int64."""
        return np.concatenate([np.arange(len(self.lat)), self.drive_spots])

    def junctions_joined(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Edges of the driving graph as if no turn were forbidden.

        Returns
        -------
        tuple
            First edge of each street node, and heads.
        """
        if len(self.drive_spots) == 0:
            return self.drive_starts, self.drive_heads
        tails = np.repeat(np.arange(len(self.drive_starts) - 1), np.diff(self.drive_starts))
        ends = self.spots[tails], self.spots[self.drive_heads]
        return pack(len(self.lat), *ends, self.drive_ms.astype(np.int64))[:2]
