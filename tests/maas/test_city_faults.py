"""A city directory that cannot be served says which file to mend, whatever stands in it."""

from pathlib import Path

import pytest

from maas.city import load_city
from maas.errors import CityInvalidError
from maas.products import load_catalogue
from tests.builders import toytown


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("bounds = [136.25, 36.2, 136.45, 36.4]", "bounds = [1, 2]", "city.toml"),
        ("center = [136.33, 36.3]", 'center = ["a", "b"]', "city.toml"),
        ('"Asia/Tokyo"', '"../etc/passwd"', "city.toml"),
        ('"Asia/Tokyo"', '"Mars/Olympus"', "IANA"),
        ('"Asia/Tokyo"', "5", "city.toml"),
        ('feeds = ["gtfs"]', "feeds = 5", "city.toml"),
        ('feeds = ["gtfs"]', 'feeds = ["none"]', "none"),
        ('feeds = ["gtfs"]', 'feeds = ["gtfs"]\nstreets = "none.osm"', "none.osm is not there"),
        ('id = "toytown"', 'id = "../../elsewhere"', "letters, digits"),
        ('id = "toytown"', "id = 5", "city.toml"),
        ('currency = "JPY"', "", "currency"),
        ("[name]", "[nome]", "name"),
        ("[map]", "[[map]]", "city.toml"),
    ],
)
def test_city_toml(tmp_path: Path, old: str, new: str, says: str) -> None:
    town = toytown(tmp_path / "town")
    edit(town / "city.toml", old, new)
    with pytest.raises(CityInvalidError, match=says):
        load_city(town)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("price_minor = 500", "price_minor = 5.5"),
        ("price_minor = 500", "price_minor = -1"),
        ('id = "yoyaku-single"', ""),
        ('[fares.name]\nja = "よやく号"\nen = "Yoyaku single"', 'name = "x"'),
        ("[[fares]]", "[fares]"),
        ('route_ids = ["yoyaku"]', "route_ids = 5"),
        ("[[fares]]", "[[fares"),
    ],
)
def test_products_toml(tmp_path: Path, old: str, new: str) -> None:
    town = toytown(tmp_path / "town")
    edit(town / "products.toml", old, new)
    with pytest.raises(CityInvalidError, match=r"products\.toml"):
        load_catalogue(town, (), "JPY")
