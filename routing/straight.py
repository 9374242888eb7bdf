"""Walks and drives in straight lines, for cities without streets and places far from any."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.journeys import Geometry
from routing.kernels.dijkstra import UNREACHABLE
from routing.snapping import DETOUR, Anchors, Plane, PointGrid
from routing.street_port import OFF_STREET_MM, Closed, Profile, Reached

STRAIGHT_DRIVE_KMH: Final = 30
"""Speed of a drive along a straight line made longer by `DETOUR`."""


class StraightStreets:
    """Straight lines x 1.3 for a city without a street file; drives at 30 km/h along them.

    A node is its coordinate: latitude and longitude in millionths of a degree, packed into int64.
    """

    @property
    def label(self) -> str:
        """Tell that walks are straight lines."""
        return "straight_lines"

    def snap(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
        """See `Streets.snap`.

        Parameters
        ----------
        lat, lon
            Degrees, float64 ``[n]``.

        Returns
        -------
        ndarray
            Packed coordinates, int64 ``[n]``.
        """
        y = np.rint((np.asarray(lat, np.float64) + 90) * 1e6).astype(np.int64)
        x = np.rint((np.asarray(lon, np.float64) + 180) * 1e6).astype(np.int64)
        return (y << 32) | x

    def anchor(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64], profile: Profile = "walk"
    ) -> Anchors:
        """See `Streets.anchor`.

        Parameters
        ----------
        lat, lon
            Degrees, float64 ``[n]``.
        profile
            Who walks; straight lines are the same for all.

        Returns
        -------
        Anchors
            Places with node -1: every walk is a straight line.
        """
        del profile
        lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
        return Anchors(lat, lon, np.full(len(lat), -1, np.int64), np.zeros(len(lat), np.int32))

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
            Who walks; straight lines are the same for all.

        Returns
        -------
        ndarray
            Metres, int32 ``[n]``.
        """
        del profile
        walk_m = straight_walk_m(Plane(float(origin.lat[0])), origin, targets)
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
            Who walks; straight lines are the same for all.

        Returns
        -------
        tuple
            Origins, targets, metres.
        """
        del profile
        plane = Plane(float(origins.lat.mean()) if len(origins.lat) else 0.0)
        i, j, walk_m = straight_pairs(plane, origins, targets, limit_m)
        return least_per_pair(i, j, walk_m, limit_m)

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
            Places, and what was spent there, millimetres walked.
        targets
            Places of which to tell the cost.
        limit_mm
            Most to spend, millimetres walked.
        profile
            Who walks; straight lines are the same for all.

        Returns
        -------
        tuple
            The sources, from which people go anywhere; what is spent at each target, int64.
        """
        del profile
        plane = Plane(float(sources.lat.mean()))
        return straight_from(plane, sources, spent_mm, targets, limit_mm)

    def walk_path(self, origin: Anchors, target: Anchors, profile: Profile = "walk") -> Geometry:
        """See `Streets.walk_path`.

        Parameters
        ----------
        origin, target
            One place each.
        profile
            Who walks; straight lines are the same for all.

        Returns
        -------
        Geometry
            A straight line.
        """
        del profile
        return (anchor_point(origin), anchor_point(target))

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
        origins, goals = np.asarray(nodes_from, np.int64), np.asarray(nodes_to, np.int64)
        return _drive_s(origins[:, None], goals[None, :])

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
        return _drive_s(np.asarray(nodes_from, np.int64), np.asarray(nodes_to, np.int64))

    def drive_path(self, node_from: int, node_to: int) -> Geometry:
        """See `Streets.drive_path`.

        Parameters
        ----------
        node_from, node_to
            Nodes.

        Returns
        -------
        Geometry
            A straight line.
        """
        lat, lon = _unpack(np.array([node_from, node_to], np.int64))
        return tuple(zip(lon.tolist(), lat.tolist(), strict=True))

    def without(self, closed: Closed) -> "StraightStreets":
        """See `Streets.without`; straight lines know no roads that could be closed.

        Parameters
        ----------
        closed
            What is closed.

        Returns
        -------
        StraightStreets
            The same.
        """
        del closed
        return self

    def at(self, hour: int) -> "StraightStreets":
        """See `Streets.at`; straight lines know no classes of road.

        Parameters
        ----------
        hour
            Of the day.

        Returns
        -------
        StraightStreets
            The same.
        """
        del hour
        return self

    def slowest(self) -> "StraightStreets":
        """See `Streets.slowest`; straight lines know no classes of road.

        Returns
        -------
        StraightStreets
            The same.
        """
        return self


def _drive_s(nodes_from: NDArray[np.int64], nodes_to: NDArray[np.int64]) -> NDArray[np.int32]:
    """Seconds between nodes that broadcast."""
    (lat, lon), (other_lat, other_lon) = _unpack(nodes_from), _unpack(nodes_to)
    plane = Plane(float(lat.mean()) if lat.size else 0.0)
    drive_m = plane.distance_m(lat, lon, other_lat, other_lon) * DETOUR
    return np.ceil(drive_m * 3.6 / STRAIGHT_DRIVE_KMH).astype(np.int32)


