"""Runs laid out for the search: where they are boarded and left, and how fast they can be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.timetable import Timetable


@dataclass(frozen=True, eq=False)
class Layout:
    """Where and when the runs of some days are boarded and left; R lists, L positions.

    Parameters
    ----------
    position_starts
        Positions of list r are ``position_starts[r]:position_starts[r + 1]``, int64 ``[R + 1]``.
    alights
        Stop at each position, -1 where nobody may alight, int32 ``[L]``.
    board_firsts, board_places
        Where stop s can be boarded at, ``board_firsts[s]:board_firsts[s + 1]``, int64 ``[S + 1]``:
        list, position over all lists, where in `times` its departures begin, and how many there
        are; int32 ``[n, 4]``, side by side because the search reads them together.
    alight_firsts, alight_lists, alight_positions
        Lists that can be left at stop s, with the position in the list; int64 ``[S + 1]``, int32.
    times
        Departures ``[list][position][trip]``, seconds from the origin of the runs, int32.
    ride_s
        Least time from a departure to the arrival at the next position, int32 ``[L]``.
    step_s
        Least time from an arrival to the next one, int32 ``[L]``.
    boards
        Stop at each position, -1 where nobody may board, int32 ``[L]``.
    most_legs
        Positions of the longest list, times the most places to board of one stop.
    """

    position_starts: NDArray[np.int64]
    alights: NDArray[np.int32]
    board_firsts: NDArray[np.int64]
    board_places: NDArray[np.int32]
    alight_firsts: NDArray[np.int64]
    alight_lists: NDArray[np.int32]
    alight_positions: NDArray[np.int32]
    times: NDArray[np.int32]
    ride_s: NDArray[np.int32]
    step_s: NDArray[np.int32]
    boards: NDArray[np.int32]
    most_legs: int


def lay_out(
    timetable: Timetable,
    places: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    stop_starts: NDArray[np.int64],
    trip_starts: NDArray[np.int64],
    rows: NDArray[np.int64],
    offsets_s: NDArray[np.int32],
    closed: NDArray[np.bool_] | None = None,
) -> Layout:
    """Lay out runs for the search.

    Parameters
    ----------
    timetable
        The timetable.
    places
        List of each position, position in the list, and the order of both by stop; int64 ``[L]``.
    stop_starts, trip_starts, rows, offsets_s
        Of `routing.days.Runs`.
    closed
        Stops that vehicles pass without anybody getting on or off, bool ``[S]``; None for none.

    Returns
    -------
    Layout
        The arrays.
    """
    list_of, position, order = places
    lengths = np.bincount(list_of, minlength=len(stop_starts))
    at = stop_starts[list_of] + position
    stop = timetable.pattern_stops[at]
    may_board = timetable.can_board[at] & (position < lengths[list_of] - 1)
    may_alight = timetable.can_alight[at] & (position > 0)
    if closed is not None:
        may_board, may_alight = may_board & ~closed[stop], may_alight & ~closed[stop]
    boarded, left = order[may_board[order]], order[may_alight[order]]
    stops = len(timetable.stop_ids)
    counts = np.bincount(stop[boarded], minlength=stops)
    trips = np.diff(trip_starts)
    cells = trips[list_of]
    cell_starts = starts_of(cells)
    trip_at = np.arange(cell_starts[-1]) - np.repeat(cell_starts[:-1], cells)
    list_at = np.repeat(list_of, cells)
    row = rows[trip_starts[list_at] + trip_at] + np.repeat(position, cells)
    arrivals = timetable.arrivals[row]
    departures = timetable.departures[row]
    # Of the last position of a list nothing follows; what is found there is not read.
    following = np.minimum(np.arange(len(row)) + trips[list_at], len(row) - 1)
    return Layout(
        position_starts=starts_of(lengths),
        alights=np.where(may_alight, stop, -1).astype(np.int32),
        board_firsts=starts_of(counts),
        board_places=np.stack(
            [list_of[boarded], boarded, cell_starts[boarded], cells[boarded]], axis=1
        ).astype(np.int32),
        alight_firsts=starts_of(np.bincount(stop[left], minlength=stops)),
        alight_lists=list_of[left].astype(np.int32),
        alight_positions=position[left].astype(np.int32),
        times=(departures + offsets_s[list_at]).astype(np.int32),
        ride_s=_least(arrivals[following] - departures, cell_starts),
        step_s=_least(arrivals[following] - arrivals, cell_starts),
        boards=np.where(may_board, stop, -1).astype(np.int32),
        most_legs=int(lengths.max(initial=0) * counts.max(initial=0)),
    )


def _least(values: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Least value of each part; every part holds one at least."""
    if len(values) == 0:
        return values
    return np.asarray(np.minimum.reduceat(values, starts[:-1]), np.int32)


def starts_of(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where parts of some lengths begin, one after the other.

    Parameters
    ----------
    counts
        Lengths, int64 ``[n]``.

    Returns
    -------
    ndarray
        int64 ``[n + 1]``.
    """
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
