"""Stops where a vehicle only takes riders up, or only sets them down."""

from tests.routing.towns import Town

STOPS = """
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
    D 36.42 136.30
"""
# An airport coach: boarding in town only, alighting at the airport only.
COACH = Town(f"{STOPS}\n t X daily | A -08:00 B -08:10 C 08:20- D 08:30-")


def test_from_where_it_takes_up_to_where_it_sets_down() -> None:
    assert COACH.texts("A", "C", "08:00", window_s=0) == ["08:00 X C 08:20"]
    assert COACH.texts("B", "D", "08:10", window_s=0) == ["08:10 X D 08:30"]


def test_not_between_two_stops_of_one_kind() -> None:
    assert COACH.texts("A", "B", "08:00") == []
    assert COACH.texts("C", "D", "08:00") == []


def test_a_change_needs_a_stop_that_allows_it() -> None:
    town = Town(f"""{STOPS}
        in  X daily | A 08:00 B -08:10 C 08:20
        no  Y daily | B 08:15 D 08:25
        yes Y daily | C 08:25 D 08:40
    """)
    assert town.texts("A", "D", "08:00", window_s=0) == ["08:00 X C 08:20 08:25 Y D 08:40"]


def test_a_vehicle_that_takes_nobody_up_is_let_pass() -> None:
    town = Town(f"""{STOPS}
        full  X daily | A 08:00- B 08:10
        empty X daily | A 08:05  B 08:15
    """)
    assert town.texts("A", "B", "08:00", window_s=600) == ["08:05 X B 08:15"]
