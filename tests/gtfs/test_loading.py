"""A feed from a folder or a zip archive: tables of strings, with rows as a person counts."""

from pathlib import Path

import pytest

from gtfs.errors import FeedNotFoundError
from gtfs.feed import load_feed, write_feed
from tests.gtfs.text_feeds import write_folder, write_zip


def test_folder_is_read_as_strings(tmp_path: Path) -> None:
    feed = load_feed(write_folder(tmp_path / "hill"))

    assert feed.name == "hill"
    assert feed.table("stops")["stop_lat"].tolist() == ["36.3200", "36.3100", "36.3000"]
    assert feed.table("stop_times")["stop_headsign"].tolist() == [""] * 5
    assert feed.lines("stop_times").tolist() == [2, 3, 4, 5, 6]
    assert feed.notices == ()


@pytest.mark.parametrize("inside", ["", "feed/", "GTFS 2026/"])
def test_zip_and_its_only_folder_are_read_alike(tmp_path: Path, inside: str) -> None:
    feed = load_feed(write_zip(tmp_path / "hill.zip", inside=inside), "city")

    assert feed.name == "city"
    assert len(feed.table("stop_times")) == 5


def test_names_in_capitals_are_found(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "f.zip", {"stops.txt": None, "STOPS.TXT": ONE_STOP_PAIR})

    assert load_feed(path).table("stops")["stop_id"].tolist() == ["S", "B", "H"]


ONE_STOP_PAIR = """
    stop_id,stop_name,stop_lat,stop_lon
    S,Station,36.32,136.35
    B,Bridge,36.31,136.36
    H,Bath,36.30,136.37
"""


def test_absent_table_has_its_columns_and_no_rows(tmp_path: Path) -> None:
    feed = load_feed(write_folder(tmp_path / "hill"))

    assert len(feed.table("frequencies")) == 0
    assert "headway_secs" in feed.table("frequencies").columns


def test_nothing_there_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(FeedNotFoundError, match=r"There is no feed at .*Give the path of a GTFS"):
        load_feed(tmp_path / "absent.zip")


def test_folder_without_text_files(tmp_path: Path) -> None:
    with pytest.raises(FeedNotFoundError, match="holds no GTFS text files"):
        load_feed(tmp_path)


def test_written_feed_reads_back_the_same(tmp_path: Path) -> None:
    zone = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","id":"Z","properties":'
        '{"stop_name":"Hills"},"geometry":{"type":"Polygon","coordinates":'
        "[[[136.3,36.3],[136.4,36.3],[136.4,36.4],[136.3,36.3]]]}}]}"
    )
    first = load_feed(write_folder(tmp_path / "a", {"locations.geojson": zone}))
    write_feed(first, tmp_path / "b")
    second = load_feed(tmp_path / "b")

    assert set(second.tables) == set(first.tables)
    for name, frame in first.tables.items():
        there = second.table(name)
        assert there[list(frame.columns)].values.tolist() == frame.values.tolist(), name
