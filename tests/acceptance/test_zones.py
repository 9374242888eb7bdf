"""A city of zones: imported, given vehicles, planned in with its real dispatcher, and booked."""

from pathlib import Path

import pytest

from apps.runtime import open_runtime
from gtfs.feed import load_feed
from maas.checkout import BookingRequest
from maas.clock import local_instant
from maas.config import Settings
from maas.offers import Heads, PlanRequest
from maas.publishing.service import import_city
from routing.journeys import Place

pytestmark = pytest.mark.shared

FEED = "pairs/atlanta_cobb_flex/cobblinc-scheduled-deviated-flex.gtfs"
FLEET = """
[[areas]]
id = "flex"
route_ids = [{routes}]
pickup_window_s = 300
max_ride_extra_s = 300
[areas.name]
en = "Flex"

[[vehicles]]
id = "van"
area = "flex"
seats = 8
kind = "van"
depot_stop_id = "{depot}"
shifts = [{{ start = "06:00", end = "20:00", days = "daily" }}]
"""
FARES = """
[[fares]]
id = "flex"
route_ids = [{routes}]
price_minor = 250
[fares.name]
en = "Flex"
"""


def test_a_ride_inside_a_zone_is_offered_and_booked(shared_data: Path, tmp_path: Path) -> None:
    feed = load_feed(shared_data / FEED)
    routes = ", ".join(f'"{route}"' for route in feed.column("routes", "route_id"))
    depot = feed.column("stops", "stop_id").iloc[0]
    city = tmp_path / "cobb"
    import_city([shared_data / FEED], None, city)
    fleet = FLEET.format(routes=routes, depot=depot)
    (city / "fleet.toml").write_text(fleet)
    (city / "products.toml").write_text(FARES.format(routes=routes))
    settings = Settings(
        city=city,
        data_dir=tmp_path / "var",
        database_url="",
        redis_url="",
        now="2021-11-03T08:00:00-04:00",
    )
    with open_runtime(settings) as town:
        # Two doors in zone 1, which is served from half past ten to eleven; booked 2 h before.
        request = PlanRequest(
            Place("door", 33.8610, -84.6450),
            Place("shop", 33.8700, -84.6300),
            local_instant("2021-11-03 10:20", town.city.timezone),
            False,
            Heads(),
            "en",
        )
        with town.database.reading() as session:
            plan = town.desk.plan(session, request, town.clock())
        journey = next(journey for journey in plan["journeys"] if journey["bookable"])
        (ride,) = [leg for leg in journey["legs"] if leg["mode"] == "ON_DEMAND"]
        assert ride["from"]["name"].startswith("Flex Zone 1 (33.8")
        assert "T10:30" <= ride["pickup_window"]["earliest"][10:16] < "T11:00"
        assert ride["booking_deadline"][:16] == "2021-11-03T" + _two_hours_before(ride)
        with town.database.transaction() as session:
            booking = town.checkout.book(
                session, BookingRequest(str(journey["offer"]), "Rider A", ""), town.clock()
            )
        assert booking.state == "confirmed"


def _two_hours_before(ride: dict[str, dict[str, str]]) -> str:
    hours, minutes = ride["pickup_window"]["earliest"][11:16].split(":")
    return f"{int(hours) - 2:02d}:{minutes}"
