"""Small timetables on which graph, search and planner must agree, and with what is written here.

A and B are a walk of 482 s apart, C and D one of 422 s; a change takes a minute besides.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.oracles.time_expanded import WayIn, WayOut, Wish, day_start
from tests.routing.feed_strategies import Case
from tests.routing.three_ways import Question, by_graph, by_planner, by_search

WEEK = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"
DAILY = f"{WEEK}\ndaily,1,1,1,1,1,1,1,20200101,20301231"


def answers(
    rows: str,
    day: str = "2026-11-24",
    hours: tuple[float, float] = (6, 12),
    timezone: str = "Asia/Tokyo",
    ends: str = "AC",
    **tables: str,
) -> list[str]:
    """Departure, arrival and vehicles of what leaves between two hours, which all agree on.

    Hours are counted from noon minus 12 h; answers are on the clock of the zone.
    """
    date = dt.date.fromisoformat(day)
    case = Case(rows, {"calendar": DAILY, **tables}, timezone, date)
    first, last = (day_start(date, timezone) + round(hour * 3600) for hour in hours)
    wish = Wish([WayIn(ends[0])], [WayOut(ends[1])], first, last, vehicles=5)
    question = Question(*ends, first, last - first)
    found = by_graph(case, wish)
    assert by_search(case, wish) == found
    assert by_planner(case, question) == question.answers(by_graph(case, question.wish()))
    return [
        f"{clock(leave, timezone)} {clock(arrive, timezone)} {vehicles}"
        for leave, arrive, vehicles in sorted(found)
    ]


def clock(instant_s: int, timezone: str) -> str:
    """Time of day in a zone, with the day of the month."""
    return dt.datetime.fromtimestamp(instant_s, ZoneInfo(timezone)).strftime("%d/%H:%M")


def test_a_loop_is_left_at_the_first_call_and_boarded_at_the_last() -> None:
    rows = """
        ring X daily | A 08:00 B 08:10 A 08:20 B 08:30 C 08:40
        back X daily | C 09:00 A 09:10 C 09:20 A 09:30
    """
    assert answers(rows, hours=(6, 9), ends="AB") == ["24/08:00 24/08:10 1", "24/08:20 24/08:30 1"]
    assert answers(rows) == ["24/08:20 24/08:40 1", "24/09:10 24/09:20 1"]


def test_a_loop_may_be_left_to_catch_the_vehicle_ahead() -> None:
    rows = """
        slow X daily | A 08:00 E 08:10 D 08:50 C 09:00
        fast X daily | E 08:11 C 08:20
    """
    assert answers(rows) == ["24/08:00 24/08:20 2", "24/08:00 24/09:00 1"]


def test_trips_that_overtake() -> None:
    rows = """
        slow X daily | A 08:00 C 09:00
        fast X daily | A 08:10 C 08:40
        late X daily | A 08:20 C 09:10
        last X daily | A 08:20 C 09:05
    """
    assert answers(rows) == ["24/08:10 24/08:40 1", "24/08:20 24/09:05 1"]


def test_a_trip_that_is_overtaken_on_the_way_is_left_for_the_faster_one() -> None:
    rows = """
        slow X daily | A 08:00 B 08:10 C 09:00
        fast X daily | A 08:05 B 08:12 C 08:30
    """
    assert answers(rows, hours=(8, 8)) == ["24/08:00 24/08:30 2", "24/08:00 24/09:00 1"]


@pytest.mark.parametrize(
    ("time", "hours"), [("25:10", (0, 3)), ("47:00", (22, 24)), ("49:30", (0, 3))]
)
def test_nights_belong_to_the_days_before(time: str, hours: tuple[int, int]) -> None:
    hour, minute = time.split(":")
    rows = f"""
        night X daily | A {time} C {hour}:{int(minute) + 20}
        day   Y daily | C 01:45 E 02:00
    """
    leaves = f"24/{int(hour) % 24:02d}:{minute}"
    arrives = f"24/{int(hour) % 24:02d}:{int(minute) + 20}"
    assert answers(rows, hours=hours) == [f"{leaves} {arrives} 1"]


def test_a_change_from_last_night_to_this_morning() -> None:
    rows = """
        night X daily | A 25:10 C 25:30
        day   Y daily | C 01:31 E 02:00
        early Y daily | C 01:30 E 01:59
    """
    assert answers(rows, hours=(0, 3), ends="AE") == ["24/01:10 24/02:00 2"]


def test_a_journey_into_the_next_day() -> None:
    rows = """
        late  X daily | A 23:50 C 24:05
        first Y daily | C 00:10 E 00:30
    """
    assert answers(rows, hours=(22, 24), ends="AE") == ["24/23:50 25/00:30 2"]


@pytest.mark.parametrize("exact", ["", "0", "1"])
def test_frequencies_are_laid_out_one_by_one(exact: str) -> None:
    rows = "t X daily | A 05:00 C 05:10"
    repeats = f"""
        trip_id,start_time,end_time,headway_secs,exact_times
        t,08:00:00,08:20:00,600,{exact}
        t,08:20:00,09:00:00,1200,{exact}
    """
    assert answers(rows, frequencies=repeats) == [
        "24/08:00 24/08:10 1",
        "24/08:10 24/08:20 1",
        "24/08:20 24/08:30 1",
        "24/08:40 24/08:50 1",
    ]


def test_frequencies_beyond_midnight() -> None:
    repeats = "trip_id,start_time,end_time,headway_secs\nt,24:30:00,25:30:00,1800"
    assert answers("t X daily | A 05:00 C 05:10", hours=(0, 3), frequencies=repeats) == [
        "24/00:30 24/00:40 1",
        "24/01:00 24/01:10 1",
    ]


BEFORE_DAWN = """
    one   X daily | A 00:30 C 00:50
    two   X daily | A 01:30 C 02:10
    three X daily | A 02:30 C 03:10
    night X daily | A 25:45 C 26:15
    noon  X daily | A 12:00 C 12:20
