"""Two rides in one journey: offered only together, booked and cancelled together.

The van serves the west (west, school, hall) and the east (station, bath, east) as two trips; only
the bus, 10:20 from station to hall, goes between them.
"""

from datetime import date

import pytest

from apps.runtime import Runtime
from maas.checkout import BookingWriter
from maas.errors import NotCancellableError, RideGoneError
from maas.operations import Dispatcher
from routing.on_demand import Party, RidePromise, RideRefusal, RideRequest
from tests.builders import FEED, at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY, ask, book, modes
from tests.maas.town_day import TownDay

STOP_TIMES = """
trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_group_id,start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,pickup_booking_rule_id,drop_off_booking_rule_id
red-1,10:20:00,10:20:00,station,1,,,,0,0,,
red-1,10:24:00,10:24:00,hall,2,,,,0,0,,
red-2,12:20:00,12:20:00,station,1,,,,0,0,,
red-2,12:24:00,12:24:00,hall,2,,,,0,0,,
van-west,,,,1,west,08:00:00,16:00:00,2,1,half-hour,
van-west,,,,2,west,08:00:00,17:00:00,1,2,,half-hour
van-east,,,,1,east,08:00:00,16:00:00,2,1,half-hour,
van-east,,,,2,east,08:00:00,17:00:00,1,2,,half-hour
"""
FILES = {
    "stop_times": STOP_TIMES,
    "trips": FEED["trips"].replace(
        "yoyaku,daily,yoyaku-day,", "yoyaku,daily,van-west,\nyoyaku,daily,van-east,"
    ),
    "location_groups": "location_group_id,location_group_name\nwest,West\neast,East",
    "location_group_stops": "location_group_id,stop_id\n"
    + "\n".join(f"west,f-{stop}" for stop in ("west", "school", "hall"))
    + "\n"
    + "\n".join(f"east,f-{stop}" for stop in ("station", "bath", "east")),
}


@pytest.fixture
def town(open_town: Open) -> Runtime:
    return open_town(vehicle("1") + vehicle("2", depot="hall"), **FILES)


def offer(town: Runtime) -> str:
    plan = ask(town, "east", "west", "09:40")
    (journey,) = [j for j in plan["journeys"] if modes(j).count("ON_DEMAND") == 2]
    assert [mode for mode in modes(journey) if mode != "WALK"] == ["ON_DEMAND", "BUS", "ON_DEMAND"]
    return str(journey["offer"])


def test_both_rides_are_booked_and_driven(town: Runtime) -> None:
    booking = book(town, offer(town), "one")
    day = TownDay(town, town.clock())
    first, second = (
        day.one(
            "SELECT * FROM ride WHERE booking_id = :id AND trip_id = :trip",
            id=booking.id,
            trip=trip,
        )
        for trip in ("van-east", "van-west")
    )
    assert (first["from_stop_id"], first["to_stop_id"]) == ("f-east", "f-station")
    assert (second["from_stop_id"], second["to_stop_id"]) == ("f-hall", "f-west")
    # Two minutes before the bus leaves, and two minutes after it is there.
    assert first["arrival_latest_s"] <= at(f"{TUESDAY} 10:18")
    assert second["pickup_earliest_s"] >= at(f"{TUESDAY} 10:26")
    stops = day.rows("SELECT kind, stop_id FROM plan_stop ORDER BY planned_s")
    assert [(stop["kind"], stop["stop_id"]) for stop in stops] == [
        ("pickup", "f-east"),
        ("dropoff", "f-station"),
        ("pickup", "f-hall"),
        ("dropoff", "f-west"),
    ]


def test_both_rides_and_the_bus_are_paid(town: Runtime) -> None:
    booking = book(town, offer(town), "one")
    day = TownDay(town, town.clock())
    rides = day.rows("SELECT * FROM ride WHERE booking_id = :id", id=booking.id)
    assert len(rides) == 2
    assert booking.price_minor == 1200  # 500 for each ride and 200 for the bus


