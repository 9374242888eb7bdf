"""The same questions put to other programs, on the very graph that ours is asked on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Nodes = NDArray[np.int64]
Costs = NDArray[np.float64]


@dataclass(frozen=True)
class Graph:
    """A driving graph in compressed sparse rows.

    Parameters
    ----------
    lat, lon
        Nodes, degrees.
    starts, heads, ms
        Edges, milliseconds.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    starts: NDArray[np.int64]
    heads: NDArray[np.int32]
    ms: NDArray[np.int32]

    @property
    def tails(self) -> Nodes:
        """The node each edge leaves, int64."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


class Peer(Protocol):
    """Another program, ready to be asked."""

    name: str

    def table(self, sources: Nodes, goals: Nodes) -> Costs:
        """Milliseconds from each source to each goal."""
        ...

    def pairs(self, sources: Nodes, goals: Nodes) -> Costs:
        """Milliseconds from each source to the goal beside it."""
        ...

    def single(self, source: int, goal: int) -> float:
        """Milliseconds from one node to another, the quickest way to ask for one alone."""
        ...


class Pandana:
    """pandana: contraction hierarchies in C++, one search a pair, all cores.

    Parameters
    ----------
    graph
        What to contract.
    """

    def __init__(self, graph: Graph) -> None:
        import pandana  # type: ignore[import-not-found, unused-ignore] # the benchmark's own need
        import pandas as pd

        self.name = f"pandana {pandana.__version__}"
        # Milliseconds as they are: pandana keeps three decimals of a weight, as integers.
        self._network: Any = pandana.Network(
            pd.Series(graph.lon),
            pd.Series(graph.lat),
            pd.Series(graph.tails),
            pd.Series(graph.heads.astype(np.int64)),
            pd.DataFrame({"ms": graph.ms.astype(np.float64)}),
            twoway=False,
        )

    def table(self, sources: Nodes, goals: Nodes) -> Costs:
        """See `Peer.table`; pandana has no tables but lists of pairs."""
        flat = self.pairs(np.repeat(sources, len(goals)), np.tile(goals, len(sources)))
        return flat.reshape(len(sources), len(goals))

    def pairs(self, sources: Nodes, goals: Nodes) -> Costs:
        """See `Peer.pairs`."""
        return np.asarray(self._network.shortest_path_lengths(sources, goals), np.float64)

    def single(self, source: int, goal: int) -> float:
        """See `Peer.single`; asked of the C++ part, because pandas takes a millisecond a call."""
        return float(self._network.net.shortest_path_distance(source, goal, 0))


class Scipy:
    """scipy.sparse.csgraph: Dijkstra with a Fibonacci heap in Cython, one search a source.

    Parameters
    ----------
    graph
        What to search.
    """

    name = "scipy"

    def __init__(self, graph: Graph) -> None:
        n = len(graph.lat)
        self._matrix = csr_array(
            (graph.ms.astype(np.float64), graph.heads, graph.starts), shape=(n, n)
        )

    def table(self, sources: Nodes, goals: Nodes) -> Costs:
        """See `Peer.table`."""
        return np.asarray(dijkstra(self._matrix, indices=sources)[:, goals])

    def pairs(self, sources: Nodes, goals: Nodes) -> Costs:
        """See `Peer.pairs`."""
        rows = [dijkstra(self._matrix, indices=int(source)) for source in sources]
        return np.array([row[goal] for row, goal in zip(rows, goals, strict=True)])

    def single(self, source: int, goal: int) -> float:
        """See `Peer.single`."""
        return float(dijkstra(self._matrix, indices=source)[goal])


class Networkx:
    """networkx: Dijkstra in Python, one search a pair.

    Parameters
    ----------
    graph
        What to search.
    """

    name = "networkx"

    def __init__(self, graph: Graph) -> None:
        self._graph: nx.DiGraph[int] = nx.DiGraph()
        self._graph.add_nodes_from(range(len(graph.lat)))
        edges = zip(graph.tails.tolist(), graph.heads.tolist(), graph.ms.tolist(), strict=True)
        self._graph.add_weighted_edges_from(edges)

    def table(self, sources: Nodes, goals: Nodes) -> Costs:
        """See `Peer.table`."""
        rows = [nx.single_source_dijkstra_path_length(self._graph, s) for s in sources.tolist()]
        return np.array([[row.get(goal, np.inf) for goal in goals.tolist()] for row in rows])

    def pairs(self, sources: Nodes, goals: Nodes) -> Costs:
        """See `Peer.pairs`."""
        ends = zip(sources.tolist(), goals.tolist(), strict=True)
        return np.array([self.single(source, goal) for source, goal in ends])

    def single(self, source: int, goal: int) -> float:
        """See `Peer.single`."""
        try:
            return float(nx.dijkstra_path_length(self._graph, source, goal))
        except nx.NetworkXNoPath:
            return np.inf


KNOWN: dict[str, Callable[[Graph], Peer]] = {
    "pandana": Pandana,
    "scipy": Scipy,
    "networkx": Networkx,
}
"""Peers by the name that ``--peers`` takes."""
