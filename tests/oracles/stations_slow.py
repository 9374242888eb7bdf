"""Walks through stations by networkx: every layer of a walk a graph of its own."""

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from routing.pathways import COST_M, FROM, IS_STEP_FREE, TO
from routing.snapping import Anchors, Plane
from routing.straight import StraightStreets, straight_walk_m
from routing.street_port import Profile
from routing.streets import UNREACHABLE
from routing.timetable import Timetable


class FlatStreets(StraightStreets):
    """Straight lines that measure the same whichever way they are asked."""

    def walk_many(
        self, origin: Anchors, targets: Anchors, limit_m: int, profile: Profile = "walk"
    ) -> NDArray[np.int32]:
        """See `Streets.walk_many`."""
        walk_m = straight_walk_m(Plane(36.3), origin, targets)
        return np.where(walk_m <= limit_m, walk_m, UNREACHABLE).astype(np.int32)

    def walk_pairs(
        self, origins: Anchors, targets: Anchors, limit_m: int, profile: Profile = "walk"
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """See `Streets.walk_pairs`."""
        ones = [origins.take(np.array([n])) for n in range(len(origins.lat))]
        rows = [self.walk_many(one, targets, limit_m) for one in ones]
        table = np.array(rows, np.int32).reshape(len(ones), len(targets.lat))
        i, j = np.nonzero(table != UNREACHABLE)
        return i, j, table[i, j]


class SlowWalks:
    """Shortest walks between stops: out of a station, one walk along the streets, and in again.

    Parameters
    ----------
    timetable
        With pathways.
    wheelchair
        Whether to go step-free.
    """

    def __init__(self, timetable: Timetable, wheelchair: bool) -> None:
        self._t, self._wheelchair = timetable, wheelchair
        self._kinds = timetable.stop_kinds.tolist()
        self._parents = timetable.stop_parents.tolist()
        self._joined = nx.Graph()
        self._graph = nx.DiGraph()
        self._lay_pathways()
        doors = [stop for stop in range(len(self._kinds)) if self._lay_stop(stop)]
        self._open = {stop for stop in doors if self._kinds[stop] == 0}
        places = FlatStreets().anchor(timetable.stop_lat[doors], timetable.stop_lon[doors])
        rows = FlatStreets().walk_pairs(places, places, 10**6)
        for i, j, walk_m in zip(*(row.tolist() for row in rows), strict=True):
            self._link(("street out", doors[i]), ("street in", doors[j]), walk_m)

    def _lay_pathways(self) -> None:
        for row in self._t.pathways.tolist():
            self._joined.add_edge(row[FROM], row[TO])
            if row[IS_STEP_FREE] or not self._wheelchair:
                for layer in ("out", "in", "inside"):
                    self._link((layer, row[FROM]), (layer, row[TO]), row[COST_M])
        for stop, kind in enumerate(self._kinds):
            if kind == 4:
                self._joined.add_edge(stop, self._parents[stop])

    def _lay_stop(self, stop: int) -> bool:
        """Join a stop to its layers; tell whether it meets the street."""
        kind = self._kinds[stop]
        if kind == 2 and stop in self._joined:
            if self._wheelchair and self._t.stop_wheelchair[stop] == 2:
                return False
            self._link(("out", stop), ("street out", stop), 0)
            self._link(("street in", stop), ("in", stop), 0)
            return True
        if kind != 0:
            return False
        areas = [n for n, p in enumerate(self._parents) if p == stop and self._kinds[n] == 4]
        for node in (stop, *areas):
            for layer in ("out", "inside"):
                self._link(("start", stop), (layer, node), 0)
            for layer in ("in", "inside"):
                self._link((layer, node), ("end", stop), 0)
        if any(self._kinds[other] == 2 for other in self._station(stop)):
            return False
        self._link(("start", stop), ("street out", stop), 0)
        self._link(("street in", stop), ("end", stop), 0)
        return True

    def _station(self, stop: int) -> set[int]:
        return nx.node_connected_component(self._joined, stop) if stop in self._joined else set()

    def _link(self, tail: object, head: object, metres: int) -> None:
        known = self._graph.get_edge_data(tail, head, {"metres": metres})["metres"]
        self._graph.add_edge(tail, head, metres=min(metres, known))

    def walk_m(self, origin: int, target: int, limit_m: int) -> int | None:
        """Metres between two stops, None beyond the limit, which holds for streets alone."""
        inside = self._least(self._without_streets(), origin, target)
        total = self._least(self._graph, origin, target)
        together = target in self._station(origin)
        if origin == target:
            return 0
        if total is None or total > limit_m or (together and origin in self._open):
            return inside
        return total

    def _without_streets(self) -> nx.DiGraph:
        keep = [node for node in self._graph if node[0] in ("start", "inside", "end")]
        return self._graph.subgraph(keep)

    def _least(self, graph: nx.DiGraph, origin: int, target: int) -> int | None:
        ends = ("start", origin), ("end", target)
        if ends[0] not in graph or ends[1] not in graph or not nx.has_path(graph, *ends):
            return None
        return int(nx.dijkstra_path_length(graph, *ends, weight="metres"))
