"""What the planner and the dispatcher's adapter ask of a city's streets, whatever they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.journeys import Geometry
from routing.snapping import Anchors

Profile = Literal["walk", "wheelchair", "bicycle"]
"""How somebody moves who does not drive. Wheelchairs pass no steps, raised kerbs, steep, rough or
narrow ways, as far as they are tagged; bicycles keep to one-way streets."""

Closed = Mapping[str, Any] | Iterable[tuple[int, int]]
"""What is closed: a GeoJSON geometry, with every piece of street it touches, or pairs of
neighbouring nodes."""


OFF_STREET_MM: Final = 130_000
"""How far a street is left by who goes where no street leads, millimetres walked: 100 m and the
detour of a straight line."""


@dataclass(frozen=True, eq=False)
class Reached:
    """Points that can be reached on foot.

    Parameters
    ----------
    lat, lon
        Degrees, float64 ``[k]``.
    spent_mm
        What is spent there, millimetres walked, int64 ``[k]``.
    roam_mm
        How far one may go on in straight lines, millimetres walked, int64 ``[k]``.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    spent_mm: NDArray[np.int64]
    roam_mm: NDArray[np.int64]


class Streets(Protocol):
    """What the planner and the dispatcher's adapter ask of a city's streets."""

    @property
    def label(self) -> str:
        """Either streets or straight_lines."""
        ...

    def snap(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
        """Nodes to drive from and to.

        Parameters
        ----------
        lat, lon
            Places, degrees, float64 ``[n]``.

        Returns
        -------
        ndarray
            int64 ``[n]``; -1 where no street is near.
        """
        ...

    def anchor(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64], profile: Profile = "walk"
    ) -> Anchors:
        """Tie places to the walking graph.

        Parameters
        ----------
        lat, lon
            Places, degrees, float64 ``[n]``.
        profile
            Who walks; the same for all that is asked about these places.

        Returns
        -------
        Anchors
            With node -1 where no street is near; walks from there are straight lines.
        """
        ...

    def walk_many(
        self, origin: Anchors, targets: Anchors, limit_m: int, profile: Profile = "walk"
    ) -> NDArray[np.int32]:
        """Walks from one place to many; only bicycles find other ways back.

        Parameters
        ----------
        origin
            One place.
        targets
            n places.
        limit_m
            Longest walk, metres.
        profile
            Who walks.

        Returns
        -------
        ndarray
            Metres, int32 ``[n]``; `UNREACHABLE` beyond the limit.
        """
        ...

    def walk_pairs(
        self, origins: Anchors, targets: Anchors, limit_m: int, profile: Profile = "walk"
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """All walks between two sets of places within a limit.

        Parameters
        ----------
        origins, targets
            Places.
        limit_m
            Longest walk, metres.
        profile
            Who walks.

        Returns
        -------
        tuple
            Index of the origin, index of the target (int64), metres (int32).
        """
        ...

    def walk_from(
        self,
        sources: Anchors,
        spent_mm: NDArray[np.int64],
        targets: Anchors,
        limit_mm: int,
        profile: Profile = "walk",
    ) -> tuple[Reached, NDArray[np.int64]]:
        """Walk on from many places, each reached with something spent.

        Parameters
        ----------
        sources, spent_mm
            Places, and what was spent there, millimetres walked, int64 ``[s]``.
        targets
            Places of which to tell the cost.
        limit_mm
            Most to spend, millimetres walked.
        profile
            Who walks.

        Returns
        -------
        tuple
            All points reached, and what is spent at each target, int64; `UNREACHABLE` beyond the
            limit.
        """
        ...

    def walk_path(self, origin: Anchors, target: Anchors, profile: Profile = "walk") -> Geometry:
        """The line of a walk between two single places.

        Parameters
        ----------
        origin, target
            One place each.
        profile
            Who walks.

        Returns
        -------
        Geometry
            From place to place, along the streets where they are known.
        """
        ...

    def drive_table_s(
        self, nodes_from: NDArray[np.int64], nodes_to: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Driving times between nodes.

        Parameters
        ----------
        nodes_from, nodes_to
            Nodes from `snap`, int64 ``[n]`` and ``[m]``.

        Returns
        -------
        ndarray
            Seconds, rounded up, int32 ``[n, m]``; `UNREACHABLE` where there is no way.
        """
        ...

    def drive_pairs_s(
        self, nodes_from: NDArray[np.int64], nodes_to: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Driving times from each node to the one beside it.

        Parameters
        ----------
        nodes_from, nodes_to
            Nodes from `snap`, int64 ``[k]`` both.

        Returns
        -------
        ndarray
            Seconds, rounded up, int32 ``[k]``; `UNREACHABLE` where there is no way.
        """
        ...

    def drive_path(self, node_from: int, node_to: int) -> Geometry:
        """The line of a drive between two nodes.

        Parameters
        ----------
        node_from, node_to
            Nodes from `snap`.

        Returns
        -------
        Geometry
            Empty when there is no way.
        """
        ...

    def without(self, closed: Closed) -> "Streets":
        """The same streets with some closed to everybody, both ways; these stay as they are.

        Parameters
        ----------
        closed
            What is closed.

        Returns
        -------
        Streets
            A view that shares what did not change. Nodes keep their numbers; one that nothing
            leads to any more is reached by nothing, and `snap` and `anchor` avoid it.
        """
        ...

    def at(self, hour: int) -> "Streets":
        """The same streets at the driving speeds of an hour; these stay as they are.

        Parameters
        ----------
        hour
            Of the day by the city's clock, 0 to 23.

        Returns
        -------
        Streets
            A view with the same nodes; one and the same for all hours that drive alike.
        """
        ...

    def slowest(self) -> "Streets":
        """The same streets, each class of road at its slowest speed of the day.

        Returns
        -------
        Streets
            A view in which no drive is faster than at any time of the day, so that what is
            promised by it holds whenever it is driven.
        """
        ...
