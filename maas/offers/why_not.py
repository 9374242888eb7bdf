"""Why an expected line is not among the journeys, in a sentence."""

from datetime import date
from typing import Any

from maas.city import City
from maas.city.gazetteer import fold
from maas.clock import iso
from maas.database import Session
from maas.errors import LineUnknownError
from maas.offers.request import PlanRequest
from maas.offers.search import Answer, JourneySearch
from maas.offers.words import refusal_text, why_not_text
from routing.journeys import RideLeg, RouteInfo
from routing.why_not import WhyNot

_MOST_SUGGESTIONS = 12


class WhyNotDesk:
    """Explains what is missing from an answer.

    Parameters
    ----------
    city : City
        The city.
    search : JourneySearch
        Finds the answer.
    """

    def __init__(self, city: City, search: JourneySearch) -> None:
        self._city = city
        self._search = search

    def explain(
        self, session: Session, request: PlanRequest, line: str, expected_s: int | None, now_s: int
    ) -> dict[str, Any]:
        """Say why a line is not offered, or which journey offers it.

        Parameters
        ----------
        session : Session
            A reading session: the live plans of the fleet.
        request : PlanRequest
            The wish.
        line : str
            Name or route id of a line or an on-demand service.
        expected_s : int or None
            The departure the rider had in mind, UTC epoch seconds.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/why-not.

        Raises
        ------
        LineUnknownError
            No line has that name.
        """
        route_id, name = self._line(line, request.language)
        found = self._search.find(session, request, now_s)
        on_demand = {trip.route_id for trip in self._city.flex_trips}
        if route_id in on_demand:
            code, params, message = self._ride(found, route_id, request.language)
        else:
            journeys = [journey for journey, _price in found.kept]
            reason = self._city.planner.why_not(found.query, route_id, journeys, expected_s)
            code, params = reason.code, self._params(reason, request.language)
            message = why_not_text(code, params, name, request.language)
        return {
            "line": {"id": route_id, "name": name},
            "code": code,
            "params": params,
            "message": message,
        }

    def _line(self, text: str, language: str) -> tuple[str, str]:
        """Find a line by what a rider calls it.

        Parameters
        ----------
        text : str
            Name or route id.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        tuple[str, str]
            Route id and name.
        """
        wanted = fold(text)
        names: dict[str, str] = {}
        for route in self._city.timetable.routes:
            spellings = self._spellings(route, language)
            names[route.route_id] = spellings[0]
            if text == route.route_id or (wanted and wanted in map(fold, spellings)):
                return route.route_id, spellings[0]
        near = [pair for pair in names.items() if wanted and wanted in fold(pair[1])]
        if len(near) == 1:
            return near[0]
        suggestions = [name for _, name in near] or list(names.values())
        few = suggestions[:_MOST_SUGGESTIONS]
        raise LineUnknownError(
            f"No line here is called {text!r}. Lines: {', '.join(few)}.",
            text=text,
            suggestions=few,
        )

    def _spellings(self, route: RouteInfo, language: str) -> list[str]:
        """List the names of a line, the one in the rider's language first.

        Parameters
        ----------
        route : RouteInfo
            The line.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        list[str]
            At least one.
        """
        found = []
        for spoken in (language, "ja", "en"):
            for field, value in (
                ("route_short_name", route.short_name),
                ("route_long_name", route.long_name),
            ):
                if value:
                    found.append(
                        self._city.words.text("routes", field, route.route_id, value, spoken)
                    )
        return found or [route.route_id]

    def _ride(self, found: Answer, route_id: str, language: str) -> tuple[str, dict[str, Any], str]:
        """Explain an on-demand service.

        Parameters
        ----------
        found : Answer
            What was answered.
        route_id : str
            The service.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        tuple[str, dict[str, Any], str]
            Code, figures and sentence.
        """
        for number, (journey, _price) in enumerate(found.kept, start=1):
            for leg in journey.legs:
                if isinstance(leg, RideLeg) and leg.route.route_id == route_id:
                    params = {"journey": number}
                    return "offered", params, why_not_text("offered", params, "", language)
        trips = {trip.trip_id for trip in self._city.flex_trips if trip.route_id == route_id}
        for refusal in found.refusals:
            if refusal.request.trip_id in trips:
                text = refusal_text(refusal.code, language)
                return refusal.code, dict(refusal.params), text
        return "ride_no_better", {}, why_not_text("ride_no_better", {}, "", language)

    def _params(self, reason: WhyNot, language: str) -> dict[str, Any]:
        """Write the figures of a reason as JSON has them.

        Parameters
        ----------
        reason : WhyNot
            The reason.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        dict[str, Any]
            Instants as ISO 8601, named without ``_s``; lengths of time keep their seconds.
        """
        written: dict[str, Any] = {}
        for key, value in reason.params.items():
            if isinstance(value, date):
                written[key] = value.isoformat()
            elif isinstance(value, int) and key in _INSTANTS:
                written[key.removesuffix("_s")] = iso(value, self._city.timezone)
            else:
                written[key.removesuffix("_s") if key in _INSTANTS else key] = value
        if written.get("stop_id"):
            names = ("stops", "stop_name", written["stop_id"], written["stop"], language)
            written["stop"] = self._city.words.text(*names)
        return written


_INSTANTS = frozenset({"departure_s", "arrival_s", "ready_s", "leave_s", "next_departure_s"})
