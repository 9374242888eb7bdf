"""Points near other points: a grid of square cells, kept as points sorted by cell.

Bentley and Friedman, "Data structures for range searching", ACM Computing Surveys 11 (1979),
section 2.2 (cells). Points of a row of cells stand side by side, so that a search over a square
looks up two cells in each row. Places in metres; a cell's number is its row and its column.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import compiled, inlined
from routing.kernels.growing import longer_floats, longer_longs

_SHIFT = 32
_MIDDLE = 1 << 31
_POINTS = "float64[:, ::1], int64[::1], float64"


@inlined("int64(float64, float64, float64)")
def _cell(x_m: float, y_m: float, cell_m: float) -> int:
    """Number of the cell of a place."""
    row, column = int(np.floor(y_m / cell_m)), int(np.floor(x_m / cell_m))
    return ((row + _MIDDLE) << _SHIFT) + column + _MIDDLE


@inlined("int64(int64[::1], int64)")
def _first(cells: NDArray[np.int64], wanted: int) -> int:
    """Where the first cell not below the wanted one stands."""
    low, high = 0, cells.shape[0]
    while low < high:
        middle = (low + high) // 2
        if cells[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled("int64[::1](float64[:, ::1], float64)")
def cells_of(points: NDArray[np.float64], cell_m: float) -> NDArray[np.int64]:
    """Number of the cell of each point.

    Parameters
    ----------
    points
        East and north, metres, float64 ``[n, 2]``.
    cell_m
        Side of a cell, metres.

    Returns
    -------
    ndarray
        Cells, int64 ``[n]``.
    """
    cells = np.empty(points.shape[0], np.int64)
    for point in range(points.shape[0]):
        cells[point] = _cell(points[point, 0], points[point, 1], cell_m)
    return cells


@compiled(f"Tuple((int64[::1], float64[::1]))({_POINTS}, float64[:, ::1], float64)")
def nearest(
    points: NDArray[np.float64],
    cells: NDArray[np.int64],
    cell_m: float,
    places: NDArray[np.float64],
    limit_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the point nearest to each place, in squares that grow until they hold one.

    Parameters
    ----------
    points
        East and north, metres, sorted by cell; float64 ``[n, 2]``.
    cells
        Their cells, in ascending order, int64 ``[n]``.
    cell_m
        Side of a cell, metres.
    places
        From where to look, metres, float64 ``[k, 2]``.
    limit_m
        Points farther away do not count, metres.

    Returns
    -------
    tuple
        Number of the point (of equally near ones the first), int64 ``[k]``, and metres, float64;
        -1 and infinity for none.
    """
    found = np.full(places.shape[0], -1, np.int64)
    found_m = np.full(places.shape[0], np.inf)
    for place in range(places.shape[0]):
        x, y = places[place, 0], places[place, 1]
        reach_m = min(cell_m / 2, limit_m)
        while True:
            best, best_m = -1, np.inf
            low, high = np.floor((y - reach_m) / cell_m), np.floor((y + reach_m) / cell_m)
            for row in range(int(low), int(high) + 1):
                north_m = (row + 0.5) * cell_m
                first = _first(cells, _cell(x - reach_m, north_m, cell_m))
                last = _first(cells, _cell(x + reach_m, north_m, cell_m) + 1)
                for point in range(first, last):
                    metres = np.hypot(points[point, 0] - x, points[point, 1] - y)
                    if metres < best_m:
                        best, best_m = point, metres
            if best_m <= reach_m:
                found[place], found_m[place] = best, best_m
                break
            if reach_m >= limit_m:
                break
            reach_m = min(2 * reach_m, limit_m)
    return found, found_m


@compiled(f"Tuple((int64[::1], int64[::1], float64[::1]))({_POINTS}, float64[:, ::1], float64)")
def within(
    points: NDArray[np.float64],
    cells: NDArray[np.int64],
    cell_m: float,
    places: NDArray[np.float64],
    limit_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find all points near each place.

    Parameters
    ----------
    points, cells, cell_m, places
        As in `nearest`.
    limit_m
        How near, metres.

    Returns
    -------
    tuple
        Place, int64; point, int64; metres between them, float64.
    """
    count, room = 0, max(16, 4 * places.shape[0])
    at = np.empty(room, np.int64)
    who = np.empty(room, np.int64)
    away_m = np.empty(room, np.float64)
    for place in range(places.shape[0]):
        x, y = places[place, 0], places[place, 1]
        low, high = np.floor((y - limit_m) / cell_m), np.floor((y + limit_m) / cell_m)
        for row in range(int(low), int(high) + 1):
            north_m = (row + 0.5) * cell_m
            first = _first(cells, _cell(x - limit_m, north_m, cell_m))
            last = _first(cells, _cell(x + limit_m, north_m, cell_m) + 1)
            for point in range(first, last):
                metres = np.hypot(points[point, 0] - x, points[point, 1] - y)
                if metres <= limit_m:
                    if count == room:
                        room *= 2
                        at, who = longer_longs(at, count, room), longer_longs(who, count, room)
                        away_m = longer_floats(away_m, count, room)
                    at[count], who[count], away_m[count] = place, point, metres
                    count += 1
    return at[:count].copy(), who[:count].copy(), away_m[:count].copy()
