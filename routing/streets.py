"""Walking and driving through a city: on its streets, or in straight lines where it has none."""

import hashlib
import threading
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from routing.closures import Detours, closed_pieces, opened
from routing.driving import Hierarchy
from routing.journeys import Geometry
from routing.kernels import dijkstra
from routing.osm import StreetArrays, read_osm
from routing.snapping import DETOUR, Anchors, NodeFinder, Plane
from routing.straight import (
    StraightStreets,
    anchor_point,
    is_straight,
    least_per_pair,
    straight_pairs,
    straight_walk_m,
)
from routing.street_cache import read_cache, write_cache
from routing.street_port import Closed, Profile, Streets
from routing.turns import pack

__all__ = ["UNREACHABLE", "Profile", "StraightStreets", "StreetNetwork", "Streets"]

UNREACHABLE: Final = dijkstra.UNREACHABLE
"""A walk or drive that does not exist, int32."""

_CACHE_VERSION: Final = 3


class StreetNetwork:
    """A city's streets.

    Parameters
    ----------
    arrays
        Walking and driving graphs.
    hierarchy
        The driving graph contracted; None contracts it when it is first driven on.
    """

    def __init__(self, arrays: StreetArrays, hierarchy: Hierarchy | None = None) -> None:
        self.arrays = arrays
        self._hierarchy = hierarchy
        self._detours: Detours | None = None
        self._whole, self._closed = self, np.empty(0, np.int64)
        self._lock = threading.Lock()
        self._plane = Plane(float(arrays.lat.mean()))
        self._finders: dict[str, NodeFinder] = {}

    @classmethod
    def load(cls, path: Path, cache_dir: Path | None) -> "StreetNetwork":
        """Read streets, or the arrays an earlier run kept of the same bytes.

        Parameters
        ----------
        path
            A .osm.pbf or .osm file.
        cache_dir
            Folder of kept arrays; None keeps nothing.

        Returns
        -------
        StreetNetwork
            Ready to route.

        Raises
        ------
        StreetDataError
            When the file cannot be read or holds no street.
        """
        if cache_dir is None:
            return cls(read_osm(path))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        kept = cache_dir / f"streets-{_CACHE_VERSION}-{digest[:32]}.npz"
        found = read_cache(kept)
        if found is not None:
            return cls(*found)
        network = cls(read_osm(path))
        write_cache(kept, network.arrays, network.hierarchy)
        return network

    @property
    def label(self) -> str:
        """Tell that walks follow streets."""
        return "streets"

    @property
    def hierarchy(self) -> Hierarchy:
        """The driving graph contracted, made once; of a view, that of all streets."""
        with self._lock:
            if self._hierarchy is None:
                a = self.arrays
                self._hierarchy = Hierarchy.of(a.drive_starts, a.drive_heads, a.drive_ms)
            return self._hierarchy

    @property
    def _drives(self) -> Hierarchy | Detours:
        return self._detours or self.hierarchy

    def snap(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
        """See `Streets.snap`.

        Parameters
        ----------
        lat, lon
            Degrees, float64 ``[n]``.

        Returns
        -------
        ndarray
            Nodes of the driving graph, int64 ``[n]``.
        """
        return self._finder("drive").nearest(lat, lon)[0]

    def anchor(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64], profile: Profile = "walk"
    ) -> Anchors:
        """See `Streets.anchor`.

        Parameters
        ----------
        lat, lon
            Degrees, float64 ``[n]``.
        profile
            Who walks.

        Returns
        -------
        Anchors
            Places tied to the walking graph.
        """
        node, distance_m = self._finder(profile).nearest(lat, lon)
        off_m = np.where(node >= 0, np.rint(distance_m * DETOUR), 0).astype(np.int32)
        return Anchors(np.asarray(lat, np.float64), np.asarray(lon, np.float64), node, off_m)

    def walk_many(
        self, origin: Anchors, targets: Anchors, limit_m: int, profile: Profile = "walk"
    ) -> NDArray[np.int32]:
        """See `Streets.walk_many`.

        Parameters
        ----------
        origin, targets
            One place and n places.
        limit_m
            Longest walk, metres.
        profile
            Who walks.

        Returns
        -------
        ndarray
            Metres, int32 ``[n]``.
        """
        walk_m = np.full(len(targets.node), UNREACHABLE, np.int64)
        source = int(origin.node[0])
        if source >= 0:
            cost = dijkstra.one_to_all(*_graph(self.arrays, profile), source, limit_m * 1000)
            mm = cost[targets.node]
            off_m = targets.off_m.astype(np.int64) + int(origin.off_m[0])
            found = (targets.node >= 0) & (mm != UNREACHABLE)
            walk_m = np.where(found, (mm.astype(np.int64) + 500) // 1000 + off_m, UNREACHABLE)
        straight_m = straight_walk_m(self._plane, origin, targets)
        walk_m = np.where(is_straight(origin, targets, straight_m), straight_m, walk_m)
        return np.where(walk_m <= limit_m, walk_m, UNREACHABLE).astype(np.int32)

    def walk_pairs(
        self, origins: Anchors, targets: Anchors, limit_m: int, profile: Profile = "walk"
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """See `Streets.walk_pairs`.

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
            Origins, targets, metres.
        """
        order = np.argsort(targets.node, kind="stable")
        order = order[targets.node[order] >= 0]
        point_starts = np.zeros(len(self.arrays.lat) + 1, np.int64)
        counts = np.bincount(targets.node[order], minlength=len(self.arrays.lat))
        np.cumsum(counts, out=point_starts[1:])
        graph = _graph(self.arrays, profile)
        found = dijkstra.pairs_within(
            *graph, origins.node, point_starts, order.astype(np.int64), limit_m * 1000
        )
        i, j = found[:, 0], found[:, 1]
        street_m = (found[:, 2] + 500) // 1000 + origins.off_m[i] + targets.off_m[j]
        si, sj, straight_m = straight_pairs(self._plane, origins, targets, limit_m)
        both = np.concatenate([i, si]), np.concatenate([j, sj])
        return least_per_pair(*both, np.concatenate([street_m, straight_m]), limit_m)

    def walk_path(self, origin: Anchors, target: Anchors, profile: Profile = "walk") -> Geometry:
        """See `Streets.walk_path`.

        Parameters
        ----------
        origin, target
            One place each.
        profile
            Who walks.

        Returns
        -------
        Geometry
            The line.
        """
        ends = (anchor_point(origin), anchor_point(target))
        straight_m = straight_walk_m(self._plane, origin, target)
        if is_straight(origin, target, straight_m)[0]:
            return ends
        u, v = int(origin.node[0]), int(target.node[0])
        nodes = dijkstra.path(*_graph(self.arrays, profile), u, v)
        return _without_repeats((ends[0], *self._line(nodes), ends[1]))

    def drive_table_s(
        self, nodes_from: NDArray[np.int64], nodes_to: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """See `Streets.drive_table_s`.

        Parameters
        ----------
        nodes_from, nodes_to
            Nodes, int64 ``[n]`` and ``[m]``.

        Returns
        -------
        ndarray
            Seconds, int32 ``[n, m]``.
        """
        return _seconds(self._drives.table(nodes_from, self._goals(nodes_to)))

    def drive_pairs_s(
        self, nodes_from: NDArray[np.int64], nodes_to: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """See `Streets.drive_pairs_s`.

        Parameters
        ----------
        nodes_from, nodes_to
            Nodes, int64 ``[k]``.

        Returns
        -------
        ndarray
            Seconds, int32 ``[k]``.
        """
        return _seconds(self._drives.pairs(nodes_from, self._goals(nodes_to)))

    def drive_path(self, node_from: int, node_to: int) -> Geometry:
        """See `Streets.drive_path`.

        Parameters
        ----------
        node_from, node_to
            Nodes.

        Returns
        -------
        Geometry
            The line.
        """
        if node_from < 0 or node_to < 0:
            return ()
        nodes = self._drives.path(node_from, int(self.arrays.drive_goals[node_to]))
        return _without_repeats(self._line(_spots(self.arrays, nodes)))

    def without(self, closed: Closed) -> "StreetNetwork":
        """See `Streets.without`.

        Parameters
        ----------
        closed
            What is closed.

        Returns
        -------
        StreetNetwork
            A view; its own `without` closes more.

        Raises
        ------
        StreetDataError
            When the geometry cannot be understood, or nodes are not the ends of one piece.
        """
        whole = self._whole
        codes = np.union1d(self._closed, closed_pieces(whole.arrays, closed))
        view = StreetNetwork(opened(whole.arrays, codes), whole.hierarchy)
        view._whole, view._closed = whole, codes
        view._detours = Detours.of(whole.hierarchy, whole.arrays, view.arrays)
        return view

    def _finder(self, use: Profile | Literal["drive"]) -> NodeFinder:
        """Nodes to be tied to, by who moves; made when first asked for."""
        with self._lock:
            if use not in self._finders:
                a = self.arrays
                edges = _junctions_joined(a) if use == "drive" else _graph(a, use)[:2]
                directed = use in {"drive", "bicycle"}
                self._finders[use] = NodeFinder(self._plane, a.lat, a.lon, *edges, directed)
            return self._finders[use]

    def _goals(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where to search for nodes that are driven to."""
        nodes = np.asarray(nodes, np.int64)
        return np.where(nodes >= 0, self.arrays.drive_goals[nodes], -1).astype(np.int64)

    def _line(self, nodes: NDArray[np.int64]) -> Geometry:
        """Coordinates of a path without the nodes that were laid on straight lines."""
        if len(nodes) > 2:
            keep = nodes < self.arrays.original_nodes
            keep[0] = keep[-1] = True
            nodes = nodes[keep]
        lon, lat = self.arrays.lon[nodes], self.arrays.lat[nodes]
        return tuple(zip(lon.tolist(), lat.tolist(), strict=True))


def _graph(
    a: StreetArrays, profile: Profile
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Where somebody moves who does not drive, millimetres."""
    if profile == "wheelchair":
        return a.wheel_starts, a.wheel_heads, a.wheel_mm
    if profile == "bicycle":
        return a.cycle_starts, a.cycle_heads, a.cycle_mm
    return a.walk_starts, a.walk_heads, a.walk_mm


def _spots(a: StreetArrays, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The street nodes that nodes of the driving graph stand for."""
    return np.concatenate([np.arange(len(a.lat)), a.drive_spots])[nodes]


def _junctions_joined(a: StreetArrays) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Edges of the driving graph as if no turn were forbidden."""
    if len(a.drive_spots) == 0:
        return a.drive_starts, a.drive_heads
    tails = np.repeat(np.arange(len(a.drive_starts) - 1), np.diff(a.drive_starts))
    ends = _spots(a, tails), _spots(a, a.drive_heads.astype(np.int64))
    return pack(len(a.lat), *ends, a.drive_ms.astype(np.int64))[:2]


def _seconds(ms: NDArray[np.int32]) -> NDArray[np.int32]:
    """Milliseconds as seconds, rounded up."""
    seconds = -(-ms // np.int32(1000))
    return np.where(ms == UNREACHABLE, UNREACHABLE, seconds).astype(np.int32)


def _without_repeats(line: Geometry) -> Geometry:
    return tuple(p for n, p in enumerate(line) if n == 0 or p != line[n - 1])
