"""Cities made elsewhere: imported and checked, or refused with a reason."""

import csv
from pathlib import Path

import pytest

from maas.publishing.errors import PublishingError
from maas.publishing.reports import ImportReport
from maas.publishing.service import check_city, import_city

pytestmark = pytest.mark.shared

ROOT = Path(__file__).resolve().parents[2]
JAPAN = ROOT.parent / "shared" / "data" / "gtfs-jp" / "japan_2019"
JAPANESE_FEEDS = sorted(path.name for path in JAPAN.glob("*.zip")) or ["absent"]


def imported_or_refused(feed: Path, out: Path) -> tuple[ImportReport | None, str]:
    try:
        return import_city([feed], None, out), ""
    except PublishingError as error:
        return None, error.message


@pytest.mark.parametrize("name", JAPANESE_FEEDS)
def test_japanese_feed_is_imported_or_refused_with_a_reason(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "city"
    report, reason = imported_or_refused(shared_data / "gtfs-jp" / "japan_2019" / name, out)
    if report is None:
        assert ".txt" in reason
        assert not out.exists()
        return
    assert report.currency == "JPY"
    assert report.places > 1
    checked = check_city(out)
    assert checked.ok, checked.notices
    assert checked.last_day == report.last_day


def test_two_feeds_and_streets_of_a_metropolis(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "pairs" / "porto_alegre"
    feeds = [folder / "poa_eptc.zip", folder / "poa_trensurb.zip"]
    report = import_city(feeds, folder / "poa_osm.pbf", tmp_path / "poa")

    assert [feed.name for feed in report.feeds] == ["poa_eptc", "poa_trensurb"]
    assert (report.timezone, report.currency) == ("America/Sao_Paulo", "BRL")
    assert report.streets == "streets"
    assert [notice.code for notice in report.notices] == ["stops_outside_streets"]
    assert (tmp_path / "poa" / "streets.osm.pbf").is_file()
    with (tmp_path / "poa" / "places.csv").open(encoding="utf-8") as stream:
        kinds = [row["kind"] for row in csv.DictReader(stream)]
    assert kinds.count("station") in {23, 24}
    assert kinds == sorted(kinds)
    assert check_city(tmp_path / "poa").ok


def test_small_town_whose_streets_end_before_its_bus(shared_data: Path, tmp_path: Path) -> None:
    """Line 751 runs north of the extract, so walks there must be straight lines."""
    folder = shared_data / "pairs" / "herrenberg"
    report = import_city(
        [folder / "vvs-bus-751-only.gtfs.zip"],
        folder / "herrenberg-minimal.osm.pbf",
        tmp_path / "herrenberg",
    )

    assert report.streets == "straight_lines"
    assert report.notices[0].code == "streets_left_out"
    assert (report.timezone, report.languages) == ("Europe/Berlin", ("de", "en"))


def test_fixed_and_on_demand_feeds_with_streets(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "pairs" / "atlanta_cobb_flex"
    feeds = [
        folder / "cobblinc-scheduled-deviated-flex.gtfs",
        folder / "cobblinc-bus-30-only.gtfs.zip",
        folder / "marta-bus-856-only.gtfs.zip",
    ]
    out = tmp_path / "cobb"
    report = import_city(feeds, folder / "cobb-county.filtered.osm.pbf", out)

    assert [feed.counts["on_demand_trips"] for feed in report.feeds] == [72, 0, 0]
    assert (out / "cobblinc-scheduled-deviated-flex" / "locations.geojson").is_file()
    assert check_city(out).ok


@pytest.mark.parametrize("name", ["bbnavi_uckermark", "ctran_flex_2025.zip", "aspen_on_demand.zip"])
def test_on_demand_services(shared_data: Path, tmp_path: Path, name: str) -> None:
    report = import_city([shared_data / "flex" / name], None, tmp_path / "city")
    checked = check_city(tmp_path / "city")

    assert checked.ok, checked.notices
    assert checked.feeds[0].counts == report.feeds[0].counts
    assert report.feeds[0].counts["on_demand_trips"] > 0
