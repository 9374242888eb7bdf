"""A timetable with what happens live laid over it; the fixed one below is never written.

Runs that are late, skip stops or were added are trips of their own behind those of the fixed
timetable, in patterns of their own. The fixed ones they stand for are left out on their days. So
whatever reads a `Timetable` reads this one, and numbers of stops, lines, patterns and trips of the
fixed timetable mean the same here.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.alerts import AlertBook
from routing.day_edits import DayEdits
from routing.layout import starts_of
from routing.timetable import Timetable

UNSCHEDULED: Final = -(2**31)
"""Stands for a time that no timetable knows."""


class Unmatched(NamedTuple):
    """Something a message says that could not be laid onto the timetable.

    Parameters
    ----------
    feed
        Name of the feed; empty when the message is for all of them.
    entity_id
        Id in the message.
    code
        ``unknown_trip``, ``unknown_stop``, ``unknown_route``, ``does_not_run``,
        ``start_time_missing``, ``unknown_start_time``, ``bad_date``, ``bad_time``, ``no_times``,
        ``time_out_of_range`` or ``modified_trip``.
    value
        The id or time that is meant.
    """

    feed: str
    entity_id: str
    code: str
    value: str


class CallTimes(NamedTuple):
    """Where the times of a call come from.

    Parameters
    ----------
    arrival_s, departure_s
        Of the fixed timetable, seconds of the service day; None where it has none.
    arrival_known, departure_known
        Whether something is known about them from the road.
    """

    arrival_s: int | None
    departure_s: int | None
    arrival_known: bool
    departure_known: bool


@dataclass(frozen=True, eq=False)
class Extra:
    """Trips to lay over a timetable, in the order of their patterns; E trips, N calls.

    Parameters
    ----------
    sources
        Trip of the fixed timetable that each one stands for, -1 for none; int32 ``[E]``.
    in_place
        Which of them run instead of their source, as the same vehicle; bool ``[E]``.
    trip_ids, headsigns
        E of each.
    trip_starts
        Trips of pattern p are ``trip_starts[p]:trip_starts[p + 1]``, int64.
    routes, shapes
        Line and shape of each pattern, int32.
    stop_starts, stops, can_board, can_alight
        Stops of the patterns, as in `Timetable`.
    arrivals, departures, sequences
        Expected times and stop_sequence, row by row, int32 ``[N]``.
    scheduled
        Arrival and departure by the fixed timetable, `UNSCHEDULED` where it has none; int32
        ``[N, 2]``.
    known
        Whether the road tells of arrival and departure, bool ``[N, 2]``.
    """

    sources: NDArray[np.int32]
    in_place: NDArray[np.bool_]
    trip_ids: tuple[str, ...]
    headsigns: tuple[str, ...]
    trip_starts: NDArray[np.int64]
    routes: NDArray[np.int32]
    shapes: NDArray[np.int32]
    stop_starts: NDArray[np.int64]
    stops: NDArray[np.int32]
    can_board: NDArray[np.bool_]
    can_alight: NDArray[np.bool_]
    arrivals: NDArray[np.int32]
    departures: NDArray[np.int32]
    sequences: NDArray[np.int32]
    scheduled: NDArray[np.int32]
    known: NDArray[np.bool_]


class LiveTimetable(Timetable):
    """A timetable with what happens live; made by `routing.delays.with_realtime`.

    Where something is added it has arrays of its own, else those of the fixed timetable.

    Parameters
    ----------
    base
        The fixed timetable.
    extra
        The trips laid over it.
    edits
        What is different, by service day; trips of `extra` count from the last one of `base`.
    alerts
        What riders should know.
    unmatched
        What could not be laid onto the timetable.
    """

    base: Timetable
    extra: Extra
    edits: Mapping[dt.date, DayEdits]
    alerts: AlertBook
    unmatched: tuple[Unmatched, ...]

    def __init__(
        self,
        base: Timetable,
        extra: Extra,
        edits: Mapping[dt.date, DayEdits],
        alerts: AlertBook,
        unmatched: tuple[Unmatched, ...],
    ) -> None:
        values = {part.name: getattr(base, part.name) for part in dataclasses.fields(Timetable)}
        super().__init__(**values | (_longer(base, extra) if len(extra.sources) else {}))
        own = {"base": base, "extra": extra, "edits": edits, "alerts": alerts}
        vars(self).update(own, unmatched=unmatched)  # a timetable does not let itself be set

    def trips_on(self, day: dt.date) -> NDArray[np.bool_]:
        """Which trips run on a day.

        Parameters
        ----------
        day
            Service day.

        Returns
        -------
        ndarray
            bool ``[T]``, not shared.
        """
        runs = np.zeros(len(self.trip_ids), np.bool_)
        fixed = len(self.base.trip_ids)
        runs[:fixed] = self.base.trips_on(day)
        edits = self.edits.get(day)
        if edits is not None:
            runs[edits.gone] = False
            runs[edits.extra] = True
        return runs

    def source_of(self, trip: int) -> int:
        """The trip of the fixed timetable that a trip stands for.

        Parameters
        ----------
        trip
            Its number.

        Returns
        -------
        int
            The number itself for a fixed trip, -1 for an added one.
        """
        fixed = len(self.base.trip_ids)
        return trip if trip < fixed else int(self.extra.sources[trip - fixed])

    def call_times(self, row: int) -> CallTimes | None:
        """Where the times of a call come from.

        Parameters
        ----------
        row
            Index into `arrivals`.

        Returns
        -------
        CallTimes | None
            None for a call that is as the fixed timetable says, and nothing more is known.
        """
        at = row - len(self.base.arrivals)
        if at < 0:
            return None
        arrival_s, departure_s = self.extra.scheduled[at].tolist()
        known = self.extra.known[at].tolist()
        return CallTimes(
            None if arrival_s == UNSCHEDULED else arrival_s,
            None if departure_s == UNSCHEDULED else departure_s,
            known[0],
            known[1],
        )

    def is_cancelled(self, trip: int, day: dt.date) -> bool:
        """Whether a trip of the fixed timetable does not run at all on a day.

        Parameters
        ----------
        trip
            Its number.
        day
            Service day.

        Returns
        -------
        bool
            True when riders should hear of it.
        """
        return day in self.edits and bool((self.edits[day].cancelled == trip).any())

    def withdrawn_on(self, day: dt.date) -> Iterator[tuple[int, int]]:
        """Calls of the fixed timetable that do not take place on a day.

        Parameters
        ----------
        day
            Service day.

        Yields
        ------
        tuple of int
            Trip and position.
        """
        edits = self.edits.get(day)
        if edits is None:
            return
        for trip in edits.cancelled.tolist():
            pattern = self.base.trip_patterns[trip]
            first, end = self.base.pattern_stop_starts[pattern : pattern + 2].tolist()
            yield from ((trip, position) for position in range(end - first))
        for trip, position in edits.skipped.tolist():
            yield trip, position

    @cached_property
    def served_stops(self) -> NDArray[np.int64]:
        """Stops where some trip calls, in ascending order, int64."""
        return np.union1d(self.base.served_stops, self.extra.stops)

    @property
    def trip_numbers(self) -> dict[str, tuple[int, ...]]:
        """Trips of the fixed timetable by trip_id."""
        return self.base.trip_numbers

    @property
    def route_numbers(self) -> dict[str, int]:
        """Index of each line by its route_id."""
        return self.base.route_numbers

    @property
    def _stops_by_id(self) -> dict[str, list[int]]:
        return self.base._stops_by_id

    @property
    def _children(self) -> dict[int, list[int]]:
        return self.base._children


def _longer(base: Timetable, extra: Extra) -> dict[str, object]:
    """Every field of a timetable that grows with patterns, trips or calls."""
    cells = np.diff(extra.trip_starts) * np.diff(extra.stop_starts)

    def with_starts(old: NDArray[np.int64], new: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.concatenate([old, new[1:] + old[-1]])

    def of_source(old: NDArray[np.generic], none: int) -> NDArray[np.generic]:
        new = np.full(len(extra.sources), none, old.dtype)
        stands = extra.sources >= 0
        new[stands] = old[extra.sources[stands]]
        return np.concatenate([old, new])

    return {
        "pattern_routes": np.concatenate([base.pattern_routes, extra.routes]),
        "pattern_shapes": np.concatenate([base.pattern_shapes, extra.shapes]),
        "pattern_stop_starts": with_starts(base.pattern_stop_starts, extra.stop_starts),
        "pattern_stops": np.concatenate([base.pattern_stops, extra.stops]),
        "can_board": np.concatenate([base.can_board, extra.can_board]),
        "can_alight": np.concatenate([base.can_alight, extra.can_alight]),
        "pattern_trip_starts": with_starts(base.pattern_trip_starts, extra.trip_starts),
        "pattern_time_starts": with_starts(base.pattern_time_starts, starts_of(cells)),
        "arrivals": np.concatenate([base.arrivals, extra.arrivals]),
        "departures": np.concatenate([base.departures, extra.departures]),
        "stop_sequences": np.concatenate([base.stop_sequences, extra.sequences]),
        "trip_ids": base.trip_ids + extra.trip_ids,
        "trip_headsigns": base.trip_headsigns + extra.headsigns,
        "trip_services": of_source(base.trip_services, -1),
        "trip_wheelchair": of_source(base.trip_wheelchair, 0),
        "trip_blocks": np.concatenate(
            [
                base.trip_blocks,
                np.where(extra.in_place, base.trip_blocks[extra.sources], -1).astype(np.int32),
            ]
        ),
        "trip_links": _links(base, extra),
    }


def _links(base: Timetable, extra: Extra) -> NDArray[np.int32]:
    """Links of transfers.txt between trips, and between those that run in their place."""
    fixed = len(base.trip_ids)
    places: dict[int, list[int]] = {}
    for at in np.flatnonzero(extra.in_place).tolist():
        places.setdefault(int(extra.sources[at]), []).append(fixed + at)
    links = [
        (before, after, stays)
        for a, b, stays in base.trip_links.tolist()
        for before in (a, *places.get(a, ()))
        for after in (b, *places.get(b, ()))
    ]
    return np.array(links, np.int32).reshape(-1, 3)
