"""Driving times are kept once, whoever computes them, and however many do at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np

from maas.city import load_city
from maas.operations.travel import driving_table
from tests.builders import toytown

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
