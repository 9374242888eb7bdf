"""Walks through random stations, compared with networkx to the last metre."""

import numpy as np
import pytest

from routing.build import build_timetable
from routing.timetable import Timetable
from routing.walks import Walks
from tests.oracles.stations_slow import FlatStreets, SlowWalks
from tests.routing.feeds import line_feed
from tests.routing.towns import TOKYO

LIMIT_M = 600
STOPS = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding"
WAYS = (
    "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,"
    "length,traversal_time,stair_count,max_slope,min_width"
)


def random_town(rng: np.random.Generator) -> Timetable:
    """Two stations with random ways inside, and stops at the street beside them."""
    stops = [STOPS]
    ways = [WAYS]

    def place(name: str, kind: int, parent: str, lat: float) -> None:
        at = lat + rng.uniform(-0.002, 0.002), 136.3 + rng.uniform(-0.002, 0.002)
        word = rng.choice(["", "0", "1", "2"])
        stops.append(f"{name},{name},{at[0]:.6f},{at[1]:.6f},{kind},{parent},{word}")

    for number, lat in enumerate((36.300, 36.304)):
        station = f"S{number}"
        place(station, 1, "", lat)
        members = []
        for kind, letter, most in ((0, "p", 4), (2, "e", 3), (3, "n", 4)):
            for n in range(rng.integers(0, most + 1)):
                members.append(f"{letter}{number}{n}")
                place(members[-1], kind, station, lat)
                if kind == 0 and rng.random() < 0.3:
                    area = f"a{number}{n}"
                    place(area, 4, members[-1], lat)
                    members.append(area)
        for _ in range(rng.integers(0, 2 * len(members) + 1)):
            a, b = rng.choice(members, 2)
            figures = f"{rng.integers(0, 200)},{rng.choice(['', '40', '90'])},{rng.integers(0, 40)}"
            mode = rng.choice([1, 1, 1, 2, 3, 4, 5, 6])
            ways.append(f"w{len(ways)},{a},{b},{mode},{rng.integers(0, 2)},{figures},,")
    for n in range(3):
        place(f"o{n}", 0, "", 36.302)
    calls = [row.split(",")[0] for row in stops[1:] if row.split(",")[4] == "0"]
    words = " ".join(f"{stop} {8 + n // 60:02d}:{n % 60:02d}" for n, stop in enumerate(calls))
    tables = {"stops": "\n".join(stops), "pathways": "\n".join(ways)}
    return build_timetable([line_feed(f"t X daily | {words}", **tables)], TOKYO)


@pytest.mark.parametrize("wheelchair", [False, True])
def test_walks_equal_those_of_networkx(wheelchair: bool) -> None:
    reached = 0
    for seed in range(60):
        t = random_town(np.random.default_rng(seed))
        if not len(t.pathways):
            continue
        walks = Walks(t, FlatStreets(), "wheelchair" if wheelchair else "walk")
        served = t.served_stops
        found = walks.pairs(served, served, LIMIT_M)
        fast = {(a, b): m for a, b, m in zip(*(x.tolist() for x in found), strict=True)}
        slow = SlowWalks(t, wheelchair)
        wanted = {
            (a, b): m
            for a in served.tolist()
            for b in served.tolist()
            if (m := slow.walk_m(a, b, LIMIT_M)) is not None
        }
        assert fast == wanted, seed
        reached += len(wanted)
    assert reached > 1500


@pytest.mark.parametrize("wheelchair", [False, True])
def test_legs_and_spots_tell_the_same_walks(wheelchair: bool) -> None:
    seen = 0
    for seed in range(30):
        t = random_town(np.random.default_rng(seed))
        walks = Walks(t, FlatStreets(), "wheelchair" if wheelchair else "walk")
        served = t.served_stops
        pairs = walks.pairs(served, served, LIMIT_M)
        fast = {(a, b): m for a, b, m in zip(*(x.tolist() for x in pairs), strict=True)}
        for stop in served.tolist():
            to_all = walks.spot(t.place(stop), LIMIT_M, arriving=False).walk_m
            from_all = walks.spot(t.place(stop), LIMIT_M, arriving=True).walk_m
            for other in served.tolist():
                for (a, b), walk_m in (
                    ((stop, other), to_all[other]),
                    ((other, stop), from_all[other]),
                ):
                    if walk_m <= LIMIT_M:
                        assert fast[a, b] == walk_m, (seed, a, b)
                        seen += 1
                        way = walks.way(a, b, int(walk_m))
                        assert way.line[0] == (t.stop_lon[a], t.stop_lat[a])
                        assert way.line[-1] == (t.stop_lon[b], t.stop_lat[b])
    assert seen > 1000
