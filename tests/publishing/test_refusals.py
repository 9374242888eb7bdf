"""What cannot be imported is refused with a reason, and nothing half written stays behind."""

from pathlib import Path

import pytest

from maas.errors import MaasError
from maas.publishing import service
from maas.publishing.errors import (
    FeedRefusedError,
    OutputNotEmptyError,
    PublishingError,
    StreetsUnusableError,
)
from maas.publishing.service import import_city
from tests.gtfs.text_feeds import write_folder, write_zip
from tests.publishing.conftest import StreetWriter


def nothing_left(tmp_path: Path) -> bool:
    return not (tmp_path / "city").exists() and not list(tmp_path.glob(".*"))


def test_fault_in_a_feed_names_file_and_row(tmp_path: Path) -> None:
    stops = """
        stop_id,stop_name,stop_lat,stop_lon
        S,Station,36.32,136.35
        B,Bridge,,
        H,Bath,36.30,136.37
    """
    feed = write_zip(tmp_path / "hill.zip", {"stops.txt": stops})
    with pytest.raises(FeedRefusedError) as caught:
        import_city([feed], None, tmp_path / "city")

    error = caught.value
    assert isinstance(error, MaasError)
    assert error.code == "feed_refused"
    assert "stops.txt row 3: the stop 'Bridge' has no coordinates" in error.message
    notices = error.params["notices"]
    assert (notices[0]["file"], notices[0]["row"]) == ("stops.txt", 3)
    assert nothing_left(tmp_path)


def test_broken_zip(tmp_path: Path) -> None:
    path = tmp_path / "hill.zip"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(FeedRefusedError, match="is a damaged zip file") as caught:
        import_city([path], None, tmp_path / "city")

    assert caught.value.params["reason"] == "unsafe_archive"
    assert nothing_left(tmp_path)


def test_missing_feed(tmp_path: Path) -> None:
    with pytest.raises(FeedRefusedError, match="There is no feed at"):
        import_city([tmp_path / "absent.zip"], None, tmp_path / "city")


def test_no_feed_at_all(tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="Give at least one feed"):
        import_city([], None, tmp_path / "city")


def test_folder_with_other_things_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "city"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    with pytest.raises(OutputNotEmptyError, match="Choose another folder"):
        import_city([write_folder(tmp_path / "hill")], None, out)

    assert (out / "letter.txt").read_text() == "dear"


def test_city_made_by_hand_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "city"
    out.mkdir()
    (out / "city.toml").write_text('id = "kaga"\n')
    with pytest.raises(OutputNotEmptyError):
        import_city([write_folder(tmp_path / "hill")], None, out)


def test_out_is_a_file(tmp_path: Path) -> None:
    out = tmp_path / "city"
    out.write_text("x")
    with pytest.raises(OutputNotEmptyError, match="is a file"):
        import_city([write_folder(tmp_path / "hill")], None, out)


def test_streets_of_another_place(tmp_path: Path, write_streets: StreetWriter) -> None:
    streets = write_streets("berlin.osm", south=52.5, west=13.4)
    with pytest.raises(StreetsUnusableError) as caught:
        import_city([write_folder(tmp_path / "hill")], streets, tmp_path / "city")

    assert str(caught.value) == (
        "berlin.osm covers latitude 52.500 to 52.540 and longitude 13.400 to 13.440, but the city"
        " lies at latitude 36.273 to 36.347 and longitude 136.317 to 136.403. Give the extract of"
        " the same place as the feed."
    )
    assert nothing_left(tmp_path)


def test_streets_that_touch_only_the_margin_are_left_out(
    tmp_path: Path, write_streets: StreetWriter
) -> None:
    streets = write_streets(south=36.33, west=136.38)
    report = import_city([write_folder(tmp_path / "hill")], streets, tmp_path / "city")

    assert report.streets == "straight_lines"
    assert report.notices[0].code == "streets_left_out"
    assert not (tmp_path / "city" / "streets.osm").exists()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("s.osm.pbf", b"not a pbf", "cannot be read as OpenStreetMap data"),
        ("s.osm", b"<osm version='0.6'></osm>", "holds no roads"),
        ("s.osm", b"<html>", "cannot be read as OpenStreetMap data"),
        ("s.geojson", b"{}", "Give a file that ends in .osm.pbf or .osm"),
    ],
)
def test_unusable_street_files(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(StreetsUnusableError, match=message):
        import_city([write_folder(tmp_path / "hill")], path, tmp_path / "city")
    assert nothing_left(tmp_path)


def test_failure_while_writing_keeps_the_old_city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "city"
    import_city([write_folder(tmp_path / "old")], None, out)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service, "write_places", full_disk)
    with pytest.raises(OSError, match="No space left"):
        import_city([write_folder(tmp_path / "new")], None, out)

    assert (out / "old" / "stops.txt").is_file()
    assert list(tmp_path.glob(".*")) == []
