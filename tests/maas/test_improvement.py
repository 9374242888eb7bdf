"""The worker makes plans cheaper between bookings, and breaks nothing that was promised.

On the road: west, school, hall, station (depot of both vans), bath, east; 160 s apart.
"""

from collections.abc import Callable
from itertools import pairwise

import pytest

from dispatch.horizon import replan
from dispatch.plan import Plan
from dispatch.problem import Problem
from maas.tables import Booking, Vehicle
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.row_checker import check_rows
from tests.maas.town_day import TownDay, driving

CROSSING = (
    ("bath", "west", "10:35"),
    ("hall", "west", "10:00"),
    ("school", "bath", "10:35"),
    ("east", "hall", "10:25"),
    ("west", "hall", "10:35"),
    ("school", "station", "10:40"),
)
"""Booked in this order; first come, first served makes both vans cross the town."""


@pytest.fixture
def day(open_town: Open) -> TownDay:
    vans = vehicle("1", seats=4) + vehicle("2", seats=4)
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


def crossing(day: TownDay) -> list[Booking]:
    """Book so that the first come, first served plan lets both vans cross the town."""
    return [day.book(*wish) for wish in CROSSING]


def driven_s(day: TownDay) -> int:
    """Add up the driving of all shifts, from the depot and back, from the rows alone."""
    travel_s, total_s = driving(day), 0
    for shift in day.rows("SELECT id FROM shift"):
        route = day.rows(
            "SELECT stop_id FROM plan_stop WHERE shift_id = :id ORDER BY sequence", id=shift["id"]
        )
        stops = ["f-station", *(row["stop_id"] for row in route), "f-station"]
        total_s += sum(travel_s[pair] for pair in pairwise(stops))
    return total_s


def wrong(day: TownDay) -> list[str]:
    return check_rows(day.rows, driving(day))


def promises(day: TownDay) -> list[dict[str, object]]:
    return day.rows(
        "SELECT id, seats, wheelchairs, pickup_earliest_s, pickup_latest_s, arrival_latest_s,"
        " ride_limit_s, state FROM ride ORDER BY id"
    )


def homes(day: TownDay) -> dict[str, str]:
    return {row["id"]: row["shift_id"] for row in day.rows("SELECT id, shift_id FROM ride")}


def test_plans_get_cheaper_and_every_promise_holds(day: TownDay) -> None:
    bookings = crossing(day)
    assert wrong(day) == []
    known, before_s, rode_in = promises(day), driven_s(day), homes(day)
    assert day.improver().run() > 0
    assert driven_s(day) < before_s
    assert promises(day) == known
    assert wrong(day) == []
    moved = {ride_id for ride_id, home in homes(day).items() if home != rode_in[ride_id]}
    assert moved
    for booking in bookings:
        changes = day.told(booking).count("vehicle_changed")
        assert changes == (day.ride(booking)["id"] in moved)


def test_nothing_is_searched_again_when_nothing_changed(day: TownDay) -> None:
    searches = Searches()
    improver = day.improver(0.05, searches)
    assert improver.run() == 0
    day.book("station", "east", "10:00")
    assert improver.run() == 0
    assert searches.count == 0  # one ride cannot be rearranged
    day.book("station", "east", "14:00")
    while improver.run():
        pass
    once = searches.count
    assert once >= 1
    day.now_s += 30
    assert [improver.run(), improver.run()] == [0, 0]
    assert searches.count == once
    day.book("west", "hall", "15:00")
    improver.run()
    assert searches.count > once


def test_a_booking_made_during_the_search_is_not_lost(day: TownDay) -> None:
    crossing(day)
    late: list[Booking] = []
    searches = Searches(lambda: late.append(day.book("station", "bath", "11:40")))
    day.improver(search=searches).run()
    assert searches.count == 1
    assert day.ride(late[0])["state"] == "planned"
    assert wrong(day) == []
    assert day.improver().run() > 0, "the next batch improves what this one had to leave"
    assert wrong(day) == []


def test_a_cancellation_made_during_the_search_stays_cancelled(day: TownDay) -> None:
    bookings = crossing(day)
    searches = Searches(lambda: day.cancel(bookings[3].id))
    day.improver(search=searches).run()
    assert searches.count == 1
    assert day.ride(bookings[3])["state"] == "cancelled"
    ride_id = day.ride(bookings[3])["id"]
    assert day.rows("SELECT id FROM plan_stop WHERE ride_id = :id", id=ride_id) == []
    assert wrong(day) == []


def test_time_that_passes_during_the_search_freezes_who_is_under_way(day: TownDay) -> None:
    bookings = crossing(day)
    first = min((day.stop(b, "pickup") for b in bookings), key=lambda stop: stop["planned_s"])

    def an_hour_passes() -> None:
        day.now_s = first["planned_s"] + 20

    searches = Searches(an_hour_passes)
    day.improver(search=searches).run()
    assert searches.count == 1
    now = day.one("SELECT shift_id, planned_s FROM plan_stop WHERE id = :id", id=first["id"])
    assert (now["shift_id"], now["planned_s"]) == (first["shift_id"], first["planned_s"])
    assert wrong(day) == []


def test_a_vehicle_that_joins_or_leaves_during_the_search(day: TownDay) -> None:
    crossing(day)

    def fleet_changes() -> None:
        day.change(
            "INSERT INTO vehicle (id, {0}) SELECT '3', {0} FROM vehicle WHERE id = '1'".format(
                ", ".join(name for name in Vehicle.model_fields if name != "id")
            )
        )
        day.change("UPDATE vehicle SET in_service = false WHERE id = '2'")

    searches = Searches(fleet_changes)
    rode_in = homes(day)
    day.improver(search=searches).run()
    assert searches.count == 1
    assert wrong(day) == []
    onto = {home for ride_id, home in homes(day).items() if home != rode_in[ride_id]}
    assert not any(home.startswith("2/") for home in onto)


def test_a_rider_on_board_stays_in_the_vehicle(day: TownDay) -> None:
    bookings = crossing(day)
    boarding = min(bookings, key=lambda booking: day.stop(booking, "pickup")["planned_s"])
    pickup = day.stop(boarding, "pickup")
    day.now_s = pickup["departs_s"]
    day.report(pickup)
    home = day.ride(boarding)["shift_id"]
    day.improver().run()
    assert day.ride(boarding)["shift_id"] == home
    assert day.stop(boarding, "dropoff")["shift_id"] == home
    assert "vehicle_changed" not in day.told(boarding)
    assert wrong(day) == []


def test_what_is_over_is_not_improved(day: TownDay) -> None:
    crossing(day)
    day.to("12:00")
    assert day.improver().run() == 0
    assert wrong(day) == []


class Searches:
    """A search that is counted, and during which something may happen."""

    def __init__(self, happens: Callable[[], object] = lambda: None) -> None:
        self.count = 0
        self._happens = happens

    def __call__(self, problem: Problem, plan: Plan, seconds: float, seed: int) -> Plan:
        self.count += 1
        better = replan(problem, plan, seconds, seed)
        self._happens()
        return better
