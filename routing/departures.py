"""Departure boards: what leaves a stop next."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from routing.days import Runs, runs_around
from routing.journeys import Place, RouteInfo
from routing.timetable import Timetable

_LOOK_AHEAD_DAYS = 7
"""A board of a stop with few buses goes on to the next days, no further than this."""


@dataclass(frozen=True)
class Departure:
    """One line of a departure board.

    Parameters
    ----------
    stop
        Where it leaves.
    departure_s
        Epoch seconds.
    route
        The line.
    trip_id
        The run.
    headsign
        Where the vehicle says it goes; the last stop's name where the feed says nothing.
    service_day
        The service day of the run.
    """

    stop: Place
    departure_s: int
    route: RouteInfo
    trip_id: str
    headsign: str
    service_day: dt.date


def departures(
    timetable: Timetable, stops: Sequence[int], from_s: int, limit: int
) -> list[Departure]:
    """Write the departure board of some stops.

    Parameters
    ----------
    timetable
        All trips.
    stops
        Numbers of the stops, as `Timetable.platforms` gives them.
    from_s
        Epoch seconds; what leaves earlier is left out.
    limit
        Most lines.

    Returns
    -------
    list of Departure
        Soonest first; over at most a week. Runs that nobody may board, or that end here, are left
        out.
    """
    first_day = dt.datetime.fromtimestamp(from_s, timetable.timezone).date()
    board: list[Departure] = []
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = first_day + dt.timedelta(ahead)
        runs = runs_around(timetable, day, with_next=False)
        # The first day brings along runs of earlier days; later days count only their own.
        own = set(range(len(runs.days))) if ahead == 0 else {len(runs.days) - 1}
        for stop in stops:
            board += _of_stop(timetable, runs, stop, from_s, own)
        board.sort(key=lambda line: (line.departure_s, line.trip_id))
        next_day_s = timetable.origin_s(day + dt.timedelta(1))
        if len(board) >= limit and board[limit - 1].departure_s < next_day_s:
            break
    return board[:limit]


def _of_stop(
    timetable: Timetable, runs: Runs, stop: int, start_s: int, day_numbers: set[int]
) -> Iterator[Departure]:
    """Departures of one stop from an instant on, of some of the loaded service days."""
    for index in range(int(runs.stop_firsts[stop]), int(runs.stop_firsts[stop + 1])):
        number, position = int(runs.stop_lists[index]), int(runs.stop_positions[index])
        here = int(runs.stop_starts[number]) + position
        if (
            int(runs.day_numbers[number]) not in day_numbers
            or position == int(runs.lengths[number]) - 1
            or not timetable.can_board[here]
        ):
            continue
        part = slice(int(runs.trip_starts[number]), int(runs.trip_starts[number + 1]))
        zero_s = runs.origin_s + int(runs.offsets_s[number])
        times_s = timetable.departures[runs.rows[part] + position].astype(np.int64) + zero_s
        last = int(timetable.pattern_stops[here - position + int(runs.lengths[number]) - 1])
        route = timetable.routes[int(timetable.pattern_routes[int(runs.patterns[number])])]
        for trip, time_s in zip(runs.trips[part].tolist(), times_s.tolist(), strict=True):
            if time_s >= start_s:
                yield Departure(
                    stop=timetable.place(stop),
                    departure_s=time_s,
                    route=route,
                    trip_id=timetable.trip_ids[trip],
                    headsign=timetable.trip_headsigns[trip] or timetable.place(last).name,
                    service_day=runs.days[int(runs.day_numbers[number])],
                )
