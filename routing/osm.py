"""OpenStreetMap files to street arrays: pyosmium filters, osmnx builds the graph, numpy keeps it.

Every straight piece of street is cut into pieces of at most `PIECE_M`, so that a place can be
tied to a graph node and still be at most half a piece off along the street. `routing.access` says
which ways are open to whom, `routing.turns` brings turn restrictions into the driving graph.
"""

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from routing import access
from routing.errors import StreetDataError
from routing.snapping import Plane
from routing.street_arrays import StreetArrays
from routing.turns import Restriction, Turn, forbidden_turns, pack, split, with_no_turning_back

if TYPE_CHECKING:
    import networkx as nx

PIECE_M: Final = 60
"""Longest edge of the finished graph, metres."""

_OSMNX_SETTINGS: Final = threading.Lock()


@dataclass(frozen=True)
class Marks:
    """What the file says beside its ways.

    Parameters
    ----------
    barriers, kerbs
        Nodes a wheelchair cannot pass: at all, and on footways.
    restrictions
        Turn restrictions for cars.
    """

    barriers: frozenset[int]
    kerbs: frozenset[int]
    restrictions: tuple[Restriction, ...]


def read_osm(path: Path) -> StreetArrays:
    """Read the streets of an OpenStreetMap file.

    Parameters
    ----------
    path
        A .osm.pbf, .osm, .osm.gz or .osm.bz2 file.

    Returns
    -------
    StreetArrays
        Walking and driving graphs.

    Raises
    ------
    StreetDataError
        When the file cannot be read or holds no street.
    """
    graph, marks = read_graph(path)
    nodes = list(graph.nodes)
    index = {node: i for i, node in enumerate(nodes)}
    lat = np.array([graph.nodes[node]["y"] for node in nodes], np.float64)
    lon = np.array([graph.nodes[node]["x"] for node in nodes], np.float64)
    uses = _Uses()
    for u, v, tags in graph.edges(data=True):
        if u != v:
            uses.add(index[u], index[v], tags, _passable(u, v, tags, marks))
    if not uses.walk and not uses.drive:
        raise StreetDataError(
            f"{path.name} holds no street to walk or drive on; give an OpenStreetMap extract "
            "that covers the city and holds its highways",
            file=path.name,
        )
    return _arrays(lat, lon, uses, _turns(graph, index, uses, marks))


Edges = dict[tuple[int, int], int]


class _Uses:
    """Edges of each graph: the least weight between two nodes."""

    def __init__(self) -> None:
        self.walk: Edges = {}
        self.drive: Edges = {}
        self.road: Edges = {}  # class of each edge of drive
        self.wheel: Edges = {}
        self.cycle: Edges = {}

    def add(self, i: int, j: int, tags: access.Tags, passable: bool) -> None:
        """Put a piece of way into the graphs of those who may use it."""
        length_mm = max(1, round(tags["length"] * 1000))
        if access.walkable(tags):
            _shorten(self.walk, i, j, length_mm)
            _shorten(self.walk, j, i, length_mm)
            if passable and access.wheelable(tags):
                _shorten(self.wheel, i, j, length_mm)
                _shorten(self.wheel, j, i, length_mm)
        speed_kmh = access.drive_speed_kmh(tags)
        if speed_kmh is not None:
            ms = max(1, round(length_mm * 3.6 / speed_kmh))
            if ms < self.drive.get((i, j), ms + 1):
                self.drive[i, j], self.road[i, j] = ms, access.road_class(tags)
        if access.cyclable(tags):
            _shorten(self.cycle, i, j, length_mm)
            if access.cyclable_against(tags):
                _shorten(self.cycle, j, i, length_mm)


def _shorten(edges: Edges, i: int, j: int, weight: int) -> None:
    edges[i, j] = min(edges.get((i, j), weight), weight)


def _passable(u: int, v: int, tags: access.Tags, marks: Marks) -> bool:
    """Whether neither end of a piece of way stops a wheelchair."""
    if u in marks.barriers or v in marks.barriers:
        return False
    is_road = tags["highway"] in access.CLASS_SPEED_KMH
    return is_road or not (u in marks.kerbs or v in marks.kerbs)


def _turns(
    graph: "nx.MultiDiGraph[int]", index: dict[int, int], uses: _Uses, marks: Marks
) -> set[Turn]:
    """Forbidden turns between neighbouring nodes of the file."""
    before: dict[int, list[tuple[int, int]]] = {}
    after: dict[int, list[tuple[int, int]]] = {}
    way: int
    for via in {rule.via for rule in marks.restrictions if rule.via in index}:
        for u, _, way in graph.in_edges(via, data="osmid"):
            if (index[u], index[via]) in uses.drive:
                before.setdefault(via, []).append((way, u))
        for _, v, way in graph.out_edges(via, data="osmid"):
            if (index[via], index[v]) in uses.drive:
                after.setdefault(via, []).append((way, v))
    turns = forbidden_turns(marks.restrictions, before, after)
    return {(index[a], index[via], index[b]) for a, via, b in turns}


