"""From a wish to offers: journeys with live rides, one price each, signed, with reasons."""

from dataclasses import asdict
from typing import Any

from maas.city import City
from maas.clock import iso
from maas.database import Session
from maas.offers.choosing import Priced
from maas.offers.document import DocumentWriter
from maas.offers.footprint import Footprint
from maas.offers.reasons import reasons_of
from maas.offers.request import Heads, PlanRequest, cursor_of
from maas.offers.search import Answer, JourneySearch
from maas.offers.tokens import OfferContent, open_offer, seal
from maas.offers.words import note_text, refusal_text
from maas.operations import RideOrder
from routing.journeys import Journey
from routing.on_demand import RideRefusal

_INSTANTS = frozenset({"opens_s", "deadline_s"})
"""Figures of a refusal that are instants."""


class OfferDesk:
    """Makes offers in a city, and reads them back.

    Parameters
    ----------
    city : City
        The city.
    search : JourneySearch
        Finds journeys in it.
    key : bytes
        The key offers are signed with.
    life_s : int
        How long an offer lives.
    """

    def __init__(self, city: City, search: JourneySearch, key: bytes, life_s: int) -> None:
        self._city = city
        self._search = search
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
        return self._answer(request, self._search.find(session, request, now_s), now_s)

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

    def _answer(self, request: PlanRequest, found: Answer, now_s: int) -> dict[str, Any]:
        """Write the whole document.

        Parameters
        ----------
        request : PlanRequest
            The wish.
        found : Answer
            What was found.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/plans.
        """
        writer = DocumentWriter(self._city, request.language)
        footprint = Footprint(self._city, request.origin, request.destination)
        reasons = reasons_of(found.kept, request.arrive_by)
        return {
            "from": writer.place(request.origin),
            "to": writer.place(request.destination),
            "via": [
                {"place": writer.place(via.place), "stay_min": via.stay_s // 60}
                for via in request.via
            ],
            "journeys": [
                self._offer(
                    writer.journey(*item, footprint) | {"reasons": why}, item, request.heads, now_s
                )
                for item, why in zip(found.kept, reasons, strict=True)
            ],
            "earlier": cursor_of(found.pages[0]),
            "later": cursor_of(found.pages[1]),
            "co2_source": footprint.source,
            "refusals": [self._refusal(refusal, request.language) for refusal in found.refusals],
            "notes": [
                {"code": code, "message": note_text(code, request.language)} for code in found.notes
            ],
        }

    def _offer(
        self,
        document: dict[str, Any],
        priced: Priced,
        heads: Heads,
        now_s: int,
    ) -> dict[str, Any]:
        """Make the offer of one journey.

        Parameters
        ----------
        document : dict[str, Any]
            The journey, with its reasons.
        priced : tuple[Journey, Price | None]
            The same, and its price.
        heads : Heads
            Who travels.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The journey's document, with the signed offer when it can be booked.
        """
        journey, price = priced
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
            "params": self._params(refusal),
            "service": service,
            "next_pickup": None if next_s is None else iso(next_s, self._city.timezone),
            "message": refusal_text(refusal.code, language),
        }

    def _params(self, refusal: RideRefusal) -> dict[str, object]:
        """Write the figures of a refusal, instants as text.

        Parameters
        ----------
        refusal : RideRefusal
            Why a ride cannot be had.

        Returns
        -------
        dict[str, object]
            ``opens_s`` and ``deadline_s`` become ``opens`` and ``deadline``.
        """
        zone = self._city.timezone
        return {
            key.removesuffix("_s") if key in _INSTANTS else key: (
                iso(int(str(value)), zone) if key in _INSTANTS else value
            )
            for key, value in refusal.params.items()
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
