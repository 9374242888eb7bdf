"""GTFS-Realtime over a timetable: delays, cancellations, added runs, closed stops."""

import datetime as dt

import numpy as np
import pytest

from gtfs.messages import NO_SERVICE, Alert, RealtimeMessage, Touched
from routing.alerts import ClosedStop
from routing.delays import with_realtime
from routing.errors import TimetableError
from routing.journeys import TransitLeg
from routing.live import LiveTimetable
from tests.routing.realtime_text import LINE, live, message
from tests.routing.towns import FakeDispatcher, Town, flex_trip, instant


def runs(timetable: LiveTimetable, day: str = "2026-11-24") -> list[str]:
    """Every run of a day that is not as in the timetable: ``t1 A 08:00 B 08:15/08:17 ...``."""
    edits = timetable.edits.get(dt.date.fromisoformat(day))
    found = []
    for trip in [] if edits is None else edits.extra.tolist():
        pattern = timetable.trip_patterns[trip]
        first, end = timetable.pattern_stop_starts[pattern : pattern + 2]
        words = [timetable.trip_ids[trip]]
        for at in range(end - first):
            row = timetable.trip_rows[trip] + at
            arrival, departure = timetable.arrivals[row], timetable.departures[row]
            words.append(timetable.stop_ids[timetable.pattern_stops[first + at]])
            both = _clock(arrival), _clock(departure)
            words.append(both[0] if arrival == departure else "/".join(both))
        found.append(" ".join(words))
    return sorted(found)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        # A delay holds until the end, on arrivals and departures.
        ("t1 20261124 | A +5", "t1 A 08:05 B 08:15/08:17 C 08:25 D 08:35"),
        # ... from where it is reported on.
        ("t1 20261124 | C +5", "t1 A 08:00 B 08:10/08:12 C 08:25 D 08:35"),
        # ... until the next report.
        ("t1 20261124 | A +5 | C +1", "t1 A 08:05 B 08:15/08:17 C 08:21 D 08:31"),
        # An instant counts, by stop_sequence as well.
        ("t1 20261124 | #1 08:14/08:15", "t1 A 08:00 B 08:14/08:15 C 08:23 D 08:33"),
        ("t1 20261124 | #0 08:01 | #2 08:20", "t1 A 08:01 B 08:11/08:13 C 08:20 D 08:30"),
        # Only an arrival: the departure is as late. Only a departure: the arrival is on time.
        ("t1 20261124 | B +5/*", "t1 A 08:00 B 08:15/08:17 C 08:25 D 08:35"),
        ("t1 20261124 | B */+5", "t1 A 08:00 B 08:10/08:17 C 08:25 D 08:35"),
        # A delay that the stop makes up for: it leaves when it has arrived, not before.
        ("t1 20261124 | B +5/0", "t1 A 08:00 B 08:15 C 08:20 D 08:30"),
        # Early, and earlier than the stop before left: nobody passed that later.
        ("t1 20261124 | B -3", "t1 A 08:00 B 08:07/08:09 C 08:17 D 08:27"),
        ("t1 20261124 | B -11", "t1 A 07:59 B 07:59/08:01 C 08:09 D 08:19"),
        # A vehicle cannot arrive before it left: the later report gives way.
        ("t1 20261124 | A +30 | C 0", "t1 A 08:30 B 08:40/08:42 C 08:42 D 08:42"),
        # NO_DATA: the timetable counts again, as far as the vehicle can be there by then.
        ("t1 20261124 | A +5 | C ?", "t1 A 08:05 B 08:15/08:17 C 08:20 D 08:30"),
        ("t1 20261124 | A +5 | C ? | D +2", "t1 A 08:05 B 08:15/08:17 C 08:20 D 08:32"),
        # A skipped stop is left out and changes nothing else.
        ("t1 20261124 | A +5 | B skip", "t1 A 08:05 C 08:25 D 08:35"),
        ("t1 20261124 | D skip", "t1 A 08:00 B 08:10/08:12 C 08:20"),
        # The delay of the whole trip holds until the first report.
        ("t1 20261124 delay=4", "t1 A 08:04 B 08:14/08:16 C 08:24 D 08:34"),
        ("t1 20261124 delay=4 | C +1", "t1 A 08:04 B 08:14/08:16 C 08:21 D 08:31"),
        # Another platform.
        ("t1 20261124 | C to=E", "t1 A 08:00 B 08:10/08:12 E 08:20 D 08:30"),
        # 25:10 belongs to the service day that began the day before.
        ("n1 20261124 | C +60", "n1 A 24:50 B 25:00 C 26:10 D 26:20"),
        ("n1 20261124 | C 25:15", "n1 A 24:50 B 25:00 C 25:15 D 25:25"),
    ],
)
def test_what_is_expected(update: str, expected: str) -> None:
    timetable = live(Town(LINE), update)
    assert runs(timetable) == [expected]
    assert not timetable.unmatched
    assert list(timetable.edits) == [dt.date(2026, 11, 24)]