def test_each_driver_sees_and_collects_one_ride(town: Runtime) -> None:
    booking = book(town, offer(town), "one")
    with town.database.reading() as session:
        lists = BookingWriter(town.city, "en").driver_lists(session, date.fromisoformat(TUESDAY))
    stops = [stop for one in lists for stop in one["stops"]]
    assert {stop["booking_id"] for stop in stops} == {booking.id}
    fares = [stop["price"]["amount_minor"] for stop in stops if stop["kind"] == "pickup"]
    assert fares == [500, 500]


def test_after_the_first_ride_the_second_is_still_driven(town: Runtime) -> None:
    booking = book(town, offer(town), "one")
    day = TownDay(town, town.clock())
    for leg, kind, time, state in (
        ("van-east", "pickup", "10:05", "on_board"),
        ("van-east", "dropoff", "10:12", "completed"),
        ("van-west", "pickup", "10:30", "on_board"),
        ("van-west", "dropoff", "10:36", "completed"),
    ):
        day.to(time)
        stop = day.one(
            "SELECT plan_stop.* FROM plan_stop JOIN ride ON ride.id = ride_id"
            " WHERE trip_id = :trip AND kind = :kind",
            trip=leg,
            kind=kind,
        )
        assert day.report(stop) == state
        if state == "completed" and leg == "van-east":
            with pytest.raises(NotCancellableError):
                day.cancel(booking.id)
    (done,) = day.rows("SELECT state FROM booking")
    assert done["state"] == "completed"


def test_cancelling_frees_both(town: Runtime) -> None:
    booking = book(town, offer(town), "one")
    day = TownDay(town, town.clock())
    assert day.cancel(booking.id).state == "cancelled"
    assert day.rows("SELECT * FROM plan_stop") == []
    assert {ride["state"] for ride in day.rows("SELECT state FROM ride")} == {"cancelled"}


def wish(trip: str, origin: str, destination: str, time: str) -> RideRequest:
    time_s = at(f"{TUESDAY} {time}")
    return RideRequest(trip, f"f-{origin}", f"f-{destination}", time_s, None, Party())


def check(town: Runtime, request: RideRequest, *beside: RidePromise) -> RidePromise | RideRefusal:
    with town.database.reading() as session:
        dispatcher = Dispatcher(session, town.fleet, town.clock(), town.city.timezone)
        return dispatcher.check(request, beside)


EAST = wish("van-east", "station", "east", "10:00")
WEST = wish("van-west", "hall", "west", "10:00")


def test_one_van_cannot_be_in_two_places(open_town: Open) -> None:
    town = open_town(vehicle("1"), **FILES)
    first, alone = check(town, EAST), check(town, WEST)
    assert isinstance(first, RidePromise)
    assert isinstance(alone, RidePromise)
    assert isinstance(check(town, WEST, first), RideRefusal)


def test_two_vans_can(town: Runtime) -> None:
    first = check(town, EAST)
    assert isinstance(first, RidePromise)
    assert isinstance(check(town, WEST, first), RidePromise)


@pytest.mark.parametrize("minute", range(0, 60, 10))
def test_beside_a_promise_is_as_after_booking_it(open_town: Open, minute: int) -> None:
    town = open_town(vehicle("1", seats=3), **FILES)
    first = check(town, EAST)
    assert isinstance(first, RidePromise)
    request = wish("van-west", "hall", "west", f"10:{minute:02d}")
    hoped = check(town, request, first)
    day = TownDay(town, town.clock())
    day.take(day.offer(first))
    found = check(town, request)
    assert type(found) is type(hoped)
    if isinstance(found, RidePromise):
        assert found == hoped


def test_of_two_riders_one_gets_both_rides(open_town: Open) -> None:
    town = open_town(vehicle("1"), **FILES)
    same = [offer(town), offer(town)]
    book(town, same[0], "one")
    with pytest.raises(RideGoneError):
        book(town, same[1], "two", name="Rider B")
    day = TownDay(town, town.clock())
    assert len(day.rows("SELECT * FROM ride")) == 2
    assert len(day.rows("SELECT * FROM booking")) == 1
