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
from routing.lines import LONGEST_S, MAX_WAIT_S
from routing.planner import Planner, PlanQuery
from routing.raptor import Access, Egress, Window, search
from routing.streets import StraightStreets
from tests.oracles.time_expanded import (
    Journey,
    Run,
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


def runs_around(case: Case) -> list[Run]:
    """All runs of the service days around the one asked about."""
    return runs_of(case.feed, case.timezone, [case.day + dt.timedelta(n) for n in _AROUND])


def by_graph(case: Case, wish: Wish) -> set[Journey]:
    """What the graph holds."""
    runs = runs_around(case)
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
    arrive_by: bool = False

    @property
    def window(self) -> tuple[int, int]:
        """First and last departure, or first and last arrival."""
        if self.arrive_by:
            return self.time_s - self.window_s, self.time_s
        return self.time_s, self.time_s + self.window_s

    def wish(self) -> Wish:
        """The same, longer: what leaves later or arrives sooner may beat what is in the window."""
        near_s = self.walk_m * 10 / 12
        first_s, last_s = self.window
        return Wish(
            [WayIn(*way) for way in _walks_to(self.origin, near_s)],
            [WayOut(*way) for way in _walks_to(self.target, near_s)],
            first_s - LONGEST_S if self.arrive_by else first_s,
            last_s if self.arrive_by else last_s + LONGEST_S,
            self.transfers + 1,
            latest=last_s if self.arrive_by else last_s + LONGEST_S,
            patience=MAX_WAIT_S,
        )

    def answers(self, journeys: set[Journey]) -> set[Journey]:
        """Those of the window that do not last too long."""
        first_s, last_s = self.window
        return {
            one
            for one in journeys
            if first_s <= one[1 if self.arrive_by else 0] <= last_s and one[1] - one[0] <= LONGEST_S
        }


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
        question.arrive_by,
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
