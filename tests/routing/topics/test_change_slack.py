"""Changes at one stop take a minute, and not a second less."""

import pytest

from tests.routing.towns import Town


def town(leaves: str) -> Town:
    """X arrives at B at 08:10."""
    return Town(f"""
        A 36.30 136.30
        B 36.34 136.30
        C 36.38 136.30
        x X daily | A 08:00 B 08:10/08:20 A 08:30
        y Y daily | B {leaves} C 08:40
    """)


@pytest.mark.parametrize(
    ("leaves", "is_caught"),
    [("08:10:00", False), ("08:10:59", False), ("08:11:00", True), ("08:11:01", True)],
)
def test_the_minute_counts_from_the_arrival(leaves: str, is_caught: bool) -> None:
    result = town(leaves).plan("A", "C", "08:00", window_s=0)
    found = [journey for journey in result.journeys if journey.departure_s % 86400 == 23 * 3600]
    assert bool(found) is is_caught


def test_a_first_vehicle_needs_no_slack() -> None:
    assert town("08:30").texts("B", "C", "08:30", window_s=0) == ["08:30 Y C 08:40"]