"""


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # Noon minus 12 h is 23:00 of the day before: all times before dawn look an hour earlier.
        ("Europe/Berlin", "2026-03-29", ["28/23:30 28/23:50", "29/00:30 29/01:10",
                                         "29/01:30 29/03:10", "29/01:45 29/03:15",
                                         "29/12:00 29/12:20"]),
        ("America/New_York", "2026-03-08", ["07/23:30 07/23:50", "08/00:30 08/01:10",
                                            "08/01:30 08/03:10", "08/01:45 08/03:15",
                                            "08/12:00 08/12:20"]),
        # Noon minus 12 h is 01:00 of the first of two hours from one to two, or two to three.
        ("Europe/Berlin", "2026-10-25", ["25/01:30 25/01:50", "25/01:45 25/02:15",
                                         "25/02:30 25/02:10", "25/02:30 25/03:10",
                                         "25/12:00 25/12:20"]),
        ("America/New_York", "2026-11-01", ["01/01:30 01/01:50", "01/01:45 01/01:15",
                                            "01/01:30 01/02:10", "01/02:30 01/03:10",
                                            "01/12:00 01/12:20"]),
    ],
)  # fmt: skip
def test_days_on_which_clocks_change(zone: str, day: str, expected: list[str]) -> None:
    assert answers(BEFORE_DAWN, day, (0, 12), zone) == [f"{times} 1" for times in expected]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2028-02-28", ["28/08:00 28/08:10 1"]),
        ("2028-02-29", ["29/08:00 29/08:10 1", "29/09:00 29/09:10 1"]),
        ("2028-03-01", ["01/08:00 01/08:10 1"]),
    ],
)
def test_a_leap_day(day: str, expected: list[str]) -> None:
    rows = """
        t X daily | A 08:00 C 08:10
        u X leap  | A 09:00 C 09:10
    """
    leap = "service_id,date,exception_type\nleap,20280229,1"
    assert answers(rows, day, calendar_dates=leap) == expected


def test_the_last_night_of_the_year_ends_in_the_next_one() -> None:
    rows = """
        eve   X daily | A 23:30 C 23:50
        night X daily | A 24:30 C 24:50
        day   X daily | A 01:30 C 01:50
    """
    calendar = f"{WEEK}\ndaily,1,1,1,1,1,1,1,20260101,20261231"
    asked = {"hours": (23, 26), "calendar": calendar}
    assert answers(rows, "2026-12-31", **asked) == ["31/23:30 31/23:50 1", "01/00:30 01/00:50 1"]
    following = {"hours": (0, 2), "calendar": calendar}
    assert answers(rows, "2027-01-01", **following) == ["01/00:30 01/00:50 1"]


def test_exceptions_add_days_and_take_them_away() -> None:
    rows = """
        t X daily  | A 08:00 C 08:10
        n X daily  | A 24:30 C 24:40
        u X sunday | A 09:00 C 09:10
        v X never  | A 10:00 C 10:10
    """
    tables = {
        "calendar": f"{DAILY}\nsunday,0,0,0,0,0,0,1,20200101,20301231",
        "calendar_dates": """
            service_id,date,exception_type
            daily,20261124,2
            sunday,20261124,1
            sunday,20261122,2
            never,20261123,1
        """,
    }
    tuesday = answers(rows, "2026-11-24", (0, 24), **tables)
    assert tuesday == ["24/00:30 24/00:40 1", "24/09:00 24/09:10 1"]
    sunday = answers(rows, "2026-11-22", (0, 24), **tables)
    assert sunday == ["22/00:30 22/00:40 1", "22/08:00 22/08:10 1"]
    monday = answers(rows, "2026-11-23", (1, 12), **tables)
    assert monday == ["23/08:00 23/08:10 1", "23/10:00 23/10:10 1"]


def test_boarding_and_alighting_may_be_forbidden() -> None:
    rows = """
        t X daily | A 08:00- B 08:05 C 08:20
        u X daily | A 09:00  B 09:05 C -09:20 C 09:25
        v X daily | A 10:00  E -10:10- C 10:20
    """
    assert answers(rows) == ["24/09:00 24/09:25 1", "24/10:00 24/10:20 1"]
    assert answers(rows, ends="AE") == []


CHANGE = """
    in  X daily | A 08:00 C 08:10
    at  Y daily | C 08:10 E 08:30
    min Y daily | C 08:11 E 08:31
    far Z daily | D 08:18:02 E 08:38
    fit Z daily | D 08:18:03 E 08:25
    end Y daily | C 08:40 E 09:00
