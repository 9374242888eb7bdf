"""Fewer changes are worth a later arrival or an earlier departure, and nothing else is."""

from tests.routing.towns import Town

STOPS = """
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
    D 36.42 136.30
"""


def test_each_change_must_buy_time() -> None:
    town = Town(f"""{STOPS}
        none X daily | A 08:00 D 09:00
        ab   Y daily | A 08:00 B 08:10
        bd   Z daily | B 08:12 D 08:50
        bc   W daily | B 08:12 C 08:20
        cd   V daily | C 08:22 D 08:40
    """)
    assert town.texts("A", "D", "08:00", window_s=0) == [
        "08:00 Y B 08:10 08:12 W C 08:20 08:22 V D 08:40",
        "08:00 Y B 08:10 08:12 Z D 08:50",
        "08:00 X D 09:00",
    ]


def test_a_change_that_buys_nothing_is_not_shown() -> None:
    town = Town(f"""{STOPS}
        none X daily | A 08:00 D 08:40
        ab   Y daily | A 08:00 B 08:10
        bd   Z daily | B 08:12 D 08:40
    """)
    assert town.texts("A", "D", "08:00", window_s=0) == ["08:00 X D 08:40"]


def test_nobody_gets_off_and_on_the_same_vehicle() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:10/08:20 C 08:30/08:40 D 08:50")
    assert town.texts("A", "D", "08:00", window_s=0) == ["08:00 X D 08:50"]


def test_a_later_departure_may_cost_a_change() -> None:
    town = Town(f"""{STOPS}
        none X daily | A 08:00 D 08:40
        ab   Y daily | A 08:05 B 08:10
        bd   Z daily | B 08:12 D 08:40
    """)
    assert town.texts("A", "D", "08:00") == [
        "08:00 X D 08:40",
        "08:05 Y B 08:10 08:12 Z D 08:40",
    ]
