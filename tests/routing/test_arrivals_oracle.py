"""The search from arrivals against exhaustion, on the random feeds of the range search."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.arrivals import ArrivalWindow, search_arrivals, search_latest
from routing.build import build_timetable
from routing.days import Runs, runs_around
from routing.raptor import Access, ChangeTimes, Egress, Found
from routing.timetable import Timetable
from tests.oracles.raptor_slow import SlowAccess, SlowEgress, slow_journeys, slow_runs, slow_stays
from tests.routing.test_raptor_oracle import DAY, MINUTE, STOPS, TOKYO, random_feed, random_ways

WEEK_S = 7 * 86_400
DAY_S = 86_400
EARLY_S = -3600
"""Runs of the day before that ended earlier are not loaded."""
FOREVER = 2**29
Bounds = tuple[int, int]


def ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32)


def bounds_of(way: tuple[int, int, int]) -> Bounds:
    """When a way is open, seconds of the day."""
    _, opens, length = way
    return (-FOREVER, FOREVER) if length < 0 else (opens * MINUTE, (opens + length) * MINUTE)


def is_consistent(timetable: Timetable, runs: Runs, access: Access, found: Found) -> bool:
    """Whether the first vehicle is caught from the origin, and vehicles follow each other."""
    ready_s = found.departure_s + int(access.duration_s[found.access])
    for boarding in found.boardings:
        for ride in boarding.rides(runs.layout):
            row, offset_s = int(runs.rows[ride.run]), int(runs.offsets_s[ride.run_list])
            if int(timetable.departures[row + ride.board]) + offset_s < ready_s:
                return False
            ready_s = int(timetable.arrivals[row + ride.alight]) + offset_s
    return ready_s <= found.arrival_s


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    base_hour=st.sampled_from([0, 9, 22, 24]),
    change_s=st.sampled_from([0, 60, 300]),
    vehicles=st.sampled_from([4, 2, 1]),
)
def test_arrivals_mirror_departures(
    seed: int, base_hour: int, change_s: int, vehicles: int
) -> None:
    random = Random(seed)
    feed = random_feed(random, base_hour * 60)
    ins, outs = (sorted(random_ways(random, base_hour * 60).items()) for _ in range(2))
    timetable = build_timetable([feed], ZoneInfo(TOKYO))
    runs = runs_around(timetable, DAY, with_next=True)
    zero = runs.origin_s
    number = timetable.stop_index
    access = Access(
        ints([number(stop) for stop, _ in ins]),
        ints([way[0] for _, way in ins]),
        *(ints([bounds_of(way)[end] for _, way in ins]) for end in (0, 1)),
    )
    egress = Egress(
        ints([number(stop) for stop, _ in outs]),
        ints([60] * len(outs)),
        *(ints([bounds_of(way)[end] for _, way in outs]) for end in (0, 1)),
        ints([way[0] for _, way in outs]),
    )
    own = np.arange(len(STOPS) + 1)
    changes = ChangeTimes(own, own[:-1].astype(np.int32), ints([change_s] * len(STOPS)))
    last = base_hour * 3600 + random.randrange(60, 300) * MINUTE
    city = (timetable, runs, changes, access, egress)
    days = [DAY + dt.timedelta(n) for n in (-2, -1, 0, 1)]
    everything = slow_journeys(
        slow_runs(feed, TOKYO, days),
        [SlowAccess(s, w[0], *(zero + b for b in bounds_of(w))) for s, w in ins],
        [SlowEgress(s, 60, w[0], *(zero + b for b in bounds_of(w))) for s, w in outs],
        {(stop, stop): change_s for stop in STOPS},
        zero + EARLY_S,
        zero + WEEK_S,
        vehicles,
        slow_stays(feed, TOKYO, days),
    )
    in_time = {(a - zero, b - zero, n) for a, b, n in everything if b <= zero + last}

    found = search_arrivals(*city, ArrivalWindow(last - 3 * DAY_S, last, EARLY_S, vehicles))

    assert {(f.departure_s, f.arrival_s, len(f.boardings)) for f in found} == in_time
    assert all(is_consistent(timetable, runs, access, one) for one in found)
    latest = search_latest(*city, ArrivalWindow(last, last, EARLY_S, vehicles))
    pairs = {(a, n) for a, _, n in in_time}
    assert {(f.departure_s, len(f.boardings)) for f in latest} == {
        a for a in pairs if not any(b != a and b[0] >= a[0] and b[1] <= a[1] for b in pairs)
    }
    # A window holds what arrives in it, whatever arrives before.
    first = last - 3600
    part = search_arrivals(*city, ArrivalWindow(first, last, EARLY_S, vehicles))
    assert all(first <= one.arrival_s <= last for one in part)
    triples = {(f.departure_s, f.arrival_s, len(f.boardings)) for f in part}
    assert {one for one in in_time if one[1] >= first} <= triples
