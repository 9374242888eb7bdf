"""Rides on demand: all the way, to a train, from a train; rules, refusals and connections."""

from dataclasses import replace

from gtfs.flex import BookingRule
from routing.journeys import Place, RideLeg
from routing.on_demand import Party
from tests.routing.towns import FakeDispatcher, Town, clock, flex_trip, instant

# P and Q are flexible stops in villages; S and T are stations with a flexible stop beside S.
STOPS = """
    P 36.200 136.300
    Q 36.250 136.300
    SF 36.3001 136.300
    S 36.300 136.300
    T 36.500 136.300
"""
TRAINS = """
    r1 R daily | S 09:00 T 09:30
    r2 R daily | S 10:00 T 10:30
    r3 R daily | S 11:00 T 11:30
    b1 R daily | T 09:00 S 09:30
    b2 R daily | T 10:00 S 10:30
    b3 R daily | T 15:00 S 15:30
"""
VAN = flex_trip(["P", "Q", "SF"])
TOWN = Town(STOPS + TRAINS, [VAN])
# A ride is promised for 5 min of window and 15 min at most; 10 + 15 over 2 are planned to a train.


def rides(town: Town, *args: str, port: FakeDispatcher, **more: object) -> list[str]:
    result = town.plan(*args, port, **more)  # type: ignore[arg-type]
    return [
        f"{clock(leg.departure_s)} {leg.origin.name}-{leg.destination.name} {clock(leg.arrival_s)}"
        for journey in result.journeys
        for leg in journey.rides
    ]


def codes(
    town: Town, *args: str, port: FakeDispatcher, **more: object
) -> list[tuple[str, dict[str, object]]]:
    result = town.plan(*args, port, **more)  # type: ignore[arg-type]
    return [(refusal.code, refusal.params) for refusal in result.refusals]


def test_a_ride_all_the_way_at_once() -> None:
    assert TOWN.texts("P", "Q", "09:00", FakeDispatcher()) == ["09:00 ride Q 09:20"]


def test_without_a_port_there_is_no_ride() -> None:
    assert TOWN.plan("P", "Q", "09:00").journeys == ()


def test_the_walks_around_a_ride() -> None:
    origin = Place("house", 36.2027, 136.300)  # 390 m, 326 s
    assert TOWN.texts(origin, "Q", "09:00", FakeDispatcher()) == [
        "09:00 walk P 09:05 09:05 ride Q 09:25"
    ]


def test_a_ride_to_a_train_leaves_time_to_change() -> None:
    port = FakeDispatcher()
    result = TOWN.plan("P", "T", "08:00", port)
    ride = result.journeys[0].legs[0]
    assert isinstance(ride, RideLeg)
    request = ride.promise.request
    # 14 m of walk are 12 s, the margin 120 s: 08:57:48 at the latest, so picked up from 08:40.
    assert request.latest_arrival_s == instant("08:57:48")
    assert clock(request.earliest_pickup_s) == "08:40"
    assert [clock(journey.departure_s) for journey in result.journeys] == ["08:40", "09:40"]


def test_a_ride_from_a_train_starts_two_minutes_after_it_at_the_earliest() -> None:
    port = FakeDispatcher()
    result = TOWN.plan("T", "P", "08:50", port, window_s=3600)
    assert [request.earliest_pickup_s for request in port.asked] == [instant("09:32:12")]
    assert [clock(j.arrival_s) for j in result.journeys] == ["09:52"]


def test_a_ride_from_a_train_waits_for_the_hours_of_the_service() -> None:
    town = Town(STOPS + "b R daily | T 06:30 S 07:00", [VAN])
    assert rides(town, "T", "P", "06:00", port=FakeDispatcher()) == ["08:00 SF-P 08:20"]


