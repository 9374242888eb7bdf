"""What riders do in tests: ask, choose, book."""

from typing import Any

from apps.runtime import Runtime
from maas.checkout import BookingRequest
from maas.offers import Heads, PlanRequest
from maas.tables import Booking
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
    """Book an offer in a transaction of its own."""
    with town.database.transaction() as session:
        return town.checkout.book(session, BookingRequest(offer, name, ""), key, town.clock())


def modes(journey: dict[str, Any]) -> list[str]:
    """Name the modes of a journey in order."""
    return [leg["mode"] for leg in journey["legs"]]
