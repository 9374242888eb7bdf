"""Checks of clock times: ends of trips timed, time never going backwards, gaps filled in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.feed import Feed
from gtfs.findings import Finding, of_whole
from gtfs.times import MISSING_S, format_time, parse_times
from gtfs.timetable_checks import flexible_rows


@dataclass(frozen=True)
class Runs:
    """Stop times with clock times, in the order in which they are run.

    Parameters
    ----------
    order : ndarray of int64, shape [n]
        Positions in the table, on-demand windows left out; the other arrays follow this order.
    trip : ndarray of int64, shape [n]
        Number of the trip, equal numbers side by side.
    arrival_s, departure_s : ndarray of int64, shape [n]
        Seconds of the service day; ``MISSING_S`` where nothing stands.
    first, last : ndarray of bool, shape [n]
        Where a trip begins and ends.
    """

    order: NDArray[np.int64]
    trip: NDArray[np.int64]
    arrival_s: NDArray[np.int64]
    departure_s: NDArray[np.int64]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]


def runs_of(feed: Feed) -> Runs:
    """Return the fixed stop times of a feed in the order in which they are run.

    Parameters
    ----------
    feed : Feed
        A feed with well-formed times.

    Returns
    -------
    Runs
        Trip by trip, by stop_sequence.
    """
    stop_times = feed.tables["stop_times"]
    positions = np.flatnonzero(~flexible_rows(feed))
    trip = pd.factorize(stop_times["trip_id"].to_numpy(dtype=object))[0][positions]
    sequence = pd.to_numeric(stop_times["stop_sequence"], errors="coerce").fillna(-1)
    order = np.lexsort((sequence.to_numpy(dtype=np.float64)[positions], trip))
    trip, order = trip[order].astype(np.int64), positions[order]
    arrival_s = parse_times(feed.column("stop_times", "arrival_time"))[order]
    departure_s = parse_times(feed.column("stop_times", "departure_time"))[order]
    change = trip[1:] != trip[:-1]
    edge = np.ones(min(1, len(trip)), dtype=bool)  # no edge where there is no row
    first, last = np.concatenate((edge, change)), np.concatenate((change, edge))
    return Runs(order, trip, arrival_s, departure_s, first, last)


def missing_end_times(feed: Feed, runs: Runs) -> list[Finding]:
    """Find trips whose first or last stop has no time.

    Parameters
    ----------
    feed : Feed
        A feed with well-formed times.
    runs : Runs
        Its stop times in order.

    Returns
    -------
    list of Finding
        Errors.
    """
    no_time = (runs.arrival_s == MISSING_S) & (runs.departure_s == MISSING_S)
    positions = np.sort(runs.order[no_time & (runs.first | runs.last)])
    if not len(positions):
        return []
    text = (
        "the first or last stop of the trip has no time. Fill in arrival_time and"
        " departure_time; only stops in between may do without."
    )
    column = "arrival_time"
    return [Finding("missing_time", "error", "stop_times", column, text, positions, "drop_trip")]


def backward_times(feed: Feed, runs: Runs) -> list[Finding]:
    """Find departures before the arrival, and arrivals before the departure one stop earlier.

    Parameters
    ----------
    feed : Feed
        A feed with well-formed times at both ends of each trip.
    runs : Runs
        Its stop times in order.

    Returns
    -------
    list of Finding
        Errors.
    """
    found = []
    arrival_s = np.where(runs.arrival_s == MISSING_S, runs.departure_s, runs.arrival_s)
    departure_s = np.where(runs.departure_s == MISSING_S, runs.arrival_s, runs.departure_s)
    timed = arrival_s != MISSING_S
    late = np.flatnonzero(timed & (departure_s < arrival_s))
    if len(late):
        said = {
            int(runs.order[i]): f"the departure {format_time(int(departure_s[i]))} is before the"
            f" arrival {format_time(int(arrival_s[i]))}. Correct one of them."
            for i in late.tolist()
        }
        found.append(_time_finding("departure_before_arrival", said))
    index = np.flatnonzero(timed)
    before, after = index[:-1], index[1:]
    back = (runs.trip[before] == runs.trip[after]) & (arrival_s[after] < departure_s[before])
    if back.any():
        lines = feed.lines("stop_times")
        said = {
            int(runs.order[j]): f"the arrival {format_time(int(arrival_s[j]))} is before the"
            f" departure {format_time(int(departure_s[i]))} from the stop before it"
            f" (row {int(lines[runs.order[i]])}). Correct the times, or the stop_sequence;"
            " after midnight write 24:00:00 and more."
            for i, j in zip(before[back].tolist(), after[back].tolist(), strict=True)
        }
        found.append(_time_finding("time_goes_backwards", said))
    return found


def _time_finding(code: str, said: dict[int, str]) -> Finding:
    positions = np.array(sorted(said), dtype=np.int64)
    text: Callable[[int], str] = said.__getitem__
    return Finding(code, "error", "stop_times", "arrival_time", text, positions, "drop_trip")


def with_all_times(feed: Feed, runs: Runs) -> tuple[Feed, list[Finding]]:
    """Fill in the times of stops between timed stops.

    The time between two timed stops is shared evenly among the stops in between, as the GTFS
    Schedule Reference (stop_times.txt, ``arrival_time``) leaves to the reader of a feed.

    Parameters
    ----------
    feed : Feed
        A feed with well-formed times at both ends of each trip.
    runs : Runs
        Its stop times in order.

    Returns
    -------
    tuple of Feed and list of Finding
        The feed with a time in each fixed stop time, and one warning when some were filled in.
    """
    bare = (runs.arrival_s == MISSING_S) | (runs.departure_s == MISSING_S)
    if not bare.any():
        return feed, []
    arrival_s = np.where(runs.arrival_s == MISSING_S, runs.departure_s, runs.arrival_s)
    departure_s = np.where(runs.departure_s == MISSING_S, runs.arrival_s, runs.departure_s)
    empty = np.flatnonzero(arrival_s == MISSING_S)
    if len(empty):
        timed = np.flatnonzero(arrival_s != MISSING_S)
        place = np.searchsorted(timed, empty)
        before, after = timed[place - 1], timed[place]
        share = (empty - before) / (after - before)
        between = departure_s[before] + share * (arrival_s[after] - departure_s[before])
        arrival_s[empty] = departure_s[empty] = np.rint(between).astype(np.int64)
    frame = feed.table("stop_times").copy()
    rows = runs.order[bare]
    for column, seconds in (("arrival_time", arrival_s), ("departure_time", departure_s)):
        values = frame[column].to_numpy(dtype=object).copy()
        values[rows] = [format_time(time_s) for time_s in seconds[bare].tolist()]
        frame[column] = pd.Series(values, dtype=str)
    changed = feed.with_table("stop_times", frame, feed.lines("stop_times"))
    if not len(empty):
        return changed, []
    text = (
        f"{len(empty):,} stop times stand without a time; they are spread evenly between the"
        " timed stops around them."
    )
    return changed, [of_whole("time_filled_in", "warning", "stop_times", "arrival_time", text)]
