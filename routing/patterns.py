"""Trips to patterns: blank times filled in, same stops together, overtaking trips apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class StopTimes:
    """Stop times of many trips, one trip after the other.

    Parameters
    ----------
    trip_starts
        Stop times of trip t are ``trip_starts[t]:trip_starts[t + 1]``, int64 ``[T + 1]``.
    trip_routes
        Line of each trip, int32 ``[T]``.
    stops
        Stop of each stop time, int32 ``[N]``.
    arrivals, departures
        Seconds of the service day, int32 ``[N]``.
    can_board, can_alight
        Whether riders may, bool ``[N]``.
    """

    trip_starts: NDArray[np.int64]
    trip_routes: NDArray[np.int32]
    stops: NDArray[np.int32]
    arrivals: NDArray[np.int32]
    departures: NDArray[np.int32]
    can_board: NDArray[np.bool_]
    can_alight: NDArray[np.bool_]


@dataclass(frozen=True)
class Patterns:
    """Trips sorted into patterns.

    Parameters
    ----------
    trips
        Trip numbers in the order of the patterns, int64 ``[T]``.
    trip_starts
        Trips of pattern p are ``trips[trip_starts[p]:trip_starts[p + 1]]``, int64.
    """

    trips: NDArray[np.int64]
    trip_starts: NDArray[np.int64]


def interpolate(
    times: NDArray[np.int64], trip_starts: NDArray[np.int64], along_m: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Fill blank times between timepoints in proportion to the way between the stops.

    Parameters
    ----------
    times
        Seconds, int64 ``[N]``; negative where blank. First and last of each trip are known.
    trip_starts
        Where trips begin, int64 ``[T + 1]``.
    along_m
        Way from the trip's first stop, metres, float64 ``[N]``, not falling within a trip.

    Returns
    -------
    ndarray
        Seconds, int64 ``[N]``, none of them blank.
    """
    blank = times < 0
    if not blank.any():
        return times
    trip = np.repeat(np.arange(len(trip_starts) - 1), np.diff(trip_starts))
    # Trips laid end to end, each one metre and more apart, so that one interpolation serves all.
    reach = along_m.max() + 1.0
    position = trip * reach + along_m
    rank = np.arange(len(times)) * 1e-6  # keeps stops at the same place in order
    known = ~blank
    filled = np.interp((position + rank)[blank], (position + rank)[known], times[known])
    result = times.copy()
    result[blank] = np.rint(filled).astype(np.int64)
    return result


def find_patterns(times: StopTimes) -> Patterns:
    """Sort trips into patterns inside which no trip overtakes another.

    Parameters
    ----------
    times
        All trips, each with two stops or more.

    Returns
    -------
    Patterns
        Trips of a pattern are ordered by time at every position.
    """
    groups: dict[tuple[int, bytes, bytes, bytes], list[int]] = {}
    starts = times.trip_starts.tolist()
    for trip, route in enumerate(times.trip_routes.tolist()):
        rows = slice(starts[trip], starts[trip + 1])
        key = (
            route,
            times.stops[rows].tobytes(),
            times.can_board[rows].tobytes(),
            times.can_alight[rows].tobytes(),
        )
        groups.setdefault(key, []).append(trip)
    patterns = [chain for trips in groups.values() for chain in _chains(times, trips)]
    sizes = np.array([len(chain) for chain in patterns], np.int64)
    trips = np.concatenate(patterns) if patterns else np.empty(0, np.int64)
    starts_of = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Patterns(trips.astype(np.int64), starts_of)


def _chains(times: StopTimes, trips: list[int]) -> list[NDArray[np.int64]]:
    """Split trips over the same stops so that each chain is ordered at every position."""
    number = np.array(trips, np.int64)
    first = times.trip_starts[number]
    length = int(times.trip_starts[number[0] + 1] - first[0])
    rows = first[:, None] + np.arange(length)
    both = np.concatenate([times.departures[rows], times.arrivals[rows]], axis=1)
    order = np.lexsort(both.T[::-1])
    number, both = number[order], both[order]
    if (both[1:] >= both[:-1]).all():
        return [number]
    chains: list[list[int]] = []
    lasts: list[NDArray[np.int32]] = []
    for i in range(len(number)):
        fit = next((c for c, last in enumerate(lasts) if (both[i] >= last).all()), None)
        if fit is None:
            chains.append([i])
            lasts.append(both[i])
        else:
            chains[fit].append(i)
            lasts[fit] = both[i]
    return [number[chain] for chain in chains]
