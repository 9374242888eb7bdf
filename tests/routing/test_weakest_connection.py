"""The change with the least margin: where, and how many seconds."""

from routing.journeys import WalkLeg
from tests.routing.towns import FakeDispatcher, Town, flex_trip

# B and B2 are 220 m: 289 m on foot, 241 s.
TOWN = Town("""
    A 36.300 136.300
    B 36.345 136.300
    B2 36.347 136.300
    C 36.390 136.300
    D 36.435 136.300
    x1 X daily | A 08:00 B 08:10
    y1 Y daily | B2 08:16 C 08:30
    z1 Z daily | C 08:33 D 08:50
    z2 Z daily | C 08:50 D 09:00
    d1 D daily | A 07:40 D 10:00
""")


def test_without_a_change_there_is_none() -> None:
    (direct,) = TOWN.plan("A", "D", "07:30", max_transfers=0).journeys
    assert direct.weakest_connection is None


def test_the_walk_of_the_change_counts() -> None:
    (journey,) = TOWN.plan("A", "C", "07:50").journeys
    weakest = journey.weakest_connection
    assert weakest is not None
    assert (weakest.at.stop_id, weakest.margin_s) == ("B2", 6 * 60 - 241)


def test_the_tightest_of_several_is_told() -> None:
    (journey,) = TOWN.plan("A", "D", "07:50").journeys
    weakest = journey.weakest_connection
    assert weakest is not None
    assert (weakest.at.stop_id, weakest.margin_s) == ("B2", 119)
    (later,) = TOWN.plan("B2", "D", "08:10").journeys
    assert later.weakest_connection is not None
    assert (later.weakest_connection.at.stop_id, later.weakest_connection.margin_s) == ("C", 180)


def test_of_a_ride_the_promise_counts() -> None:
    town = Town(
        """
        A 36.300 136.300
        B 36.345 136.300
        C 36.480 136.300
        x1 X daily | B 10:00 C 10:20
        """,
        [flex_trip(["A", "B"])],
    )
    journeys = town.plan("A", "C", "09:00", FakeDispatcher()).journeys
    (mixed,) = [journey for journey in journeys if journey.rides]
    (ride,) = mixed.rides
    weakest = mixed.weakest_connection
    assert weakest is not None
    walk_s = sum(x.arrival_s - x.departure_s for x in mixed.legs[1:] if isinstance(x, WalkLeg))
    assert weakest.at.stop_id == "B"
    assert weakest.margin_s == mixed.legs[-1].departure_s - ride.arrival_s - walk_s
    assert ride.arrival_s == ride.promise.arrival_latest_s
