"""Door to door in Kaga: all best departures and arrivals of two hours, on buses and trains."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.measuring import Comparison, DisagreementError, cpu_seconds
from benchmarks.plain_journeys import TimeExpandedGraph, undominated
from gtfs.feed import load_feed
from routing.build import build_timetable
from routing.days import Runs, runs_around
from routing.raptor import Access, ChangeTimes, Egress, Window, search
from routing.streets import StreetNetwork
from routing.timetable import Timetable
from routing.transfers import find_changes, walk_s
from routing.walks import Walks

KAGA = Path(__file__).resolve().parents[1] / "data" / "kaga"
ZONE = ZoneInfo("Asia/Tokyo")
DAY = dt.date(2026, 11, 24)
QUESTIONS = 20
LONGEST_WALK_M = 1500
WALK_SPEED_MM_S = 1200
WINDOW_S = 2 * 3600
VEHICLES = 8  # more than anybody wants, so that the peer, which does not count them, agrees


@dataclass(frozen=True)
class Question:
    """Ways from an origin and to a target, and when.

    Parameters
    ----------
    access, egress : dict of int to int
        Stop number to seconds of walking.
    first_s : int
        Start of the window, seconds from the origin of the runs.
    """

    access: dict[int, int]
    egress: dict[int, int]
    first_s: int


class Kaga:
    """The embedded city, made ready for both."""

    def __init__(self) -> None:
        feed = load_feed(KAGA / "gtfs")
        self.timetable: Timetable = build_timetable([feed], ZONE)
        self.runs: Runs = runs_around(self.timetable, DAY, with_next=False)
        served = self.timetable.served_stops
        streets = StreetNetwork.load(KAGA / "streets.osm.pbf", None)
        anchors = streets.anchor(self.timetable.stop_lat[served], self.timetable.stop_lon[served])
        found = find_changes(self.timetable, Walks(self.timetable, streets, "walk"))
        seconds = found.seconds(WALK_SPEED_MM_S)
        self.changes = ChangeTimes(found.starts, found.heads, seconds)
        self.peer = TimeExpandedGraph(feed, ZONE, self.runs.days, self._changes_by_id())
        self._walks_s = []
        for n in range(len(served)):
            metres = streets.walk_many(anchors.take(np.array([n])), anchors, LONGEST_WALK_M)
            near = np.flatnonzero(metres <= LONGEST_WALK_M)
            seconds_to = walk_s(metres[near], WALK_SPEED_MM_S).tolist()
            self._walks_s.append(dict(zip(served[near].tolist(), seconds_to, strict=True)))

    def _changes_by_id(self) -> dict[str, list[tuple[str, int]]]:
        ids = self.timetable.stop_ids
        starts, heads = self.changes.starts.tolist(), self.changes.heads.tolist()
        seconds = self.changes.seconds.tolist()
        return {
            ids[stop]: [(ids[heads[at]], seconds[at]) for at in range(*starts[stop : stop + 2])]
            for stop in range(len(ids))
        }

    def questions(self, seed: int) -> list[Question]:
        """Draw questions between places beside stops.

        Parameters
        ----------
        seed : int
            Of the random numbers.

        Returns
        -------
        list of Question
            Origins and targets that cannot be confused by walking to the same stop.
        """
        draw = np.random.default_rng(seed)
        drawn: list[Question] = []
        while len(drawn) < QUESTIONS:
            a, b = draw.choice(len(self._walks_s), size=2, replace=False).tolist()
            first_s = int(draw.integers(6 * 3600, 18 * 3600))
            drawn.append(Question(self._walks_s[a], self._walks_s[b], first_s))
        return drawn

    def ours(self, questions: list[Question]) -> list[list[tuple[int, int]]]:
        """Answer by the range search.

        Parameters
        ----------
        questions : list of Question
            What is asked.

        Returns
        -------
        list of list of (int, int)
            Departures and arrivals in epoch seconds, for each question.
        """
        answers = []
        for asked in questions:
            ways = [
                (np.fromiter(way, np.int64), np.fromiter(way.values(), np.int64))
                for way in (asked.access, asked.egress)
            ]
            window = Window(asked.first_s, asked.first_s + WINDOW_S, vehicles=VEHICLES)
            access, egress = Access.walks(*ways[0]), Egress.walks(*ways[1])
            found = search(self.timetable, self.runs, self.changes, access, egress, window)
            zero_s = self.runs.origin_s
            pairs = [(zero_s + one.departure_s, zero_s + one.arrival_s) for one in found]
            answers.append(undominated(pairs))
        return answers

    def theirs(self, questions: list[Question]) -> list[list[tuple[int, int]]]:
        """Answer by the time-expanded graph.

        Parameters
        ----------
        questions : list of Question
            What is asked.

        Returns
        -------
        list of list of (int, int)
            As ``ours``.
        """
        ids = self.timetable.stop_ids
        answers = []
        for asked in questions:
            access = {ids[stop]: seconds for stop, seconds in asked.access.items()}
            egress = {ids[stop]: seconds for stop, seconds in asked.egress.items()}
            first_s = self.runs.origin_s + asked.first_s
            answers.append(self.peer.journeys(access, egress, first_s, first_s + WINDOW_S))
        return answers


def compare(seeds: range) -> Comparison:
    """Measure the range search against the peer.

    Parameters
    ----------
    seeds : range
        One set of questions each.

    Returns
    -------
    Comparison
        CPU seconds for each seed.

    Raises
    ------
    DisagreementError
        When the answers differ.
    """
    result = Comparison(
        work=f"answer {QUESTIONS} questions in Kaga, all departures of two hours",
        peer="networkx, one sweep over the time-expanded day",
        agreement="every departure and arrival (we also count vehicles, the peer does not)",
    )
    kaga = Kaga()
    kaga.ours(kaga.questions(0))  # compiles or loads the kernels, outside the measurement
    for seed in seeds:
        questions = kaga.questions(seed)
        ours, ours_s = cpu_seconds(partial(kaga.ours, questions))
        theirs, peer_s = cpu_seconds(partial(kaga.theirs, questions), repeats=1)
        for asked, one, other in zip(questions, ours, theirs, strict=True):
            if one != other:
                raise DisagreementError(f"seed {seed}, {asked}: we answered {one}, peer {other}")
        result.ours_s.append(ours_s)
        result.peer_s.append(peer_s)
    return result
