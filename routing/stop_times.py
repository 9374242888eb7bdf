"""Stop times of a feed's fixed trips as arrays: flexible rows left out, frequencies laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.feed import Feed
from gtfs.times import parse_times
from routing.patterns import interpolate
from routing.snapping import Plane
from routing.timetable import DroppedTrip

_NO_PICKUP: Final = "1"


@dataclass(frozen=True)
class FeedTrips:
    """The trips of one feed, each run of a frequency a trip of its own.

    Parameters
    ----------
    rows
        Row of trips.txt of each trip, int64 ``[T]``.
    starts
        Where stop times of each trip begin, int64 ``[T + 1]``.
    stops
        Stop numbers, int32 ``[N]``.
    arrivals, departures
        Seconds of the service day, int64 ``[N]``.
    can_board, can_alight
        Whether riders may, bool ``[N]``.
    sequences
        stop_sequence of stop_times.txt, int32 ``[N]``.
    dropped
        Trips left out.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    stops: NDArray[np.int32]
    arrivals: NDArray[np.int64]
    departures: NDArray[np.int64]
    can_board: NDArray[np.bool_]
    can_alight: NDArray[np.bool_]
    sequences: NDArray[np.int32]
    dropped: tuple[DroppedTrip, ...]


def read_trips(
    feed: Feed,
    usable: Mapping[str, NDArray[np.bool_]],
    stop_numbers: Mapping[str, int],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
) -> FeedTrips:
    """Read the fixed trips of a feed.

    Parameters
    ----------
    feed
        The feed.
    usable
        Reason for leaving trips out, with the rows of trips.txt it spares, bool.
    stop_numbers
        Number of each stop_id of this feed.
    lat, lon
        Stops, degrees.

    Returns
    -------
    FeedTrips
        Trips that can be planned with.
    """
    trips = feed.table("trips")
    frame = _fixed_rows(feed, trips, stop_numbers)
    trip = frame["trip"].to_numpy(np.int64)
    stops = frame["stop"].to_numpy(np.int64)
    arrivals = parse_times(frame["arrival_time"])
    departures = parse_times(frame["departure_time"])
    arrivals = np.where(arrivals < 0, departures, arrivals)
    departures = np.where(departures < 0, arrivals, departures)

    called, first, count = np.unique(trip, return_index=True, return_counts=True)
    good = dict(usable)
    good["too_few_stops"] = _at(len(trips), called, count >= 2)
    last = first + count - 1
    good["no_times"] = _at(len(trips), called, (arrivals[first] >= 0) & (arrivals[last] >= 0))
    keep = np.ones(len(trips), np.bool_)
    dropped: list[DroppedTrip] = []
    for code, fine in good.items():
        dropped += _dropped(feed, trips, called[keep[called] & ~fine[called]], code)
        keep &= fine
    kept = keep[trip]
    trip, stops, arrivals, departures = trip[kept], stops[kept], arrivals[kept], departures[kept]
    frame = frame[kept]

    rows, counts = np.unique(trip, return_counts=True)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    along_m = _along_m(stops, starts, lat, lon)
    arrivals = interpolate(arrivals, starts, along_m)
    departures = np.where(departures < 0, arrivals, departures)
    whole = FeedTrips(
        rows,
        starts,
        stops.astype(np.int32),
        arrivals,
        departures,
        frame["pickup_type"].to_numpy() != _NO_PICKUP,
        frame["drop_off_type"].to_numpy() != _NO_PICKUP,
        frame["sequence"].to_numpy(np.int32),
        (),
    )
    forward = _runs_forward(whole)
    dropped += _dropped(feed, trips, rows[~forward], "times_run_backwards")
    chosen, shift_s = _instances(feed, trips, whole, forward)
    return _take(whole, chosen, shift_s, tuple(dropped))


