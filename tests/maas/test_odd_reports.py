"""Reports that come late, early, out of order or never: the plan stays true and nothing is lost.

On the road: west, school, hall, station (depot), bath, east; 1 km, about 160 s, from one to the
next; boarding takes 60 s. The van has two seats unless a test says otherwise.
"""

from collections.abc import Set

import pytest

from maas.errors import NotCancellableError, StopAlreadySettledError
from routing.on_demand import RidePromise, RideRefusal
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.row_checker import check_rows
from tests.maas.town_day import AREA, TownDay, driving

ONE_VAN = vehicle("1", seats=2)


@pytest.fixture
def day(open_town: Open) -> TownDay:
    return TownDay(open_town(ONE_VAN), at(f"{TUESDAY} 09:00"))


def wrong(day: TownDay, *late: str, jumbled: Set[str] = frozenset()) -> list[str]:
    return check_rows(day.rows, driving(day), set(late), jumbled)


def sequence(day: TownDay) -> list[tuple[str, str]]:
    rows = day.rows("SELECT kind, stop_id FROM plan_stop ORDER BY shift_id, sequence")
    return [(row["kind"], row["stop_id"].removeprefix("f-")) for row in rows]


def test_a_stop_reported_late_delays_those_behind_it_that_nobody_reported(day: TownDay) -> None:
    first = day.book("station", "east", "10:00", seats=2)
    pickup = day.stop(first, "pickup")
    day.now_s = day.stop(first, "dropoff")["planned_s"] + 30  # by plan the van would be empty
    assert day.report(pickup) == "on_board"
    # It has just left the station with both seats taken: nobody can board at the bath meanwhile.
    answer = day.ask("bath", "east", day.now_s, seats=2)
    if isinstance(answer, RidePromise):
        home_s = day.town.fleet.areas[AREA].direct_s("f-station", "f-east") + 60
        back_s = day.town.fleet.areas[AREA].direct_s("f-east", "f-bath")
        assert answer.pickup_expected_s >= day.now_s + home_s + back_s


def test_a_van_too_late_for_its_next_rider_is_offered_nothing_and_keeps_their_times(
    day: TownDay,
) -> None:
    first = day.book("station", "east", "10:00")
    second = day.book("west", "school", "10:30")
    known = [day.stop(second, kind)["planned_s"] for kind in ("pickup", "dropoff")]
    day.to("10:45")  # the second pickup may be at 10:40 at the latest
    day.report(day.stop(first, "pickup"))
    assert [day.stop(second, kind)["planned_s"] for kind in ("pickup", "dropoff")] == known
    refused = day.ask("station", "bath", "12:00")
    assert isinstance(refused, RideRefusal)
    assert refused.code == "plan_infeasible"
    assert wrong(day, day.ride(first)["shift_id"]) == []
    for booking, kind in ((first, "dropoff"), (second, "pickup"), (second, "dropoff")):
        day.now_s += 300
        day.report(day.stop(booking, kind))
    assert isinstance(day.ask("station", "bath", "12:00"), RidePromise)


def test_a_late_stop_of_the_other_rider_first_does_not_lose_the_first(day: TownDay) -> None:
    first = day.book("hall", "east", "10:00")
    second = day.book("station", "bath", "10:00")
    assert sequence(day)[0] == ("pickup", "hall")
    day.now_s = day.stop(first, "pickup")["planned_s"] - 120
    day.report(day.stop(second, "pickup"))  # the driver took the second one first
    assert sequence(day)[:2] == [("pickup", "station"), ("pickup", "hall")]
    assert day.ride(first)["state"] == "planned"
    assert day.stop(first, "pickup")["planned_s"] > day.now_s
    assert wrong(day, day.ride(first)["shift_id"]) == []


