"""Why an expected line is not offered: one small town, one reason after the other."""

import datetime as dt

from routing.journeys import Place
from routing.why_not import WhyNot
from tests.routing.towns import Town, clock, instant

CALENDAR = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    daily,1,1,1,1,1,1,1,20261101,20261231
    sat,0,0,0,0,0,1,0,20261101,20261231
"""
# A and N are 450 m apart; F is far from everything.
TOWN = Town(
    """
    A 36.300 136.300
    N 36.300 136.305
    B 36.300 136.400
    F 36.200 136.350
    s1 slow  daily | A 08:00 B 08:40
    s2 slow  daily | A 09:00 B 09:40
    q1 quick daily | A 09:05 B 09:20
    r1 back  daily | B 08:00 A 08:40
    w1 gold  sat   | A 09:00 B 09:30
    f1 far   daily | F 09:00 B 09:30
    g1 gone  daily | A 09:00 F 09:30
    """,
    tables={"calendar": CALENDAR},
)


def why(line: str, time: str = "08:30", expected: str = "", **more: object) -> WhyNot:
    query = TOWN.query("A", "B", time, **more)
    journeys = TOWN.planner.plan(query, None).journeys
    return TOWN.planner.why_not(query, line, journeys, instant(expected) if expected else None)


def test_it_is_offered() -> None:
    found = why("quick")
    assert (found.code, found.params["journey"]) == ("offered", 1)


def test_it_does_not_run_that_day() -> None:
    found = why("gold")
    assert found == WhyNot(
        "does_not_run", {"day": dt.date(2026, 11, 24), "next_day": dt.date(2026, 11, 28)}
    )


def test_its_stops_are_far_from_the_start_or_the_destination() -> None:
    assert (why("far").code, why("far").params["stop"]) == ("not_near_start", "B")
    gone = why("gone")
    assert (gone.code, gone.params["stop"]) == ("not_near_destination", "A")
    assert 8_000 < gone.params["distance_m"] < 10_000  # type: ignore[operator]


def test_it_goes_the_other_way() -> None:
    assert why("back").code == "other_direction"


def test_it_leaves_minutes_too_early() -> None:
    found = why("slow", "08:03", expected="08:00")
    assert found.code == "leaves_too_early"
    assert found.params["short_s"] == 180
    assert clock(int(str(found.params["next_departure_s"]))) == "09:00"


def test_the_walk_to_the_stop_counts() -> None:
    query = TOWN.query("N", "B", "08:55")
    journeys = TOWN.planner.plan(query, None).journeys
    found = TOWN.planner.why_not(query, "slow", journeys)
    assert found.code == "leaves_too_early"
    assert 0 < int(str(found.params["short_s"])) < 400


def test_another_journey_beats_it() -> None:
    found = why("slow")
    assert found.code == "beaten"
    assert (found.params["journey"], found.params["by_arrival_s"]) == (1, 1200)


def test_it_arrives_too_late() -> None:
    found = why("slow", "09:30", "09:00", arrive_by=True)
    assert (found.code, found.params["short_s"]) == ("arrives_too_late", 600)


def test_it_leaves_after_the_window() -> None:
    found = why("slow", "07:00", "09:00", window_s=3600)
    assert found.code == "leaves_later"


def at(stop_id: str, line: str, time: str = "08:30", **more: object) -> WhyNot:
    query = TOWN.query("A", "B", time, **more)
    journeys = TOWN.planner.plan(query, None).journeys
    return TOWN.planner.why_not(query, line, journeys, None, stop_id)


def test_the_expected_stop_is_not_on_the_line() -> None:
    found = at("N", "slow")
    assert found == WhyNot("stop_not_on_line", {"stop": "N", "stop_id": "N"})


def test_the_expected_stop_is_too_far_to_walk() -> None:
    found = at("F", "far")
    assert (found.code, found.params["stop_id"], found.params["max_walk_m"]) == (
        "stop_too_far",
        "F",
        1500,
    )
    assert found.params["distance_m"] > 8_000  # type: ignore[operator]


def test_at_the_expected_stop_the_run_is_judged() -> None:
    assert at("A", "slow").code == "beaten"
    assert at("B", "slow").code == "beaten"
    assert at("A", "back").code == "other_direction"


def test_how_much_the_other_journey_is_better() -> None:
    found = why("slow")
    assert (found.params["by_arrival_s"], found.params["by_departure_s"]) == (1200, 300)


CHAIN = Town("""
    A 36.300 136.300
    B 36.345 136.300
    C 36.390 136.300
    D 36.435 136.300
    one   one   daily | A 08:00 B 08:10
    two   two   daily | B 08:20 C 08:30
    three three daily | C 08:40 D 08:50
    slow  slow  daily | A 08:00 D 09:50
""")


def test_a_line_that_needs_too_many_changes() -> None:
    query = CHAIN.query("A", "D", "07:50", max_transfers=1)
    journeys = CHAIN.planner.plan(query, None).journeys
    found = CHAIN.planner.why_not(query, "two", journeys)
    assert found == WhyNot("too_many_changes", {"changes": 2, "most_changes": 1})


def test_a_line_in_the_middle_of_a_journey_is_offered() -> None:
    query = CHAIN.query("A", "D", "07:50")
    journeys = CHAIN.planner.plan(query, None).journeys
    assert CHAIN.planner.why_not(query, "two", journeys) == WhyNot("offered", {"journey": 1})


def test_lines_of_a_stop_and_near_a_place() -> None:
    assert set(TOWN.planner.lines_at(TOWN.stop("F"), 0)) == {"far", "gone"}
    near_f = Place("", 36.2005, 136.350)
    assert set(TOWN.planner.lines_at(near_f, 500)) == {"far", "gone"}
    assert TOWN.planner.lines_at(near_f, 10) == []
