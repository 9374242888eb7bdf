"""Inside stations: pathways, levels, entrances, lifts, and who gets where.

The station of most tests, with its ways in seconds or metres::

    street --- north --- hall ---(stairs 30 s | lift 90 s)--- P1
                          hall ---(stairs, 20 steps)--------- P2
    street --- south ---(walkway 300 m)---------------------- P1
"""

import pytest

from gtfs.feed import Feed
from routing.build import build_timetable
from routing.journeys import Journey, Place, WalkLeg
from routing.pathways import COST_M, IS_STEP_FREE, LENGTH_M, LIFT_M
from routing.reach import ReachQuery
from routing.stations import Stations
from tests.routing.feeds import line_feed
from tests.routing.towns import TOKYO, Town, instant, text

STOPS = """
    stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,level_id
    west,west,36.300,136.200,0,,
    S,S,36.300,136.300,1,,
    north,north,36.301,136.300,2,S,street
    south,south,36.298,136.300,2,S,street
    hall,hall,,,3,S,street
    P1,P1,36.300,136.3003,0,S,under
    P2,P2,36.300,136.2997,0,S,under
    east,east,36.300,136.400,0,,
    far,far,36.300,136.450,0,,
"""
LEVELS = """
    level_id,level_index
    street,0
    under,-1
"""
HEAD = (
    "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,"
    "length,traversal_time,stair_count,max_slope,min_width\n"
)
WAYS = """
    1,north,hall,1,1,60,,,,
    2,hall,P1,2,1,,30,,,
    3,hall,P1,5,1,,90,,,
    4,hall,P2,2,1,,,20,,
    5,south,P1,1,1,300,,,,
"""
ROWS = """
    a1 red  daily | west 08:00 P1 08:10
    b1 blue daily | P2 08:12 east 08:30
    b2 blue daily | P2 08:20 east 08:38
    c1 lime daily | P1 08:20 far 08:45
"""
NORTH = Place("door", 36.3015, 136.300)  # 56 m x 1.3 = 72 m north of the north entrance


def station(ways: str = WAYS, rows: str = ROWS, stops: str = STOPS) -> Town:
    """The town with its station."""
    return Town(rows, tables={"stops": stops, "levels": LEVELS, "pathways": HEAD + ways.strip()})


def walks(journey: Journey) -> list[tuple[int, int]]:
    """Seconds and metres of each walk."""
    legs = [leg for leg in journey.legs if isinstance(leg, WalkLeg)]
    return [(leg.arrival_s - leg.departure_s, leg.distance_m) for leg in legs]


def numbered(feed: Feed) -> tuple[list[tuple[str, str, int, int, int]], int]:
    """Pathways as the timetable has them: from, to, metres to the search, walked, step-free."""
    t = build_timetable([feed], TOKYO)
    rows = [
        (t.stop_ids[r[0]], t.stop_ids[r[1]], r[COST_M], r[LENGTH_M], r[IS_STEP_FREE])
        for r in t.pathways.tolist()
    ]
    return rows, len(t.stop_ids)


@pytest.mark.parametrize(
    ("mode", "fields", "cost_m", "length_m", "step_free"),
    [
        ("1", "50,,,,", 50, 50, 1),
        ("1", "50,100,,,", 120, 50, 1),
        ("1", ",10,,,", 12, 12, 1),
        ("1", "50,,,0.09,", 50, 50, 0),
        ("1", "50,,,-0.083,", 50, 50, 1),
        ("1", "50,,,,0.8", 50, 50, 0),
        ("1", "50,,,,1.2", 50, 50, 1),
        ("2", ",,25,,", 10, 10, 0),
        ("2", ",,-25,,", 10, 10, 0),
        ("3", "80,,,,", 80, 80, 1),
        ("4", ",40,,,", 48, 48, 0),
        ("5", ",,,,", LIFT_M, 0, 1),
        ("5", "9,45,,,", 54, 0, 1),
        ("6", ",5,,,", 6, 6, 1),
    ],
)
def test_what_a_pathway_takes(
    mode: str, fields: str, cost_m: int, length_m: int, step_free: int
) -> None:
    rows, _ = numbered(station(f"1,north,hall,{mode},0,{fields}").feed)
    assert rows == [("north", "hall", cost_m, length_m, step_free)]


