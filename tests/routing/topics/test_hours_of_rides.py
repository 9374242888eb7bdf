"""Rides on demand within their hours: who comes early waits, who comes late finds it closed."""

import pytest

from tests.routing.towns import FakeDispatcher, Town, flex_trip

# From 08:00 to 15:00 riders are picked up, until 16:00 set down; a ride takes 20 min at most.
STOPS = """
    A  36.50 136.30
    S  36.40 136.30
    SF 36.4001 136.30
    P  36.20 136.30
"""


def texts(rows: str, origin: str, target: str, time: str) -> list[str]:
    """Answers for who leaves within an hour."""
    town = Town(STOPS + rows, [flex_trip(["SF", "P"])])
    return town.texts(origin, target, time, FakeDispatcher(), window_s=3600)


def test_after_a_line_riders_wait_for_it_to_open() -> None:
    assert texts("x X daily | A 07:00 S 07:30", "A", "P", "06:30") == [
        "07:00 X S 07:30 07:30 walk SF 07:30 08:00 ride P 08:20",
    ]


def test_after_a_line_that_comes_too_late_there_is_none() -> None:
    assert texts("x X daily | A 14:40 S 15:01", "A", "P", "14:30") == []


@pytest.mark.parametrize(("leaves", "is_open"), [("08:19", False), ("08:20", True)])
def test_before_a_line_the_whole_ride_must_fit_behind_the_opening(
    leaves: str, is_open: bool
) -> None:
    # From 08:00 on 5 min of window and 12.5 min of ride; 2 min and 12 s of walk before it leaves.
    found = texts(f"x X daily | S {leaves} A 09:00", "P", "A", "07:45")
    assert bool([text for text in found if text.startswith("08:")]) is is_open


def test_before_a_line_that_leaves_after_hours_there_is_none() -> None:
    assert texts("x X daily | S 20:00 A 20:30", "P", "A", "19:00") == []
