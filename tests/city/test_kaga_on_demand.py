"""のりあい号 as GTFS-Flex, and the fleet that serves it."""

import json
import math
import tomllib
from collections.abc import Callable
from pathlib import Path

Table = Callable[[str], list[dict[str, str]]]


def _metres(a: dict[str, str], b: dict[str, str]) -> float:
    names = ("lat", "lon") if "lat" in a else ("stop_lat", "stop_lon")
    others = ("lat", "lon") if "lat" in b else ("stop_lat", "stop_lon")
    north = float(a[names[0]]) - float(b[others[0]])
    east = (float(a[names[1]]) - float(b[others[1]])) * math.cos(math.radians(36.3))
    return 111_195 * math.hypot(north, east)


def test_about_600_virtual_stops_in_the_whole_city(table: Table) -> None:
    stops = table("flex/stops.txt")
    assert abs(len(stops) - 600) <= 100
    assert len({row["stop_name"] for row in stops}) == len(stops)
    group = {
        row["stop_id"]
        for row in table("flex/location_group_stops.txt")
        if row["location_group_id"] == "noriai-stops"
    }
    assert group == {row["stop_id"] for row in stops}


def test_the_evening_sample_serves_the_hot_springs(table: Table) -> None:
    group = {
        row["stop_id"]
        for row in table("flex/location_group_stops.txt")
        if row["location_group_id"] == "yumeguri-stops"
    }
    assert 50 <= len(group) <= 70
    names = {row["stop_name"] for row in table("flex/stops.txt") if row["stop_id"] in group}
    assert {"加賀温泉駅", "山代温泉 総湯", "山中温泉 総湯 菊の湯", "加賀片山津温泉 総湯"} <= names
    assert "見本" in next(
        row["route_desc"] for row in table("flex/routes.txt") if row["route_id"] == "yumeguri"
    )


def test_pickups_end_at_three_and_drop_offs_at_four(table: Table) -> None:
    windows = {
        (row["trip_id"], row["pickup_type"], row["drop_off_type"]): (
            row["start_pickup_drop_off_window"],
            row["end_pickup_drop_off_window"],
        )
        for row in table("flex/stop_times.txt")
    }
    assert windows == {
        ("noriai-daily", "2", "1"): ("08:00:00", "15:00:00"),
        ("noriai-daily", "1", "2"): ("08:00:00", "16:00:00"),
        ("yumeguri-daily", "2", "1"): ("17:00:00", "21:30:00"),
        ("yumeguri-daily", "1", "2"): ("17:00:00", "22:00:00"),
    }
    for row in table("flex/stop_times.txt"):
        assert row["stop_id"] == row["arrival_time"] == row["departure_time"] == ""


def test_booking_closes_30_minutes_before(table: Table) -> None:
    rules = table("flex/booking_rules.txt")
    assert {(row["booking_type"], row["prior_notice_duration_min"]) for row in rules} == {
        ("1", "30")
    }


def test_a_ride_costs_500_yen(table: Table, kaga: Path) -> None:
    assert {row["price"] for row in table("flex/fare_attributes.txt")} == {"500"}
    products = tomllib.loads((kaga / "products.toml").read_text(encoding="utf-8"))
    prices = {route: row["price_minor"] for row in products["fares"] for route in row["route_ids"]}
    assert prices["noriai"] == 500


def test_a_virtual_stop_stands_at_the_station_and_at_kikunoyu(table: Table) -> None:
    places = {row["name"]: row for row in table("places.csv")}
    for name in ("加賀温泉駅", "山中温泉 総湯 菊の湯", "大聖寺駅", "動橋駅", "山代温泉 総湯"):
        nearest = min(_metres(places[name], stop) for stop in table("flex/stops.txt"))
        assert nearest <= 50, name


def test_zones_hold_their_stops(table: Table, kaga: Path) -> None:
    text = (kaga / "flex" / "locations.geojson").read_text(encoding="utf-8")
    zones = {zone["id"]: zone["geometry"] for zone in json.loads(text)["features"]}
    assert set(zones) == {"noriai-zone", "yumeguri-zone"}
    ring = zones["noriai-zone"]["coordinates"][0]
    assert ring[0] == ring[-1]
    west, east = min(p[0] for p in ring), max(p[0] for p in ring)
    for stop in table("flex/stops.txt"):
        assert west < float(stop["stop_lon"]) < east


def test_the_fleet_is_complete(table: Table, kaga: Path) -> None:
    fleet = tomllib.loads((kaga / "fleet.toml").read_text(encoding="utf-8"))
    stops = {row["stop_id"] for row in table("flex/stops.txt")}
    routes = {row["route_id"] for row in table("flex/routes.txt")}
    areas = {area["id"]: area for area in fleet["areas"]}
    assert {route for area in areas.values() for route in area["route_ids"]} == routes
    for vehicle in fleet["vehicles"]:
        assert vehicle["depot_stop_id"] in stops
        assert vehicle["area"] in areas
        assert vehicle["shifts"]
    day = [v for v in fleet["vehicles"] if v["area"] == "noriai"]
    assert [v["seats"] for v in day if v["kind"] == "van"] == [9, 9, 9, 9]
    assert sum(v["wheelchair_places"] for v in day) == 1
    assert [v["shifts"] for v in day if v["kind"] == "shuttle"] == [
        [{"start": "12:00", "end": "15:00", "days": "daily"}]
    ]
    assert sum(v["kind"] == "electric_car" for v in fleet["vehicles"]) == 1


def test_products_point_at_routes_and_passes(table: Table, kaga: Path) -> None:
    products = tomllib.loads((kaga / "products.toml").read_text(encoding="utf-8"))
    routes = {row["route_id"] for feed in ("gtfs", "flex") for row in table(f"{feed}/routes.txt")}
    for product in [*products["fares"], *products["passes"]]:
        assert set(product["route_ids"]) <= routes
    passes = {row["id"]: row for row in products["passes"]}
    assert passes["canbus-1day"]["price_minor"] == 1100
    assert "推定" in passes["canbus-2day"]["name"]["ja"]
    for bundle in products["bundles"]:
        assert {i["id"] for i in bundle["includes"] if i["kind"] == "pass"} <= set(passes)
