"""A task as plain data, read by a process of its own, and its answer: ``serve``.

The integers are those of ``dispatch.problem``, so that every program solves the very same problem.
This module imports nothing but the standard library: peers may live in another environment.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

Visit = tuple[int, bool]
"""Number of the ride, and whether it boards here."""

NOT_INSTALLED = 3
"""Exit code of a process whose program cannot be imported."""


@dataclass(frozen=True)
class Van:
    """A vehicle; places are nodes of ``Task.travel_s``, ``longest_s`` None means no bound."""

    capacity: int
    start: int
    end: int
    start_s: int
    end_s: int
    longest_s: int | None


@dataclass(frozen=True)
class Ride:
    """A request; ``longest_ride_s`` None means that a ride may take any time."""

    pickup: int
    dropoff: int
    earliest_pickup_s: int
    latest_pickup_s: int
    earliest_dropoff_s: int
    latest_dropoff_s: int
    longest_ride_s: int | None
    load: int
    boarding_s: int
    alighting_s: int


@dataclass(frozen=True)
class Task:
    """A problem, and how to go about it.

    Parameters
    ----------
    seconds
        CPU seconds; a program that only knows wall time gets ``wall_s`` instead.
    wall_s
        Wall seconds in which this machine gave that many CPU seconds just before.
    seed
        Of the search.
    fewest_vehicles
        Whether fewer vehicles are better at any cost.
    setting
        Of a program that has several; empty for the usual one.
    """

    seconds: float
    wall_s: float
    seed: int
    fewest_vehicles: bool
    setting: str
    travel_s: list[list[int]]
    vans: list[Van]
    rides: list[Ride]

    @property
    def fixed_cost(self) -> int:
        """More than any plan's way: a vehicle saved is worth any detour."""
        return sum(max(row) for row in self.travel_s) + 1 if self.fewest_vehicles else 0


@dataclass(frozen=True)
class Answer:
    """Visits of each vehicle that has any, by its number; and the program that gave them."""

    routes: dict[int, list[Visit]]
    program: str
    note: str = ""
    cpu_s: float = 0.0
    left_over: list[int] = field(default_factory=list)


class CpuClock:
    """CPU seconds of this process since it was made; called with anything, tells if time is up."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._began_s = seconds, time.process_time()

    def used_s(self) -> float:
        """CPU seconds since it was made."""
        return time.process_time() - self._began_s

    def __call__(self, *_: object) -> bool:
        """Tell whether the time is up."""
        return self.used_s() >= self._seconds


def serve(solve: Callable[[Task], Answer], prepare: Callable[[], None] | None = None) -> int:
    """Read a task from standard input, answer on standard output.

    Parameters
    ----------
    solve
        Builds the program's own model and solves it: both are measured.
    prepare
        Loads what an installed program has at hand, compiled code; part of the whole process only.

    Returns
    -------
    int
        Exit code: 0, or `NOT_INSTALLED`.
    """

    def work(document: dict[str, Any]) -> dict[str, Any]:
        document["vans"] = [Van(**van) for van in document["vans"]]
        document["rides"] = [Ride(**ride) for ride in document["rides"]]
        task = Task(**document)
        if prepare is not None:
            prepare()
        clock = CpuClock(task.seconds)
        return asdict(replace(solve(task), cpu_s=clock.used_s()))

    return talk(work)


@dataclass(frozen=True)
class Stream:
    """Requests one after the other, each to be answered at once, while the fleet drives.

    Parameters
    ----------
    xy
        Places in seconds of driving: vehicles drive straight lines at speed one.
    starts
        The place of each vehicle at instant zero.
    seats
        Of each vehicle.
    asked
        For each request: the instant it is made and from which it may be picked up, origin,
        destination, latest pickup, latest dropoff. One rider each, no time to board.
    """

    xy: list[list[float]]
    starts: list[int]
    seats: int
    asked: list[tuple[int, int, int, int, int]]


@dataclass(frozen=True)
class Served:
    """What came of a stream: stops as (request, boards, vehicle, instant), in the order of time."""

    program: str
    cpu_s: float
    stops: list[tuple[int, bool, int, float]]


def serve_stream(answer: Callable[[Stream], Served]) -> int:
    """Read a stream from standard input, say what came of it on standard output.

    Parameters
    ----------
    answer
        Answers every request, and lets the fleet drive to the end; says what the answers took.

    Returns
    -------
    int
        Exit code: 0, or `NOT_INSTALLED`.
    """
    return talk(lambda document: asdict(answer(Stream(**document))))


def talk(work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Read a document from standard input, write another on standard output.

    Parameters
    ----------
    work
        Makes the one from the other.

    Returns
    -------
    int
        Exit code: 0, or `NOT_INSTALLED`.
    """
    # Some programs chat on standard output: from here on that is standard error.
    answers = os.dup(1)
    os.dup2(2, 1)
    try:
        document = work(json.load(sys.stdin))
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
        return NOT_INSTALLED
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        json.dump(document, out)
    return 0
