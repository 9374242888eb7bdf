"""Days on which the clock changes: a service day begins twelve hours before its noon."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from routing.build import build_timetable
from routing.planner import Planner, PlanQuery
from routing.streets import StraightStreets
from tests.routing.feeds import line_feed

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20261001,20270430"
)
ROWS = """
A 36.30 136.30
B 36.30 136.40
hourly-11 X daily | A 11:30 B 12:00
hourly-12 X daily | A 12:30 B 13:00
hourly-13 X daily | A 13:30 B 14:00
"""


def instant(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp())


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-27", "2027-03-28", "2027-03-29"])
@pytest.mark.parametrize("minute", [0, 10, 29, 30, 59])
def test_arriving_by_finds_the_last_bus_at_any_time_of_day(day: str, minute: int) -> None:
    timetable = build_timetable([line_feed(ROWS, calendar=SPRING)], BERLIN)
    planner = Planner(timetable, StraightStreets(), [], BERLIN)
    ends = [timetable.place(timetable.stop_index(stop_id)) for stop_id in "AB"]
    for hour, last in (("13", "13:00"), ("14", "14:00"), ("15", "14:00")):
        by_s = instant(f"{day}T{hour}:{minute:02d}")
        query = PlanQuery(*ends, by_s, arrive_by=True, now_s=instant(f"{day}T00:00"))
        journeys = planner.plan(query, None).journeys
        assert max(journey.arrival_s for journey in journeys) == instant(f"{day}T{last}")
