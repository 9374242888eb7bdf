"""The search for journeys on fixed lines between ways of access and ways of egress."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.days import Runs
from routing.kernels.range_raptor import (
    HEAD_COLUMNS,
    LEG_COLUMNS,
    NEVER_S,
    departure_times,
    range_search,
)
from routing.timetable import Timetable

ALWAYS_S: Final = -(2**30)
"""Opening of a way that is always open, seconds from the origin of the runs."""


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
        n = len(stops)
        always, never = np.full(n, ALWAYS_S, np.int32), np.full(n, NEVER_S, np.int32)
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
        n = len(stops)
        always, never = np.full(n, ALWAYS_S, np.int32), np.full(n, NEVER_S, np.int32)
        zero = np.zeros(n, np.int32)
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


@dataclass(frozen=True)
class Boarding:
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


@dataclass(frozen=True)
class Found:
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
    boardings: tuple[Boarding, ...] = field(default_factory=tuple)


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
    if len(access.stops) == 0 or len(egress.stops) == 0 or len(runs.patterns) == 0:
        return []
    lists = (runs.stop_starts, runs.lengths, runs.offsets_s, runs.trip_starts, runs.rows)
    by_stop = (runs.stop_firsts, runs.stop_lists, runs.stop_positions)
    ways = (access.stops, access.duration_s, access.opens_s, access.closes_s)
    starts_s = departure_times(
        timetable.can_board,
        timetable.departures,
        *lists,
        *by_stop,
        *ways,
        window.first_departure_s,
        window.last_departure_s,
    )
    order = np.argsort(egress.stops, kind="stable")
    egress_starts = np.zeros(len(timetable.stop_ids) + 1, np.int64)
    np.cumsum(np.bincount(egress.stops, minlength=len(timetable.stop_ids)), out=egress_starts[1:])
    rows = range_search(
        timetable.pattern_stops,
        timetable.can_board,
        timetable.can_alight,
        timetable.arrivals,
        timetable.departures,
        *lists,
        *by_stop,
        changes.starts,
        changes.heads,
        changes.seconds,
        *ways,
        egress_starts,
        egress.before_s[order],
        egress.opens_s[order],
        egress.closes_s[order],
        egress.after_s[order],
        np.ascontiguousarray(np.unique(starts_s)[::-1]),
        window.last_departure_s,
        window.last_arrival_s,
        window.vehicles,
    )
    return [_found(row, order) for row in rows.tolist()]


def _found(row: list[int], egress_order: NDArray[np.int64]) -> Found:
    legs = row[HEAD_COLUMNS:]
    boardings = tuple(
        Boarding(*legs[at : at + LEG_COLUMNS])
        for at in range(0, len(legs), LEG_COLUMNS)
        if legs[at] >= 0
    )
    return Found(row[0], row[1], row[3], int(egress_order[row[4]]), boardings)
