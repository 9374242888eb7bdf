"""Plans read to be looked at are the plans that are read to be changed."""

import pytest

from maas.operations import queries
from maas.operations.state import AreaState, PlanReader, days_around, load_state
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.town_day import AREA, TownDay


@pytest.fixture
def day(open_town: Open) -> TownDay:
    vans = vehicle("1", seats=4) + vehicle("2", seats=4)
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


def state(day: TownDay, time: str, read: PlanReader) -> AreaState:
    now_s, zone = at(f"{TUESDAY} {time}"), day.town.city.timezone
    with day.town.database.reading() as session:
        days = days_around(now_s, zone)
        return load_state(session, day.town.fleet.areas[AREA], days, now_s, zone, read)


@pytest.mark.parametrize("time", ["09:00", "10:05", "10:30", "23:00"])
def test_both_ways_of_reading_give_one_problem_and_one_plan(day: TownDay, time: str) -> None:
    for origin, when in (("station", "10:00"), ("west", "10:20"), ("bath", "14:00")):
        day.book(origin, "east", when)

    watched, unwatched = (
        state(day, time, read) for read in (queries.plan_rows, queries.plan_columns)
    )

    assert unwatched.problem.vehicles == watched.problem.vehicles
    assert unwatched.problem.requests == watched.problem.requests
    assert list(unwatched.plan) == list(watched.plan)
    assert unwatched.rides.keys() == watched.rides.keys()