def test_a_slip_of_the_finger_on_an_evening_ride_does_not_sell_the_day_twice(day: TownDay) -> None:
    noon = day.book("station", "east", "12:00", seats=2)
    evening = day.book("west", "school", "15:00")
    day.report(day.stop(evening, "pickup"))
    promise = day.ask("bath", "hall", day.stop(noon, "pickup")["planned_s"], seats=2)
    if isinstance(promise, RidePromise):
        assert promise.pickup_expected_s > day.stop(noon, "dropoff")["planned_s"]
    assert wrong(day, jumbled={day.ride(noon)["shift_id"]}) == []


def test_a_dropoff_reported_before_its_pickup_reports_both(day: TownDay) -> None:
    booking = day.book("station", "east", "10:00")
    day.to("10:12")
    assert day.report(day.stop(booking, "dropoff")) == "completed"
    assert day.stop(booking, "pickup")["state"] == "done"
    assert day.told(booking)[-4:] == [
        *("ride_on_board", "ride_completed", "booking_boarded", "booking_completed")
    ]
    day.to("10:13")
    assert day.report(day.stop(booking, "pickup")) == "completed"
    with pytest.raises(StopAlreadySettledError):
        day.report(day.stop(booking, "pickup"), "no_show")
    assert wrong(day) == []


def test_who_boards_early_may_ride_longer_and_the_van_goes_on_working(day: TownDay) -> None:
    first = day.book("station", "bath", "10:00")
    day.book("hall", "east", "10:15")
    day.to("09:30")
    day.report(day.stop(first, "pickup"))
    assert wrong(day) == []
    assert isinstance(day.ask("station", "bath", "12:00"), RidePromise)


def test_a_ride_that_begins_a_little_early_keeps_the_time_it_was_planned_to_take(
    day: TownDay,
) -> None:
    # The van waits for the second rider with the first one on board: no second of the ride is left.
    first = day.book("school", "bath", "10:00")
    ride = day.ride(first)
    last_s = ride["ride_limit_s"] + ride["pickup_latest_s"] + 60
    area = day.town.fleet.areas[AREA]
    wait_s = last_s - area.direct_s("f-hall", "f-bath") - 60
    day.change("UPDATE ride SET arrival_latest_s = :last", last=last_s)
    day.change("UPDATE ride SET pickup_latest_s = pickup_earliest_s + 600")
    second = day.ask("hall", "station", wait_s - wait_s % 300)
    assert isinstance(second, RidePromise)
    day.take(day.offer(second))
    pickup = day.stop(first, "pickup")
    day.now_s = pickup["departs_s"] - 40
    day.report(pickup)
    assert isinstance(day.ask("station", "bath", "14:00"), RidePromise)
    assert wrong(day) == []


def test_stops_are_numbered_through_after_a_no_show_on_a_late_van(day: TownDay) -> None:
    first = day.book("station", "east", "10:00")
    second = day.book("west", "school", "10:30")
    day.to("10:45")
    day.report(day.stop(first, "pickup"), "no_show")
    assert day.ride(second)["state"] == "planned"
    assert wrong(day, day.ride(first)["shift_id"]) == []


def test_stops_are_numbered_through_when_a_rider_cancels_a_pickup_thought_driven(
    day: TownDay,
) -> None:
    first = day.book("hall", "east", "10:00")
    second = day.book("station", "bath", "10:00")
    day.now_s = max(day.stop(b, "pickup")["planned_s"] for b in (first, second)) + 5
    day.cancel(first.id)
    assert wrong(day) == []
    assert day.ride(second)["state"] == "planned"


def test_a_van_on_its_way_to_a_rider_who_cancels_is_still_on_that_way(day: TownDay) -> None:
    booking = day.book("west", "school", "10:00")
    arrives_s = day.stop(booking, "pickup")["planned_s"]
    day.now_s = arrives_s - 60
    day.cancel(booking.id)
    assert [day.stop(booking, "pickup")["state"]] == ["cancelled"]
    with pytest.raises(StopAlreadySettledError):
        day.report(day.stop(booking, "pickup"))
    promise = day.ask("station", "bath", day.now_s)
    assert isinstance(promise, RidePromise)
    back_s = day.town.fleet.areas[AREA].direct_s("f-west", "f-station")
    assert promise.pickup_expected_s >= arrives_s + back_s
    assert wrong(day) == []


