"""Which journeys are shown: none beaten, no needless bus before a ride, not too many."""

from datetime import date

from maas.offers.choosing import (
    Priced,
    without_detours,
    without_dominated,
)
from maas.products import Price
from routing.journeys import Journey, Leg, Place, RideLeg, RouteInfo, TransitLeg, WalkLeg
from routing.on_demand import Party, RidePromise, RideRequest

A, B = Place("a", 36.3, 136.3, "a"), Place("b", 36.3, 136.4, "b")
BUS = RouteInfo("red", "Red", "", "", "", "", "BUS")
VAN = RouteInfo("van", "Van", "", "", "", "", "ON_DEMAND")


def bus(start: int, end: int) -> TransitLeg:
    return TransitLeg(A, B, start, end, BUS, "red-1", "", date(2026, 11, 24), (), ())


def ride(start: int, end: int) -> RideLeg:
    request = RideRequest("van", "a", "b", start, None, Party())
    promise = RidePromise(request, start, start + 600, end, start, end)
    return RideLeg(A, B, start, end, VAN, promise, start - 1800, ())


def walk(start: int, end: int, distance_m: int) -> WalkLeg:
    return WalkLeg(A, B, start, end, distance_m, ())


def way(price: int | None, *legs: Leg) -> Priced:
    return Journey(legs), None if price is None else Price(price, "JPY", ())


def test_a_journey_beaten_in_everything_is_dropped() -> None:
    good, bad = way(200, bus(100, 500)), way(300, bus(90, 600))
    assert without_dominated([bad, good]) == [good]


def test_of_equal_journeys_one_stays() -> None:
    assert len(without_dominated([way(200, bus(100, 500)), way(200, bus(100, 500))])) == 1


def test_a_cheaper_slower_one_stays() -> None:
    both = [way(500, ride(100, 400)), way(200, bus(100, 500))]
    assert without_dominated(both) == both


def test_an_unknown_price_is_not_compared() -> None:
    both = [way(200, bus(100, 500)), way(None, bus(90, 600))]
    assert without_dominated(both) == both


def test_no_bus_in_front_of_a_ride_that_does_it_alone() -> None:
    alone = way(500, ride(0, 1800))
    needless = way(700, bus(3600, 3700), ride(4000, 5600))
    assert without_detours([alone, needless]) == [alone]


def test_a_bus_that_makes_it_quicker_or_cheaper_stays() -> None:
    alone = way(500, ride(0, 1800))
    quicker = way(700, bus(3600, 3700), ride(4000, 5000))
    cheaper = way(400, bus(3600, 3700), ride(4000, 5600))
    assert without_detours([alone, quicker, cheaper]) == [alone, quicker, cheaper]


def test_without_a_ride_alone_nothing_is_needless() -> None:
    mixed = way(700, bus(3600, 3700), ride(4000, 5600))
    assert without_detours([mixed]) == [mixed]
