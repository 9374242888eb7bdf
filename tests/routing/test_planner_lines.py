"""Journeys on foot and by lines: times, changes, walks, windows and errors."""

import pytest

from routing.errors import (
    InvalidQueryError,
    NoServiceError,
    OutsideAreaError,
    SamePlaceError,
    UnknownStopError,
)
from routing.journeys import Journey, Place, TransitLeg
from routing.planner import PlanQuery
from tests.routing.towns import Town, clock, instant

# A and B are 5 km apart, B and B2 220 m, B2 and C 5 km; NEAR is 1.1 km north of A.
TOWN = Town("""
    A 36.300 136.300
    B 36.345 136.300
    B2 36.347 136.300
    C 36.390 136.300
    x1 X daily | A 08:00 B 08:10
    x2 X daily | A 09:00 B 09:10
    x3 X daily | A 23:50 B 24:10
    y1 Y daily | B2 08:16 C 08:30
    y2 Y daily | B2 09:14 C 09:30
    y3 Y daily | B2 09:40 C 09:55
    d1 D daily | A 09:05 C 10:30
""")
NEAR_A = Place("near", 36.3027, 136.300)  # 300 m x 1.3 = 390 m = 325 s
HALF_WAY = Place("field", 36.310, 136.300)


def test_one_vehicle() -> None:
    assert TOWN.texts("A", "B", "07:30") == ["08:00 X B 08:10", "09:00 X B 09:10"]


def test_a_change_takes_the_walk_and_a_minute() -> None:
    # 289 m are 241 s: ready at 08:15:01 for 08:16, but at 09:15:01 too late for 09:14.
    assert TOWN.texts("A", "C", "07:30") == [
        "08:00 X B 08:10 08:10 walk B2 08:14 08:16 Y C 08:30",
        "09:00 X B 09:10 09:10 walk B2 09:14 09:40 Y C 09:55",
        "09:05 D C 10:30",
    ]


def test_fewer_changes_may_be_asked_for() -> None:
    assert TOWN.texts("A", "C", "07:30", max_transfers=0) == ["09:05 D C 10:30"]


def test_the_first_walk_starts_as_late_as_possible() -> None:
    assert TOWN.texts(NEAR_A, "B", "07:30") == [
        "07:54 walk A 08:00 08:00 X B 08:10",
        "08:54 walk A 09:00 09:00 X B 09:10",
    ]


def test_arrive_by_gives_the_latest_departures_that_are_in_time() -> None:
    assert TOWN.texts("A", "B", "09:10", arrive_by=True) == ["08:00 X B 08:10", "09:00 X B 09:10"]
    assert TOWN.texts("A", "B", "09:09", arrive_by=True) == ["08:00 X B 08:10"]


def test_arrive_by_looks_further_back_when_nothing_is_in_time() -> None:
    result = TOWN.plan("A", "B", "18:00", arrive_by=True)
    assert [clock(journey.departure_s) for journey in result.journeys] == ["08:00", "09:00"]
    assert "widened" in result.notes


def test_depart_at_looks_further_on_to_the_end_of_the_day() -> None:
    result = TOWN.plan("A", "B", "10:00")
    assert [clock(journey.departure_s) for journey in result.journeys] == ["23:50"]
    assert "widened" in result.notes


def test_nothing_leaves_before_the_time_asked_for() -> None:
    assert TOWN.texts("A", "B", "08:00:01", window_s=3600) == ["09:00 X B 09:10"]
    assert TOWN.texts("A", "B", "08:00", window_s=0) == ["08:00 X B 08:10"]


def test_a_night_bus_after_midnight_belongs_to_the_day_before() -> None:
    town = Town("""
        A 36.300 136.300
        B 36.345 136.300
        n X daily | A 24:30 B 24:40
    """)
    result = town.plan("A", "B", "00:10")
    leg = result.journeys[0].legs[0]
    assert isinstance(leg, TransitLeg)
    assert (clock(leg.departure_s), leg.service_day.isoformat()) == ("00:30", "2026-11-23")


def test_a_near_place_is_walked_to_and_no_bus_is_waited_for() -> None:
    # 1112 m x 1.3 = 1446 m = 1205 s.
    assert TOWN.texts("A", HALF_WAY, "08:00") == ["08:00 walk field 08:20"]
    assert TOWN.texts("A", HALF_WAY, "08:30", arrive_by=True) == ["08:09 walk field 08:30"]


