"""Driving times are kept once, whoever computes them, and however many do at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from maas.city import load_city
from maas.errors import CityInvalidError
from maas.operations.travel import driving_table
from tests.builders import FIRST_LON, LAT, STEP_LON, toytown

STOPS = ["f-west", "f-hall", "f-east"]


def test_many_compute_the_same_table_at_once(tmp_path: Path) -> None:
    city = load_city(toytown(tmp_path / "town"))
    expected = driving_table(city, STOPS, None)
    for round_number in range(20):
        cache = tmp_path / f"cache-{round_number}"
        start = Barrier(8)

        def compute(_number: int, start: Barrier = start, cache: Path = cache) -> bool:
            start.wait()
            return np.array_equal(driving_table(city, STOPS, cache), expected)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(compute, range(8)))
        assert len(list(cache.iterdir())) == 1  # one table, no drafts left behind


def test_a_table_cut_short_is_computed_again(tmp_path: Path) -> None:
    city = load_city(toytown(tmp_path / "town"))
    expected = driving_table(city, STOPS, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:-5])
    assert np.array_equal(driving_table(city, STOPS, tmp_path / "cache"), expected)


def town_with_streets(folder: Path, speeds: str = "") -> Path:
    """The toy town along one main road, 36 km/h when it is free."""
    town = toytown(folder)
    (town / "streets.osm").write_text(
        f"""<osm version="0.6">
<node id="1" version="1" lat="{LAT}" lon="{FIRST_LON - STEP_LON}"/>
<node id="2" version="1" lat="{LAT}" lon="{FIRST_LON + 9 * STEP_LON}"/>
<way id="7" version="1"><nd ref="1"/><nd ref="2"/>
<tag k="highway" v="primary"/><tag k="maxspeed" v="36"/></way></osm>"""
    )
    config = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(f'streets = "streets.osm"\n{config}', encoding="utf-8")
    if speeds:
        (town / "speeds.csv").write_text(f"class,from_hour,to_hour,percent\n{speeds}\n")
    return town


def test_the_dispatcher_reckons_with_the_slowest_hour(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    free = load_city(town_with_streets(tmp_path / "town"), cache)
    table = driving_table(free, STOPS, cache)
    # The same directory with traffic: the table kept for free streets is not taken for it.
    busy = load_city(town_with_streets(tmp_path / "town", "primary,7,9,50\nprimary,9,10,80"), cache)
    slow = driving_table(busy, STOPS, cache)
    assert table[0, 1] > 0
    assert np.abs(slow - 2 * table).max() <= 1
    nodes = busy.streets.snap(np.full(2, LAT), np.array([FIRST_LON, FIRST_LON + STEP_LON]))
    there = [int(busy.streets.at(h).drive_pairs_s(nodes[:1], nodes[1:])[0]) for h in (6, 8, 9)]
    assert there[0] < there[2] < there[1]


def test_a_broken_table_of_speeds_is_named(tmp_path: Path) -> None:
    town = town_with_streets(tmp_path / "town", "primary,9,7,50")
    with pytest.raises(CityInvalidError, match=r"speeds\.csv: speeds, row 1: hours 9 to 7"):
        load_city(town)
