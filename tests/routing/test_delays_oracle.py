"""Search over a live timetable against runs made by hand, on random feeds and messages."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from gtfs.feed import Feed
from gtfs.messages import (
    NO_DATA,
    SKIPPED,
    RealtimeMessage,
    StopTimeUpdate,
    TripDescriptor,
    TripUpdate,
)
from routing.alerts import ClosedStop
from routing.build import build_timetable
from routing.days import runs_around
from routing.delays import with_realtime
from routing.raptor import Access, ChangeTimes, Egress, Window, search
from routing.timetable import Timetable
from tests.oracles.delays_slow import slow_live_runs
from tests.oracles.raptor_slow import SlowAccess, SlowEgress, slow_journeys
from tests.routing.feeds import line_feed

STOPS = "ABCDE"
CALENDAR = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    daily,1,1,1,1,1,1,1,20261001,20261231
    monday,1,0,0,0,0,0,0,20261001,20261231
"""
PLACES = [
    ("Asia/Tokyo", dt.date(2026, 11, 24)),
    ("Europe/Berlin", dt.date(2026, 10, 25)),  # a day of 25 hours
    ("Europe/Berlin", dt.date(2026, 10, 26)),  # the day after it
]


def clock(minute: int) -> str:
    """A time of day; hours may pass 24."""
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def random_feed(random: Random, base_minute: int) -> Feed:
    """Few stops, few shapes: loops, overtaking, nights, a trip of frequencies.txt now and then."""
    rows = [f"{name} 36.3 {136.4 + 0.01 * n}" for n, name in enumerate(STOPS)]
    shapes = [random.choices(STOPS, k=random.choice([2, 3, 4])) for _ in range(3)]
    for number in range(random.randint(3, 9)):
        minute, words = base_minute + random.randrange(0, 180, 5), []
        for stop in random.choice(shapes):
            wait = random.choice([0, 0, 2])
            words += [stop, f"{clock(minute)}/{clock(minute + wait)}"]
            minute += wait + random.choice([0, 5, 10, 30])
        service = random.choice(["daily"] * 4 + ["monday"])
        rows.append(f"t{number} {'XY'[number % 2]} {service} | {' '.join(words)}")
    tables = {"calendar": CALENDAR}
    if random.random() < 0.3:
        start = base_minute + random.randrange(60)
        tables["frequencies"] = (
            f"trip_id,start_time,end_time,headway_secs\nt0,{clock(start)},{clock(start + 60)},1200"
        )
    return line_feed("\n".join(rows), **tables)


def random_stop(random: Random, number: int, zero_s: int) -> StopTimeUpdate:
    """Something said of a call."""
    kind = random.choice(["delay", "delay", "arrival", "departure", "instant", "skip", "silent"])
    if kind in ("skip", "silent"):
        return StopTimeUpdate(number, relationship=SKIPPED if kind == "skip" else NO_DATA)
    if kind == "instant":
        return StopTimeUpdate(number, arrival_s=zero_s + random.randrange(0, 180) * 60)
    delay_s = random.choice([-600, -60, 0, 60, 300, 1800, 5400])
    arrival_s = None if kind == "departure" else delay_s
    departure_s = None if kind == "arrival" else delay_s + random.choice([0, 0, -120])
    return StopTimeUpdate(number, arrival_delay_s=arrival_s, departure_delay_s=departure_s)


