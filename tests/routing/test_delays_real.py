"""Real messages over their timetables: BART of 2019 and Caltrain of 2023."""

import datetime as dt
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gtfs.feed import load_feed
from gtfs.realtime import read_realtime
from routing.build import build_timetable
from routing.delays import with_realtime
from routing.live import LiveTimetable

pytestmark = pytest.mark.shared


def live(shared_data: Path, feed: str, message: str) -> LiveTimetable:
    """A message laid over its feed, at the instant it was made."""
    folder = shared_data / "realtime"
    timetable = build_timetable([load_feed(folder / feed, "feed")], ZoneInfo("America/Los_Angeles"))
    read = read_realtime((folder / message).read_bytes())
    return with_realtime(timetable, [("feed", read)], read.timestamp_s)


def delays_s(timetable: LiveTimetable) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Delays at the departures that are told."""
    told = timetable.extra.known[:, 1]
    late = timetable.extra.departures - timetable.extra.scheduled[:, 1]
    return np.asarray(late[told], np.int64)


def never_backwards(timetable: LiveTimetable) -> bool:
    """Whether no run arrives before it left, or leaves before it arrived."""
    for trip in range(len(timetable.base.trip_ids), len(timetable.trip_ids)):
        pattern = timetable.trip_patterns[trip]
        first, end = timetable.pattern_stop_starts[pattern : pattern + 2]
        rows = timetable.trip_rows[trip] + np.arange(end - first)
        both = np.stack([timetable.arrivals[rows], timetable.departures[rows]], axis=1)
        if (np.diff(both.reshape(-1)) < 0).any():
            return False
    return True


def test_bart(shared_data: Path) -> None:
    timetable = live(shared_data, "bart_static_for_rt.zip", "bart-trip-updates.pb")
    # Runs that were added after this feed was made name neither a trip nor a line of it.
    assert Counter(one.code for one in timetable.unmatched) == {
        "unknown_trip": 18,
        "unknown_route": 8,
    }
    assert list(timetable.edits) == [dt.date(2019, 8, 7)]
    assert len(timetable.extra.sources) == 91 - 18 - 8
    assert np.median(delays_s(timetable)) == 90
    assert never_backwards(timetable)


def test_caltrain(shared_data: Path) -> None:
    timetable = live(shared_data, "caltrain_static_for_rt.zip", "ct-trip-updates.pb")
    assert timetable.unmatched == ()
    assert list(timetable.edits) == [dt.date(2023, 11, 7)]
    assert len(timetable.extra.sources) == 19
    assert -180 < delays_s(timetable).min() <= np.median(delays_s(timetable)) < 60
    assert never_backwards(timetable)
