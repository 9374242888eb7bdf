"""Runs that differ from the timetable, put together as trips to lay over it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gtfs.messages import NO_DATA, SKIPPED, StopTimeUpdate
from routing.closed_stops import Closure
from routing.day_edits import DayEdits, EditBook
from routing.expected_times import Reports, expect
from routing.layout import starts_of
from routing.live import UNSCHEDULED, Extra, Unmatched
from routing.patterns import StopTimes, find_patterns
from routing.run_matching import Run
from routing.timetable import Timetable

_Longs = NDArray[np.int64]


@dataclass(frozen=True)
class ChangedTrip:
    """A run of the timetable that is told about.

    Parameters
    ----------
    trip, day
        Trip of the fixed timetable and service day.
    label
        Feed and entity, for reports.
    stops
        Position in the trip, and what is said of it.
    delay_s
        Delay until the first of them; None where not said.
    platforms
        Stop that is used instead, by position.
    shift_s
        Seconds by which a run beside those of the timetable is later than them.
    trip_id, headsign
        Of a run beside those of the timetable; empty for the trip's own.
    """

    trip: int
    day: dt.date
    label: tuple[str, str]
    stops: tuple[tuple[int, StopTimeUpdate], ...] = ()
    delay_s: int | None = None
    platforms: Mapping[int, int] = field(default_factory=dict)
    shift_s: int = 0
    trip_id: str = ""
    headsign: str = ""


@dataclass(frozen=True, eq=False)
class AddedTrip:
    """A run with stops and times of its own.

    Parameters
    ----------
    route, day
        Number of the line, and service day.
    trip_id, headsign
        What riders see.
    source
        Trip of the fixed timetable that it replaces, -1 for none.
    stops
        Stop numbers.
    times
        Arrival and departure, seconds of the service day, int64 ``[n, 2]``.
    """

    route: int
    day: dt.date
    trip_id: str
    headsign: str
    source: int
    stops: tuple[int, ...]
    times: _Longs


@dataclass(frozen=True, eq=False)
class _Batch:
    """Runs call by call, one after the other; n runs, N calls.

    `sources` are the trips of the fixed timetable the runs stand for (-1 for none), `at` the
    positions of the calls in them; `kept` tells which calls take place, `gone` which runs stand in
    the place of their source.
    """

    starts: _Longs
    sources: _Longs
    routes: _Longs
    days: list[tuple[dt.date, ...]]
    trip_ids: list[str]
    headsigns: list[str]
    gone: NDArray[np.bool_]
    at: _Longs
    stops: _Longs
    can_board: NDArray[np.bool_]
    can_alight: NDArray[np.bool_]
    sequences: _Longs
    times: _Longs
    scheduled: _Longs
    known: NDArray[np.bool_]
    kept: NDArray[np.bool_]


def assemble(
    base: Timetable,
    changed: Mapping[Run, ChangedTrip],
    cancelled: Mapping[Run, bool],
    others: tuple[Sequence[ChangedTrip], Sequence[AddedTrip]],
    closure: Closure,
) -> tuple[Extra, dict[dt.date, DayEdits], tuple[Unmatched, ...]]:
    """Put together what is laid over a timetable.

    Parameters
    ----------
    base
        The fixed timetable.
    changed
        Runs that are told about.
    cancelled
        Runs that do not take place, and whether riders should hear of it.
    others
        Runs beside the timetable: those of its trips at other times, and those with stops of
        their own.
    closure
        Closed stops.

    Returns
    -------
    tuple
        Trips to lay over the timetable, what is different by day, and what does not fit.
    """
    beside, added = others
    told = _of_changed(base, list(changed.values()), list(beside), closure)
    spoken = {*changed, *cancelled}
    batches = [told[0], _of_closure(base, closure, spoken), _of_added(added, closure, base)]
    whole = _joined(batches)
    edits = EditBook()
    for run, is_told in cancelled.items():
        edits.leave_out(run.day, run.trip, is_told)
    run_of = np.repeat(np.arange(len(whole.sources)), np.diff(whole.starts))
    counts = np.bincount(run_of[whole.kept], minlength=len(whole.sources))
    _note(edits, whole, run_of, counts >= 2)
    running = np.flatnonzero(counts >= 2)
    extra, order = _extra(base, whole, running)
    for number, at in enumerate(order, start=len(base.trip_ids)):
        for day in whole.days[at]:
            edits.add(day, number)
    return extra, edits.by_day(), told[1]


def _note(edits: EditBook, batch: _Batch, run_of: _Longs, runs: NDArray[np.bool_]) -> None:
    """Note which fixed trips runs stand for, and which of their calls are left out."""
    for run in np.flatnonzero(batch.gone).tolist():
        for day in batch.days[run]:
            edits.leave_out(day, int(batch.sources[run]), is_told=not runs[run])
    missing = np.flatnonzero(~batch.kept & (batch.gone & runs)[run_of])
    for run, at in zip(run_of[missing].tolist(), batch.at[missing].tolist(), strict=True):
        for day in batch.days[run]:
            edits.skip(day, int(batch.sources[run]), at)


def _gather(starts: _Longs, counts: _Longs) -> _Longs:
    """Indices ``starts[i] .. starts[i] + counts[i] - 1`` of all i, one after the other."""
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(
        int(ends[-1]) if len(ends) else 0
    )


def _of_trips(
    base: Timetable,
    trips: _Longs,
    days: list[tuple[dt.date, ...]],
) -> _Batch:
    """Runs of trips as the timetable has them."""
    pattern = base.trip_patterns[trips]
    firsts = base.pattern_stop_starts[pattern]
    counts = base.pattern_stop_starts[pattern + 1] - firsts
    rows = _gather(base.trip_rows[trips], counts)
    places = _gather(firsts, counts)
    times = np.stack([base.arrivals[rows], base.departures[rows]], axis=1).astype(np.int64)
    numbers = trips.tolist()
    return _Batch(
        starts=starts_of(counts),
        sources=trips,
        routes=base.pattern_routes[pattern].astype(np.int64),
        days=days,
        trip_ids=[base.trip_ids[trip] for trip in numbers],
        headsigns=[base.trip_headsigns[trip] for trip in numbers],
        gone=np.ones(len(trips), np.bool_),
        at=places - np.repeat(firsts, counts),
        stops=base.pattern_stops[places].astype(np.int64),
        can_board=base.can_board[places],
        can_alight=base.can_alight[places],
        sequences=base.stop_sequences[rows].astype(np.int64),
        times=times,
        scheduled=times,
        known=np.zeros(times.shape, np.bool_),
        kept=np.ones(len(rows), np.bool_),
    )


def _of_changed(
    base: Timetable, changed: list[ChangedTrip], beside: list[ChangedTrip], closure: Closure
) -> tuple[_Batch, tuple[Unmatched, ...]]:
    """Runs with their expected times, closed stops left out."""
    runs = changed + beside
    batch = _of_trips(base, np.array([run.trip for run in runs], np.int64), _days_of(runs))
    counts = np.diff(batch.starts)
    shift_s = np.repeat(np.array([run.shift_s for run in runs], np.int64), counts)
    scheduled = batch.scheduled + shift_s[:, None]
    zeros = {run.day: base.origin_s(run.day) for run in runs}
    zero_s = [zeros[run.day] for run in runs]
    expected = expect(
        scheduled,
        batch.starts,
        np.array([run.delay_s or 0 for run in runs], np.int64),
        np.array([run.delay_s is not None for run in runs], np.bool_),
        _reports(runs, batch.starts.tolist(), zero_s),
    )
    stops, kept = batch.stops.copy(), batch.kept.copy()
    for run, first in zip(runs, batch.starts.tolist(), strict=False):
        for at, stop in run.platforms.items():
            stops[first + at] = stop
        for at, update in run.stops:
            if update.relationship == SKIPPED:
                kept[first + at] = False
    instants = expected.times + np.repeat(np.array(zero_s, np.int64), counts)[:, None]
    routes = np.repeat(batch.routes, counts)
    kept &= ~closure.closes(stops, routes, instants[:, 0], instants[:, 1])
    is_beside = np.arange(len(runs)) >= len(changed)
    whole = replace(
        batch,
        trip_ids=[run.trip_id or name for run, name in zip(runs, batch.trip_ids, strict=True)],
        headsigns=[run.headsign or name for run, name in zip(runs, batch.headsigns, strict=True)],
        gone=~is_beside,
        stops=stops,
        times=expected.times,
        scheduled=scheduled,
        known=expected.known,
        kept=kept,
    )
    return whole, _strange(expected.strange, runs, batch.starts)


def _days_of(runs: Sequence[ChangedTrip | AddedTrip]) -> list[tuple[dt.date, ...]]:
    return [(run.day,) for run in runs]


def _strange(events: _Longs, runs: list[ChangedTrip], starts: _Longs) -> tuple[Unmatched, ...]:
    """Runs with reports that are too far from the timetable, each once."""
    found = np.unique(np.searchsorted(starts, events // 2, side="right") - 1).tolist()
    return tuple(
        Unmatched(runs[run].label[0], runs[run].label[1], "time_out_of_range", "") for run in found
    )


def _reports(runs: list[ChangedTrip], starts: list[int], zero_s: list[int]) -> Reports:
    """What is said of calls, as events of `routing.expected_times`."""
    times: tuple[list[int], list[int]] = ([], [])
    delays: tuple[list[int], list[int]] = ([], [])
    silent: list[int] = []
    for run, first, zero in zip(runs, starts, zero_s, strict=False):
        for at, update in run.stops:
            call = first + at
            _, _, arrival_s, departure_s, arrival_delay_s, departure_delay_s, kind, _ = update
            if kind == NO_DATA:
                silent.append(call)
            elif kind != SKIPPED:
                if arrival_s is not None:
                    times[0].append(2 * call)
                    times[1].append(arrival_s - zero)
                elif arrival_delay_s is not None:
                    delays[0].append(2 * call)
                    delays[1].append(arrival_delay_s)
                if departure_s is not None:
                    times[0].append(2 * call + 1)
                    times[1].append(departure_s - zero)
                elif departure_delay_s is not None:
                    delays[0].append(2 * call + 1)
                    delays[1].append(departure_delay_s)
    return Reports(
        np.array(times, np.int64).T, np.array(delays, np.int64).T, np.array(silent, np.int64)
    )


def _of_closure(base: Timetable, closure: Closure, spoken: set[Run]) -> _Batch:
    """Runs of which nothing is said but that they pass closed stops."""
    trips: list[int] = []
    days: list[tuple[dt.date, ...]] = []
    shut: list[_Longs] = []
    for calls in closure.calls():
        called, firsts = np.unique(calls.trips, return_index=True)
        running = np.stack([base.trips_on(day)[called] for day in calls.days], axis=1)
        ends = [*firsts[1:].tolist(), len(calls.trips)]
        for trip, first, end, runs in zip(
            called.tolist(), firsts.tolist(), ends, running, strict=True
        ):
            own = [
                day
                for day, does_run in zip(calls.days, runs.tolist(), strict=True)
                if does_run and Run(day, trip) not in spoken
            ]
            if own:
                trips.append(trip)
                days.append(tuple(own))
                shut.append(calls.positions[first:end])
    batch = _of_trips(base, np.array(trips, np.int64), days)
    kept = batch.kept
    for first, positions in zip(batch.starts.tolist(), shut, strict=False):
        kept[first + positions] = False
    return batch


def _of_added(added: Sequence[AddedTrip], closure: Closure, base: Timetable) -> _Batch:
    """Runs with stops and times of their own."""
    counts = np.array([len(trip.stops) for trip in added], np.int64)
    stops = np.array([stop for trip in added for stop in trip.stops], np.int64)
    times = np.concatenate([np.zeros((0, 2), np.int64), *(trip.times for trip in added)])
    routes = np.array([trip.route for trip in added], np.int64)
    zero_s = np.repeat(np.array([base.origin_s(trip.day) for trip in added], np.int64), counts)
    arrivals, departures = times[:, 0] + zero_s, times[:, 1] + zero_s
    calls = len(stops)
    at = _gather(np.zeros(len(added), np.int64), counts)
    return _Batch(
        starts=starts_of(counts),
        sources=np.array([trip.source for trip in added], np.int64),
        routes=routes,
        days=_days_of(added),
        trip_ids=[trip.trip_id for trip in added],
        headsigns=[trip.headsign for trip in added],
        gone=np.zeros(len(added), np.bool_),
        at=at,
        stops=stops,
        can_board=np.ones(calls, np.bool_),
        can_alight=np.ones(calls, np.bool_),
        sequences=at + 1,
        times=times,
        scheduled=np.full((calls, 2), UNSCHEDULED, np.int64),
        known=np.ones((calls, 2), np.bool_),
        kept=~closure.closes(stops, np.repeat(routes, counts), arrivals, departures),
    )


def _joined(batches: Sequence[_Batch]) -> _Batch:
    """Batches one after the other."""
    values: dict[str, Any] = {}
    for part in fields(_Batch):
        values[part.name] = [getattr(batch, part.name) for batch in batches]
        if part.name in ("days", "trip_ids", "headsigns"):
            values[part.name] = [one for many in values[part.name] for one in many]
        elif part.name != "starts":
            values[part.name] = np.concatenate(values[part.name])
    values["starts"] = starts_of(np.concatenate([np.diff(starts) for starts in values["starts"]]))
    return _Batch(**values)


def _extra(base: Timetable, batch: _Batch, running: _Longs) -> tuple[Extra, list[int]]:
    """Runs in patterns of their own, and the order of the runs in them."""
    spans = np.diff(batch.starts)[running]
    cells = _gather(batch.starts[running], spans)
    run_at = np.repeat(np.arange(len(running)), spans)[batch.kept[cells]]
    cells = cells[batch.kept[cells]]
    # Runs of different days never meet in a list, so they need not be in order with each other.
    days: dict[tuple[dt.date, ...], int] = {}
    group = np.array(
        [days.setdefault(batch.days[r], len(days)) for r in running.tolist()], np.int64
    )
    starts = starts_of(np.bincount(run_at, minlength=len(running)))
    patterns = find_patterns(
        StopTimes(
            trip_starts=starts,
            trip_routes=(batch.routes[running] + group * len(base.routes)).astype(np.int32),
            stops=batch.stops[cells].astype(np.int32),
            arrivals=batch.times[cells, 0].astype(np.int32),
            departures=batch.times[cells, 1].astype(np.int32),
            can_board=batch.can_board[cells],
            can_alight=batch.can_alight[cells],
        )
    )
    order = running[patterns.trips]
    firsts = patterns.trips[patterns.trip_starts[:-1]]
    lengths = np.diff(starts)
    pattern_cells = cells[_gather(starts[firsts], lengths[firsts])]
    at = cells[_gather(starts[patterns.trips], lengths[patterns.trips])]
    sources = batch.sources[running[firsts]]
    shapes = np.full(len(firsts), -1, np.int32)
    shapes[sources >= 0] = base.pattern_shapes[base.trip_patterns[sources[sources >= 0]]]
    extra = Extra(
        sources=batch.sources[order].astype(np.int32),
        in_place=batch.gone[order],
        trip_ids=tuple(batch.trip_ids[run] for run in order.tolist()),
        headsigns=tuple(batch.headsigns[run] for run in order.tolist()),
        trip_starts=patterns.trip_starts,
        routes=batch.routes[running[firsts]].astype(np.int32),
        shapes=shapes,
        stop_starts=starts_of(lengths[firsts]),
        stops=batch.stops[pattern_cells].astype(np.int32),
        can_board=batch.can_board[pattern_cells],
        can_alight=batch.can_alight[pattern_cells],
        arrivals=batch.times[at, 0].astype(np.int32),
        departures=batch.times[at, 1].astype(np.int32),
        sequences=batch.sequences[at].astype(np.int32),
        scheduled=batch.scheduled[at].astype(np.int32),
        known=batch.known[at],
    )
    return extra, order.tolist()
