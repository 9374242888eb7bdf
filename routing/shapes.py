"""The line a vehicle follows between two of its stops."""

import copy
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.journeys import Geometry
from routing.snapping import Plane
from routing.timetable import Timetable

_PIECE_M: Final = 50
_CACHED_PATTERNS: Final = 512
_CACHED_LINES: Final = 512


class LineCutter:
    """Cuts the shapes of a timetable between stops.

    Parameters
    ----------
    timetable
        Patterns and shapes.
    """

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._cuts = lru_cache(maxsize=_CACHED_PATTERNS)(self._find_cuts)
        self._lines = lru_cache(maxsize=_CACHED_LINES)(self._cut)

    def over(self, live: Timetable) -> "LineCutter":
        """The same for a timetable with the same stops and shapes; what was found is shared.

        Parameters
        ----------
        live
            With other patterns.

        Returns
        -------
        LineCutter
            For the patterns of `live`.
        """
        cutter = copy.copy(self)
        cutter._timetable = live
        return cutter

    def between(self, pattern: int, board: int, alight: int) -> Geometry:
        """The line from one position of a pattern to a later one.

        Parameters
        ----------
        pattern
            Number of the pattern.
        board, alight
            Positions.

        Returns
        -------
        Geometry
            Begins and ends at the stops; straight from stop to stop without a shape.
        """
        t = self._timetable
        rows = slice(t.pattern_stop_starts[pattern], t.pattern_stop_starts[pattern + 1])
        calls = t.pattern_stops[rows].tobytes()
        return self._lines(int(t.pattern_shapes[pattern]), calls, board, alight)

    def _cut(self, shape: int, called: bytes, board: int, alight: int) -> Geometry:
        """The line, found by what patterns of a live timetable share with others."""
        t = self._timetable
        stops = np.frombuffer(called, np.int32)[board : alight + 1]
        calls = list(zip(t.stop_lon[stops].tolist(), t.stop_lat[stops].tolist(), strict=True))
        if shape < 0 or t.shape_starts[shape + 1] - t.shape_starts[shape] < 2:
            return tuple(calls)
        cuts = self._cuts(shape, called)
        low, high = cuts[board], cuts[alight]
        points = np.arange(int(np.ceil(low)), int(np.floor(high)) + 1) + t.shape_starts[shape]
        line = zip(t.shape_lon[points].tolist(), t.shape_lat[points].tolist(), strict=True)
        return (calls[0], *line, calls[-1])

    def _find_cuts(self, shape: int, calls: bytes) -> NDArray[np.float64]:
        """Where each stop lies on the shape, as point number and share of the way to the next.

        Of all ways to lay the stops along the shape in order, the one with the least sum of
        distances is taken, so that loops and lines that come back do not confuse it.
        """
        t = self._timetable
        stops = np.frombuffer(calls, np.int32)
        points = slice(t.shape_starts[shape], t.shape_starts[shape + 1])
        plane = Plane(float(t.stop_lat[stops].mean()))
        line = plane.points(t.shape_lat[points], t.shape_lon[points])
        places = plane.points(t.stop_lat[stops], t.stop_lon[stops])
        number, fine = _fine_points(line)
        distance = np.hypot(*(places[:, None, :] - fine[None, :, :]).transpose(2, 0, 1))
        return number[_least_in_order(distance)]


def _fine_points(line: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points at most 50 m apart, each with its number on the coarse line."""
    length_m = np.hypot(*np.diff(line, axis=0).T)
    pieces = np.maximum(1, np.ceil(length_m / _PIECE_M)).astype(np.int64)
    piece = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(piece)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    number = np.append(piece + step / pieces[piece], float(len(line) - 1))
    whole = np.minimum(number.astype(np.int64), len(line) - 2)
    share = (number - whole)[:, None]
    return number, line[whole] * (1 - share) + line[whole + 1] * share


def _least_in_order(distance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Column of each row, not falling, so that the sum of the distances is least."""
    stops, points = distance.shape
    total = distance[0].copy()
    came = np.zeros((stops, points), np.int64)
    columns = np.arange(points)
    for row in range(1, stops):
        running = np.minimum.accumulate(total)
        came[row] = np.maximum.accumulate(np.where(total == running, columns, 0))
        total = running + distance[row]
    chosen = np.zeros(stops, np.int64)
    chosen[-1] = int(total.argmin())
    for row in range(stops - 1, 0, -1):
        chosen[row - 1] = came[row, chosen[row]]
    return chosen
