"""Earliest arrivals at every stop: a timetable as text, and against searches stop by stop."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.build import build_timetable
from routing.days import runs_around
from routing.raptor import (
    NEVER_S,
    Access,
    ChangeTimes,
    Egress,
    Window,
    earliest_everywhere,
    search_earliest,
)
from tests.routing.feeds import line_feed
from tests.routing.test_raptor_oracle import DAY, MINUTE, STOPS, TOKYO, random_feed, random_ways

H = 3600


def longs(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, np.int64)


def changes_of(pairs: dict[tuple[int, int], int], stops: int) -> ChangeTimes:
    """Changes from a dict of pairs of stop numbers."""
    rows = sorted((a, b, s) for (a, b), s in pairs.items())
    starts = np.searchsorted([a for a, _, _ in rows], np.arange(stops + 1))
    heads, seconds = longs([b for _, b, _ in rows]), longs([s for _, _, s in rows])
    return ChangeTimes(starts.astype(np.int64), heads.astype(np.int32), seconds.astype(np.int32))


def test_by_vehicle_by_change_and_not_at_all() -> None:
    timetable = build_timetable(
        [
            line_feed(
                """
                A 36.30 136.40
                B 36.31 136.40
                C 36.32 136.40
                D 36.33 136.40
                E 36.34 136.40
                t1 X daily | A 9:00 B 9:10 C 9:30
                t2 X daily | A 9:05 B 9:12 C 9:28
                t3 Y daily | B 9:11 E 9:20
                t4 Y daily | B 9:14 E 9:50
                """
            )
        ],
        ZoneInfo(TOKYO),
    )
    stop = timetable.stop_index
    stays = {(stop(name), stop(name)): 120 for name in STOPS}
    changes = changes_of(stays | {(stop("C"), stop("D")): 300}, len(STOPS))
    runs = runs_around(timetable, DAY, with_next=False)
    access = Access.walks(longs([stop("A")]), longs([0]))

    def clocks(window: Window) -> dict[str, str]:
        found = earliest_everywhere(timetable, runs, changes, access, window)
        return {
            name: str(dt.timedelta(seconds=int(found[stop(name)])))[:-3]
            for name in STOPS
            if found[stop(name)] != NEVER_S
        }

    # t2 overtakes t1 on the way to C; of the lines at B the first that can be caught leaves 9:14.
    assert clocks(Window(9 * H, 9 * H)) == {"B": "9:10", "C": "9:28", "D": "9:33", "E": "9:50"}
    assert clocks(Window(9 * H + 1, 9 * H + 1)) == {
        "B": "9:12",
        "C": "9:28",
        "D": "9:33",
        "E": "9:50",
    }
    # One vehicle only, and nothing after half past.
    assert clocks(Window(9 * H, 9 * H, 9 * H + 30 * 60, vehicles=1)) == {"B": "9:10", "C": "9:28"}
    assert clocks(Window(10 * H, 10 * H)) == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    base_hour=st.sampled_from([0, 9, 22, 24]),
    change_s=st.sampled_from([0, 60, 300]),
    vehicles=st.sampled_from([4, 2, 1]),
)
def test_equal_to_a_search_for_every_stop(
    seed: int, base_hour: int, change_s: int, vehicles: int
) -> None:
    random = Random(seed)
    timetable = build_timetable([random_feed(random, base_hour * 60)], ZoneInfo(TOKYO))
    runs = runs_around(timetable, DAY, with_next=True)
    ways = random_ways(random, base_hour * 60)
    stops = [timetable.stop_index(name) for name in ways]
    access = Access.walks(longs(stops), longs([way[0] for way in ways.values()]))
    walks = {(random.randrange(5), random.randrange(5)): 240 for _ in range(3)}
    changes = changes_of(walks | {(n, n): change_s for n in range(5)}, 5)
    first_s = base_hour * H + random.randrange(-30, 60) * MINUTE
    window = Window(first_s, first_s, first_s + random.choice([2, 12]) * H, vehicles)

    everywhere = earliest_everywhere(timetable, runs, changes, access, window)

    for target in range(5):
        # To a stop: off the vehicle there, or off at another one and over by a change.
        over = {target: 0}
        for (tail, head), seconds in walks.items():
            if head == target and tail != target:
                over[tail] = seconds
        egress = Egress.walks(longs(list(over)), longs(list(over.values())))
        found = search_earliest(timetable, runs, changes, access, egress, window)
        assert everywhere[target] == min((f.arrival_s for f in found), default=NEVER_S)
