"""The search for journeys on fixed lines between ways of access and ways of egress."""

import threading
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.days import Runs
from routing.kernels.arrays import Boards, Bounds, Egresses, Labels, Marks
from routing.kernels.first_boardings import first_boardings, latest_first
from routing.kernels.lower_bounds import lower_bounds
from routing.kernels.range_raptor import (
    HEAD_COLUMNS,
    LEG_COLUMNS,
    NEVER_S,
    WAIT_COLUMNS,
    range_search,
)
from routing.layout import Layout
from routing.timetable import Timetable
from routing.ways import ALWAYS_S, Access, ChangeTimes, Egress

__all__ = [
    "ALWAYS_S",
    "NEVER_S",
    "Access",
    "Boarding",
    "ChangeTimes",
    "Egress",
    "Found",
    "Ride",
    "Window",
    "earliest_everywhere",
    "search",
    "search_earliest",
]

_Ints = NDArray[np.int32]

_FEW_VEHICLES: Final = 20
"""With fewer first vehicles than this a search is done sooner than its lower bounds."""

_LAST_FEW: Final = 3
"""Bounds of so many last vehicles are then found all the same; one is enough from one instant."""


@dataclass(frozen=True)
class Window:
    """What is asked for, in seconds from the origin of the runs.

    Parameters
    ----------
    first_departure_s, last_departure_s
        Departures from the origin, both ends included.
    last_arrival_s
        Later arrivals are left out.
    vehicles
        Most vehicles of a journey.
    """

    first_departure_s: int
    last_departure_s: int
    last_arrival_s: int = NEVER_S - 1
    vehicles: int = 5


class Ride(NamedTuple):
    """A trip, or a part of it.

    Parameters
    ----------
    run_list
        List of the runs.
    run
        Position in ``Runs.trips``.
    board, alight
        Positions in the pattern.
    """

    run_list: int
    run: int
    board: int
    alight: int


class Boarding(NamedTuple):
    """One vehicle of a journey; it may be left as another trip than it is boarded as.

    Parameters
    ----------
    run_list, run, board
        List, position in ``Runs.trips``, and position in the pattern where it is boarded.
    last_list, last_run, alight
        The same where it is left.
    """

    run_list: int
    run: int
    board: int
    last_list: int
    last_run: int
    alight: int

    def rides(self, layout: Layout) -> list[Ride]:
        """The trips that are ridden without leaving the seat.

        Parameters
        ----------
        layout
            Of the runs that were searched.

        Returns
        -------
        list of Ride
            In order, at least one.
        """
        if self.run == self.last_run:
            return [Ride(self.run_list, self.run, self.board, self.alight)]
        chain = layout.chain((self.run_list, self.run), (self.last_list, self.last_run))
        ends = [layout.last_position(run_list) for run_list, _ in chain[:-1]]
        begins = [self.board, *[0] * len(ends)]
        return [
            Ride(*of, begin, end)
            for of, begin, end in zip(chain, begins, [*ends, self.alight], strict=True)
        ]


class Found(NamedTuple):
    """A journey in numbers.

    Parameters
    ----------
    departure_s, arrival_s
        At the origin and the target, seconds from the origin of the runs.
    access, egress
        Index of the ways.
    boardings
        Vehicles in order, at least one.
    """

    departure_s: int
    arrival_s: int
    access: int
    egress: int
    boardings: tuple[Boarding, ...] = ()


class _Room(threading.local):
    """Arrays that a thread uses again for every search."""

    def __init__(self) -> None:
        self.query = 0
        self.stops = np.full(0, -1, np.int32)
        self.lists = np.zeros(0, np.int32)
        self.covered = np.zeros(0, np.int32)
        self.followed = np.zeros(0, np.int32)
        self.waiting = np.zeros((0, WAIT_COLUMNS), np.int32)

    def next_query(self) -> int:
        """A number that no search of this thread has had."""
        self.query += 1
        if self.query == NEVER_S:
            self.lists[:] = 0
            self.query = 1
        return self.query

    def labels(self, stops: int, layout: Layout, rounds: int) -> Labels:
        """Labels as `range_search` wants them."""
        lists, positions = len(layout.position_starts) - 1, len(layout.alights)
        if len(self.lists) < lists:
            self.lists = np.zeros(lists, np.int32)
        if len(self.covered) < positions * rounds:
            self.covered = np.empty(positions * rounds, np.int32)
        if len(self.followed) < len(layout.stays):
            self.followed = np.empty(len(layout.stays), np.int32)
        labels = np.full(2 * stops * rounds, NEVER_S, np.int32)
        entries = np.full(2 * stops, -1, np.int32)
        return (
            labels[: stops * rounds],
            labels[stops * rounds :],
            self.covered,
            entries[:stops],
            entries[stops:],
            self.lists,
            self.followed,
        )

    def marks(self, stops: int, waiting: int) -> Marks:
        """Marks as `range_search` wants them."""
        if len(self.waiting) < waiting:
            self.waiting = np.empty((waiting, WAIT_COLUMNS), np.int32)
        marked = np.empty(2 * stops, np.int32)
        return marked[:stops], marked[stops:], np.zeros(2, np.int64), self.waiting


