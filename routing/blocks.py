"""Which trips one vehicle runs one after the other, so that riders may stay seated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from routing.timetable import Timetable

if TYPE_CHECKING:
    from gtfs.feed import Feed

NEAR_M: Final = 100
"""A vehicle goes on from where its trip ended, from the same station, or from this near by."""

_STAY, _LEAVE = "4", "5"
"""transfer_type of trips between which riders stay seated, and between which they may not."""

_M_PER_DEGREE: Final = 111_195.0

_Longs = NDArray[np.int64]


def number_blocks(names: Sequence[NDArray[np.object_]]) -> NDArray[np.int32]:
    """Number the blocks of some feeds.

    Parameters
    ----------
    names
        block_id of each trip, feed by feed; empty for none.

    Returns
    -------
    ndarray
        Number of each trip's block, -1 for none; feeds share none. int32.
    """
    found: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
    known = 0
    for blocks in names:
        numbers: dict[str, int] = {}
        for name in blocks:
            if name and name not in numbers:
                numbers[name] = known + len(numbers)
        found.append(np.array([numbers.get(name, -1) for name in blocks], np.int32))
        known += len(numbers)
    return np.concatenate(found)


def read_links(
    feeds: "Sequence[Feed]", trip_ids: Sequence[NDArray[np.object_]], order: _Longs
) -> NDArray[np.int32]:
    """Read what transfers.txt says of riders who stay seated.

    Parameters
    ----------
    feeds
        The feeds.
    trip_ids
        Their trips, feed by feed.
    order
        For each trip of the timetable its place in these, int64 ``[T]``.

    Returns
    -------
    ndarray
        Trip, the trip it goes on as, whether riders may stay; int32 ``[n, 3]``. Trips that
        frequencies.txt repeats are left out.
    """
    import pandas as pd  # a start that finds its timetable kept does without

    links: list[tuple[int, int, int]] = []
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    first = 0
    for feed, ids in zip(feeds, trip_ids, strict=True):
        table = feed.table("transfers")
        kinds = table["transfer_type"].isin([_STAY, _LEAVE])
        trips = pd.Series(place[first : first + len(ids)], index=ids)
        trips = trips[~trips.index.duplicated(keep=False)]
        for record in table[kinds].to_dict("records"):
            ends = trips.get(record.get("from_trip_id")), trips.get(record.get("to_trip_id"))
            if ends[0] is not None and ends[1] is not None:
                links.append((int(ends[0]), int(ends[1]), int(record["transfer_type"] == _STAY)))
        first += len(ids)
    return np.array(links, np.int32).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class Spans:
    """From where to where, and when, some runs go; n of each.

    Parameters
    ----------
    trips, days
        Trip, and number of the service day; in ascending order of day.
    first_s, last_s
        First departure and last arrival, seconds from one origin.
    first_stops, last_stops
        Where.
    """

    trips: _Longs
    days: _Longs
    first_s: _Longs
    last_s: _Longs
    first_stops: _Longs
    last_stops: _Longs


def onward_runs(timetable: Timetable, spans: Spans) -> tuple[_Longs, _Longs]:
    """Find the runs that go on as other ones.

    A run goes on as the next of its block on the same service day: the first that starts after it
    has started, and not before it has ended (several, when they start at once), if that begins
    where the run ended. Links of transfers.txt win over the block, wherever they lead, when the
    times allow them.

    Parameters
    ----------
    timetable
        Blocks, links and stops.
    spans
        The runs.

    Returns
    -------
    tuple of ndarray
        Run, and the run it goes on as; int64, in ascending order.
    """
    a, b = _of_blocks(timetable, spans)
    near = _are_near(timetable, spans.last_stops[a], spans.first_stops[b])
    a, b = a[near], b[near]
    linked_a, linked_b, stays = _of_links(timetable, spans)
    count = len(spans.trips)
    known = np.isin(a * count + b, linked_a * count + linked_b) | np.isin(a, linked_a[stays])
    a = np.concatenate([a[~known], linked_a[stays]])
    b = np.concatenate([b[~known], linked_b[stays]])
    pairs = np.unique(a * count + b)
    return pairs // max(count, 1), pairs % max(count, 1)


def _of_blocks(timetable: Timetable, spans: Spans) -> tuple[_Longs, _Longs]:
    """Each run with those of its block and day that start next."""
    block = timetable.trip_blocks[spans.trips].astype(np.int64)
    runs = np.flatnonzero(block >= 0)
    if len(runs) == 0:
        return runs, runs
    group = spans.days[runs] * (int(block.max()) + 1) + block[runs]
    zero_s = int(spans.first_s.min())
    width_s = int(spans.last_s.max()) - zero_s + 2
    start = group * width_s + spans.first_s[runs] - zero_s
    order = np.argsort(start, kind="stable")
    starts = start[order]
    ready_s = np.maximum(spans.last_s[runs], spans.first_s[runs] + 1)
    low = np.searchsorted(starts, group * width_s + ready_s - zero_s)
    has_next = low < len(runs)
    has_next[has_next] = group[order[low[has_next]]] == group[has_next]
    low, tails = low[has_next], runs[has_next]
    counts = np.searchsorted(starts, starts[low], side="right") - low
    rank = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(tails, counts), runs[order[np.repeat(low, counts) + rank]]


def _of_links(timetable: Timetable, spans: Spans) -> tuple[_Longs, _Longs, NDArray[np.bool_]]:
    """Runs whose trips are linked, on the same service day, and whether riders may stay."""
    width = len(timetable.trip_ids)
    key = spans.days * width + spans.trips
    order = np.argsort(key, kind="stable")
    keys = key[order]
    links = timetable.trip_links.astype(np.int64)
    days = np.unique(spans.days)
    row = np.tile(np.arange(len(links)), len(days))
    day = np.repeat(days, len(links))
    wanted = day[:, None] * width + links[row, :2]
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    both = (keys[at] == wanted).all(axis=1) if len(keys) else np.zeros(len(row), np.bool_)
    a, b = (order[at[both, end]] for end in (0, 1))
    fits = (spans.first_s[b] >= spans.last_s[a]) & (spans.first_s[b] > spans.first_s[a])
    return a[fits], b[fits], links[row[both][fits], 2] == 1


def _are_near(timetable: Timetable, a: _Longs, b: _Longs) -> NDArray[np.bool_]:
    """Whether stops are one, of one station, or within `NEAR_M` in a straight line."""
    parents = timetable.stop_parents
    stations = np.where(parents < 0, np.arange(len(parents)), parents)
    lat, lon = np.radians(timetable.stop_lat), timetable.stop_lon
    north_m = (timetable.stop_lat[a] - timetable.stop_lat[b]) * _M_PER_DEGREE
    east_m = (lon[a] - lon[b]) * np.cos((lat[a] + lat[b]) / 2) * _M_PER_DEGREE
    return np.asarray((stations[a] == stations[b]) | (np.hypot(north_m, east_m) <= NEAR_M))
