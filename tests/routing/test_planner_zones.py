"""Zones and rules of real flexible services, planned with a port that answers at once."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gtfs.feed import load_feed
from gtfs.flex import flex_trips
from gtfs.meeting_points import with_meeting_points
from routing.build import build_timetable
from routing.journeys import Place
from routing.planner import Planner, PlanQuery, PlanResult
from routing.straight import StraightStreets
from tests.routing.towns import FakeDispatcher

pytestmark = pytest.mark.shared

# Two places in one zone, and when its service runs.
SERVICES = {
    "flex/aspen_on_demand.zip": ("2022-06-01T12:00", "t_1854078"),
    "flex/ctran_flex_2025.zip": ("2025-11-12T10:00", ""),
    "flex/bbnavi_uckermark": ("2023-05-06T10:00", "flex-476-weekends"),
    "pairs/atlanta_cobb_flex/cobblinc-scheduled-deviated-flex.gtfs": ("2021-11-03T10:25", ""),
}


class City:
    """A planner over one feed."""

    def __init__(self, path: Path) -> None:
        feed = with_meeting_points(load_feed(path))
        self.zone = ZoneInfo(feed.table("agency")["agency_timezone"].iloc[0])
        self.trips = flex_trips(feed)
        self.timetable = build_timetable([feed], self.zone)
        self.planner = Planner(self.timetable, StraightStreets(), self.trips, self.zone)

    def instant(self, clock: str) -> int:
        return int(dt.datetime.fromisoformat(clock).replace(tzinfo=self.zone).timestamp())

    def ends(self, trip_id: str, time_s: int) -> tuple[Place, Place]:
        """Two places some way apart, each 100 m beside a stop of a trip that runs then."""
        day = dt.datetime.fromtimestamp(time_s, self.zone).date()
        since_s = time_s - self.timetable.origin_s(day)
        trip = next(
            trip
            for trip in self.trips
            if trip.trip_id.startswith(trip_id)
            and len(trip.stop_ids) > 20
            and self.timetable.runs_on(trip.service_id, day)
            and trip.pickup_start_s <= since_s + 600 <= trip.pickup_end_s
        )
        places = [self.timetable.place(self.timetable.stop_index(s)) for s in trip.stop_ids]
        first = places[0]
        last = max(places, key=lambda p: abs(p.lat - first.lat) + abs(p.lon - first.lon))
        a, b = (Place("door", place.lat + 0.0009, place.lon) for place in (first, last))
        return a, b

    def plan(self, clock: str, trip_id: str, before_s: int, **port: int) -> PlanResult:
        time_s = self.instant(clock)
        origin, destination = self.ends(trip_id, time_s)
        query = PlanQuery(
            origin, destination, time_s, now_s=time_s - before_s, window_s=1800, max_walk_m=800
        )
        return self.planner.plan(query, FakeDispatcher(**port))


@pytest.fixture(scope="module")
def cities(shared_data: Path) -> dict[str, City]:
    return {name: City(shared_data / name) for name in SERVICES}


@pytest.mark.parametrize("name", SERVICES)
def test_from_door_to_door_in_the_zone_of_a_service(name: str, cities: dict[str, City]) -> None:
    clock, trip_id = SERVICES[name]
    port = {"window_s": 120, "ride_s": 400, "longest_s": 500}
    result = cities[name].plan(clock, trip_id, before_s=3 * 3600, **port)
    ridden = [journey for journey in result.journeys if journey.rides]
    assert ridden, (result.notes, result.refusals)
    assert all(leg.distance_m <= 800 for j in ridden for leg in j.legs if leg.mode == "WALK")
    time_s = cities[name].instant(clock)
    assert min(journey.departure_s for journey in ridden) <= time_s + 2 * 3600


def test_two_hours_before_is_too_late_in_cobb(cities: dict[str, City]) -> None:
    # Booked 2 h to 24 h before; each trip has half an hour.
    name = "pairs/atlanta_cobb_flex/cobblinc-scheduled-deviated-flex.gtfs"
    clock, trip_id = SERVICES[name]
    port = {"window_s": 120, "ride_s": 400, "longest_s": 500}
    late = cities[name].plan(clock, trip_id, before_s=600, **port)
    soonest = min((j.departure_s for j in late.journeys if j.rides), default=2**40)
    assert soonest >= cities[name].instant(clock) - 600 + 7200
    assert "booking_closed" in [refusal.code for refusal in late.refusals]
    early = cities[name].plan(clock, trip_id, before_s=3 * 86_400, **port)
    assert not any(journey.rides for journey in early.journeys)
    (refusal,) = [r for r in early.refusals if r.code == "booking_not_open"]
    assert refusal.params["opens_s"] >= cities[name].instant(clock) - 86_400 - 1800
