"""Bookings and drivers' lists as the JSON documents of the API."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from maas.bookings import other_way_of, rides_of
from maas.bookings import queries as booking_queries
from maas.checkout.costs import fare_of
from maas.city import City
from maas.clock import iso
from maas.database import Session
from maas.offers.document import DocumentWriter
from maas.offers.words import label_text
from maas.operations import DrivenHalt, connections_of, manifest, promise_entries, vehicles
from maas.tables import Booking, PlanStop, PromiseEntry, Ride, RideConnection, Vehicle
from routing.journeys import Place


class BookingWriter:
    """Writes bookings and drivers' lists of a city in a language.

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
        self._places = DocumentWriter(city, language)

    def booking(self, session: Session, booking: Booking) -> dict[str, Any]:
        """Write a booking.

        Parameters
        ----------
        session : Session
            Any session.
        booking : Booking
            The booking.

        Returns
        -------
        dict[str, Any]
            The document of GET /v1/bookings/{id}.
        """
        return {
            "id": booking.id,
            "state": booking.state,
            "created": self._time(booking.created_s),
            "language": booking.language,
            "rider": {"name": booking.rider_name},
            "party": booking.party,
            "price": _price(booking),
            "payment": booking.payment,
            "journey": booking.journey,
            "rides": [
                self._ride(session, ride)
                for ride in rides_of(session, booking.id)
                if ride.state != "replaced"
            ],
            "fee": {"amount_minor": booking.fee_minor, "currency": booking.currency},
            "has_note": booking.driver_note is not None,
            "other_way": self._other_way(session, booking),
            "ticket": {
                "url": f"/bookings/{booking.id}",
                "qr_url": f"/v1/bookings/{booking.id}/qr.svg",
            },
        }

    def _other_way(self, session: Session, booking: Booking) -> dict[str, Any] | None:
        """Write where the booking of the other way is.

        Parameters
        ----------
        session : Session
            Any session.
        booking : Booking
            The booking.

        Returns
        -------
        dict[str, Any] or None
            Its id, direction, state and address; None where only one way was booked.
        """
        other = other_way_of(session, booking)
        if other is None:
            return None
        return {
            "id": other.id,
            "direction": "outbound" if booking.outbound_id else "return",
            "state": other.state,
            "departure": other.journey.get("departure"),
            "url": f"/bookings/{other.id}",
        }

    def vehicle(self, vehicle: Vehicle) -> dict[str, Any]:
        """Write a vehicle.

        Parameters
        ----------
        vehicle : Vehicle
            The vehicle.

        Returns
        -------
        dict[str, Any]
            Id, name, area, places.
        """
        return {
            "id": vehicle.id,
            "name": label_text(vehicle.name, self._language),
            "area": vehicle.area_id,
            "kind": vehicle.kind,
            "seats": vehicle.seats,
            "wheelchair_places": vehicle.wheelchair_places,
            "child_seats": vehicle.child_seats,
        }

    def vehicles(self, session: Session) -> dict[str, Any]:
        """Write the list of all vehicles.

        Parameters
        ----------
        session : Session
            Any session.

        Returns
        -------
        dict[str, Any]
            The document of GET /v1/vehicles.
        """
        return {"vehicles": [self.vehicle(vehicle) for vehicle in vehicles(session)]}

    def driver_lists(self, session: Session, day: date) -> list[dict[str, Any]]:
        """Write what every vehicle does on a day.

        Parameters
        ----------
        session : Session
            Any session.
        day : date
            The service day.

        Returns
        -------
        list[dict[str, Any]]
            One document a vehicle.
        """
        return [self.driver_list(session, vehicle, day) for vehicle in vehicles(session)]

    def driver_list(
        self,
        session: Session,
        vehicle: Vehicle,
        day: date,
        waiting_at: str | None = None,
        halts: Sequence[DrivenHalt] = (),
        *,
        with_notes: bool = False,
    ) -> dict[str, Any]:
        """Write what a vehicle does on a day.

        Parameters
        ----------
        session : Session
            Any session.
        vehicle : Vehicle
            The vehicle.
        day : date
            The service day.
        waiting_at : str or None
            Stop at which it had better wait now, while it has nothing to do.
        halts : Sequence[DrivenHalt]
            Its breaks and charges.
        with_notes : bool
            Whether the notes to the driver are shown at the stops still ahead: to the driver, on
            the day.

        Returns
        -------
        dict[str, Any]
            The document of GET /v1/vehicles/{id}/stops.
        """
        rows: Sequence[tuple[PlanStop, Ride, Booking]] = manifest(session, vehicle.id, day)
        return {
            "vehicle": self.vehicle(vehicle),
            "date": day.isoformat(),
            "stops": [
                self._stop(number, stop, ride, booking)
                | {"note": booking.driver_note if with_notes and stop.state == "planned" else None}
                for number, (stop, ride, booking) in enumerate(rows, start=1)
            ],
            "halts": [
                {
                    "kind": halt.kind,
                    "begins": self._time(halt.begins_s),
                    "ends": self._time(halt.ends_s),
                    "place": self._place(halt.stop_id),
                }
                for halt in halts
            ],
            "waiting_place": None if waiting_at is None else self._place(waiting_at),
        }

    def _stop(self, number: int, stop: PlanStop, ride: Ride, booking: Booking) -> dict[str, Any]:
        """Write one stop of a driver's list.

        Parameters
        ----------
        number : int
            Its place in the list, from 1.
        stop, ride, booking : PlanStop, Ride, Booking
            What happens there, and for whom.

        Returns
        -------
        dict[str, Any]
            The document.
        """
        pickup = stop.kind == "pickup"
        earliest_s = ride.pickup_earliest_s if pickup else None
        return {
            "id": stop.id,
            "sequence": number,
            "kind": stop.kind,
            "planned": self._time(stop.planned_s),
            "earliest": None if earliest_s is None else self._time(earliest_s),
            "latest": self._time(ride.pickup_latest_s if pickup else ride.arrival_latest_s),
            "state": stop.state,
            "place": self._place(stop.stop_id),
            "booking_id": booking.id,
            "rider": {"name": booking.rider_name, "phone": booking.rider_phone},
            "seats": ride.seats,
            "wheelchairs": ride.wheelchairs,
            "child_seats": ride.child_seats,
            "luggage": ride.luggage,
            "price": self._fare(ride, booking) if pickup and not ride.continues else None,
        }

    def _ride(self, session: Session, ride: Ride) -> dict[str, Any]:
        """Write a ride of a booking.

        Parameters
        ----------
        session : Session
            Any session.
        ride : Ride
            The ride.

        Returns
        -------
        dict[str, Any]
            Vehicle, stops, promise, state.
        """
        vehicle = booking_queries.vehicle_of_ride(session, ride)
        return {
            "id": ride.id,
            "leg": ride.leg,
            "vehicle": {"id": vehicle.id, "name": label_text(vehicle.name, self._language)},
            "from": self._place(ride.from_stop_id),
            "to": self._place(ride.to_stop_id),
            "pickup_window": {
                "earliest": self._time(ride.pickup_earliest_s),
                "latest": self._time(ride.pickup_latest_s),
            },
            "arrival_latest": self._time(ride.arrival_latest_s),
            "seats": ride.seats,
            "wheelchairs": ride.wheelchairs,
            "child_seats": ride.child_seats,
            "luggage": ride.luggage,
            "state": ride.state,
            "continues": ride.continues,
            "connections": [self._connection(one) for one in connections_of(session, ride.id)],
            "changes": [
                self._change(entry) for entry in promise_entries(session, ride.id) if entry.fell
            ],
        }

    def _connection(self, connection: RideConnection) -> dict[str, Any]:
        """Write the bus a ride waits for, or must make.

        Parameters
        ----------
        connection : RideConnection
            The connection.

        Returns
        -------
        dict[str, Any]
            Which run, where, when, and how late it is.
        """
        return {
            "kind": connection.kind,
            "trip_id": connection.trip_id,
            "stop": self._place(connection.stop_id),
            "planned": self._time(connection.planned_s),
            "late_s": connection.late_s,
            "state": connection.state,
        }

    def _change(self, entry: PromiseEntry) -> dict[str, Any]:
        """Write a promise that fell.

        Parameters
        ----------
        entry : PromiseEntry
            What the ledger says.

        Returns
        -------
        dict[str, Any]
            When, why, and each bound with its old and new instant; no instants for a ride that
            takes longer.
        """

        def bound(fell: dict[str, Any]) -> dict[str, Any]:
            instants = fell["bound"] != "ride"
            return {
                "bound": fell["bound"],
                "old": self._time(fell["old_s"]) if instants else None,
                "new": self._time(fell["new_s"]) if instants else None,
                "later_s": fell["new_s"] - fell["old_s"],
            }

        return {
            "at": self._time(entry.at_s),
            "cause": entry.cause,
            "bounds": [bound(fell) for fell in entry.fell],
        }

    @staticmethod
    def _fare(ride: Ride, booking: Booking) -> dict[str, Any]:
        """Say what the driver collects at a pickup.

        Parameters
        ----------
        ride : Ride
            The ride.
        booking : Booking
            Its booking.

        Returns
        -------
        dict[str, Any]
            The fare of this ride alone: buses and trains on the way are paid there.
        """
        return {"amount_minor": fare_of(ride, booking), "currency": booking.currency}

    def _place(self, stop_id: str) -> dict[str, Any]:
        """Write a stop.

        Parameters
        ----------
        stop_id : str
            The stop.

        Returns
        -------
        dict[str, Any]
            Name, point, id.
        """
        place = self._city.stop(stop_id) or Place(stop_id, 0.0, 0.0, stop_id)
        return self._places.place(place)

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


def _price(booking: Booking) -> dict[str, Any]:
    """Write the price of a booking.

    Parameters
    ----------
    booking : Booking
        The booking.

    Returns
    -------
    dict[str, Any]
        Amount and currency.
    """
    return {"amount_minor": booking.price_minor, "currency": booking.currency}
