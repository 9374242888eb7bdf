"""Walking on from many places: the kernels against their slow twins."""

import numpy as np
import pytest

from routing.kernels.spreading import from_many, over_cells
from tests.oracles.spreading_slow import from_many_slow, over_cells_slow


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(1, 40))
    ends = rng.integers(0, nodes, (int(rng.integers(0, 120)), 2))
    weights = rng.integers(0, 50, len(ends))
    order = np.argsort(ends[:, 0], kind="stable")
    starts = np.searchsorted(ends[order, 0], np.arange(nodes + 1)).astype(np.int64)
    count = int(rng.integers(0, 6))
    sources, spent = rng.integers(0, nodes, count), rng.integers(0, 120, count)
    best: dict[int, int] = {}
    for node, before in zip(sources.tolist(), spent.tolist(), strict=True):
        best[node] = min(before, best.get(node, before))
    limit = int(rng.integers(0, 150))
    edges = [(int(a), int(b), int(w)) for (a, b), w in zip(ends, weights, strict=True)]
    found = from_many(
        starts,
        ends[order, 1].astype(np.int32),
        weights[order].astype(np.int32),
        sources.astype(np.int64),
        spent.astype(np.int64),
        limit,
    )
    assert found.tolist() == from_many_slow(nodes, edges, best, limit)


@pytest.mark.parametrize("seed", range(10))
def test_random_points_over_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 8))
    points = rng.uniform(-200, 900, (count, 2))
    spent = rng.integers(0, 500_000, count).astype(np.int64)
    roam = rng.integers(0, 400_000, count).astype(np.int64)
    ground = (-100.0, 50.0, 40.0, 1.3)
    bounds = (17, 23, 600_000)
    found = over_cells(points, spent, roam, ground, bounds)
    # Numba's hypot may differ from Python's in the last bit, which rounding up makes a millimetre.
    slow = over_cells_slow(points, spent, roam, ground, bounds)
    assert np.abs(found.astype(np.int64) - slow).max(initial=0) <= 1
