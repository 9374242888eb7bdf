"""Ways inside stations, from pathways.txt and levels.txt: how long they are, and for whom.

Whatever a way takes is written as metres, like every walk: the metres that somebody walks in the
same time at `REFERENCE_MM_S`. A lift of a minute is 72 m to the search; the leg of a journey tells
what is really walked.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from routing.access import NARROW_M
from routing.snapping import DETOUR, Plane
from routing.stops import Stops

if TYPE_CHECKING:
    import pandas as pd

    from gtfs.feed import Feed

REFERENCE_MM_S: Final = 1200
"""Speed at which times of pathways are taken to be walked, millimetres a second."""

STEP_M: Final = 0.4
"""A step of a stair is climbed in the time of so many metres; twice its depth, as in
OpenTripPlanner's PathwayEdge."""

LEVEL_M: Final = 10
"""A level up or down without stair_count, metres: some 24 steps."""

LIFT_M: Final = 72
"""Waiting for a lift and riding it, where the feed gives no time, metres: one minute."""

RAMP_SLOPE: Final = 0.084
"""Slope beyond which no wheelchair goes: 1 in 12, the limit of ramps that the GTFS reference
names under max_slope."""

FROM, TO, COST_M, LENGTH_M, IS_STEP_FREE = range(5)
"""Columns of `Timetable.pathways`."""

_STAIRS, _ESCALATOR, _LIFT = 2, 4, 5


def read_pathways(feeds: "Sequence[Feed]", stops: Stops) -> NDArray[np.int32]:
    """Read the ways inside stations.

    Parameters
    ----------
    feeds
        The feeds of a city.
    stops
        Their stops.

    Returns
    -------
    ndarray
        int32 ``[W, 5]``: from stop, to stop, metres to the search, metres walked, and whether
        wheelchairs pass. Ways for both directions stand there twice.
    """
    parts = [
        _of_feed(feed.table("pathways"), numbers, stops)
        for feed, numbers in zip(feeds, stops.numbers, strict=True)
    ]
    return np.concatenate([*parts, np.zeros((0, 5), np.int32)])


def _of_feed(table: "pd.DataFrame", numbers: dict[str, int], stops: Stops) -> NDArray[np.int32]:
    known = table["from_stop_id"].isin(numbers.keys()) & table["to_stop_id"].isin(numbers.keys())
    table = table[known]
    if len(table) == 0:
        return np.zeros((0, 5), np.int32)
    tails = table["from_stop_id"].map(numbers).to_numpy().astype(np.int64)
    heads = table["to_stop_id"].map(numbers).to_numpy().astype(np.int64)
    mode = _numbers(table, "pathway_mode")
    cost_m = _cost_m(table, mode, tails, heads, stops)
    length_m = _numbers(table, "length")
    walked_m = np.where(mode == _LIFT, 0, np.where(length_m > 0, length_m, cost_m))
    passes = ~np.isin(mode, (_STAIRS, _ESCALATOR))
    passes &= np.abs(_numbers(table, "max_slope")) <= RAMP_SLOPE
    width_m = _numbers(table, "min_width")
    passes &= (width_m <= 0) | (width_m >= NARROW_M)
    there = np.column_stack([tails, heads, np.ceil(cost_m), np.rint(walked_m), passes])
    back = there[_numbers(table, "is_bidirectional") == 1][
        :, [TO, FROM, COST_M, LENGTH_M, IS_STEP_FREE]
    ]
    return np.concatenate([there, back]).astype(np.int32)


def _cost_m(
    table: "pd.DataFrame",
    mode: NDArray[np.float64],
    tails: NDArray[np.int64],
    heads: NDArray[np.int64],
    stops: Stops,
) -> NDArray[np.float64]:
    """The time given, else the length, else the steps, else the way from point to point."""
    plane = Plane(float(stops.lat[tails[0]]))
    ends = stops.lat[tails], stops.lon[tails], stops.lat[heads], stops.lon[heads]
    climbed = np.nan_to_num(np.abs(stops.levels[tails] - stops.levels[heads]))
    guessed_m = plane.distance_m(*ends) * DETOUR + climbed * LEVEL_M
    length_m, steps = _numbers(table, "length"), np.abs(_numbers(table, "stair_count"))
    walked_m = np.where(length_m > 0, length_m, np.where(steps > 0, steps * STEP_M, guessed_m))
    time_m = _numbers(table, "traversal_time") * REFERENCE_MM_S / 1000
    known_m = np.where(mode == _LIFT, LIFT_M, walked_m)
    return np.asarray(np.where(time_m > 0, time_m, known_m), np.float64)


def _numbers(table: "pd.DataFrame", column: str) -> NDArray[np.float64]:
    """Numbers of a column; 0 where it is blank or no number."""
    import pandas as pd  # whoever maps a kept timetable has no tables to read

    return pd.to_numeric(table[column], errors="coerce").fillna(0).to_numpy(np.float64)
