"""Realtime by hand: every run of every day, call by call, as the GTFS Realtime Reference says.

No patterns, no copy on write, no arrays: the runs of a feed are made anew from its tables, each is
looked up in the message, and its times are carried along in a loop.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from gtfs.feed import Feed
from gtfs.messages import NO_DATA, SKIPPED, RealtimeMessage, StopTimeUpdate, TripUpdate
from tests.oracles.raptor_slow import SlowCall, slow_runs

Closed = tuple[str, int, int]


def slow_live_runs(
    feed: Feed,
    timezone: str,
    days: Sequence[dt.date],
    message: RealtimeMessage,
    closed: Sequence[Closed] = (),
) -> list[list[SlowCall]]:
    """All runs of some days as they take place; every update names its day."""
    runs = []
    for trip_id in feed.table("trips")["trip_id"]:
        for day in days:
            for run in slow_runs(_only(feed, trip_id), timezone, [day]):
                update = _said_of(message, trip_id, day, _clock(run[0].departure, day, timezone))
                if update is None:
                    runs.append(run)
                elif update.trip.relationship != "CANCELED":
                    runs.append(_expected(run, update))
    runs += [_added(u) for u in message.updates if u.trip.relationship == "ADDED"]
    return [[call for call in run if not _is_closed(call, closed)] for run in runs]


def _only(feed: Feed, trip_id: str) -> Feed:
    """The feed with one trip."""
    tables = dict(feed.tables)
    for name in ("trips", "stop_times", "frequencies"):
        if name in tables:
            tables[name] = tables[name][tables[name]["trip_id"] == trip_id]
    return Feed(feed.name, tables)


def _clock(instant: int, day: dt.date, timezone: str) -> str:
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(timezone))
    seconds = instant - int(noon.timestamp()) + 43_200
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _said_of(message: RealtimeMessage, trip_id: str, day: dt.date, start: str) -> TripUpdate | None:
    """The last update of a run."""
    found = None
    for update in message.updates:
        trip = update.trip
        same = trip.trip_id == trip_id and trip.start_date == day.strftime("%Y%m%d")
        if same and trip.relationship != "ADDED" and trip.start_time in ("", start):
            found = update
    return found


def _expected(run: list[SlowCall], update: TripUpdate) -> list[SlowCall]:
    said = {stop.stop_sequence: stop for stop in update.stops}
    times: list[int] = []
    delay, reported, first = update.delay_s or 0, update.delay_s is not None, None
    for number, call in enumerate(run):
        stop = said.get(number, StopTimeUpdate())
        for scheduled, at, late in (
            (call.arrival, stop.arrival_s, stop.arrival_delay_s),
            (call.departure, stop.departure_s, stop.departure_delay_s),
        ):
            told = stop.relationship == NO_DATA or at is not None or late is not None
            if stop.relationship == NO_DATA:
                delay = 0
            elif at is not None:
                delay = at - scheduled
            elif late is not None:
                delay = late
            if told and first is None:
                first = len(times)
            times.append(scheduled + delay)
    if first is not None and not reported:
        times[:first] = [min(time, times[first]) for time in times[:first]]
    for number in range(1, len(times)):
        times[number] = max(times[number], times[number - 1])
    return [
        replace(call, arrival=times[2 * number], departure=times[2 * number + 1])
        for number, call in enumerate(run)
        if said.get(number, StopTimeUpdate()).relationship != SKIPPED
    ]


def _added(update: TripUpdate) -> list[SlowCall]:
    calls, now = [], 0
    for stop in update.stops:
        arrival = stop.arrival_s if stop.arrival_s is not None else stop.departure_s
        departure = stop.departure_s if stop.departure_s is not None else stop.arrival_s
        assert arrival is not None
        assert departure is not None
        now = max(now, arrival)
        leaves = max(now, departure)
        calls.append(SlowCall(stop.stop_id, now, leaves, True, True))
        now = leaves
    return calls


def _is_closed(call: SlowCall, closed: Sequence[Closed]) -> bool:
    return any(
        call.stop == stop and call.departure >= begin and call.arrival < end
        for stop, begin, end in closed
    )
