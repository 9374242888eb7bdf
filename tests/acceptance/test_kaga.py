"""What the embedded city must answer: 加賀温泉駅 to 菊の湯 on a Tuesday at ten."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from apps.api import schemas
from apps.runtime import Runtime
from maas.city.drawing import draw_city
from maas.config import default_city
from maas.errors import MaasError
from maas.offers import Heads, PlanRequest
from tests.builders import at


def ask(
    kaga: Runtime,
    origin: str = "加賀温泉駅",
    destination: str = "菊の湯",
    time: str = "2026-11-24 10:00",
    *,
    arrive_by: bool = False,
    language: str = "ja",
    **heads: int,
) -> dict[str, Any]:
    """Plan in Kaga."""
    find = kaga.city.gazetteer.resolve
    request = PlanRequest(
        find(origin, language),
        find(destination, language),
        at(time),
        arrive_by,
        Heads(**heads),
        language,
    )
    with kaga.database.reading() as session:
        plan = kaga.desk.plan(session, request, kaga.clock())
    schemas.Plan.model_validate(plan)
    return plan


def modes(journey: dict[str, Any]) -> set[str]:
    """Name the modes of a journey."""
    return {leg["mode"] for leg in journey["legs"]}


def test_by_bus_and_on_demand_with_prices_and_promises(kaga: Runtime) -> None:
    journeys = ask(kaga)["journeys"]
    assert any("BUS" in modes(journey) for journey in journeys)
    rides = [leg for journey in journeys for leg in journey["legs"] if leg["mode"] == "ON_DEMAND"]
    assert rides
    for leg in rides:
        window = leg["pickup_window"]
        assert window["earliest"] < window["latest"] <= leg["arrival_latest"]
        assert leg["booking_deadline"] < window["earliest"]
    for journey in journeys:
        assert journey["price"]["currency"] == "JPY"
        assert journey["price"]["amount_minor"] == sum(
            line["amount_minor"] for line in journey["price"]["lines"]
        )


def test_no_word_of_services_that_sleep_while_others_offer_a_ride(kaga: Runtime) -> None:
    assert ask(kaga)["refusals"] == []


def test_legs_join_in_time_and_space(kaga: Runtime) -> None:
    for journey in ask(kaga)["journeys"]:
        legs = journey["legs"]
        assert journey["departure"] == legs[0]["departure"]
        assert journey["arrival"] == legs[-1]["arrival"]
        for leg in legs:
            assert leg["departure"] <= leg["arrival"]
            assert len(leg["geometry"]["coordinates"]) >= 2
        for before, after in pairwise(legs):
            assert before["arrival"] <= after["departure"]
            assert before["to"]["name"] == after["from"]["name"]


def test_sorted_and_none_dominated(kaga: Runtime) -> None:
    journeys = ask(kaga)["journeys"]
    assert [journey["arrival"] for journey in journeys] == sorted(
        journey["arrival"] for journey in journeys
    )

    def figures(journey: dict[str, Any]) -> tuple[float, float, int, int]:
        leaves = datetime.fromisoformat(journey["departure"]).timestamp()
        arrives = datetime.fromisoformat(journey["arrival"]).timestamp()
        return -leaves, arrives, journey["transfers"], journey["price"]["amount_minor"]

    for one in journeys:
        for other in journeys:
            if one is not other:
                pairs = zip(figures(one), figures(other), strict=True)
                assert not all(a <= b for a, b in pairs), (one, other)


def test_the_known_thirteen_minutes_by_bus(kaga: Runtime) -> None:
    plan = ask(kaga, "加賀温泉駅", "hk-yamashiro-onsen" if kaga.city.stop("hk-yamashiro-onsen")
               else "山代温泉")  # fmt: skip
    buses = [leg for journey in plan["journeys"] for leg in journey["legs"] if leg["mode"] == "BUS"]
    assert any(12 * 60 <= leg["duration_s"] <= 14 * 60 for leg in buses)


def test_by_train_too(kaga: Runtime) -> None:
    journeys = ask(kaga, "大聖寺駅", "動橋駅")["journeys"]
    assert any("RAIL" in modes(journey) for journey in journeys)


def test_arriving_by_a_time(kaga: Runtime) -> None:
    journeys = ask(kaga, time="2026-11-24 12:00", arrive_by=True)["journeys"]
    assert journeys
    assert all(journey["arrival"] <= "2026-11-24T12:00:00+09:00" for journey in journeys)


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        ("2026-11-24 23:30", "2026-11-25T05:53:00+09:00"),
        ("2026-12-31 23:30", "2027-01-01T05:53:00+09:00"),
        ("2028-02-28 23:30", "2028-02-29T05:53:00+09:00"),
    ],
)
def test_at_night_the_first_train_of_the_morning(kaga: Runtime, evening: str, morning: str) -> None:
    plan = ask(kaga, "大聖寺駅", "加賀温泉駅", evening)
    assert plan["journeys"][0]["departure"] == morning
    assert "widened" in {note["code"] for note in plan["notes"]}


def test_english(kaga: Runtime) -> None:
    plan = ask(kaga, "Kaga-Onsen Station", "Kikunoyu", language="en")
    names = [leg["from"]["name"] + leg["to"]["name"] for j in plan["journeys"] for leg in j["legs"]]
    assert all(name.isascii() for name in names), names


def test_a_wheelchair_goes_by_the_van_that_has_a_place(kaga: Runtime) -> None:
    plan = ask(kaga, adults=1, wheelchairs=1)
    assert any("ON_DEMAND" in modes(journey) for journey in plan["journeys"])
    too_many = ask(kaga, adults=3, wheelchairs=3)
    assert not any("ON_DEMAND" in modes(journey) for journey in too_many["journeys"])
    assert "no_wheelchair_place" in {refusal["code"] for refusal in too_many["refusals"]}


def test_booking_closes_half_an_hour_before(kaga: Runtime) -> None:
    plan = ask(kaga, time="2026-11-20 09:00")
    pickups = [
        leg["pickup_window"]["earliest"]
        for journey in plan["journeys"]
        for leg in journey["legs"]
        if leg["mode"] == "ON_DEMAND"
    ]
    assert pickups
    assert min(pickups) >= "2026-11-20T09:30:00+09:00"


@pytest.mark.parametrize(
    ("wish", "code", "says"),
    [
        (("加賀温センえき", "菊の湯", "2026-11-24 10:00"), "place_unknown", "加賀温泉駅"),
        (("加賀温泉駅", "菊の湯", "2035-11-24 10:00"), "date_without_service", "2029-03-31"),
        (("加賀温泉駅", "35.68,139.77", "2026-11-24 10:00"), "outside_area", "lat"),
        (("加賀温泉駅", "菊の湯", "2026-11-19 10:00"), "past_time", "over"),
        (("加賀温泉駅", "加賀温泉駅", "2026-11-24 10:00"), "same_place", ""),
    ],
)
def test_what_cannot_be_planned_is_told(
    kaga: Runtime, wish: tuple[str, str, str], code: str, says: str
) -> None:
    with pytest.raises(MaasError) as caught:
        ask(kaga, *wish)
    assert caught.value.code == code
    assert says in caught.value.message


def test_the_map_has_every_layer(kaga: Runtime) -> None:
    layers = {feature["properties"]["layer"] for feature in draw_city(kaga.city)["features"]}
    assert layers == {"road", "rail", "line", "stop", "place"}


def test_the_embedded_city_is_found() -> None:
    assert (Path(default_city()) / "city.toml").is_file()