def _unpack(nodes: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return (nodes >> 32) / 1e6 - 90, (nodes & 0xFFFFFFFF) / 1e6 - 180


def anchor_point(place: Anchors) -> tuple[float, float]:
    """The coordinate of a single place.

    Parameters
    ----------
    place
        One place.

    Returns
    -------
    tuple
        Longitude, latitude.
    """
    return float(place.lon[0]), float(place.lat[0])


def straight_walk_m(plane: Plane, origin: Anchors, targets: Anchors) -> NDArray[np.int64]:
    """Straight walks from one place, made longer by `DETOUR`.

    Parameters
    ----------
    plane
        Coordinates to measure in.
    origin, targets
        One place and n places.

    Returns
    -------
    ndarray
        Metres, int64 ``[n]``.
    """
    distance_m = plane.distance_m(
        targets.lat, targets.lon, float(origin.lat[0]), float(origin.lon[0])
    )
    return np.rint(distance_m * DETOUR).astype(np.int64)


def is_straight(origin: Anchors, targets: Anchors, walk_m: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether to walk straight: no street is known, or the way to the street is as long.

    Parameters
    ----------
    origin, targets
        One place and n places.
    walk_m
        The straight walks between them, metres, int64 ``[n]``.

    Returns
    -------
    ndarray
        bool ``[n]``.
    """
    off_m = targets.off_m.astype(np.int64) + int(origin.off_m[0])
    return np.asarray((targets.node < 0) | (origin.node[0] < 0) | (walk_m <= off_m))


def straight_pairs(
    plane: Plane, origins: Anchors, targets: Anchors, limit_m: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pairs within the limit that walk straight, as `is_straight` decides.

    Parameters
    ----------
    plane
        Coordinates to measure in.
    origins, targets
        Places.
    limit_m
        Longest walk, metres.

    Returns
    -------
    tuple
        Index of the origin, index of the target, metres; int64.
    """
    reach_m = limit_m / DETOUR
    grid = PointGrid(plane.points(targets.lat, targets.lon), max(reach_m, 1.0))
    i, j, straight_m = grid.within(plane.points(origins.lat, origins.lon), reach_m)
    walk_m = np.rint(straight_m * DETOUR).astype(np.int64)
    off_m = origins.off_m[i].astype(np.int64) + targets.off_m[j]
    keep = (origins.node[i] < 0) | (targets.node[j] < 0) | (walk_m <= off_m)
    return i[keep], j[keep], walk_m[keep]


def straight_from(
    plane: Plane,
    sources: Anchors,
    spent_mm: NDArray[np.int64],
    targets: Anchors,
    limit_mm: int,
) -> tuple[Reached, NDArray[np.int64]]:
    """Walk on from many places in straight lines, where no street serves.

    Parameters
    ----------
    plane
        Coordinates to measure in.
    sources, spent_mm
        Places, and what was spent there, millimetres walked, int64 ``[s]``.
    targets
        Places of which to tell the cost.
    limit_mm
        Most to spend, millimetres walked.

    Returns
    -------
    tuple
        The sources that are in time (those on no street may be left as far as time allows), and
        what is spent at each target.
    """
    cost_mm = np.full(len(targets.lat), UNREACHABLE, np.int64)
    longest_m = (limit_mm - int(spent_mm.min(initial=limit_mm))) // 1000
    i, j, walk_m = straight_pairs(plane, sources, targets, max(longest_m, 0))
    np.minimum.at(cost_mm, j, spent_mm[i] + walk_m * 1000)
    cost_mm[cost_mm > limit_mm] = UNREACHABLE
    in_time = np.flatnonzero(spent_mm <= limit_mm)
    off_mm = sources.off_m[in_time].astype(np.int64) * 1000
    roam_mm = np.where(sources.node[in_time] < 0, limit_mm, np.maximum(off_mm, OFF_STREET_MM))
    lat, lon = sources.lat[in_time], sources.lon[in_time]
    return Reached(lat, lon, spent_mm[in_time], roam_mm), cost_mm


def least_per_pair(
    i: NDArray[np.int64], j: NDArray[np.int64], walk_m: NDArray[np.int64], limit_m: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """The shortest walk of each pair, ordered by pair.

    Parameters
    ----------
    i, j
        Pairs, int64 ``[k]``, with repeats.
    walk_m
        Metres, int64 ``[k]``.
    limit_m
        Longest walk to keep, metres.

    Returns
    -------
    tuple
        Pairs without repeats, and metres, int32.
    """
    order = np.lexsort((walk_m, j, i))
    i, j, walk_m = i[order], j[order], walk_m[order]
    first = np.ones(len(i), np.bool_)
    first[1:] = (i[1:] != i[:-1]) | (j[1:] != j[:-1])
    keep = first & (walk_m <= limit_m)
    return i[keep], j[keep], walk_m[keep].astype(np.int32)
