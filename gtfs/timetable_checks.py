"""Checks that need to understand the timetable: places, times, trips and days."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.calendar import ServiceCalendar
from gtfs.errors import InvalidFeedError
from gtfs.feed import Feed
from gtfs.findings import Finding, keep_rows, of_whole
from gtfs.notices import Notice
from gtfs.times import MISSING_S, format_time, parse_times

_FEWEST_STOPS = 2


@dataclass(frozen=True)
class Runs:
    """Stop times with clock times, in the order in which they are run.

    ``order`` leads to positions in the table, flexible windows left out; the other arrays follow
    it. ``first`` and ``last`` mark the ends of each trip.
    """

    order: NDArray[np.int64]
    trip: NDArray[np.int64]
    arrival_s: NDArray[np.int64]
    departure_s: NDArray[np.int64]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]


def flexible_rows(feed: Feed) -> NDArray[np.bool_]:
    """Tell which stop times are windows of an on-demand service.

    Parameters
    ----------
    feed : Feed
        The feed.

    Returns
    -------
    ndarray of bool, shape [n]
        True where a pickup or drop-off window stands.
    """
    start = feed.column("stop_times", "start_pickup_drop_off_window") != ""
    end = feed.column("stop_times", "end_pickup_drop_off_window") != ""
    flexible: NDArray[np.bool_] = (start | end).to_numpy(dtype=bool)
    return flexible


def unplaced_stops(feed: Feed) -> list[Finding]:
    """Find stops without usable coordinates.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Errors for stops that trips call at; the others are left out with a warning.
    """
    if not feed.has("stops"):
        return []
    stops = feed.table("stops")
    lat = pd.to_numeric(stops["stop_lat"], errors="coerce").to_numpy(dtype=np.float64)
    lon = pd.to_numeric(stops["stop_lon"], errors="coerce").to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        placed = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ~((lat == 0) & (lon == 0))
    # Entrances' generic nodes and boarding areas may stand without coordinates.
    bound = stops["location_type"].isin(["3", "4"]).to_numpy(dtype=bool)
    used = set(pd.unique(feed.column("stop_times", "stop_id").to_numpy(dtype=object)))
    used |= set(feed.column("location_group_stops", "stop_id"))
    needed = stops["stop_id"].isin(used).to_numpy(dtype=bool)

    def text(position: int) -> str:
        row = stops.iloc[position]
        name = f"the stop {row['stop_name'] or row['stop_id']!r}"
        if not row["stop_lat"] or not row["stop_lon"]:
            return f"{name} has no coordinates. Fill in stop_lat and stop_lon."
        there = f"{name} lies at latitude {row['stop_lat']}, longitude {row['stop_lon']}"
        return f"{there}, which is no place on a map. Are they swapped or mistyped? Correct them."

    bad = ~placed & ~(bound & ~needed)
    used_bad, idle_bad = np.flatnonzero(bad & needed), np.flatnonzero(bad & ~needed)
    found = []
    if len(used_bad):
        found.append(Finding("bad_coordinates", "error", "stops", "stop_lat", text, used_bad))
    if len(idle_bad):
        found.append(
            Finding("bad_coordinates", "warning", "stops", "stop_lat", text, idle_bad, "drop")
        )
    return found


def nameless_stops(feed: Feed) -> list[Finding]:
    """Find stops without a name.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Warnings; the stop_id is shown in the place of the name.
    """
    stops = feed.table("stops")
    shown = ~stops["location_type"].isin(["3", "4"])
    positions = np.flatnonzero(((stops["stop_name"] == "") & shown).to_numpy(dtype=bool))
    if not len(positions):
        return []
    text = "the stop has no name; its stop_id is shown to riders. Fill in stop_name."
    return [Finding("missing_value", "warning", "stops", "stop_name", text, positions)]


def placeless_stop_times(feed: Feed) -> list[Finding]:
    """Find stop times that name no stop, group or zone.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Errors.
    """
    empty = np.ones(len(feed.tables["stop_times"]), dtype=bool)
    for column in ("stop_id", "location_group_id", "location_id"):
        empty &= (feed.column("stop_times", column) == "").to_numpy(dtype=bool)
    if not empty.any():
        return []
    text = "stop_id is empty. Write the id of the stop at which the trip calls."
    positions = np.flatnonzero(empty)
    return [
        Finding("missing_value", "error", "stop_times", "stop_id", text, positions, "drop_trip")
    ]


def short_trips(feed: Feed) -> list[Finding]:
    """Find trips nobody can ride: fewer than two calls and no on-demand window.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Warnings; the trips are left out.
    """
    trips, stop_times = feed.table("trips"), feed.tables["stop_times"]
    calls = stop_times["trip_id"].value_counts()
    flexible = set(stop_times.loc[flexible_rows(feed), "trip_id"])
    counts = trips["trip_id"].map(calls).fillna(0).to_numpy(dtype=np.int64)
    short = (counts < _FEWEST_STOPS) & ~trips["trip_id"].isin(flexible).to_numpy(dtype=bool)
    if not short.any():
        return []

    def text(position: int) -> str:
        count = int(counts[position])
        stands = "no row" if count == 0 else "only one row"
        return f"the trip has {stands} in stop_times.txt, so nobody can ride it."

    positions = np.flatnonzero(short)
    return [Finding("short_trip", "warning", "trips", "trip_id", text, positions, "drop")]


def without_orphans(feed: Feed) -> Feed:
    """Leave out stop times and frequencies of trips that were left out before.

    Parameters
    ----------
    feed : Feed
        A feed from which trips were dropped.

    Returns
    -------
    Feed
        Without the rows nobody owns any more.
    """
    trips = set(feed.table("trips")["trip_id"])
    for name in ("stop_times", "frequencies"):
        if feed.has(name):
            keep = feed.tables[name]["trip_id"].isin(trips).to_numpy(dtype=bool)
            feed = keep_rows(feed, name, keep)
    return feed


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


def unknown_services(feed: Feed) -> list[Finding]:
    """Find trips whose service has no calendar.

    Parameters
    ----------
    feed : Feed
        The feed.

    Returns
    -------
    list of Finding
        Warnings; the trips are kept but never run.
    """
    known = set(feed.table("calendar")["service_id"])
    known |= set(feed.table("calendar_dates")["service_id"])
    services = feed.table("trips")["service_id"]
    positions = np.flatnonzero(~services.isin(known).to_numpy(dtype=bool))
    if not len(positions):
        return []

    def text(position: int) -> str:
        return (
            f"service_id {services.iat[position]!r} is neither in calendar.txt nor in"
            " calendar_dates.txt, so the trip never runs. Add its days."
        )

    return [Finding("unknown_service", "warning", "trips", "service_id", text, positions)]


def fares_without_rules(feed: Feed, lost_rules: bool) -> list[Finding]:
    """Find fares whose rules could not be read.

    A fare without any rule holds everywhere, so one that lost its rules must not stay.

    Parameters
    ----------
    feed : Feed
        The feed, faulty rules already left out.
    lost_rules : bool
        Whether rows of fare_rules.txt had to be left out.

    Returns
    -------
    list of Finding
        Warnings; the fares are left out.
    """
    if not lost_rules or not feed.has("fare_attributes"):
        return []
    ruled = set(feed.column("fare_rules", "fare_id"))
    bare = ~feed.column("fare_attributes", "fare_id").isin(ruled)
    positions = np.flatnonzero(bare.to_numpy(dtype=bool))
    if not len(positions):
        return []
    text = (
        "rows of fare_rules.txt were left out, and without them this fare would hold everywhere."
        " Correct fare_rules.txt."
    )
    return [Finding("fare_lost", "warning", "fare_attributes", "fare_id", text, positions, "drop")]


def service_days(feed: Feed) -> list[Notice]:
    """Tell when no trip ever runs.

    Parameters
    ----------
    feed : Feed
        The feed.

    Returns
    -------
    list of Notice
        One error, or nothing.
    """
    try:
        ServiceCalendar.of(feed)
    except InvalidFeedError as error:
        return list(error.notices)
    return []
