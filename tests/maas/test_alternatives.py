"""What a rider could take instead: sooner, later, or from another stop, each with an offer.

On the road: west, school, hall, station, bath, east; 1 km apart. The bus runs station, hall,
school, west at 10:20; nothing but the van goes to bath and east.
"""

from dataclasses import replace
from typing import Any

import pytest

from maas.checkout import BookingRequest
from maas.errors import RideGoneError
from maas.offers import Alternatives, Heads, JourneySearch, PlanRequest, Walking
from maas.tables import Booking
from routing.on_demand import RideRefusal
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY, ask, book
from tests.maas.row_checker import check_rows
from tests.maas.town_day import TownDay, driving


@pytest.fixture
def day(open_town: Open) -> TownDay:
    """One van of one seat; 09:00 on a Tuesday."""
    return TownDay(open_town(vehicle("1")), at(f"{TUESDAY} 09:00"))


def pickup_of(other: dict[str, Any]) -> str:
    (ride,) = [leg for leg in other["journey"]["legs"] if leg["mode"] == "ON_DEMAND"]
    assert ride["pickup_window"]["earliest"] == other["pickup"]
    return str(other["pickup"])[11:16]


def gone(day: TownDay, offer: str, language: str = "ja") -> list[dict[str, Any]]:
    """Book an offer whose ride is gone; what is offered instead."""
    request = BookingRequest(offer, "Rider B", "", language)
    with pytest.raises(RideGoneError) as refused, day.town.database.transaction() as session:
        day.town.checkout.book(session, request, day.now_s)
    with day.town.database.reading() as session:
        return day.town.desk.instead(session, offer, refused.value, language, day.now_s)


def offer_at(day: TownDay, origin: str, destination: str, time: str) -> str:
    plan = ask(day.town, origin, destination, time)
    return next(str(j["offer"]) for j in plan["journeys"] if j["bookable"])


def test_who_is_too_late_is_offered_an_earlier_and_a_later_ride(day: TownDay) -> None:
    offer = offer_at(day, "station", "east", "11:00")
    day.book("station", "east", "11:00")
    others = gone(day, offer)
    by_kind = {other["kind"]: other for other in others}
    assert pickup_of(by_kind["earlier"]) < "11:00" < pickup_of(by_kind["later"])
    assert len({other["journey"]["offer"] for other in others}) == len(others)


def test_each_alternative_is_booked_in_one_step(day: TownDay) -> None:
    offer = offer_at(day, "station", "east", "11:00")
    day.book("station", "east", "11:00")
    for number, other in enumerate(gone(day, offer)[:2]):
        booking: Booking = book(day.town, other["journey"]["offer"], f"instead-{number}")
        assert booking.state == "confirmed"
    assert check_rows(day.rows, driving(day)) == []


def test_alternatives_speak_the_language_of_the_rider(day: TownDay) -> None:
    offer = offer_at(day, "station", "east", "11:00")
    day.book("station", "east", "11:00")
    japanese = {other["kind"]: other["message"] for other in gone(day, offer)}
    english = {other["kind"]: other["message"] for other in gone(day, offer, "en")}
    assert "早い時刻" in japanese["earlier"]
    assert english["later"].startswith("Later: a ride at ")


def test_a_plan_in_which_a_ride_is_refused_and_none_is_left_names_others(day: TownDay) -> None:
    day.book("station", "east", "15:50")
    plan = ask(day.town, "station", "east", "15:50")  # hours end at 16:00: nothing later
    days = {journey["departure"][:10] for journey in plan["journeys"]}
    assert TUESDAY not in days
    assert plan["refusals"]
    kinds = [other["kind"] for other in plan["alternatives"]]
    assert "earlier" in kinds
    assert "later" not in kinds
    sooner = plan["alternatives"][kinds.index("earlier")]
    assert pickup_of(sooner) < "15:50"
    assert book(day.town, sooner["journey"]["offer"], "sooner").state == "confirmed"


def test_another_stop_within_the_walk_may_do(day: TownDay) -> None:
    day.book("west", "school", "11:00")  # the van cannot be at bath by 11:10, but at station
    refused = day.ask("bath", "west", "11:00")
    assert isinstance(refused, RideRefusal)
    town, places = day.town, day.town.city.gazetteer
    wish = PlanRequest(
        places.resolve("bath"),
        places.resolve("west"),
        at(f"{TUESDAY} 11:00"),
        arrive_by=False,
        heads=Heads(),
        walking=Walking.of(1500, 5.0),
    )
    search = JourneySearch(town.city, town.fleet, town.catalogue, town.realtime)
    alternatives = Alternatives(town.city, town.fleet, search)

    def found(request: PlanRequest) -> dict[str, tuple[str, int]]:
        with town.database.reading() as session:
            others = alternatives.find(session, request, refused.request, day.now_s)
        return {one.kind: (one.ride.request.from_stop_id, one.walk_m) for one in others}

    assert found(wish)["other_stop"] == ("f-station", 1300)
    assert found(wish)["earlier"] == ("f-bath", 0)
    slow = replace(wish, walking=Walking.of(1500, 1.0))  # 22 minutes on foot: the van is gone
    assert "other_stop" not in found(slow)
    assert "other_stop" not in found(replace(wish, walking=Walking.of(1000, 5.0)))
    seated = replace(wish, heads=Heads(wheelchairs=1))  # nobody knows of steps on the way
    assert "other_stop" not in found(seated)


def test_what_lies_in_the_past_is_no_alternative(open_town: Open) -> None:
    day = TownDay(open_town(vehicle("1"), now=f"{TUESDAY}T10:58"), at(f"{TUESDAY} 10:58"))
    offer = offer_at(day, "station", "east", "11:30")
    day.book("station", "east", "11:30")
    assert all(other["pickup"][11:16] >= "11:28" for other in gone(day, offer))


def test_a_plan_with_rides_needs_no_alternatives(day: TownDay) -> None:
    assert ask(day.town, "station", "east", "11:00")["alternatives"] == []
