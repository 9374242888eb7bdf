"""Access: several stops within a walk, of which the best depends on the vehicle."""

from routing.journeys import Place
from tests.routing.towns import Town

# The house is 241 s from A and 603 s from B, 1.3 times the straight line at 1.2 m/s.
STOPS = """
    A 36.298 136.30
    B 36.305 136.30
    C 36.400 136.30
"""
HOUSE = Place("house", 36.300, 136.30)


def test_a_line_is_boarded_where_one_can_leave_home_last() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:20 C 08:40")
    assert town.texts(HOUSE, "C", "07:30") == ["08:09 walk B 08:20 08:20 X C 08:40"]


def test_the_near_stop_is_taken_when_the_vehicle_is_quicker_than_the_walk() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:18 B 08:20 C 08:40")
    assert town.texts(HOUSE, "C", "07:30") == ["08:13 walk A 08:18 08:18 X C 08:40"]


def test_two_lines_from_two_stops() -> None:
    town = Town(f"""{STOPS}
        slow X daily | A 08:10 C 08:50
        fast Y daily | B 08:15 C 08:30
    """)
    assert town.texts(HOUSE, "C", "07:30") == [
        "08:04 walk B 08:15 08:15 Y C 08:30",
        "08:05 walk A 08:10 08:10 X C 08:50",
    ]


def test_a_vehicle_that_leaves_before_the_walk_is_over_is_missed() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:04 C 08:30\n u X daily | A 08:05 C 08:31")
    assert town.texts(HOUSE, "C", "08:00", window_s=600) == ["08:00 walk A 08:05 08:05 X C 08:31"]


def test_a_stop_beyond_the_longest_walk_is_not_walked_to() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:18 C 09:00\n u Y daily | B 08:20 C 08:40")
    assert town.texts(HOUSE, "C", "07:30", max_walk_m=722) == ["08:13 walk A 08:18 08:18 X C 09:00"]
    assert town.texts(HOUSE, "C", "07:30", max_walk_m=723) == [
        "08:09 walk B 08:20 08:20 Y C 08:40",
        "08:13 walk A 08:18 08:18 X C 09:00",
    ]
