"""Journeys by exhaustion, straight from the tables of a feed.

No patterns, no order of trips, no pruning: for every possible departure, round by round, every
trip of every service day is boarded wherever it can be, and left wherever it can be.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gtfs.feed import Feed


@dataclass(frozen=True)
class SlowCall:
    """A call of a run; instants in epoch seconds."""

    stop: str
    arrival: int
    departure: int
    board: bool
    alight: bool


@dataclass(frozen=True)
class SlowAccess:
    """A way from the origin, open for departures between two instants."""

    stop: str
    duration: int
    opens: int = -(10**12)
    closes: int = 10**12


@dataclass(frozen=True)
class SlowEgress:
    """A way to the target, that can be started between two instants."""

    stop: str
    before: int
    after: int
    opens: int = -(10**12)
    closes: int = 10**12


Triple = tuple[int, int, int]


@dataclass(frozen=True)
class _Run:
    """A trip on a service day, once for every time that frequencies.txt repeats it."""

    trip: Mapping[str, str]
    day: dt.date
    calls: list[SlowCall]
    repeated: bool


def slow_runs(feed: Feed, timezone: str, days: Sequence[dt.date]) -> list[list[SlowCall]]:
    """All runs of some service days, frequencies laid out."""
    return [run.calls for run in _named_runs(feed, timezone, days)]


def slow_stays(feed: Feed, timezone: str, days: Sequence[dt.date]) -> dict[int, list[int]]:
    """For each of `slow_runs`, by place, those that its vehicle goes on as."""
    runs = _named_runs(feed, timezone, days)
    stays: dict[int, list[int]] = {}
    for a, run in enumerate(runs):
        later = [b for b, other in enumerate(runs) if _follows(run, other)]
        rules = {b: _link(feed, run, runs[b]) for b in later}
        linked = [b for b in later if rules[b] == "4"]
        block = run.trip["block_id"]
        same = [b for b in later if block and runs[b].trip["block_id"] == block]
        next_s = min((runs[b].calls[0].departure for b in same), default=0)
        stays[a] = linked or [
            b
            for b in same
            if runs[b].calls[0].departure == next_s
            and _is_near(feed, run.calls[-1].stop, runs[b].calls[0].stop)
            and rules[b] != "5"
        ]
    return stays


def _follows(run: _Run, other: _Run) -> bool:
    starts = other.calls[0].departure
    first, last = run.calls[0].departure, run.calls[-1].arrival
    return run.day == other.day and starts >= last and starts > first


def _link(feed: Feed, run: _Run, other: _Run) -> str:
    """transfer_type between two trips that frequencies.txt does not repeat; 4 wins."""
    if run.repeated or other.repeated:
        return ""
    ends = (run.trip["trip_id"], other.trip["trip_id"])
    rows = feed.table("transfers").to_dict("records")
    return min(
        (
            row["transfer_type"]
            for row in rows
            if (row["from_trip_id"], row["to_trip_id"]) == ends and row["transfer_type"] in "45"
        ),
        default="",
    )


def _is_near(feed: Feed, a: str, b: str) -> bool:
    stops = {row["stop_id"]: row for row in feed.table("stops").to_dict("records")}
    if (stops[a]["parent_station"] or a) == (stops[b]["parent_station"] or b):
        return True
    (lat, lon), (other_lat, other_lon) = (
        (float(stops[s]["stop_lat"]), float(stops[s]["stop_lon"])) for s in (a, b)
    )
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return math.hypot(lat - other_lat, east) * 111_195 <= 100


def _named_runs(feed: Feed, timezone: str, days: Sequence[dt.date]) -> list[_Run]:
    runs = []
    for trip in feed.table("trips").to_dict("records"):
        calls = [
            c
            for c in feed.table("stop_times").to_dict("records")
            if c["trip_id"] == trip["trip_id"]
        ]
        calls.sort(key=lambda c: int(c["stop_sequence"]))
        times = [(_clock(c["arrival_time"]), _clock(c["departure_time"])) for c in calls]
        shifts = _shifts(feed, trip["trip_id"], times[0][1])
        for shift in shifts:
            for day in days:
                if not _active(feed, trip["service_id"], day):
                    continue
                noon = dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(timezone))
                zero = int(noon.timestamp()) - 43_200 + shift
                instants = [
                    SlowCall(
                        call["stop_id"],
                        zero + arrival,
                        zero + departure,
                        call["pickup_type"] != "1",
                        call["drop_off_type"] != "1",
                    )
                    for call, (arrival, departure) in zip(calls, times, strict=True)
                ]
                runs.append(_Run(trip, day, instants, len(shifts) > 1))
    return runs


def _clock(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _shifts(feed: Feed, trip_id: str, first: int) -> list[int]:
    rows = [r for r in feed.table("frequencies").to_dict("records") if r["trip_id"] == trip_id]
    if not rows:
        return [0]
    shifts = []
    for row in rows:
        now = _clock(row["start_time"])
        while now < _clock(row["end_time"]):
            shifts.append(now - first)
            now += int(row["headway_secs"])
    return shifts


def _active(feed: Feed, service_id: str, day: dt.date) -> bool:
    text = day.strftime("%Y%m%d")
    for row in feed.table("calendar_dates").to_dict("records"):
        if row["service_id"] == service_id and row["date"] == text:
            return bool(row["exception_type"] == "1")
    for row in feed.table("calendar").to_dict("records"):
        if row["service_id"] == service_id and row["start_date"] <= text <= row["end_date"]:
            return bool(row[day.strftime("%A").lower()] == "1")
    return False


def slow_journeys(
    runs: Sequence[Sequence[SlowCall]],
    access: Sequence[SlowAccess],
    egress: Sequence[SlowEgress],
    changes: Mapping[tuple[str, str], int],
    first: int,
    last: int,
    vehicles: int,
    stays: Mapping[int, Sequence[int]] | None = None,
) -> set[Triple]:
    """Pareto set of (departure, arrival, vehicles) over the departures from first to last.

    Riders stay seated from a run to those that ``stays`` names for it, of `slow_stays`.
    """
    whole = [_with_stays(runs, place, stays or {}) for place in range(len(runs))]
    boardings = _first_boardings(runs, access, first, last)
    found: set[Triple] = set()
    for start in {leave for leave, _, _ in boardings}:
        reached: dict[str, int] = {}
        for leave, number, position in boardings:
            if leave >= start:
                _ride(runs[number], whole[number], position, reached)
        for vehicle in range(1, vehicles + 1):
            arrival = _finish(reached, egress)
            if arrival is not None:
                found.add((start, arrival, vehicle))
            ready = _ready(reached, changes)
            for run, after in zip(runs, whole, strict=True):
                for position, call in enumerate(run[:-1]):
                    if call.board and ready.get(call.stop, 10**15) <= call.departure:
                        _ride(run, after, position, reached)
    return {a for a in found if not any(_beats(b, a) for b in found)}


def _with_stays(
    runs: Sequence[Sequence[SlowCall]], place: int, stays: Mapping[int, Sequence[int]]
) -> list[SlowCall]:
    """Calls that riders at the end of a run come to without leaving their seat."""
    after: list[SlowCall] = []
    seen, waiting = {place}, [place]
    for here in waiting:
        for there in stays.get(here, ()):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
                after += runs[there][1:]
    return after


def _first_boardings(
    runs: Sequence[Sequence[SlowCall]], access: Sequence[SlowAccess], first: int, last: int
) -> list[tuple[int, int, int]]:
    """Departure from the origin, run and position of every first boarding in the window."""
    boardings = []
    for way in access:
        for number, run in enumerate(runs):
            for position, call in enumerate(run[:-1]):
                leave = min(call.departure - way.duration, way.closes)
                if call.stop == way.stop and call.board and max(first, way.opens) <= leave <= last:
                    boardings.append((leave, number, position))
    return boardings


def _ready(reached: Mapping[str, int], changes: Mapping[tuple[str, str], int]) -> dict[str, int]:
    ready: dict[str, int] = {}
    for (stop, other), seconds in changes.items():
        if stop in reached:
            at = reached[stop] + seconds
            ready[other] = min(ready.get(other, at), at)
    return ready


def _ride(
    run: Sequence[SlowCall], after: Sequence[SlowCall], position: int, reached: dict[str, int]
) -> None:
    for call in [*run[position + 1 :], *after]:
        if call.alight:
            reached[call.stop] = min(reached.get(call.stop, call.arrival), call.arrival)


def _finish(reached: Mapping[str, int], egress: Sequence[SlowEgress]) -> int | None:
    arrivals = []
    for way in egress:
        if way.stop in reached:
            begin = max(reached[way.stop] + way.before, way.opens)
            if begin <= way.closes:
                arrivals.append(begin + way.after)
    return min(arrivals, default=None)


def _beats(a: Triple, b: Triple) -> bool:
    return a != b and a[0] >= b[0] and a[1] <= b[1] and a[2] <= b[2]