def _fixed_rows(feed: Feed, trips: pd.DataFrame, stop_numbers: Mapping[str, int]) -> pd.DataFrame:
    """Rows with a stop and no pickup window, in order of trip and sequence."""
    frame = feed.table("stop_times")
    fixed = (frame["stop_id"] != "") & (frame["start_pickup_drop_off_window"] == "")
    frame = frame[fixed]
    trip_rows = pd.Series(np.arange(len(trips)), index=trips["trip_id"].to_numpy())
    trip_rows = trip_rows[~trip_rows.index.duplicated()]
    frame = frame.assign(
        trip=frame["trip_id"].map(trip_rows),
        stop=frame["stop_id"].map(stop_numbers),
        sequence=pd.to_numeric(frame["stop_sequence"], errors="coerce"),
    )
    frame = frame.dropna(subset=["trip", "stop", "sequence"])
    return frame.sort_values(["trip", "sequence"], kind="stable")


def _at(size: int, index: NDArray[np.int64], values: NDArray[np.bool_]) -> NDArray[np.bool_]:
    spread = np.zeros(size, np.bool_)
    spread[index] = values
    return spread


def _dropped(
    feed: Feed, trips: pd.DataFrame, rows: NDArray[np.int64], code: str
) -> list[DroppedTrip]:
    return [DroppedTrip(feed.name, str(name), code) for name in trips["trip_id"].iloc[rows]]


def _along_m(
    stops: NDArray[np.int64],
    starts: NDArray[np.int64],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Straight-line way from the first stop of each trip."""
    if len(stops) == 0:
        return np.zeros(0)
    plane = Plane(float(lat.mean()))
    a, b = stops[:-1], stops[1:]
    step_m = np.concatenate([[0.0], plane.distance_m(lat[b], lon[b], lat[a], lon[a])])
    total = np.cumsum(step_m)
    return np.asarray(total - np.repeat(total[starts[:-1]], np.diff(starts)))


def _runs_forward(trips: FeedTrips) -> NDArray[np.bool_]:
    trip = np.repeat(np.arange(len(trips.rows)), np.diff(trips.starts))
    bad = trips.departures < trips.arrivals
    same = trip[1:] == trip[:-1]
    bad[1:] |= same & (trips.arrivals[1:] < trips.departures[:-1])
    return np.asarray(np.bincount(trip, weights=bad, minlength=len(trips.rows)) == 0)


def _instances(
    feed: Feed, trips: pd.DataFrame, whole: FeedTrips, forward: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Trips to lay out and how far to shift each: once as written, or once per headway."""
    table = feed.table("frequencies")
    number = {str(trips["trip_id"].iloc[row]): i for i, row in enumerate(whole.rows.tolist())}
    starts, ends = parse_times(table["start_time"]), parse_times(table["end_time"])
    repeated = np.zeros(len(whole.rows), np.bool_)
    chosen: list[NDArray[np.int64]] = []
    shifts: list[NDArray[np.int64]] = []
    rows = zip(table["trip_id"], starts, ends, table["headway_secs"], strict=True)
    for trip_id, start_s, end_s, headway in rows:
        trip = number.get(trip_id)
        if trip is None or not str(headway).isdigit() or int(headway) == 0:
            continue
        repeated[trip] = True
        begins = np.arange(int(start_s), int(end_s), int(headway), dtype=np.int64)
        chosen.append(np.full(len(begins), trip, np.int64))
        shifts.append(begins - whole.departures[whole.starts[trip]])
    once = np.flatnonzero(~repeated)
    which = np.concatenate([once, *chosen])
    shift_s = np.concatenate([np.zeros(len(once), np.int64), *shifts])
    good = forward[which]
    return which[good], shift_s[good]


def _take(
    whole: FeedTrips,
    chosen: NDArray[np.int64],
    shift_s: NDArray[np.int64],
    dropped: tuple[DroppedTrip, ...],
) -> FeedTrips:
    counts = np.diff(whole.starts)[chosen]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], counts)
    at = np.repeat(whole.starts[chosen], counts) + within
    shift = np.repeat(shift_s, counts)
    return FeedTrips(
        whole.rows[chosen],
        starts,
        whole.stops[at],
        whole.arrivals[at] + shift,
        whole.departures[at] + shift,
        whole.can_board[at],
        whole.can_alight[at],
        whole.sequences[at],
        dropped,
    )
