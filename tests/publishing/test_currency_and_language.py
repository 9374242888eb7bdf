"""What a city pays with and speaks, by its feeds."""

from pathlib import Path

import pytest

from maas.publishing.errors import FeedsDisagreeError
from maas.publishing.reports import ImportReport
from maas.publishing.service import import_city
from tests.gtfs.text_feeds import write_folder


def imported(tmp_path: Path, changes: dict[str, str | None]) -> ImportReport:
    return import_city([write_folder(tmp_path / "feed", changes)], None, tmp_path / "city")


def agency(timezone: str, language: str = "") -> str:
    return (
        "agency_id,agency_name,agency_url,agency_timezone,agency_lang\n"
        f"A,Hill Bus,https://example.org,{timezone},{language}\n"
    )


def test_currency_of_the_fare_tables(tmp_path: Path) -> None:
    fares = "fare_id,price,currency_type\nflat,3.00,CHF\n"
    report = imported(tmp_path, {"fare_attributes.txt": fares})

    assert report.currency == "CHF"


@pytest.mark.parametrize(
    ("timezone", "currency"),
    [("Europe/Berlin", "EUR"), ("America/Sao_Paulo", "BRL"), ("Asia/Tokyo", "JPY")],
)
def test_currency_of_the_place_when_there_are_no_fares(
    tmp_path: Path, timezone: str, currency: str
) -> None:
    assert imported(tmp_path, {"agency.txt": agency(timezone)}).currency == currency


def test_unknown_currency_is_told(tmp_path: Path) -> None:
    report = imported(tmp_path, {"agency.txt": agency("Antarctica/Troll")})

    assert report.currency == "XXX"
    assert "Write it into city.toml" in report.notices[-1].message


@pytest.mark.parametrize(
    ("timezone", "language", "languages"),
    [
        ("Europe/Berlin", "deu", ("de", "en")),
        ("Europe/Berlin", "de-AT", ("de", "en")),
        ("Asia/Tokyo", "", ("ja", "en")),
        ("Europe/London", "", ("en",)),
        ("Europe/London", "mul", ("en",)),
    ],
)
def test_languages(
    tmp_path: Path, timezone: str, language: str, languages: tuple[str, ...]
) -> None:
    assert imported(tmp_path, {"agency.txt": agency(timezone, language)}).languages == languages


def test_feeds_of_two_time_zones_are_no_city(tmp_path: Path) -> None:
    feeds = [
        write_folder(tmp_path / "east", {"agency.txt": agency("Asia/Tokyo")}),
        write_folder(tmp_path / "west", {"agency.txt": agency("Europe/Berlin")}),
    ]
    with pytest.raises(FeedsDisagreeError, match="Import them as two cities"):
        import_city(feeds, None, tmp_path / "city")
    assert not (tmp_path / "city").exists()


def test_two_names_of_one_time_zone_are_one(tmp_path: Path) -> None:
    feeds = [
        write_folder(tmp_path / "a", {"agency.txt": agency("America/Los_Angeles")}),
        write_folder(tmp_path / "b", {"agency.txt": agency("US/Pacific")}),
    ]
    assert import_city(feeds, None, tmp_path / "city").timezone == "America/Los_Angeles"
