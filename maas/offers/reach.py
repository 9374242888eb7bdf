"""How far one gets from a place, as GeoJSON: an area for each limit, with what lies in it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from maas.city import City
from maas.clock import iso
from maas.database import Session
from maas.errors import InvalidRequestError
from maas.offers.document import DocumentWriter
from maas.offers.request import Heads
from maas.offers.search import in_our_words, is_over, refuse_past
from maas.offers.words import note_text
from maas.operations import Dispatcher, Fleet
from routing.errors import RoutingError
from routing.journeys import Place
from routing.reach import Reach, ReachQuery


@dataclass(frozen=True)
class ReachRequest:
    """A question for how far one gets.

    Parameters
    ----------
    origin : Place
        From where.
    time_s : int
        Departure, UTC epoch seconds.
    minutes : tuple[int, ...]
        How long one may be under way, the least first.
    on_demand : bool
        Whether to look at rides on demand.
    wheelchair : bool
        Whether one person travels in a wheelchair.
    compare : bool
        Whether to say beside each area what is reached without rides on demand.
    language : str
        ``ja`` or ``en``.
    """

    origin: Place
    time_s: int
    minutes: tuple[int, ...]
    on_demand: bool = True
    wheelchair: bool = False
    compare: bool = False
    language: str = "ja"


class ReachDesk:
    """Answers how far one gets in a city.

    Parameters
    ----------
    city : City
        The city.
    fleet : Fleet
        Its on-demand areas.
    """

    def __init__(self, city: City, fleet: Fleet) -> None:
        self._city = city
        self._fleet = fleet
        self._places = tuple(place.place() for place in city.gazetteer.places)

    def reach(self, session: Session, request: ReachRequest, now_s: int) -> dict[str, Any]:
        """Find how far one gets.

        Parameters
        ----------
        session : Session
            A reading session: on which days the fleet drives.
        request : ReachRequest
            The question.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of GET /v1/reach: a GeoJSON FeatureCollection.

        Raises
        ------
        PastTimeError, DateWithoutServiceError, OutsideAreaError
            The question cannot be answered; the message says what to change.
        """
        try:
            return self._reach(session, request, now_s)
        except RoutingError as error:
            raise in_our_words(error) from error

    def _reach(self, session: Session, request: ReachRequest, now_s: int) -> dict[str, Any]:
        """Find how far one gets, with the planner's errors.

        Parameters
        ----------
        session : Session
            As in `reach`.
        request : ReachRequest
            The question.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document.
        """
        zone = self._city.timezone
        over = is_over(self._city, now_s)
        if not over:
            refuse_past(request.time_s, now_s, zone)
        time_s = request.time_s if over else max(request.time_s, now_s)
        heads = Heads(adults=1, wheelchairs=int(request.wheelchair))
        query = ReachQuery(
            request.origin,
            time_s,
            tuple(60 * minutes for minutes in request.minutes),
            min(now_s, time_s),
            heads.party,
            wheelchair=request.wheelchair,
        )
        dispatcher = None
        if request.on_demand and self._fleet.areas and not over:
            dispatcher = Dispatcher(session, self._fleet, now_s, zone)
        reach = self._city.planner.reach(query, dispatcher, self._places)
        without = None
        if request.compare and dispatcher:
            without = self._city.planner.reach(query, None, self._places)
        notes = ["seats_not_checked"] if dispatcher else []
        notes += ["straight_line_walks"] if self._city.streets.label == "straight_lines" else []
        notes += ["historical_timetable"] if over else []
        return {
            "type": "FeatureCollection",
            "origin": DocumentWriter(self._city, request.language).place(request.origin),
            "departure": iso(time_s, zone),
            "on_demand": dispatcher is not None,
            "notes": [{"code": c, "message": note_text(c, request.language)} for c in notes],
            "features": [self._feature(reach, without, limit_s) for limit_s in query.limits_s],
        }

    def _feature(self, reach: Reach, without: Reach | None, limit_s: int) -> dict[str, Any]:
        """Write what is reached within a limit.

        Parameters
        ----------
        reach : Reach
            The answer.
        without : Reach or None
            The answer without rides on demand, to compare.
        limit_s : int
            The limit, seconds.

        Returns
        -------
        dict[str, Any]
            A GeoJSON Feature.
        """
        properties = {"minutes": limit_s // 60, **self._counts(reach, limit_s)}
        if without is not None:
            properties["without_on_demand"] = self._counts(without, limit_s)
        geometry = reach.areas.polygons(reach.limit_mm(limit_s))
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    def _counts(self, reach: Reach, limit_s: int) -> dict[str, Any]:
        """Count what is reached within a limit.

        Parameters
        ----------
        reach : Reach
            The answer.
        limit_s : int
            The limit, seconds.

        Returns
        -------
        dict[str, Any]
            Square kilometres, stops of lines, named places.
        """
        last_s = reach.query.time_s + limit_s
        served = self._city.timetable.served_stops
        return {
            "area_km2": round(reach.areas.area_m2(reach.limit_mm(limit_s)) / 1e6, 2),
            "stops": int(np.count_nonzero(reach.arrival_s[served] <= last_s)),
            "places": int(np.count_nonzero(reach.place_arrival_s <= last_s)),
        }


def minutes_of(text: str) -> tuple[int, ...]:
    """Read limits as people write them.

    Parameters
    ----------
    text : str
        Such as ``15,30,45``.

    Returns
    -------
    tuple[int, ...]
        Minutes.

    Raises
    ------
    InvalidRequestError
        It is no list of whole numbers.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise InvalidRequestError(
            f"{text!r} are no minutes; write whole numbers like 15,30,45.", field="minutes"
        )
    return tuple(int(part) for part in parts)
