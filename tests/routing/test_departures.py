"""Departure boards: what leaves next, over midnight, weekends and terminals."""

from routing.departures import departures
from tests.routing.towns import Town, clock, instant

CALENDAR = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    daily,1,1,1,1,1,1,1,20261101,20261231
    weekend,0,0,0,0,0,1,1,20261101,20261231
"""
TOWN = Town(
    """
    A 36.300 136.300
    B 36.300 136.400
    C 36.300 136.500
    r1 red  daily | A 08:00 B 08:10/08:12 C 08:20
    r2 red  daily | A 23:50 B 24:10 C 24:20
    b1 blue daily | C 08:05 B 08:15- A 08:25
    w1 gold weekend | B 09:00 C 09:10
    """,
    tables={"calendar": CALENDAR},
)


def board(stop: str, time: str, limit: int = 4, day: str = "2026-11-24") -> list[str]:
    t = TOWN.timetable
    lines = departures(t, t.platforms(t.stop_index(stop)), instant(time, day), limit)
    return [f"{line.service_day.day} {clock(line.departure_s)} {line.trip_id}" for line in lines]


def test_departures_count_not_arrivals() -> None:
    assert board("B", "08:11", 1) == ["24 08:12 r1"]
    assert board("B", "08:12", 1) == ["24 08:12 r1"]
    assert board("B", "08:13", 1) == ["24 00:10 r2"]


def test_after_midnight_the_run_of_the_day_before_comes_first() -> None:
    assert board("B", "00:05", 2) == ["23 00:10 r2", "24 08:12 r1"]


def test_the_board_goes_on_to_the_next_days() -> None:
    assert board("A", "12:00", 3) == ["24 23:50 r2", "25 08:00 r1", "25 23:50 r2"]


def test_a_line_of_the_weekend_appears_on_saturday() -> None:
    friday_night = board("B", "23:00", 3, "2026-11-27")
    assert friday_night == ["27 00:10 r2", "28 08:12 r1", "28 09:00 w1"]


def test_nothing_leaves_from_a_terminal_or_where_nobody_may_board() -> None:
    assert board("C", "08:00", 2) == ["24 08:05 b1", "25 08:05 b1"]
    assert all("b1" not in line for line in board("B", "08:00", 9))


def test_the_last_stop_stands_where_the_feed_names_no_headsign() -> None:
    t = TOWN.timetable
    (line,) = departures(t, [t.stop_index("A")], instant("07:00"), 1)
    assert (line.headsign, line.route.route_id, line.stop.name) == ("C", "red", "A")


def test_a_calendar_that_ends_gives_a_short_board() -> None:
    assert board("A", "12:00", 9, "2026-12-31") == ["31 23:50 r2"]
