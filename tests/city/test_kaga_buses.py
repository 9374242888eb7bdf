"""Bus times meet the known facts, and a day looks like one of a rural city."""

from collections.abc import Callable

import pytest

Table = Callable[[str], list[dict[str, str]]]
Trip = list[tuple[str, int]]


@pytest.fixture
def trips(table: Table) -> dict[str, Trip]:
    """Calls of each bus trip: (stop name, minute of the day)."""
    names = {row["stop_id"]: row["stop_name"] for row in table("gtfs/stops.txt")}
    found: dict[str, Trip] = {}
    for row in table("gtfs/stop_times.txt"):
        if not row["trip_id"].startswith("ir-"):
            hours, minutes, _ = row["departure_time"].split(":")
            call = (names[row["stop_id"]], int(hours) * 60 + int(minutes))
            found.setdefault(row["trip_id"], []).append(call)
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


@pytest.mark.parametrize(
    ("line", "shortest", "longest"),
    [("mountain", 60, 90), ("sea", 60, 90), ("airport", 55, 65)],
)
def test_loops_take_as_long_as_known(
    trips: dict[str, Trip], line: str, shortest: int, longest: int
) -> None:
    loops = [trip for trip_id, trip in trips.items() if trip_id.startswith(f"{line}-")]
    assert len(loops) == 7
    for loop in loops:
        assert loop[0][0] == loop[-1][0] == "JR加賀温泉駅前・アビオシティ加賀"
        assert shortest <= loop[-1][1] - loop[0][1] <= longest


def test_the_mountain_loop_passes_where_it_was_seen(trips: dict[str, Trip]) -> None:
    loops = [trip for trip_id, trip in trips.items() if trip_id.startswith("mountain-")]
    seen = {(name, _clock(minute)) for loop in loops for name, minute in loop}
    assert {
        ("山中温泉菊の湯・山中座", "14:30"),
        ("那谷寺", "14:56"),
        ("那谷寺", "16:14"),
        ("粟津温泉", "16:24"),
    } <= seen
    assert max(minute for loop in loops for name, minute in loop if name == "那谷寺") == 974


def test_loops_leave_between_the_known_first_and_last(trips: dict[str, Trip]) -> None:
    starts = [
        trip[0][1]
        for trip_id, trip in trips.items()
        if trip_id.startswith(("mountain-", "sea-", "airport-"))
    ]
    assert _clock(min(starts)) == "8:35"
    assert _clock(max(starts)) == "15:52"


def test_kaga_onsen_station_to_yamashiro_onsen_takes_13_minutes(trips: dict[str, Trip]) -> None:
    rides = []
    for trip in trips.values():
        calls = dict(trip)
        if trip[0][0] == "加賀温泉駅" and "山代温泉" in calls:
            rides.append(calls["山代温泉"] - trip[0][1])
    assert len(rides) >= 12
    assert set(rides) == {13}


def test_the_hashitate_line_runs_once_each_way(trips: dict[str, Trip]) -> None:
    out = [trip for trip_id, trip in trips.items() if trip_id.startswith("hashitate-out")]
    back = [trip for trip_id, trip in trips.items() if trip_id.startswith("hashitate-in")]
    assert len(out) == len(back) == 1
    assert 6 * 60 <= out[0][0][1] < out[0][-1][1] <= 7 * 60 + 30
    assert 17 * 60 <= back[0][0][1] < back[0][-1][1] <= 18 * 60


def test_from_ten_o_clock_buses_lead_to_kikunoyu_on_a_weekday(
    table: Table, trips: dict[str, Trip]
) -> None:
    services = {row["trip_id"]: row["service_id"] for row in table("gtfs/trips.txt")}
    found = {}
    for trip_id, trip in trips.items():
        if services[trip_id] not in ("hk-weekday", "canbus-daily"):
            continue
        for stop in ("山中温泉", "菊の湯前", "山中温泉菊の湯・山中座"):
            calls = dict(trip)
            if stop in calls and "加賀温泉駅" in trip[0][0] and 600 <= trip[0][1] <= 720:
                found[trip_id.split("-hk")[0].split("-canbus")[0]] = _clock(trip[0][1])
    assert found == {"yamanaka-out": "10:25", "kayano-out": "11:25", "mountain": "11:55"}


def test_hokutetsu_fares_range_as_known(table: Table) -> None:
    prices = {row["fare_id"]: int(row["price"]) for row in table("gtfs/fare_attributes.txt")}
    fares = {
        (row["route_id"], row["origin_id"], row["destination_id"]): prices[row["fare_id"]]
        for row in table("gtfs/fare_rules.txt")
    }
    own = {key: price for key, price in fares.items() if key[0].startswith("hk-")}
    assert min(own.values()) == 200
    assert max(own.values()) == 590
    assert all(price % 10 == 0 for price in own.values())
    line = "hk-onsen-yamanaka"
    assert own[line, "hk-kaga-onsen-station", "hk-yamanaka-onsen"] == 590
    assert own[line, "hk-yamanaka-onsen", "hk-kaga-onsen-station"] == 590


def test_every_ride_of_hokutetsu_has_a_fare_and_loop_lines_have_none(table: Table) -> None:
    routes = {row["trip_id"]: row["route_id"] for row in table("gtfs/trips.txt")}
    calls: dict[str, list[str]] = {}
    for row in table("gtfs/stop_times.txt"):
        calls.setdefault(row["trip_id"], []).append(row["stop_id"])
    fares = {
        (row["route_id"], row["origin_id"], row["destination_id"])
        for row in table("gtfs/fare_rules.txt")
    }
    for trip_id, stops in calls.items():
        if routes[trip_id].startswith("hk-"):
            pairs = {(routes[trip_id], a, b) for i, a in enumerate(stops) for b in stops[i + 1 :]}
            assert pairs <= fares
    priced = {route_id for route_id, _, _ in fares}
    assert priced.isdisjoint({"canbus-mountain", "canbus-sea", "canbus-airport"})
