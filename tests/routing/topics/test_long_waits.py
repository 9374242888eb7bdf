"""How long riders wait, and how far an answer looks ahead."""

import pytest

from tests.routing.towns import Town

STOPS = """
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
"""


@pytest.mark.parametrize(("leaves", "found"), [("12:10:00", 1), ("12:10:01", 0)])
def test_four_hours_between_two_vehicles_and_no_more(leaves: str, found: int) -> None:
    town = Town(f"{STOPS}\n x X daily | A 08:00 B 08:10\n y Y daily | B {leaves} C 12:30")
    assert len(town.plan("A", "C", "08:00", window_s=0).journeys) == found


@pytest.mark.parametrize(("arrives", "found"), [("20:00:00", 1), ("20:00:01", 0)])
def test_a_long_ride_is_no_wait_but_half_a_day_is_enough(arrives: str, found: int) -> None:
    town = Town(f"{STOPS}\n x X daily | A 08:00 B 14:00\n y Y daily | B 14:05 C {arrives}")
    assert len(town.plan("A", "C", "08:00", window_s=0).journeys) == found


def test_a_first_vehicle_may_be_hours_away() -> None:
    town = Town(f"{STOPS}\n x X daily | A 19:00 B 19:10")
    assert town.texts("A", "B", "08:00", window_s=3600) == ["19:00 X B 19:10"]
