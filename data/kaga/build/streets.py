"""The schematic street network: main roads laid by hand, local streets as a mesh.

Local streets are the Gabriel graph (Gabriel & Sokal 1969: an edge stands when no third point lies
in the circle over it) of every town, hamlet, stop, shelter and sight together with the nodes of
the main roads, cut at a length; what stays apart is joined by the shortest Delaunay edges, so the
network is one piece.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from corridors import Road, roads
from facts import Facts
from lines import EXTRA_STOPS
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, cKDTree

SPACING_M = 90.0
STRAIGHT_M = 250.0
SAME_M = 12.0
LOCAL_LIMIT_M = 900.0
LOCAL_KMH = 20
RURAL_KMH = 25
M_PER_DEG = 111_195.0
LON_SCALE = math.cos(math.radians(36.3))
# 柴山潟, coarsely: no street crosses the lagoon.
LAGOON = [
    (36.3480, 136.3672), (36.3545, 136.3690), (36.3540, 136.3760), (36.3500, 136.3840),
    (36.3440, 136.3830), (36.3418, 136.3750), (36.3440, 136.3705),
]  # fmt: skip

Point = tuple[float, float]


def metres(a: Point, b: Point) -> float:
    """Distance of two points on a plane that fits the city.

    Parameters
    ----------
    a, b : tuple[float, float]
        Latitude, longitude in degrees.

    Returns
    -------
    float
        Metres.
    """
    return M_PER_DEG * math.hypot(a[0] - b[0], (a[1] - b[1]) * LON_SCALE)


def _round(lat: float, lon: float) -> Point:
    return round(lat, 6), round(lon, 6)


def _curve(line: list[Point], k: int) -> list[Point]:
    """Points from the k-th point of a line to the next, on a curve through all of them.

    A centripetal Catmull-Rom spline by the pyramid formula (Barry & Goldman 1988): it passes
    through every given point and makes no loops. A short stretch stays straight.
    """
    a, b = line[k], line[k + 1]
    before = line[k - 1] if k else (2 * a[0] - b[0], 2 * a[1] - b[1])
    after = line[k + 2] if k + 2 < len(line) else (2 * b[0] - a[0], 2 * b[1] - a[1])
    pieces = min(6, int(metres(a, b) / STRAIGHT_M) + 1)
    between = [_spline([before, a, b, after], step / pieces) for step in range(1, pieces)]
    return [a, *between, b]


def _spline(corners: list[Point], share: float) -> Point:
    """Point of the spline between the second and the third of four points."""
    knots = [0.0]
    for start, end in itertools.pairwise(corners):
        knots.append(knots[-1] + math.sqrt(metres(start, end)))
    t = knots[1] + share * (knots[2] - knots[1])
    for spans in ([(0, 1), (1, 2), (2, 3)], [(0, 2), (1, 3)], [(1, 2)]):
        raised = []
        for (start, end), (low, high) in zip(itertools.pairwise(corners), spans, strict=True):
            f = (t - knots[low]) / (knots[high] - knots[low])
            raised.append((start[0] + f * (end[0] - start[0]), start[1] + f * (end[1] - start[1])))
        corners = raised
    return _round(*corners[0])


def _apart(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the boxes around two segments do not touch."""
    return (
        max(a[0], b[0]) < min(c[0], d[0])
        or max(c[0], d[0]) < min(a[0], b[0])
        or max(a[1], b[1]) < min(c[1], d[1])
        or max(c[1], d[1]) < min(a[1], b[1])
    )


