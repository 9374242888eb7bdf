"""The fleet changes while rides are promised: known rides stay drivable, new ones go elsewhere."""

from pathlib import Path

import pytest

from apps.runtime import Runtime
from maas.city import load_city
from maas.errors import CityInvalidError
from maas.operations import load_fleet
from routing.on_demand import RidePromise, RideRefusal
from tests.builders import at, toytown, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.test_odd_reports import wrong
from tests.maas.town_day import TownDay

NINE = at(f"{TUESDAY} 09:00")
DAILY = 'shifts = [{ start = "08:00", end = "17:30", days = "daily" }]'


def hours(vehicle_id: str, text: str, **places: int) -> str:
    return vehicle(vehicle_id, **places).replace(DAILY, f"shifts = [{text}]")


def shift_text(start: str, end: str) -> str:
    return f'{{ start = "{start}", end = "{end}", days = "daily" }}'


def day_of(town: Runtime) -> TownDay:
    return TownDay(town, NINE)


def test_a_vehicle_out_of_service_keeps_its_rides_and_takes_no_new_ones(open_town: Open) -> None:
    day = day_of(open_town(vehicle("1", seats=3)))
    first, second = day.book("station", "east", "10:00"), day.book("hall", "bath", "13:00")
    day.change("UPDATE vehicle SET in_service = false")
    assert isinstance(day.ask("station", "east", "12:00"), RideRefusal)
    day.to("10:01")
    assert day.report(day.stop(first, "pickup")) == "on_board"
    assert day.cancel(second.id).state == "cancelled"
    assert day.improver().run() == 0
    assert wrong(day) == []


def test_a_seed_does_not_put_a_vehicle_back_into_service(open_town: Open) -> None:
    day = day_of(open_town(vehicle("1")))
    day.change("UPDATE vehicle SET in_service = false")
    day = day_of(open_town(vehicle("1", seats=3)))
    row = day.one("SELECT in_service, seats FROM vehicle")
    assert (bool(row["in_service"]), row["seats"]) == (False, 3)


@pytest.mark.parametrize("depot", ["station", "garage"])
def test_a_vehicle_removed_from_the_fleet_is_offered_to_nobody(open_town: Open, depot: str) -> None:
    day = day_of(open_town(vehicle("1", seats=3) + vehicle("2")))
    first = day.book("station", "east", "10:00", seats=2)
    assert day.ride(first)["shift_id"].startswith("1/")
    day = day_of(open_town(vehicle("2")))
    # Where only that vehicle stood there is no driving time any more.
    day.change("UPDATE vehicle SET depot_stop_id = :stop WHERE id = '1'", stop=f"f-{depot}")
    promise = day.ask("station", "east", "12:00")
    assert isinstance(promise, RidePromise)
    second = day.take(day.offer(promise))
    assert day.ride(second)["shift_id"].startswith("2/")
    assert isinstance(day.ask("station", "east", "12:00", seats=2), RideRefusal)
    assert day.improver().run() == 0
    day.to("10:01")
    assert day.report(day.stop(first, "pickup")) == "on_board"
    day.to("10:11")
    assert day.report(day.stop(first, "dropoff")) == "completed"
    if depot == "station":
        assert wrong(day) == []


def test_hours_that_no_longer_hold_a_promised_ride(open_town: Open) -> None:
    day = day_of(open_town(vehicle("1", seats=3)))
    evening = day.book("station", "east", "15:30")
    morning = day.book("station", "east", "09:40")
    day = day_of(open_town(hours("1", shift_text("08:00", "12:00"), seats=3)))
    refused = day.ask("station", "east", "16:00")
    assert isinstance(refused, RideRefusal)
    assert isinstance(day.ask("station", "east", "11:00"), RidePromise)
    day.cancel(morning.id)
    day.to("15:32")
    assert day.report(day.stop(evening, "pickup")) == "on_board"
    assert day.ride(evening)["state"] == "on_board"


def test_longer_hours_count_at_once_for_a_shift_that_has_rides(open_town: Open) -> None:
    day = day_of(open_town(hours("1", shift_text("08:00", "12:00"), seats=3)))
    day.book("station", "east", "10:00")
    assert isinstance(day.ask("station", "east", "14:00"), RideRefusal)
    day = day_of(open_town(hours("1", shift_text("08:00", "17:30"), seats=3)))
    later = day.book("station", "east", "14:00")
    assert day.ride(later)["shift_id"] == "1/2026-11-24/0"
    assert wrong(day) == []