@pytest.mark.parametrize(
    ("update", "made", "day"),
    [
        ("t1 - | A +5", "07:50", "2026-11-24"),
        ("t1 - | A +5", "20:30", "2026-11-25"),  # nearer to the next morning
        ("n1 - | A +5", "01:05", "2026-11-23"),  # still on its way
        ("n1 - | A +5", "20:00", "2026-11-24"),
        ("n1 - | C 25:15", "07:00", "2026-11-24"),  # an instant says more than now
        ("n1 - | C 01:15", "07:00", "2026-11-23"),
    ],
)
def test_the_day_of_a_run_without_start_date(update: str, made: str, day: str) -> None:
    timetable = live(Town(LINE), update, made)
    assert list(timetable.edits) == [dt.date.fromisoformat(day)]


@pytest.mark.parametrize(
    ("update", "code", "value"),
    [
        ("t9 20261124 | A +5", "unknown_trip", "t9"),
        ("t1 20261124 | X +5", "unknown_stop", "X"),
        ("t1 20261124 | #9 +5", "unknown_stop", "9"),
        ("t1 20281124 | A +5", "does_not_run", "t1"),
        ("t1 2026-11 | A +5", "bad_date", "t1"),
        ("t1 20261124 | A +1500", "time_out_of_range", ""),
        ("ADDED x 20261124 | A 07:00 | B 07:10", "unknown_route", "x"),
        ("ADDED x 20261124 route=red | A 07:00 | X 07:10", "unknown_stop", "X"),
        ("ADDED x 20261124 route=red | A 07:00", "no_times", "x"),
        ("DUPLICATED t1 20261124", "start_time_missing", "t1"),
        ("DUPLICATED t9 20261124 at=10:00", "unknown_trip", "t9"),
        ("CANCELED t9 -", "unknown_trip", "t9"),
        ("REPLACEMENT t9 20261124 | A 07:00 | B 07:10", "unknown_trip", "t9"),
    ],
)
def test_what_fits_nowhere_is_reported(update: str, code: str, value: str) -> None:
    town = Town(LINE)
    timetable = live(town, update + "\nt2 20261124 | A +5")
    assert (code, value) in {(one.code, one.value) for one in timetable.unmatched}
    assert any(run.startswith("t2 A 09:05") for run in runs(timetable))


def test_the_fixed_timetable_is_not_written() -> None:
    town = Town(LINE)
    before = {
        name: np.array(value)
        for name, value in vars(town.timetable).items()
        if isinstance(value, np.ndarray)
    }
    for value in vars(town.timetable).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    timetable = live(town, "t1 20261124 | A +5 | B skip\nCANCELED t2 20261124")
    town.plan("A", "D", "08:00")
    assert all((np.array(getattr(town.timetable, n)) == v).all() for n, v in before.items())
    assert timetable.base is town.timetable


AS_THEY_ARE = {
    "timezone", "stop_ids", "stop_names", "stop_lat", "stop_lon", "stop_parents", "stop_platforms",
    "stop_kinds", "stop_wheelchair", "routes", "service_ids", "service_bits", "first_day",
    "last_day", "shape_starts", "shape_lat", "shape_lon", "transfer_rules", "feed_names",
    "feed_stops", "feed_routes", "pathways", "dropped",
}  # fmt: skip
"""Fields of a timetable that do not grow with its trips."""


def test_every_field_of_a_timetable_grows_as_it_should() -> None:
    """Whoever gives trips another field must say what it is of those laid over them."""
    town = Town(LINE)
    base, timetable = town.timetable, live(town, "t1 20261124 | A +5 | B skip\nu1 - | D +1")
    for name in base.__dataclass_fields__:
        if name == "trip_links":
            assert len(base.trip_links) == 0, "tested by itself"
        elif name in AS_THEY_ARE:
            assert getattr(timetable, name) is getattr(base, name), name
        else:
            assert len(getattr(timetable, name)) > len(getattr(base, name)), name


