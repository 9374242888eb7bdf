"""What riders do in tests: ask, choose, book."""

from hashlib import sha256
from typing import Any

from apps.runtime import Runtime
from maas.bookings import find_booking
from maas.checkout import BookingRequest
from maas.offers import Heads, PlanRequest
from maas.tables import Booking
from maas.tables.once import once
from tests.builders import at

TUESDAY = "2026-11-24"


def ask(
    town: Runtime,
    origin: str = "station",
    destination: str = "bath",
    time: str = "10:00",
    *,
    arrive_by: bool = False,
    **heads: int,
) -> dict[str, Any]:
    """Plan in the toy town on the Tuesday the clock stands at."""
    request = PlanRequest(
        origin=town.city.gazetteer.resolve(origin),
        destination=town.city.gazetteer.resolve(destination),
        time_s=at(f"{TUESDAY} {time}"),
        arrive_by=arrive_by,
        heads=Heads(**heads),
    )
    with town.database.reading() as session:
        return town.desk.plan(session, request, town.clock())


def ride_offer(plan: dict[str, Any]) -> str:
    """Take the first offer with an on-demand ride."""
    return next(str(journey["offer"]) for journey in plan["journeys"] if journey["bookable"])


def book(town: Runtime, offer: str, key: str, name: str = "Rider A") -> Booking:
    """Book an offer in a transaction of its own; the same key again gives the same booking."""
    request, now_s = BookingRequest(offer, name, ""), town.clock()

    def work() -> dict[str, str]:
        return {"id": town.checkout.book(session, request, now_s).id}

    with town.database.transaction() as session:
        made, _ = once(session, key, sha256(repr(request).encode()).hexdigest(), now_s, work)
        return find_booking(session, made["id"])


def modes(journey: dict[str, Any]) -> list[str]:
    """Name the modes of a journey in order."""
    return [leg["mode"] for leg in journey["legs"]]
