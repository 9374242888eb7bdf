"""Places to street nodes: the nearest node of the largest connected part, by a grid of cells.

Streets are cut into short pieces when they are read (`routing.osm.PIECE_M`), so the nearest node
is the projection on the nearest street to within half a piece.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.kernels import grid
from routing.kernels.components import joined_parts, strong_parts

SNAP_LIMIT_M: Final = 1000
"""A place farther than this from every street is not tied to one, metres."""

DETOUR: Final = 1.3
"""How much longer a way is than the straight line, where no street tells."""

_CELL_M: Final = 100.0
"""Side of the cells in which nodes are looked up, metres: on most places one stands nearer."""

EARTH_M: Final = 6_371_009.0
"""Mean radius of the Earth, metres, as osmnx uses it."""


@dataclass(frozen=True)
class Anchors:
    """Places tied to a walking graph.

    Parameters
    ----------
    lat, lon
        The places, degrees, float64 ``[n]``.
    node
        Street nodes, int64 ``[n]``; -1 where no street is near.
    off_m
        Walk between place and node, metres, int32 ``[n]``.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    node: NDArray[np.int64]
    off_m: NDArray[np.int32]

    def take(self, index: NDArray[np.int64]) -> "Anchors":
        """Some of the places.

        Parameters
        ----------
        index
            Which ones, int64 ``[k]``.

        Returns
        -------
        Anchors
            In the order asked for.
        """
        return Anchors(self.lat[index], self.lon[index], self.node[index], self.off_m[index])


class Plane:
    """Local flat coordinates in metres, right to about 0.1 % across a city.

    Parameters
    ----------
    lat
        Latitude at which a degree of longitude is measured.
    """

    def __init__(self, lat: float) -> None:
        self.y_m = np.pi / 180 * EARTH_M
        self.x_m = float(self.y_m * np.cos(np.radians(lat)))

    def points(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project places.

        Parameters
        ----------
        lat, lon
            Degrees, float64 ``[n]``.

        Returns
        -------
        ndarray
            float64 ``[n, 2]``, metres.
        """
        return np.column_stack([np.asarray(lon) * self.x_m, np.asarray(lat) * self.y_m])

    def distance_m(
        self,
        lat: NDArray[np.float64],
        lon: NDArray[np.float64],
        other_lat: NDArray[np.float64] | float,
        other_lon: NDArray[np.float64] | float,
    ) -> NDArray[np.float64]:
        """Straight distances between places.

        Parameters
        ----------
        lat, lon, other_lat, other_lon
            Degrees; they broadcast.

        Returns
        -------
        ndarray
            float64, metres.
        """
        return np.asarray(np.hypot((lon - other_lon) * self.x_m, (lat - other_lat) * self.y_m))


class PointGrid:
    """Points sorted into square cells, to find those near other points.

    Parameters
    ----------
    points
        As `Plane.points` gives them, float64 ``[n, 2]``, metres.
    cell_m
        Side of a cell, metres; about as far as one looks.
    """

    def __init__(self, points: NDArray[np.float64], cell_m: float) -> None:
        self._cell_m = float(cell_m)
        points = np.ascontiguousarray(points, np.float64)
        cells = grid.cells_of(points, self._cell_m)
        self._order = np.argsort(cells, kind="stable")
        self._points, self._cells = points[self._order], cells[self._order]

    def nearest(
        self, places: NDArray[np.float64], limit_m: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Find the nearest point of each place.

        Parameters
        ----------
        places
            float64 ``[k, 2]``, metres.
        limit_m
            Points farther away do not count, metres.

        Returns
        -------
        tuple
            Points, int64 ``[k]``, and metres, float64; -1 and infinity for none.
        """
        places = np.ascontiguousarray(places, np.float64)
        at, away_m = grid.nearest(self._points, self._cells, self._cell_m, places, float(limit_m))
        found = np.full(len(at), -1, np.int64)
        found[at >= 0] = self._order[at[at >= 0]]
        return found, away_m

    def within(
        self, places: NDArray[np.float64], limit_m: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Find all points near each place.

        Parameters
        ----------
        places
            float64 ``[k, 2]``, metres.
        limit_m
            How near, metres.

        Returns
        -------
        tuple
            Places and points, int64; metres between them, float64.
        """
        places = np.ascontiguousarray(places, np.float64)
        i, at, away_m = grid.within(self._points, self._cells, self._cell_m, places, float(limit_m))
        return i, self._order[at], away_m


class NodeFinder:
    """Nearest nodes among those of a graph's largest connected part.

    Parameters
    ----------
    plane
        Coordinates to measure in.
    lat, lon
        All nodes, degrees, float64 ``[n]``.
    starts, heads
        Edges, compressed sparse rows.
    directed
        Whether the largest part must be reachable in both directions.
    """

    def __init__(
        self,
        plane: Plane,
        lat: NDArray[np.float64],
        lon: NDArray[np.float64],
        starts: NDArray[np.int64],
        heads: NDArray[np.int32],
        directed: bool,
    ) -> None:
        self._plane = plane
        self.nodes = largest_part(starts, heads, directed)
        self._grid = PointGrid(plane.points(lat[self.nodes], lon[self.nodes]), _CELL_M)

    def nearest(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Find the nearest nodes.

        Parameters
        ----------
        lat, lon
            Places, degrees, float64 ``[k]``.

        Returns
        -------
        tuple
            Nodes, int64 ``[k]``, and straight distances, float64, metres; -1 and infinity beyond
            `SNAP_LIMIT_M`.
        """
        at, distance_m = self._grid.nearest(self._plane.points(lat, lon), SNAP_LIMIT_M)
        nodes = np.full(len(at), -1, np.int64)
        nodes[at >= 0] = self.nodes[at[at >= 0]]
        return nodes, distance_m


def largest_part(
    starts: NDArray[np.int64], heads: NDArray[np.int32], directed: bool
) -> NDArray[np.int64]:
    """Nodes of the largest connected part of a graph, so that nobody is tied to an island.

    Parameters
    ----------
    starts, heads
        Edges, compressed sparse rows, int64 ``[n + 1]`` and int32 ``[m]``.
    directed
        Whether every node must reach every other along the edges' directions.

    Returns
    -------
    ndarray
        Nodes in ascending order, int64; empty for a graph without edges.
    """
    if len(heads) == 0:
        return np.empty(0, np.int64)
    part = strong_parts(starts, heads) if directed else joined_parts(starts, heads)
    sizes = np.bincount(part)
    return np.flatnonzero(part == sizes.argmax()).astype(np.int64)
