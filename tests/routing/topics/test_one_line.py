"""One line: ride it from any stop to any later one, whenever it runs."""

from tests.routing.towns import Town, instant

TOWN = Town("""
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
    D 36.42 136.30
    t1 X daily | A 08:00 B 08:10/08:12 C 08:20 D 08:30
    t2 X daily | A 08:30 B 08:40/08:42 C 08:50 D 09:00
""")


def test_from_end_to_end() -> None:
    assert TOWN.texts("A", "D", "07:00") == ["08:00 X D 08:30", "08:30 X D 09:00"]


def test_between_two_stops_on_the_way() -> None:
    assert TOWN.texts("B", "C", "07:00") == ["08:12 X C 08:20", "08:42 X C 08:50"]


def test_arrival_and_departure_at_a_stop_are_not_the_same() -> None:
    assert TOWN.texts("A", "B", "08:00", window_s=0) == ["08:00 X B 08:10"]
    assert TOWN.texts("B", "D", "08:12", window_s=0) == ["08:12 X D 08:30"]


def test_nobody_rides_backwards() -> None:
    assert TOWN.texts("D", "A", "07:00") == []


def test_when_the_last_one_has_left_the_first_of_tomorrow() -> None:
    result = TOWN.plan("A", "D", "08:31", window_s=3600)
    assert result.journeys[0].departure_s == instant("08:00", "2026-11-25")
    assert "widened" in result.notes
