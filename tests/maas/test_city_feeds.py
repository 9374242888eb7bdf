"""What a city keeps of its feeds: the same again, made anew when broken or changed."""

import shutil
from pathlib import Path

import pytest

from gtfs.source import FeedSource
from maas.city.feeds import FeedFacts, load_facts
from maas.config import default_city

V2_FARES = {
    "fare_products.txt": "fare_product_id,amount,currency\nsingle,210,JPY\n",
    "fare_leg_rules.txt": ("network_id,from_area_id,to_area_id,fare_product_id\ntown,,,single\n"),
    "networks.txt": "network_id,network_name\ntown,Town\n",
    "route_networks.txt": "network_id,route_id\ntown,hk-onsen-yamanaka\n",
}


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    for name in ("gtfs", "flex"):
        shutil.copytree(default_city() / name, tmp_path / name)
    return [tmp_path / "gtfs", tmp_path / "flex"]


def load(folders: list[Path], cache: Path | None) -> tuple[FeedFacts, bool]:
    """Facts, and whether a feed was parsed for them."""
    sources = [FeedSource(folder) for folder in folders]
    return load_facts(sources, cache), any("feed" in vars(source) for source in sources)


def test_kept_facts_are_the_same_and_need_no_parsing(folders: list[Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    made, parsed = load(folders, cache)
    assert parsed
    assert made.flex_trips
    assert made.fare_tables[0].rules
    assert made.translations[1].languages
    kept, parsed = load(folders, cache)
    assert not parsed
    assert kept == made
    assert hash(kept.flex_trips[0].booking_rule) == hash(made.flex_trips[0].booking_rule)
    assert type(kept.flex_trips[0].pickup_stop_ids) is tuple
    assert len(list(cache.iterdir())) == 1


def test_zones_and_second_edition_fares_are_kept(folders: list[Path], tmp_path: Path) -> None:
    for file, text in V2_FARES.items():
        (folders[0] / file).write_text(text)
    times = folders[1] / "stop_times.txt"
    times.write_text(times.read_text().replace(",noriai-stops,,", ",,kaga,"))
    (folders[1] / "locations.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "kaga", '
        '"properties": {}, "geometry": {"type": "Polygon", "coordinates": '
        "[[[136.2, 36.2], [136.5, 36.2], [136.5, 36.4], [136.2, 36.2]]]}}]}"
    )
    made, _ = load(folders, tmp_path / "cache")
    assert made.flex_trips[0].zones
    assert made.fare_tables[0].groups
    assert load(folders, tmp_path / "cache") == (made, False)


def test_every_kind_of_booking_rule_is_kept(folders: list[Path], tmp_path: Path) -> None:
    rules = folders[1] / "booking_rules.txt"
    rules.write_text(
        "booking_rule_id,booking_type,prior_notice_last_day,prior_notice_last_time,"
        "prior_notice_start_day,prior_notice_start_time,prior_notice_service_id\n"
        "noriai-30min,2,2,17:00:00,14,08:00:00,noriai-daily\n"
    )
    trips = (folders[1] / "trips.txt").read_text()
    rules.write_text(rules.read_text().replace("noriai-daily", trips.splitlines()[1].split(",")[1]))
    made, _ = load(folders, tmp_path / "cache")
    rule = made.flex_trips[0].booking_rule
    assert rule is not None
    assert rule.counted_days
    assert load(folders, tmp_path / "cache") == (made, False)


def test_a_changed_feed_is_read_again(folders: list[Path], tmp_path: Path) -> None:
    load(folders, tmp_path / "cache")
    rules = folders[1] / "fare_attributes.txt"
    before = load(folders, tmp_path / "cache")[0].fare_tables[1].rules
    price = next(iter(before.values()))
    rules.write_text(rules.read_text().replace(f",{price},", f",{price + 100},"))
    facts, parsed = load(folders, tmp_path / "cache")
    assert parsed
    assert next(iter(facts.fare_tables[1].rules.values())) == price + 100


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"flex_trips": [[1]]}', None])
def test_a_broken_file_is_made_again(
    folders: list[Path], tmp_path: Path, content: str | None
) -> None:
    made, _ = load(folders, tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2] if content is None else content)
    assert load(folders, tmp_path / "cache") == (made, True)
    assert path.read_text() == whole


def test_nothing_is_kept_without_a_folder(folders: list[Path]) -> None:
    assert load(folders, None)[1]


def test_the_days_a_booking_rule_counts_are_kept(folders: list[Path], tmp_path: Path) -> None:
    rules = folders[1] / "booking_rules.txt"
    rules.write_text(
        "booking_rule_id,booking_type,prior_notice_last_day,prior_notice_last_time,"
        "prior_notice_service_id\n"
        "noriai-30min,2,1,17:00:00,noriai-daily\nyumeguri-30min,0,,,\n"
    )
    made, _ = load(folders, tmp_path / "cache")
    kept, parsed = load(folders, tmp_path / "cache")
    assert not parsed
    assert kept == made
    rule = kept.flex_trips[0].booking_rule
    assert rule is not None
    assert rule.counted_days
