"""A ride on demand from a line: it waits until riders have got off and walked to it."""

from tests.routing.towns import FakeDispatcher, Town, flex_trip, instant

STOPS = """
    S  36.500 136.30
    TF 36.4001 136.30
    T  36.400 136.30
    UF 36.3001 136.30
    U  36.300 136.30
    P  36.200 136.30
"""


def texts(rows: str, stops: list[str], port: FakeDispatcher | None = None) -> list[str]:
    """Answers from S to P for who leaves at 08:00 or up to an hour later."""
    town = Town(STOPS + rows, [flex_trip(stops)])
    return town.texts("S", "P", "08:00", port or FakeDispatcher(), window_s=3600)


def test_the_ride_waits_for_the_line() -> None:
    assert texts("r R daily | S 08:30 T 09:00", ["TF", "P"]) == [
        "08:30 R T 09:00 09:00 walk TF 09:00 09:02 ride P 09:22",
    ]


def test_it_is_taken_where_the_rider_is_home_first() -> None:
    rows = "r R daily | S 08:30 T 08:45 U 09:00"
    assert texts(rows, ["TF", "UF", "P"]) == [
        "08:30 R T 08:45 08:45 walk TF 08:45 08:47 ride P 09:07",
    ]


def test_of_two_lines_the_later_one_when_the_ride_is_the_same() -> None:
    # No car before 10:00: who leaves later waits less.
    rows = "a R daily | S 08:10 T 08:40\n b R daily | S 08:40 T 09:10"
    port = FakeDispatcher(first_pickup_s=instant("10:00"))
    assert texts(rows, ["TF", "P"], port) == [
        "08:40 R T 09:10 09:10 walk TF 09:10 10:00 ride P 10:20",
    ]
