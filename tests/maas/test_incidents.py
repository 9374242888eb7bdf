"""Late vehicles and breakdowns: who goes on with whom, what riders are told, what the ledger keeps.

On the road: west, school, hall, station, bath, east; 160 s apart, a minute to board.
"""

from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from maas.bookings import find_booking
from maas.checkout import BookingWriter, Mender
from maas.errors import InvalidRequestError, NotFoundError
from maas.operations import find_vehicle
from maas.tables import Booking
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.town_day import AREA, DAY, TownDay


@pytest.fixture
def day(open_town: Open) -> TownDay:
    vans = vehicle("1", seats=4) + vehicle("2", seats=4)
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


@pytest.fixture
def lone(open_town: Open) -> TownDay:
    return TownDay(open_town(vehicle("1", seats=4)), at(f"{TUESDAY} 09:00"))


def mend(day: TownDay) -> int:
    area, incidents = day.town.fleet.areas[AREA], day.town.operations.incidents
    return Mender(day.town.database, area, incidents, lambda: day.now_s).run()


def break_down(day: TownDay, vehicle_id: str, stop: str | None) -> None:
    stop_id = None if stop is None else f"f-{stop}"
    with day.town.database.transaction() as session:
        day.town.checkout.report_breakdown(session, vehicle_id, stop_id, day.now_s)


def delay(day: TownDay, vehicle_id: str, minutes: int) -> None:
    with day.town.database.transaction() as session:
        day.town.checkout.report_delay(session, vehicle_id, 60 * minutes, day.now_s)


def document(day: TownDay, booking: Booking) -> dict[str, Any]:
    with day.town.database.reading() as session:
        return BookingWriter(day.town.city, "en").booking(
            session, find_booking(session, booking.id)
        )


def ledger(day: TownDay, booking: Booking) -> list[str]:
    query = "SELECT cause FROM promise_entry WHERE booking_id = :id ORDER BY id"
    return [row["cause"] for row in day.rows(query, id=booking.id)]


def vehicle_of(day: TownDay, booking: Booking) -> str:
    return str(document(day, booking)["rides"][-1]["vehicle"]["id"])


def test_every_promise_is_entered_with_its_price(day: TownDay) -> None:
    booking = day.book("hall", "east", "10:00")
    ride = day.ride(booking)
    entry = day.one("SELECT * FROM promise_entry WHERE booking_id = :id", id=booking.id)
    assert (entry["cause"], entry["price_minor"], entry["currency"]) == ("booked", 500, "JPY")
    for name in ("pickup_earliest_s", "pickup_latest_s", "arrival_latest_s", "ride_limit_s"):
        assert entry[name] == ride[name]


@pytest.mark.parametrize(
    "change", ["UPDATE promise_entry SET served = NOT served", "DELETE FROM promise_entry"]
)
def test_the_database_keeps_the_ledger_as_it_is(day: TownDay, change: str) -> None:
    booking = day.book("hall", "east", "10:00")
    with pytest.raises(DatabaseError, match="append-only"):
        day.change(change)
    assert ledger(day, booking) == ["booked"]


def test_a_driver_says_he_is_late_and_the_other_van_takes_over(day: TownDay) -> None:
    booking = day.book("hall", "east", "10:00")
    home = vehicle_of(day, booking)
    promise = day.ride(booking)
    delay(day, home, 45)
    assert vehicle_of(day, booking) != home
    assert ledger(day, booking) == ["booked"]
    assert day.told(booking)[-1] == "vehicle_changed"
    for name in ("pickup_latest_s", "arrival_latest_s"):
        assert day.ride(booking)[name] == promise[name]


def test_with_one_van_the_promise_falls_and_the_rider_is_told(lone: TownDay) -> None:
    booking = lone.book("hall", "east", "10:00")
    promised, planned = lone.ride(booking), lone.stop(booking, "pickup")
    delay(lone, "1", 45)
    now = lone.ride(booking)
    tolerance_s = lone.town.fleet.areas[AREA].rules.tolerance_s
    assert now["pickup_latest_s"] == planned["planned_s"] + 45 * 60 + tolerance_s
    assert ledger(lone, booking) == ["booked", "late_vehicle"]
    assert lone.told(booking)[-1] == "promise_changed"
    (change,) = document(lone, booking)["rides"][0]["changes"]
    bounds = {bound["bound"]: bound for bound in change["bounds"]}
    assert change["cause"] == "late_vehicle"
    assert bounds["pickup"]["later_s"] == now["pickup_latest_s"] - promised["pickup_latest_s"]
    assert bounds["pickup"]["old"] < bounds["pickup"]["new"]
    assert "ride" not in bounds


