"""Changes: walks along the streets, and the rules of transfers.txt."""

from zoneinfo import ZoneInfo

import numpy as np

from routing.build import build_timetable
from routing.streets import StraightStreets
from routing.transfers import CHANGE_S, find_changes
from routing.walks import Walks
from tests.routing.feeds import line_feed

STOPS = """
    A 36.3000 136.30
    B 36.3020 136.30
    C 36.3300 136.30
    t X daily | A 08:00 B 08:10 C 08:20
"""
WALK_S = 242  # 222 m x 1.3 at 1.2 m/s


def seconds(rules: str = "") -> dict[str, int]:
    """Time of each change, written as from-to."""
    tables = {"transfers": rules} if rules else {}
    timetable = build_timetable([line_feed(STOPS, **tables)], ZoneInfo("Asia/Tokyo"))
    streets = StraightStreets()
    changes = find_changes(timetable, Walks(timetable, streets, "walk"))
    tails = np.repeat(np.arange(len(timetable.stop_ids)), np.diff(changes.starts))
    names = timetable.stop_ids
    pairs = zip(tails.tolist(), changes.heads.tolist(), strict=True)
    times = changes.seconds(1200).tolist()
    return {f"{names[a]}-{names[b]}": s for (a, b), s in zip(pairs, times, strict=True)}


def test_near_stops_are_a_walk_and_a_little_time_apart() -> None:
    found = seconds()
    assert set(found) == {"A-A", "A-B", "B-A", "B-B", "C-C"}
    assert found["A-A"] == CHANGE_S
    assert abs(found["A-B"] - WALK_S - CHANGE_S) <= 1


def test_a_minimum_time_holds_but_nobody_walks_faster() -> None:
    found = seconds("""
        from_stop_id,to_stop_id,transfer_type,min_transfer_time
        A,A,2,300
        A,B,2,100
        B,A,2,600
    """)
    assert found["A-A"] == 300
    assert abs(found["A-B"] - WALK_S) <= 1
    assert found["B-A"] == 600


def test_a_forbidden_change_is_left_out() -> None:
    found = seconds("""
        from_stop_id,to_stop_id,transfer_type,min_transfer_time
        A,B,3,
        A,A,3,
    """)
    assert set(found) == {"B-A", "B-B", "C-C"}


def test_a_timed_change_has_no_slack_and_a_named_pair_may_be_far() -> None:
    found = seconds("""
        from_stop_id,to_stop_id,transfer_type,min_transfer_time
        A,A,1,
        B,C,2,900
    """)
    assert found["A-A"] == 0
    assert found["B-C"] >= 900