def test_a_late_run_is_caught_by_those_who_come_late() -> None:
    town = Town(LINE)
    assert town.texts("A", "D", "08:03", window_s=600) == ["09:00 red D 09:30"]
    live(town, "t1 20261124 | A +5 | C +3")
    result = town.plan("A", "D", "08:03", window_s=600)
    (leg,) = result.journeys[0].legs
    assert isinstance(leg, TransitLeg)
    assert leg.departure_s == instant("08:05")
    assert leg.scheduled_departure_s == instant("08:00")
    assert leg.scheduled_arrival_s == instant("08:30")
    assert (leg.realtime, leg.delay_s) == (True, 300)
    assert [point.departure_s for point in leg.intermediate] == [instant("08:17"), instant("08:23")]


def test_a_missed_connection_is_not_offered() -> None:
    town = Town(LINE)
    assert town.texts("A", "E", "08:00", window_s=60) == ["08:00 red D 08:30 08:35 blue E 08:45"]
    live(town, "t1 20261124 | B +10")
    assert town.texts("A", "E", "08:00", window_s=60) == ["08:00 red D 08:40 09:05 blue E 09:15"]
    live(town, "t1 20261124 | B +10\nu1 20261124 | D +7")
    assert town.texts("A", "E", "08:00", window_s=60) == ["08:00 red D 08:40 08:42 blue E 08:52"]


def test_a_cancelled_run_is_not_offered_and_comes_back() -> None:
    town = Town(LINE)
    live(town, "CANCELED t1 20261124")
    assert town.texts("A", "D", "08:00", window_s=600) == ["09:00 red D 09:30"]
    tomorrow = town.plan("A", "D", "08:00", time_s=instant("08:00", "2026-11-25"), window_s=600)
    assert tomorrow.journeys[0].departure_s == instant("08:00", "2026-11-25")
    town.planner.live = None
    assert town.texts("A", "D", "08:00", window_s=600) == ["08:00 red D 08:30"]


def test_the_last_word_about_a_run_counts() -> None:
    town = Town(LINE)
    assert runs(live(town, "CANCELED t1 20261124\nt1 20261124 | A +1"))[0].startswith("t1 A 08:01")
    assert runs(live(town, "t1 20261124 | A +1\nCANCELED t1 20261124")) == []


def test_a_run_that_skips_all_but_one_stop_is_cancelled() -> None:
    timetable = live(Town(LINE), "t1 20261124 | A skip | B skip | D skip")
    edits = timetable.edits[dt.date(2026, 11, 24)]
    assert [timetable.trip_ids[trip] for trip in edits.cancelled] == ["t1"]
    assert len(edits.extra) == 0


def test_overtaking_runs_are_both_found() -> None:
    town = Town(LINE)
    live(town, "t1 20261124 | A +70")
    assert town.texts("A", "D", "08:00", window_s=6 * 3600) == [
        "09:00 red D 09:30",
        "09:10 red D 09:40",
    ]


@pytest.mark.parametrize(
    ("update", "journey"),
    [
        (
            "ADDED x1 20261124 route=red | A 07:00 | C 07:11/07:12 | D 07:20",
            "07:00 red D 07:20",
        ),
        ("NEW x1 - route=red | A 07:00 | D 07:20", "07:00 red D 07:20"),
        ("ADDED x1 20261124 route=red | A */07:00 | D 06:50/*", "07:00 red D 07:00"),
        ("DUPLICATED t1 20261124 at=07:01 new=x1", "07:01 red D 07:31"),
        ("DUPLICATED t1 20261124 at=07:01 new=x1 | C +2", "07:01 red D 07:33"),
        ("DUPLICATED t1 20261123 on=20261124 at=07:01 new=x1", "07:01 red D 07:31"),
        ("UNSCHEDULED t1 20261124 | A 07:30", "07:30 red D 08:00"),
    ],
)
def test_an_added_run_is_offered(update: str, journey: str) -> None:
    town = Town(LINE)
    live(town, update)
    assert town.texts("A", "D", "06:55", window_s=3000)[0] == journey


def test_a_replaced_run_runs_as_it_is_told() -> None:
    town = Town(LINE)
    timetable = live(town, "REPLACEMENT t1 20261124 | A 08:06 | E 08:30")
    assert runs(timetable) == ["t1 A 08:06 E 08:30"]
    assert town.texts("A", "E", "08:00", window_s=600) == ["08:06 red E 08:30"]
    assert town.texts("A", "D", "08:00", window_s=600) == ["09:00 red D 09:30"]


def test_an_added_run_has_no_timetable() -> None:
    town = Town(LINE)
    live(town, "ADDED x1 20261124 route=red | A 07:00 | D 07:20")
    (leg,) = town.plan("A", "D", "06:55", window_s=600).journeys[0].legs
    assert isinstance(leg, TransitLeg)
    assert (leg.trip_id, leg.headsign, leg.realtime) == ("x1", "D", True)
    assert (leg.scheduled_departure_s, leg.delay_s) == (None, None)


