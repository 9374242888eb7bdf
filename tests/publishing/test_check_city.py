"""A check of a city directory tells everything the service would stumble over."""

from pathlib import Path

import pytest

from maas.publishing.errors import CityNotFoundError
from maas.publishing.reports import CheckReport
from maas.publishing.service import check_city, import_city
from tests.gtfs.text_feeds import write_folder
from tests.publishing.conftest import StreetWriter


@pytest.fixture
def city(tmp_path: Path, write_streets: StreetWriter) -> Path:
    import_city([write_folder(tmp_path / "hill")], write_streets(), tmp_path / "city")
    return tmp_path / "city"


def errors(report: CheckReport) -> list[str]:
    assert not report.ok
    return [str(notice) for notice in report.notices if notice.severity == "error"]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_sound_city(city: Path) -> None:
    report = check_city(city)

    assert report.ok
    assert report.notices == ()
    document = report.to_dict()
    assert document["streets"] == "streets"
    assert document["last_day"] == "2026-11-27"
    assert document["feeds"][0]["counts"]["trips"] == 2


def test_no_city(tmp_path: Path) -> None:
    with pytest.raises(CityNotFoundError, match="Make one with `maas city import"):
        check_city(tmp_path)


def test_broken_toml(city: Path) -> None:
    edit(city / "city.toml", "id = ", "id == ")
    assert errors(check_city(city))[0].startswith("city.toml: ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('timezone = "Asia/Tokyo"', 'timezone = "Tokyo"', "timezone must be a time zone"),
        ('currency = "JPY"', "", "currency is missing. Add it."),
        ("[136.31652,", "[236.31652,", "map must have center = [lon, lat] and bounds"),
        ('feeds = ["hill"]', "feeds = []", "feeds must be a list of folders"),
    ],
)
def test_settings(city: Path, old: str, new: str, message: str) -> None:
    edit(city / "city.toml", old, new)
    assert message in errors(check_city(city))[0]


def test_feed_edited_by_hand(city: Path) -> None:
    edit(city / "hill" / "stop_times.txt", "08:05:00,08:05:00", "08:05,08:05")

    assert errors(check_city(city))[0].startswith(
        "hill/stop_times.txt row 3: arrival_time '08:05' is no time."
    )


def test_id_in_two_feeds(city: Path) -> None:
    write_folder(city / "second")
    edit(city / "city.toml", '["hill"]', '["hill", "second"]')

    assert errors(check_city(city))[0].startswith(
        "second/stops.txt row 2: stop_id 'S' is in the feed hill too."
    )


def test_places(city: Path) -> None:
    path = city / "places.csv"
    edit(path, "S,Station,,,stop,36.320000,136.350000,S,", "S,Station,,,stop,36.32,east,X,")

    assert errors(check_city(city)) == [
        "places.csv row 4: lat '36.32', lon 'east' are no coordinates. Correct them.",
        "places.csv row 4: the stop 'X' is in no feed. Correct or empty stop_id.",
    ]


def test_fleet_and_products_name_what_is_not_there(city: Path) -> None:
    (city / "fleet.toml").write_text(
        '[[areas]]\nid = "hills"\nroute_ids = ["L9"]\n'
        '[[vehicles]]\nid = "van-1"\narea = "valley"\ndepot_stop_id = "X"\n'
    )
    (city / "products.toml").write_text('[[passes]]\nid = "day"\nroute_ids = ["L8"]\n')

    assert errors(check_city(city)) == [
        "fleet.toml: the area 'hills' is for the route 'L9', which is in no feed. Correct it.",
        (
            "fleet.toml: the vehicle 'van-1' belongs to the area 'valley', which is not there."
            " Correct it."
        ),
        "fleet.toml: the vehicle 'van-1' starts at the stop 'X', which is in no feed. Correct it.",
        "products.toml: passes: 'day' is for the route 'L8', which is in no feed. Correct it.",
    ]


def test_streets_that_are_gone(city: Path) -> None:
    (city / "streets.osm").unlink()

    assert errors(check_city(city))[0].startswith("streets.osm: There is no street file at")
