"""Timetables kept on disk: the same again, mapped into memory, made anew when broken or changed."""

import dataclasses
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gtfs.feed import Feed
from routing.build import build_timetable
from routing.snapshot import read_snapshot, snapshot_path
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


def kept_files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.fixture
def feed() -> Feed:
    return line_feed(LINES)


def test_a_kept_timetable_is_the_same(feed: Feed, tmp_path: Path) -> None:
    built = build_timetable([feed], TOKYO)
    assert [trip.trip_id for trip in built.dropped] == ["t4"]
    assert_equal(build_timetable([feed], TOKYO, tmp_path), built)
    assert len(kept_files(tmp_path)) == 1
    assert_equal(build_timetable([feed], TOKYO, tmp_path), built)
    assert len(kept_files(tmp_path)) == 1


def test_its_arrays_are_mapped(feed: Feed, tmp_path: Path) -> None:
    build_timetable([feed], TOKYO, tmp_path)
    kept = read_snapshot(snapshot_path(tmp_path, [feed], TOKYO))
    assert kept is not None
    assert kept.arrivals.base is not None
    assert kept.arrivals.flags.c_contiguous
    assert kept.arrivals.flags.aligned


def test_another_feed_or_zone_has_another_name(feed: Feed, tmp_path: Path) -> None:
    later = line_feed(LINES.replace("09:30", "09:31"))
    names = {
        snapshot_path(tmp_path, [feed], TOKYO),
        snapshot_path(tmp_path, [later], TOKYO),
        snapshot_path(tmp_path, [feed, later], TOKYO),
        snapshot_path(tmp_path, [feed], ZoneInfo("Europe/Berlin")),
    }
    assert len(names) == 4


@pytest.mark.parametrize("length", [0, 5, 200, -64])
def test_a_broken_file_is_made_again(feed: Feed, tmp_path: Path, length: int) -> None:
    built = build_timetable([feed], TOKYO, tmp_path)
    (path,) = kept_files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    assert read_snapshot(path) is None
    assert_equal(build_timetable([feed], TOKYO, tmp_path), built)
    assert path.read_bytes() == whole
