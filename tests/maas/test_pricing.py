"""The cheapest legal mix of singles and passes, by hand-counted examples."""

from datetime import date

import pytest

from maas.products import Catalogue, Fare, Pass, price_journey
from maas.products.service import half_fare
from routing.journeys import Journey, Place, RouteInfo, TransitLeg, WalkLeg

A, B = Place("a", 36.3, 136.3, "a"), Place("b", 36.3, 136.4, "b")


def leg(route_id: str) -> TransitLeg:
    route = RouteInfo(route_id, route_id, "", "", "", "", "BUS")
    return TransitLeg(A, B, 0, 600, route, f"{route_id}-1", "", date(2026, 11, 24), (), ())


def journey(*routes: str) -> Journey:
    return Journey((WalkLeg(A, A, 0, 0, 10, ()), *(leg(route) for route in routes)))


def fare(route_id: str, price: int, child: int | None = None) -> Fare:
    return Fare(f"single-{route_id}", {"en": route_id}, frozenset({route_id}), price, child)


def day_pass(price: int, *routes: str, child: int | None = None) -> Pass:
    return Pass("pass", {"en": "Day pass"}, frozenset(routes), 1, price, child)


def catalogue(*products: Fare | Pass) -> Catalogue:
    fares = tuple(product for product in products if isinstance(product, Fare))
    passes = tuple(product for product in products if isinstance(product, Pass))
    return Catalogue("JPY", fares, passes, (), ())


def price(book: Catalogue, way: Journey, adults: int = 1, children: int = 0) -> int | None:
    found = price_journey(book, way, adults, children)
    if found is not None:
        assert sum(line.amount_minor for line in found.lines) == found.amount_minor
    return None if found is None else found.amount_minor


@pytest.mark.parametrize(
    ("routes", "expected"),
    [(["red"], 300), (["red", "red"], 600), (["red", "red", "red"], 800), (["red", "blue"], 500)],
)
def test_a_pass_is_bought_when_it_is_cheaper(routes: list[str], expected: int) -> None:
    book = catalogue(fare("red", 300), fare("blue", 200), day_pass(800, "red"))
    assert price(book, journey(*routes)) == expected


def test_a_line_without_single_fare_needs_its_pass() -> None:
    assert price(catalogue(day_pass(1100, "loop")), journey("loop")) == 1100


def test_an_unknown_fare_makes_no_price() -> None:
    assert price(catalogue(fare("red", 300)), journey("red", "blue")) is None


def test_walking_costs_nothing() -> None:
    assert price(catalogue(), Journey((WalkLeg(A, B, 0, 600, 700, ()),))) == 0


def test_zero_is_a_price() -> None:
    assert price(catalogue(fare("free", 0)), journey("free")) == 0


@pytest.mark.parametrize(
    ("adults", "children", "expected"), [(2, 0, 600), (1, 1, 450), (0, 1, 150), (2, 3, 1050)]
)
def test_children_pay_half(adults: int, children: int, expected: int) -> None:
    assert price(catalogue(fare("red", 300)), journey("red"), adults, children) == expected


def test_a_stated_child_price_counts() -> None:
    assert price(catalogue(fare("red", 300, child=100)), journey("red"), 1, 1) == 400


@pytest.mark.parametrize(
    ("adult", "currency", "child"),
    [(500, "JPY", 250), (250, "JPY", 130), (210, "JPY", 110), (255, "EUR", 128), (0, "JPY", 0)],
)
def test_half_fares_round_up_as_carriers_do(adult: int, currency: str, child: int) -> None:
    assert half_fare(adult, currency) == child
