"""Earliest arrivals against exhaustion, on the random feeds of the range search."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.build import build_timetable
from routing.days import runs_around
from routing.raptor import Access, ChangeTimes, Egress, Window, search_earliest
from tests.oracles.raptor_slow import (
    SlowAccess,
    SlowEgress,
    slow_journeys,
    slow_runs,
    slow_stays,
)
from tests.routing.test_raptor_oracle import DAY, MINUTE, STOPS, TOKYO, random_feed, random_ways

WEEK_S = 7 * 86_400


def ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32)


def undominated(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Pairs that no other one beats in both."""
    return {a for a in pairs if not any(b != a and b[0] <= a[0] and b[1] <= a[1] for b in pairs)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    base_hour=st.sampled_from([0, 9, 22, 24]),
    change_s=st.sampled_from([0, 60, 300]),
    vehicles=st.sampled_from([4, 2, 1]),
)
def test_equal_earliest_arrivals(seed: int, base_hour: int, change_s: int, vehicles: int) -> None:
    random = Random(seed)
    feed = random_feed(random, base_hour * 60)
    ways = [
        {stop: (seconds, opens) for stop, (seconds, opens, _) in found.items()}
        for found in (random_ways(random, base_hour * 60) for _ in range(2))
    ]
    timetable = build_timetable([feed], ZoneInfo(TOKYO))
    runs = runs_around(timetable, DAY, with_next=True)
    zero = runs.origin_s
    opens = random.random() < 0.5
    access = [
        SlowAccess(stop, s, zero + o * MINUTE) if opens else SlowAccess(stop, s)
        for stop, (s, o) in sorted(ways[0].items())
    ]
    egress = [SlowEgress(stop, 60, s) for stop, (s, _) in sorted(ways[1].items())]
    first = zero + base_hour * 3600 + random.randrange(-30, 60) * MINUTE
    changes = {(stop, stop): change_s for stop in STOPS}
    days = [DAY + dt.timedelta(n) for n in (-2, -1, 0, 1)]
    everything = slow_journeys(
        slow_runs(feed, TOKYO, days),
        access,
        egress,
        changes,
        first,
        first + WEEK_S,
        vehicles,
        slow_stays(feed, TOKYO, days),
    )
    number = timetable.stop_index
    found = search_earliest(
        timetable,
        runs,
        ChangeTimes(
            np.arange(len(STOPS) + 1), np.arange(len(STOPS), dtype=np.int32), ints([change_s] * 5)
        ),
        Access(
            ints([number(w.stop) for w in access]),
            ints([w.duration for w in access]),
            ints([max(w.opens - zero, -(2**30)) for w in access]),
            ints([2**31 - 1] * len(access)),
        ),
        Egress(
            ints([number(w.stop) for w in egress]),
            ints([w.before for w in egress]),
            ints([-(2**30)] * len(egress)),
            ints([2**31 - 1] * len(egress)),
            ints([w.after for w in egress]),
        ),
        Window(first - zero, first - zero, vehicles=vehicles),
    )
    expected = undominated({(arrival, count) for _, arrival, count in everything})
    assert {(f.arrival_s + zero, len(f.boardings)) for f in found} == expected
    assert all(f.departure_s + zero >= first for f in found)