def read_graph(path: Path) -> tuple["nx.MultiDiGraph[int]", Marks]:
    """Read the highways of an OpenStreetMap file through osmnx, not simplified.

    Parameters
    ----------
    path
        A file that pyosmium reads.

    Returns
    -------
    tuple
        A networkx.MultiDiGraph: nodes with ``x`` and ``y``, edges with ``osmid``, ``length`` in
        metres and the tags of their way; and what else the file says.

    Raises
    ------
    StreetDataError
        When the file cannot be read or holds no highway.
    """
    import osmnx  # takes half a second, and most starts find their streets in the cache

    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "highways.osm"
        try:
            ways, marks = _write_highways(path, xml)
        except (RuntimeError, OSError) as error:  # pyosmium raises RuntimeError on broken files
            raise StreetDataError(
                f"{path.name} cannot be read as OpenStreetMap data ({error}); give a whole "
                ".osm.pbf or .osm file",
                file=path.name,
            ) from error
        if ways == 0:
            raise StreetDataError(
                f"{path.name} holds no highway; give an extract that covers the city",
                file=path.name,
            )
        with _OSMNX_SETTINGS:  # osmnx keeps its settings in module globals
            before = osmnx.settings.useful_tags_way
            osmnx.settings.useful_tags_way = list(access.TAGS)
            try:
                return osmnx.graph_from_xml(xml, simplify=False, retain_all=True), marks
            finally:
                osmnx.settings.useful_tags_way = before


def _write_highways(source: Path, target: Path) -> tuple[int, Marks]:
    """Write the highways whose nodes the file holds as .osm; the count of ways, and marks."""
    import osmium

    ways: list[tuple[int, list[int], dict[str, str]]] = []
    wanted: set[int] = set()
    for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags = {tag.k: tag.v for tag in way.tags if tag.k in access.TAGS}
        if "highway" not in tags or tags.get("area") == "yes":
            continue
        if tags["highway"].startswith("motorway"):
            tags.setdefault("oneway", "yes")
        refs = [node.ref for node in way.nodes]
        ways.append((way.id, refs, tags))
        wanted.update(refs)
    held, barriers, kerbs = _read_nodes(source, wanted)
    written = [(i, refs, tags) for i, nodes, tags in ways if (refs := _held_run(nodes, held))]
    used = {ref for _, refs, _ in written for ref in refs}
    with osmium.SimpleWriter(str(target)) as writer:
        for ref in sorted(used):
            writer.add_node(osmium.osm.mutable.Node(id=ref, location=held[ref], version=1))
        for way_id, refs, tags in written:
            writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=refs, tags=tags, version=1))
    return len(written), Marks(barriers, kerbs, _restrictions(source))


def _read_nodes(
    source: Path, wanted: set[int]
) -> tuple[dict[int, tuple[float, float]], frozenset[int], frozenset[int]]:
    """Places of the nodes wanted; those that stop a wheelchair at all, and on footways."""
    import osmium

    held: dict[int, tuple[float, float]] = {}
    barriers, kerbs = set(), set()
    for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
        if not isinstance(node, osmium.osm.Node):
            continue
        if node.id not in wanted or not node.location.valid():
            continue
        held[node.id] = (node.location.lon, node.location.lat)
        if node.tags:
            tags = {tag.k: tag.v for tag in node.tags}
            if access.blocks_wheelchairs(tags):
                barriers.add(node.id)
            if access.has_raised_kerb(tags):
                kerbs.add(node.id)
    return held, frozenset(barriers), frozenset(kerbs)


def _restrictions(source: Path) -> tuple[Restriction, ...]:
    """Turn restrictions for cars, at all hours, with one node between their ways."""
    import osmium

    found = []
    for relation in osmium.FileProcessor(str(source), osmium.osm.RELATION):
        if not isinstance(relation, osmium.osm.Relation):
            continue
        tags = {tag.k: tag.v for tag in relation.tags}
        if tags.get("type") != "restriction" or "motorcar" in tags.get("except", "").split(";"):
            continue
        kind = tags.get("restriction:motorcar", tags.get("restriction", ""))
        members = [(member.role, member.type, member.ref) for member in relation.members]
        via = [ref for role, sort, ref in members if (role, sort) == ("via", "n")]
        ends = [
            frozenset(ref for role, sort, ref in members if (role, sort) == (wanted, "w"))
            for wanted in ("from", "to")
        ]
        is_clear = len(via) == 1 and all(role != "via" or sort == "n" for role, sort, _ in members)
        if is_clear and kind.startswith(("no_", "only_")):
            found.append(Restriction(kind.startswith("only_"), ends[0], via[0], ends[1]))
    return tuple(found)


