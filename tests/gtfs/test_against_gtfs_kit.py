"""gtfs-kit, which shares no code with our reader, reads the same from well-formed feeds."""

from datetime import date, timedelta
from pathlib import Path

import gtfs_kit
import pandas as pd
import pytest

from gtfs.calendar import ServiceCalendar
from gtfs.feed import load_feed
from gtfs.kit import to_gtfs_kit
from tests.gtfs.text_feeds import write_folder

FEEDS = [
    "gtfs-jp/japan_2019/nebutango20190401.zip",
    "gtfs-jp/japan_2019/077434.zip",
    "pairs/porto_alegre/poa_trensurb.zip",
    "kaga/ir_ishikawa_timetable/ir_ishikawa_south_gtfs.zip",
]


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype("string").fillna("").reset_index(drop=True)


@pytest.mark.shared
@pytest.mark.parametrize("name", FEEDS)
def test_same_tables(shared_data: Path, name: str) -> None:
    theirs = gtfs_kit.read_feed(shared_data / name, dist_units="km")
    ours = to_gtfs_kit(load_feed(shared_data / name))

    for table in gtfs_kit.constants.DTYPES:
        expected, found = getattr(theirs, table), getattr(ours, table)
        if expected is None:
            assert found is None, table
            continue
        columns = list(expected.columns)
        pd.testing.assert_frame_equal(
            as_text(found[columns]), as_text(expected), check_dtype=False, obj=table
        )


@pytest.mark.shared
@pytest.mark.parametrize("name", FEEDS[:2])
def test_same_services_on_every_day(shared_data: Path, name: str) -> None:
    feed = load_feed(shared_data / name)
    theirs = gtfs_kit.read_feed(shared_data / name, dist_units="km")
    calendar = ServiceCalendar.of(feed)
    used = set(feed.table("trips")["service_id"])
    span = (calendar.last_day - calendar.first_day).days

    for offset in range(0, span + 1, 3):
        day: date = calendar.first_day + timedelta(days=offset)
        expected = set(theirs.get_active_services(day.strftime("%Y%m%d"))) & used
        assert calendar.active(day) == expected, day


def test_statistics_run_on_a_feed_of_ours(tmp_path: Path) -> None:
    kit = to_gtfs_kit(load_feed(write_folder(tmp_path / "hill")))
    stats = kit.compute_trip_stats()

    assert sorted(stats["trip_id"]) == ["T1", "T2"]
    assert stats.set_index("trip_id")["num_stops"].to_dict() == {"T1": 3, "T2": 2}
