"""Expected times of runs from what is reported at some of their stops.

After the GTFS Realtime Reference, "Trip Updates": a reported delay holds until the next one; an
instant counts more than a delay; of stops before the first report nothing is said; after NO_DATA
the timetable counts again; a skipped stop changes no other. What the reference leaves open: times
never run backwards. What was reported or carried on gives way forwards (a vehicle leaves no
earlier than it arrives, and arrives no earlier than it left), stops before the first report give
way backwards, as nothing passed them later than what follows.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_UNSAID: Final = -(2**62)
_APART: Final = 2**40
"""More than any time: keeps running extremes of one run from touching the next."""

FARTHEST_S: Final = 86_400
"""A report farther than a day from the timetable is a mistake."""


@dataclass(frozen=True)
class Reports:
    """Reports about events; arrival and departure of call c are the events 2 c and 2 c + 1.

    Parameters
    ----------
    times
        Event and instant as seconds of the service day, int64 ``[n, 2]``.
    delays
        Event and delay in seconds, int64 ``[m, 2]``.
    silent
        Calls from which on the timetable counts again, int64 ``[k]``.
    """

    times: NDArray[np.int64]
    delays: NDArray[np.int64]
    silent: NDArray[np.int64]


@dataclass(frozen=True)
class Expected:
    """Expected times of runs, N calls.

    Parameters
    ----------
    times
        Arrival and departure, seconds of the service day, int64 ``[N, 2]``.
    known
        Whether a report stands behind them, bool ``[N, 2]``.
    strange
        Events whose report was farther than a day from the timetable and does not count, int64.
    """

    times: NDArray[np.int64]
    known: NDArray[np.bool_]
    strange: NDArray[np.int64]


def expect(
    scheduled: NDArray[np.int64],
    run_starts: NDArray[np.int64],
    first_delays: NDArray[np.int64],
    is_said: NDArray[np.bool_],
    reports: Reports,
) -> Expected:
    """Carry reports along their runs.

    Parameters
    ----------
    scheduled
        Arrivals and departures by the timetable, seconds of the service day, int64 ``[N, 2]``.
    run_starts
        Calls of run r are ``run_starts[r]:run_starts[r + 1]``, int64 ``[R + 1]``; none is empty.
    first_delays, is_said
        Delay of each run until its first report, and whether one is said; ``[R]``.
    reports
        What is reported; a later report of an event replaces an earlier one.

    Returns
    -------
    Expected
        Times that do not run backwards.
    """
    if len(scheduled) == 0:
        nothing = np.zeros((0, 2), np.int64)
        return Expected(nothing, nothing.astype(np.bool_), np.zeros(0, np.int64))
    table = scheduled.reshape(-1)
    firsts = 2 * run_starts[:-1]
    run = np.repeat(np.arange(len(firsts)), 2 * np.diff(run_starts))
    delay = np.full(len(table), _UNSAID, np.int64)
    delay[reports.delays[:, 0]] = reports.delays[:, 1]
    delay[reports.times[:, 0]] = reports.times[:, 1] - table[reports.times[:, 0]]
    strange = np.flatnonzero((delay != _UNSAID) & (np.abs(delay) > FARTHEST_S))
    delay[strange] = _UNSAID
    silent = np.zeros(len(table), np.bool_)
    silent[2 * reports.silent] = True
    delay[2 * reports.silent] = 0
    delay[2 * reports.silent + 1] = _UNSAID

    said = delay != _UNSAID
    unsaid_first = firsts[~said[firsts]]
    delay[unsaid_first] = np.where(is_said, first_delays, 0)[run[unsaid_first]]
    known_from = said & ~silent
    known_from[unsaid_first] = is_said[run[unsaid_first]]
    holds = said.copy()
    holds[firsts] = True
    last = np.maximum.accumulate(np.where(holds, np.arange(len(table)), 0))
    times = table + delay[last]
    known = known_from[last]

    # Nothing passed the stops before the first report later than what was reported there.
    first_said = np.minimum.reduceat(np.where(said, np.arange(len(table)), len(table)), firsts)
    limit = np.append(times, 2**62)[first_said][run]
    unsaid = (np.arange(len(table)) < first_said[run]) & ~is_said[run]
    times = np.where(unsaid, np.minimum(times, limit), times)
    apart = run * _APART
    times = np.maximum.accumulate(times + apart) - apart
    return Expected(times.reshape(-1, 2), known.reshape(-1, 2), strange)