def _held_run(refs: list[int], held: dict[int, tuple[float, float]]) -> list[int]:
    """The longest run of nodes that an extract, cut at its border, still holds."""
    best: list[int] = []
    run: list[int] = []
    for ref in refs:
        if ref in held:
            run.append(ref)
            if len(run) > len(best):
                best = run
        else:
            run = []
    return best if len(best) > 1 else []


def _arrays(
    lat: NDArray[np.float64], lon: NDArray[np.float64], uses: _Uses, turns: set[Turn]
) -> StreetArrays:
    """Cut long edges into pieces and pack the graphs."""
    graphs = (uses.walk, uses.drive, uses.wheel, uses.cycle)
    n = len(lat)
    edges = np.array([pair for graph in graphs for pair in graph], np.int64).reshape(-1, 2)
    weights = np.array([weight for graph in graphs for weight in graph.values()], np.int64)
    low, high = edges.min(axis=1), edges.max(axis=1)
    segments, of_edge = np.unique(low * n + high, return_inverse=True)
    seg_low, seg_high = segments // n, segments % n
    pieces = _piece_counts(lat, lon, seg_low, seg_high)
    first_new = n + np.concatenate([[0], np.cumsum(pieces - 1)])
    seg_of_new = np.repeat(np.arange(len(segments)), pieces - 1)
    share = (np.arange(len(seg_of_new)) - (first_new[seg_of_new] - n) + 1) / pieces[seg_of_new]
    a, b = seg_low[seg_of_new], seg_high[seg_of_new]
    all_lat = np.concatenate([lat, lat[a] + (lat[b] - lat[a]) * share])
    all_lon = np.concatenate([lon, lon[a] + (lon[b] - lon[a]) * share])

    count = pieces[of_edge]
    edge = np.repeat(np.arange(len(edges)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    forward = edges[edge, 0] < edges[edge, 1]
    along = np.where(forward, step, count[edge] - step)
    ahead = np.where(forward, along + 1, along - 1)
    ends = (seg_low[of_edge][edge], seg_high[of_edge][edge], first_new[of_edge][edge], count[edge])
    tails, heads = _chain_node(along, *ends), _chain_node(ahead, *ends)
    # The pieces of an edge add up to its weight exactly.
    whole = weights[edge]
    part = whole * (step + 1) // count[edge] - whole * step // count[edge]
    of_graph = np.repeat(np.arange(len(graphs)), [len(graph) for graph in graphs])[edge]
    walk, drive, wheel, cycle = (
        pack(len(all_lat), tails[mine], heads[mine], part[mine])
        for mine in (of_graph == number for number in range(len(graphs)))
    )
    driven = of_graph == 1
    classes = np.array([*uses.road.values()], np.int64)[edge[driven] - len(uses.walk)]
    road = pack(len(all_lat), tails[driven], heads[driven], classes)[2]

    def beside(node: int, other: int) -> int:
        """The piece's end next to a node, on the way to another."""
        segment = int(np.searchsorted(segments, min(node, other) * n + max(node, other)))
        if pieces[segment] == 1:
            return other
        return int(first_new[segment] + (0 if node < other else pieces[segment] - 2))

    cut = {(beside(via, a), via, beside(via, b)) for a, via, b in turns}
    turned = split(*drive, with_no_turning_back(*drive[:2], cut))
    roads = _roads_after_split(drive[0], drive[1], road, turned)
    rows: tuple[Any, ...] = (*walk, *turned, roads, *wheel, *cycle)
    return StreetArrays(all_lat, all_lon, n, *rows)


def _roads_after_split(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    road: NDArray[np.int32],
    turned: tuple[NDArray[Any], ...],
) -> NDArray[np.int8]:
    """Class of road of each edge of a driving graph with split junctions; -1 inside of these."""
    n = len(starts) - 1
    new_starts, new_heads, _, copied, _ = turned
    spots = np.concatenate([np.arange(n), copied])
    known = np.append(np.repeat(np.arange(n), np.diff(starts)) * n + heads, n * n)
    tails = np.repeat(np.arange(len(new_starts) - 1), np.diff(new_starts))
    codes = spots[tails] * n + spots[new_heads]
    at = np.searchsorted(known, codes)
    return np.where(known[at] == codes, np.append(road, -1)[at], -1).astype(np.int8)


def _piece_counts(
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
) -> NDArray[np.int64]:
    plane = Plane(float(lat.mean()))
    length_m = plane.distance_m(lat[low], lon[low], lat[high], lon[high])
    return np.maximum(1, np.ceil(length_m / PIECE_M)).astype(np.int64)


def _chain_node(
    along: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    first_new: NDArray[np.int64],
    count: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Node number `along`, counted from the low end, of the chain a segment was cut into."""
    node = np.where(along == 0, low, first_new + along - 1)
    return np.where(along == count, high, node)
