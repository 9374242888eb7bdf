"""Departure boards of a place: trains and buses of every stop at it."""

from typing import Any

import numpy as np

from maas.city import City
from maas.errors import DateWithoutServiceError, NotFoundError
from maas.offers.document import DocumentWriter
from routing.departures import departures
from routing.journeys import Place

_AT_A_PLACE_M = 250
"""Stops this near belong to a place: the bus stops in front of a station."""

_METRES_PER_DEGREE = 111_195


def board(city: City, place: Place, from_s: int, limit: int, language: str) -> dict[str, Any]:
    """Write the departure board of a place.

    Parameters
    ----------
    city : City
        The city.
    place : Place
        A stop, a station, or any place with stops at it.
    from_s : int
        UTC epoch seconds; what leaves earlier is left out.
    limit : int
        Most lines.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    dict[str, Any]
        The document of GET /v1/departures.

    Raises
    ------
    NotFoundError
        No stop is at the place.
    DateWithoutServiceError
        Nothing leaves within a week of `from_s`.
    """
    stops = _stops_at(city, place)
    if not stops:
        raise NotFoundError(
            f"No bus or train stops within {_AT_A_PLACE_M} m of {place.name}; name a stop."
        )
    lines = departures(city.planner.timetable, stops, from_s, limit)
    if not lines:
        first, last = city.first_day.isoformat(), city.last_day.isoformat()
        raise DateWithoutServiceError(
            f"Nothing leaves {place.name} in the week from then; the timetable covers {first} to "
            f"{last}. Choose a day between them.",
            first=first,
            last=last,
        )
    writer = DocumentWriter(city, language)
    return {
        "place": writer.place(place),
        "departures": [writer.departure(line) for line in lines],
    }


def _stops_at(city: City, place: Place) -> list[int]:
    """List the stops at a place: its platforms, and others a few steps away.

    Parameters
    ----------
    city : City
        The city.
    place : Place
        The place.

    Returns
    -------
    list[int]
        Numbers of stops where something calls.
    """
    timetable = city.planner.timetable
    served = timetable.served_stops
    shrink = float(np.cos(np.radians(place.lat)))
    north_m = (timetable.stop_lat[served] - place.lat) * _METRES_PER_DEGREE
    east_m = (timetable.stop_lon[served] - place.lon) * _METRES_PER_DEGREE * shrink
    near = {int(stop) for stop in served[np.hypot(north_m, east_m) <= _AT_A_PLACE_M]}
    if place.stop_id and place.stop_id in timetable.stop_ids:
        near |= set(timetable.platforms(timetable.stop_index(place.stop_id))) & set(served.tolist())
    return sorted(near)
