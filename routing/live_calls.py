"""When a run really calls at a stop: what those who wait for it, or want to make it, follow."""

import datetime as dt
from collections.abc import Iterator

from routing.live import LiveTimetable


def expected_call_s(
    live: LiveTimetable, trip_id: str, day: dt.date, stop_id: str, planned_s: int, *, leaves: bool
) -> int | None:
    """Tell when a trip is expected at a stop.

    Parameters
    ----------
    live
        The timetable with what happens.
    trip_id
        The trip.
    day
        Its service day.
    stop_id
        The stop.
    planned_s
        When it was to be there, UTC epoch seconds: tells runs of one trip_id apart.
    leaves
        Whether its departure is meant, else its arrival.

    Returns
    -------
    int | None
        UTC epoch seconds; None where it does not call there any more.
    """
    origin_s = live.origin_s(day)
    runs = live.trips_on(day)
    nearest: tuple[int, int] | None = None
    for trip in _runs_of(live, trip_id, day):
        if not runs[trip]:
            continue
        pattern = int(live.trip_patterns[trip])
        first, end = live.pattern_stop_starts[pattern : pattern + 2].tolist()
        for position, stop in enumerate(live.pattern_stops[first:end].tolist()):
            if live.stop_ids[stop] != stop_id:
                continue
            row = int(live.trip_rows[trip]) + position
            now_s = int((live.departures if leaves else live.arrivals)[row])
            times = live.call_times(row)
            fixed_s = now_s
            if times is not None:
                known_s = times.departure_s if leaves else times.arrival_s
                fixed_s = now_s if known_s is None else known_s
            apart_s = abs(origin_s + fixed_s - planned_s)
            if nearest is None or apart_s < nearest[0]:
                nearest = apart_s, origin_s + now_s
    return None if nearest is None else nearest[1]


def _runs_of(live: LiveTimetable, trip_id: str, day: dt.date) -> Iterator[int]:
    """List the trips that carry an id: the fixed ones, and those that run in their place."""
    fixed = live.trip_numbers.get(trip_id, ())
    yield from fixed
    edits = live.edits.get(day)
    if edits is not None:
        yield from (trip for trip in edits.extra.tolist() if live.source_of(trip) in fixed)
