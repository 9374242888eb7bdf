"""GTFS-Realtime laid over a timetable: delays, cancellations, added trips, closed stops.

After the GTFS Realtime Reference, version 2.0. The fixed timetable and its arrays are never
written: runs that differ become trips of their own in a `LiveTimetable`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from gtfs.errors import ClockFormatError
from gtfs.messages import SKIPPED, Alert, RealtimeMessage, TripUpdate
from gtfs.times import parse_date, parse_time
from routing.alerts import AlertBook, ClosedStop, closed_by
from routing.closed_stops import Closure
from routing.errors import TimetableError
from routing.live import LiveTimetable, Unmatched
from routing.live_trips import AddedTrip, ChangedTrip, assemble
from routing.run_matching import Run, RunFinder
from routing.timetable import Timetable

_MADE_ANEW: Final = ("ADDED", "NEW", "REPLACEMENT")
_LONGEST_S: Final = 4 * 86_400
"""Times farther than this from the start of their service day are a mistake."""


@dataclass
class _Sheet:
    """What messages say, run by run; the last one that speaks of a run counts."""

    changed: dict[Run, ChangedTrip] = field(default_factory=dict)
    cancelled: dict[Run, bool] = field(default_factory=dict)
    beside: list[ChangedTrip] = field(default_factory=list)
    added: list[AddedTrip] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)

    def change(self, run: Run, trip: ChangedTrip) -> None:
        self.cancelled.pop(run, None)
        self.changed[run] = trip

    def cancel(self, run: Run, is_told: bool) -> None:
        self.changed.pop(run, None)
        self.cancelled[run] = is_told


def with_realtime(
    timetable: Timetable,
    messages: Sequence[tuple[str, RealtimeMessage]],
    now_s: int,
    closed: Sequence[ClosedStop] = (),
) -> LiveTimetable:
    """Lay messages over a timetable.

    Parameters
    ----------
    timetable
        The fixed timetable; of a live one, the one below it.
    messages
        Name of a feed, or an empty one for all feeds, and the whole state of that feed.
    now_s
        Epoch seconds; stands for the instant of a message that tells none.
    closed
        Stops that are closed beside those that alerts with the effect NO_SERVICE name.

    Returns
    -------
    LiveTimetable
        With what could not be laid onto the timetable in `unmatched`.

    Raises
    ------
    TimetableError
        When no feed has that name.
    """
    base = timetable.base if isinstance(timetable, LiveTimetable) else timetable
    sheet = _Sheet()
    alerts: list[tuple[str, Alert]] = []
    for feed, message in messages:
        if feed and feed not in base.feed_names:
            raise TimetableError(
                f"there is no feed called {feed!r}; name one of {', '.join(base.feed_names)}",
                feed=feed,
            )
        alerts += [(feed, alert) for alert in message.alerts]
        reader = _UpdateReader(base, feed, message.timestamp_s or now_s, sheet)
        for update in message.updates:
            reader.read(update)
    closure = Closure(base, (*closed, *closed_by(alerts)))
    sheet.unmatched += closure.unmatched
    extra, edits, unmatched = assemble(
        base, sheet.changed, sheet.cancelled, (sheet.beside, sheet.added), closure
    )
    reports = (*sheet.unmatched, *unmatched)
    return LiveTimetable(base, extra, edits, AlertBook(base, alerts), reports)


class _UpdateReader:
    """Writes the updates of one message into the sheet."""

    def __init__(self, base: Timetable, feed: str, made_s: int, sheet: _Sheet) -> None:
        self._base = base
        self._feed = feed
        self._finder = RunFinder(base, feed, made_s)
        self._sheet = sheet

    def read(self, update: TripUpdate) -> None:
        relationship = update.trip.relationship
        if relationship in _MADE_ANEW:
            self._add(update)
        elif relationship == "DUPLICATED":
            self._repeat(update, update.new_start_date, update.new_start_time)
        else:
            self._change(update, relationship)

    def _report(self, update: TripUpdate, code: str, value: str = "") -> None:
        trip = update.trip
        meant = value or trip.trip_id or trip.route_id
        self._sheet.unmatched.append(Unmatched(self._feed, update.entity_id, code, meant))

    def _change(self, update: TripUpdate, relationship: str) -> None:
        run = self._finder.find(update)
        if run == "unknown_start_time" and relationship == "UNSCHEDULED":
            self._repeat(update, update.trip.start_date, update.trip.start_time)
        elif isinstance(run, str):
            self._report(update, run)
        elif relationship in ("CANCELED", "DELETED"):
            self._sheet.cancel(run, relationship == "CANCELED")
        else:
            self._sheet.change(run, self._changed(update, run))

    def _changed(self, update: TripUpdate, run: Run) -> ChangedTrip:
        """The stops of an update, found in the trip."""
        places = []
        for stop, at in zip(
            update.stops, self._finder.positions(run.trip, update.stops), strict=True
        ):
            if at is None:
                self._report(update, "unknown_stop", stop.stop_id or str(stop.stop_sequence))
            else:
                places.append((at, stop))
        platforms = {}
        for at, stop in places:
            if stop.assigned_stop_id:
                found = self._base.stops_called(stop.assigned_stop_id, self._feed)
                if found:
                    platforms[at] = found[0]
                else:
                    self._report(update, "unknown_stop", stop.assigned_stop_id)
        label = (self._feed, update.entity_id)
        return ChangedTrip(run.trip, run.day, label, tuple(places), update.delay_s, platforms)

    def _repeat(self, update: TripUpdate, date: str, time: str) -> None:
        """A run beside those of the timetable, at another time."""
        sources = self._finder.trips(update.trip.trip_id)
        if not sources:
            self._report(update, "unknown_trip")
            return
        if not time:
            self._report(update, "start_time_missing")
            return
        date = date or update.trip.start_date
        try:
            start_s = parse_time(time)
            day = parse_date(date) if date else self._day(update)
        except ClockFormatError:
            self._report(update, "bad_time", f"{date} {time}".strip())
            return
        shift_s = start_s - self._finder.start_s(sources[0])
        trip = self._changed(update, Run(day, sources[0]))
        trip_id = update.new_trip_id or update.trip.trip_id
        self._sheet.beside.append(
            replace(trip, shift_s=shift_s, trip_id=trip_id, headsign=update.new_headsign)
        )

    def _day(self, update: TripUpdate) -> dt.date:
        return self._finder.day_of(self._finder.instant_s(update))

    def _add(self, update: TripUpdate) -> None:
        """A run with stops and times of its own, instead of one of the timetable or beside it."""
        replaced = None
        if update.trip.relationship == "REPLACEMENT":
            found = self._finder.find(update)
            if isinstance(found, str):
                self._report(update, found)
                return
            replaced = found
        route = self._route_of(update)
        if route is None:
            self._report(update, "unknown_route")
            return
        added = self._own_times(update, route, replaced)
        if added is None:
            return
        if replaced is not None:
            self._sheet.cancel(replaced, is_told=False)
        self._sheet.added.append(added)

    def _route_of(self, update: TripUpdate) -> int | None:
        if update.trip.route_id:
            return self._finder.route(update.trip.route_id)
        known = self._finder.trips(update.trip.trip_id)
        t = self._base
        return int(t.pattern_routes[t.trip_patterns[known[0]]]) if known else None

    def _own_times(self, update: TripUpdate, route: int, replaced: Run | None) -> AddedTrip | None:
        try:
            date = update.trip.start_date
            day = replaced.day if replaced else parse_date(date) if date else self._day(update)
        except ClockFormatError:
            self._report(update, "bad_date", update.trip.start_date)
            return None
        zero_s = self._base.origin_s(day)
        stops, times = [], []
        for stop in update.stops:
            first_s, last_s = stop.arrival_s, stop.departure_s
            instants = [s for s in (first_s, last_s) if s is not None]
            called = stop.assigned_stop_id or stop.stop_id
            known = self._base.stops_called(called, self._feed)
            if stop.relationship == SKIPPED or not instants:
                continue
            if not known:
                self._report(update, "unknown_stop", called)
                continue
            stops.append(known[0])
            times.append((instants[0] - zero_s, instants[-1] - zero_s))
        if len(stops) < 2:
            self._report(update, "no_times")
            return None
        # A vehicle never goes back in time, whatever the message says.
        clean = np.maximum.accumulate(np.array(times, np.int64).reshape(-1)).reshape(-1, 2)
        if np.abs(clean).max() > _LONGEST_S:
            self._report(update, "time_out_of_range")
            return None
        source = -1 if replaced is None else replaced.trip
        trip_id = update.new_trip_id or update.trip.trip_id or update.entity_id
        headsign = update.new_headsign or (
            self._base.trip_headsigns[source] if source >= 0 else self._base.stop_names[stops[-1]]
        )
        return AddedTrip(route, day, trip_id, headsign, source, tuple(stops), clean)
