"""Why each journey is there: best in something, or better than each other one in something."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from maas.offers.choosing import Priced, without_dominated
from maas.offers.reasons import reasons_of
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


def test_the_best_is_named_once_and_nothing_where_all_are_equal() -> None:
    ways = [way(500, ride(100, 400)), way(200, walk(0, 100, 300), bus(200, 500))]
    assert reasons_of(ways, arrive_by=False) == [
        ["earliest", "quickest", "least_walking"],
        ["cheapest", "fewest_rides"],
    ]
    assert reasons_of([way(0, walk(0, 100, 90))], arrive_by=False) == [["earliest"]]
    assert reasons_of([], arrive_by=False) == []


def test_arriving_by_the_last_to_leave_is_named() -> None:
    ways = [way(200, bus(100, 500)), way(200, bus(300, 700))]
    assert reasons_of(ways, arrive_by=True) == [["earlier_arrival"], ["latest_departure"]]


def test_the_next_bus_leaves_later_and_the_one_between_does_both() -> None:
    ways = [way(200, bus(0, 500)), way(200, bus(300, 800)), way(200, bus(600, 1000))]
    assert reasons_of(ways, arrive_by=False) == [
        ["earliest"],
        ["later_departure", "earlier_arrival"],
        ["quickest"],
    ]


def test_most_reliable_has_the_widest_margin_at_its_weakest_connection() -> None:
    tight = way(200, bus(0, 100), bus(160, 400))
    wide = way(200, bus(50, 100), bus(400, 800))
    both = way(200, bus(60, 100), bus(200, 300), bus(900, 1000))
    found = reasons_of([tight, wide, both], arrive_by=False)
    assert ["most_reliable" in codes for codes in found] == [False, True, False]
    direct = way(900, bus(70, 1100))
    assert "most_reliable" in reasons_of([tight, wide, both, direct], arrive_by=False)[3]


def test_a_journey_better_than_no_other_one_is_another_way() -> None:
    twice = [way(200, bus(0, 500)), way(200, bus(0, 500))]
    assert reasons_of(twice, arrive_by=False) == [["earliest"], ["another_way"]]


JOURNEYS = st.lists(
    st.tuples(
        st.integers(0, 50), st.integers(1, 50), st.integers(0, 900) | st.none(), st.booleans()
    ).map(lambda w: way(w[2], *([walk(w[0], w[0], 80)] if w[3] else []), bus(w[0], w[0] + w[1]))),
    max_size=12,
)


@given(JOURNEYS, st.booleans())
def test_every_journey_has_a_reason(journeys: list[Priced], arrive_by: bool) -> None:
    assert all(reasons_of(journeys, arrive_by))
    known = without_dominated([(j, p or Price(0, "JPY", ())) for j, p in journeys])
    assert all("another_way" not in codes for codes in reasons_of(known, arrive_by))
