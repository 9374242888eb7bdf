"""A ride before and behind the lines, and a ride between two lines."""

from routing.journeys import RideLeg
from tests.routing.towns import FakeDispatcher, Town, clock, flex_trip, instant

# Villages P and Q, stations S and T 22 km apart; one van around S, another around T.
TWO_VANS = """
    P 36.200 136.300
    SF 36.3001 136.300
    S 36.300 136.300
    T 36.500 136.300
    TF 36.5001 136.300
    Q 36.600 136.300
    r1 R daily | S 09:00 T 09:30
    r2 R daily | S 10:00 T 10:30
"""
SOUTH = flex_trip(["P", "SF"], trip_id="south", route_id="south")
NORTH = flex_trip(["TF", "Q"], trip_id="north", route_id="north")

# Two lines that do not meet: A - B, and C - D; a van goes between B and C.
GAP = """
    A 36.200 136.300
    B 36.300 136.300
    BF 36.3001 136.300
    CF 36.4001 136.300
    C 36.400 136.300
    D 36.500 136.300
    a1 ab daily | A 08:30 B 08:50
    a2 ab daily | A 09:00 B 09:20
    a3 ab daily | A 09:20 B 09:40
    c1 cd daily | C 09:05 D 09:25
    c2 cd daily | C 10:00 D 10:20
    c3 cd daily | C 11:00 D 11:20
"""
BETWEEN = flex_trip(["BF", "CF"])


def test_a_ride_a_train_a_ride() -> None:
    town = Town(TWO_VANS, [SOUTH, NORTH])
    result = town.plan("P", "Q", "08:00", port := FakeDispatcher())
    first, second = result.journeys[0].rides
    # Off the train at 09:30, 12 s of walk and 2 min: the pickup is asked for from 09:32:12.
    assert first.promise.request.latest_arrival_s == instant("08:57:48")
    assert second.promise.request.earliest_pickup_s == instant("09:32:12")
    assert [clock(journey.departure_s) for journey in result.journeys] == ["08:40", "09:40"]
    assert [clock(journey.arrival_s) for journey in result.journeys] == ["09:52", "10:52"]
    assert all(journey.transfers == 2 for journey in result.journeys)
    assert len(port.asked) == 6  # each ride alone, and the second one beside the first


def test_no_second_ride_where_one_is_as_good() -> None:
    # The train goes on to the village.
    town = Town(TWO_VANS + "x X daily | S 09:00 Q 09:40", [SOUTH, NORTH])
    early = town.plan("P", "Q", "08:00", FakeDispatcher(), window_s=2400).journeys
    assert [len(journey.rides) for journey in early] == [1]


def test_a_second_ride_that_cannot_be_had_beside_the_first_is_no_offer() -> None:
    town = Town(TWO_VANS, [SOUTH, NORTH])
    result = town.plan("P", "Q", "08:00", port := FakeDispatcher(one_ride_only=True))
    assert result.journeys == ()
    assert len(port.asked) <= 32
    # Neither ride was refused alone.
    assert result.refusals == ()


def test_a_ride_between_two_lines() -> None:
    town = Town(GAP, [BETWEEN])
    (one,) = town.plan("A", "D", "08:00", port := FakeDispatcher(), window_s=3600).journeys
    assert [leg.mode for leg in one.legs if leg.mode != "WALK"] == ["BUS", "ON_DEMAND", "BUS"]
    # Off at 09:20, at the van from 09:22:12; it is at the stop by 09:57:48 at the latest.
    assert (clock(one.departure_s), clock(one.arrival_s)) == ("09:00", "10:20")
    (request,) = set(port.asked)
    assert request.earliest_pickup_s == instant("09:22:12")
    assert request.latest_arrival_s == instant("09:57:48")


def test_later_departures_have_a_middle_ride_too() -> None:
    town = Town(GAP, [BETWEEN])
    leaves = [clock(j.departure_s) for j in town.plan("A", "D", "08:00", FakeDispatcher()).journeys]
    # 09:20 leads to the bus of 11:00 and 09:00 to that of 10:00; 08:30 gets no earlier one.
    assert leaves == ["09:00", "09:20"]


def test_a_refused_middle_ride_is_searched_again() -> None:
    town = Town(GAP, [BETWEEN])
    port = FakeDispatcher(refuse_before_s=instant("09:30"), next_pickup_s=instant("09:30"))
    result = town.plan("A", "D", "08:00", port, window_s=3600)
    rides = [leg for journey in result.journeys for leg in journey.legs if isinstance(leg, RideLeg)]
    assert [clock(ride.departure_s) for ride in rides] == ["09:30"]
    assert [refusal.code for refusal in result.refusals] == ["no_capacity"]


def test_no_middle_ride_where_lines_meet() -> None:
    town = Town(GAP + "b1 bc daily | B 08:52 C 09:02", [BETWEEN])
    result = town.plan("A", "D", "08:00", port := FakeDispatcher(), window_s=2400)
    assert [len(journey.rides) for journey in result.journeys] == [0]
    assert port.asked == []


def test_a_middle_ride_needs_two_lines() -> None:
    town = Town(GAP, [BETWEEN])
    assert town.plan("A", "D", "08:00", FakeDispatcher(), max_transfers=0).journeys == ()


def test_arrive_by_with_a_middle_ride() -> None:
    town = Town(GAP, [BETWEEN])
    result = town.plan("A", "D", "10:30", FakeDispatcher(), arrive_by=True)
    assert [(clock(j.departure_s), clock(j.arrival_s)) for j in result.journeys] == [
        ("09:00", "10:20")
    ]


def test_arrive_by_with_two_rides() -> None:
    town = Town(TWO_VANS, [SOUTH, NORTH])
    result = town.plan("P", "Q", "10:00", FakeDispatcher(), arrive_by=True)
    assert [(clock(j.departure_s), clock(j.arrival_s)) for j in result.journeys] == [
        ("08:40", "09:52")
    ]