def random_message(
    random: Random, timetable: Timetable, day: dt.date, base_minute: int
) -> RealtimeMessage:
    """Delays, cancellations and added runs on the day and the two around it."""
    updates = []
    for number in range(random.randint(1, 12)):
        own = day + dt.timedelta(random.choice([-1, 0, 0, 0, 1]))
        zero_s = timetable.origin_s(own) + base_minute * 60
        trip = random.randrange(len(timetable.trip_ids))
        start = int(timetable.departures[timetable.trip_rows[trip]])
        descriptor = TripDescriptor(
            timetable.trip_ids[trip],
            start_time=clock(start // 60),
            start_date=own.strftime("%Y%m%d"),
            relationship=random.choice(["SCHEDULED"] * 5 + ["CANCELED"]),
        )
        calls = sorted(random.sample(range(4), random.randint(0, 3)))
        stops = [random_stop(random, call, zero_s) for call in calls]
        delay_s = random.choice([None, None, 240])
        if random.random() < 0.2:
            descriptor = TripDescriptor(
                f"x{number}", "X", start_date=own.strftime("%Y%m%d"), relationship="ADDED"
            )
            minutes = sorted(random.randrange(0, 180) for _ in range(3))
            stops = [
                StopTimeUpdate(None, random.choice(STOPS), zero_s + 60 * minute, None)
                for minute in minutes
            ]
        updates.append(TripUpdate(f"e{number}", descriptor, tuple(stops), delay_s))
    return RealtimeMessage(timetable.origin_s(day), tuple(updates))


def ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """An array of a kernel."""
    return np.array(values, np.int32)


def fast_journeys(
    timetable: Timetable,
    day: dt.date,
    ways: tuple[dict[str, int], dict[str, int]],
    changes: dict[tuple[str, str], int],
    asked: tuple[int, int, int],
) -> set[tuple[int, int, int]]:
    """The search of the planner."""
    runs = runs_around(timetable, day, with_next=True)
    number = timetable.stop_index
    ends = [
        (np.array([number(stop) for stop in way]), np.array(list(way.values()))) for way in ways
    ]
    pairs = sorted((number(a), number(b), s) for (a, b), s in changes.items())
    starts = np.searchsorted([a for a, _, _ in pairs], np.arange(len(timetable.stop_ids) + 1))
    times = ChangeTimes(
        starts.astype(np.int64), ints([b for _, b, _ in pairs]), ints([s for _, _, s in pairs])
    )
    first, last, vehicles = asked
    zero = runs.origin_s
    window = Window(first - zero, last - zero, vehicles=vehicles)
    found = search(timetable, runs, times, Access.walks(*ends[0]), Egress.walks(*ends[1]), window)
    return {(f.departure_s + zero, f.arrival_s + zero, len(f.boardings)) for f in found}


@pytest.mark.parametrize(("timezone", "day"), PLACES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    base_hour=st.sampled_from([1, 9, 22, 24]),
    hours=st.sampled_from([3, 6, 1]),
    vehicles=st.sampled_from([3, 2, 1]),
)
def test_equal_pareto_sets(
    timezone: str, day: dt.date, seed: int, base_hour: int, hours: int, vehicles: int
) -> None:
    random = Random(seed)
    feed = random_feed(random, base_hour * 60)
    timetable = build_timetable([feed], ZoneInfo(timezone))
    message = random_message(random, timetable, day, base_hour * 60)
    zero = timetable.origin_s(day)
    closed = []
    for _ in range(random.choice([0, 0, 1, 2])):
        begin = zero + base_hour * 3600 + random.randrange(-60, 180) * 60
        closed.append((random.choice(STOPS), begin, begin + random.choice([30, 120, 3000]) * 60))
    note(feed.table("stop_times").to_string())
    note(f"{message.updates} {closed}")
    live = with_realtime(timetable, [("", message)], zero, [ClosedStop(*one) for one in closed])
    ways = tuple(
        {stop: random.randrange(0, 900, 150) for stop in sorted(random.sample(STOPS, 2))}
        for _ in range(2)
    )
    changes = {(stop, stop): 60 for stop in STOPS} | {(random.choice(STOPS), "A"): 240}
    first = zero + base_hour * 3600 + random.randrange(-30, 60) * 60
    last = first + hours * 3600
    days = [day + dt.timedelta(n) for n in (-2, -1, 0, 1)]
    expected = slow_journeys(
        slow_live_runs(feed, timezone, days, message, closed),
        [SlowAccess(stop, seconds) for stop, seconds in ways[0].items()],
        [SlowEgress(stop, 0, seconds) for stop, seconds in ways[1].items()],
        changes,
        first,
        last,
        vehicles,
    )
    asked = (first, last, vehicles)
    assert fast_journeys(live, day, (ways[0], ways[1]), changes, asked) == expected


def test_a_message_changes_what_is_found() -> None:
    """The comparison above is no comparison of two fixed timetables."""
    differing = 0
    for seed in range(40):
        random = Random(seed)
        timetable = build_timetable([random_feed(random, 540)], ZoneInfo("Asia/Tokyo"))
        day = PLACES[0][1]
        live = with_realtime(timetable, [("", random_message(random, timetable, day, 540))], 0)
        zero = timetable.origin_s(day)
        asked = (zero + 9 * 3600, zero + 12 * 3600, 3)
        changes = {(stop, stop): 60 for stop in STOPS}
        found = [
            fast_journeys(one, day, ({"A": 0, "B": 0}, {"C": 0, "D": 0}), changes, asked)
            for one in (timetable, live)
        ]
        differing += found[0] != found[1]
    assert differing >= 8
