"""Driving times between the stops of an area, computed once and kept."""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maas.city import City
from maas.errors import CityInvalidError

_VERSION = b"2"
"""Raise it when driving times are computed differently, so that kept tables are not trusted."""


def driving_table(city: City, stop_ids: Sequence[str], cache_dir: Path | None) -> NDArray[np.int32]:
    """Compute driving seconds between stops along the city's streets.

    One table serves all day: that of the slowest speeds, because a promise must hold at whatever
    hour it is driven. A city without ``speeds.csv`` drives at free speed.

    Parameters
    ----------
    city : City
        The city.
    stop_ids : Sequence[str]
        Stops, in the order of rows and columns.
    cache_dir : Path or None
        Where the table may be kept; named by what it was computed from.

    Returns
    -------
    ndarray of int32
        Shape (stops, stops), read-only.

    Raises
    ------
    CityInvalidError
        A stop is in no feed.
    """
    places = []
    for stop_id in stop_ids:
        place = city.stop(stop_id)
        if place is None:
            raise CityInvalidError(
                f"Stop {stop_id!r} of the on-demand service is in no stops.txt of the city.",
                stop_id=stop_id,
            )
        places.append((place.lat, place.lon))
    points = np.array(places, dtype=np.float64).reshape(-1, 2)
    path = None
    if cache_dir is not None:
        digest = hashlib.sha256(
            _VERSION + points.tobytes() + city.streets_digest.encode()
        ).hexdigest()
        path = cache_dir / f"driving-{digest[:24]}.npy"
        if path.is_file():
            try:
                return _frozen(np.load(path))
            except (OSError, ValueError, EOFError):
                path.unlink(missing_ok=True)  # cut short by a full disk: compute it again
    streets = city.streets.slowest()
    nodes = streets.snap(points[:, 0], points[:, 1])
    table = streets.drive_table_s(nodes, nodes).astype(np.int32)
    np.fill_diagonal(table, 0)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A draft of its own for each writer: threads of one process start at once too.
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, table)
        Path(file.name).replace(path)
    return _frozen(table)


def _frozen(table: NDArray[np.int32]) -> NDArray[np.int32]:
    """Make a table read-only.

    Parameters
    ----------
    table : ndarray of int32
        The table.

    Returns
    -------
    ndarray of int32
        The same, C-ordered and not writeable.
    """
    table = np.ascontiguousarray(table, dtype=np.int32)
    table.flags.writeable = False
    return table
