"""What transfers.txt says of two stops: timed, with a least time, forbidden."""

from tests.routing.towns import Town

# B and B2 are 482 s on foot apart.
ROWS = """
    A  36.200 136.30
    B  36.300 136.30
    B2 36.304 136.30
    C  36.400 136.30
    in  X daily | A 08:00 B 08:10
    y1  Y daily | B2 08:18:02 C 08:28
    y2  Y daily | B2 08:19:02 C 08:29
    y3  Y daily | B2 08:30 C 08:40
    z1  Z daily | B 08:10 C 08:50
"""


def first(rule: str) -> str:
    """The answer for who leaves at 08:00."""
    rules = f"from_stop_id,to_stop_id,transfer_type,min_transfer_time\n{rule}"
    town = Town(ROWS, tables={"transfers": rules} if rule else {})
    texts = town.texts("A", "C", "08:00", window_s=0)
    return texts[0] if texts else ""


def test_without_a_rule_the_walk_and_a_minute() -> None:
    assert first("") == "08:00 X B 08:10 08:10 walk B2 08:18 08:19 Y C 08:29"


def test_a_timed_change_takes_the_walk_alone() -> None:
    assert first("B,B2,1,") == "08:00 X B 08:10 08:10 walk B2 08:18 08:18 Y C 08:28"


def test_a_least_time_makes_riders_wait_for_the_next() -> None:
    assert first("B,B2,2,600") == "08:00 X B 08:10 08:10 walk B2 08:18 08:30 Y C 08:40"


def test_a_least_time_below_the_walk_does_not_make_it_shorter() -> None:
    assert first("B,B2,2,60") == "08:00 X B 08:10 08:10 walk B2 08:18 08:18 Y C 08:28"


def test_a_forbidden_change_leaves_the_vehicles_of_the_same_stop() -> None:
    assert first("B,B2,3,\nB,B,1,") == "08:00 X B 08:10 08:10 Z C 08:50"


def test_everything_forbidden() -> None:
    assert first("B,B2,3,\nB,B,3,") == ""


def test_a_rule_holds_in_its_direction_only() -> None:
    assert first("B2,B,3,") == first("")