_ROOM: Final = _Room()


def search(
    timetable: Timetable,
    runs: Runs,
    changes: ChangeTimes,
    access: Access,
    egress: Egress,
    window: Window,
) -> list[Found]:
    """Find all Pareto journeys in departure, arrival and number of vehicles.

    Parameters
    ----------
    timetable, runs
        The timetable, and its runs around the day.
    changes
        Where and how fast to change.
    access, egress
        Ways from the origin and to the target.
    window
        What is asked for.

    Returns
    -------
    list of Found
        Each uses at least one vehicle; the latest departure first. Of journeys equal in all three
        one is kept.
    """
    boardings = _first_boardings(runs, access, window, is_earliest=False)
    order = latest_first(boardings, window.first_departure_s, window.last_departure_s)
    return _journeys(timetable, runs, changes, egress, window, (boardings, order, False))


def search_earliest(
    timetable: Timetable,
    runs: Runs,
    changes: ChangeTimes,
    access: Access,
    egress: Egress,
    window: Window,
) -> list[Found]:
    """Find the earliest arrival with each number of vehicles.

    Parameters
    ----------
    timetable, runs, changes, access, egress
        As in `search`.
    window
        Of the departures only the first counts: riders leave then, or later.

    Returns
    -------
    list of Found
        Pareto in arrival and number of vehicles, the fewest vehicles first. Departures are as late
        as the first vehicle allows, but another first vehicle might leave later still.
    """
    boardings = _first_boardings(runs, access, window, is_earliest=True)
    order = np.arange(len(boardings))
    return _journeys(timetable, runs, changes, egress, window, (boardings, order, True))


def earliest_everywhere(
    timetable: Timetable, runs: Runs, changes: ChangeTimes, access: Access, window: Window
) -> _Ints:
    """Find the earliest arrival at every stop.

    Parameters
    ----------
    timetable, runs, changes, access
        As in `search`.
    window
        Of the departures only the first counts: riders leave then, or later.

    Returns
    -------
    ndarray
        By a vehicle, or by a vehicle and the walk of one change; seconds from the origin of the
        runs, `NEVER_S` where nothing arrives in time; int32 ``[S]``. Ways of access alone reach no
        stop.
    """
    arrival_s = earliest_by_vehicle(timetable, runs, changes, access, window)
    return walked_on(arrival_s, changes, window)


def earliest_by_vehicle(
    timetable: Timetable, runs: Runs, changes: ChangeTimes, access: Access, window: Window
) -> _Ints:
    """Find the earliest arrival of a vehicle at every stop.

    Parameters
    ----------
    timetable, runs, changes, access, window
        As in `earliest_everywhere`.

    Returns
    -------
    ndarray
        Without a walk behind the last vehicle; otherwise as in `earliest_everywhere`.
    """
    stops = len(timetable.stop_ids)
    boardings = _first_boardings(runs, access, window, is_earliest=True)
    if len(boardings) == 0:
        return np.full(stops, NEVER_S, np.int32)
    labels = _ROOM.labels(stops, runs.layout, window.vehicles)
    nowhere = Egress.walks(np.zeros(0, np.int64), np.zeros(0, np.int64))
    _search(
        timetable,
        runs,
        changes,
        _egresses(nowhere, stops),
        _no_bounds(stops, runs.layout),
        labels,
        (boardings, np.arange(len(boardings)), True),
        window,
    )
    arrival_s = labels[0].reshape(stops, window.vehicles)[:, -1].copy()
    arrival_s[arrival_s > window.last_arrival_s] = NEVER_S
    return arrival_s


