"""OpenStreetMap files to street arrays: pyosmium filters, osmnx builds the graph, numpy keeps it.

Every straight piece of street is cut into pieces of at most `PIECE_M`, so that a place can be
tied to a graph node and still be at most half a piece off along the street. Which ways are open to
whom follows the OpenStreetMap wiki, "OSM tags for routing/Access restrictions".
"""

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.errors import StreetDataError
from routing.snapping import Plane

if TYPE_CHECKING:
    import networkx as nx

PIECE_M: Final = 60
"""Longest edge of the finished graph, metres."""

CLASS_SPEED_KMH: Final[dict[str, int]] = {
    "motorway": 90,
    "motorway_link": 50,
    "trunk": 60,
    "trunk_link": 40,
    "primary": 50,
    "primary_link": 35,
    "secondary": 45,
    "secondary_link": 30,
    "tertiary": 40,
    "tertiary_link": 30,
    "unclassified": 30,
    "residential": 25,
    "living_street": 10,
    "service": 15,
    "road": 30,
}
"""Driving speed of a highway class without maxspeed; classes left out are closed to cars."""

NO_WALK: Final = frozenset(
    {"motorway", "motorway_link", "construction", "proposed", "raceway", "abandoned", "razed"}
    | {"bus_guideway", "busway", "planned", "no", "rest_area", "services"}
)
"""Highway classes nobody walks on."""

_CLOSED: Final = frozenset({"no", "private", "military", "agricultural", "forestry", "customers"})
_TAGS: Final = ("access", "foot", "highway", "junction", "maxspeed", "motor_vehicle", "motorroad")
_TAGS_KEPT: Final = (*_TAGS, "oneway", "sidewalk", "vehicle", "area")
_MPH_TO_KMH: Final = 1.609344
_OSMNX_SETTINGS: Final = threading.Lock()


