"""The search for journeys on fixed lines between ways of access and ways of egress."""

import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.days import Runs
from routing.kernels.arrays import Boards, Bounds, Egresses, Labels
from routing.kernels.first_boardings import first_boardings, latest_first
from routing.kernels.lower_bounds import lower_bounds
from routing.kernels.range_raptor import HEAD_COLUMNS, LEG_COLUMNS, NEVER_S, range_search
from routing.layout import Layout, starts_of
from routing.timetable import Timetable

_Ints = NDArray[np.int32]

_FEW_VEHICLES: Final = 20
"""With fewer first vehicles than this a search is done sooner than its lower bounds."""

ALWAYS_S: Final = -(2**30)
"""Opening of a way that is always open, seconds from the origin of the runs."""


@lru_cache(maxsize=1024)
def _open_ways(count: int) -> tuple[_Ints, _Ints, _Ints]:
    """First and last moment of ways that are always open, and zeros; shared, not to be changed."""
    return tuple(np.full(count, value, np.int32) for value in (ALWAYS_S, NEVER_S, 0))  # type: ignore[return-value]


@dataclass(frozen=True)
class Access:
    """Ways from the origin to stops; all times in seconds from the origin of the runs.

    Parameters
    ----------
    stops
        Where each way leads, int32 ``[n]``.
    duration_s
        How long it takes, int32 ``[n]``.
    opens_s, closes_s
        First and last departure, int32 ``[n]``.
    """

    stops: NDArray[np.int32]
    duration_s: NDArray[np.int32]
    opens_s: NDArray[np.int32]
    closes_s: NDArray[np.int32]

    @classmethod
    def walks(cls, stops: NDArray[np.int64], duration_s: NDArray[np.int64]) -> "Access":
        """Ways that are always open.

        Parameters
        ----------
        stops, duration_s
            Where they lead, and how long they take.

        Returns
        -------
        Access
            The ways.
        """
        always, never, _ = _open_ways(len(stops))
        return cls(stops.astype(np.int32), duration_s.astype(np.int32), always, never)


@dataclass(frozen=True)
class Egress:
    """Ways from stops to the target; all times in seconds from the origin of the runs.

    Parameters
    ----------
    stops
        Where each way begins, int32 ``[n]``.
    before_s
        From the arrival of the vehicle until the way can be started, int32 ``[n]``.
    opens_s, closes_s
        When it can be started, int32 ``[n]``; riders wait for it to open.
    after_s
        From its start to the target, int32 ``[n]``.
    """

    stops: NDArray[np.int32]
    before_s: NDArray[np.int32]
    opens_s: NDArray[np.int32]
    closes_s: NDArray[np.int32]
    after_s: NDArray[np.int32]

    @classmethod
    def walks(cls, stops: NDArray[np.int64], duration_s: NDArray[np.int64]) -> "Egress":
        """Ways that are always open and start at once.

        Parameters
        ----------
        stops, duration_s
            Where they begin, and how long they take.

        Returns
        -------
        Egress
            The ways.
        """
        always, never, zero = _open_ways(len(stops))
        return cls(stops.astype(np.int32), zero, always, never, duration_s.astype(np.int32))


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


class Boarding(NamedTuple):
    """One vehicle of a journey.

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


@dataclass(frozen=True)
class ChangeTimes:
    """Changes with their seconds, see `routing.transfers.Changes`.

    Parameters
    ----------
    starts, heads
        Compressed sparse rows by stop.
    seconds
        int32.
    """

    starts: NDArray[np.int64]
    heads: NDArray[np.int32]
    seconds: NDArray[np.int32]

    @cached_property
    def backwards(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """The same by the stop they lead to: starts, stops they come from, seconds."""
        stops = len(self.starts) - 1
        tails = np.repeat(np.arange(stops, dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.heads, kind="stable")
        counts = np.bincount(self.heads, minlength=stops)
        return starts_of(counts), tails[order], self.seconds[order]


class _Room(threading.local):
    """Arrays that a thread uses again for every search."""

    def __init__(self) -> None:
        self.query = 0
        self.stops = np.full(0, -1, np.int32)
        self.lists = np.zeros(0, np.int32)
        self.covered = np.zeros(0, np.int32)

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
        labels = np.full(2 * stops * rounds, NEVER_S, np.int32)
        entries = np.full(2 * stops, -1, np.int32)
        return (
            labels[: stops * rounds],
            labels[stops * rounds :],
            self.covered,
            entries[:stops],
            entries[stops:],
            self.lists,
        )


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
    has_many = not is_earliest and len(first_vehicles) >= _FEW_VEHICLES
    rows = _search(
        timetable,
        runs,
        changes,
        _egresses(egress, stops),
        _bounds(runs, changes, egress, vehicles) if has_many else _no_bounds(stops, runs.layout),
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
        (
            at.position_starts,
            at.alights,
            runs.trip_starts,
            runs.rows,
            runs.offsets_s,
            timetable.arrivals,
        ),
        _boards(runs),
        (changes.starts, changes.heads, changes.seconds),
        egresses,
        bounds,
        labels,
        (np.empty(stops, np.int32), np.empty(stops, np.int32), np.zeros(1, np.int64)),
        *boardings,
        at.most_legs,
        window.last_arrival_s,
        window.vehicles,
        _ROOM.next_query(),
    )


def _bounds(runs: Runs, changes: ChangeTimes, egress: Egress, vehicles: int) -> Bounds:
    at = runs.layout
    return lower_bounds(
        (at.position_starts, at.alights, at.boards, at.ride_s, at.step_s),
        (at.alight_firsts, at.alight_lists, at.alight_positions),
        changes.backwards,
        egress.stops,
        egress.before_s + egress.after_s,
        vehicles,
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
