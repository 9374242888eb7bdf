"""Vehicles of one line that overtake each other."""

from tests.routing.towns import Town

STOPS = """
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
"""


def test_the_one_that_leaves_later_and_arrives_earlier_is_taken() -> None:
    town = Town(f"""{STOPS}
        slow X daily | A 08:00 B 08:20 C 08:40
        fast X daily | A 08:10 B 08:15 C 08:20
    """)
    assert town.texts("A", "C", "07:30") == ["08:10 X C 08:20"]
    assert town.texts("A", "B", "07:30") == ["08:10 X B 08:15"]


def test_overtaking_after_the_stop_of_alighting_does_not_count() -> None:
    town = Town(f"""{STOPS}
        slow X daily | A 08:00 B 08:10 C 08:40
        fast X daily | A 08:05 B 08:15 C 08:20
    """)
    assert town.texts("A", "B", "07:30") == ["08:00 X B 08:10", "08:05 X B 08:15"]
    assert town.texts("A", "C", "07:30") == ["08:05 X C 08:20"]


def test_a_change_takes_the_overtaking_one() -> None:
    town = Town(f"""{STOPS}
        in   Y daily | A 08:00 B 08:05
        slow X daily | B 08:10 C 08:50
        fast X daily | B 08:20 C 08:30
    """)
    assert town.texts("A", "C", "08:00", window_s=0) == ["08:00 Y B 08:05 08:20 X C 08:30"]


def test_the_slow_one_is_left_for_the_fast_one_that_catches_up() -> None:
    town = Town(f"""{STOPS}
        slow X daily | A 08:00  B 08:20 C 08:50
        fast X daily | A 08:10- B 08:22 C 08:30
    """)
    assert town.texts("A", "C", "08:00", window_s=0) == [
        "08:00 X B 08:20 08:22 X C 08:30",
        "08:00 X C 08:50",
    ]
