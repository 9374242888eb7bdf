"""From a wish to offers: journeys with live rides, one price each, signed, with reasons."""

from dataclasses import asdict, dataclass
from typing import Any

from maas.city import City
from maas.clock import iso, local_instant
from maas.database import Session
from maas.errors import RideGoneError
from maas.offers.alternatives import NO_SEAT, Alternatives, is_near
from maas.offers.choosing import Priced
from maas.offers.document import DocumentWriter
from maas.offers.footprint import Footprint
from maas.offers.reasons import reasons_of
from maas.offers.request import Heads, PlanRequest, cursor_of
from maas.offers.search import Answer, JourneySearch
from maas.offers.tokens import OfferContent, open_offer, seal
from maas.offers.words import alternative_text, note_text, refusal_text
from maas.operations import RideOrder
from maas.tracing import traced
from routing.journeys import Journey, Place
from routing.on_demand import Party, RideRefusal, RideRequest

_INSTANTS = frozenset({"opens_s", "deadline_s"})
"""Figures of a refusal that are instants."""


@dataclass(frozen=True)
class Changing:
    """A booking that is to be changed.

    Parameters
    ----------
    booking_id : str
        The booking.
    ride_ids : frozenset[str]
        Its rides, which would be given up.
    """

    booking_id: str
    ride_ids: frozenset[str]


class OfferDesk:
    """Makes offers in a city, and reads them back.

    Parameters
    ----------
    city : City
        The city.
    search : JourneySearch
        Finds journeys in it.
    alternatives : Alternatives
        Finds what could be had instead of a ride that is refused.
    key : bytes
        The key offers are signed with.
    life_s : int
        How long an offer lives.
    """

    def __init__(
        self,
        city: City,
        search: JourneySearch,
        alternatives: Alternatives,
        key: bytes,
        life_s: int,
    ) -> None:
        self._city = city
        self._search = search
        self._alternatives = alternatives
        self._key = key
        self._life_s = life_s

    @traced("plan")
    def plan(
        self,
        session: Session,
        request: PlanRequest,
        now_s: int,
        changing: Changing | None = None,
    ) -> dict[str, Any]:
        """Find journeys and make offers of them.

        Parameters
        ----------
        session : Session
            A reading session: the live plans of the fleet.
        request : PlanRequest
            The wish.
        now_s : int
            The instant, UTC epoch seconds.
        changing : Changing or None
            The booking that the offers are to change.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/plans.

        Raises
        ------
        PastTimeError, DateWithoutServiceError, OutsideAreaError, SamePlaceError
            The wish cannot be planned; the message says what to change.
        """
        without = changing.ride_ids if changing else frozenset()
        found = self._search.find(session, request, now_s, without)
        document = self._answer(request, found, now_s, changing.booking_id if changing else None)
        document["alternatives"] = []
        if changing is not None:  # what could be had instead could not change this booking
            return document
        refused = next((one for one in found.refusals if one.code in NO_SEAT), None)
        rides = [leg.promise for journey, _ in found.kept for leg in journey.rides]
        if refused is not None and not any(is_near(ride, refused.request) for ride in rides):
            document["alternatives"] = self._instead(session, request, refused.request, now_s)
        return document

    def instead(
        self, session: Session, token: str, gone: RideGoneError, language: str, now_s: int
    ) -> list[dict[str, Any]]:
        """Find what could be had instead of an offer one of whose rides is gone.

        Parameters
        ----------
        session : Session
            A reading session, after the booking was taken back: nobody waits for this search.
        token : str
            The offer.
        gone : RideGoneError
            The refusal of the booking; says which leg.
        language : str
            ``ja`` or ``en``.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[dict[str, Any]]
            As ``alternatives`` of POST /v1/plans.
        """
        offer = self.open(token, now_s)
        order = next((ride for ride in offer.rides if ride.leg == gone.params.get("leg")), None)
        if order is None:
            return []
        legs = offer.journey["legs"]
        request = PlanRequest(
            origin=_place(legs[0]["from"]),
            destination=_place(legs[-1]["to"]),
            time_s=local_instant(offer.journey["departure"], self._city.timezone),
            arrive_by=False,
            heads=Heads(**offer.heads),
            language=language,
        )
        ride = RideRequest(
            order.trip_id,
            order.from_stop_id,
            order.to_stop_id,
            order.pickup_earliest_s,
            None,
            Party(order.seats, order.wheelchairs, order.child_seats, order.luggage),
        )
        return self._instead(session, request, ride, now_s)

    def _instead(
        self, session: Session, request: PlanRequest, ride: RideRequest, now_s: int
    ) -> list[dict[str, Any]]:
        """Write what could be had instead of a ride.

        Parameters
        ----------
        session : Session
            A reading session.
        request : PlanRequest
            The wish.
        ride : RideRequest
            The ride that is refused.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[dict[str, Any]]
            Kind, sentence, walk, and the journey with its offer.
        """
        language, zone = request.language, self._city.timezone
        writer = DocumentWriter(self._city, language)
        documents = []
        for other in self._alternatives.find(session, request, ride, now_s):
            wish, asked = other.request, other.ride.request
            footprint = Footprint(self._city, wish.origin, wish.destination)
            journey = writer.journey(*other.priced, footprint) | {"reasons": ["another_way"]}
            stops = [
                self._city.gazetteer.resolve(stop_id, language)
                for stop_id in (asked.from_stop_id, asked.to_stop_id)
            ]
            pickup = iso(other.ride.pickup_earliest_s, zone)
            documents.append(
                {
                    "kind": other.kind,
                    "message": alternative_text(
                        other.kind, language, pickup[11:16], other.walk_m, *(p.name for p in stops)
                    ),
                    "pickup": pickup,
                    "from": writer.place(stops[0]),
                    "to": writer.place(stops[1]),
                    "walk_m": other.walk_m,
                    "journey": self._offer(journey, other.priced, request.heads, now_s, None),
                }
            )
        return documents

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

    def _answer(
        self, request: PlanRequest, found: Answer, now_s: int, changes: str | None
    ) -> dict[str, Any]:
        """Write the whole document.

        Parameters
        ----------
        request : PlanRequest
            The wish.
        found : Answer
            What was found.
        now_s : int
            The instant, UTC epoch seconds.
        changes : str or None
            The booking that the offers are to change.

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
                    writer.journey(*item, footprint) | {"reasons": why},
                    item,
                    request.heads,
                    now_s,
                    changes,
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
        changes: str | None,
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
        changes : str or None
            The booking that the offer is to change.

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
                changes=changes,
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


def _place(written: dict[str, Any]) -> Place:
    """Take a place back from a document.

    Parameters
    ----------
    written : dict[str, Any]
        As `DocumentWriter.place` wrote it.

    Returns
    -------
    Place
        The place.
    """
    return Place(written["name"], written["lat"], written["lon"], written["stop_id"])


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
                    child_seats=promise.request.party.child_seats,
                    luggage=promise.request.party.luggage,
                    pickup_earliest_s=promise.pickup_earliest_s,
                    pickup_latest_s=promise.pickup_latest_s,
                    arrival_latest_s=promise.arrival_latest_s,
                    booking_deadline_s=leg.booking_deadline_s,
                )
            )
    return tuple(orders)
