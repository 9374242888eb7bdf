"""Checks that need to understand the timetable: places, trips, fares and days."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.calendar import ServiceCalendar
from gtfs.errors import InvalidFeedError
from gtfs.feed import Feed
from gtfs.findings import Finding, keep_rows
from gtfs.notices import Notice

_FEWEST_STOPS = 2


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
