"""Both feeds load elsewhere, and their rows point at rows that exist."""

from collections.abc import Callable
from pathlib import Path

import gtfs_kit
import pytest

Table = Callable[[str], list[dict[str, str]]]

# table, column -> table, column; an empty value points nowhere.
POINTERS = [
    ("routes", "agency_id", "agency", "agency_id"),
    ("agency_jp", "agency_id", "agency", "agency_id"),
    ("routes_jp", "route_id", "routes", "route_id"),
    ("trips", "route_id", "routes", "route_id"),
    ("trips", "service_id", "calendar", "service_id"),
    ("trips", "shape_id", "shapes", "shape_id"),
    ("calendar_dates", "service_id", "calendar", "service_id"),
    ("stop_times", "trip_id", "trips", "trip_id"),
    ("stop_times", "stop_id", "stops", "stop_id"),
    ("stop_times", "location_group_id", "location_groups", "location_group_id"),
    ("stop_times", "pickup_booking_rule_id", "booking_rules", "booking_rule_id"),
    ("stop_times", "drop_off_booking_rule_id", "booking_rules", "booking_rule_id"),
    ("location_group_stops", "stop_id", "stops", "stop_id"),
    ("location_group_stops", "location_group_id", "location_groups", "location_group_id"),
    ("fare_attributes", "agency_id", "agency", "agency_id"),
    ("fare_rules", "fare_id", "fare_attributes", "fare_id"),
    ("fare_rules", "route_id", "routes", "route_id"),
    ("fare_rules", "origin_id", "stops", "zone_id"),
    ("fare_rules", "destination_id", "stops", "zone_id"),
]
IDS = [
    ("agency", "agency_id"),
    ("routes", "route_id"),
    ("trips", "trip_id"),
    ("stops", "stop_id"),
    ("calendar", "service_id"),
]


@pytest.mark.parametrize("feed", ["gtfs", "flex"])
def test_gtfs_kit_reads_the_feed(kaga: Path, feed: str) -> None:
    read = gtfs_kit.read_feed(kaga / feed, dist_units="m")
    assert len(read.stops) > 100
    assert len(read.trips) > 0


@pytest.mark.parametrize("feed", ["gtfs", "flex"])
def test_every_pointer_finds_its_row(kaga: Path, table: Table, feed: str) -> None:
    lost = []
    for name, column, other, key in POINTERS:
        if not (kaga / feed / f"{name}.txt").exists():
            continue
        known = set()
        if (kaga / feed / f"{other}.txt").exists():
            known = {row[key] for row in table(f"{feed}/{other}.txt")}
        values = {row.get(column, "") for row in table(f"{feed}/{name}.txt")} - {""}
        lost += [(name, column, value) for value in sorted(values) if value not in known]
    assert lost == []


@pytest.mark.parametrize(("name", "key"), IDS)
def test_ids_are_ascii_and_unique_over_both_feeds(table: Table, name: str, key: str) -> None:
    ids = [row[key] for feed in ("gtfs", "flex") for row in table(f"{feed}/{name}.txt")]
    assert len(ids) == len(set(ids))
    assert [value for value in ids if not value.isascii()] == []


def test_times_never_run_backwards(table: Table) -> None:
    last: dict[str, tuple[int, str, int]] = {}
    for row in table("gtfs/stop_times.txt"):
        here = (
            int(row["stop_sequence"]),
            row["departure_time"],
            int(row["shape_dist_traveled"]),
        )
        before = last.get(row["trip_id"], (0, "00:00:00", -1))
        assert here[0] > before[0]
        assert here[1] >= before[1]
        assert here[2] > before[2]
        assert row["arrival_time"] == row["departure_time"]
        last[row["trip_id"]] = here
    assert len(last) == len(table("gtfs/trips.txt"))


def test_the_feeds_say_that_bus_times_are_illustrative(table: Table) -> None:
    for feed in ("gtfs", "flex"):
        assert "例示" in table(f"{feed}/feed_info.txt")[0]["feed_publisher_name"]
    names = [row["organization_name"] for row in table("gtfs/attributions.txt")]
    assert any("国土数値情報" in name for name in names)
    assert any("例示" in name for name in names)


@pytest.mark.parametrize("feed", ["gtfs", "flex"])
def test_every_stop_and_route_has_a_reading_and_an_english_name(table: Table, feed: str) -> None:
    known: dict[tuple[str, str, str], str] = {
        (row["field_name"], row["language"], row["field_value"]): row["translation"]
        for row in table(f"{feed}/translations.txt")
    }
    for name, column in (("stops", "stop_name"), ("routes", "route_long_name")):
        for text in {row[column] for row in table(f"{feed}/{name}.txt")}:
            reading = known[column, "ja-Hrkt", text]
            assert not any("一" <= letter <= "鿿" for letter in reading), (text, reading)
            assert known[column, "en", text].isascii(), text


@pytest.mark.parametrize(
    ("name", "reading", "english"),
    [
        ("加賀温泉駅", "かがおんせんえき", "Kaga-Onsen Station"),
        ("動橋駅", "いぶりはしえき", "Iburihashi Station"),
        ("大聖寺駅", "だいしょうじえき", "Daishoji Station"),
        ("山代温泉", "やましろおんせん", "Yamashiro Onsen"),
        ("山中温泉", "やまなかおんせん", "Yamanaka Onsen"),
        ("菊の湯前", "きくのゆまえ", "Kikunoyu-mae"),
        ("片山津温泉総湯前", "かたやまづおんせんそうゆまえ", "Katayamazu Onsen Soyu Public Bath"),
    ],
)
def test_important_names_are_read_right(
    table: Table, name: str, reading: str, english: str
) -> None:
    found = {
        row["language"]: row["translation"]
        for row in table("gtfs/translations.txt")
        if row["table_name"] == "stops" and row["field_value"] == name
    }
    assert found == {"ja-Hrkt": reading, "en": english}
