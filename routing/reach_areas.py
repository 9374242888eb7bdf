"""Reached ground as areas: cells of a grid, their limits, and polygons around them.

Each cell has one cost, so that what is reached in 15 minutes lies inside what is reached in 30. A
polygon follows the edges of its cells, and so crosses neither itself nor another one.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.kernels.spreading import over_cells
from routing.snapping import DETOUR, Plane
from routing.street_port import Reached

CELL_M: Final = 40.0
"""Side of a cell, metres: streets are cut into pieces of 60 m, and may be left by more than it."""


@dataclass(frozen=True, eq=False)
class Areas:
    """Ground with the walk it takes to get there.

    Parameters
    ----------
    plane
        Coordinates of the grid.
    west_m, south_m
        Its edges, metres.
    cost_mm
        What is spent at each cell, millimetres walked, int32 ``[rows, columns]``, south first.
    """

    plane: Plane
    west_m: float
    south_m: float
    cost_mm: NDArray[np.int32]

    @classmethod
    def over(cls, plane: Plane, reached: Reached, limit_mm: int) -> "Areas":
        """Spread what is reached over the ground.

        Parameters
        ----------
        plane
            Coordinates of the grid; the same for answers that are to be compared.
        reached
            Points reached.
        limit_mm
            Most to spend, millimetres walked.

        Returns
        -------
        Areas
            A grid as large as needed.
        """
        points = plane.points(reached.lat, reached.lon)
        left_m = np.minimum(reached.roam_mm, limit_mm - reached.spent_mm) / 1000 / DETOUR
        # Edges are multiples of a cell, so that grids of one plane lie on each other.
        low = np.floor((points - left_m[:, None]).min(axis=0) / CELL_M) * CELL_M
        high = (points + left_m[:, None]).max(axis=0)
        columns, rows = (int(n) for n in np.floor((high - low) / CELL_M) + 1)
        west_m, south_m = float(low[0]), float(low[1])
        cost_mm = over_cells(
            np.ascontiguousarray(points),
            reached.spent_mm,
            reached.roam_mm,
            (west_m, south_m, CELL_M, DETOUR),
            (rows, columns, limit_mm),
        )
        return cls(plane, west_m, south_m, cost_mm)

    def area_m2(self, limit_mm: int) -> float:
        """How much ground is reached.

        Parameters
        ----------
        limit_mm
            Most to spend, millimetres walked.

        Returns
        -------
        float
            Square metres.
        """
        return float(np.count_nonzero(self.cost_mm <= limit_mm)) * CELL_M**2

    def polygons(self, limit_mm: int) -> dict[str, Any]:
        """What is reached, as polygons.

        Parameters
        ----------
        limit_mm
            Most to spend, millimetres walked.

        Returns
        -------
        dict
            GeoJSON MultiPolygon, longitude first; without coordinates where nothing is reached.
        """
        import shapely.geometry  # only who asks for areas needs it

        inside = np.pad(self.cost_mm <= limit_mm, ((0, 0), (1, 1)))
        steps = np.diff(inside.astype(np.int8), axis=1)
        rows, begins = np.nonzero(steps == 1)
        _, ends = np.nonzero(steps == -1)
        # Whole numbers of cells: shared edges are equal to the last bit.
        whole = shapely.union_all(shapely.box(begins, rows, ends, rows + 1))
        parts = [
            shapely.geometry.polygon.orient(part)
            for part in shapely.get_parts(whole)
            if not part.is_empty
        ]
        rings = [[part.exterior, *part.interiors] for part in parts]
        return {
            "type": "MultiPolygon",
            "coordinates": [[self._ring(ring.coords) for ring in part] for part in rings],
        }

    def _ring(self, corners: Any) -> list[list[float]]:
        """A ring without the corners that lie on straight edges, counter-clockwise outside."""
        cells = np.asarray(corners)[:-1]
        step = cells - np.roll(cells, 1, axis=0)
        next_step = np.roll(step, -1, axis=0)
        cells = cells[step[:, 0] * next_step[:, 1] != step[:, 1] * next_step[:, 0]]
        cells = np.concatenate([cells, cells[:1]])
        lon = (self.west_m + cells[:, 0] * CELL_M) / self.plane.x_m
        lat = (self.south_m + cells[:, 1] * CELL_M) / self.plane.y_m
        ring: list[list[float]] = np.round(np.column_stack([lon, lat]), 6).tolist()
        return ring