def test_stairs_without_any_figure_are_guessed_from_place_and_level() -> None:
    rows, _ = numbered(station("1,north,P1,2,1,,,,,").feed)
    # 114 m x 1.3 and one level; there and back
    assert [(a, b, c) for a, b, c, _, _ in rows] == [("north", "P1", 159), ("P1", "north", 159)]


def test_a_pathway_to_an_unknown_stop_is_left_out() -> None:
    assert numbered(station("1,north,nowhere,1,1,50,,,,").feed)[0] == []


def test_a_node_without_a_coordinate_stands_where_its_station_stands() -> None:
    t = station().timetable
    hall, whole = t.stop_index("hall"), t.stop_index("S")
    assert t.stop_lat[hall] == t.stop_lat[whole]
    assert t.stop_lon[hall] == t.stop_lon[whole]


def test_a_change_takes_the_time_of_the_pathways() -> None:
    # Stairs of 36 m, then 8 m: 37 s and a minute to change; not the 70 m as the crow flies.
    (journey,) = station().plan("west", "east", "07:55", window_s=600).journeys
    assert text(journey) == "08:00 red P1 08:10 08:10 walk P2 08:10 08:12 blue east 08:30"
    assert walks(journey) == [(37, 44)]


def test_a_long_way_inside_misses_the_first_connection() -> None:
    slow = WAYS.replace("hall,P2,2,1,,,20,,", "hall,P2,2,1,,120,,,")
    (journey,) = station(slow).plan("west", "east", "07:55", window_s=600).journeys
    assert text(journey) == "08:00 red P1 08:10 08:10 walk P2 08:12 08:20 blue east 08:38"


def test_from_the_street_people_pass_an_entrance() -> None:
    (journey,) = station().plan(NORTH, "far", "08:00", window_s=1800, max_walk_m=900).journeys
    assert walks(journey) == [(140, 168)]  # 72 m of street, 60 m to the hall, 36 m of stairs
    north = (136.300, 36.301)
    assert north in journey.legs[0].geometry
    assert journey.legs[0].geometry[-1] == (136.3003, 36.300)


def test_to_the_street_people_pass_an_exit() -> None:
    (journey,) = station().plan("west", NORTH, "07:55", window_s=600, max_walk_m=900).journeys
    assert walks(journey) == [(140, 168)]
    assert (136.300, 36.301) in journey.legs[-1].geometry


def test_a_wheelchair_takes_the_lift_which_nobody_walks() -> None:
    town = station()
    (journey,) = town.plan(
        NORTH, "far", "08:00", window_s=1800, max_walk_m=900, wheelchair=True
    ).journeys
    assert walks(journey) == [(200, 132)]  # 72 m and 60 m on wheels, 90 s in the lift


def test_a_platform_that_only_stairs_lead_to_is_out_of_reach_of_wheelchairs() -> None:
    town = station()
    assert town.texts("west", "east", "07:55", wheelchair=True) == []
    assert town.texts(NORTH, "east", "07:55", wheelchair=True) == []
    assert town.texts("S", "east", "07:55", wheelchair=True) == []
    assert town.texts("S", "far", "07:55", wheelchair=True) == ["08:20 lime far 08:45"]
    assert town.texts("S", "east", "07:55", window_s=1200) == ["08:12 blue east 08:30"]


def test_a_rule_of_transfers_does_not_carry_a_wheelchair_upstairs() -> None:
    tables = {"stops": STOPS, "levels": LEVELS, "pathways": HEAD + WAYS.strip()}
    rule = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nP1,P2,2,90"
    town = Town(ROWS, tables={**tables, "transfers": rule})
    assert town.texts("west", "east", "07:55", window_s=600) == [
        "08:00 red P1 08:10 08:10 walk P2 08:10 08:12 blue east 08:30"
    ]
    assert town.texts("west", "east", "07:55", wheelchair=True) == []


def test_an_entrance_with_a_step_is_none_for_wheelchairs() -> None:
    head, *rows = STOPS.strip().splitlines()
    marked = [row.strip() + (",2" if "north" in row else ",") for row in rows]
    stops = "\n".join([head + ",wheelchair_boarding", *marked])
    (journey,) = (
        station(stops=stops)
        .plan(NORTH, "far", "08:00", window_s=1800, max_walk_m=900, wheelchair=True)
        .journeys
    )
    assert walks(journey)[0][1] > 700  # around to the south entrance, and 300 m inside


