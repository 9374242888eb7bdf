"""Rules of transfers.txt for certain lines and trips: each kind, and all of them against a list.

At M riders change between the lines red and blue; B2 is a second stop, 65 m away.
"""

from itertools import product

import numpy as np
import pytest

from routing.build import build_timetable
from routing.pareto import Criteria, pareto
from routing.transfer_rules import MOST_TWINS
from tests.routing.feeds import line_feed
from tests.routing.towns import TOKYO, Town

ROWS = """
    A  36.3000 136.300
    M  36.3200 136.300
    B2 36.3200 136.300556
    Z  36.3400 136.300
    r1 red   daily | A 08:00 M 08:10
    r2 red   daily | A 08:02 M 08:11
    g1 green daily | A 08:03 M 08:12
    b1 blue  daily | M 08:12 Z 08:30
    b2 blue  daily | M 08:20 Z 08:38
    y1 gold  daily | B2 08:13 Z 08:33
    b3 blue  daily | M 08:40 Z 08:58
"""
HEAD = (
    "from_stop_id,to_stop_id,from_route_id,to_route_id,from_trip_id,to_trip_id,"
    "transfer_type,min_transfer_time\n"
)


def town(*rules: str, rows: str = ROWS) -> Town:
    """The town with rules."""
    return Town(rows, tables={"transfers": HEAD + "\n".join(rules)} if rules else {})


def changes(place: Town) -> set[str]:
    """Which trips the journeys of half an hour change between."""
    result = place.plan("A", "Z", "07:55", window_s=1800)
    return {"-".join(leg.trip_id for leg in j.legs if leg.mode == "BUS") for j in result.journeys}


def test_without_rules_a_change_takes_a_minute() -> None:
    assert changes(town()) == {"r2-b1", "g1-b2"}


def test_a_guaranteed_connection_of_two_trips_needs_no_time() -> None:
    assert changes(town("M,M,,,g1,b1,1,")) == {"g1-b1"}


def test_a_forbidden_connection_of_two_trips_is_not_offered() -> None:
    assert changes(town("M,M,,,r2,b1,3,")) == {"r1-b1", "r2-y1", "g1-b2"}


def test_a_minimum_time_between_two_lines() -> None:
    # red to blue takes five minutes now, green to blue still one
    assert changes(town("M,M,red,blue,,,2,300")) == {"r2-y1", "g1-b2"}
    assert changes(town("M,M,red,blue,,,2,120")) == {"r1-b1", "r2-y1", "g1-b2"}


def test_a_line_to_whatever_leaves() -> None:
    assert changes(town("M,M,green,,,,3,", "M,B2,green,,,,3,")) == {"r2-b1"}
    assert changes(town("M,M,,blue,,,3,")) == {"r2-y1"}


def test_the_rule_that_says_more_counts_in_whatever_order() -> None:
    rules = ["M,M,,,,,3,", "M,M,red,blue,,,2,60", "M,M,,,r2,b1,3,", "M,B2,,,,,3,"]
    for order in (rules, rules[::-1]):
        assert changes(town(*order)) == {"r1-b1", "r2-b2"}


def test_a_trip_wins_over_its_line() -> None:
    place = town("M,M,red,blue,,,3,", "M,M,red,blue,r1,b1,1,")
    assert changes(place) == {"r1-b1", "r2-y1", "g1-b2"}


def test_a_rule_between_two_stops_and_of_a_station() -> None:
    stops = """
        stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
        A,A,36.300,136.300,0,
        S,S,36.320,136.300,1,
        M,M,36.320,136.300,0,S
        B2,B2,36.320,136.300556,0,S
        Z,Z,36.340,136.300,0,
    """
    rule = HEAD + "S,S,red,gold,,,3,\nS,S,green,gold,,,1,\nS,S,red,blue,,,3,"
    place = Town(ROWS, tables={"stops": stops, "transfers": rule})
    assert changes(place) == {"g1-y1"}  # 65 m to B2 take 55 s, and nothing else
    soon = Town(ROWS.replace("B2 08:13", "B2 08:12"), tables={"stops": stops, "transfers": rule})
    assert changes(soon) == {"g1-b2"}


