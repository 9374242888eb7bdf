"""A ride all the way, beside lines that go there, too."""

from tests.routing.towns import FakeDispatcher, Town, flex_trip

STOPS = """
    A 36.30 136.30
    B 36.40 136.30
"""


def texts(rows: str, **more: object) -> list[str]:
    """Answers from A to B for who leaves at 09:00 or up to an hour later."""
    town = Town(STOPS + rows, [flex_trip(["A", "B"])])
    return town.texts("A", "B", "09:00", FakeDispatcher(), window_s=3600, **more)


def test_it_leaves_at_once() -> None:
    assert texts("x X daily | A 18:00 B 18:30") == ["09:00 ride B 09:20"]


def test_a_line_that_is_as_fast_is_shown_instead() -> None:
    assert texts("x X daily | A 09:00 B 09:20") == ["09:00 X B 09:20"]


def test_a_later_line_stands_beside_it() -> None:
    assert texts("x X daily | A 09:10 B 09:30") == ["09:00 ride B 09:20", "09:10 X B 09:30"]


def test_none_without_changes_is_still_a_ride() -> None:
    assert texts("x X daily | A 18:00 B 18:30", max_transfers=0) == ["09:00 ride B 09:20"]
