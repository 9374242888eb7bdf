"""Small towns for tests of the planner: text in, journeys as text out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np

from gtfs.flex import BookingRule, FlexTrip
from routing.build import build_timetable
from routing.journeys import Journey, Place, RideLeg, TransitLeg, WalkLeg
from routing.on_demand import (
    NEVER,
    Party,
    RideOutlook,
    RidePromise,
    RideRefusal,
    RideRequest,
)
from routing.planner import Planner, PlanQuery, PlanResult
from routing.streets import StraightStreets
from tests.routing.feeds import line_feed

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = "2026-11-24"


def instant(clock: str, day: str = DAY) -> int:
    """Epoch seconds of a clock time in Japan."""
    return int(dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=TOKYO).timestamp())


def clock(instant_s: int) -> str:
    """Clock time in Japan."""
    return dt.datetime.fromtimestamp(instant_s, TOKYO).strftime("%H:%M")


def text(journey: Journey) -> str:
    """A journey as text, such as ``08:00 walk A 08:10 X B 08:20``; ``=X`` without getting off."""
    words = []
    for leg in journey.legs:
        kind = "walk"
        if isinstance(leg, TransitLeg):
            kind = "=" * leg.stays_seated + leg.route.route_id
        elif isinstance(leg, RideLeg):
            kind = "ride"
        words += [clock(leg.departure_s), kind, leg.destination.name or "end", clock(leg.arrival_s)]
    return " ".join(words)


def is_connected(journey: Journey) -> bool:
    """Whether legs follow each other in time and on the map."""
    pairs = zip(journey.legs, journey.legs[1:], strict=False)
    return all(
        a.arrival_s <= b.departure_s
        and a.geometry[-1] == b.geometry[0]
        and isinstance(a, WalkLeg) + isinstance(b, WalkLeg) < 2
        for a, b in pairs
    )


@dataclass
class Town:
    """A planner over a timetable in text."""

    rows: str
    flex_trips: Sequence[FlexTrip] = ()
    tables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.feed = line_feed(self.rows, **self.tables)
        self.rebuilt()

    def rebuilt(self) -> "Town":
        """The same town, built from its feed again after a test has written into it."""
        self.timetable = build_timetable([self.feed], TOKYO)
        self.planner = Planner(self.timetable, StraightStreets(), self.flex_trips, TOKYO)
        return self

    def stop(self, stop_id: str) -> Place:
        """A stop as a place."""
        return self.timetable.place(self.timetable.stop_index(stop_id))

    def query(
        self, origin: str | Place, target: str | Place, time: str, **more: object
    ) -> PlanQuery:
        """A query on the test day; booked at midnight unless said otherwise."""
        ends = [p if isinstance(p, Place) else self.stop(p) for p in (origin, target)]
        query = PlanQuery(ends[0], ends[1], instant(time), now_s=instant("00:00"))
        return replace(query, **more)  # type: ignore[arg-type]

    def plan(
        self,
        origin: str | Place,
        target: str | Place,
        time: str,
        port: "FakeDispatcher | None" = None,
        **more: object,
    ) -> PlanResult:
        """Plan on the test day."""
        result = self.planner.plan(self.query(origin, target, time, **more), port)
        assert all(is_connected(journey) for journey in result.journeys)
        return result

    def texts(self, *args: object, **more: object) -> list[str]:
        """The journeys of `plan` as text."""
        return [text(journey) for journey in self.plan(*args, **more).journeys]  # type: ignore[arg-type]


def flex_trip(stop_ids: Sequence[str], notice_min: int = 30, **more: object) -> FlexTrip:
    """A service from 08:00 to 16:00 that is booked half an hour before."""
    rule = BookingRule("rule", 1, notice_min * 60)
    trip = FlexTrip(
        trip_id="van",
        route_id="van",
        service_id="daily",
        route_name="Van",
        agency_name="Test Lines",
        stop_ids=tuple(stop_ids),
        zones=(),
        pickup_start_s=8 * 3600,
        pickup_end_s=15 * 3600,
        dropoff_start_s=8 * 3600,
        dropoff_end_s=16 * 3600,
        booking_rule=rule,
    )
    return replace(trip, **more)  # type: ignore[arg-type]


@dataclass
class FakeDispatcher:
    """A dispatcher with a car at every stop; it refuses what a test tells it to."""

    ride_s: int = 600
    longest_s: int = 900
    window_s: int = 300
    first_pickup_s: int = 0
    refuse_before_s: int = 0
    next_pickup_s: int | None = None
    refuse_stops: tuple[str, ...] = ()
    late_s: int = 0
    code: str = "no_capacity"
    one_ride_only: bool = False
    asked: list[RideRequest] = field(default_factory=list)

    def outlook(
        self,
        trip_id: str,
        from_stop_ids: Sequence[str],
        to_stop_ids: Sequence[str],
        earliest_s: int,
        party: Party,
    ) -> RideOutlook:
        """The same ride everywhere."""
        n, m = len(from_stop_ids), len(to_stop_ids)
        first_s = NEVER if party.wheelchairs else max(earliest_s, self.first_pickup_s)
        return RideOutlook(
            np.full(n, first_s, np.int64),
            np.full((n, m), self.ride_s, np.int32),
            np.full((n, m), self.longest_s, np.int32),
            self.window_s,
        )

    def check(
        self, request: RideRequest, beside: Sequence[RidePromise] = ()
    ) -> RidePromise | RideRefusal:
        """Promise the whole window and the longest ride."""
        self.asked.append(request)
        if beside and self.one_ride_only:
            return RideRefusal(request, self.code)
        early = request.earliest_pickup_s < self.refuse_before_s
        if early or {request.from_stop_id, request.to_stop_id} & set(self.refuse_stops):
            return RideRefusal(request, self.code, {}, self.next_pickup_s)
        arrival_s = request.earliest_pickup_s + self.window_s + self.longest_s
        if request.latest_arrival_s is not None:
            arrival_s = min(arrival_s, request.latest_arrival_s)
            if self.late_s:
                arrival_s = request.latest_arrival_s + self.late_s
        return RidePromise(
            request,
            request.earliest_pickup_s,
            request.earliest_pickup_s + self.window_s,
            arrival_s,
            request.earliest_pickup_s,
            request.earliest_pickup_s + self.ride_s,
        )
