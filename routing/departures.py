"""Departure boards: what leaves a stop next."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.days import Runs, runs_around
from routing.journeys import Place, RouteInfo
from routing.live import LiveTimetable
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
    scheduled_s
        Departure by the fixed timetable, epoch seconds; None for a run that stands in none.
    realtime
        Whether `departure_s` is what is expected on the road.
    cancelled
        Whether it does not leave from here although the fixed timetable says so.
    """

    stop: Place
    departure_s: int
    route: RouteInfo
    trip_id: str
    headsign: str
    service_day: dt.date
    scheduled_s: int | None = None
    realtime: bool = False
    cancelled: bool = False

    @property
    def delay_s(self) -> int | None:
        """Seconds by which it leaves late, negative when early; None where nothing is known."""
        if not self.realtime or self.scheduled_s is None:
            return None
        return self.departure_s - self.scheduled_s


def departures(
    timetable: Timetable, stops: Sequence[int], from_s: int, limit: int
) -> list[Departure]:
    """Write the departure board of some stops.

    Parameters
    ----------
    timetable
        All trips; a live one brings delays and what was cancelled.
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
        if isinstance(timetable, LiveTimetable):
            for service_day in (runs.days[number] for number in sorted(own)):
                board += _withdrawn(timetable, service_day, set(stops), from_s)
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
        route = timetable.routes[int(timetable.pattern_routes[int(runs.patterns[number])])]
        rows = (runs.rows[part] + position).tolist()
        for trip, row, time_s in zip(
            runs.trips[part].tolist(), rows, times_s.tolist(), strict=True
        ):
            if time_s >= start_s:
                line = Departure(
                    stop=timetable.place(stop),
                    departure_s=time_s,
                    route=route,
                    trip_id=timetable.trip_ids[trip],
                    headsign=timetable.trip_headsigns[trip],
                    service_day=runs.days[int(runs.day_numbers[number])],
                    scheduled_s=time_s,
                )
                yield _expected(line, timetable, row, zero_s)


def _expected(line: Departure, timetable: Timetable, row: int, zero_s: int) -> Departure:
    """Say what is known live about a departure."""
    times = timetable.call_times(row) if isinstance(timetable, LiveTimetable) else None
    if times is None:
        return line
    scheduled_s = None if times.departure_s is None else times.departure_s + zero_s
    return replace(line, scheduled_s=scheduled_s, realtime=times.departure_known)


def _withdrawn(
    live: LiveTimetable, day: dt.date, stops: set[int], start_s: int
) -> Iterator[Departure]:
    """Departures of a service day that the fixed timetable knows and that do not take place."""
    base, zero_s = live.base, live.base.origin_s(day)
    for trip, position in live.withdrawn_on(day):
        pattern = int(base.trip_patterns[trip])
        here = int(base.pattern_stop_starts[pattern]) + position
        stop = int(base.pattern_stops[here])
        time_s = int(base.departures[base.trip_rows[trip] + position]) + zero_s
        is_last = here + 1 == int(base.pattern_stop_starts[pattern + 1])
        if stop in stops and time_s >= start_s and base.can_board[here] and not is_last:
            yield Departure(
                stop=base.place(stop),
                departure_s=time_s,
                route=base.routes[int(base.pattern_routes[pattern])],
                trip_id=base.trip_ids[trip],
                headsign=base.trip_headsigns[trip],
                service_day=day,
                scheduled_s=time_s,
                cancelled=True,
            )