def _crossing(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where two segments cross inside both, else None."""
    rx, ry = b[1] - a[1], b[0] - a[0]
    sx, sy = d[1] - c[1], d[0] - c[0]
    cross = rx * sy - ry * sx
    if abs(cross) < 1e-14:
        return None
    t = ((c[1] - a[1]) * sy - (c[0] - a[0]) * sx) / cross
    u = ((c[1] - a[1]) * ry - (c[0] - a[0]) * rx) / cross
    if 1e-6 < t < 1 - 1e-6 and 1e-6 < u < 1 - 1e-6:
        return _round(a[0] + t * ry, a[1] + t * rx)
    return None


@dataclass(frozen=True)
class Way:
    """A street: node numbers in order, and its tags."""

    nodes: tuple[int, ...]
    highway: str
    ref: str
    name: str
    speed_kmh: int


class Streets:
    """Nodes and ways, and shortest paths over them.

    Parameters
    ----------
    facts : Facts
        Where every point comes from.

    Attributes
    ----------
    points : list[tuple[float, float]]
        Nodes; those of main roads come first.
    main_road_nodes : int
        How many of them lie on main roads.
    ways : list[Way]
        Streets.
    """

    def __init__(self, facts: Facts) -> None:
        self.points: list[Point] = []
        self._index: dict[Point, int] = {}
        self.ways: list[Way] = []
        self._facts = facts
        self._lay_roads(roads())
        self.main_road_nodes = len(self.points)
        self._lay_local_streets()
        self._graph = self._travel_graph()

    def _node(self, point: Point) -> int:
        if point not in self._index:
            self._index[point] = len(self.points)
            self.points.append(point)
        return self._index[point]

    def _lay_roads(self, plan: list[Road]) -> None:
        runs = self._runs(plan)
        lines = [line for _, line in runs]
        for road, line in runs:
            nodes: list[int] = []
            for a, b in itertools.pairwise(line):
                nodes = nodes[:-1] + self._segment(a, b, lines)
            self.ways.append(Way(tuple(nodes), road.highway, road.ref, road.name, road.speed_kmh))

    def _runs(self, plan: list[Road]) -> list[tuple[Road, list[Point]]]:
        """Curved lines of the roads; a stretch that two bus lines share is laid once."""
        named = self._facts.named_points
        taken: set[tuple[Point, Point]] = set()
        runs: list[tuple[Road, list[Point]]] = []
        for road in plan:
            line = [_round(*(named[p] if isinstance(p, str) else p)) for p in road.points]
            line = [p for k, p in enumerate(line) if k == 0 or p != line[k - 1]]
            run: list[Point] = []
            for k, (a, b) in enumerate(itertools.pairwise(line)):
                key = (min(a, b), max(a, b))
                if key in taken:
                    if run:
                        runs.append((road, run))
                    run = []
                    continue
                taken.add(key)
                run = run[:-1] + _curve(line, k)
            if run:
                runs.append((road, run))
        return runs

    def _segment(self, a: Point, b: Point, lines: list[list[Point]]) -> list[int]:
        """Nodes from a to b, with the crossings of other roads and a node every 90 m."""
        marks = {a, b}
        for other in lines:
            for c, d in itertools.pairwise(other):
                if _apart(a, b, c, d) or {a, b} & {c, d}:
                    continue
                lo, hi = (a, b) if a < b else (b, a)
                other_lo, other_hi = (c, d) if c < d else (d, c)
                # The same order of arguments for either road gives the same rounded crossing.
                if (lo, hi) < (other_lo, other_hi):
                    point = _crossing(lo, hi, other_lo, other_hi)
                else:
                    point = _crossing(other_lo, other_hi, lo, hi)
                if point:
                    marks.add(point)
        ordered = sorted(marks, key=lambda p: metres(a, p))
        nodes = [self._node(ordered[0])]
        for start, end in itertools.pairwise(ordered):
            pieces = max(1, math.ceil(metres(start, end) / SPACING_M))
            for k in range(1, pieces):
                f = k / pieces
                nodes.append(
                    self._node(
                        _round(
                            start[0] + f * (end[0] - start[0]), start[1] + f * (end[1] - start[1])
                        )
                    )
                )
            nodes.append(self._node(end))
        return nodes

    def _places(self) -> list[Point]:
        facts = self._facts
        points = [(s.lat, s.lon) for s in facts.bus_stops if s.operator != "hokutetsu-komatsu"]
        points += [(s.lat, s.lon) for s in facts.stations]
        points += [facts.named_points[point] for _, _, point in EXTRA_STOPS]
        points += [(s.lat, s.lon) for s in [*facts.shelters, *facts.sights]]
        points += [(t.lat, t.lon) for t in facts.towns]
        return points

    def _lay_local_streets(self) -> None:
        seen = cKDTree(self._plane(self.points))
        added: list[Point] = []
        for point in self._places():
            here = _round(*point)
            near = self._plane([here])[0]
            if seen.query(near)[0] <= SAME_M or any(metres(here, p) <= SAME_M for p in added):
                continue
            added.append(here)
            self._node(here)
        plane = self._plane(self.points)
        edges = _delaunay_edges(plane)
        kept = [
            (i, j)
            for i, j in _gabriel(plane, edges)
            if self._local(i, j) and metres(self.points[i], self.points[j]) <= LOCAL_LIMIT_M
        ]
        kept += self._bridges(kept, edges)
        for i, j in sorted(kept):
            length_m = metres(self.points[i], self.points[j])
            rural = length_m > 400
            speed = RURAL_KMH if rural else LOCAL_KMH
            nodes = self._segment(self.points[i], self.points[j], [])
            highway = "unclassified" if rural else "residential"
            self.ways.append(Way(tuple(nodes), highway, "", "", speed))

    def _local(self, i: int, j: int) -> bool:
        """Whether a local street may join two nodes: not both on main roads, not over water."""
        if i < self.main_road_nodes and j < self.main_road_nodes:
            return False
        lagoon = zip(LAGOON, [*LAGOON[1:], LAGOON[0]], strict=True)
        return not any(_crossing(self.points[i], self.points[j], c, d) for c, d in lagoon)

    def _bridges(
        self, kept: list[tuple[int, int]], edges: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Shortest further edges that make the network one piece (Kruskal)."""
        parent = list(range(len(self.points)))

        def root(node: int) -> int:
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        for way in self.ways:
            for a, b in zip(way.nodes, way.nodes[1:], strict=False):
                parent[root(a)] = root(b)
        for a, b in kept:
            parent[root(a)] = root(b)
        bridges = []
        for i, j in sorted(edges, key=lambda e: (metres(self.points[e[0]], self.points[e[1]]), e)):
            if root(i) != root(j):
                parent[root(i)] = root(j)
                bridges.append((i, j))
        return bridges

    @staticmethod
    def _plane(points: list[Point]) -> np.ndarray:
        array = np.array(points, dtype=np.float64)
        return np.column_stack((array[:, 1] * LON_SCALE, array[:, 0])) * M_PER_DEG

    def _travel_graph(self) -> csr_matrix:
        """Seconds between neighbouring nodes; main roads are preferred by the buses."""
        rows, columns, seconds = [], [], []
        best: dict[tuple[int, int], float] = {}
        for way in self.ways:
            slow = 1.6 if way.highway in ("residential", "unclassified") else 1.0
            for a, b in zip(way.nodes, way.nodes[1:], strict=False):
                time_s = metres(self.points[a], self.points[b]) / (way.speed_kmh / 3.6) * slow
                key = (min(a, b), max(a, b))
                best[key] = min(best.get(key, math.inf), max(time_s, 0.01))
        for (a, b), time_s in sorted(best.items()):
            rows += [a, b]
            columns += [b, a]
            seconds += [time_s, time_s]
        size = len(self.points)
        return csr_matrix((seconds, (rows, columns)), shape=(size, size))

    def nearest(self, lat: float, lon: float) -> int:
        """Number of the node nearest to a point.

        Parameters
        ----------
        lat, lon : float
            Degrees.

        Returns
        -------
        int
            Position in ``points``.
        """
        return int(cKDTree(self._plane(self.points)).query(self._plane([(lat, lon)])[0])[1])

    def path(self, start: int, end: int) -> tuple[float, list[Point]]:
        """Quickest drive between two nodes.

        Parameters
        ----------
        start, end : int
            Node numbers.

        Returns
        -------
        tuple[float, list[tuple[float, float]]]
            Seconds by car, and the points on the way, both ends included.
        """
        time_s, before = dijkstra(self._graph, indices=start, return_predecessors=True)
        nodes = [end]
        while nodes[-1] != start:
            nodes.append(int(before[nodes[-1]]))
        return float(time_s[end]), [self.points[n] for n in reversed(nodes)]


def _delaunay_edges(plane: np.ndarray) -> list[tuple[int, int]]:
    edges: set[tuple[int, int]] = set()
    for a, b, c in Delaunay(plane).simplices.tolist():
        for i, j in ((a, b), (b, c), (a, c)):
            edges.add((min(i, j), max(i, j)))
    return sorted(edges)


def _gabriel(plane: np.ndarray, edges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    tree = cKDTree(plane)
    pairs = np.array(edges)
    middles = (plane[pairs[:, 0]] + plane[pairs[:, 1]]) / 2
    radii = np.linalg.norm(plane[pairs[:, 0]] - plane[pairs[:, 1]], axis=1) / 2
    nearest, _ = tree.query(middles)
    return [edge for edge, d, r in zip(edges, nearest, radii, strict=True) if d >= r - 1e-6]
