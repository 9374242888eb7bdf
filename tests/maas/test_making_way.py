"""Where a ride fits into no plan, others make way: to another van, inside what they were promised.

On the road: west, school, hall, station, bath, east; 160 s apart. Van 1 waits at hall and has a
seat; van 2 waits at station and has a seat and a wheelchair place.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from maas.errors import RideGoneError
from maas.tables import Booking
from routing.on_demand import RidePromise, RideRefusal
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.row_checker import check_rows
from tests.maas.town_day import TownDay, driving

WIDE = {"seats": 1, "wheelchairs": 1}


@pytest.fixture
def day(open_town: Open) -> TownDay:
    vans = vehicle("1", depot="hall") + vehicle("2", wheelchair_places=1, depot="station")
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


def van(day: TownDay, booking: Booking) -> str:
    return str(day.ride(booking)["shift_id"])[0]


def promise_of(day: TownDay, booking: Booking) -> tuple[int, int, int]:
    ride = day.ride(booking)
    return ride["pickup_earliest_s"], ride["pickup_latest_s"], ride["arrival_latest_s"]


def test_a_rider_goes_with_the_other_van_so_that_a_wheelchair_fits(day: TownDay) -> None:
    promise = day.ask("station", "west", "10:00", **WIDE)
    assert isinstance(promise, RidePromise)
    first = day.book("station", "east", "10:00")
    assert van(day, first) == "2"
    known, versions = promise_of(day, first), day.rows("SELECT id, version FROM shift")
    second = day.take(day.offer(promise))
    assert (van(day, first), van(day, second)) == ("1", "2")
    assert promise_of(day, first) == known
    assert check_rows(day.rows, driving(day)) == []
    assert day.told(first).count("vehicle_changed") == 1
    assert "vehicle_changed" not in day.told(second)
    before = {row["id"]: row["version"] for row in versions}
    after = {row["id"]: row["version"] for row in day.rows("SELECT id, version FROM shift")}
    assert all(version > before.get(shift, 0) for shift, version in after.items())
    assert len(after) == 2


def test_an_offer_is_made_where_others_can_make_way(day: TownDay) -> None:
    first = day.book("station", "east", "10:00")
    promise = day.ask("station", "west", "10:00", **WIDE)
    assert isinstance(promise, RidePromise)
    assert van(day, first) == "2", "an offer moves nobody"
    second = day.take(day.offer(promise))
    assert (van(day, first), van(day, second)) == ("1", "2")
    assert check_rows(day.rows, driving(day)) == []


def test_whom_the_van_is_about_to_fetch_stays(day: TownDay) -> None:
    promise = day.ask("station", "west", "10:00", **WIDE)
    first = day.book("station", "east", "10:00")
    day.to("09:59:30")  # within the minute in which departures stay as they are
    assert isinstance(promise, RidePromise)
    with pytest.raises(RideGoneError):
        day.take(day.offer(promise))
    assert van(day, first) == "2"
    assert day.rows("SELECT id FROM ride WHERE wheelchairs = 1") == []


def test_a_refusal_leaves_everything_as_it_was(day: TownDay) -> None:
    promise = day.ask("station", "west", "10:00", **WIDE)
    assert isinstance(promise, RidePromise)
    day.book("station", "east", "10:00")
    day.book("hall", "west", "10:00")  # van 1 is busy too
    tables = ("shift", "plan_stop", "ride", "outbox_event")
    before = [day.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    assert isinstance(day.ask("station", "west", "10:00", **WIDE), RideRefusal)
    with pytest.raises(RideGoneError):
        day.take(day.offer(promise))
    assert [day.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before


def test_two_at_once_for_whom_the_same_rider_would_make_way(day: TownDay) -> None:
    promise = day.ask("station", "west", "10:00", **WIDE)
    assert isinstance(promise, RidePromise)
    day.book("station", "east", "10:00")
    offer, start = day.offer(promise), Barrier(2)

    def attempt(_: int) -> bool:
        start.wait()
        try:
            day.take(offer)
        except RideGoneError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == [False, True]
    assert check_rows(day.rows, driving(day)) == []