def test_the_worker_notices_by_itself_that_a_van_is_late(lone: TownDay) -> None:
    first = lone.book("station", "west", "10:00")
    second = lone.book("school", "hall", "10:20")
    assert mend(lone) == 0
    pickup = lone.stop(first, "pickup")
    lone.now_s = pickup["departs_s"]
    lone.report(pickup)
    lone.to("11:00")  # nobody reported until now: the van reaches west at 11:00
    lone.report(lone.stop(first, "dropoff"))
    assert ledger(lone, second) == ["booked"]
    assert mend(lone) == 1
    assert mend(lone) == 0
    assert ledger(lone, second) == ["booked", "late_vehicle"]
    assert lone.stop(second, "pickup")["planned_s"] >= lone.now_s
    assert lone.stop(second, "pickup")["planned_s"] <= lone.ride(second)["pickup_latest_s"]


def test_riders_of_a_broken_van_go_on_with_another_from_where_they_stand(day: TownDay) -> None:
    booking = day.book("station", "east", "10:00")
    waiting = day.book("bath", "east", "10:30")
    pickup = day.stop(booking, "pickup")
    day.now_s = pickup["departs_s"]
    day.report(pickup)
    home = vehicle_of(day, booking)
    break_down(day, home, "bath")
    assert day.ride(waiting)["shift_id"].split("/")[0] != home
    first, second = document(day, booking)["rides"]
    assert (first["state"], second["state"]) == ("interrupted", "planned")
    assert second["continues"] == first["id"]
    assert second["from"]["stop_id"] == "f-bath"
    assert second["vehicle"]["id"] != home
    later = any(bound["bound"] == "arrival" for c in second["changes"] for bound in c["bounds"])
    assert (second["arrival_latest"] > first["arrival_latest"]) == later
    assert day.told(booking)[-1] == "promise_changed"
    assert document(day, booking)["state"] == "boarded"
    stops = day.rows("SELECT * FROM plan_stop WHERE ride_id = :id", id=second["id"])
    assert {stop["kind"] for stop in stops} == {"pickup", "dropoff"}
    for stop in sorted(stops, key=lambda stop: stop["sequence"]):
        day.now_s = max(day.now_s, stop["departs_s"])
        day.report(stop)
    assert document(day, booking)["state"] == "completed"


def test_who_goes_on_pays_once(day: TownDay) -> None:
    booking = day.book("station", "east", "10:00")
    pickup = day.stop(booking, "pickup")
    day.now_s = pickup["departs_s"]
    day.report(pickup)
    break_down(day, vehicle_of(day, booking), None)
    with day.town.database.reading() as session:
        to = find_vehicle(session, vehicle_of(day, booking))
        stops = BookingWriter(day.town.city, "en").driver_list(session, to, DAY)["stops"]
    assert [stop["price"] for stop in stops] == [None, None]


def test_a_broken_van_is_sold_no_more_until_it_is_back(lone: TownDay) -> None:
    break_down(lone, "1", None)
    assert not hasattr(lone.ask("hall", "east", "10:00"), "pickup_latest_s")
    with lone.town.database.transaction() as session:
        lone.town.operations.incidents.is_back(session, "1", lone.now_s)
    assert hasattr(lone.ask("hall", "east", "10:00"), "pickup_latest_s")


def test_without_another_van_the_ride_is_dropped_and_the_rider_told(lone: TownDay) -> None:
    booking = lone.book("hall", "east", "10:00")
    break_down(lone, "1", None)
    found = document(lone, booking)
    assert (found["state"], found["rides"][0]["state"]) == ("cancelled", "dropped")
    assert lone.told(booking)[-2:] == ["ride_dropped", "booking_cancelled"]
    assert ledger(lone, booking) == ["booked", "breakdown"]
    assert lone.rows("SELECT * FROM plan_stop") == []


def test_what_cannot_be_is_refused(day: TownDay) -> None:
    with pytest.raises(NotFoundError):
        break_down(day, "9", None)
    with pytest.raises(InvalidRequestError):
        break_down(day, "1", "nowhere")
    with pytest.raises(NotFoundError, match="no stop ahead"):
        delay(day, "1", 5)
    with pytest.raises(InvalidRequestError):
        delay(day, "1", 0)
