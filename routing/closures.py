"""Closed roads (flood, snow, works) laid over streets without reading or contracting them anew.

The graphs are filtered, which takes milliseconds; nodes keep their numbers. Drives are still asked
of the hierarchy of the open city: its cost is right wherever no cheapest way leads over a closed
piece, and whether one does shows in costs alone, ``cost(s, u) + edge + cost(v, t) = cost(s, t)``.
The others must be found anew: see `routing.drives`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.driving import Hierarchy
from routing.errors import StreetDataError
from routing.kernels import dijkstra
from routing.street_arrays import StreetArrays
from routing.street_port import Closed

UNREACHABLE = dijkstra.UNREACHABLE


def closed_pieces(arrays: StreetArrays, closed: Closed) -> NDArray[np.int64]:
    """Find the pieces of street that are closed.

    Parameters
    ----------
    arrays
        The streets.
    closed
        A GeoJSON geometry, which closes all pieces it touches, or pairs of nodes.

    Returns
    -------
    ndarray
        Codes of pieces, ascending, int64; a piece is closed in both directions.

    Raises
    ------
    StreetDataError
        When the geometry cannot be understood, or nodes are not the ends of one piece.
    """
    n = len(arrays.lat)
    known = np.unique(np.concatenate([_codes(n, u, v) for _, u, v, _ in _graphs(arrays)]))
    known = known[known // n != known % n]
    if isinstance(closed, Mapping):
        touched = _touched(arrays, known // n, known % n, closed)
        return np.asarray(known[touched])
    pairs = np.array(list(closed), np.int64).reshape(-1, 2)
    codes = np.unique(_codes(n, pairs[:, 0], pairs[:, 1]))
    strange = np.setdiff1d(codes, known)
    if len(strange):
        u, v = divmod(int(strange[0]), n)
        raise StreetDataError(
            f"nodes {u} and {v} are not the ends of one piece of street; give pairs of "
            "neighbouring nodes, or the closed area as a GeoJSON geometry",
            nodes=(u, v),
        )
    return np.asarray(codes)


def _touched(
    arrays: StreetArrays, u: NDArray[np.int64], v: NDArray[np.int64], area: Mapping[str, Any]
) -> NDArray[np.bool_]:
    import shapely
    import shapely.geometry

    try:
        shape = shapely.geometry.shape(dict(area))
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise StreetDataError(
            f"the closed area is no GeoJSON geometry ({error}); give a Polygon, a MultiPolygon or "
            "a LineString with longitudes and latitudes",
        ) from error
    ends = np.stack([arrays.lon[u], arrays.lat[u], arrays.lon[v], arrays.lat[v]], axis=1)
    west, south, east, north = shape.bounds if not shape.is_empty else (0.0, 0.0, -1.0, -1.0)
    lon, lat = ends[:, 0::2], ends[:, 1::2]
    near = (lon.max(axis=1) >= west) & (lon.min(axis=1) <= east)
    near &= (lat.max(axis=1) >= south) & (lat.min(axis=1) <= north)
    shapely.prepare(shape)
    near[near] = shapely.intersects(shape, shapely.linestrings(ends[near].reshape(-1, 2, 2)))
    return np.asarray(near)


def _graphs(
    a: StreetArrays,
) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]]:
    """Name, street nodes at both ends, and weights of the edges of each graph."""
    for name, unit in (("walk", "mm"), ("drive", "ms"), ("wheel", "mm"), ("cycle", "mm")):
        starts, heads = getattr(a, f"{name}_starts"), getattr(a, f"{name}_heads")
        tails = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        yield name, a.spots[tails], a.spots[heads], getattr(a, f"{name}_{unit}")


def _codes(n: int, u: NDArray[np.int64], v: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each piece, the same in both directions."""
    return np.asarray(np.minimum(u, v) * n + np.maximum(u, v))


