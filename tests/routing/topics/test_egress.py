"""Egress: several stops near the target, of which the best depends on the vehicle."""

from routing.journeys import Place
from tests.routing.towns import Town

# The house is 603 s from B and 241 s from C.
STOPS = """
    A 36.200 136.30
    B 36.295 136.30
    C 36.302 136.30
"""
HOUSE = Place("house", 36.300, 136.30)


def test_riding_on_when_the_vehicle_is_quicker_than_the_walk() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:20 C 08:22")
    assert town.texts("A", HOUSE, "07:30") == ["08:00 X C 08:22 08:22 walk house 08:26"]


def test_getting_off_early_when_the_vehicle_makes_a_detour() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:20 C 08:40")
    assert town.texts("A", HOUSE, "07:30") == ["08:00 X B 08:20 08:20 walk house 08:30"]


def test_a_later_stop_is_no_answer_when_it_arrives_no_earlier() -> None:
    # 08:20 + 603 s and 08:26:02 + 241 s are the same second.
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:20 C 08:26:02")
    assert len(town.plan("A", HOUSE, "07:30").journeys) == 1


def test_of_two_lines_both_are_shown_when_the_slower_one_leaves_later() -> None:
    town = Town(f"""{STOPS}
        early X daily | A 08:00 B 08:20
        late  Y daily | A 08:05 C 08:30
    """)
    assert town.texts("A", HOUSE, "07:30") == [
        "08:00 X B 08:20 08:20 walk house 08:30",
        "08:05 Y C 08:30 08:30 walk house 08:34",
    ]


def test_a_change_for_the_last_bit_must_arrive_earlier_than_the_walk() -> None:
    rows = "in X daily | A 08:00 B 08:20\n on Y daily | B 08:22 C 08:{}"
    slower = Town(f"{STOPS}\n {rows.format('27')}")
    assert slower.texts("A", HOUSE, "07:30") == ["08:00 X B 08:20 08:20 walk house 08:30"]
    faster = Town(f"{STOPS}\n {rows.format('25')}")
    assert faster.texts("A", HOUSE, "07:30") == [
        "08:00 X B 08:20 08:22 Y C 08:25 08:25 walk house 08:29",
        "08:00 X B 08:20 08:20 walk house 08:30",
    ]