def test_no_ride_ends_after_the_hours_of_the_service() -> None:
    late = flex_trip(["P", "Q", "SF"], pickup_end_s=16 * 3600)
    town = Town(STOPS + TRAINS, [late])
    # Window and longest ride are 20 min; drop-offs end at 16:00.
    assert rides(town, "P", "Q", "15:40", port=FakeDispatcher()) == ["15:40 P-Q 16:00"]
    next_morning = ["08:00 P-Q 08:20"]
    assert rides(town, "P", "Q", "15:41", port=FakeDispatcher()) == next_morning


def test_booking_closes_to_the_minute() -> None:
    now = {"now_s": instant("08:31")}
    assert rides(TOWN, "P", "Q", "09:00", port=FakeDispatcher(), **now) == ["09:01 P-Q 09:21"]
    at_the_limit = {"now_s": instant("08:30")}
    assert rides(TOWN, "P", "Q", "09:00", port=FakeDispatcher(), **at_the_limit) == [
        "09:00 P-Q 09:20"
    ]


def test_too_late_to_book_for_an_arrival_is_told() -> None:
    more = {"arrive_by": True, "now_s": instant("08:45")}
    assert rides(TOWN, "P", "Q", "09:10", port=FakeDispatcher(), **more) == []
    assert codes(TOWN, "P", "Q", "09:10", port=FakeDispatcher(), **more) == [
        ("booking_closed", {"minutes": 30})
    ]


def test_the_day_before_rule() -> None:
    rule = BookingRule("before", 2, 0, None, 1, 17 * 3600)
    town = Town(STOPS + TRAINS, [flex_trip(["P", "Q"], booking_rule=rule)])
    in_time = {"now_s": instant("17:00", "2026-11-23")}
    too_late = {"now_s": instant("17:01", "2026-11-23")}
    assert rides(town, "P", "Q", "09:00", port=FakeDispatcher(), **in_time) == ["09:00 P-Q 09:20"]
    next_day = ["08:00 P-Q 08:20"]
    assert rides(town, "P", "Q", "09:00", port=FakeDispatcher(), **too_late) == next_day
    assert codes(town, "P", "Q", "09:00", port=FakeDispatcher(), **too_late)[0][0] == (
        "booking_closed"
    )


def test_booking_that_has_not_opened_yet_says_when_it_opens() -> None:
    rule = BookingRule("before", 2, 0, None, 1, 17 * 3600, prior_notice_start_day=7)
    town = Town(STOPS + TRAINS, [flex_trip(["P", "Q"], booking_rule=rule)])
    early = {"now_s": instant("23:59", "2026-11-16")}
    assert rides(town, "P", "Q", "09:00", port=FakeDispatcher(), **early) == []
    assert codes(town, "P", "Q", "09:00", port=FakeDispatcher(), **early) == [
        ("booking_not_open", {"opens_s": instant("00:00", "2026-11-17")})
    ]
    open_now = {"now_s": instant("00:00", "2026-11-17")}
    assert rides(town, "P", "Q", "09:00", port=FakeDispatcher(), **open_now) == ["09:00 P-Q 09:20"]


def test_a_ride_leg_tells_until_when_to_book() -> None:
    (journey,) = TOWN.plan("P", "Q", "09:00", FakeDispatcher()).journeys
    (ride,) = journey.rides
    assert clock(ride.booking_deadline_s) == "08:30"
    assert (ride.mode, journey.transfers) == ("ON_DEMAND", 0)


def test_outside_the_hours_is_told() -> None:
    assert codes(TOWN, "P", "Q", "18:00", port=FakeDispatcher()) == [
        ("outside_service_hours", {"start": "08:00", "end": "15:00"})
    ]


def test_a_day_without_the_service_is_told() -> None:
    town = Town(
        STOPS + TRAINS + "w W weekend | P 09:00 Q 09:10",
        [replace(VAN, service_id="weekend")],
        {
            "calendar": """
                service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
                daily,1,1,1,1,1,1,1,20261101,20261231
                weekend,0,0,0,0,0,1,1,20261101,20261231
            """
        },
    )
    assert codes(town, "P", "Q", "09:00", port=FakeDispatcher()) == [("no_service_today", {})]