"""


@pytest.mark.parametrize(
    ("rule", "arrival"),
    [
        ("", "08:25"),
        ("D,E,3,", "08:25"),
        ("C,D,3,", "08:31"),
        ("C,C,1,", "08:25"),
        ("C,D,3,\nC,C,1,", "08:30"),
        ("C,D,2,600\nC,C,2,600", "09:00"),
        ("C,D,2,0\nC,C,3,", "08:25"),
        ("C,D,3,\nC,C,3,", None),
        ("C,D,3,\nC,C,2,61", "09:00"),
        ("C,D,3,\nC,C,2,60", "08:31"),
        ("C,D,3,\nC,C,2,", "08:31"),
        ("C,D,3,\nC,C,0,", "08:31"),
        ("C,C,3,\nC,D,3,\nC,C,,", "08:31"),
    ],
)
def test_rules_of_transfers_txt(rule: str, arrival: str | None) -> None:
    rules = f"from_stop_id,to_stop_id,transfer_type,min_transfer_time\n{rule}"
    tables = {"transfers": rules} if rule else {}
    expected = [] if arrival is None else [f"24/08:00 24/{arrival} 2"]
    assert answers(CHANGE, hours=(8, 8), ends="AE", **tables) == expected


def test_stops_that_no_line_serves() -> None:
    assert answers("t X daily | A 08:00 C 08:10", ends="AE") == []


NO_CHANGE = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nC,C,3,"


@pytest.mark.parametrize(("block", "found"), [("k", ["24/08:00 24/08:40 1"]), ("", [])])
def test_riders_stay_seated_in_a_block(block: str, found: list[str]) -> None:
    rows = f"""
        one   X daily {block} | A 08:00 C 08:20
        two   Y daily {block} | C 08:20 E 08:40
    """
    assert answers(rows, hours=(8, 8), ends="AE", transfers=NO_CHANGE) == found


def test_a_block_goes_on_as_its_next_trip_only() -> None:
    rows = """
        one   X daily k | A 08:00 C 08:20
        two   Y daily k | C 08:25 D 08:30
        three Y daily k | C 08:35 E 08:40
    """
    tomorrow = answers(rows, hours=(8, 8), ends="AE", transfers=NO_CHANGE)
    assert not any(" 24/" in found for found in tomorrow)
    assert answers(rows, hours=(8, 8), ends="AD", transfers=NO_CHANGE) == ["24/08:00 24/08:30 1"]
