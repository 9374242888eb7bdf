"""One wish answered three ways: by the graph, by the search, by the planner."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from routing.build import build_timetable
from routing.errors import NoServiceError
from routing.ground import Ground
from routing.journeys import Place
from routing.lines import MAX_WAIT_S
from routing.planner import Planner, PlanQuery
from routing.raptor import Access, Egress, Window, search
from routing.streets import StraightStreets
from tests.oracles.time_expanded import (
    Journey,
    WayIn,
    WayOut,
    Wish,
    best_journeys,
    changes_of,
    runs_of,
)
from tests.routing.feed_strategies import STOPS, WALKS, Case

_AROUND = (-3, -2, -1, 0, 1)
"""Service days before and after the one asked about: trips run up to 55 hours."""

_LOOKED_BEYOND_S = 1800
"""Departures behind the window that an answer of the planner is compared with."""


def by_graph(case: Case, wish: Wish) -> set[Journey]:
    """What the graph holds."""
    runs = runs_of(case.feed, case.timezone, [case.day + dt.timedelta(n) for n in _AROUND])
    return best_journeys(runs, changes_of(case.feed, WALKS, near=500, slack=60), wish)


def by_search(case: Case, wish: Wish) -> set[Journey]:
    """What the range search finds."""
    timetable = build_timetable([case.feed], ZoneInfo(case.timezone))
    ground = Ground(timetable, StraightStreets())
    runs = ground.runs(case.day, with_next=True)
    zero = runs.origin_s
    number = timetable.stop_index
    ins, outs = wish.ways_in, wish.ways_out
    access = Access(
        _ints([number(way.stop) for way in ins]),
        _ints([way.seconds for way in ins]),
        _ints([way.opens - zero for way in ins]),
        _ints([way.closes - zero for way in ins]),
    )
    egress = Egress(
        _ints([number(way.stop) for way in outs]),
        _ints([way.before for way in outs]),
        _ints([way.opens - zero for way in outs]),
        _ints([way.closes - zero for way in outs]),
        _ints([way.seconds for way in outs]),
    )
    latest = min(wish.latest - zero, 2**30)
    window = Window(wish.first - zero, wish.last - zero, latest, wish.vehicles)
    found = search(timetable, runs, ground.change_times(1200), access, egress, window)
    return {(one.departure_s + zero, one.arrival_s + zero, len(one.boardings)) for one in found}


def _ints(values: Sequence[int]) -> NDArray[np.int32]:
    return np.clip(np.array(values, np.int64), -(2**30), 2**30).astype(np.int32)


@dataclass(frozen=True)
class Question:
    """A wish as the planner hears it, from stop to stop."""

    origin: str
    target: str
    time_s: int
    window_s: int
    transfers: int = 4
    walk_m: int = 0

    def wish(self) -> Wish:
        """The same, a little longer: what leaves just after the window may beat what is in it."""
        near_s = self.walk_m * 10 / 12
        return Wish(
            [WayIn(*way) for way in _walks_to(self.origin, near_s)],
            [WayOut(*way) for way in _walks_to(self.target, near_s)],
            self.time_s,
            self.time_s + self.window_s + _LOOKED_BEYOND_S,
            self.transfers + 1,
            patience=MAX_WAIT_S,
        )

    def answers(self, journeys: set[Journey]) -> set[Journey]:
        """Those that leave in the window."""
        return {one for one in journeys if one[0] <= self.time_s + self.window_s}


def _walks_to(stop: str, longest_s: float) -> list[tuple[str, int]]:
    near = [(a, seconds) for (a, b), seconds in WALKS.items() if b == stop and seconds <= longest_s]
    return [(stop, 0), *near]


def by_planner(case: Case, question: Question) -> set[Journey]:
    """What the planner shows in the window; nothing when all service is over."""
    zone = ZoneInfo(case.timezone)
    planner = Planner(build_timetable([case.feed], zone), StraightStreets(), [], zone)
    ends = [Place(stop, STOPS[stop], 136.4, stop) for stop in (question.origin, question.target)]
    query = PlanQuery(
        *ends,
        question.time_s,
        now_s=question.time_s,
        window_s=question.window_s,
        max_walk_m=question.walk_m,
        max_transfers=question.transfers,
    )
    try:
        result = planner.plan(query, None)
    except NoServiceError:
        return set()
    if "widened" in result.notes:
        return set()
    return {(one.departure_s, one.arrival_s, one.transfers + 1) for one in result.journeys}
