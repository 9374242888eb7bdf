"""Where the straight way has steps, a wheelchair goes round: on the way to a stop, between two,
from the last one, and all the way.

::

    a---b---c     a to c by b are 222 m with steps at b; round by d, e and f they are 445 m.
    |       |
    d---e---f
"""

from pathlib import Path

import pytest

from routing.build import build_timetable
from routing.journeys import Journey, Place, WalkLeg
from routing.planner import Planner
from routing.streets import StreetNetwork
from tests.routing.feeds import line_feed
from tests.routing.street_maps import places_of, write_map
from tests.routing.towns import TOKYO, Town, text

SQUARE = """
abc
def
"""
WAYS = """
steps abc highway=steps
round adefc highway=footway
"""
STOPS = """
    W 0.001 -0.100
    A 0.001  0.000
    C 0.001  0.002
    E 0.001  0.100
    w1 red  daily | W 08:00 A 08:10
    c1 blue daily | C 08:14 E 08:24
    c2 blue daily | C 08:18 E 08:28
    a1 gold daily | A 08:20 W 08:30
"""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """The square with lines that begin and end at its corners."""
    made = Town(STOPS)
    streets = StreetNetwork.load(write_map(tmp_path / "square.osm", SQUARE, WAYS), None)
    made.timetable = build_timetable([line_feed(STOPS)], TOKYO)
    made.planner = Planner(made.timetable, streets, (), TOKYO)
    return made


def corner(letter: str) -> Place:
    """A corner of the square that is no stop."""
    return Place(f"corner {letter}", *places_of(SQUARE)[letter])


def plan(town: Town, origin: str | Place, target: str | Place, time: str) -> list[Journey]:
    """The first journey on foot, and the first in a wheelchair."""
    return [
        town.plan(origin, target, time, window_s=1800, wheelchair=wheelchair).journeys[0]
        for wheelchair in (False, True)
    ]


def metres(journey: Journey) -> list[int]:
    """Length of each walk."""
    return [leg.distance_m for leg in journey.legs if isinstance(leg, WalkLeg)]


def test_to_the_first_stop(town: Town) -> None:
    on_foot, on_wheels = plan(town, corner("a"), "E", "07:55")
    assert (metres(on_foot), metres(on_wheels)) == ([222], [445])
    assert on_wheels.legs[0].arrival_s == on_foot.legs[0].arrival_s
    assert on_wheels.departure_s < on_foot.departure_s
    assert len(on_wheels.legs[0].geometry) > 3


def test_from_the_last_stop(town: Town) -> None:
    on_foot, on_wheels = plan(town, "W", corner("c"), "07:55")
    assert (metres(on_foot), metres(on_wheels)) == ([222], [445])
    assert on_wheels.arrival_s - on_foot.arrival_s == 371 - 185


def test_between_two_stops(town: Town) -> None:
    on_foot, on_wheels = plan(town, "W", "E", "07:55")
    # 185 s and 371 s of walk, and a minute to change
    assert text(on_foot) == "08:00 red A 08:10 08:10 walk C 08:13 08:18 blue E 08:28"
    assert text(on_wheels) == "08:00 red A 08:10 08:10 walk C 08:16 08:18 blue E 08:28"
    assert (metres(on_foot), metres(on_wheels)) == ([222], [445])


def test_all_the_way(town: Town) -> None:
    on_foot, on_wheels = plan(town, corner("a"), corner("c"), "07:55")
    assert (metres(on_foot), metres(on_wheels)) == ([222], [445])


def test_a_stop_beyond_the_longest_walk_is_out_of_reach(town: Town) -> None:
    args = (corner("a"), "E", "07:55")
    assert town.texts(*args, max_walk_m=300)
    assert town.texts(*args, max_walk_m=300, wheelchair=True) == []