def walked_on(arrival_s: _Ints, changes: ChangeTimes, window: Window) -> _Ints:
    """Let the walk of one change follow the vehicles.

    Parameters
    ----------
    arrival_s
        From `earliest_by_vehicle`.
    changes, window
        As there.

    Returns
    -------
    ndarray
        As in `earliest_everywhere`.
    """
    by_vehicle_s = np.repeat(arrival_s, np.diff(changes.starts)).astype(np.int64)
    on_foot_s = np.minimum(by_vehicle_s + changes.seconds, NEVER_S).astype(np.int32)
    walked_s = arrival_s.copy()
    np.minimum.at(walked_s, changes.heads, on_foot_s)
    walked_s[walked_s > window.last_arrival_s] = NEVER_S
    return walked_s


def _first_boardings(
    runs: Runs, access: Access, window: Window, is_earliest: bool
) -> NDArray[np.int32]:
    return first_boardings(
        _boards(runs),
        (access.stops, access.duration_s, access.opens_s, access.closes_s),
        window.first_departure_s,
        NEVER_S if is_earliest else window.last_departure_s,
        is_earliest,
    )


def _boards(runs: Runs) -> Boards:
    at = runs.layout
    return (at.board_firsts, at.board_places, at.times)


def _journeys(
    timetable: Timetable,
    runs: Runs,
    changes: ChangeTimes,
    egress: Egress,
    window: Window,
    boardings: tuple[_Ints, NDArray[np.int64], bool],
) -> list[Found]:
    if len(egress.stops) == 0 or len(boardings[0]) == 0:
        return []
    stops, vehicles = len(timetable.stop_ids), window.vehicles
    first_vehicles, _, is_earliest = boardings
    known = 1 if is_earliest else vehicles if len(first_vehicles) >= _FEW_VEHICLES else _LAST_FEW
    rows = _search(
        timetable,
        runs,
        changes,
        _egresses(egress, stops),
        _bounds(runs, changes, egress, vehicles, known),
        _ROOM.labels(stops, runs.layout, vehicles),
        boardings,
        window,
    )
    return [_found(row) for row in rows.tolist()]


def _search(
    timetable: Timetable,
    runs: Runs,
    changes: ChangeTimes,
    egresses: Egresses,
    bounds: Bounds,
    labels: Labels,
    boardings: tuple[_Ints, NDArray[np.int64], bool],
    window: Window,
) -> _Ints:
    """Rows as `range_search` finds them; the labels are filled in."""
    at, stops = runs.layout, len(timetable.stop_ids)
    return range_search(
        (at.position_starts, at.alights, at.trip_starts, at.rows, at.offsets_s, at.arrivals),
        (at.stay_firsts, at.stays),
        _boards(runs),
        (changes.starts, changes.heads, changes.seconds),
        egresses,
        bounds,
        labels,
        _ROOM.marks(stops, window.vehicles * len(at.stays) + len(boardings[0])),
        *boardings,
        at.most_legs,
        window.last_arrival_s,
        window.vehicles,
        _ROOM.next_query(),
    )


def _bounds(runs: Runs, changes: ChangeTimes, egress: Egress, vehicles: int, known: int) -> Bounds:
    at = runs.layout
    return lower_bounds(
        (at.position_starts, at.alights, at.boards, at.ride_s, at.step_s),
        (at.alight_firsts, at.alight_lists, at.alight_positions),
        (at.before_firsts, at.before_lists, at.before_s),
        changes.backwards,
        egress.stops,
        egress.before_s + egress.after_s,
        vehicles,
        known,
    )


def _no_bounds(stops: int, layout: Layout) -> Bounds:
    """Bounds of 0, for searches that are done sooner than bounds are found."""
    by_stop = np.zeros((1, stops), np.int32)
    return by_stop, by_stop, np.zeros((1, len(layout.alights)), np.int32), 0


def _egresses(egress: Egress, stops: int) -> Egresses:
    """Ways of egress, chained by stop."""
    first = np.full(stops, -1, np.int32)
    following = np.full(len(egress.stops), -1, np.int32)
    for way, stop in enumerate(egress.stops.tolist()):
        following[way] = first[stop]
        first[stop] = way
    return (
        first,
        following,
        egress.before_s,
        egress.opens_s,
        egress.closes_s,
        egress.after_s,
    )


def _found(row: list[int]) -> Found:
    end = HEAD_COLUMNS + LEG_COLUMNS * row[2]
    boardings = tuple(
        Boarding(*row[at : at + LEG_COLUMNS]) for at in range(HEAD_COLUMNS, end, LEG_COLUMNS)
    )
    return Found(row[0], row[1], row[3], row[4], boardings)