def opened(arrays: StreetArrays, codes: NDArray[np.int64]) -> StreetArrays:
    """Streets without closed pieces.

    Parameters
    ----------
    arrays
        All streets.
    codes
        Pieces from `closed_pieces`.

    Returns
    -------
    StreetArrays
        The same nodes and fewer edges; what does not change is shared.
    """
    n = len(arrays.lat)
    changes: dict[str, Any] = {}
    for name, u, v, weights in _graphs(arrays):
        kept = ~np.isin(_codes(n, u, v), codes)
        if kept.all():
            continue
        starts = getattr(arrays, f"{name}_starts")
        before = np.concatenate([[0], np.cumsum(kept)])
        unit = "ms" if name == "drive" else "mm"
        changes[f"{name}_starts"] = before[starts].astype(np.int64)
        changes[f"{name}_heads"] = getattr(arrays, f"{name}_heads")[kept]
        changes[f"{name}_{unit}"] = weights[kept]
        if name == "drive":
            changes["drive_road"] = arrays.drive_road[kept]
    return replace(arrays, **changes)


@dataclass(frozen=True, eq=False)
class Untouched:
    """What a hierarchy still knows of streets of which some are closed.

    Parameters
    ----------
    hierarchy
        Of all streets.
    entry_tails, entry_heads, entry_ms
        The closed edges that a drive may take first: their tail can still be driven to. int64
        ``[c]``, and milliseconds.
    closed_tails
        Nodes that closed edges leave: no drive from there is known. int64.
    """

    hierarchy: Hierarchy
    entry_tails: NDArray[np.int64]
    entry_heads: NDArray[np.int64]
    entry_ms: NDArray[np.int64]
    closed_tails: NDArray[np.int64]

    @classmethod
    def of(cls, hierarchy: Hierarchy, whole: StreetArrays, opened: StreetArrays) -> "Untouched":
        """Compare streets before and after.

        Parameters
        ----------
        hierarchy
            Of all streets.
        whole, opened
            All streets, and those left open.

        Returns
        -------
        Untouched
            Ready to be asked.
        """
        n = len(whole.drive_starts) - 1
        tails = np.repeat(np.arange(n), np.diff(whole.drive_starts))
        heads = whole.drive_heads.astype(np.int64)
        left = np.repeat(np.arange(n), np.diff(opened.drive_starts))
        closed = ~np.isin(tails * n + heads, left * n + opened.drive_heads)
        reached = np.zeros(n, np.bool_)
        reached[opened.drive_heads] = True
        entry = closed & reached[tails]
        return cls(
            hierarchy,
            tails[entry],
            heads[entry],
            whole.drive_ms[entry].astype(np.int64),
            np.unique(tails[closed]),
        )

    def table(
        self, sources: NDArray[np.int64], goals: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Cost from each source to each goal while all was open, and whether it is lost.

        Parameters
        ----------
        sources, goals
            Nodes, int64 ``[s]`` and ``[g]``; -1 reaches nothing.

        Returns
        -------
        tuple
            Milliseconds, int32 ``[s, g]``; whether a cheapest way leads over a closed piece, bool.
        """
        cost = self.hierarchy.table(sources, goals)
        there = self.hierarchy.table(sources, self.entry_tails).astype(np.int64)
        onward = self.hierarchy.table(self.entry_heads, goals).astype(np.int64)
        closed = np.repeat(np.isin(sources, self.closed_tails)[:, None], len(goals), axis=1)
        for entry, ms in enumerate(self.entry_ms.tolist()):
            closed |= (there[:, entry, None] + ms) + onward[entry] == cost
        return cost, closed & (cost != UNREACHABLE)

    def pairs(
        self, sources: NDArray[np.int64], goals: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Cost from each source to the goal beside it while all was open, and whether it is lost.

        Parameters
        ----------
        sources, goals
            Nodes, int64 ``[k]``; -1 reaches nothing.

        Returns
        -------
        tuple
            Milliseconds, int32 ``[k]``; whether a cheapest way leads over a closed piece, bool.
        """
        cost = self.hierarchy.pairs(sources, goals)
        each, of_pair = np.unique(sources, return_inverse=True)
        other, to_pair = np.unique(goals, return_inverse=True)
        there = self.hierarchy.table(each, self.entry_tails).astype(np.int64)
        onward = self.hierarchy.table(self.entry_heads, other).astype(np.int64)
        closed = np.isin(sources, self.closed_tails)
        for entry, ms in enumerate(self.entry_ms.tolist()):
            closed |= there[of_pair, entry] + ms + onward[entry, to_pair] == cost
        return cost, closed & (cost != UNREACHABLE)
