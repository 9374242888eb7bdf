"""Feeds known by their content before they are read."""

import shutil
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from gtfs.errors import FeedNotFoundError
from gtfs.feed import load_feed, write_feed
from gtfs.source import FeedSource, content_name
from tests.routing.feeds import line_feed

LINES = """
    A 36.30 136.40
    B 36.30 136.41
    t1 X daily | A 08:00 B 08:10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_feed(line_feed(LINES), tmp_path / "lines")
    return tmp_path / "lines"


def test_its_tables_are_those_of_the_feed(folder: Path) -> None:
    source = FeedSource(folder)
    assert source.name == source.feed.name == "lines"
    assert source.feed is source.feed
    assert source.feed.records("stop_times") == load_feed(folder).records("stop_times")


def test_a_copy_has_the_same_digest(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert FeedSource(tmp_path / "copy").digest == FeedSource(folder).digest


def test_a_byte_or_a_name_makes_another_digest(folder: Path) -> None:
    digests = [FeedSource(folder).digest]
    stops = folder / "stops.txt"
    stops.write_text(stops.read_text().replace("136.41", "136.42"))
    digests.append(FeedSource(folder).digest)
    (folder / "trips.txt").rename(folder / "routes_jp.txt")
    digests.append(FeedSource(folder).digest)
    (folder / "pathways.txt").write_text("")
    digests.append(FeedSource(folder).digest)
    assert len(set(digests)) == 4


def test_files_that_are_no_tables_do_not_count(folder: Path) -> None:
    before = FeedSource(folder).digest
    (folder / "notes.md").write_text("made by hand")
    assert FeedSource(folder).digest == before


def test_an_archive_is_known_by_its_bytes(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "lines.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.iterdir():
            file.write(path, path.name)
    first = FeedSource(archive).digest
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("levels.txt", "level_id,level_index\n")
    assert FeedSource(archive).digest != first


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedNotFoundError, match="nowhere"):
        _ = FeedSource(tmp_path / "nowhere").digest


def package(folder: Path, code: str) -> ModuleType:
    """A package with one module."""
    folder.mkdir()
    (folder / "reading.py").write_text(code)
    module = ModuleType(folder.name)
    module.__path__ = [str(folder)]
    return module


def test_names_tell_feeds_choices_and_code_apart(folder: Path, tmp_path: Path) -> None:
    one, two = FeedSource(folder), FeedSource(folder, "two")
    now, later = package(tmp_path / "now", "x = 1"), package(tmp_path / "later", "x = 2")
    names = [
        content_name([one], (now,), "a"),
        content_name([two], (now,), "a"),
        content_name([one, two], (now,), "a"),
        content_name([one], (later,), "a"),
        content_name([one], (now,), "b"),
        content_name([one], (now,), "a", ""),
    ]
    assert len(set(names)) == len(names)
    assert content_name([FeedSource(folder)], (now,), "a") == names[0]
