"""Streets from a small map: who may walk and drive where, how fast, and how places are tied."""

from pathlib import Path

import numpy as np
import pytest

from routing.errors import StreetDataError
from routing.osm import PIECE_M, read_osm
from routing.streets import UNREACHABLE, StraightStreets, StreetNetwork

# 0.01 degrees of latitude are 1112 m; nodes lie on one meridian and one parallel of Kaga.
NODES = {
    1: (36.30, 136.30),
    2: (36.31, 136.30),
    3: (36.32, 136.30),
    4: (36.31, 136.31),
    5: (36.40, 136.40),
    6: (36.40, 136.401),
}
WAYS = """
    main   1 2 3   highway=primary maxspeed=60
    oneway 2 4     highway=residential oneway=yes
    path   4 3     highway=footway
    fast   1 4     highway=motorway
    island 5 6     highway=residential
"""
LAT_M = 1111.95


def osm_text() -> str:
    lines = ['<osm version="0.6">']
    for ref, (lat, lon) in NODES.items():
        lines.append(f'<node id="{ref}" version="1" lat="{lat}" lon="{lon}"/>')
    for number, row in enumerate(WAYS.strip().splitlines(), start=100):
        words = row.split()
        refs = [word for word in words[1:] if word.isdigit()]
        tags = [word.split("=") for word in words if "=" in word]
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags]
        lines.append("</way>")
    return "\n".join([*lines, "</osm>"])


@pytest.fixture(scope="module")
def map_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "town.osm"
    path.write_text(osm_text())
    return path


@pytest.fixture(scope="module")
def streets(map_file: Path) -> StreetNetwork:
    return StreetNetwork.load(map_file, None)


def drive_s(streets: StreetNetwork, origin: int, target: int) -> int:
    ends = np.array([NODES[origin], NODES[target]])
    nodes = streets.snap(ends[:, 0], ends[:, 1])
    return int(streets.drive_table_s(nodes[:1], nodes[1:])[0, 0])


def walk_m(streets: StreetNetwork, origin: int, target: int, limit_m: int = 9999) -> int:
    ends = np.array([NODES[origin], NODES[target]])
    places = streets.anchor(ends[:, 0], ends[:, 1])
    one, other = places.take(np.array([0])), places.take(np.array([1]))
    return int(streets.walk_many(one, other, limit_m)[0])


def test_drives_by_maxspeed(streets: StreetNetwork) -> None:
    assert drive_s(streets, 1, 3) == pytest.approx(2 * LAT_M * 3.6 / 60, abs=2)


def test_walks_both_ways_on_a_one_way_street(streets: StreetNetwork) -> None:
    assert walk_m(streets, 4, 2) == walk_m(streets, 2, 4) == pytest.approx(896, abs=2)


def test_does_not_walk_on_the_motorway(streets: StreetNetwork) -> None:
    assert walk_m(streets, 1, 4) == pytest.approx(LAT_M + 896, abs=3)


def test_a_walk_longer_than_the_limit_is_unreachable(streets: StreetNetwork) -> None:
    assert walk_m(streets, 1, 3, limit_m=2000) == UNREACHABLE


def test_a_dead_end_by_one_way_is_no_place_to_drive_from(streets: StreetNetwork) -> None:
    node = streets.snap(np.array([36.31]), np.array([136.31]))[0]
    assert streets.arrays.lon[node] == pytest.approx(136.30)


def test_nobody_is_tied_to_an_island(streets: StreetNetwork) -> None:
    assert streets.anchor(np.array([36.40]), np.array([136.40])).node[0] == -1


def test_long_streets_are_cut_so_that_places_tie_to_their_middle(streets: StreetNetwork) -> None:
    middle = streets.anchor(np.array([36.3050]), np.array([136.3003]))
    assert middle.node[0] >= streets.arrays.original_nodes
    assert middle.off_m[0] <= (PIECE_M / 2 + 27) * 1.3 + 1


def test_a_path_leads_from_place_to_place_by_the_corners_of_the_map(streets: StreetNetwork) -> None:
    places = streets.anchor(np.array([36.3000, 36.3100]), np.array([136.3001, 136.3100]))
    line = streets.walk_path(places.take(np.array([0])), places.take(np.array([1])))
    assert line == (
        (136.3001, 36.30),
        (136.30, 36.30),
        (136.30, 36.31),
        (136.31, 36.31),
    )


def test_pairs_agree_with_single_walks(streets: StreetNetwork) -> None:
    lat, lon = np.array([36.3, 36.305, 36.31, 36.4]), np.array([136.3, 136.3, 136.305, 136.4])
    places = streets.anchor(lat, lon)
    found = {(i, j): m for i, j, m in zip(*streets.walk_pairs(places, places, 1500), strict=True)}
    for i in range(4):
        walks = streets.walk_many(places.take(np.array([i])), places, 1500)
        expected = {(i, j): m for j, m in enumerate(walks.tolist()) if m != UNREACHABLE}
        assert {pair: m for pair, m in found.items() if pair[0] == i} == expected


def test_the_cache_gives_the_same_arrays_and_survives_damage(
    map_file: Path, tmp_path: Path
) -> None:
    first = StreetNetwork.load(map_file, tmp_path)
    streets, hierarchy = sorted(tmp_path.iterdir(), reverse=True)
    assert streets.name.startswith("streets-")
    second = StreetNetwork.load(map_file, tmp_path)
    for kept in (streets, hierarchy):
        kept.write_bytes(kept.read_bytes()[:100])
    third = StreetNetwork.load(map_file, tmp_path)
    for network in (second, third):
        assert np.array_equal(network.arrays.drive_ms, first.arrays.drive_ms)
        assert network.arrays.original_nodes == first.arrays.original_nodes
        assert np.array_equal(network.hierarchy.up_ms, first.hierarchy.up_ms)
    assert sorted(tmp_path.iterdir(), reverse=True) == [streets, hierarchy]


def test_a_way_cut_by_the_border_keeps_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "cut.osm"
    path.write_text(osm_text().replace('<nd ref="1"/>', '<nd ref="77"/>', 1))
    arrays = read_osm(path)
    assert len(arrays.walk_heads) > 0


@pytest.mark.parametrize("content", [b"no map", b'<osm version="0.6"></osm>', b""])
def test_a_file_without_streets_is_refused_with_its_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.osm"
    path.write_bytes(content)
    with pytest.raises(StreetDataError, match=r"broken\.osm"):
        StreetNetwork.load(path, None)


def test_straight_lines_have_the_same_interface() -> None:
    streets = StraightStreets()
    lat, lon = np.array([36.30, 36.31]), np.array([136.30, 136.30])
    places = streets.anchor(lat, lon)
    walks = streets.walk_many(places.take(np.array([0])), places, 2000)
    nodes = streets.snap(lat, lon)
    assert streets.label == "straight_lines"
    assert walks.tolist() == [0, pytest.approx(LAT_M * 1.3, abs=1)]
    assert streets.drive_table_s(nodes, nodes)[0, 1] == pytest.approx(LAT_M * 1.3 * 0.12, abs=1)
    assert streets.drive_path(int(nodes[0]), int(nodes[1])) == ((136.30, 36.30), (136.30, 36.31))