def test_a_morning_shift_that_goes_leaves_the_afternoon_its_own(open_town: Open) -> None:
    both = f"{shift_text('08:00', '12:00')}, {shift_text('13:00', '17:00')}"
    day = day_of(open_town(hours("1", both, seats=3)))
    morning, afternoon = day.book("station", "east", "10:00"), day.book("bath", "hall", "14:00")
    assert day.ride(morning)["shift_id"] != day.ride(afternoon)["shift_id"]
    day = day_of(open_town(hours("1", shift_text("13:00", "17:00"), seats=3)))
    assert isinstance(day.ask("station", "east", "11:00"), RideRefusal)
    third = day.book("station", "east", "15:00")
    assert day.ride(third)["shift_id"] == day.ride(afternoon)["shift_id"]
    assert day.cancel(morning.id).state == "cancelled"
    day.to("14:02")
    assert day.report(day.stop(afternoon, "pickup")) == "on_board"
    assert wrong(day) == []


def test_a_vehicle_never_drives_two_shifts_at_once(open_town: Open) -> None:
    day = day_of(open_town(hours("1", shift_text("08:00", "17:00"))))
    day.book("station", "east", "12:00")
    halves = f"{shift_text('08:00', '12:02')}, {shift_text('12:02', '17:00')}"
    day = day_of(open_town(hours("1", halves)))
    answer = day.ask("west", "school", "12:00")
    assert not isinstance(answer, RidePromise) or answer.pickup_expected_s > at(f"{TUESDAY} 12:13")


def test_a_stop_or_trip_that_a_new_timetable_drops_does_not_stop_the_others(
    open_town: Open,
) -> None:
    day = day_of(open_town(vehicle("1") + vehicle("2")))
    first = day.book("station", "east", "10:00")
    day.change("UPDATE ride SET trip_id = 'gone', to_stop_id = 'f-gone'")
    day.change("UPDATE plan_stop SET stop_id = 'f-gone' WHERE kind = 'dropoff'")
    other = day.book("hall", "bath", "12:00")
    assert day.ride(other)["shift_id"] != day.ride(first)["shift_id"]
    day.improver().run()
    assert day.cancel(first.id).state == "cancelled"
    assert day.rows("SELECT * FROM plan_stop WHERE ride_id = :id", id=day.ride(first)["id"]) == []
    assert isinstance(day.ask("station", "east", "12:00"), RidePromise)


def test_fewer_seats_than_people_on_board_stops_nobody(open_town: Open) -> None:
    day = day_of(open_town(vehicle("1", seats=3) + vehicle("2")))
    full = day.book("station", "east", "10:00", seats=3)
    day.to("10:01")
    day.report(day.stop(full, "pickup"))
    day.change("UPDATE vehicle SET seats = 2 WHERE id = '1'")
    assert isinstance(day.ask("station", "east", "12:00"), RidePromise)
    day.to("10:12")
    assert day.report(day.stop(full, "dropoff")) == "completed"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{shift_text('08:00', '12:00')}, {shift_text('11:00', '15:00')}", "overlap"),
        (f"{shift_text('20:00', '26:00')}, {shift_text('01:00', '09:00')}", "overlap"),
        (shift_text("12:00", "08:00"), "end"),
    ],
)
def test_hours_that_cannot_be_driven_are_refused(tmp_path: Path, text: str, words: str) -> None:
    folder = toytown(tmp_path / "town", hours("1", text))
    with pytest.raises(CityInvalidError, match=words):
        load_fleet(load_city(folder, None), None)


def test_a_ride_over_midnight_stays_on_the_day_its_shift_began(open_town: Open) -> None:
    day = day_of(open_town(hours("1", shift_text("20:00", "26:00"), seats=3)))
    day.to("23:00")
    booking = day.book("station", "east", "23:55")
    after = day.book("east", "station", at("2026-11-25 00:20"))
    assert {day.ride(b)["shift_id"] for b in (booking, after)} == {"1/2026-11-24/0"}
    day.to("00:00", "2026-11-25")
    day.report(day.stop(booking, "pickup"))
    day.to("00:12", "2026-11-25")
    assert day.report(day.stop(booking, "dropoff")) == "completed"
    assert day.cancel(after.id).state == "cancelled"
    day.improver().run()
    assert wrong(day, day.ride(booking)["shift_id"]) == []