@dataclass(frozen=True)
class StreetArrays:
    """Streets as two graphs over the same nodes.

    Parameters
    ----------
    lat, lon
        Nodes, degrees, float64 ``[n]``.
    original_nodes
        Nodes from here on were laid between two nodes of OpenStreetMap, on a straight line.
    walk_starts, walk_heads, walk_mm
        Walking, both ways: compressed sparse rows, int64 ``[n + 1]``, int32 ``[m]``, millimetres.
    drive_starts, drive_heads, drive_ms
        Driving with one-ways, the same way, milliseconds.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    original_nodes: int
    walk_starts: NDArray[np.int64]
    walk_heads: NDArray[np.int32]
    walk_mm: NDArray[np.int32]
    drive_starts: NDArray[np.int64]
    drive_heads: NDArray[np.int32]
    drive_ms: NDArray[np.int32]


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
    graph = read_graph(path)
    nodes = list(graph.nodes)
    index = {node: i for i, node in enumerate(nodes)}
    lat = np.array([graph.nodes[node]["y"] for node in nodes], np.float64)
    lon = np.array([graph.nodes[node]["x"] for node in nodes], np.float64)
    walk: dict[tuple[int, int], int] = {}
    drive: dict[tuple[int, int], int] = {}
    for u, v, tags in graph.edges(data=True):
        i, j = index[u], index[v]
        if i == j:
            continue
        length_mm = max(1, round(tags["length"] * 1000))
        if _walkable(tags):
            for pair in ((i, j), (j, i)):
                walk[pair] = min(walk.get(pair, length_mm), length_mm)
        speed_kmh = _drive_speed_kmh(tags)
        if speed_kmh is not None:
            drive_ms = max(1, round(length_mm * 3.6 / speed_kmh))
            drive[i, j] = min(drive.get((i, j), drive_ms), drive_ms)
    if not walk and not drive:
        raise StreetDataError(
            f"{path.name} holds no street to walk or drive on; give an OpenStreetMap extract "
            "that covers the city and holds its highways",
            file=path.name,
        )
    return _arrays(lat, lon, walk, drive)


def read_graph(path: Path) -> "nx.MultiDiGraph[int]":
    """Read the highways of an OpenStreetMap file through osmnx, not simplified.

    Parameters
    ----------
    path
        A file that pyosmium reads.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes with ``x`` and ``y``, edges with ``length`` in metres and the tags of their way.

    Raises
    ------
    StreetDataError
        When the file cannot be read or holds no highway.
    """
    import osmnx  # takes half a second, and most starts find their streets in the cache

    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "highways.osm"
        try:
            ways = _write_highways(path, xml)
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
            osmnx.settings.useful_tags_way = list(_TAGS_KEPT)
            try:
                return osmnx.graph_from_xml(xml, simplify=False, retain_all=True)
            finally:
                osmnx.settings.useful_tags_way = before


def _write_highways(source: Path, target: Path) -> int:
    """Write the highways whose nodes the file holds as .osm; the count of ways written."""
    import osmium

    ways: list[tuple[int, list[int], dict[str, str]]] = []
    wanted: set[int] = set()
    for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags = {tag.k: tag.v for tag in way.tags if tag.k in _TAGS_KEPT}
        if "highway" not in tags or tags.get("area") == "yes":
            continue
        if tags["highway"].startswith("motorway"):
            tags.setdefault("oneway", "yes")
        refs = [node.ref for node in way.nodes]
        ways.append((way.id, refs, tags))
        wanted.update(refs)
    held: dict[int, tuple[float, float]] = {}
    for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
        if not isinstance(node, osmium.osm.Node):
            continue
        if node.id in wanted and node.location.valid():
            held[node.id] = (node.location.lon, node.location.lat)
    written = [(i, refs, tags) for i, nodes, tags in ways if (refs := _held_run(nodes, held))]
    used = {ref for _, refs, _ in written for ref in refs}
    with osmium.SimpleWriter(str(target)) as writer:
        for ref in sorted(used):
            writer.add_node(osmium.osm.mutable.Node(id=ref, location=held[ref], version=1))
        for way_id, refs, tags in written:
            writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=refs, tags=tags, version=1))
    return len(written)


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


def _walkable(tags: dict[str, Any]) -> bool:
    foot = tags.get("foot")
    if foot in {"yes", "designated", "permissive", "destination"}:
        return True
    return (
        tags["highway"] not in NO_WALK
        and foot not in _CLOSED
        and foot != "use_sidepath"
        and tags.get("motorroad") != "yes"
        and tags.get("access") not in _CLOSED
    )


def _drive_speed_kmh(tags: dict[str, Any]) -> float | None:
    class_kmh = CLASS_SPEED_KMH.get(tags["highway"])
    if class_kmh is None:
        return None
    allowed = next((tags[key] for key in ("motor_vehicle", "vehicle", "access") if key in tags), "")
    if allowed in _CLOSED:
        return None
    return _maxspeed_kmh(tags.get("maxspeed")) or float(class_kmh)


def _maxspeed_kmh(text: object) -> float | None:
    """Speed of a maxspeed tag; None when it is absent or not a number (such as "signals")."""
    words = str(text or "").split(";")[0].split()
    if not words:
        return None
    number = words[0].removesuffix("mph").removesuffix("km/h")
    try:
        speed = float(number)
    except ValueError:
        return None
    if "mph" in str(text):
        speed *= _MPH_TO_KMH
    return speed if speed >= 5 else None


def _arrays(
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    walk: dict[tuple[int, int], int],
    drive: dict[tuple[int, int], int],
) -> StreetArrays:
    """Cut long edges into pieces and pack both graphs."""
    n = len(lat)
    edges = np.array([*walk, *drive], np.int64).reshape(-1, 2)
    weights = np.array([*walk.values(), *drive.values()], np.int64)
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
    is_walk = edge < len(walk)
    walk_graph = _pack(len(all_lat), tails[is_walk], heads[is_walk], part[is_walk])
    drive_graph = _pack(len(all_lat), tails[~is_walk], heads[~is_walk], part[~is_walk])
    return StreetArrays(all_lat, all_lon, n, *walk_graph, *drive_graph)


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


def _pack(
    n: int, tails: NDArray[np.int64], heads: NDArray[np.int64], weights: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    order = np.lexsort((heads, tails))
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=n), out=starts[1:])
    return starts, heads[order].astype(np.int32), weights[order].astype(np.int32)
