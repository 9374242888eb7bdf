"""How far it is by street between the stops of an area, for what was driven there."""

from collections.abc import Iterable

import numpy as np

from maas.city import City
from maas.operations.fleet import Area
from routing.snapping import Plane


def driven_metres(
    city: City, area: Area, ways: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Measure ways along the city's streets.

    Parameters
    ----------
    city : City
        The city; without streets a way is a straight line.
    area : Area
        Whose nodes the ways join.
    ways : iterable of (int, int)
        Nodes of the area, from and to.

    Returns
    -------
    dict of (int, int) to int
        Metres of each way, as driven in ``Area.travel_s``.
    """
    places = [city.stop(stop_id) for stop_id in area.nodes]
    lat = np.array([0.0 if place is None else place.lat for place in places])
    lon = np.array([0.0 if place is None else place.lon for place in places])
    streets = city.streets.slowest()
    nodes = streets.snap(lat, lon).tolist()
    plane = Plane(float(lat.mean()))
    found = {}
    for way in set(ways):
        line = np.array(streets.drive_path(nodes[way[0]], nodes[way[1]])).reshape(-1, 2)
        points = plane.points(line[:, 1], line[:, 0])
        found[way] = round(float(np.hypot(*np.diff(points, axis=0).T).sum()))
    return found
