"""The search for journeys on fixed lines between ways of access and ways of egress."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.days import Runs
from routing.kernels.arrays import NEVER_S, Room
from routing.kernels.range_raptor import HEAD_COLUMNS, LEG_COLUMNS
from routing.kernels.searching import find_journeys
from routing.layout import Layout
from routing.rooms import keep_room, take_room
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

_NOWHERE = Egress.walks(np.zeros(0, np.int64), np.zeros(0, np.int64))


class Window(NamedTuple):
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
    return _journeys(runs, changes, access, egress, window, is_earliest=False)


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
    return _journeys(runs, changes, access, egress, window, is_earliest=True)


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
    stops, room = len(timetable.stop_ids), take_room(runs.layout, window.vehicles)
    _search(runs, changes, access, _NOWHERE, window, room, is_earliest=True)
    arrival_s = room[0][0].reshape(stops, window.vehicles)[:, -1].copy()
    keep_room(runs.layout, window.vehicles, room)
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


def _journeys(
    runs: Runs,
    changes: ChangeTimes,
    access: Access,
    egress: Egress,
    window: Window,
    is_earliest: bool,
) -> list[Found]:
    if len(egress.stops) == 0:
        return []
    room = take_room(runs.layout, window.vehicles)
    rows = _search(runs, changes, access, egress, window, room, is_earliest)
    keep_room(runs.layout, window.vehicles, room)
    return [_found(row) for row in rows.tolist()]


def _search(
    runs: Runs,
    changes: ChangeTimes,
    access: Access,
    egress: Egress,
    window: Window,
    room: Room,
    is_earliest: bool,
) -> _Ints:
    """Rows as `find_journeys` finds them; the labels in the room are filled in."""
    return find_journeys(
        *runs.layout.arrays,
        (changes.starts, changes.heads, changes.seconds),
        changes.backwards,
        (*access,),
        (*egress,),
        *room,
        runs.layout.most_legs,
        *window,
        is_earliest,
    )


def _found(row: list[int]) -> Found:
    end = HEAD_COLUMNS + LEG_COLUMNS * row[2]
    boardings = tuple(
        Boarding(*row[at : at + LEG_COLUMNS]) for at in range(HEAD_COLUMNS, end, LEG_COLUMNS)
    )
    return Found(row[0], row[1], row[3], row[4], boardings)
