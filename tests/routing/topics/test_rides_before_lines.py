"""A ride on demand to a line: it ends two minutes and the walk before the line leaves."""

from tests.routing.towns import FakeDispatcher, Town, flex_trip

# P and Q are villages; SF lies 14 m from the station S, and TF as near to T.
STOPS = """
    P  36.200 136.30
    SF 36.3001 136.30
    S  36.300 136.30
    TF 36.4001 136.30
    T  36.400 136.30
    U  36.500 136.30
"""
TRAIN = "r R daily | S 09:00 T 09:10 U 09:30"


def texts(rows: str, stops: list[str], **of_port: int) -> list[str]:
    """Answers from P to U for who leaves at 08:00 or up to an hour later."""
    town = Town(STOPS + rows, [flex_trip(stops)])
    return town.texts("P", "U", "08:00", FakeDispatcher(**of_port), window_s=3600)


def test_the_ride_starts_as_late_as_the_line_allows() -> None:
    # 12 s of walk and 2 min before 09:00; 5 min of window and 12.5 min of ride before that.
    assert texts(TRAIN, ["P", "SF"]) == [
        "08:40 ride SF 08:57 08:57 walk S 08:58 09:00 R U 09:30",
    ]


def test_a_ride_to_a_stop_farther_on_that_takes_no_longer_leaves_later() -> None:
    assert texts(TRAIN, ["P", "SF", "TF"]) == [
        "08:50 ride TF 09:07 09:07 walk T 09:08 09:10 R U 09:30",
    ]


def test_a_line_that_leaves_before_the_ride_can_end_is_missed() -> None:
    rows = "a R daily | S 08:15 U 08:45\n b R daily | S 08:50 U 09:20"
    assert texts(rows, ["P", "SF"]) == ["08:30 ride SF 08:47 08:47 walk S 08:48 08:50 R U 09:20"]


def test_several_lines_from_one_ride() -> None:
    rows = "slow R daily | S 08:40 U 09:40\n fast Q daily | S 08:50 U 09:20"
    assert texts(rows, ["P", "SF"]) == ["08:30 ride SF 08:47 08:47 walk S 08:48 08:50 Q U 09:20"]
