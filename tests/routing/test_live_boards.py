"""Departure boards and why-not, with what happens live."""

from concurrent.futures import ThreadPoolExecutor

from routing.alerts import ClosedStop
from routing.delays import with_realtime
from routing.departures import departures
from routing.why_not import WhyNot
from tests.routing.realtime_text import LINE, live, message
from tests.routing.towns import Town, clock, instant


def board(town: Town, stop: str, time: str, limit: int = 4, day: str = "2026-11-24") -> list[str]:
    """A departure board: ``t1 08:00 +5``, or ``t1 08:00 x`` for what does not leave."""
    t = town.planner.timetable
    lines = departures(t, t.platforms(t.stop_index(stop)), instant(time, day), limit)
    found = []
    for line in lines:
        known = "" if line.delay_s is None else f" {line.delay_s // 60:+d}"
        found.append(f"{line.trip_id} {clock(line.departure_s)}{' x' if line.cancelled else known}")
    return found


def test_boards_show_delays_and_cancelled_runs() -> None:
    town = Town(LINE)
    assert board(town, "A", "07:00", 3) == ["t1 08:00", "t2 09:00", "n1 00:50"]
    live(
        town,
        "t1 20261124 | A +70\nCANCELED t2 20261124\nNEW x 20261124 route=red | A 07:30 | D 8:00",
    )
    assert board(town, "A", "07:00", 4) == ["x 07:30", "t2 09:00 x", "t1 09:10 +70", "n1 00:50"]
    assert board(town, "A", "07:00", 2, "2026-11-25") == ["t1 08:00", "t2 09:00"]


def test_boards_show_a_skipped_stop_as_cancelled_there() -> None:
    town = Town(LINE)
    live(town, "t1 20261124 | B skip\nCANCELED n1 20261124")
    assert board(town, "B", "08:00", 1) == ["t1 08:12 x"]
    assert board(town, "C", "08:00", 1) == ["t1 08:20"]
    assert board(town, "B", "00:30", 1, "2026-11-25") == ["n1 01:00 x"]
    live(town, "DELETED t1 20261124")
    assert board(town, "B", "08:00", 1) == ["t2 09:12"]


def why(town: Town, target: str, time: str, expected: str = "") -> WhyNot:
    """Why the red line from A is not offered."""
    query = town.query("A", target, time, window_s=1800)
    journeys = town.planner.plan(query, None).journeys
    return town.planner.why_not(query, "red", journeys, instant(expected) if expected else None)


def test_why_not_a_cancelled_run() -> None:
    town = Town(LINE)
    live(town, "CANCELED t1 20261124")
    found = why(town, "D", "07:50", "08:00")
    assert found.code == "cancelled"
    assert found.params["departure_s"] == instant("08:00")
    assert found.params["next_departure_s"] == instant("09:00")
    assert why(town, "D", "08:50", "09:00").code == "offered"
    live(town, "CANCELED t1 20261124\nCANCELED t2 20261124\nCANCELED n1 20261124")
    assert why(town, "D", "07:50", "09:00").code == "cancelled"


def test_why_not_at_a_closed_stop() -> None:
    town = Town(LINE)
    live(town, "", closed=[ClosedStop("A", 0, instant("08:30"))])
    found = why(town, "D", "07:50", "08:00")
    assert (found.code, found.params["stop_id"]) == ("stop_closed", "A")
    live(town, "t1 20261124 | D skip")
    found = why(town, "D", "07:50", "08:00")
    assert (found.code, found.params["stop_id"]) == ("stop_closed", "D")


def test_why_not_finds_a_late_run_by_the_time_it_should_leave() -> None:
    town = Town(LINE)
    live(town, "t1 20261124 | A +65")
    found = why(town, "D", "09:06", "08:00")
    assert found.code == "leaves_too_early"
    assert found.params["departure_s"] == instant("09:05")


def test_wheelchairs_ride_with_what_happens_live() -> None:
    town = Town(LINE)
    before = town.plan("A", "D", "08:00", window_s=60, wheelchair=True)
    assert before.journeys[0].departure_s == instant("08:00")
    live(town, "t1 20261124 | A +5\nCANCELED t2 20261124")
    after = town.plan("A", "D", "08:00", window_s=600, wheelchair=True)
    assert after.journeys[0].departure_s == instant("08:05")
    query = town.query("A", "D", "08:30", window_s=600, wheelchair=True)
    reason = town.planner.why_not(query, "red", [], instant("09:00"))
    assert reason.code == "cancelled"
    town.planner.live = None
    again = town.plan("A", "D", "08:00", window_s=60, wheelchair=True)
    assert again.journeys[0].departure_s == instant("08:00")


def test_threads_see_one_state_or_the_other() -> None:
    town = Town(LINE)
    states = [
        with_realtime(town.timetable, [("", message(text))], instant("05:00"))
        for text in ("t1 20261124 | A +5", "t1 20261124 | A +9\nCANCELED t2 20261124")
    ]
    query = town.query("A", "D", "08:00", window_s=2 * 3600)
    allowed = {("08:05", "09:00"), ("08:09",)}

    def ask() -> set[tuple[str, ...]]:
        found = set()
        for _ in range(30):
            journeys = town.planner.plan(query, None).journeys
            found.add(tuple(clock(j.departure_s) for j in journeys if clock(j.departure_s) < "10"))
        return found

    town.planner.live = states[0]
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask) for _ in range(3)]
        for number in range(60):
            town.planner.live = states[number % 2]
        seen = set().union(*(one.result() for one in asked))
    assert seen <= allowed
