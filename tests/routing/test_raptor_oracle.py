"""The range search against exhaustion, on random small feeds."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from gtfs.feed import Feed
from routing.build import build_timetable
from routing.days import runs_around
from routing.raptor import Access, ChangeTimes, Egress, Window, search
from routing.timetable import Timetable
from tests.oracles.raptor_slow import (
    SlowAccess,
    SlowEgress,
    slow_journeys,
    slow_runs,
    slow_stays,
)
from tests.routing.feeds import line_feed

TOKYO = "Asia/Tokyo"
DAY = dt.date(2026, 11, 24)
STOPS = "ABCDE"
MINUTE = 60
ALWAYS = -1

WEEKDAY_AND_ONE_OFF = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    daily,1,1,1,1,1,1,1,20261101,20261231
    monday,1,0,0,0,0,0,0,20261101,20261231
    never,0,0,0,0,0,0,0,20261101,20261231
"""
ONE_OFF = """
    service_id,date,exception_type
    never,20261125,1
    daily,20261123,2
"""


def trips(random: Random, base_minute: int) -> str:
    """Rows of trips over few stops: loops, overtaking, overnight, boarding rules, blocks."""
    rows = []
    ends: dict[str, tuple[str, int]] = {}
    shapes = [
        random.choices(STOPS, k=random.choice([2, 2, 3, 4])) for _ in range(random.randint(2, 6))
    ]
    for number in range(random.randint(4, 18)):
        service = random.choice([*["daily"] * 8, "monday", "never"])
        minute = base_minute + random.randrange(0, 180, 5)
        words, stops, block = [], random.choice(shapes), random.choice(["", "", "p", "q"])
        if ends and random.random() < 0.4:  # the vehicle that came here goes on
            block = random.choice(sorted(ends))
            begin, end_minute = ends[block]
            minute = end_minute + random.choice([0, 5, 20])
            stops = random.choice([s for s in shapes if s[0] == begin] or [[begin, *stops]])
        for stop in stops:
            wait = random.choice([0, 0, 2])
            clock = f"{_clock(minute)}/{_clock(minute + wait)}"
            words += [stop, random.choice([clock] * 10 + [f"-{clock}", f"{clock}-"])]
            end_minute = minute
            minute += wait + random.choice([0, 5, 10, 30])
        ends |= {block: (stop, end_minute)} if block else {}
        rows.append(f"t{number} {random.choice('XY')} {service} {block} | {' '.join(words)}")
    return "\n".join(rows)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def random_feed(random: Random, base_minute: int) -> Feed:
    """A feed, sometimes with a trip repeated by frequencies.txt, or trips linked; E is by D."""
    places = (136.4, 136.41, 136.42, 136.43, 136.4305)
    stops = "\n".join(f"{name} 36.3 {lon}" for name, lon in zip(STOPS, places, strict=True))
    tables = {"calendar": WEEKDAY_AND_ONE_OFF, "calendar_dates": ONE_OFF}
    if random.random() < 0.3:
        start = base_minute + random.randrange(90)
        tables["frequencies"] = (
            "trip_id,start_time,end_time,headway_secs\n"
            f"t0,{_clock(start)},{_clock(start + 90)},{random.choice([420, 900, 3600])}"
        )
    rows = trips(random, base_minute)
    note(rows)
    if random.random() < 0.3:
        names = [row.split()[0] for row in rows.splitlines()]
        links = [f"{a},{b},{kind}" for a in names for b in names for kind in random.choices("0045")]
        tables["transfers"] = "from_trip_id,to_trip_id,transfer_type\n" + "\n".join(
            random.sample(links, 8)
        )
        note(tables["transfers"])
    return line_feed(f"{stops}\n{rows}", **tables)


def random_ways(random: Random, base_minute: int) -> dict[str, tuple[int, int, int]]:
    """For some stops: seconds, and the minutes between which the way is open, if it closes."""
    found = {}
    for stop in random.sample(STOPS, random.randint(1, 3)):
        opens = base_minute + random.randrange(-60, 120)
        length = random.choice([0, 30, 90, *[ALWAYS] * 12])
        found[stop] = (random.randrange(0, 1200, 150), opens, length)
    return found


def _bounds(way: tuple[int, int, int], origin_s: int) -> tuple[int, int]:
    """An opening window in epoch seconds; open for ever when its length is drawn as 9."""
    _, opens, length = way
    if length == ALWAYS:
        return origin_s - 2**29, origin_s + 2**29
    return origin_s + opens * MINUTE, origin_s + (opens + length) * MINUTE


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    base_hour=st.sampled_from([0, 9, 22, 23, 24]),
    change_s=st.sampled_from([0, 60, 300]),
    hours=st.sampled_from([3, 8, 1, 0]),
    vehicles=st.sampled_from([4, 3, 2, 1]),
)
def test_equal_pareto_sets(
    seed: int, base_hour: int, change_s: int, hours: int, vehicles: int
) -> None:
    random = Random(seed)
    feed = random_feed(random, base_hour * 60)
    access, egress = random_ways(random, base_hour * 60), random_ways(random, base_hour * 60)
    walks = {(random.choice(STOPS), random.choice(STOPS)): 240 for _ in range(3)}
    timetable = build_timetable([feed], ZoneInfo(TOKYO))
    changes = walks | {(stop, stop): change_s for stop in STOPS}
    zero = timetable.origin_s(DAY)
    first = zero + base_hour * 3600 + random.randrange(-30, 60) * MINUTE
    last = first + hours * 3600
    slow_access = [
        SlowAccess(stop, way[0], *_bounds(way, zero)) for stop, way in sorted(access.items())
    ]
    slow_egress = [
        SlowEgress(stop, 60, way[0], *_bounds(way, zero)) for stop, way in sorted(egress.items())
    ]
    days = [DAY + dt.timedelta(n) for n in (-2, -1, 0, 1)]
    runs = slow_runs(feed, TOKYO, days)
    stays = slow_stays(feed, TOKYO, days)
    expected = slow_journeys(runs, slow_access, slow_egress, changes, first, last, vehicles, stays)

    assert _fast(timetable, slow_access, slow_egress, changes, (first, last, vehicles)) == expected


def _fast(
    timetable: Timetable,
    access: list[SlowAccess],
    egress: list[SlowEgress],
    changes: dict[tuple[str, str], int],
    asked: tuple[int, int, int],
) -> set[tuple[int, int, int]]:
    runs = runs_around(timetable, DAY, with_next=True)
    zero = runs.origin_s
    number = timetable.stop_index
    fast_access = Access(
        _ints([number(w.stop) for w in access]),
        _ints([w.duration for w in access]),
        _ints([w.opens - zero for w in access]),
        _ints([w.closes - zero for w in access]),
    )
    fast_egress = Egress(
        _ints([number(w.stop) for w in egress]),
        _ints([w.before for w in egress]),
        _ints([w.opens - zero for w in egress]),
        _ints([w.closes - zero for w in egress]),
        _ints([w.after for w in egress]),
    )
    pairs = sorted((number(a), number(b), s) for (a, b), s in changes.items())
    starts = np.searchsorted([a for a, _, _ in pairs], np.arange(len(timetable.stop_ids) + 1))
    times = ChangeTimes(
        starts.astype(np.int64), _ints([b for _, b, _ in pairs]), _ints([s for _, _, s in pairs])
    )
    first, last, vehicles = asked
    window = Window(first - zero, last - zero, vehicles=vehicles)
    found = search(timetable, runs, times, fast_access, fast_egress, window)
    return {(f.departure_s + zero, f.arrival_s + zero, len(f.boardings)) for f in found}


def _ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32)
