"""From a wish to offers: journeys with live rides, one price each, signed, with reasons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maas.city import City
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
from maas.offers.choosing import (
    Priced,
    reasons_of,
    shortened,
    without_detours,
    without_dominated,
)
from maas.offers.document import DocumentWriter
from maas.offers.tokens import OfferContent, open_offer, seal
from maas.offers.words import note_text, refusal_text
from maas.operations import Dispatcher, Fleet, RideOrder
from maas.products import Catalogue, Price, price_journey
from routing.errors import RoutingError
from routing.journeys import Journey, Place
from routing.on_demand import Party, RideRefusal
from routing.planner import PlanQuery, PlanResult

_GRACE_S = 300
"""A departure this little in the past means now: people type the minute they see on the clock."""

_ERRORS: dict[str, type[MaasError]] = {
    "outside_area": OutsideAreaError,
    "date_without_service": DateWithoutServiceError,
    "same_place": SamePlaceError,
}


@dataclass(frozen=True)
class Heads:
    """Who travels.

    Parameters
    ----------
    adults, children, infants : int
        Heads; infants travel free.
    wheelchairs : int
        How many of them travel in their wheelchair.
    """

    adults: int = 1
    children: int = 0
    infants: int = 0
    wheelchairs: int = 0

    @property
    def party(self) -> Party:
        """Give them as load on a vehicle.

        Returns
        -------
        Party
            Seats and wheelchair places.

        Raises
        ------
        InvalidRequestError
            Nobody travels, or there are more wheelchairs than people.
        """
        people = self.adults + self.children + self.infants
        if people < 1 or min(self.adults, self.children, self.infants, self.wheelchairs) < 0:
            raise InvalidRequestError("At least one person must travel; say how many.")
        if self.wheelchairs > people:
            raise InvalidRequestError("There are more wheelchairs than people; correct the party.")
        return Party(seats=people - self.wheelchairs, wheelchairs=self.wheelchairs)


@dataclass(frozen=True)
class PlanRequest:
    """A wish to travel.

    Parameters
    ----------
    origin, destination : Place
        From where to where.
    time_s : int
        Departure, or arrival with `arrive_by`; UTC epoch seconds.
    arrive_by : bool
        Whether `time_s` is the arrival.
    heads : Heads
        Who travels.
    language : str
        ``ja`` or ``en``.
    """

    origin: Place
    destination: Place
    time_s: int
    arrive_by: bool
    heads: Heads
    language: str = "ja"


class OfferDesk:
    """Makes offers in a city, and reads them back.

    Parameters
    ----------
    city : City
        The city.
    fleet : Fleet
        Its on-demand areas.
    catalogue : Catalogue
        Its prices.
    key : bytes
        The key offers are signed with.
    life_s : int
        How long an offer lives.
    """

    def __init__(
        self, city: City, fleet: Fleet, catalogue: Catalogue, key: bytes, life_s: int
    ) -> None:
        self._city = city
        self._fleet = fleet
        self._catalogue = catalogue
        self._key = key
        self._life_s = life_s

    def plan(self, session: Session, request: PlanRequest, now_s: int) -> dict[str, Any]:
        """Find journeys and make offers of them.

        Parameters
        ----------
        session : Session
            A reading session: the live plans of the fleet.
        request : PlanRequest
            The wish.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/plans.

        Raises
        ------
        PastTimeError, DateWithoutServiceError, OutsideAreaError, SamePlaceError
            The wish cannot be planned; the message says what to change.
        """
        over = self._is_over(now_s)
        time_s = request.time_s if over else self._not_past(request, now_s)
        query = PlanQuery(
            origin=request.origin,
            destination=request.destination,
            time_s=time_s,
            arrive_by=request.arrive_by,
            party=request.heads.party,
            now_s=min(now_s, time_s) if over else now_s,
        )
        dispatcher = Dispatcher(session, self._fleet, now_s, self._city.timezone)
        with_rides = bool(self._fleet.areas) and not over
        result = self._ask_planner(query, dispatcher if with_rides else None)
        priced = [(journey, self._price(journey, request.heads)) for journey in result.journeys]
        found = without_detours(without_dominated(priced))
        kept = shortened(found, request.arrive_by)
        notes = [*result.notes, *(["historical_timetable"] if over else [])]
        if not kept:
            notes.append("no_journey")
        elif len(kept) < len(found):
            notes.append("shortened")
        return self._answer(request, kept, result.refusals, notes, now_s)

    def open(self, token: str, now_s: int) -> OfferContent:
        """Read an offer back.

        Parameters
        ----------
        token : str
            The offer.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        OfferContent
            What it promises.
        """
        return open_offer(token, self._key, now_s)

    def _is_over(self, now_s: int) -> bool:
        """Tell whether the city's whole timetable lies in the past.

        Parameters
        ----------
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        bool
            Then journeys may be looked at, and nothing can be booked.
        """
        return self._city.last_day < local_date(now_s, self._city.timezone)

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
        if request.time_s < now_s - _GRACE_S:
            zone = self._city.timezone
            raise PastTimeError(
                f"{iso(request.time_s, zone)} is over; it is {iso(now_s, zone)} now. "
                "Choose a later time.",
                time=iso(request.time_s, zone),
                now=iso(now_s, zone),
            )
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
            kind = _ERRORS.get(error.code, InvalidRequestError)
            raise kind(error.message, **error.params) from error

    def _price(self, journey: Journey, heads: Heads) -> Price | None:
        """Price a journey for a party.

        Parameters
        ----------
        journey : Journey
            The journey.
        heads : Heads
            Who travels.

        Returns
        -------
        Price or None
            None where a fare is not known.
        """
        return price_journey(self._catalogue, journey, heads.adults, heads.children)

    def _answer(
        self,
        request: PlanRequest,
        kept: Sequence[Priced],
        refusals: Sequence[RideRefusal],
        notes: Sequence[str],
        now_s: int,
    ) -> dict[str, Any]:
        """Write the whole document.

        Parameters
        ----------
        request : PlanRequest
            The wish.
        kept : Sequence[tuple[Journey, Price | None]]
            What is offered.
        refusals : Sequence[RideRefusal]
            Rides that could not be had.
        notes : Sequence[str]
            Codes of notes.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/plans.
        """
        writer = DocumentWriter(self._city, request.language)
        reasons = reasons_of(kept, request.arrive_by)
        return {
            "from": writer.place(request.origin),
            "to": writer.place(request.destination),
            "journeys": [
                self._offer(writer, item, request.heads, why, now_s)
                for item, why in zip(kept, reasons, strict=True)
            ],
            "refusals": [self._refusal(refusal, request.language) for refusal in refusals],
            "notes": [
                {"code": code, "message": note_text(code, request.language)}
                for code in dict.fromkeys(notes)
            ],
        }

    def _offer(
        self,
        writer: DocumentWriter,
        priced: Priced,
        heads: Heads,
        reasons: list[str],
        now_s: int,
    ) -> dict[str, Any]:
        """Make the offer of one journey.

        Parameters
        ----------
        writer : DocumentWriter
            Writes the journey.
        priced : tuple[Journey, Price | None]
            The journey and its price.
        heads : Heads
            Who travels.
        reasons : list[str]
            Why it is offered.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The journey's document, with the signed offer when it can be booked.
        """
        journey, price = priced
        document = writer.journey(journey, price) | {"reasons": reasons}
        bookable = bool(journey.rides) and price is not None
        head: dict[str, Any] = {"bookable": bookable, "offer": None, "expires": None}
        if bookable and price is not None:
            last_s = min(leg.booking_deadline_s for leg in journey.rides)
            content = OfferContent(
                city=self._city.id,
                expires_s=min(now_s + self._life_s, last_s),
                journey=document,
                rides=_orders(journey),
                heads=asdict(heads),
                price_minor=price.amount_minor,
                currency=price.currency,
            )
            head["offer"] = seal(content, self._key)
            head["expires"] = iso(content.expires_s, self._city.timezone)
        return head | document

    def _refusal(self, refusal: RideRefusal, language: str) -> dict[str, Any]:
        """Write a refusal.

        Parameters
        ----------
        refusal : RideRefusal
            Why a ride cannot be had.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        dict[str, Any]
            Code, figures, sentence, and the next possible pickup when it is known.
        """
        trips = {trip.trip_id: trip for trip in self._city.flex_trips}
        trip = trips.get(refusal.request.trip_id)
        service = None
        if trip is not None:
            service = self._city.words.text(
                "routes", "route_short_name", trip.route_id, trip.route_name, language
            )
        next_s = refusal.next_pickup_s
        return {
            "code": refusal.code,
            "params": dict(refusal.params),
            "service": service,
            "next_pickup": None if next_s is None else iso(next_s, self._city.timezone),
            "message": refusal_text(refusal.code, language),
        }


def _orders(journey: Journey) -> tuple[RideOrder, ...]:
    """List the rides of a journey as they would be held.

    Parameters
    ----------
    journey : Journey
        The journey.

    Returns
    -------
    tuple[RideOrder, ...]
        One for each on-demand leg.
    """
    orders = []
    for index, leg in enumerate(journey.legs):
        if leg in journey.rides:
            promise = leg.promise
            orders.append(
                RideOrder(
                    leg=index,
                    trip_id=promise.request.trip_id,
                    from_stop_id=promise.request.from_stop_id,
                    to_stop_id=promise.request.to_stop_id,
                    seats=promise.request.party.seats,
                    wheelchairs=promise.request.party.wheelchairs,
                    pickup_earliest_s=promise.pickup_earliest_s,
                    pickup_latest_s=promise.pickup_latest_s,
                    arrival_latest_s=promise.arrival_latest_s,
                    booking_deadline_s=leg.booking_deadline_s,
                )
            )
    return tuple(orders)