def test_a_vehicle_must_save_two_minutes_over_walking() -> None:
    rows = """
        A 36.300 136.300
        B 36.308 136.300
        slow X daily | A 08:05 B 08:20
        fast Y daily | A 08:30 B 08:38
    """  # 890 m x 1.3 = 1156 m = 964 s on foot
    assert Town(rows).texts("A", "B", "08:00") == ["08:00 walk B 08:16", "08:30 Y B 08:38"]


def test_the_walking_speed_counts() -> None:
    slow = TOWN.texts("A", "C", "07:30", walk_speed_mm_s=600)
    assert slow[0] == "08:00 X B 08:10 08:10 walk B2 08:18 09:14 Y C 09:30"


def test_legs_tell_stops_on_the_way_line_and_headsign() -> None:
    town = Town("""
        A 36.300 136.300
        B 36.345 136.300
        C 36.390 136.300
        t X daily | A 08:00 B 08:09/08:10 C 08:20
    """)
    (leg,) = town.plan("A", "C", "07:30").journeys[0].legs
    assert isinstance(leg, TransitLeg)
    (call,) = leg.intermediate
    assert (call.place.stop_id, clock(call.arrival_s), clock(call.departure_s)) == (
        "B",
        "08:09",
        "08:10",
    )
    assert (leg.route.agency_name, leg.headsign, leg.trip_id, leg.mode) == (
        "Test Lines",
        "C",
        "t",
        "BUS",
    )
    assert leg.geometry == ((136.3, 36.3), (136.3, 36.345), (136.3, 36.39))


def test_a_wait_over_night_is_no_journey() -> None:
    town = Town("""
        A 36.300 136.300
        B 36.345 136.300
        C 36.390 136.300
        x X daily | A 21:00 B 21:10
        y Y daily | B 06:00 C 06:10
    """)
    assert town.plan("A", "C", "20:30").journeys == ()


def test_straight_walks_are_noted() -> None:
    assert TOWN.plan("A", "B", "07:30").notes == ("straight_line_walks",)


def test_a_place_far_from_stops_but_inside_the_area_is_noted() -> None:
    lonely = Place("lonely", 36.300, 136.322)  # 2.0 km east, 2.6 km on foot
    assert "no_stop_near_origin" in TOWN.plan(lonely, "B", "07:30").notes


def test_a_place_outside_the_area_is_refused() -> None:
    with pytest.raises(OutsideAreaError) as caught:
        TOWN.plan(Place("sea", 36.3, 135.9), "B", "07:30")
    assert caught.value.code == "outside_area"


def test_a_day_without_a_calendar_is_refused_with_the_days_that_have_one() -> None:
    query = PlanQuery(TOWN.stop("A"), TOWN.stop("B"), instant("10:00", "2027-03-01"))
    with pytest.raises(NoServiceError) as caught:
        TOWN.planner.plan(query, None)
    assert caught.value.params["first_day"] == "2026-11-01"
    assert caught.value.params["last_day"] == "2026-12-31"


def test_the_last_night_bus_runs_after_the_last_day() -> None:
    query = PlanQuery(TOWN.stop("A"), TOWN.stop("B"), instant("00:05", "2027-01-01"))
    assert TOWN.planner.plan(query, None).journeys == ()


def test_the_same_place_is_refused() -> None:
    with pytest.raises(SamePlaceError):
        TOWN.plan("A", "A", "07:30")


def test_an_unknown_stop_is_refused() -> None:
    with pytest.raises(UnknownStopError, match="ghost"):
        TOWN.plan(Place("ghost", 36.3, 136.3, "ghost"), "B", "07:30")


@pytest.mark.parametrize("field", ["window_s", "max_walk_m", "walk_speed_mm_s", "max_transfers"])
def test_values_out_of_range_are_refused(field: str) -> None:
    with pytest.raises(InvalidQueryError, match=field):
        TOWN.query("A", "B", "07:30", **{field: -1})


def test_a_journey_has_legs() -> None:
    with pytest.raises(ValueError, match="at least one leg"):
        Journey(())
