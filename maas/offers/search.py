"""The search behind every answer: what is offered, what is refused, and what to note."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from maas.city import City, Realtime
from maas.clock import iso, local_date
from maas.database import Session
from maas.errors import (
    DateWithoutServiceError,
    InvalidRequestError,
    MaasError,
    OutsideAreaError,
    PastTimeError,
    SamePlaceError,
)
from maas.offers.choosing import MOST_JOURNEYS, Priced, without_detours, without_dominated
from maas.offers.request import Heads, PlanRequest
from maas.operations import Dispatcher, Fleet
from maas.products import Catalogue, Pass, Price, line_prices, price_classes, price_journey
from routing.errors import RoutingError
from routing.journeys import Journey
from routing.on_demand import RideRefusal
from routing.planner import Page, PlanQuery, PlanResult

_GRACE_S = 300
"""A departure this little in the past means now: people type the minute they see on the clock."""

_ERRORS: dict[str, type[MaasError]] = {
    "outside_area": OutsideAreaError,
    "date_without_service": DateWithoutServiceError,
    "same_place": SamePlaceError,
}


@dataclass(frozen=True)
class Answer:
    """What a search found.

    Parameters
    ----------
    query : PlanQuery
        What the planner was asked.
    kept : tuple[tuple[Journey, Price | None], ...]
        What is offered, in order.
    refusals : tuple[RideRefusal, ...]
        Rides that could not be had.
    notes : tuple[str, ...]
        Codes of notes.
    pages : tuple[Page | None, Page | None]
        Where earlier and later journeys begin.
    """

    query: PlanQuery
    kept: tuple[Priced, ...]
    refusals: tuple[RideRefusal, ...]
    notes: tuple[str, ...]
    pages: tuple[Page | None, Page | None]


class JourneySearch:
    """Plans in a city with its live fleet and its prices.

    Parameters
    ----------
    city : City
        The city.
    fleet : Fleet
        Its on-demand areas.
    catalogue : Catalogue
        Its prices.
    realtime : Realtime
        What is known of the road.
    """

    def __init__(self, city: City, fleet: Fleet, catalogue: Catalogue, realtime: Realtime) -> None:
        self._city = city
        self._realtime = realtime
        self._fleet = fleet
        self._catalogue = catalogue

    def find(
        self, session: Session, request: PlanRequest, now_s: int, without: Set[str] = frozenset()
    ) -> Answer:
        """Find journeys, price them, and keep those worth reading.

        Parameters
        ----------
        session : Session
            A reading session: the live plans of the fleet.
        request : PlanRequest
            The wish.
        now_s : int
            The instant, UTC epoch seconds.
        without : Set[str]
            Rides that would be given up, by id: their seats count as free.

        Returns
        -------
        Answer
            What was found.

        Raises
        ------
        PastTimeError, DateWithoutServiceError, OutsideAreaError, SamePlaceError
            The wish cannot be planned; the message says what to change.
        """
        over = is_over(self._city, now_s)
        owned = self._catalogue.owned(request.passes)
        time_s = request.time_s if over else self._not_past(request, now_s)
        query = PlanQuery(
            origin=request.origin,
            destination=request.destination,
            time_s=time_s,
            arrive_by=request.arrive_by,
            party=request.heads.party,
            now_s=min(now_s, time_s) if over else now_s,
            via=request.via,
            page=request.page,
            most_journeys=MOST_JOURNEYS,
            not_before_s=0 if over else now_s,
            max_walk_m=request.walking.max_m,
            walk_speed_mm_s=request.walking.speed_mm_s,
            price_classes=self._price_classes(owned),
            wheelchair=request.heads.wheelchairs > 0,
        )
        dispatcher = Dispatcher(session, self._fleet, now_s, self._city.timezone, without)
        with_rides = bool(self._fleet.areas) and not over
        result = self._ask_planner(query, dispatcher if with_rides else None)
        priced = [
            (journey, self._price(journey, request.heads, owned)) for journey in result.journeys
        ]
        kept = without_detours(without_dominated(priced))
        notes = [*result.notes, *(["historical_timetable"] if over else [])]
        if self._realtime.is_missing:
            notes.append("realtime_missing")
        if not kept:
            notes.append("no_journey")
        pages = (result.earlier, result.later)
        return Answer(query, tuple(kept), result.refusals, tuple(dict.fromkeys(notes)), pages)

    def _not_past(self, request: PlanRequest, now_s: int) -> int:
        """Refuse a time that is over.

        Parameters
        ----------
        request : PlanRequest
            The wish.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        int
            The time to plan for, never before now.
        """
        asked_s = request.time_s if request.page is None else request.page.at_s
        refuse_past(asked_s, now_s, self._city.timezone)
        return max(request.time_s, now_s)

    def _ask_planner(self, query: PlanQuery, dispatcher: Dispatcher | None) -> PlanResult:
        """Plan, with the planner's errors in the service's words.

        Parameters
        ----------
        query : PlanQuery
            The question.
        dispatcher : Dispatcher or None
            Live rides.

        Returns
        -------
        PlanResult
            The answer.
        """
        try:
            return self._city.planner.plan(query, dispatcher)
        except RoutingError as error:
            raise in_our_words(error) from error

    @cached_property
    def _line_prices(self) -> dict[str, int]:
        """What a ride on each line costs at least.

        Returns
        -------
        dict[str, int]
            Minor units by line.
        """
        lines = [route.route_id for route in self._city.timetable.routes]
        return line_prices(self._catalogue, lines)

    def _price_classes(self, owned: Sequence[Pass]) -> dict[str, int]:
        """Group the city's lines by price.

        Parameters
        ----------
        owned : Sequence[Pass]
            Passes that count.

        Returns
        -------
        dict[str, int]
            Classes by line, for the planner.
        """
        covered = {route_id for bought in owned for route_id in bought.route_ids}
        return price_classes(self._line_prices, covered)

    def _price(self, journey: Journey, heads: Heads, owned: Sequence[Pass]) -> Price | None:
        """Price a journey for a party.

        Parameters
        ----------
        journey : Journey
            The journey.
        heads : Heads
            Who travels.
        owned : Sequence[Pass]
            Passes that they have.

        Returns
        -------
        Price or None
            None where a fare is not known.
        """
        return price_journey(self._catalogue, journey, heads.adults, heads.children, owned)


def is_over(city: City, now_s: int) -> bool:
    """Tell whether a city's whole timetable lies in the past.

    Parameters
    ----------
    city : City
        The city.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    bool
        Then journeys may be looked at, and nothing can be booked.
    """
    return city.last_day < local_date(now_s, city.timezone)


def refuse_past(asked_s: int, now_s: int, zone: ZoneInfo) -> None:
    """Refuse a time that is over.

    Parameters
    ----------
    asked_s, now_s : int
        The time asked for and the instant, UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.

    Raises
    ------
    PastTimeError
        It is over by more than people mean by now.
    """
    if asked_s < now_s - _GRACE_S:
        raise PastTimeError(
            f"{iso(asked_s, zone)} is over; it is {iso(now_s, zone)} now. Choose a later time.",
            time=iso(asked_s, zone),
            now=iso(now_s, zone),
        )


def in_our_words(error: RoutingError) -> MaasError:
    """Turn an error of the planner into one of the service.

    Parameters
    ----------
    error : RoutingError
        What the planner raised.

    Returns
    -------
    MaasError
        With a status, the same message and the same values.
    """
    return _ERRORS.get(error.code, InvalidRequestError)(error.message, **error.params)
