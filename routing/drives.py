"""Who answers for drives: a hierarchy made when it is first needed, searches until it pays."""

import threading
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.closures import Untouched
from routing.driving import Hierarchy
from routing.kernels import dijkstra
from routing.street_arrays import StreetArrays
from routing.street_cache import hierarchy_file, read_hierarchy, write_cache

WORTH_CONTRACTING: Final = 200
"""Searches from one node that cost about as much as contracting the graph, whatever its size:
both grow with its nodes. Who contracts instead of searching more never pays more than twice the
least possible."""


class Drives:
    """Drives over a graph; asked like a `Hierarchy`.

    Parameters
    ----------
    arrays
        Streets whose driving graph is meant.
    cache_dir
        Folder that keeps the hierarchy; None keeps nothing.
    before
        Drives while nothing was closed, and those streets: they answer what the closure does not
        touch, until a hierarchy of its own is worth its price. None for open streets.
    """

    def __init__(
        self,
        arrays: StreetArrays,
        cache_dir: Path | None = None,
        before: "tuple[Drives, StreetArrays] | None" = None,
    ) -> None:
        self._arrays = arrays
        self._cache_dir = cache_dir
        self._before = before
        self._hierarchy: Hierarchy | None = None
        self._untouched: Untouched | None = None
        self._searches = 0
        self._lock = threading.Lock()

    @property
    def hierarchy(self) -> Hierarchy:
        """The graph contracted, made or read once."""
        if self._hierarchy is None:
            with self._lock:
                if self._hierarchy is None:
                    self._hierarchy = self._contracted()
        return self._hierarchy

    def table(self, sources: NDArray[np.int64], goals: NDArray[np.int64]) -> NDArray[np.int32]:
        """Cost from each source to each goal.

        Parameters
        ----------
        sources, goals
            Nodes, int64 ``[s]`` and ``[g]``; -1 reaches nothing.

        Returns
        -------
        ndarray
            Milliseconds, int32 ``[s, g]``.
        """
        if (known := self._known()) is None:
            return self.hierarchy.table(sources, goals)
        cost, lost = known.table(sources, goals)
        rows, columns = np.flatnonzero(lost.any(axis=1)), np.flatnonzero(lost.any(axis=0))
        cost[np.ix_(rows, columns)] = self._anew(sources[rows], goals[columns])
        return cost

    def pairs(self, sources: NDArray[np.int64], goals: NDArray[np.int64]) -> NDArray[np.int32]:
        """Cost from each source to the goal beside it.

        Parameters
        ----------
        sources, goals
            Nodes, int64 ``[k]``; -1 reaches nothing.

        Returns
        -------
        ndarray
            Milliseconds, int32 ``[k]``.
        """
        if (known := self._known()) is None:
            return self.hierarchy.pairs(sources, goals)
        cost, lost = known.pairs(sources, goals)
        for source in np.unique(sources[lost]):
            mine = np.flatnonzero(lost & (sources == source))
            cost[mine] = self._anew(np.array([source], np.int64), goals[mine])[0]
        return cost

    def path(self, source: int, goal: int) -> NDArray[np.int64]:
        """Nodes of a cheapest path.

        Parameters
        ----------
        source, goal
            Nodes.

        Returns
        -------
        ndarray
            Nodes, int64; empty when there is no way.
        """
        if (known := self._known()) is None:
            return self.hierarchy.path(source, goal)
        _, lost = known.pairs(np.array([source], np.int64), np.array([goal], np.int64))
        if not lost[0]:
            return known.hierarchy.path(source, goal)
        if self._pays(1):
            return self.hierarchy.path(source, goal)
        a = self._arrays
        return dijkstra.path(a.drive_starts, a.drive_heads, a.drive_ms, source, goal)

    def _known(self) -> Untouched | None:
        """What is known from before, as long as there is no hierarchy to ask."""
        if self._hierarchy is not None or self._before is None:
            return None
        if self._untouched is None:
            drives, whole = self._before
            self._untouched = Untouched.of(drives.hierarchy, whole, self._arrays)
        return self._untouched

    def _anew(self, sources: NDArray[np.int64], goals: NDArray[np.int64]) -> NDArray[np.int32]:
        """Cost from each source to each goal, whatever was known before."""
        if self._pays(len(sources)):
            return self.hierarchy.table(sources, goals)
        a = self._arrays
        return dijkstra.table(a.drive_starts, a.drive_heads, a.drive_ms, sources, goals)

    def _pays(self, searches: int) -> bool:
        """Whether to contract instead of searching so much more."""
        self._searches += searches
        return self._hierarchy is not None or self._searches > WORTH_CONTRACTING

    def _contracted(self) -> Hierarchy:
        a = self._arrays
        graph = a.drive_starts, a.drive_heads, a.drive_ms
        if self._cache_dir is None:
            return Hierarchy.of(*graph)
        kept = hierarchy_file(self._cache_dir, *graph)
        found = read_hierarchy(kept)
        if found is None:
            found = Hierarchy.of(*graph)
            write_cache(kept, found)
        return found
