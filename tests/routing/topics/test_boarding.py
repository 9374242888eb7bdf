"""Boarding: of several vehicles the one that can be caught, at the stop where it is worth it."""

from tests.routing.towns import Town

STOPS = """
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
    D 36.42 136.30
"""


def test_the_first_vehicle_that_can_be_caught() -> None:
    town = Town(f"""{STOPS}
        in   X daily | A 08:00 B 08:10
        gone Y daily | B 08:10:59 C 08:20
        this Y daily | B 08:11:00 C 08:21
        next Y daily | B 08:12:00 C 08:22
    """)
    assert town.texts("A", "C", "08:00", window_s=0) == ["08:00 X B 08:10 08:11 Y C 08:21"]


def test_of_two_lines_the_one_that_arrives_first() -> None:
    town = Town(f"""{STOPS}
        in   X daily | A 08:00 B 08:10
        slow Y daily | B 08:12 C 09:00
        fast Z daily | B 08:30 C 08:40
    """)
    assert town.texts("A", "C", "08:00", window_s=0) == ["08:00 X B 08:10 08:30 Z C 08:40"]


def test_the_next_line_is_boarded_where_the_change_succeeds() -> None:
    # X and Y share B and C: at B the change is too short, at C there is time.
    town = Town(f"""{STOPS}
        x X daily | A 08:00 B 08:10 C 08:20
        y Y daily | B 08:10 C 08:22 D 08:30
    """)
    assert town.texts("A", "D", "08:00", window_s=0) == ["08:00 X C 08:20 08:22 Y D 08:30"]


def test_a_vehicle_reached_by_another_one_is_caught_further_on() -> None:
    # Who leaves later takes the express and catches the local one that has left before.
    town = Town(f"""{STOPS}
        local   X daily | A 08:00 B 08:20 C 08:40 D 08:50
        express Y daily | A 08:05 C 08:30
    """)
    assert town.texts("A", "D", "08:00") == [
        "08:00 X D 08:50",
        "08:05 Y C 08:30 08:40 X D 08:50",
    ]


def test_a_vehicle_boarded_early_is_kept_when_a_later_stop_is_reached_sooner() -> None:
    # By Y riders stand at C before X comes, but X has already left B, where they would get off.
    town = Town(f"""{STOPS}
        x X daily | A 08:00 C 08:20 B 08:30 D 08:40
        y Y daily | A 08:00 C 08:10
    """)
    assert town.texts("A", "D", "08:00", window_s=0) == ["08:00 X D 08:40"]
