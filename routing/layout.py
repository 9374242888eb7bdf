"""Runs laid out for the search: where they are boarded and left, and how fast they can be."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.kernels.arrays import Boards, Lines, Onward, Room
from routing.kernels.lower_bounds import Places, Steps
from routing.timetable import Timetable

_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layout:
    """Where and when the runs of some days are boarded and left; R lists, L positions, S stops.

    Parameters
    ----------
    position_starts
        Positions of list r are ``position_starts[r]:position_starts[r + 1]``, int64 ``[R + 1]``.
    alights, boards
        Stop at each position, -1 where nobody may alight, or board; int32 ``[L]``.
    trip_starts
        Trips of list r are ``trip_starts[r]:trip_starts[r + 1]`` over all lists, int64 ``[R + 1]``.
    rows, offsets_s, arrivals
        Where the arrivals of each trip begin, int64; seconds added in each list, int32 ``[R]``;
        arrivals, int32.
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
    onward_firsts, onwards
        Trips of list r that go on as another one, so that riders may stay seated,
        ``onward_firsts[r]:onward_firsts[r + 1]``, int64 ``[R + 1]``: trip of the list, the other
        list, its trip; int32 ``[n, 3]``, in ascending order.
    stay_firsts, stays
        The same over all that a vehicle goes on as later, of each list only its first trip:
        ``stay_firsts[r]:stay_firsts[r + 1]``, int64 ``[R + 1]``: trip of the list, the trip of
        the list as which its vehicle came here before (-1 for none), the other list, its trip,
        last arrival of the first trip; int32 ``[n, 5]``, in ascending order.
    before_firsts, before_lists, before_s
        Lists that go on as list r, with the least time from their last arrival to its first
        departure; int64 ``[R + 1]``, int32.
    most_legs
        Positions of the longest list, times the most places to board of one stop.
    """

    position_starts: _Longs
    alights: _Ints
    boards: _Ints
    trip_starts: _Longs
    rows: _Longs
    offsets_s: _Ints
    arrivals: _Ints
    board_firsts: _Longs
    board_places: _Ints
    alight_firsts: _Longs
    alight_lists: _Ints
    alight_positions: _Ints
    times: _Ints
    ride_s: _Ints
    step_s: _Ints
    onward_firsts: _Longs
    onwards: _Ints
    stay_firsts: _Longs
    stays: _Ints
    before_firsts: _Longs
    before_lists: _Ints
    before_s: _Ints
    most_legs: int

    @cached_property
    def arrays(self) -> tuple[Lines, Onward, Boards, Steps, Places, Places]:
        """The same as `routing.kernels.searching.find_journeys` wants it, in its order."""
        return (
            (
                self.position_starts,
                self.alights,
                self.trip_starts,
                self.rows,
                self.offsets_s,
                self.arrivals,
            ),
            (self.stay_firsts, self.stays),
            (self.board_firsts, self.board_places, self.times),
            (self.position_starts, self.alights, self.boards, self.ride_s, self.step_s),
            (self.alight_firsts, self.alight_lists, self.alight_positions),
            (self.before_firsts, self.before_lists, self.before_s),
        )

    @cached_property
    def rooms(self) -> dict[int, list[Room]]:
        """What searches write into while no search does, by their vehicles; `routing.rooms`."""
        return {}

    @cached_property
    def mirrored(self) -> "Layout":
        """The same with time and travel turned round, to search from arrivals to departures.

        Times are negative; the last position of a list is its first, and its last trip its first.
        """
        lengths, trips = np.diff(self.position_starts), np.diff(self.trip_starts)
        blocks = starts_of(lengths * trips)
        rank, lists = _ranks(lengths * trips)
        by_trip = self.times[
            blocks[lists] + rank % lengths[lists] * trips[lists] + rank // lengths[lists]
        ]
        turned, whole = _flipped(self.position_starts), _flipped(blocks)
        runs = _flipped(self.trip_starts)
        number, list_of = _ranks(trips)
        a, b = self.pairs()
        a, b = runs[b], runs[a]
        order = np.lexsort((b, a))
        return _laid_out(
            len(self.board_firsts) - 1,
            (self.alights[turned], self.boards[turned]),
            (self.position_starts, self.trip_starts),
            (-self._cell_arrivals()[whole], -self.times[whole]),
            (
                blocks[list_of] + number * lengths[list_of],
                np.zeros(len(lengths), np.int32),
                -by_trip[whole],
            ),
            (a[order], b[order]),
        )

    def pairs(self) -> tuple[_Longs, _Longs]:
        """Trips that go on as others, by their place over all lists.

        Returns
        -------
        tuple of ndarray
            Trip, and the trip it goes on as; int64.
        """
        lists = np.repeat(np.arange(len(self.trip_starts) - 1), np.diff(self.onward_firsts))
        a = self.trip_starts[lists] + self.onwards[:, 0]
        return a, self.trip_starts[self.onwards[:, 1]] + self.onwards[:, 2]

    @cached_property
    def _onward_of(self) -> dict[int, list[tuple[int, int]]]:
        """Of each trip, by its place over all lists, list and place of those it goes on as."""
        of: dict[int, list[tuple[int, int]]] = {}
        tails, heads = self.pairs()
        for tail, *head in zip(
            tails.tolist(), self.onwards[:, 1].tolist(), heads.tolist(), strict=True
        ):
            of.setdefault(tail, []).append((head[0], head[1]))
        return of

    def chain(self, first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
        """Find how a trip goes on as another one.

        Parameters
        ----------
        first, last
            List of both, and their place over all lists.

        Returns
        -------
        list of tuple of int
            From the first one to the last one.
        """
        came: dict[tuple[int, int], tuple[int, int]] = {first: first}
        waiting = [first]
        for here in waiting:
            if here == last:
                break
            after = self._onward_of.get(here[1], ())
            waiting += [there for there in after if came.setdefault(there, here) == here]
        found = [last]
        while found[-1] != first:
            found.append(came[found[-1]])
        return found[::-1]

    def last_position(self, run_list: int) -> int:
        """Last position of a list.

        Parameters
        ----------
        run_list
            The list.

        Returns
        -------
        int
            Counted from 0.
        """
        return self.position_starts.item(run_list + 1) - self.position_starts.item(run_list) - 1

    def _cell_arrivals(self) -> _Ints:
        """Arrivals in the order of `times`."""
        at, lists, row = _cells(self.position_starts, self.trip_starts, self.rows)
        return np.asarray(self.arrivals[row + at] + self.offsets_s[lists], np.int32)


def lay_out(
    timetable: Timetable,
    places: tuple[_Longs, _Longs],
    trip_starts: _Longs,
    rows: _Longs,
    offsets_s: _Ints,
    onward: tuple[_Longs, _Longs],
    closed: _Flags | None = None,
) -> Layout:
    """Lay out runs for the search.

    Parameters
    ----------
    timetable
        The timetable.
    places
        Where the positions of each list begin, int64 ``[R + 1]``, and the place in
        ``timetable.pattern_stops`` of each, int64 ``[L]``.
    trip_starts, rows, offsets_s
        Of `routing.days.Runs`.
    onward
        Of `routing.blocks.onward_runs`.
    closed
        Stops that vehicles pass without anybody getting on or off, bool ``[S]``; None for none.

    Returns
    -------
    Layout
        The arrays.
    """
    position_starts, at = places
    stop = timetable.pattern_stops[at]
    is_first, is_last = (np.zeros(len(at), np.bool_) for _ in range(2))
    is_first[position_starts[:-1]] = True
    is_last[position_starts[1:] - 1] = True
    may_board = timetable.can_board[at] & ~is_last
    may_alight = timetable.can_alight[at] & ~is_first
    if closed is not None:
        may_board, may_alight = may_board & ~closed[stop], may_alight & ~closed[stop]
    position, lists, row = _cells(position_starts, trip_starts, rows)
    row += position
    offset_s = offsets_s[lists]
    return _laid_out(
        len(timetable.stop_ids),
        (np.where(may_board, stop, -1), np.where(may_alight, stop, -1)),
        (position_starts, trip_starts),
        (timetable.departures[row] + offset_s, timetable.arrivals[row] + offset_s),
        (rows, offsets_s, timetable.arrivals),
        onward,
    )


def _laid_out(
    stops: int,
    where: tuple[_Ints, _Ints],
    starts: tuple[_Longs, _Longs],
    when: tuple[_Ints, _Ints],
    lines: tuple[_Longs, _Ints, _Ints],
    onward: tuple[_Longs, _Longs],
) -> Layout:
    """Lay out positions (stops to board and to alight at) and cells (departures and arrivals)."""
    boards, alights = (stop.astype(np.int32) for stop in where)
    position_starts, trip_starts = starts
    departures, arrivals = when
    position, list_of = _ranks(np.diff(position_starts))
    trips = np.diff(trip_starts)[list_of]
    cell_starts = starts_of(trips)
    boarded, left = _by_stop(boards), _by_stop(alights)
    board_counts = np.bincount(boards[boarded], minlength=stops)
    # Of the last position of a list nothing follows; what is found there is not read.
    following = np.minimum(np.arange(len(arrivals)) + np.repeat(trips, trips), len(arrivals) - 1)
    rows, offsets_s, arrivals_of_trips = lines
    places = np.stack([list_of, np.arange(len(boards)), cell_starts[:-1], trips], axis=1)
    return Layout(
        position_starts=position_starts,
        alights=alights,
        boards=boards,
        trip_starts=trip_starts,
        rows=rows,
        offsets_s=offsets_s,
        arrivals=arrivals_of_trips,
        board_firsts=starts_of(board_counts),
        board_places=places[boarded].astype(np.int32),
        alight_firsts=starts_of(np.bincount(alights[left], minlength=stops)),
        alight_lists=list_of[left].astype(np.int32),
        alight_positions=position[left].astype(np.int32),
        times=departures.astype(np.int32),
        ride_s=_least(arrivals[following] - departures, cell_starts),
        step_s=_least(arrivals[following] - arrivals, cell_starts),
        most_legs=int(np.diff(position_starts).max(initial=0) * board_counts.max(initial=0)),
        **_onward(onward, trip_starts, (cell_starts, position_starts), when),
    )


def _onward(
    onward: tuple[_Longs, _Longs],
    trip_starts: _Longs,
    starts: tuple[_Longs, _Longs],
    when: tuple[_Ints, _Ints],
) -> dict[str, Any]:
    """What `Layout` knows of riders who stay seated."""
    a, b = onward
    lists = len(trip_starts) - 1
    from_list, to_list = (np.searchsorted(trip_starts, run, side="right") - 1 for run in (a, b))
    from_trip, to_trip = a - trip_starts[from_list], b - trip_starts[to_list]
    cell_starts, position_starts = starts
    departures, arrivals = when
    ends = cell_starts[position_starts[1:] - 1]
    wait_s = (
        departures[cell_starts[position_starts[to_list]] + to_trip]
        - arrivals[ends[from_list] + from_trip]
    )
    stays = _stays(
        list(zip(from_list.tolist(), from_trip.tolist(), strict=True)),
        list(zip(to_list.tolist(), to_trip.tolist(), strict=True)),
    )
    pairs, place = np.unique(to_list * lists + from_list, return_inverse=True)
    least_s = np.full(len(pairs), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(least_s, place, wait_s)
    return {
        "onward_firsts": starts_of(np.bincount(from_list, minlength=lists)),
        "onwards": np.stack([from_trip, to_list, to_trip], axis=1).astype(np.int32),
        "stay_firsts": starts_of(np.bincount(stays[:, 0], minlength=lists)),
        "stays": np.column_stack([stays[:, 1:], arrivals[ends[stays[:, 0]] + stays[:, 1]]]).astype(
            np.int32
        ),
        "before_firsts": starts_of(np.bincount(pairs // max(lists, 1), minlength=lists)),
        "before_lists": (pairs % max(lists, 1)).astype(np.int32),
        "before_s": least_s,
    }


def _stays(tails: list[tuple[int, int]], heads: list[tuple[int, int]]) -> _Longs:
    """List of a trip, and a row of `Layout.stays`; trips are given as list and trip of it."""
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for tail, head in zip(tails, heads, strict=True):
        onward.setdefault(tail, []).append(head)
    firsts: dict[tuple[int, int], dict[int, int]] = {}
    for start in onward:
        waiting = [start]
        while waiting:
            after = [head for head in onward.get(waiting[-1], ()) if head not in firsts]
            if after:
                waiting += after
                continue
            known: dict[int, int] = {}
            for head in onward.get(waiting[-1], ()):
                for other, trip in (*firsts[head].items(), head):
                    known[other] = min(trip, known.get(other, trip))
            firsts[waiting.pop()] = known
    before = {
        (run_list, known[run_list]): trip
        for (run_list, trip), known in sorted(firsts.items())
        if run_list in known
    }
    rows = [
        (*tail, before.get(tail, -1), *first)
        for tail in onward
        for first in sorted(firsts[tail].items())
    ]
    return np.array(sorted(rows), np.int64).reshape(-1, 5)


def _least(values: _Ints, starts: _Longs) -> _Ints:
    """Least value of each part; every part holds one at least."""
    if len(values) == 0:
        return values
    return np.asarray(np.minimum.reduceat(values, starts[:-1]), np.int32)


def _by_stop(stop: _Ints) -> _Longs:
    """Places with a stop, in the order of their stops; -1 is none."""
    order = np.argsort(stop, kind="stable")
    return np.asarray(order[stop[order] >= 0])


def _cells(
    position_starts: _Longs, trip_starts: _Longs, rows: _Longs
) -> tuple[_Longs, _Longs, _Longs]:
    """Position in the list, list, and where the times of the trip begin, of each cell.

    Cells lie as ``[list][position][trip]``.
    """
    position, list_of = _ranks(np.diff(position_starts))
    trip, at = _ranks(np.diff(trip_starts)[list_of])
    lists = list_of[at]
    return position[at], lists, rows[trip_starts[lists] + trip]


def _ranks(counts: _Longs) -> tuple[_Longs, _Longs]:
    """Place within its part, and the part, of each element of parts of some lengths."""
    part = np.repeat(np.arange(len(counts)), counts)
    return np.arange(len(part)) - starts_of(counts)[part], part


def _flipped(starts: _Longs) -> _Longs:
    """Places in the order of parts of which each is turned round."""
    rank, part = _ranks(np.diff(starts))
    return np.asarray(starts[part + 1] - 1 - rank)


def starts_of(counts: _Longs) -> _Longs:
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
