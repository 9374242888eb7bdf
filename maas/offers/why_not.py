"""Why an expected line is not among the journeys, in a sentence."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import process

from maas.city import City
from maas.city.gazetteer import fold
from maas.clock import iso
from maas.database import Session
from maas.errors import InvalidRequestError, LineUnknownError
from maas.offers.request import PlanRequest
from maas.offers.search import Answer, JourneySearch
from maas.offers.words import refusal_text, why_not_text
from routing.journeys import Place, RouteInfo
from routing.why_not import WhyNot

_MOST_SUGGESTIONS = 12
_MOST_LINES = 12
"""Lines looked at where a stop or a time was expected, no line."""


@dataclass(frozen=True)
class Expected:
    """What a rider expected to find: at least one of these.

    Parameters
    ----------
    line : str or None
        Name or route id of a line or an on-demand service.
    stop : Place or None
        A stop to get on or off at.
    time_s : int or None
        A departure, UTC epoch seconds.
    """

    line: str | None = None
    stop: Place | None = None
    time_s: int | None = None


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
        self,
        session: Session,
        request: PlanRequest,
        expected: Expected,
        now_s: int,
    ) -> dict[str, Any]:
        """Say why what was expected is not offered, or which journey offers it.

        Parameters
        ----------
        session : Session
            A reading session: the live plans of the fleet.
        request : PlanRequest
            The wish.
        expected : Expected
            What the rider had in mind.
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
        InvalidRequestError
            Neither a line nor a stop nor a time was expected.
        """
        if expected == Expected():
            raise InvalidRequestError("Say what you expected: a line, a stop or a time.")
        language = request.language
        lines = [self._line(expected.line, language)] if expected.line is not None else None
        found = self._search.find(session, request, now_s)
        if lines is not None and lines[0][0] in {trip.route_id for trip in self._city.flex_trips}:
            code, params, message = self._ride(found, lines[0], expected.time_s, now_s, language)
            return _document(lines[0], code, params, message)
        if lines is None:
            place = expected.stop or request.origin
            lines = self._lines_at(place, request.walking.max_m, language)
        journeys = [journey for journey, _price in found.kept]
        stop_id = None if expected.stop is None else expected.stop.stop_id
        if stop_id not in self._city.timetable.stop_ids:  # nothing with a timetable stops there
            stop_id = None
        asked = (journeys, expected.time_s, stop_id)
        reasons = [
            (self._city.planner.why_not(found.query, line[0], *asked), line) for line in lines
        ]
        if not reasons:
            return self._no_line(expected.stop, language)
        reason, line = min(reasons, key=lambda one: _telling(one[0], expected.time_s))
        params = self._params(reason, language)
        message = why_not_text(reason.code, params, line[1], language)
        return _document(line, reason.code, params, message)

    def _no_line(self, stop: Place | None, language: str) -> dict[str, Any]:
        """Say that no line is there at all.

        Parameters
        ----------
        stop : Place or None
            The expected stop; None for the start.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        dict[str, Any]
            The document.
        """
        if stop is None:
            return _document(
                None, "no_line_near_start", {}, why_not_text("no_line_near_start", {}, "", language)
            )
        params = {"stop": stop.name, "stop_id": stop.stop_id}
        message = why_not_text("no_line_at_stop", params, "", language)
        return _document(None, "no_line_at_stop", params, message)

    def _lines_at(self, place: Place, max_walk_m: int, language: str) -> list[tuple[str, str]]:
        """List the lines of a stop, or near a place.

        Parameters
        ----------
        place : Place
            Where.
        max_walk_m : int
            Longest walk, metres.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        list[tuple[str, str]]
            Route ids and names, at most `_MOST_LINES`.
        """
        timetable = self._city.timetable
        ids = self._city.planner.lines_at(place, max_walk_m)[:_MOST_LINES]
        routes = [timetable.routes[timetable.route_numbers[route_id]] for route_id in ids]
        return [(route.route_id, self._spellings(route, language)[0]) for route in routes]

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
        alike = process.extract(
            wanted, {key: fold(name) for key, name in names.items()}, limit=_MOST_SUGGESTIONS
        )
        suggestions = [name for _, name in near] or [names[key] for _, _, key in alike]
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

    def _ride(
        self,
        found: Answer,
        line: tuple[str, str],
        expected_s: int | None,
        now_s: int,
        language: str,
    ) -> tuple[str, dict[str, Any], str]:
        """Explain an on-demand service.

        Parameters
        ----------
        found : Answer
            What was answered.
        line : tuple[str, str]
            Route id and name of the service.
        expected_s : int or None
            The pickup that was expected, UTC epoch seconds.
        now_s : int
            The instant, UTC epoch seconds.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        tuple[str, dict[str, Any], str]
            Code, figures and sentence.
        """
        trips = {trip.trip_id: trip for trip in self._city.flex_trips if trip.route_id == line[0]}
        notices_s = [
            trip.booking_rule.prior_notice_min_s for trip in trips.values() if trip.booking_rule
        ]
        pickup_s = found.query.time_s if expected_s is None else expected_s
        late_s = now_s - (pickup_s - min(notices_s, default=0))
        closed = "booking_closed", *self._closed(line, now_s - late_s, late_s, language)
        if expected_s is not None and notices_s and late_s > 0:
            return closed
        for number, (journey, _price) in enumerate(found.kept, start=1):
            for leg in journey.rides:
                if leg.route.route_id == line[0]:
                    params = {"journey": number}
                    return "offered", params, why_not_text("offered", params, "", language)
        for refusal in found.refusals:
            if refusal.request.trip_id not in trips:
                continue
            if refusal.code == "booking_closed" and notices_s and late_s > 0:
                return closed
            next_s = refusal.next_pickup_s
            free = None if next_s is None else iso(next_s, self._city.timezone)
            figures = dict(refusal.params) | ({} if free is None else {"next_pickup": free})
            return refusal.code, figures, refusal_text(refusal.code, language, free)
        return "ride_no_better", {}, why_not_text("ride_no_better", {}, "", language)

    def _closed(
        self, line: tuple[str, str], deadline_s: int, late_s: int, language: str
    ) -> tuple[dict[str, Any], str]:
        """Say when booking closed.

        Parameters
        ----------
        line : tuple[str, str]
            Route id and name of the service.
        deadline_s, late_s : int
            The instant, UTC epoch seconds, and seconds since then.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        tuple[dict[str, Any], str]
            Figures and sentence.
        """
        params = {"deadline": iso(deadline_s, self._city.timezone), "ago_min": -(-late_s // 60)}
        return params, why_not_text("booking_closed", params, line[1], language)

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

_ORDER = (
    *("offered", "cancelled", "stop_closed", "leaves_too_early", "arrives_too_late", "beaten"),
    *("leaves_later", "too_many_changes", "not_accessible", "does_not_run", "stop_too_far"),
    *("other_direction", "not_near_destination", "not_near_start", "stop_not_on_line"),
)
"""Of several lines the one is told of whose reason says most."""


def _telling(reason: WhyNot, time_s: int | None) -> tuple[int, int]:
    """Rank the reasons of several lines.

    Parameters
    ----------
    reason : WhyNot
        Of one line.
    time_s : int or None
        The expected departure: the run nearest to it is told of.

    Returns
    -------
    tuple[int, int]
        Sort key.
    """
    departure_s = reason.params.get("departure_s")
    if time_s is None or not isinstance(departure_s, int):
        return (0 if time_s is None else 1_000_000_000), _ORDER.index(reason.code)
    return abs(departure_s - time_s), _ORDER.index(reason.code)


def _document(
    line: tuple[str, str] | None, code: str, params: dict[str, Any], message: str
) -> dict[str, Any]:
    """Write the answer.

    Parameters
    ----------
    line : tuple[str, str] or None
        Route id and name, where it is about a line.
    code, message : str
        The reason.
    params : dict[str, Any]
        Its figures.

    Returns
    -------
    dict[str, Any]
        The document of POST /v1/why-not.
    """
    named = None if line is None else {"id": line[0], "name": line[1]}
    return {"line": named, "code": code, "params": params, "message": message}
