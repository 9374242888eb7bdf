"""Costs on a street graph without searching it: a contraction hierarchy and its hub labels."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.kernels import hierarchy, labels
from routing.kernels.dijkstra import UNREACHABLE

MOST_LABELS: Final = 20_000_000
"""Entries of hub labels worth their memory, of each kind; beyond them the hierarchy is searched."""

Graphs = tuple[
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A contracted graph, as `routing.kernels.hierarchy` reads it.

    Parameters
    ----------
    place
        Number of each street node in the hierarchy, int32 ``[n]``; 0 is the most important.
    up_starts, up_heads, up_ms, up_mids
        Edges to more important nodes: compressed sparse rows, int64 ``[n + 1]``, int32,
        milliseconds, and the node a shortcut leads through or -1.
    down_starts, down_heads, down_ms, down_mids
        Edges from more important nodes, turned round, the same way.
    out_starts, out_hubs, out_ms, in_starts, in_hubs, in_ms
        Hub labels, as `routing.kernels.labels` makes them; without entries where there would be
        more than `MOST_LABELS`.
    """

    place: NDArray[np.int32]
    up_starts: NDArray[np.int64]
    up_heads: NDArray[np.int32]
    up_ms: NDArray[np.int32]
    up_mids: NDArray[np.int32]
    down_starts: NDArray[np.int64]
    down_heads: NDArray[np.int32]
    down_ms: NDArray[np.int32]
    down_mids: NDArray[np.int32]
    out_starts: NDArray[np.int64]
    out_hubs: NDArray[np.int32]
    out_ms: NDArray[np.int32]
    in_starts: NDArray[np.int64]
    in_hubs: NDArray[np.int32]
    in_ms: NDArray[np.int32]

    @classmethod
    def of(
        cls,
        starts: NDArray[np.int64],
        heads: NDArray[np.int32],
        weights: NDArray[np.int32],
        most_labels: int = MOST_LABELS,
    ) -> "Hierarchy":
        """Contract a graph.

        Parameters
        ----------
        starts, heads, weights
            Edges of node u are ``starts[u]:starts[u + 1]``; int64 ``[n + 1]``, int32 ``[m]``.
        most_labels
            Entries of labels to keep at most, of each kind.

        Returns
        -------
        Hierarchy
            With the same costs between all nodes.
        """
        from routing.kernels import contraction  # not needed where the hierarchy was kept

        order, rows, first, count = contraction.contract(starts, heads, weights)
        n = len(order)
        place = (n - 1 - order).astype(np.int32)
        node = np.repeat(np.arange(n), count)
        within = np.arange(len(node)) - np.repeat(np.cumsum(count) - count, count)
        kept = rows[first[node] + within]
        tails, tops = place[node], place[kept[:, contraction.HEAD]]
        sides = (
            (kept[:, contraction.OUT], kept[:, contraction.OUT_MID]),
            (kept[:, contraction.IN], kept[:, contraction.IN_MID]),
        )
        up, down = (_pack(tails, tops, cost, mid, place) for cost, mid in sides)
        hubs = labels.label_all(*up[:3], *down[:3], most_labels)
        arrays: tuple[Any, ...] = (*up, *down, *hubs)
        return cls(place, *arrays)

    def at(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of nodes in the hierarchy.

        Parameters
        ----------
        nodes
            Street nodes, int64; -1 stays -1.

        Returns
        -------
        ndarray
            int64.
        """
        return np.asarray(self._numbers[nodes])

    def table(self, sources: NDArray[np.int64], goals: NDArray[np.int64]) -> NDArray[np.int32]:
        """Cost from each source to each goal.

        Parameters
        ----------
        sources, goals
            Street nodes, int64 ``[s]`` and ``[g]``; -1 reaches nothing.

        Returns
        -------
        ndarray
            Milliseconds, int32 ``[s, g]``; `UNREACHABLE` where there is no way.
        """
        ends = self.at(sources), self.at(goals)
        if self._is_labelled:
            return labels.table(*self._labels, *ends)
        from routing.kernels import climbing  # few cities are too large for labels

        return climbing.table(*self._graphs, *ends)

    def pairs(self, sources: NDArray[np.int64], goals: NDArray[np.int64]) -> NDArray[np.int32]:
        """Cost from each source to the goal beside it.

        Parameters
        ----------
        sources, goals
            Street nodes, int64 ``[k]``; -1 reaches nothing.

        Returns
        -------
        ndarray
            Milliseconds, int32 ``[k]``.
        """
        ends = self.at(sources), self.at(goals)
        if self._is_labelled:
            return labels.pairs(*self._labels, *ends)
        from routing.kernels import climbing

        return climbing.pairs(*self._graphs, *ends)

    def path(self, source: int, goal: int) -> NDArray[np.int64]:
        """Nodes of a cheapest path.

        Parameters
        ----------
        source, goal
            Street nodes.

        Returns
        -------
        ndarray
            Street nodes, int64; empty when there is no way.
        """
        ends = int(self.place[source]), int(self.place[goal])
        found = hierarchy.path(*self._graphs, self.up_mids, self.down_mids, *ends)
        return np.asarray(self._nodes[found])

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        """`place`, with -1 behind it, where -1 looks."""
        return np.append(self.place, -1).astype(np.int64)

    @cached_property
    def _nodes(self) -> NDArray[np.int64]:
        """The street node of each number in the hierarchy."""
        return np.argsort(self.place)

    @property
    def _graphs(self) -> Graphs:
        up = (self.up_starts, self.up_heads, self.up_ms)
        return (*up, self.down_starts, self.down_heads, self.down_ms)

    @property
    def _labels(self) -> Graphs:
        out = (self.out_starts, self.out_hubs, self.out_ms)
        return (*out, self.in_starts, self.in_hubs, self.in_ms)

    @property
    def _is_labelled(self) -> bool:
        return len(self.out_hubs) > 0


def _pack(
    tails: NDArray[np.int32],
    tops: NDArray[np.int32],
    cost: NDArray[np.int32],
    mids: NDArray[np.int32],
    place: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """One side of the hierarchy in compressed sparse rows, its shortcuts' nodes renumbered."""
    held = np.flatnonzero(cost != UNREACHABLE)
    held = held[np.lexsort((tops[held], tails[held]))]
    starts = np.zeros(len(place) + 1, np.int64)
    np.cumsum(np.bincount(tails[held], minlength=len(place)), out=starts[1:])
    mids = mids[held]
    mids = np.where(mids >= 0, place[mids], -1).astype(np.int32)
    return starts, tops[held].copy(), cost[held].copy(), mids
