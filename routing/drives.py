"""Who answers for drives: a hierarchy made when it is first needed, detours until it pays."""

import threading
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.closures import Detours
from routing.driving import Hierarchy
from routing.osm import StreetArrays
from routing.street_cache import hierarchy_file, read_hierarchy, write_cache

WORTH_CONTRACTING: Final = 200
"""Searches from one node that cost about as much as contracting the graph, whatever its size:
both grow with its nodes. Who contracts after so many never pays twice the least possible."""


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
        self._detours: Detours | None = None
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
        return self._asked().table(sources, goals)

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
        return self._asked().pairs(sources, goals)

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
        return self._asked().path(source, goal)

    def _asked(self) -> Hierarchy | Detours:
        if self._hierarchy is not None or self._before is None:
            return self.hierarchy
        if self._detours is None:
            drives, whole = self._before
            self._detours = Detours.of(drives.hierarchy, whole, self._arrays)
        if self._detours.searched < WORTH_CONTRACTING:
            return self._detours
        return self.hierarchy

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
