"""Room that stays with the runs: no search sees what another one has left, or is writing."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from routing.build import build_timetable
from routing.days import Runs, runs_around
from routing.raptor import (
    Access,
    Egress,
    Found,
    Window,
    earliest_everywhere,
    search,
    search_earliest,
)
from routing.timetable import Timetable
from tests.routing.feeds import line_feed
from tests.routing.test_earliest_everywhere import changes_of, longs
from tests.routing.test_raptor_oracle import DAY, TOKYO

H = 3600
NAMES = "ABCDE"

# X meets Y at B and C; one ride from A to E takes until 9:50, two until 9:20.
LINES = """
A 36.30 136.40
B 36.31 136.40
C 36.32 136.40
D 36.33 136.40
E 36.34 136.40
x1 X daily | A 9:00 B 9:10 C 9:30
x2 X daily | A 9:30 B 9:40 C 10:00
y1 Y daily | B 9:12 C 9:14 E 9:20
y2 Y daily | B 9:42 C 9:44 E 9:55
z1 Z daily | A 9:05 D 9:25 E 9:50
"""


@pytest.fixture
def town() -> tuple[Timetable, Runs]:
    timetable = build_timetable([line_feed(LINES)], ZoneInfo(TOKYO))
    return timetable, runs_around(timetable, DAY, with_next=False)


def asked(town: tuple[Timetable, Runs], wish: tuple[str, str, int, int]) -> list[list[Found]]:
    timetable, runs = town
    changes = changes_of({(at, at): 60 for at in range(len(NAMES))}, len(NAMES))
    origin, target, first_s, vehicles = wish
    access = Access.walks(longs([timetable.stop_index(origin)]), longs([0]))
    egress = Egress.walks(longs([timetable.stop_index(target)]), longs([0]))
    window = Window(first_s, first_s + H, vehicles=vehicles)
    return [
        method(timetable, runs, changes, access, egress, window)
        for method in (search, search_earliest)
    ]


WISHES = [
    (origin, target, 9 * H - 60 * late, vehicles)
    for origin in "ABC"
    for target in "CDE"
    for late in (0, 20)
    for vehicles in (1, 2, 4)
    if origin != target
]


def test_each_search_forgets_the_one_before(town: tuple[Timetable, Runs]) -> None:
    alone = {}
    for wish in WISHES:
        fresh = runs_around(town[0], DAY, with_next=False)
        alone[wish] = asked((town[0], fresh), wish)
    [fast, slow] = [
        [(f.arrival_s // 60, len(f.boardings)) for f in alone["A", "E", 9 * H, v][1]]
        for v in (2, 1)
    ]
    assert (fast, slow) == ([(590, 1), (560, 2)], [(590, 1)])
    for one, other in pairwise([*WISHES, *reversed(WISHES)]):
        assert asked(town, one) == alone[one]
        assert asked(town, other) == alone[other]
    assert {rounds: len(rooms) for rounds, rooms in town[1].layout.rooms.items()} == {
        1: 1,
        2: 1,
        4: 1,
    }


def test_threads_search_side_by_side(town: tuple[Timetable, Runs]) -> None:
    wishes = WISHES * 5
    alone = [asked(town, wish) for wish in wishes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda wish: asked(town, wish), wishes)) == alone


def test_where_nothing_leaves_nothing_is_left_from_before(town: tuple[Timetable, Runs]) -> None:
    timetable, runs = town
    changes = changes_of({}, len(NAMES))
    access = Access.walks(longs([timetable.stop_index("A")]), longs([0]))
    early, late = (
        earliest_everywhere(timetable, runs, changes, access, Window(hour * H, hour * H))
        for hour in (9, 20)
    )
    assert early.min() == 9 * H + 600
    assert late.min() == np.iinfo(np.int32).max
