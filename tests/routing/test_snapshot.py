"""Timetables kept on disk: the same again, mapped into memory, made anew when broken or changed."""

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gtfs.errors import FeedChangedError, FeedNotFoundError
from gtfs.feed import load_feed, write_feed
from gtfs.source import FeedSource
from routing.build import build_timetable
from routing.errors import TimetableError
from routing.snapshot import load_timetable, read_snapshot, snapshot_path
from routing.timetable import Timetable
from tests.routing.feeds import line_feed

TOKYO = ZoneInfo("Asia/Tokyo")
LINES = """
    A 36.30 136.40
    B 36.30 136.41
    C 36.30 136.42
    t1 X daily | A 08:00 B 08:10/08:12 C 08:30
    t2 X daily | A 09:00 B 09:10- C 09:30
    t3 Y daily | C 25:00 A 25:40
    t4 Y gone | C 10:00 A 10:40
"""


def assert_equal(one: Timetable, other: Timetable) -> None:
    for field in dataclasses.fields(Timetable):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, field.name
            np.testing.assert_array_equal(a, b, field.name)
        else:
            assert a == b, field.name


class Kept:
    """A feed on disk beside the folder in which its timetable is kept."""

    def __init__(self, folder: Path) -> None:
        self.feed = folder / "feed"
        self.cache = folder / "cache"
        write_feed(line_feed(LINES), self.feed)

    @property
    def source(self) -> FeedSource:
        """As a new start would see it."""
        return FeedSource(self.feed)

    def load(self) -> Timetable:
        return load_timetable([self.source], TOKYO, self.cache)

    def built(self) -> Timetable:
        return build_timetable([load_feed(self.feed)], TOKYO)

    def files(self) -> list[Path]:
        return sorted(self.cache.iterdir())

    def edit(self, old: str, new: str) -> None:
        path = self.feed / "stop_times.txt"
        path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_kept_timetable_is_the_same(kept: Kept) -> None:
    built = kept.built()
    assert [trip.trip_id for trip in built.dropped] == ["t4"]
    assert_equal(kept.load(), built)
    assert len(kept.files()) == 1
    assert_equal(kept.load(), built)
    assert len(kept.files()) == 1


def test_a_kept_timetable_is_found_without_parsing_the_feed(kept: Kept) -> None:
    kept.load()
    source = kept.source
    load_timetable([source], TOKYO, kept.cache)
    assert "feed" not in vars(source)  # what was parsed would be remembered there


def test_its_arrays_are_mapped(kept: Kept) -> None:
    kept.load()
    timetable = read_snapshot(snapshot_path(kept.cache, [kept.source], TOKYO))
    assert timetable is not None
    assert timetable.arrivals.base is not None
    assert timetable.arrivals.flags.c_contiguous
    assert timetable.arrivals.flags.aligned


def test_another_feed_or_zone_has_another_name(kept: Kept, tmp_path: Path) -> None:
    first = kept.source
    other = FeedSource(kept.feed, "other")
    names = {
        snapshot_path(tmp_path, [first], TOKYO),
        snapshot_path(tmp_path, [other], TOKYO),
        snapshot_path(tmp_path, [first, other], TOKYO),
        snapshot_path(tmp_path, [other, first], TOKYO),
        snapshot_path(tmp_path, [first], ZoneInfo("Europe/Berlin")),
    }
    assert len(names) == 5


def test_a_changed_file_of_the_same_size_and_time_gives_a_new_timetable(kept: Kept) -> None:
    before = kept.load()
    path = kept.feed / "stop_times.txt"
    stat = path.stat()
    kept.edit("09:30:00", "09:31:00")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    after = kept.load()
    assert after.arrivals.max() == before.arrivals.max()
    assert_equal(after, kept.built())
    assert not np.array_equal(after.arrivals, before.arrivals)


def test_a_feed_that_changes_while_it_is_read_keeps_nothing(kept: Kept) -> None:
    source = kept.source
    assert source.digest
    kept.edit("09:30:00", "09:31:00")
    with pytest.raises(FeedChangedError, match="start again"):
        load_timetable([source], TOKYO, kept.cache)
    assert not kept.cache.exists()


def test_nothing_is_kept_without_a_folder(kept: Kept) -> None:
    assert_equal(load_timetable([kept.source], TOKYO), kept.built())
    assert not kept.cache.exists()


def test_a_city_without_feeds_is_refused(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(TimetableError, match="at least one feed"):
            load_timetable([], TOKYO, tmp_path)


def test_a_feed_that_is_gone_is_named(kept: Kept) -> None:
    kept.load()
    (kept.feed / "stop_times.txt").unlink()
    kept.feed.rename(kept.feed.with_name("gone"))
    with pytest.raises(FeedNotFoundError, match="feed"):
        kept.load()


def test_starts_at_the_same_time_agree(kept: Kept) -> None:
    built = kept.built()
    with ThreadPoolExecutor(4) as pool:
        for timetable in pool.map(lambda _: kept.load(), range(8)):
            assert_equal(timetable, built)
    assert len(kept.files()) == 1


@pytest.mark.parametrize("length", [0, 5, 200, -64])
def test_a_broken_file_is_made_again(kept: Kept, length: int) -> None:
    kept.load()
    (path,) = kept.files()
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    assert read_snapshot(path) is None
    assert_equal(kept.load(), kept.built())
    assert path.read_bytes() == whole
