"""Changing a booking: the cost first, the old ride kept until the new one is had."""

import pytest

from apps.runtime import Runtime
from maas.errors import (
    CostChangedError,
    NotCancellableError,
    NotChangeableError,
    OfferInvalidError,
    RideGoneError,
)
from maas.offers import Heads, PlanRequest
from maas.tables import Booking
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY, ask, book, ride_offer
from tests.maas.row_checker import check_rows
from tests.maas.town_day import TownDay, driving

POLICY = """
[areas.policy]
free_until_min = 60
late_cancel_percent = 50
late_change_percent = 20
no_show_percent = 100
change_until_min = 30
"""


def strict(open_town: Open) -> Runtime:
    """Open a toy town whose area wants half of the fare for late cancelling."""
    return open_town(POLICY + vehicle())


def wish(town: Runtime, time: str, destination: str = "bath", **heads: int) -> PlanRequest:
    """Wish to go from the station."""
    gazetteer = town.city.gazetteer
    there = gazetteer.resolve("station"), gazetteer.resolve(destination)
    return PlanRequest(*there, at(f"{TUESDAY} {time}"), False, Heads(**heads))


def offer(town: Runtime, booking: Booking, wished: PlanRequest, now_s: int) -> str:
    """Look for what the booking could become, and take the first."""
    with town.database.reading() as session:
        plan = town.checkout.changes.offers(session, booking.id, wished, now_s)
    return ride_offer(plan)


def change(
    town: Runtime, booking: Booking, token: str, now_s: int, fee_minor: int | None = None
) -> Booking:
    """Change it."""
    with town.database.transaction() as session:
        return town.checkout.changes.change(session, booking.id, token, now_s, fee_minor)


def test_to_another_time_in_the_seat_that_is_ones_own(town: Runtime) -> None:
    # One van of one seat: five minutes later is only free because the rider gives up his own.
    day = TownDay(town, town.clock())
    booking = book(town, ride_offer(ask(town, time="10:00")), "one")
    old = day.ride(booking)
    changed = change(town, booking, offer(town, booking, wish(town, "10:05"), day.now_s), day.now_s)
    assert (changed.id, changed.state) == (booking.id, "confirmed")
    rides = day.rows("SELECT * FROM ride ORDER BY id")
    assert [ride["state"] for ride in rides] == ["replaced", "planned"]
    assert rides[1]["pickup_earliest_s"] == old["pickup_earliest_s"] + 300
    assert changed.ticket != booking.ticket
    assert day.told(booking)[-2:] == ["ride_planned", "booking_changed"]
    assert check_rows(day.rows, driving(day)) == []


