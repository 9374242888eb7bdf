"""The schematic street network: one piece, near everything, with believable driving times."""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from scipy.spatial import cKDTree

Table = Callable[[str], list[dict[str, str]]]
SCALE = 111_195.0
EAST = math.cos(math.radians(36.3))


@pytest.fixture(scope="module")
def network() -> Iterator[nx.Graph]:
    """Graph of the file: nodes with ``xy`` in metres, edges with ``drive_s``."""
    path = Path(__file__).resolve().parents[2] / "data" / "kaga" / "streets.osm.pbf"
    graph = nx.Graph()
    for item in osmium.FileProcessor(str(path)):
        if item.is_node():
            graph.add_node(item.id, xy=(item.lon * EAST * SCALE, item.lat * SCALE))
        elif item.is_way():
            nodes = [node.ref for node in item.nodes]
            speed_m_s = int(item.tags["maxspeed"]) / 3.6
            for a, b in itertools.pairwise(nodes):
                length_m = math.dist(graph.nodes[a]["xy"], graph.nodes[b]["xy"])
                graph.add_edge(a, b, drive_s=length_m / speed_m_s, length_m=length_m)
    return graph


@pytest.fixture(scope="module")
def snap(network: nx.Graph) -> Callable[[str, str], tuple[int, float]]:
    """Nearest node of a point, and its distance in metres."""
    ids = list(network)
    tree = cKDTree(np.array([network.nodes[node]["xy"] for node in ids]))

    def nearest(lat: str, lon: str) -> tuple[int, float]:
        distance, index = tree.query((float(lon) * EAST * SCALE, float(lat) * SCALE))
        return ids[index], float(distance)

    return nearest


def test_the_network_is_one_piece(network: nx.Graph) -> None:
    assert nx.number_connected_components(network) == 1


def test_nodes_are_close_together(network: nx.Graph) -> None:
    assert max(length for _, _, length in network.edges(data="length_m")) <= 100


@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [
        ("gtfs/stops.txt", "stop_lat", "stop_lon"),
        ("flex/stops.txt", "stop_lat", "stop_lon"),
        ("places.csv", "lat", "lon"),
    ],
)
def test_everything_stands_beside_a_street(
    table: Table, snap: Callable[[str, str], tuple[int, float]], name: str, lat: str, lon: str
) -> None:
    far = [row for row in table(name) if snap(row[lat], row[lon])[1] > 30]
    assert far == []


@pytest.mark.parametrize(
    ("origin", "destination", "shortest_min", "longest_min"),
    [
        ("加賀温泉駅", "山代温泉東口", 8.5, 10.5),
        ("加賀温泉駅", "山中温泉", 18, 24),
        ("加賀温泉駅", "大聖寺駅", 9, 14),
        ("加賀温泉駅", "片山津温泉", 6, 11),
        ("大聖寺駅", "塩屋", 10, 16),
        ("加賀温泉駅", "小松空港", 18, 30),
    ],
)
def test_car_rides_take_believable_times(
    table: Table,
    network: nx.Graph,
    snap: Callable[[str, str], tuple[int, float]],
    origin: str,
    destination: str,
    shortest_min: float,
    longest_min: float,
) -> None:
    places = {row["name"]: row for row in table("places.csv")}
    ends = [snap(places[name]["lat"], places[name]["lon"])[0] for name in (origin, destination)]
    ride_s = nx.dijkstra_path_length(network, *ends, weight="drive_s")
    assert shortest_min <= ride_s / 60 <= longest_min


def test_kikunoyu_is_a_short_walk_from_its_bus_stops(
    table: Table, network: nx.Graph, snap: Callable[[str, str], tuple[int, float]]
) -> None:
    places = {row["name"]: row for row in table("places.csv")}
    bath = snap(places["山中温泉 総湯 菊の湯"]["lat"], places["山中温泉 総湯 菊の湯"]["lon"])[0]
    for name, longest_m in (
        ("山中温泉菊の湯・山中座", 100),
        ("菊の湯前", 150),
        ("山中温泉", 600),
    ):
        stop = snap(places[name]["lat"], places[name]["lon"])[0]
        assert nx.dijkstra_path_length(network, bath, stop, weight="length_m") <= longest_m
