"""Carbon dioxide: published figures times length, beside the same way by car."""

from collections.abc import Callable

import pytest

from apps.runtime import Runtime
from maas.city.emissions import JAPAN_2022, read_emissions
from maas.offers import Heads, PlanRequest
from maas.offers.footprint import Footprint, length_m
from routing.journeys import Place


def test_the_figures_of_japan() -> None:
    assert (JAPAN_2022.car_g, JAPAN_2022.of_leg_g("BUS", 10_000)) == (128, 710)
    assert JAPAN_2022.of_leg_g("RAIL", 10_000) == JAPAN_2022.of_leg_g("SUBWAY", 10_000) == 200
    assert "国土交通省" in JAPAN_2022.source


def test_nothing_is_invented_where_no_figure_is_published() -> None:
    assert JAPAN_2022.of_leg_g("FERRY", 10_000) is None
    assert JAPAN_2022.of_leg_g("WALK", 10_000) == 0


def test_a_ride_counts_as_a_car_on_the_direct_way() -> None:
    assert JAPAN_2022.of_leg_g("ON_DEMAND", 1_000) == JAPAN_2022.car_g


def test_a_city_says_it_better() -> None:
    own = read_emissions({"source": "City, 2025", "car": 100, "bus": 50, "ferry": 90})
    assert own.of_leg_g("FERRY", 2_000) == 180
    assert own.of_leg_g("RAIL", 2_000) is None
    assert read_emissions(None) is JAPAN_2022


@pytest.mark.parametrize(
    "table",
    [
        {"car": 100},
        {"source": "City", "bus": 50},
        {"source": "City", "car": 1.5},
        {"source": "City", "car": True},
        {"source": "City", "car": -1},
        {"source": "City", "car": 100, "rocket": 9},
    ],
)
def test_figures_that_cannot_be_used_are_named(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="co2"):
        read_emissions(table)


def test_length_on_the_map() -> None:
    assert length_m(()) == length_m(((136.3, 36.3),)) == 0
    assert abs(length_m(((136.3, 36.0), (136.3, 36.1), (136.3, 36.2))) - 22_240) < 30


def test_every_journey_and_leg_says_it(open_town: Callable[..., Runtime]) -> None:
    town = open_town()
    here, there = (town.city.gazetteer.resolve(name, "ja") for name in ("station", "east"))
    request = PlanRequest(here, there, town.clock() + 3600, False, Heads())
    with town.database.reading() as session:
        document = town.desk.plan(session, request, town.clock())
    assert document["journeys"]
    car_g = Footprint(town.city, here, there).car_g
    assert car_g is not None
    for journey in document["journeys"]:
        assert journey["car_co2_g"] == car_g
        assert journey["co2_g"] == sum(leg["co2_g"] for leg in journey["legs"])
        assert (journey["weakest_connection"] is None) == (journey["transfers"] == 0)
        assert journey["reasons"]
    assert "国土交通省" in document["co2_source"]


def test_one_end_may_be_far_from_roads(open_town: Callable[..., Runtime]) -> None:
    town = open_town()
    here = town.city.gazetteer.resolve("station", "ja")
    assert Footprint(town.city, here, Place("", here.lat + 0.01, here.lon)).car_g != 0
