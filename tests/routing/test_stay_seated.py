"""Riders who stay seated while their vehicle goes on as another trip."""

import pytest

from tests.routing.towns import Town

STOPS = """
    A 36.30 136.40
    B 36.30 136.43
    C 36.30 136.46
    D 36.30 136.49
"""
LINKS = "from_trip_id,to_trip_id,transfer_type\n"


def town(rows: str, stops: str = STOPS, **tables: str) -> Town:
    """A town whose stops are too far apart for walks."""
    return Town(stops + rows, tables=tables)


def test_a_bus_goes_on_as_another_line_without_a_change() -> None:
    block = """
        t1 X daily bus | A 09:00 B 09:10
        t2 Y daily bus | B 09:10 C 09:20 D 09:30
    """
    result = town(block).plan("A", "D", "08:50", window_s=1800)
    assert [j.transfers for j in result.journeys] == [0]
    assert result.journeys[0].weakest_connection is None
    assert town(block).texts("A", "D", "08:50", window_s=1800) == [
        "09:00 X B 09:10 09:10 =Y D 09:30"
    ]
    # Without the block nobody changes in no time.
    assert town(block.replace(" bus ", " ")).texts("A", "D", "08:50", window_s=1800) == []


def test_three_trips_of_one_vehicle() -> None:
    rows = """
        t1 X daily bus | A 09:00 B 09:10
        t2 Y daily bus | B 09:15 C 09:20
        t3 Z daily bus | C 09:25 D 09:30
    """
    assert town(rows).texts("A", "D", "09:00", max_transfers=0) == [
        "09:00 X B 09:10 09:15 =Y C 09:20 09:25 =Z D 09:30"
    ]


def test_nobody_gets_off_or_on_where_the_vehicle_goes_on() -> None:
    rows = """
        t1 X daily bus | A 09:00 B -09:10
        t2 Y daily bus | B 09:15- C 09:20
    """
    assert town(rows).texts("A", "C", "09:00") == ["09:00 X B 09:10 09:15 =Y C 09:20"]


@pytest.mark.parametrize(
    ("begin", "found"),
    [
        ("P 36.3000 136.4300", True),  # another platform of the station
        ("P 36.3008 136.4300", True),  # 89 m away
        ("P 36.3010 136.4300", False),  # 111 m away
    ],
)
def test_the_vehicle_goes_on_from_where_it_came_or_near_by(begin: str, found: bool) -> None:
    rows = f"""
        {begin}
        t1 X daily bus | A 09:00 B 09:10
        t2 Y daily bus | P 09:10 C 09:20
    """
    there = town(rows)
    planned = there.planner.plan(there.query("A", "C", "09:00"), None)
    assert [journey.transfers for journey in planned.journeys] == [0] * found


def test_only_the_next_trip_of_the_block_goes_on() -> None:
    rows = """
        t1 X daily bus | A 09:00 B 09:10
        t2 Y daily bus | A 09:15 B 09:18
        t3 Z daily bus | B 09:20 C 09:30
    """
    # t2 stands between: it begins elsewhere, so riders of t1 got off before.
    assert town(rows).texts("A", "C", "09:00", max_transfers=0) == [
        "09:15 Y B 09:18 09:20 =Z C 09:30"
    ]


def test_riders_wait_for_the_trip_that_goes_on() -> None:
    rows = """
        t0 W daily | D 08:40 A 08:50
        t1 X daily | A 09:00 B 09:10
        t2 X daily bus | A 09:10 B 09:20
        t3 Y daily bus | B 09:20 C 09:30
    """
    assert town(rows).texts("D", "C", "08:40", window_s=600) == [
        "08:40 W A 08:50 09:10 X B 09:20 09:20 =Y C 09:30"
    ]


def test_a_departure_counts_only_for_the_vehicle_that_leaves_then() -> None:
    rows = """
        t1 X daily | A 09:00 B 09:10
        t2 X daily bus | A 09:10 B 09:20
        t3 Y daily bus | B 09:20 C 09:30
    """
    assert town(rows).texts("A", "C", "09:00") == ["09:10 X B 09:20 09:20 =Y C 09:30"]


def test_blocks_keep_to_their_service_day() -> None:
    rows = """
        t1 X daily bus | A 23:50 B 24:10
        t2 Y daily bus | B 24:15 C 24:25
        t3 Z daily bus | B 00:12 D 00:20
    """
    assert town(rows).texts("A", "C", "23:40") == ["23:50 X B 00:10 00:15 =Y C 00:25"]
    # The trip that begins at 00:12 is of the next service day.
    assert town(rows).texts("A", "D", "23:40", max_transfers=0) == []


def test_linked_trips() -> None:
    rows = """
        t1 X daily | A 09:00 B 09:10
        t2 Y daily | B 09:10 C 09:20
    """
    stay, leave = LINKS + "t1,t2,4", LINKS + "t1,t2,5"
    assert town(rows, transfers=stay).texts("A", "C", "09:00") == [
        "09:00 X B 09:10 09:10 =Y C 09:20"
    ]
    assert (
        town(rows.replace("daily |", "daily bus |"), transfers=leave).texts(
            "A", "C", "09:00", window_s=1800
        )
        == []
    )


def test_a_link_wins_over_the_block() -> None:
    rows = """
        t1 X daily bus | A 09:00 B 09:10
        t2 Y daily bus | B 09:12 C 09:20
        t3 Z daily | B 09:11 D 09:30
    """
    there = town(rows, transfers=LINKS + "t1,t3,4")
    assert there.texts("A", "D", "09:00", max_transfers=0) == ["09:00 X B 09:10 09:11 =Z D 09:30"]
    assert there.texts("A", "C", "09:00", max_transfers=0) == []


def test_a_train_that_is_parted() -> None:
    rows = """
        t1 X daily | A 09:00 B 09:10
        t2 Y daily | B 09:12 C 09:20
        t3 Z daily | B 09:15 D 09:30
    """
    there = town(rows, transfers=LINKS + "t1,t2,4\nt1,t3,4")
    assert there.texts("A", "C", "09:00", max_transfers=0) == ["09:00 X B 09:10 09:12 =Y C 09:20"]
    assert there.texts("A", "D", "09:00", max_transfers=0) == ["09:00 X B 09:10 09:15 =Z D 09:30"]


def test_a_loop_line_runs_on_through_its_end() -> None:
    rows = """
        t1 L daily bus | A 09:00 B 09:10 C 09:20 A 09:30
        t2 L daily bus | A 09:30 B 09:40 C 09:50 A 10:00
        t3 L daily bus | A 10:00 B 10:10 C 10:20 A 10:30
    """
    assert town(rows).texts("C", "B", "09:15", window_s=900) == ["09:20 L A 09:30 09:30 =L B 09:40"]


def test_nobody_sits_in_a_parked_bus_for_half_a_day() -> None:
    rows = """
        t1 X daily bus | A 09:00 B 09:10
        t2 Y daily bus | B 16:00 C 16:10
    """
    assert town(rows).texts("A", "C", "09:00", window_s=1800) == []