def test_ways_in_one_direction() -> None:
    one_way = """
        1,north,P1,7,0,20,,,,
        2,P1,south,7,0,20,,,,
    """
    town = station(one_way)
    (out,) = town.plan("west", NORTH, "07:55", window_s=600, max_walk_m=900).journeys
    assert (136.300, 36.298) in out.legs[-1].geometry
    (back,) = town.plan(NORTH, "far", "08:00", window_s=1800, max_walk_m=900).journeys
    assert walks(back) == [(77, 92)]


def test_who_is_on_a_platform_leaves_by_a_door() -> None:
    on_p1 = station().stop("P1")
    (journey,) = station().plan(on_p1, NORTH, "08:00", max_walk_m=900).journeys
    assert walks(journey) == [(140, 168)]
    (change,) = station().plan(on_p1, "east", "08:05", window_s=600).journeys
    assert text(change) == "08:11 walk P2 08:12 08:12 blue east 08:30"


def test_boarding_areas_are_where_their_platform_is() -> None:
    stops = STOPS + "    head,head,,,4,P1,under\n    tail,tail,,,4,P1,under\n"
    ways = """
        1,north,head,1,1,100,,,,
        2,south,tail,1,1,30,,,,
        3,head,P2,1,1,12,,,,
    """
    town = station(ways, stops=stops)
    (journey,) = town.plan(NORTH, "far", "08:00", window_s=1800, max_walk_m=900).journeys
    assert walks(journey) == [(144, 172)]
    (change,) = town.plan("west", "east", "07:55", window_s=600).journeys
    assert walks(change) == [(10, 12)]


def test_pathways_without_an_entrance_leave_the_street_open() -> None:
    town = station("1,P1,P2,1,1,240,,,,")
    (change,) = town.plan("west", "east", "07:55", window_s=600).journeys
    assert walks(change) == [(200, 240)]  # the pathway, though the platforms are 54 m apart
    (journey,) = town.plan(NORTH, "far", "08:00", window_s=1800, max_walk_m=900).journeys
    assert walks(journey) == [(184, 220)]  # 169 m x 1.3


def test_a_station_without_pathways_stays_as_it_is() -> None:
    with_hall = Town(ROWS, tables={"stops": STOPS, "levels": LEVELS})
    plain = [row for row in STOPS.splitlines() if ",2,S" not in row and ",3,S" not in row]
    without = Town(ROWS, tables={"stops": "\n".join(plain), "levels": LEVELS})
    for town in (with_hall, without):
        assert len(town.timetable.pathways) == 0
    args = (NORTH, "east", "07:55")
    assert with_hall.texts(*args) == without.texts(*args)


def test_ways_are_found_between_members_of_one_station_only() -> None:
    t = build_timetable([line_feed(ROWS, stops=STOPS, pathways=HEAD + WAYS.strip())], TOKYO)
    stations = Stations(t, wheelchair=False)
    names = [t.stop_ids[n] for n, inside in enumerate(stations.indoors.tolist()) if inside]
    assert names == ["P1", "P2"]
    assert stations.inside(t.stop_index("west"), t.stop_index("P1")) is None
    there = stations.inside(t.stop_index("north"), t.stop_index("P2"))
    assert there is not None
    assert [t.stop_ids[n] for n in there.nodes] == ["north", "hall", "P2"]


@pytest.mark.parametrize("wheelchair", [False, True])
@pytest.mark.parametrize(
    ("origin", "goals", "time"),
    [("west", ("kiosk", "far"), "07:58"), ("kiosk", ("P1", "P2"), "08:00")],
)
def test_reach_passes_the_same_doors_as_the_planner(
    origin: str, goals: tuple[str, str], time: str, wheelchair: bool
) -> None:
    kiosk = "    kiosk,kiosk,36.3015,136.300,0,,\n"
    rows = ROWS + "    k1 kiosk daily | kiosk 12:00 west 12:30\n"
    town = station(rows=rows, stops=STOPS + kiosk)
    start_s = instant(time)
    query = ReachQuery(town.stop(origin), start_s, (3600,), start_s, wheelchair=wheelchair)
    found = town.planner.reach(query, None)
    for goal in goals:
        planned = town.plan(
            origin, goal, time, window_s=3600, max_walk_m=2000, wheelchair=wheelchair
        ).journeys
        arrival_s = int(found.arrival_s[town.timetable.stop_index(goal)])
        reached = [] if arrival_s > start_s + 3600 else [arrival_s]
        assert reached == sorted(j.arrival_s for j in planned)[:1], goal
