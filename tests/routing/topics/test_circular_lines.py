"""Lines that call at a stop twice."""

from tests.routing.towns import Town

RING = Town("""
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.34
    D 36.34 136.38
    E 36.50 136.30
    r1 X daily | A 08:00 B 08:10 C 08:20 D 08:30 A 08:40 B 08:50
    r2 X daily | A 08:30 B 08:40 C 08:50 D 09:00 A 09:10 B 09:20
    on Y daily | A 08:45 E 09:00
""")


def test_it_is_left_at_the_first_call() -> None:
    assert RING.texts("A", "B", "08:00", window_s=0) == ["08:00 X B 08:10"]


def test_it_is_boarded_at_the_last_call_before_the_target() -> None:
    # r1 calls at A again at 08:40 and is at B at 08:50; r2 is there before it.
    assert RING.texts("A", "B", "08:00", window_s=2400) == [
        "08:00 X B 08:10",
        "08:30 X B 08:40",
        "08:40 X B 08:50",
    ]


def test_around_the_corner() -> None:
    assert RING.texts("D", "B", "08:00", window_s=1800) == ["08:30 X B 08:50"]


def test_changing_where_it_comes_back_to() -> None:
    assert RING.texts("C", "E", "08:00", window_s=1200) == ["08:20 X A 08:40 08:45 Y E 09:00"]


def test_the_ring_is_left_for_the_vehicle_ahead_only_when_that_is_sooner() -> None:
    assert RING.texts("B", "A", "08:10", window_s=0) == ["08:10 X A 08:40"]