FREQUENT = {
    "frequencies": "trip_id,start_time,end_time,headway_secs\nt1,08:00:00,09:00:00,1200",
}


def test_frequencies_are_told_apart_by_start_time() -> None:
    town = Town(LINE, tables=FREQUENT)
    timetable = live(town, "t1 20261124 @08:20 | B +5\nCANCELED t1 20261124 @08:40")
    assert runs(timetable) == ["t1 A 08:20 B 08:35/08:37 C 08:45 D 08:55"]
    assert town.texts("A", "D", "08:00", window_s=3500) == [
        "08:00 red D 08:30",
        "08:20 red D 08:55",
    ]


def test_frequencies_without_start_time() -> None:
    town = Town(LINE, tables=FREQUENT)
    timetable = live(town, "t1 20261124 | B +5")
    assert [one.code for one in timetable.unmatched] == ["start_time_missing"]
    timetable = live(town, "t1 20261124 @08:25 | B +5")
    assert [one.code for one in timetable.unmatched] == ["unknown_start_time"]
    # An instant tells the run: the nearest one is meant.
    timetable = live(town, "t1 20261124 | B 08:34/08:36")
    assert runs(timetable) == ["t1 A 08:20 B 08:34/08:36 C 08:44 D 08:54"]
    timetable = live(town, "UNSCHEDULED t1 20261124 @08:25 | B +1")
    assert runs(timetable) == ["t1 A 08:25 B 08:36/08:38 C 08:46 D 08:56"]


def test_a_run_named_by_line_and_start() -> None:
    timetable = live(Town(LINE), "- 20261124 route=red @09:00 | A +2")
    assert runs(timetable)[0].startswith("t2 A 09:02")


def test_after_midnight() -> None:
    town = Town(LINE)
    live(town, "n1 20261124 | C +30")
    tomorrow = instant("01:30", "2026-11-25")
    (journey,) = town.plan("C", "D", "00:00", time_s=tomorrow, window_s=1800).journeys
    assert journey.departure_s == instant("01:40", "2026-11-25")
    assert isinstance(journey.legs[0], TransitLeg)
    assert journey.legs[0].service_day == dt.date(2026, 11, 24)


def test_a_delay_into_the_next_day_is_seen_there() -> None:
    """Without the delay no run of this line is under way at midnight."""
    town = Town("A 36 136\nB 36.05 136\n    t1 red daily | A 20:00 B 20:10")
    live(town, "t1 20261124 | A +300")
    tomorrow = instant("00:30", "2026-11-25")
    (journey,) = town.plan("A", "B", "00:00", time_s=tomorrow, window_s=3600).journeys
    assert journey.departure_s == instant("01:00", "2026-11-25")


@pytest.mark.parametrize(
    ("closed", "origin", "expected"),
    [
        (ClosedStop("A"), "A", []),
        (ClosedStop("A"), "B", ["08:12 red D 08:30", "09:12 red D 09:30"]),
        (ClosedStop("A", instant("08:30")), "A", ["08:00 red D 08:30"]),
        (ClosedStop("A", 0, instant("08:30")), "A", ["09:00 red D 09:30"]),
        (ClosedStop("A", instant("07:00"), instant("08:00")), "A", [
            "08:00 red D 08:30", "09:00 red D 09:30"]),
        (ClosedStop("A", route_id="blue"), "A", ["08:00 red D 08:30", "09:00 red D 09:30"]),
        (ClosedStop("D", 0, instant("08:31")), "A", ["09:00 red D 09:30"]),
    ],
)  # fmt: skip
def test_a_closed_stop(closed: ClosedStop, origin: str, expected: list[str]) -> None:
    town = Town(LINE)
    live(town, "", closed=[closed])
    day = {"window_s": 2 * 3600}
    found = [text for text in town.texts(origin, "D", "08:00", **day) if "walk" not in text]
    assert [text for text in found if text < "10:00"] == expected


def test_a_closed_stop_counts_by_the_expected_time() -> None:
    town = Town(LINE)
    closed = [ClosedStop("B", instant("08:15"), instant("08:30"))]
    assert runs(live(town, "t1 20261124 | A +5", closed=closed)) == ["t1 A 08:05 C 08:25 D 08:35"]
    assert not live(town, "", closed=closed).edits


