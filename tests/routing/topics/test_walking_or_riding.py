"""A walk all the way beats vehicles that save less than two minutes."""

from routing.journeys import Place
from tests.routing.towns import Town

# From A to B it is 964 s on foot, to the house half of it.
STOPS = """
    A 36.300 136.300
    B 36.308 136.300
    C 36.304 136.310
"""
HOUSE = Place("house", 36.304, 136.300)


def test_a_vehicle_that_is_hardly_faster_is_not_worth_it() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:05 B 08:19:05")
    assert town.texts("A", "B", "08:00", window_s=600) == ["08:00 walk B 08:16"]


def test_a_vehicle_that_saves_two_minutes_stands_beside_the_walk() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:05 B 08:19:04")
    assert town.texts("A", "B", "08:00", window_s=600) == [
        "08:00 walk B 08:16",
        "08:05 X B 08:19",
    ]


def test_the_walk_costs_nothing_and_stays_beside_a_faster_vehicle() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:14")
    assert town.texts("A", "B", "08:00", window_s=600) == [
        "08:00 X B 08:14",
        "08:00 walk B 08:16",
    ]


def test_a_fast_vehicle_may_be_waited_for() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:20 B 08:24")
    assert town.texts("A", "B", "08:00", window_s=1800) == [
        "08:00 walk B 08:16",
        "08:20 X B 08:24",
    ]


def test_a_long_way_is_not_walked() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:20 B 08:24")
    assert town.texts("A", "B", "08:00", max_walk_m=1155) == ["08:20 X B 08:24"]
    assert town.texts("A", "B", "08:00", max_walk_m=1156)[0] == "08:00 walk B 08:16"


def test_walks_at_both_ends_may_cost_more_than_the_way() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:10 B 08:11")
    assert town.texts("A", HOUSE, "08:00", window_s=1800) == ["08:00 walk house 08:08"]