def test_unknown_names_and_in_seat_rules_change_nothing() -> None:
    rules = ["M,M,,,nobody,b1,3,", "M,M,nothing,blue,,,3,", "M,nowhere,red,blue,,,3,"]
    assert changes(town(*rules, "M,M,red,blue,,,5,")) == {"r2-b1", "g1-b2"}


def test_who_boards_at_the_stop_boards_there_as_before() -> None:
    place = town("M,M,red,blue,,,3,")
    plain = town()
    for args in (("M", "Z", "08:00"), ("A", "M", "07:50"), ("A", "B2", "07:50")):
        assert place.texts(*args) == plain.texts(*args)
    legs = place.plan("M", "Z", "08:00").journeys[0].legs
    assert [leg.origin.stop_id for leg in legs] == ["M"]


def test_a_stop_with_too_many_rules_keeps_its_general_ones() -> None:
    trips = range(MOST_TWINS + 1)
    rows = "A 36.30 136.30\nM 36.32 136.30\nZ 36.34 136.30\n"
    rows += "\n".join(f"t{n} red daily | A {n // 60 + 6:02d}:{n % 60:02d} M 12:00" for n in trips)
    rules = [f"M,M,,,t{n},t{n},3," for n in trips]
    feed = line_feed(rows, transfers=HEAD + "\n".join(rules))
    assert len(build_timetable([feed], TOKYO).stop_ids) == 3
    some = line_feed(rows, transfers=HEAD + "\n".join(rules[:-1]))
    assert len(build_timetable([some], TOKYO).stop_ids) == 3 + MOST_TWINS


RULES = [
    ",,,",
    "red,,,",
    ",blue,,",
    "red,blue,,",
    ",,r1,",
    ",,,b1",
    ",,r2,b1",
    ",blue,r1,",
    "red,,,b2",
]


def slow_change_s(rules: list[tuple[str, str, str]], before: str, after: str) -> int | None:
    """Seconds to change from a trip to another at M: by the rule that says most."""
    best, seconds = -1, 60
    for fields, kind, least in rules:
        from_route, to_route, from_trip, to_trip = fields.split(",")
        lines = {"r": "red", "g": "green", "b": "blue"}
        if from_trip not in ("", before) or to_trip not in ("", after):
            continue
        if not from_trip and from_route not in ("", lines[before[0]]):
            continue
        if not to_trip and to_route not in ("", lines[after[0]]):
            continue
        score = sum(
            3 if t else 1 if r else 0 for r, t in ((from_route, from_trip), (to_route, to_trip))
        )
        if score >= best:
            best = score
            seconds = {"0": 60, "1": 0, "2": int(least), "3": 10**6}[kind]
    return seconds


@pytest.mark.parametrize("seed", range(40))
def test_random_rules_equal_a_list_of_all_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rules = [
        (str(rng.choice(RULES)), str(rng.integers(0, 4)), str(60 * rng.integers(0, 12)))
        for _ in range(rng.integers(1, 6))
    ]
    rows = "\n".join(row for row in ROWS.splitlines() if "B2" not in row)
    place = town(*(f"M,M,{f},{kind},{least}" for f, kind, least in rules), rows=rows)
    before = {"r1": (480, 490), "r2": (482, 491), "g1": (483, 492)}
    after = {"b1": (492, 510), "b2": (500, 518), "b3": (520, 538)}
    ways = [
        Criteria(leave, arrive, 1, 0)
        for (a, (leave, there)), (b, (start, arrive)) in product(before.items(), after.items())
        if there * 60 + (slow_change_s(rules, a, b) or 0) <= start * 60
    ]
    wanted = {(way.departure_s, way.arrival_s) for way in pareto(ways, lambda way: way)}
    zero = place.query("A", "Z", "00:00").time_s
    found = place.plan("A", "Z", "07:55", window_s=1800).journeys
    assert {((j.departure_s - zero) // 60, (j.arrival_s - zero) // 60) for j in found} == wanted