def test_a_van_that_will_wait_where_it_is_driving_to_has_left_all_the_same(day: TownDay) -> None:
    # A second rider boards at the west ten minutes later, and the first may not ride for longer: so
    # the van, which has left the east long before, waits for ten minutes at the west.
    day.change("UPDATE vehicle SET depot_stop_id = 'f-east'")
    first = day.book("west", "school", "10:00")
    day.now_s = day.stop(first, "pickup")["planned_s"] - 100
    ride = day.ride(first)
    day.change("UPDATE ride SET ride_limit_s = 500, arrival_latest_s = arrival_latest_s + 3600")
    wait = day.ask("west", "hall", ride["pickup_earliest_s"] + 600)
    assert isinstance(wait, RidePromise)
    day.take(day.offer(wait))
    area = day.town.fleet.areas[AREA]
    assert day.stop(first, "pickup")["planned_s"] - day.now_s == 100
    promise = day.ask("bath", "east", day.now_s)
    east_s = area.direct_s("f-east", "f-bath")
    assert not isinstance(promise, RidePromise) or promise.pickup_expected_s > day.now_s + east_s
    assert wrong(day) == []


def test_more_people_on_board_than_places_stops_nobody_from_asking(open_town: Open) -> None:
    day = TownDay(open_town(vehicle("1") + vehicle("2")), at(f"{TUESDAY} 09:00"))
    bookings = [day.book("station", "east", time) for time in ("10:00", "10:00", "13:00")]
    crowded = day.ride(bookings[0])["shift_id"]
    same = next(b for b in bookings[2:] + bookings[1:2] if day.ride(b)["shift_id"] == crowded)
    day.now_s = day.stop(bookings[0], "pickup")["planned_s"]
    day.report(day.stop(bookings[0], "pickup"))
    day.report(day.stop(same, "pickup"))  # the van has one seat
    promise = day.ask("hall", "bath", "15:00")
    assert isinstance(promise, RidePromise)
    taken = day.take(day.offer(promise))
    assert day.ride(taken)["shift_id"] != crowded
    assert day.improver().run() >= 0
    day.report(day.stop(bookings[0], "dropoff"))
    assert isinstance(day.ask("hall", "bath", "16:00"), RidePromise)


def test_a_busy_van_is_not_called_off_shift_because_yesterdays_shift_is_over(
    open_town: Open,
) -> None:
    day = TownDay(open_town(vehicle("1", seats=4)), at(f"{TUESDAY} 09:00"))
    day.book("east", "bath", "10:00")
    refused = day.ask("west", "school", "10:00")
    assert isinstance(refused, RideRefusal)
    assert refused.code == "window_too_tight"


def test_two_rides_of_one_booking_are_held_and_cancelled_together(day: TownDay) -> None:
    there, back = day.ask("station", "east", "10:00"), day.ask("east", "station", "14:00")
    assert isinstance(there, RidePromise)
    assert isinstance(back, RidePromise)
    booking = day.take(day.offer(there, back))
    assert len(sequence(day)) == 4
    assert wrong(day) == []
    day.cancel(booking.id)
    assert sequence(day) == []
    assert wrong(day) == []
    assert day.told(booking) == [
        *("booking_held", "ride_planned", "ride_planned"),
        *("booking_confirmed", "booking_cancelled"),
    ]


def test_before_the_shift_and_after_it_reports_are_taken(day: TownDay) -> None:
    day.to("07:00")
    booking = day.book("station", "east", "08:30")
    day.to("07:30")
    assert day.report(day.stop(booking, "pickup")) == "on_board"
    with pytest.raises(NotCancellableError):
        day.cancel(booking.id)
    day.to("20:00")
    assert day.report(day.stop(booking, "dropoff")) == "completed"
    assert wrong(day, day.ride(booking)["shift_id"]) == []
