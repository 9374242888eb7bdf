"""Changes on foot: the walk and a minute, along no more than 600 m, and never two in a row."""

from tests.routing.towns import Town

# B and B2 are 578 m = 482 s apart, B2 and B3 again; B and B4 723 m.
STOPS = """
    A  36.200 136.30
    B  36.300 136.30
    B2 36.304 136.30
    B3 36.308 136.30
    B4 36.295 136.30
    C  36.400 136.30
"""


def test_the_walk_and_the_minute_must_fit() -> None:
    town = Town(f"""{STOPS}
        in   X daily | A 08:00 B 08:10
        gone Y daily | B2 08:19:01 C 08:30
        this Y daily | B2 08:19:02 C 08:31
    """)
    assert town.texts("A", "C", "08:00", window_s=0) == [
        "08:00 X B 08:10 08:10 walk B2 08:18 08:19 Y C 08:31"
    ]


def test_nobody_changes_to_a_stop_farther_than_600_m() -> None:
    town = Town(f"{STOPS}\n in X daily | A 08:00 B 08:10\n on Y daily | B4 09:00 C 09:30")
    assert town.texts("A", "C", "08:00") == []


def test_nobody_walks_over_a_stop_to_another_one() -> None:
    town = Town(f"""{STOPS}
        in X daily | A 08:00 B 08:10
        by W daily | B2 07:00 A 07:30
        on Y daily | B3 09:00 C 09:30
    """)
    assert town.texts("A", "C", "08:00") == []


def test_of_two_stops_the_one_with_the_better_vehicle() -> None:
    town = Town(f"""{STOPS}
        in   X daily | A 08:00 B 08:10
        here Y daily | B 08:11 C 09:00
        walk Z daily | B2 08:20 C 08:40
    """)
    assert town.texts("A", "C", "08:00", window_s=0) == [
        "08:00 X B 08:10 08:10 walk B2 08:18 08:20 Z C 08:40"
    ]


def test_who_walks_faster_catches_more() -> None:
    town = Town(f"""{STOPS}
        in   X daily | A 08:00 B 08:10
        soon Y daily | B2 08:16 C 08:30
        late Y daily | B2 08:40 C 08:54
    """)
    slow = town.texts("A", "C", "08:00", window_s=0)
    fast = town.texts("A", "C", "08:00", window_s=0, walk_speed_mm_s=2000)  # 289 s
    assert slow == ["08:00 X B 08:10 08:10 walk B2 08:18 08:40 Y C 08:54"]
    assert fast == ["08:00 X B 08:10 08:10 walk B2 08:14 08:16 Y C 08:30"]
