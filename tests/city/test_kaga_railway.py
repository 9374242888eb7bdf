"""The railway of the feed is the timetable of the facts, train by train."""

from collections.abc import Callable
from pathlib import Path

import pytest

Table = Callable[[str], list[dict[str, str]]]


def _facts(path: Path) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Trains as (service, calls), each call (station, H:MM)."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    stations = head.split("columns:")[1].split()
    trains = []
    for line in lines:
        service, *times = line.split()
        calls = zip(stations, times, strict=True)
        trains.append((service, tuple((name, time) for name, time in calls if time != "-")))
    return sorted(trains)


def _feed(table: Table, direction: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    names = {row["stop_id"]: row["stop_name"] for row in table("gtfs/stops.txt")}
    services = {
        row["trip_id"]: {"ir-daily": "D", "ir-weekday": "W"}[row["service_id"]]
        for row in table("gtfs/trips.txt")
        if row["route_id"] == "ir-ishikawa" and row["direction_id"] == direction
    }
    calls: dict[str, list[tuple[str, str]]] = {trip_id: [] for trip_id in services}
    for row in table("gtfs/stop_times.txt"):
        if row["trip_id"] in calls:
            hours, minutes, _ = row["departure_time"].split(":")
            station = names[row["stop_id"]].removesuffix("駅")
            calls[row["trip_id"]].append((station, f"{int(hours)}:{minutes}"))
    return sorted((services[trip_id], tuple(own)) for trip_id, own in calls.items())


@pytest.mark.parametrize(
    ("direction", "name", "trains", "weekday_only"),
    [("0", "railway_down.txt", 26, 3), ("1", "railway_up.txt", 31, 1)],
)
def test_every_train_is_the_timetables(
    kaga: Path, table: Table, direction: str, name: str, trains: int, weekday_only: int
) -> None:
    expected = _facts(kaga / "facts" / name)
    assert _feed(table, direction) == expected
    assert len(expected) == trains
    assert sum(service == "W" for service, _ in expected) == weekday_only


def test_the_own_table_is_the_shared_fact(kaga: Path, shared_data: Path) -> None:
    source = shared_data / "kaga" / "ir_ishikawa_timetable"
    for own, theirs in (
        ("railway_down.txt", "down_daishoji_kanazawa.txt"),
        ("railway_up.txt", "up_kanazawa_daishoji.txt"),
    ):
        assert _facts(kaga / "facts" / own) == _facts(source / theirs)


@pytest.mark.parametrize(
    ("origin", "destination", "yen"),
    [
        ("ir-kanazawa", "ir-daishoji", 980),
        ("ir-komatsu", "ir-kanazawa", 580),
        ("ir-kanazawa", "ir-matto", 230),
    ],
)
def test_known_fares(table: Table, origin: str, destination: str, yen: int) -> None:
    assert _fares(table)[origin, destination] == yen


def test_fares_are_known_for_every_pair_and_grow_with_distance(table: Table) -> None:
    fares = _fares(table)
    stations = [row["stop_id"] for row in table("gtfs/stops.txt") if row["stop_id"][:3] == "ir-"]
    assert len(stations) == 15
    assert len(fares) == 15 * 14
    for start in range(15):
        steps = [fares[stations[start], stations[end]] for end in range(start + 1, 15)]
        assert steps == sorted(steps)


def _fares(table: Table) -> dict[tuple[str, str], int]:
    prices = {row["fare_id"]: int(row["price"]) for row in table("gtfs/fare_attributes.txt")}
    return {
        (row["origin_id"], row["destination_id"]): prices[row["fare_id"]]
        for row in table("gtfs/fare_rules.txt")
        if row["route_id"] == "ir-ishikawa"
    }
