"""Walking and driving through a city: on its streets, or in straight lines where it has none."""

import threading
from copy import copy
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from routing.access import ROAD_CLASSES
from routing.closures import closed_pieces, opened
from routing.drives import Drives
from routing.driving import Hierarchy
from routing.journeys import Geometry
from routing.kernels import dijkstra
from routing.kernels.spreading import from_many
from routing.osm import read_osm
from routing.snapping import DETOUR, Anchors, NodeFinder, Plane
from routing.speeds import FREE_PERCENT, Speeds, slowed
from routing.straight import (
    StraightStreets,
    anchor_point,
    is_straight,
    least_per_pair,
    straight_from,
    straight_pairs,
    straight_walk_m,
)
from routing.street_arrays import StreetArrays
from routing.street_cache import read_streets, streets_file, write_cache
from routing.street_port import OFF_STREET_MM, Closed, Profile, Reached, Streets

__all__ = ["UNREACHABLE", "Profile", "StraightStreets", "StreetNetwork", "Streets"]

UNREACHABLE: Final = dijkstra.UNREACHABLE
"""A walk or drive that does not exist, int32."""


class StreetNetwork:
    """A city's streets.

    Parameters
    ----------
    arrays
        Walking and driving graphs, at free speed.
    speeds
        Driving speeds of the day; None is free speed all day.
    cache_dir
        Folder that keeps contracted driving graphs; None keeps nothing.
    """

    def __init__(
        self, arrays: StreetArrays, speeds: Speeds | None = None, cache_dir: Path | None = None
    ) -> None:
        self._become(arrays, Drives(arrays, cache_dir))
        self._speeds = speeds or Speeds.free()
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._plane = Plane(float(arrays.lat.mean()))

    def _become(self, arrays: StreetArrays, drives: Drives) -> None:
        """Be streets of their own; a view says afterwards whose it is."""
        self.arrays = arrays
        self._drives = drives
        self._goal_of = np.append(arrays.drive_goals, -1)  # -1 looks behind the last
        self._finders: dict[str, NodeFinder] = {}
        self._open: StreetNetwork = self  # the same speeds, nothing closed
        self._closed = np.empty(0, np.int64)
        self._free: StreetNetwork = self  # the same closures, free speed
        self._percent = np.full(len(ROAD_CLASSES), FREE_PERCENT, np.int64)
        self._by_speed: dict[bytes, StreetNetwork] = {}

    @classmethod
    def load(
        cls, path: Path, cache_dir: Path | None, speeds: Speeds | None = None
    ) -> "StreetNetwork":
        """Read streets, or the arrays an earlier run kept of the same bytes.

        Parameters
        ----------
        path
            A .osm.pbf or .osm file.
        cache_dir
            Folder of kept arrays; None keeps nothing.
        speeds
            Driving speeds of the day; None is free speed all day.

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
            return cls(read_osm(path), speeds)
        kept = streets_file(cache_dir, path)
        arrays = read_streets(kept)
        if arrays is None:
            arrays = read_osm(path)
            write_cache(kept, arrays)
        network = cls(arrays, speeds, cache_dir)
        network.contracted()
        return network

    @property
    def label(self) -> str:
        """Tell that walks follow streets."""
        return "streets"

    @property
    def hierarchy(self) -> Hierarchy:
        """The driving graph contracted; made once, when it is first asked for."""
        return self._drives.hierarchy

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
            cost = dijkstra.one_to_all(*self.arrays.walking(profile), source, limit_m * 1000)
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
        graph = self.arrays.walking(profile)
        found = dijkstra.pairs_within(
            *graph, origins.node, point_starts, order.astype(np.int64), limit_m * 1000
        )
        i, j = found[:, 0], found[:, 1]
        street_m = (found[:, 2] + 500) // 1000 + origins.off_m[i] + targets.off_m[j]
        si, sj, straight_m = straight_pairs(self._plane, origins, targets, limit_m)
        both = np.concatenate([i, si]), np.concatenate([j, sj])
        return least_per_pair(*both, np.concatenate([street_m, straight_m]), limit_m)

    def walk_from(
        self,
        sources: Anchors,
        spent_mm: NDArray[np.int64],
        targets: Anchors,
        limit_mm: int,
        profile: Profile = "walk",
    ) -> tuple[Reached, NDArray[np.int64]]:
        """See `Streets.walk_from`.

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
            Nodes and sources reached, and what is spent at each target, int64.
        """
        tied = np.flatnonzero(sources.node >= 0)
        at_node_mm = spent_mm[tied] + sources.off_m[tied].astype(np.int64) * 1000
        graph = self.arrays.walking(profile)
        cost = from_many(*graph, sources.node[tied], at_node_mm, limit_mm).astype(np.int64)
        nodes = np.flatnonzero(cost != UNREACHABLE)
        beside, straight_mm = straight_from(self._plane, sources, spent_mm, targets, limit_mm)
        reached = Reached(
            np.concatenate([self.arrays.lat[nodes], beside.lat]),
            np.concatenate([self.arrays.lon[nodes], beside.lon]),
            np.concatenate([cost[nodes], beside.spent_mm]),
            np.concatenate([np.full(len(nodes), OFF_STREET_MM), beside.roam_mm]),
        )
        along_mm = cost[targets.node] + targets.off_m.astype(np.int64) * 1000
        along_mm[(targets.node < 0) | (along_mm > limit_mm)] = UNREACHABLE
        return reached, np.minimum(along_mm, straight_mm)

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
        nodes = dijkstra.path(*self.arrays.walking(profile), u, v)
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
        return _without_repeats(self._line(self.arrays.spots[nodes]))

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
        codes = np.union1d(self._closed, closed_pieces(self._open.arrays, closed))
        return self._free._open._with_closed(codes)._at_percent(self._percent)

    def at(self, hour: int) -> "StreetNetwork":
        """See `Streets.at`.

        Parameters
        ----------
        hour
            Of the day by the city's clock, 0 to 23.

        Returns
        -------
        StreetNetwork
            A view, with what is closed here.

        Raises
        ------
        StreetDataError
            For hours that no day has.
        """
        return self._free._at_percent(self._speeds.at(hour))

    def slowest(self) -> "StreetNetwork":
        """See `Streets.slowest`.

        Returns
        -------
        StreetNetwork
            A view, with what is closed here.
        """
        return self._free._at_percent(self._speeds.slowest())

    def contracted(self) -> "StreetNetwork":
        """Contract the driving graph now, if that was not done yet.

        Open streets do it when they are first driven on. A view with closed roads waits until it
        has searched so much that contracting would have been cheaper; who knows that roads stay
        closed asks for it here, perhaps in a thread, while others go on asking.

        Returns
        -------
        StreetNetwork
            This one.
        """
        _ = self._drives.hierarchy
        return self

    def _view(self, arrays: StreetArrays, drives: Drives) -> "StreetNetwork":
        """Other streets in the same place."""
        view = copy(self)
        view._become(arrays, drives)
        return view

    def _with_closed(self, codes: NDArray[np.int64]) -> "StreetNetwork":
        """A view of these open streets without some pieces."""
        arrays = opened(self.arrays, codes)
        view = self._view(arrays, Drives(arrays, before=(self._drives, self.arrays)))
        view._open, view._closed = self, codes
        return view

    def _at_percent(self, percent: NDArray[np.int64]) -> "StreetNetwork":
        """A view of these free streets at other speeds; itself where they are free, too."""
        if (percent == FREE_PERCENT).all():
            return self
        with self._lock:
            if (found := self._by_speed.get(percent.tobytes())) is not None:
                return found
        if self._open is self:
            arrays = slowed(self.arrays, percent)
            view = self._view(arrays, Drives(arrays, self._cache_dir))
        else:
            view = self._open._at_percent(percent)._with_closed(self._closed)
        view._free, view._percent, view._finders = self, percent, self._finders
        with self._lock:
            return self._by_speed.setdefault(percent.tobytes(), view)

    def _finder(self, use: Profile | Literal["drive"]) -> NodeFinder:
        """Nodes to be tied to, by who moves; made when first asked for."""
        with self._lock:
            if use not in self._finders:
                a = self.arrays
                edges = a.junctions_joined() if use == "drive" else a.walking(use)[:2]
                directed = use in {"drive", "bicycle"}
                self._finders[use] = NodeFinder(self._plane, a.lat, a.lon, *edges, directed)
            return self._finders[use]

    def _goals(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where to search for nodes that are driven to."""
        return np.asarray(self._goal_of[nodes])

    def _line(self, nodes: NDArray[np.int64]) -> Geometry:
        """Coordinates of a path without the nodes that were laid on straight lines."""
        if len(nodes) > 2:
            keep = nodes < self.arrays.original_nodes
            keep[0] = keep[-1] = True
            nodes = nodes[keep]
        lon, lat = self.arrays.lon[nodes], self.arrays.lat[nodes]
        return tuple(zip(lon.tolist(), lat.tolist(), strict=True))


def _seconds(ms: NDArray[np.int32]) -> NDArray[np.int32]:
    """Milliseconds as seconds, rounded up."""
    seconds = -(-ms // np.int32(1000))
    return np.where(ms == UNREACHABLE, UNREACHABLE, seconds).astype(np.int32)


def _without_repeats(line: Geometry) -> Geometry:
    return tuple(p for n, p in enumerate(line) if n == 0 or p != line[n - 1])