def test_an_alert_without_service_closes_a_stop() -> None:
    town = Town(LINE)
    alert = Alert("a", (Touched(stop_id="C"),), ((instant("08:00"), instant("09:00")),), (),
                  effect=NO_SERVICE)  # fmt: skip
    town.planner.live = with_realtime(
        town.timetable, [("", message("", alerts=(alert,)))], instant("05:00")
    )
    assert town.texts("A", "C", "08:00", window_s=600)[0].endswith("red C 09:20")
    assert town.texts("A", "D", "08:00", window_s=600) == ["08:00 red D 08:30"]


def test_alerts_stand_with_the_legs_they_touch() -> None:
    town = Town(LINE)

    def alert(name: str, *touched: Touched, until: str = "23:00") -> Alert:
        return Alert(name, touched, ((0, instant(until)),), (("ja", name),))

    alerts = (
        alert("line", Touched(route_id="red")),
        alert("other line", Touched(route_id="blue")),
        alert("stop", Touched(stop_id="A")),
        alert("stop passed by", Touched(stop_id="B")),
        alert("over", Touched(route_id="red"), until="07:00"),
        alert("agency", Touched(agency_id="A"), Touched(route_id="red")),
        alert("no agency", Touched(agency_id="X")),
        alert("buses", Touched(route_type=3)),
        alert("trains", Touched(route_type=2)),
        alert("line at stop", Touched(route_id="blue", stop_id="A")),
    )
    town.planner.live = with_realtime(
        town.timetable, [("test", message("", alerts=alerts))], instant("05:00")
    )
    (leg,) = town.plan("A", "D", "08:00", window_s=60).journeys[0].legs
    assert isinstance(leg, TransitLeg)
    assert {one.entity_id for one in leg.alerts} == {"line", "stop", "agency", "buses"}
    assert not leg.realtime


def test_rides_wait_for_the_expected_arrival() -> None:
    rows = LINE + "\n    F 36.25 136.00\n    G 36.35 136.00"
    town = Town(rows, [flex_trip(["D", "G"], notice_min=0)])
    port = FakeDispatcher()
    before = town.plan("A", "G", "08:00", port, window_s=60).journeys
    live(town, "t1 20261124 | A +20")
    port = FakeDispatcher()
    after = town.plan("A", "G", "08:20", port, window_s=60).journeys
    earliest = [min(leg.departure_s for j in js for leg in j.rides) for js in (before, after)]
    assert earliest[1] - earliest[0] == 20 * 60
    assert min(asked.earliest_pickup_s for asked in port.asked) >= instant("08:50")


def test_a_feed_that_nobody_knows() -> None:
    with pytest.raises(TimetableError, match="no feed called 'x'"):
        with_realtime(Town(LINE).timetable, [("x", RealtimeMessage(1))], 0)


def test_nothing_said_is_the_fixed_timetable() -> None:
    town = Town(LINE)
    timetable = live(town, "")
    assert timetable.edits == {}
    assert timetable.arrivals is town.timetable.arrivals
    assert town.texts("A", "D", "08:00", window_s=600) == ["08:00 red D 08:30"]


def test_a_live_timetable_is_laid_over_the_fixed_one_only() -> None:
    town = Town(LINE)
    first = live(town, "t1 20261124 | A +5")
    second = with_realtime(first, [("", message("t2 20261124 | A +5"))], instant("05:00"))
    assert second.base is town.timetable
    assert runs(second)[0].startswith("t2")


BLOCK = """
    A 36.30 136.40
    B 36.30 136.43
    C 36.30 136.46
    t1 X daily bus | A 09:00 B 09:10
    t2 Y daily bus | B 09:10 C 09:20
"""
LINKED = {"transfers": "from_trip_id,to_trip_id,transfer_type\nt1,t2,4"}


@pytest.mark.parametrize(
    "town", [Town(BLOCK), Town(BLOCK.replace(" bus ", " "), tables=LINKED)], ids=["block", "link"]
)
def test_riders_stay_seated_in_a_late_bus(town: Town) -> None:
    both = "t1 20261124 | A +5\nt2 20261124 | B +5"
    late = ["09:05 X B 09:15 09:15 =Y C 09:25"]
    live(town, both)
    assert town.texts("A", "C", "09:00", window_s=1800) == late
    live(town, both + "\nDUPLICATED t2 20261124 at=09:16 new=t3")
    assert town.texts("A", "C", "09:00", window_s=1800) == late
    live(town, "CANCELED t2 20261124")
    (tomorrow,) = town.plan("A", "C", "09:00", window_s=1800).journeys
    assert tomorrow.departure_s == instant("09:00", "2026-11-25")
