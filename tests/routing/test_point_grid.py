"""Points near other points: the grid finds what measuring every pair finds."""

import numpy as np
import pytest
from numpy.typing import NDArray

from routing.snapping import PointGrid

Points = NDArray[np.float64]


def distances(places: Points, points: Points) -> NDArray[np.float64]:
    """Every place to every point, float64 [k, n]."""
    return np.hypot(*(places[:, None, :] - points[None, :, :]).transpose(2, 0, 1))


def cloud(rng: np.random.Generator, count: int, spread_m: float) -> Points:
    return rng.uniform(-spread_m, spread_m, (count, 2))


@pytest.mark.parametrize("cell_m", [7.0, 100.0, 5_000.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_point(cell_m: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, places = cloud(rng, 300, 900), cloud(rng, 200, 2_000)
    found, away_m = PointGrid(points, cell_m).nearest(places, 400)
    table = distances(places, points)
    least = table.min(axis=1)
    near = least <= 400
    assert 0 < near.sum() < len(places)
    np.testing.assert_array_equal(found[near], table.argmin(axis=1)[near])
    np.testing.assert_array_equal(away_m[near], least[near])
    assert (found[~near] == -1).all()
    assert np.isinf(away_m[~near]).all()


@pytest.mark.parametrize("limit_m", [0, 50, 700])
@pytest.mark.parametrize("seed", range(3))
def test_all_points_within(limit_m: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, places = cloud(rng, 250, 1_000), cloud(rng, 90, 1_200)
    places[:10] = points[:10]
    i, j, away_m = PointGrid(points, 120).within(places, limit_m)
    table = distances(places, points)
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == [
        (int(a), int(b)) for a, b in np.argwhere(table <= limit_m)
    ]
    np.testing.assert_array_equal(away_m, table[i, j])


def test_points_on_the_edge_of_a_cell_and_of_the_reach() -> None:
    points = np.array([[0.0, 0.0], [100.0, 0.0], [-100.0, -100.0], [100.0, 100.0]])
    grid = PointGrid(points, 100)
    places = np.array([[200.0, 0.0], [0.0, 100.0], [-200.0, -100.0]])
    found, away_m = grid.nearest(places, 100)
    assert away_m.tolist() == [100.0, 100.0, 100.0]
    assert found.tolist() == [1, 0, 2]
    assert grid.nearest(places, 99.9)[0].tolist() == [-1, -1, -1]


def test_points_at_one_spot_and_no_points() -> None:
    spot = np.zeros((3, 2))
    assert PointGrid(spot, 10).nearest(spot[:1], 5)[0].tolist() == [0]
    assert PointGrid(spot, 10).within(spot[:1], 5)[1].tolist() == [0, 1, 2]
    nothing = PointGrid(np.empty((0, 2)), 10)
    assert nothing.nearest(spot[:1], 5)[0].tolist() == [-1]
    assert nothing.within(spot[:1], 5)[0].tolist() == []
    assert PointGrid(spot, 10).nearest(np.empty((0, 2)), 5)[0].tolist() == []


def test_an_outlier_half_the_world_away_costs_nothing() -> None:
    points = np.array([[0.0, 0.0], [1.9e7, -0.9e7]])
    found, _ = PointGrid(points, 100).nearest(points[::-1] + 1, 1_000)
    assert found.tolist() == [1, 0]
