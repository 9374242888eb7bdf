"""A day in the toy town with a clock of its own: riders book and cancel, drivers report.

Offers are signed here from the dispatcher's promise, without asking the planner: a day of a hundred
rides then takes seconds, and everything from the offer on is the service itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from apps.runtime import Runtime
from dispatch.horizon import replan
from maas.checkout import BookingRequest
from maas.offers import OfferContent
from maas.offers.tokens import seal
from maas.operations import Dispatcher, Improver, RideOrder
from maas.operations.improvement import Search
from maas.tables import Booking
from maas.tables.once import once
from routing.on_demand import Party, RidePromise, RideRefusal, RideRequest
from tests.builders import at
from tests.maas.riders import TUESDAY

DAY = date.fromisoformat(TUESDAY)
AREA = "yoyaku"


@dataclass
class TownDay:
    """A running town and the instant it is."""

    town: Runtime
    now_s: int

    def to(self, time: str, day: str = TUESDAY) -> None:
        """Move the clock to a time of the Tuesday."""
        self.now_s = at(f"{day} {time}")

    def ask(
        self,
        origin: str,
        destination: str,
        time: str | int,
        *,
        seats: int = 1,
        wheelchairs: int = 0,
    ) -> RidePromise | RideRefusal:
        """Ask the dispatcher what it would promise."""
        time_s = at(f"{TUESDAY} {time}") if isinstance(time, str) else time
        wish = RideRequest(
            "yoyaku-day", f"f-{origin}", f"f-{destination}", time_s, None, Party(seats, wheelchairs)
        )
        with self.town.database.reading() as session:
            dispatcher = Dispatcher(session, self.town.fleet, self.now_s, self.town.city.timezone)
            return dispatcher.check(wish)

    def offer(self, *promises: RidePromise) -> str:
        """Sign an offer of one or more rides."""
        return self._sealed(*(_order(leg, promise) for leg, promise in enumerate(promises)))

    def offer_again(self, ride: Mapping[str, Any]) -> str:
        """Sign an offer of exactly what a ride was promised."""
        names = [name.name for name in fields(RideOrder) if name.name in ride]
        order = {name: ride[name] for name in names}
        return self._sealed(RideOrder(**order, booking_deadline_s=ride["pickup_earliest_s"]))

    def offer_among(self, legs: Sequence[Mapping[str, Any]], promise: RidePromise) -> str:
        """Sign an offer of a journey with one ride, given its legs: that on demand is the ride."""
        (at_leg,) = [n for n, leg in enumerate(legs) if leg["mode"] == "ON_DEMAND"]
        return self._sealed(_order(at_leg, promise), legs=legs)

    def _sealed(
        self,
        *rides: RideOrder,
        legs: Sequence[Mapping[str, Any]] = (),
        changes: str | None = None,
    ) -> str:
        return seal(
            OfferContent(
                city=self.town.city.id,
                expires_s=2**40,
                journey={"price": {"lines": []}, "legs": list(legs)},
                rides=rides,
                heads={"adults": 1},
                price_minor=500,
                currency="JPY",
                changes=changes,
            ),
            self.town.keys.offer,
        )

    def take(self, offer: str) -> Booking:
        """Book an offer."""
        request = BookingRequest(offer, "Rider A", "")
        with self.town.database.transaction() as session:
            return self.town.checkout.book(session, request, self.now_s)

    def take_once(self, offer: str, key: str, name: str = "Rider A") -> str:
        """Book an offer with a key, as the API does; tells the booking."""
        request = BookingRequest(offer, name, "")
        fingerprint = sha256(repr(request).encode()).hexdigest()
        with self.town.database.transaction() as session:

            def work() -> dict[str, str]:
                return {"id": self.town.checkout.book(session, request, self.now_s).id}

            made, _ = once(session, key, fingerprint, self.now_s, work)
            return str(made["id"])

    def move(self, booking_id: str, promise: RidePromise) -> Booking:
        """Change a booking to another ride."""
        token = self._sealed(_order(0, promise), changes=booking_id)
        with self.town.database.transaction() as session:
            return self.town.checkout.changes.change(session, booking_id, token, self.now_s)

    def book(self, origin: str, destination: str, time: str | int, **load: int) -> Booking:
        """Ask and book one ride that must be possible."""
        promise = self.ask(origin, destination, time, **load)
        assert isinstance(promise, RidePromise), promise
        return self.take(self.offer(promise))

    def cancel(self, booking_id: str) -> Booking:
        """Cancel a booking."""
        with self.town.database.transaction() as session:
            return self.town.checkout.changes.cancel(session, booking_id, self.now_s)

    def report(self, stop: Mapping[str, Any], outcome: str = "done") -> str:
        """Report a stop, as its vehicle's driver does; tells the ride's new state."""
        vehicle_id = self.one("SELECT vehicle_id FROM shift WHERE id = :id", id=stop["shift_id"])
        with self.town.database.transaction() as session:
            return self.town.checkout.report(
                session, vehicle_id["vehicle_id"], stop["id"], outcome, self.now_s
            ).state

    def improver(self, search_s: float = 0.2, search: Search = replan) -> Improver:
        """Make a worker's improver on this day's clock."""
        area, zone = self.town.fleet.areas[AREA], self.town.city.timezone
        return Improver(self.town.database, area, zone, lambda: self.now_s, search_s, search)

    def rows(self, query: str, **params: Any) -> list[dict[str, Any]]:
        """Read rows as they are committed."""
        with self.town.database.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), params).mappings()]

    def one(self, query: str, **params: Any) -> dict[str, Any]:
        """Read the one row there is."""
        (row,) = self.rows(query, **params)
        return row

    def change(self, query: str, **params: Any) -> None:
        """Change rows as an operator with a database console does."""
        with self.town.database.transaction() as session:
            session.connection().execute(text(query), params)

    def stop(self, booking: Booking, kind: str, leg: int = 0) -> dict[str, Any]:
        """Read a stop of a booking."""
        return self.one(
            "SELECT plan_stop.* FROM plan_stop JOIN ride ON ride.id = plan_stop.ride_id"
            " WHERE booking_id = :id AND kind = :kind AND leg = :leg",
            id=booking.id,
            kind=kind,
            leg=leg,
        )

    def ride(self, booking: Booking, leg: int = 0) -> dict[str, Any]:
        """Read a ride of a booking."""
        return self.one(
            "SELECT * FROM ride WHERE booking_id = :id AND leg = :leg", id=booking.id, leg=leg
        )

    def told(self, booking: Booking) -> list[str]:
        """List the events of a booking in order."""
        found = self.rows(
            "SELECT kind FROM outbox_event WHERE stream = :s ORDER BY id", s=f"booking:{booking.id}"
        )
        return [row["kind"] for row in found]


def driving(day: TownDay) -> dict[tuple[str, str], int]:
    """Give the driving seconds between all stops of the town."""
    area = day.town.fleet.areas[AREA]
    return {(a, b): area.direct_s(a, b) for a in area.nodes for b in area.nodes}


def _order(leg: int, promise: RidePromise) -> RideOrder:
    wish = promise.request
    return RideOrder(
        leg=leg,
        trip_id=wish.trip_id,
        from_stop_id=wish.from_stop_id,
        to_stop_id=wish.to_stop_id,
        seats=wish.party.seats,
        wheelchairs=wish.party.wheelchairs,
        pickup_earliest_s=promise.pickup_earliest_s,
        pickup_latest_s=promise.pickup_latest_s,
        arrival_latest_s=promise.arrival_latest_s,
        booking_deadline_s=promise.pickup_earliest_s,
    )
