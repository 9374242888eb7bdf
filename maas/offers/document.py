"""Journeys as the JSON document people and programs read."""

from typing import Any

from gtfs.messages import Alert
from maas.city import City
from maas.clock import iso
from maas.offers.footprint import Footprint
from maas.offers.words import label_text
from maas.products import Price
from routing.departures import Departure
from routing.journeys import (
    Connection,
    Journey,
    Leg,
    Place,
    RideLeg,
    RouteInfo,
    TransitLeg,
    WalkLeg,
)


class DocumentWriter:
    """Writes journeys of a city in a language.

    Parameters
    ----------
    city : City
        The city.
    language : str
        ``ja`` or ``en``.
    """

    def __init__(self, city: City, language: str) -> None:
        self._city = city
        self._language = language

    def journey(
        self, journey: Journey, price: Price | None, footprint: Footprint
    ) -> dict[str, Any]:
        """Write a journey.

        Parameters
        ----------
        journey : Journey
            The journey.
        price : Price or None
            Its price, where known.
        footprint : Footprint
            Its carbon dioxide, beside the same way by car.

        Returns
        -------
        dict[str, Any]
            The document, without offer and reasons.
        """
        return {
            "departure": self._time(journey.departure_s),
            "arrival": self._time(journey.arrival_s),
            "duration_s": journey.arrival_s - journey.departure_s,
            "transfers": journey.transfers,
            "walk_m": journey.walk_m,
            "price": None if price is None else self._price(price),
            "weakest_connection": self._connection(journey.weakest_connection),
            "co2_g": footprint.of_journey_g(journey),
            "car_co2_g": footprint.car_g,
            "legs": [self._leg(leg) | {"co2_g": footprint.of_leg_g(leg)} for leg in journey.legs],
        }

    def place(self, place: Place) -> dict[str, Any]:
        """Write a place.

        Parameters
        ----------
        place : Place
            The place.

        Returns
        -------
        dict[str, Any]
            Name, point, stop.
        """
        name = place.name
        if place.stop_id:
            name = self._city.words.text(
                "stops", "stop_name", place.stop_id, place.name, self._language
            )
        return {"name": name, "lat": place.lat, "lon": place.lon, "stop_id": place.stop_id}

    def stop(self, place: Place) -> dict[str, Any]:
        """Write a stop where something with a timetable is boarded or left.

        Parameters
        ----------
        place : Place
            The stop.

        Returns
        -------
        dict[str, Any]
            A place with its platform, null where the feed gives none.
        """
        return self.place(place) | {"platform": place.platform or None}

    def departure(self, line: Departure) -> dict[str, Any]:
        """Write a line of a departure board.

        Parameters
        ----------
        line : Departure
            The line.

        Returns
        -------
        dict[str, Any]
            Instant, line, headsign, stop.
        """
        return {
            "departure": self._time(line.departure_s),
            "scheduled_departure": self._maybe(line.scheduled_s),
            "realtime": line.realtime,
            "delay_s": line.delay_s,
            "cancelled": line.cancelled,
            "mode": line.route.mode,
            "route": self._route(line.route),
            "headsign": self._city.words.text(
                "trips", "trip_headsign", line.trip_id, line.headsign, self._language
            ),
            "stop": self.stop(line.stop),
            "trip_id": line.trip_id,
            "service_day": line.service_day.isoformat(),
        }

    def _connection(self, weakest: Connection | None) -> dict[str, Any] | None:
        """Write the weakest connection.

        Parameters
        ----------
        weakest : Connection or None
            The connection, where there is a change.

        Returns
        -------
        dict[str, Any] or None
            Where, and the margin in seconds.
        """
        if weakest is None:
            return None
        return {"at": self.place(weakest.at), "margin_s": weakest.margin_s}

    def _leg(self, leg: Leg) -> dict[str, Any]:
        """Write a leg.

        Parameters
        ----------
        leg : Leg
            The leg.

        Returns
        -------
        dict[str, Any]
            The document.
        """
        document: dict[str, Any] = {
            "mode": leg.mode,
            "from": self.place(leg.origin),
            "to": self.place(leg.destination),
            "departure": self._time(leg.departure_s),
            "arrival": self._time(leg.arrival_s),
            "duration_s": leg.arrival_s - leg.departure_s,
            "geometry": {
                "type": "LineString",
                "coordinates": [[round(lon, 5), round(lat, 5)] for lon, lat in leg.geometry],
            },
        }
        if isinstance(leg, WalkLeg):
            return document | {"distance_m": leg.distance_m}
        document["route"] = self._route(leg.route)
        return document | (self._transit(leg) if isinstance(leg, TransitLeg) else self._ride(leg))

    def _transit(self, leg: TransitLeg) -> dict[str, Any]:
        """Write what only a leg with a timetable has.

        Parameters
        ----------
        leg : TransitLeg
            The leg.

        Returns
        -------
        dict[str, Any]
            Platforms, trip, headsign, wheelchairs, stops on the way.
        """
        headsign = self._city.words.text(
            "trips", "trip_headsign", leg.trip_id, leg.headsign, self._language
        )
        return {
            "from": self.stop(leg.origin),
            "to": self.stop(leg.destination),
            "trip_id": leg.trip_id,
            "headsign": headsign,
            "wheelchair": leg.wheelchair,
            "stay_seated": leg.stays_seated,
            "service_day": leg.service_day.isoformat(),
            "realtime": leg.realtime,
            "delay_s": leg.delay_s,
            "scheduled_departure": self._maybe(leg.scheduled_departure_s),
            "scheduled_arrival": self._maybe(leg.scheduled_arrival_s),
            "alerts": [self._alert(alert) for alert in leg.alerts],
            "intermediate_stops": [
                self.place(point.place)
                | {
                    "arrival": self._time(point.arrival_s),
                    "departure": self._time(point.departure_s),
                }
                for point in leg.intermediate
            ],
        }

    def _alert(self, alert: Alert) -> dict[str, Any]:
        """Write what riders should know.

        Parameters
        ----------
        alert : Alert
            As the operator tells it.

        Returns
        -------
        dict[str, Any]
            Texts in the reader's language, or in the operator's where there is none.
        """
        return {
            "header": self._said(alert.header),
            "description": self._said(alert.description),
            "url": self._said(alert.url),
            "cause": alert.cause,
            "effect": alert.effect,
            "severity": alert.severity,
        }

    def _said(self, texts: tuple[tuple[str, str], ...]) -> str | None:
        """Choose among texts in several languages.

        Parameters
        ----------
        texts : tuple[tuple[str, str], ...]
            Language (empty where not said) and text.

        Returns
        -------
        str or None
            The reader's, else one without a language, else the first; None where there is none.
        """
        spoken = {language.split("-")[0].lower(): text for language, text in reversed(texts)}
        first = texts[0][1] if texts else None
        return spoken.get(self._language) or spoken.get("") or first

    def _ride(self, leg: RideLeg) -> dict[str, Any]:
        """Write what only an on-demand leg has: the promise.

        Parameters
        ----------
        leg : RideLeg
            The leg.

        Returns
        -------
        dict[str, Any]
            Pickup window, booking deadline, service.
        """
        promise = leg.promise
        route = self._route(leg.route)
        return {
            "trip_id": promise.request.trip_id,
            "headsign": None,
            "pickup_window": {
                "earliest": self._time(promise.pickup_earliest_s),
                "latest": self._time(promise.pickup_latest_s),
            },
            "arrival_latest": self._time(promise.arrival_latest_s),
            "expected": {
                "pickup": self._time(promise.pickup_expected_s),
                "arrival": self._time(promise.arrival_expected_s),
            },
            "booking_deadline": self._time(leg.booking_deadline_s),
            "service": {
                "id": leg.route.route_id,
                "name": route["short_name"] or route["long_name"],
            },
        }

    def _route(self, route: RouteInfo) -> dict[str, Any]:
        """Write a line.

        Parameters
        ----------
        route : RouteInfo
            The line.

        Returns
        -------
        dict[str, Any]
            Names and colours.
        """

        def word(field: str, value: str) -> str:
            words = self._city.words
            return words.text("routes", field, route.route_id, value, self._language)

        return {
            "id": route.route_id,
            "short_name": word("route_short_name", route.short_name),
            "long_name": word("route_long_name", route.long_name),
            "color": route.color,
            "text_color": route.text_color,
            "agency": self._city.words.text(
                "agency", "agency_name", "", route.agency_name, self._language
            ),
        }

    def _price(self, price: Price) -> dict[str, Any]:
        """Write a price.

        Parameters
        ----------
        price : Price
            The price.

        Returns
        -------
        dict[str, Any]
            Amount and lines.
        """
        return {
            "amount_minor": price.amount_minor,
            "currency": price.currency,
            "lines": [
                {
                    "label": label_text(line.label, self._language),
                    "count": line.count,
                    "amount_minor": line.amount_minor,
                    "leg": line.leg,
                }
                for line in price.lines
            ],
        }

    def _maybe(self, instant_s: int | None) -> str | None:
        """Write an instant that may be unknown.

        Parameters
        ----------
        instant_s : int or None
            UTC epoch seconds.

        Returns
        -------
        str or None
            ISO 8601.
        """
        return None if instant_s is None else self._time(instant_s)

    def _time(self, instant_s: int) -> str:
        """Write an instant in the city's zone.

        Parameters
        ----------
        instant_s : int
            UTC epoch seconds.

        Returns
        -------
        str
            ISO 8601.
        """
        return iso(instant_s, self._city.timezone)
