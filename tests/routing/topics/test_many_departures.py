"""With many first vehicles the search keeps lower bounds; they may not hide anything."""

from routing.planner import PlanQuery
from tests.routing.towns import Town, text

STOPS = """
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
    D 36.42 136.30
"""


def town(every_min: int) -> Town:
    """X runs every so many minutes for two hours; at its end one waits for Y, or goes on by Z."""
    minutes = range(0, 120, every_min)
    rows = [f"x{m} X daily | A {8 + m // 60:02d}:{m % 60:02d} B 10:{m // 2:02d}" for m in minutes]
    rows += [f"y{m} Y daily | B 11:{m:02d} D 11:{m + 9:02d}" for m in (10, 20, 50)]
    rows += ["z Z daily | B 10:50 C 11:00", "w W daily | C 11:01 D 11:02"]
    return Town("\n".join([STOPS, *rows]))


def texts(of: Town) -> list[str]:
    query: PlanQuery = of.query("A", "D", "08:00", window_s=7199)
    return [text(journey) for journey in of.planner.plan(query, None).journeys]


def test_forty_first_vehicles_give_the_answers_of_four() -> None:
    few, many = texts(town(30)), texts(town(3))
    assert [answer.split()[-1] for answer in few] == ["11:02", "11:19"]
    assert [answer.split()[-1] for answer in many] == ["11:02", "11:19"]
    # Z leaves at 10:50 and takes who is at B by 10:49; Y takes all who leave later.
    assert many == [
        "09:39 X B 10:49 10:50 Z C 11:00 11:01 W D 11:02",
        "09:57 X B 10:58 11:10 Y D 11:19",
    ]
