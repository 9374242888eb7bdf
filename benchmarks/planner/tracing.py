"""Journeys followed step by step on the exported day, whoever found them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.planner.network import Query, read_queries
from gtfs.times import parse_time

ANY_TRIP = "*"
"""Trip of a step whose planner does not name trips."""


class Step(NamedTuple):
    """A ride on a trip, or a walk.

    Parameters
    ----------
    trip
        Its id in the exported day; empty for a walk.
    origin, departure_s
        Where it begins, and when; a walk's time does not count.
    target, arrival_s
        Where it ends, and when; of a walk the seconds it takes.
    has_stayed
        Whether riders have stayed seated from the trip before, which goes on as this one.
    """

    trip: str
    origin: str
    departure_s: int
    target: str
    arrival_s: int
    has_stayed: bool = False


class Call(NamedTuple):
    """A row of stop_times.txt."""

    stop: str
    arrival_s: int
    departure_s: int
    board: bool
    alight: bool


@dataclass(frozen=True)
class Followed:
    """What became of a journey on the day.

    Parameters
    ----------
    arrival_s
        When it is at its end, by its own steps.
    faults
        What is wrong with it under our rules, in order of travel; empty for a journey that we
        should find, too.
    """

    arrival_s: int
    faults: tuple[str, ...]


class Day:
    """The day as `benchmarks.planner.network.export` wrote it.

    Parameters
    ----------
    folder
        Where the tables are.
    """

    def __init__(self, folder: Path) -> None:
        self._trips: dict[str, list[Call]] = {}
        self._leaving: dict[tuple[str, int], list[str]] = {}
        for row in _rows(folder / "stop_times.txt"):
            call = Call(
                row["stop_id"],
                parse_time(row["arrival_time"]),
                parse_time(row["departure_time"]),
                row["pickup_type"] == "0",
                row["drop_off_type"] == "0",
            )
            self._trips.setdefault(row["trip_id"], []).append(call)
            self._leaving.setdefault((call.stop, call.departure_s), []).append(row["trip_id"])
        self._walks = {
            (row["from_stop_id"], row["to_stop_id"]): int(row["min_transfer_time"])
            for row in _rows(folder / "transfers.txt")
        }
        self._onward = {(row["trip_id"], row["goes_on_as"]) for row in _rows(folder / "stays.csv")}
        self.queries = read_queries(folder / "queries.csv")

    def follow(self, query: Query, steps: Sequence[Step], max_transfers: int) -> Followed:
        """Follow a journey from its first stop to its last.

        Parameters
        ----------
        query
            What it answers, in the names of the exported day.
        steps
            Its rides and walks.
        max_transfers
            Most changes.

        Returns
        -------
        Followed
            Its arrival, and what is wrong with it.
        """
        faults = []
        at, now_s = query.from_stop, query.departure_s
        has_walked = False
        for before, step, after in zip([None, *steps], steps, [*steps[1:], None], strict=False):
            if step.has_stayed:
                if before is None or (before.trip, step.trip) not in self._onward:
                    faults.append("stays seated where no vehicle goes on")
            elif step.origin != at:
                faults.append("its legs do not join")
            if step.trip:
                stays = after is not None and after.has_stayed
                faults += self._ride_faults(step, now_s, stays)
                now_s = step.arrival_s
            else:
                faults += self._walk_faults(step, has_walked)
                now_s += step.arrival_s
            at, has_walked = step.target, not step.trip
        if at != query.to_stop:
            faults.append("its legs do not join")
        if sum(bool(step.trip) and not step.has_stayed for step in steps) > max_transfers + 1:
            faults.append("changes more often")
        return Followed(now_s, tuple(faults))

    def _walk_faults(self, step: Step, has_walked: bool) -> Iterator[str]:
        if self._walks.get((step.origin, step.target)) != step.arrival_s:
            yield "walks where no change is"
        if has_walked:
            yield "walks twice in a row"

    def _ride_faults(self, step: Step, now_s: int, stays: bool) -> Iterator[str]:
        if step.departure_s < now_s:
            yield "boards before it arrives"
        ids = [step.trip]
        if step.trip == ANY_TRIP:
            ids = self._leaving.get((step.origin, step.departure_s), [])
        rides = [ride for trip in ids for ride in _rides(self._trips.get(trip, []), step)]
        if not rides:
            yield "rides what does not run"
            return
        boarded = [ride for ride in rides if step.has_stayed or ride[0].board]
        if not boarded:
            yield "boards where nobody may"
        elif not stays and not any(alight.alight for _, alight in boarded):
            yield "alights where nobody may"


def _rides(calls: list[Call], step: Step) -> Iterator[tuple[Call, Call]]:
    """Pairs of calls, the first before the second, that a step may mean."""
    for at, board in enumerate(calls):
        if (board.stop, board.departure_s) == (step.origin, step.departure_s):
            for alight in calls[at + 1 :]:
                if (alight.stop, alight.arrival_s) == (step.target, step.arrival_s):
                    yield board, alight


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
