"""What is different on a service day: trips that run no more, and those that run instead."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DayEdits:
    """What is different on one service day.

    Parameters
    ----------
    gone
        Trips of the fixed timetable that are left out, int32.
    extra
        Trips that run instead of them or beside them, int32.
    cancelled
        Those of `gone` that do not run at all and that riders should hear of, int32.
    skipped
        Trip and position of calls of the fixed timetable that are left out although the trip
        runs, int32 ``[n, 2]``.
    """

    gone: NDArray[np.int32]
    extra: NDArray[np.int32]
    cancelled: NDArray[np.int32]
    skipped: NDArray[np.int32]


class EditBook:
    """Edits by day, while they are collected."""

    def __init__(self) -> None:
        self._gone: dict[dt.date, list[int]] = {}
        self._extra: dict[dt.date, list[int]] = {}
        self._cancelled: dict[dt.date, list[int]] = {}
        self._skipped: dict[dt.date, list[tuple[int, int]]] = {}

    def leave_out(self, day: dt.date, trip: int, is_told: bool) -> None:
        """Leave out a trip.

        Parameters
        ----------
        day
            Service day.
        trip
            Trip of the fixed timetable.
        is_told
            Whether riders should hear that it does not run.
        """
        self._gone.setdefault(day, []).append(trip)
        if is_told:
            self._cancelled.setdefault(day, []).append(trip)

    def skip(self, day: dt.date, trip: int, position: int) -> None:
        """Leave out a call of a trip that runs.

        Parameters
        ----------
        day
            Service day.
        trip, position
            Trip of the fixed timetable, and the call.
        """
        self._skipped.setdefault(day, []).append((trip, position))

    def add(self, day: dt.date, trip: int) -> None:
        """Let a trip run.

        Parameters
        ----------
        day
            Service day.
        trip
            Its number in the live timetable.
        """
        self._extra.setdefault(day, []).append(trip)

    def by_day(self) -> dict[dt.date, DayEdits]:
        """The edits.

        Returns
        -------
        dict
            Of every day with some.
        """
        return {
            day: DayEdits(
                np.array(self._gone.get(day, []), np.int32),
                np.array(self._extra.get(day, []), np.int32),
                np.array(self._cancelled.get(day, []), np.int32),
                np.array(self._skipped.get(day, []), np.int32).reshape(-1, 2),
            )
            for day in {*self._gone, *self._extra}
        }
