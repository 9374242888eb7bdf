"""Rides that follow the bus: red-1 leaves the station at 10:20 and reaches west at 10:50.

On the road: west, school, hall, station, bath, east; a van drives 160 s from one to the next.
"""

from pathlib import Path
from typing import Any

import pytest

from gtfs.messages import RealtimeMessage, StopTimeUpdate, TripDescriptor, TripUpdate
from gtfs.realtime import write_realtime
from maas.bookings import find_booking
from maas.checkout import BookingWriter, Follower
from maas.tables import Booking
from routing.on_demand import RidePromise
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.row_checker import check_rows
from tests.maas.town_day import AREA, TownDay, driving

BUS = {
    "mode": "BUS",
    "trip_id": "red-1",
    "service_day": TUESDAY,
    "from": {"stop_id": "station"},
    "to": {"stop_id": "west"},
    "departure": f"{TUESDAY}T10:20:00+09:00",
    "arrival": f"{TUESDAY}T10:50:00+09:00",
}
FROM_BUS = 2
"""The leg that is the ride from the bus."""

WALK, RIDE = {"mode": "WALK"}, {"mode": "ON_DEMAND"}


@pytest.fixture
def day(open_town: Open) -> TownDay:
    vans = vehicle("1", seats=4) + vehicle("2", seats=4)
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


def follow(day: TownDay) -> int:
    area, city = day.town.fleet.areas[AREA], day.town.city
    database = day.town.database
    return Follower(
        database, area, city.timezone, lambda: city.planner.live, lambda: day.now_s
    ).run()


def bus_is(day: TownDay, folder: Path, minutes: int | None) -> None:
    """Say how late the bus is, None for cancelled."""
    if minutes is None:
        trip = TripDescriptor("red-1", start_date="20261124", relationship="CANCELED")
        update = TripUpdate("e", trip)
    else:
        trip = TripDescriptor("red-1", start_date="20261124")
        late = StopTimeUpdate(1, "station", departure_delay_s=minutes * 60)
        update = TripUpdate("e", trip, (late,))
    file = folder / "message.pb"
    file.write_bytes(write_realtime(RealtimeMessage(day.now_s, (update,))))
    day.town.realtime.show([file])


def promised(day: TownDay, origin: str, destination: str, time: str) -> RidePromise:
    promise = day.ask(origin, destination, time)
    assert isinstance(promise, RidePromise), promise
    return promise


def ride_from_the_bus(day: TownDay) -> Booking:
    """Arrive at west by bus, walk a little, ride to the east."""
    promise = promised(day, "west", "east", "10:55")
    return day.take(day.offer_among([BUS, WALK, RIDE], promise))


def ride_to_the_bus(day: TownDay) -> Booking:
    """Ride to the station and take the bus there."""
    promise = promised(day, "east", "station", "10:00")
    return day.take(day.offer_among([RIDE, BUS], promise))


def document(day: TownDay, booking: Booking) -> dict[str, Any]:
    with day.town.database.reading() as session:
        found = find_booking(session, booking.id)
        written = BookingWriter(day.town.city, "en").booking(session, found)
    (ride,) = written["rides"]
    return dict(ride)


def test_a_booking_remembers_its_bus(day: TownDay) -> None:
    (feeds,) = document(day, ride_from_the_bus(day))["connections"]
    assert (feeds["kind"], feeds["trip_id"], feeds["stop"]["stop_id"]) == ("feeds", "red-1", "west")
    assert (feeds["planned"], feeds["late_s"], feeds["state"]) == (BUS["arrival"], 0, "kept")
    (onward,) = document(day, ride_to_the_bus(day))["connections"]
    assert (onward["kind"], onward["planned"]) == ("onward", BUS["departure"])
    assert document(day, day.book("hall", "east", "12:00"))["connections"] == []


def test_the_pickup_moves_with_a_late_bus_and_back(day: TownDay, tmp_path: Path) -> None:
    booking = ride_from_the_bus(day)
    before = day.ride(booking, FROM_BUS)
    assert follow(day) == 0
    bus_is(day, tmp_path, 10)
    assert (follow(day), follow(day)) == (1, 0)
    after = day.ride(booking, FROM_BUS)
    for name in ("pickup_earliest_s", "pickup_latest_s", "arrival_latest_s"):
        assert after[name] == before[name] + 600
    assert day.stop(booking, "pickup", FROM_BUS)["planned_s"] >= after["pickup_earliest_s"]
    assert day.told(booking)[-1] == "promise_changed"
    (change,) = document(day, booking)["changes"]
    assert change["cause"] == "late_connection"
    assert {bound["bound"]: bound["later_s"] for bound in change["bounds"]} == {
        "pickup": 600,
        "arrival": 600,
    }
    assert check_rows(day.rows, driving(day)) == []
    bus_is(day, tmp_path, 0)
    assert follow(day) == 1
    assert day.ride(booking, FROM_BUS)["pickup_earliest_s"] == before["pickup_earliest_s"]


def test_nobody_else_waits_longer_than_promised(day: TownDay, tmp_path: Path) -> None:
    booking = ride_from_the_bus(day)
    other = day.book("school", "east", "10:55")
    before = day.ride(other)
    bus_is(day, tmp_path, 30)
    assert follow(day) == 1
    assert {**day.ride(other), "shift_id": ""} == {**before, "shift_id": ""}
    assert document(day, booking)["connections"][0]["state"] == "kept"
    assert check_rows(day.rows, driving(day)) == []


def test_a_dropoff_has_more_time_when_its_bus_is_late(day: TownDay, tmp_path: Path) -> None:
    booking = ride_to_the_bus(day)
    before = day.ride(booking)
    bus_is(day, tmp_path, 5)
    assert follow(day) == 1
    after = day.ride(booking)
    assert after["arrival_latest_s"] == before["arrival_latest_s"] + 300
    assert after["pickup_latest_s"] == before["pickup_latest_s"]


def test_a_bus_that_does_not_run_is_told(day: TownDay, tmp_path: Path) -> None:
    booking = ride_from_the_bus(day)
    bus_is(day, tmp_path, None)
    assert (follow(day), follow(day)) == (1, 0)
    assert document(day, booking)["connections"][0]["state"] == "lost"
    assert day.told(booking)[-1] == "connection_lost"


def test_a_van_that_must_not_wait_loses_the_connection(day: TownDay, tmp_path: Path) -> None:
    booking = ride_from_the_bus(day)
    pickup = day.stop(booking, "pickup", FROM_BUS)
    home = pickup["shift_id"]
    other = promised(day, "school", "east", "10:55")
    day.change("UPDATE vehicle SET in_service = false WHERE id <> :id", id=home.split("/")[0])
    with_other = day.take(day.offer(other))
    assert day.ride(with_other)["shift_id"] == home
    # On its way to west: it cannot turn back, and the other rider cannot wait for the bus.
    day.now_s = pickup["planned_s"] - 30
    bus_is(day, tmp_path, 40)
    before = day.ride(with_other)
    assert follow(day) == 1
    assert document(day, booking)["connections"][0]["state"] == "lost"
    assert day.ride(with_other) == before
