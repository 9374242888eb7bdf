"""Lines in classes of price, and passes that riders have."""

import pytest

from gtfs.fares import FareTable
from maas.errors import InvalidRequestError
from maas.products import Bundle, Catalogue, line_prices, price_classes
from tests.maas.test_pricing import catalogue, day_pass, fare, journey, price_journey

LOOP = day_pass(1100, "loop", "sea")


def test_flat_fares_passes_and_unknown_lines() -> None:
    book = catalogue(fare("red", 300), fare("blue", 200), LOOP, day_pass(900, "red", "loop"))
    prices = line_prices(book, ["red", "blue", "loop", "sea", "new"])
    assert prices == {"red": 300, "blue": 200, "loop": 900, "sea": 1100}


def test_the_lowest_fare_of_a_feed() -> None:
    rules = {("red", "z1", "z2"): 250, ("red", "", ""): 400, ("network:n", "", ""): 180}
    table = FareTable("JPY", rules, (), {}, {"blue": ("network:n",)})
    everybody = FareTable("JPY", {("", "", ""): 150})
    dollars = FareTable("USD", {("", "", ""): 1})
    assert line_prices(Catalogue("JPY", (), (), (), (table, dollars)), ["red", "blue", "new"]) == {
        "red": 250,
        "blue": 180,
    }
    assert line_prices(Catalogue("JPY", (), (), (), (everybody,)), ["new"]) == {"new": 150}


def test_a_class_begins_at_twice_the_price_of_the_one_before() -> None:
    prices = {"bus": 200, "rail": 399, "express": 400, "loop": 1100, "limousine": 9000, "free": 0}
    assert price_classes(prices, ()) == {
        "free": 0, "bus": 1, "rail": 1, "express": 2, "loop": 3, "limousine": 3,
    }  # fmt: skip


def test_what_a_pass_covers_is_free_whatever_it_costs() -> None:
    assert price_classes({"bus": 200, "loop": 1100}, {"loop", "new"}) == {
        "bus": 1, "loop": 0, "new": 0,
    }  # fmt: skip


def test_a_pass_that_they_have_pays_and_says_so() -> None:
    book = catalogue(fare("red", 300), LOOP)
    paid = price_journey(book, journey("loop", "red"), 2, 1, (LOOP,))
    assert paid is not None
    assert (paid.amount_minor, paid.with_pass) == (2 * 300 + 150, True)
    assert paid.lines[0].label["en"] == "Day pass (yours)"
    bought = price_journey(book, journey("loop", "red"), 1, 0)
    assert bought is not None
    assert (bought.amount_minor, bought.with_pass) == (1400, False)


def test_passes_by_name_alone_or_in_a_bundle() -> None:
    parts = ({"kind": "pass", "id": "pass"}, {"kind": "bath"})
    bundle = Bundle("ticket", {"en": "Ticket"}, 1500, parts)
    book = Catalogue("JPY", (), (LOOP,), (bundle,), ())
    for ids in (["pass"], ["ticket"], ["ticket", "pass"]):
        assert book.owned(ids) == (LOOP,)
    assert book.owned([]) == ()
    with pytest.raises(InvalidRequestError, match="pass, ticket"):
        book.owned(["season"])
    with pytest.raises(InvalidRequestError, match="none in this city"):
        Catalogue("JPY", (), (), (), ()).owned(["pass"])
