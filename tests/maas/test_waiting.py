"""Idle vans are told to wait where riders were at this hour of this weekday.

On the road: west, school, hall, station (depot of both vans), bath, east; 160 s apart.
"""

import pytest

from maas.operations import waiting_places
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.town_day import AREA, TownDay

WEEK_S = 7 * 24 * 3600


@pytest.fixture
def day(open_town: Open) -> TownDay:
    vans = vehicle("1", seats=4) + vehicle("2", seats=4)
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


def places(day: TownDay) -> dict[str, str]:
    with day.town.database.reading() as session:
        area, zone = day.town.fleet.areas[AREA], day.town.city.timezone
        return waiting_places(session, area, zone, day.now_s)


def rode_for_weeks(day: TownDay, origin: str, time: str, weeks: int) -> None:
    """Book once, and let the same ride have been on as many Tuesdays before."""
    booking = day.book(origin, "bath", time)
    ride = day.ride(booking)
    columns = [name for name in ride if name not in ("id", "pickup_earliest_s")]
    names = ", ".join(columns)
    for week in range(1, weeks + 1):
        day.change(
            f"INSERT INTO ride (id, pickup_earliest_s, {names})"
            f" SELECT id || :week, pickup_earliest_s - :ago, {names} FROM ride WHERE id = :id",
            week=f"-{origin}-{week}",
            ago=week * WEEK_S,
            id=ride["id"],
        )
    day.cancel(booking.id)
    day.change("UPDATE ride SET state = 'completed' WHERE id <> :id", id=ride["id"])


def test_without_any_past_nobody_is_sent_anywhere(day: TownDay) -> None:
    day.to("10:00")
    assert places(day) == {}


def test_one_van_waits_where_riders_used_to_be(day: TownDay) -> None:
    rode_for_weeks(day, "west", "10:30", weeks=8)
    day.to("10:00")
    assert set(places(day).values()) == {"f-west"}
    assert len(places(day)) == 1
    day.to("11:00")
    assert places(day) == {}, "at this hour nobody used to ask"
    day.to("10:00", "2026-11-25")
    assert places(day) == {}, "nor on Wednesdays"


def test_what_happened_once_is_not_expected(day: TownDay) -> None:
    rode_for_weeks(day, "west", "10:30", weeks=1)
    day.to("10:00")
    assert places(day) == {}


def test_a_van_with_riders_to_fetch_is_not_idle(day: TownDay) -> None:
    rode_for_weeks(day, "west", "10:30", weeks=8)
    booking = day.book("east", "bath", "10:10")
    busy = day.ride(booking)["shift_id"].split("/")[0]
    day.to("10:00")
    assert busy not in places(day)
    day.change("UPDATE vehicle SET in_service = false WHERE id <> :id", id=busy)
    assert places(day) == {}