def test_the_old_ride_is_kept_where_the_new_one_is_gone(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    booking = book(town, ride_offer(ask(town, time="10:00")), "one")
    later = offer(town, booking, wish(town, "13:00", "east"), day.now_s)
    book(town, ride_offer(ask(town, "station", "east", "13:00")), "two", name="Rider B")
    before = day.rows("SELECT * FROM plan_stop ORDER BY id")
    with pytest.raises(RideGoneError):
        change(town, booking, later, day.now_s)
    assert day.rows("SELECT * FROM plan_stop ORDER BY id") == before
    assert day.ride(booking)["state"] == "planned"
    assert check_rows(day.rows, driving(day)) == []


def test_more_people_and_another_stop(open_town: Open) -> None:
    town = open_town(vehicle(seats=4))
    day = TownDay(town, town.clock())
    booking = book(town, ride_offer(ask(town)), "one")
    wished = wish(town, "10:00", "east", adults=2, children=1)
    changed = change(town, booking, offer(town, booking, wished, day.now_s), day.now_s)
    assert changed.party["adults"] == 2
    assert changed.journey["legs"][-1]["to"]["name"] == "east"
    assert changed.price_minor > booking.price_minor
    (planned,) = day.rows("SELECT * FROM ride WHERE state = 'planned'")
    assert (planned["seats"], planned["to_stop_id"]) == (3, "f-east")


def test_an_offer_for_another_booking_or_a_new_one_is_refused(open_town: Open) -> None:
    town = open_town(vehicle(seats=4))
    mine = book(town, ride_offer(ask(town)), "one")
    yours = book(town, ride_offer(ask(town)), "two")
    token = offer(town, mine, wish(town, "11:00"), town.clock())
    with pytest.raises(OfferInvalidError, match="new booking"):
        change(town, mine, ride_offer(ask(town, time="11:00")), town.clock())
    with pytest.raises(OfferInvalidError, match="another booking"):
        change(town, yours, token, town.clock())
    with pytest.raises(OfferInvalidError, match="another booking"):
        book(town, token, "three")


def test_what_it_costs_is_shown_before(open_town: Open) -> None:
    town = strict(open_town)
    day = TownDay(town, town.clock())  # nine; the ride is at eleven
    booking = book(town, ride_offer(ask(town, time="11:00")), "one")
    changes = town.checkout.changes
    with town.database.reading() as session:
        early = changes.cost_of_cancelling(session, booking.id, day.now_s)
        late_s = at(f"{TUESDAY} 10:01")
        late = changes.cost_of_cancelling(session, booking.id, late_s)
        moved = changes.cost_of_changing(session, booking.id, late_s)
        edge = changes.cost_of_cancelling(session, booking.id, at(f"{TUESDAY} 10:00"))
    assert [early.fee_minor, edge.fee_minor, late.fee_minor, moved.fee_minor] == [0, 0, 250, 100]
    assert early.consequences == ("seats_given_back", "free_of_charge")
    assert "fee_due" in late.consequences
    assert late.document(town.city.timezone, "en")["free_until"] == f"{TUESDAY}T10:00:00+09:00"


def test_a_cost_that_was_not_shown_is_not_taken(open_town: Open) -> None:
    town = strict(open_town)
    booking = book(town, ride_offer(ask(town, time="11:00")), "one")
    late_s, cancel = at(f"{TUESDAY} 10:01"), town.checkout.changes.cancel
    with (
        pytest.raises(CostChangedError, match="250 JPY"),
        town.database.transaction() as session,
    ):
        cancel(session, booking.id, late_s, 0)
    with town.database.transaction() as session:
        cancelled = cancel(session, booking.id, late_s, 250)
    assert (cancelled.state, cancelled.fee_minor) == ("cancelled", 250)


def test_too_late_to_change_is_not_too_late_to_cancel(open_town: Open) -> None:
    town = strict(open_town)
    booking = book(town, ride_offer(ask(town, time="11:00")), "one")
    with town.database.reading() as session:
        with pytest.raises(NotChangeableError, match="30 minutes"):
            town.checkout.changes.cost_of_changing(session, booking.id, at(f"{TUESDAY} 10:31"))
        cost = town.checkout.changes.cost_of_cancelling(session, booking.id, at(f"{TUESDAY} 10:31"))
        with pytest.raises(NotCancellableError):
            town.checkout.changes.cost_of_cancelling(session, booking.id, at(f"{TUESDAY} 11:30"))
    assert cost.fee_minor == 250


def test_not_coming_costs_what_the_policy_says(open_town: Open) -> None:
    town = strict(open_town)
    day = TownDay(town, town.clock())
    booking = book(town, ride_offer(ask(town, time="11:00")), "one")
    day.to("11:12")
    day.report(day.stop(booking, "pickup"), "no_show")
    assert day.one("SELECT state, fee_minor FROM booking") == {"state": "no_show", "fee_minor": 500}


def test_cancelling_after_a_change_frees_the_new_ride(town: Runtime) -> None:
    day = TownDay(town, town.clock())
    booking = book(town, ride_offer(ask(town)), "one")
    change(town, booking, offer(town, booking, wish(town, "11:00"), day.now_s), day.now_s)
    assert day.cancel(booking.id).state == "cancelled"
    assert {ride["state"] for ride in day.rows("SELECT * FROM ride")} == {"replaced", "cancelled"}
    assert day.rows("SELECT * FROM plan_stop") == []
    assert check_rows(day.rows, driving(day)) == []
