"""Streets of a city replaced by OpenStreetMap's, fetched or from a file."""

import shutil
import tomllib
from pathlib import Path

import pytest

from maas.city import load_city
from maas.publishing.errors import (
    CityNotFoundError,
    StreetsNotFetchedError,
    StreetsUnusableError,
)
from maas.publishing.service import check_city, import_city
from maas.publishing.streets import Bounds, fetch_streets
from tests.builders import toytown
from tests.gtfs.text_feeds import write_folder
from tests.publishing.conftest import StreetWriter


@pytest.fixture
def city(tmp_path: Path) -> Path:
    import_city([write_folder(tmp_path / "hill")], None, tmp_path / "city")
    return tmp_path / "city"


def streets_of(city: Path) -> str | None:
    return tomllib.loads((city / "city.toml").read_text()).get("streets")


def test_fetched_streets_take_their_place(city: Path, write_streets: StreetWriter) -> None:
    asked: list[Bounds] = []

    def download(bounds: Bounds, target: Path) -> None:
        asked.append(bounds)
        target.write_bytes(write_streets("answer.osm").read_bytes())

    found = fetch_streets(city, download=download)

    assert asked == [(136.31652, 36.27302, 136.40348, 36.34698)]
    assert found.roads == 1
    assert streets_of(city) == "streets.osm.pbf"
    assert check_city(city).streets == "streets"
    text = (city / "city.toml").read_text()
    assert text.count("© OpenStreetMap contributors") == 1
    fetch_streets(city, download=download)
    assert (city / "city.toml").read_text() == text


def test_offline_it_says_what_to_do(city: Path) -> None:
    def download(_bounds: Bounds, _target: Path) -> None:
        raise ConnectionError("no network")

    with pytest.raises(StreetsNotFetchedError, match=r"Try again when online, or give a file") as e:
        fetch_streets(city, download=download)

    assert e.value.params["reason"] == "no network"
    assert streets_of(city) is None
    assert not list(city.glob(".*"))


def test_local_file_offline(city: Path, write_streets: StreetWriter) -> None:
    fetch_streets(city, write_streets("extract.osm"))
    assert streets_of(city) == "streets.osm"
    sources = (city / "SOURCES.md").read_text()
    assert "- From: extract.osm\n- © OpenStreetMap contributors" in sources
    assert "straight lines" not in sources
    assert sources.count("## Streets") == sources.count("## Places") == 1

    fetch_streets(city, write_streets("extract.osm.xml"))
    assert streets_of(city) == "streets.osm.xml"
    assert not (city / "streets.osm").exists()


def test_file_of_another_place_changes_nothing(city: Path, write_streets: StreetWriter) -> None:
    fetch_streets(city, write_streets())
    before = (city / "streets.osm").read_bytes()
    with pytest.raises(StreetsUnusableError, match="Give the extract of the same place"):
        fetch_streets(city, write_streets("berlin.osm", south=52.5, west=13.4))

    assert (city / "streets.osm").read_bytes() == before


def test_missing_file(city: Path) -> None:
    with pytest.raises(StreetsUnusableError, match="There is no street file at"):
        fetch_streets(city, city / "absent.osm.pbf")


def test_the_notice_on_schematic_streets_goes_with_them(
    tmp_path: Path, write_streets: StreetWriter
) -> None:
    kaga = Path(__file__).parents[2] / "data" / "kaga"
    for name in ("city.toml", "SOURCES.md", "streets.osm.pbf"):
        shutil.copyfile(kaga / name, tmp_path / name)
    before = tomllib.loads((tmp_path / "city.toml").read_text(encoding="utf-8"))

    fetch_streets(tmp_path, write_streets("extract.osm"))

    after = tomllib.loads((tmp_path / "city.toml").read_text(encoding="utf-8"))
    assert before.pop("streets_notice")["en"] == "Streets are schematic."
    assert after == before | {"streets": "streets.osm"}
    sources = (tmp_path / "SOURCES.md").read_text(encoding="utf-8")
    assert "- From: extract.osm" in sources
    assert "not a map of real streets" not in sources
    assert "**Rail shapes**" in sources


def test_both_notices_are_said_as_one(tmp_path: Path) -> None:
    town = toytown(tmp_path / "town")
    said = '[notice]\nja = "例示です。"\nen = "Made up."\n'
    said += '[streets_notice]\nja = "模式図です。"\nen = "Flat."\n'
    with (town / "city.toml").open("a", encoding="utf-8") as file:
        file.write(said)
    assert load_city(town).notice == {"ja": "例示です。模式図です。", "en": "Made up. Flat."}


def test_no_city(tmp_path: Path) -> None:
    with pytest.raises(CityNotFoundError):
        fetch_streets(tmp_path)