def test_a_refused_ride_is_tried_at_the_pickup_that_the_refusal_names() -> None:
    port = FakeDispatcher(refuse_before_s=instant("09:40"), next_pickup_s=instant("09:40"))
    assert rides(TOWN, "P", "Q", "09:00", port=port) == ["09:40 P-Q 10:00"]
    assert codes(TOWN, "P", "Q", "09:00", port=port) == [("no_capacity", {})]


def test_a_refused_train_is_left_and_the_next_one_found() -> None:
    port = FakeDispatcher(refuse_before_s=instant("09:00"))
    result = TOWN.plan("P", "T", "08:00", port)
    assert [clock(journey.departure_s) for journey in result.journeys] == ["09:40"]
    assert [refusal.code for refusal in result.refusals] == ["no_capacity"]


def test_the_search_is_run_again_three_times_at_most() -> None:
    port = FakeDispatcher(refuse_before_s=instant("23:00"))
    TOWN.plan("P", "T", "08:00", port)
    assert 0 < len(port.asked) <= 32
    assert len(set(port.asked)) == len(port.asked)


def test_a_promise_that_misses_the_train_is_no_offer() -> None:
    port = FakeDispatcher(late_s=60)
    result = TOWN.plan("P", "T", "08:00", port)
    assert all(not journey.rides for journey in result.journeys)
    assert [refusal.code for refusal in result.refusals] == ["window_too_tight"]


def test_a_party_that_no_vehicle_takes_gets_no_ride() -> None:
    port = FakeDispatcher()
    assert rides(TOWN, "P", "Q", "09:00", port=port, party=Party(1, 1)) == []
    assert port.asked == []


def test_a_ride_is_not_offered_where_walking_is_as_fast() -> None:
    next_door = Place("next door", 36.2030, 136.300)
    assert TOWN.texts("P", next_door, "09:00", FakeDispatcher()) == ["09:00 walk next door 09:06"]


def test_arrive_by_takes_the_latest_ride() -> None:
    port = FakeDispatcher()
    assert rides(TOWN, "P", "Q", "12:00", port=port, arrive_by=True) == ["11:42 P-Q 12:00"]


def test_arrive_by_from_a_train_keeps_the_hour() -> None:
    port = FakeDispatcher()
    result = TOWN.plan("T", "P", "11:00", port, arrive_by=True)
    assert [clock(journey.departure_s) for journey in result.journeys] == ["09:00", "10:00"]
    assert all(journey.arrival_s <= instant("11:00") for journey in result.journeys)


def test_an_evening_service_runs_past_midnight() -> None:
    evening = flex_trip(
        ["P", "Q"],
        pickup_start_s=22 * 3600,
        pickup_end_s=25 * 3600,
        dropoff_start_s=22 * 3600,
        dropoff_end_s=26 * 3600,
    )
    town = Town(STOPS + TRAINS, [evening])
    now = {"now_s": instant("20:00", "2026-11-23")}
    assert rides(town, "P", "Q", "00:50", port=FakeDispatcher(), **now) == ["00:50 P-Q 01:10"]
    assert rides(town, "P", "Q", "01:30", port=FakeDispatcher(), **now) == ["22:00 P-Q 22:20"]


def test_a_zone_without_meeting_points_is_left_out() -> None:
    zones = flex_trip([], zones=({"type": "Polygon", "coordinates": []},))
    town = Town(STOPS + TRAINS, [zones])
    assert town.texts("S", "T", "08:30", FakeDispatcher()) == [
        "09:00 R T 09:30",
        "10:00 R T 10:30",
    ]


def test_at_most_one_ride_a_journey() -> None:
    result = TOWN.plan("P", "T", "08:00", FakeDispatcher())
    assert all(len(journey.rides) <= 1 for journey in result.journeys)
    assert all(isinstance(j.legs[0], RideLeg) for j in result.journeys)
