"""The gazetteer: every name once, with reading, English name and a place in the city."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

Table = Callable[[str], list[dict[str, str]]]
KINDS = {
    "stop", "station", "town", "facility", "onsen", "museum", "temple", "shrine", "park", "sight",
    "hall", "transport", "shelter", "hub",
}  # fmt: skip


def test_names_and_ids_are_unique(table: Table) -> None:
    places = table("places.csv")
    assert len({row["id"] for row in places}) == len(places)
    assert len({row["name"] for row in places}) == len(places)
    assert {row["kind"] for row in places} <= KINDS


def test_an_alias_leads_to_one_place(table: Table) -> None:
    places = table("places.csv")
    names = [row["name"] for row in places]
    names += [alias for row in places for alias in row["aliases"].split("|") if alias]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("asked", "name", "kind"),
    [
        ("加賀温泉駅", "加賀温泉駅", "station"),
        ("菊の湯", "山中温泉 総湯 菊の湯", "onsen"),
        ("山代温泉", "山代温泉", "hub"),
        ("動橋", "動橋", "hub"),
        ("雪の科学館", "中谷宇吉郎 雪の科学館", "museum"),
        ("加賀市立山代小学校", "山代小学校", "shelter"),
        ("小松空港", "小松空港", "transport"),
        ("山中温泉大土町", "山中温泉大土町", "town"),
    ],
)
def test_a_name_finds_its_place(table: Table, asked: str, name: str, kind: str) -> None:
    found = [
        (row["name"], row["kind"])
        for row in table("places.csv")
        if asked in (row["name"], *row["aliases"].split("|"))
    ]
    assert found == [(name, kind)]


def test_every_place_is_read_named_and_inside(table: Table, kaga: Path) -> None:
    city = tomllib.loads((kaga / "city.toml").read_text(encoding="utf-8"))
    west, south, east, north = city["map"]["bounds"]
    stops = {row["stop_id"] for row in table("gtfs/stops.txt")}
    for row in table("places.csv"):
        assert not any("一" <= letter <= "鿿" for letter in row["reading"]), row
        assert row["reading"]
        assert row["name_en"].isascii()
        assert west < float(row["lon"]) < east
        assert south < float(row["lat"]) < north
        assert row["stop_id"] in stops | {""}


def test_the_gazetteer_holds_the_facts(table: Table) -> None:
    counts: dict[str, int] = {}
    for row in table("places.csv"):
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    assert counts["station"] == 15
    assert counts["hub"] == 7
    assert counts["shelter"] >= 60
    assert counts["town"] >= 225
    assert counts["stop"] >= 115


def test_stops_of_the_own_table_are_p11s(table: Table, shared_data: Path) -> None:
    source = (shared_data / "kaga" / "busstops_p11" / "kaga_busstops.csv").read_text("utf-8")
    for row in table("facts/bus_stops.csv"):
        assert f"{row['lon']},{row['lat']}" in source
        assert row["name"] in source


def test_the_city_names_its_feeds_and_says_what_is_illustrative(kaga: Path) -> None:
    city = tomllib.loads((kaga / "city.toml").read_text(encoding="utf-8"))
    assert city["id"] == "kaga"
    assert all((kaga / feed).is_dir() for feed in city["feeds"])
    assert (kaga / city["streets"]).is_file()
    assert "例示" in city["notice"]["ja"]
    assert "illustrative" in city["notice"]["en"]
    assert "pykakasi" in (kaga / "SOURCES.md").read_text(encoding="utf-8")
