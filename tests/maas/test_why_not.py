"""What a rider expected and does not find: a line, a stop, a time, a ride; in both languages."""

from typing import Any

import pytest

from apps.runtime import Runtime
from maas.clock import local_instant
from maas.errors import InvalidRequestError, LineUnknownError
from maas.offers import Expected, Heads, PlanRequest
from maas.offers.words import _WHY_NOT, refusal_text, why_not_text
from tests.maas.conftest import Open


def instant(town: Runtime, clock: str) -> int:
    return local_instant(f"2026-11-24T{clock}", town.city.timezone)


def why(
    town: Runtime,
    *,
    line: str | None = None,
    stop: str | None = None,
    time: str | None = None,
    to: str = "west",
    depart: str = "10:00",
    heads: Heads = Heads(),
) -> dict[str, Any]:
    place = town.city.gazetteer.resolve
    request = PlanRequest(
        place("station", "en"), place(to, "en"), instant(town, depart), False, heads, "en"
    )
    expected = Expected(
        line,
        None if stop is None else place(stop, "en"),
        None if time is None else instant(town, time),
    )
    with town.database.reading() as session:
        return town.why_not.explain(session, request, expected, town.clock())


@pytest.fixture
def town(open_town: Open) -> Runtime:
    return open_town()


def test_booking_closed_so_many_minutes_ago(town: Runtime) -> None:
    # The van is booked half an hour before; it is nine.
    found = why(town, line="yoyaku", time="09:18", depart="09:00")
    assert (found["code"], found["params"]["ago_min"]) == ("booking_closed", 12)
    assert found["message"].endswith("closed 12 min ago, at 08:48.")
    assert why(town, line="yoyaku", time="09:30", depart="09:00")["code"] == "offered"


def test_a_stop_that_a_line_passes_and_one_that_none_does(town: Runtime) -> None:
    found = why(town, stop="school")
    assert (found["code"], found["line"]["id"]) == ("offered", "red")
    nobody = why(town, stop="bath")
    assert (nobody["code"], nobody["line"]) == ("no_line_at_stop", None)
    both = why(town, line="Red", stop="bath")
    assert both["code"] in ("offered", "stop_not_on_line")


def test_a_time(town: Runtime) -> None:
    assert why(town, time="10:20")["code"] == "offered"
    early = why(town, time="10:20", depart="10:23")
    assert (early["code"], early["params"]["short_s"]) == ("leaves_too_early", 180)
    assert "3 min before you can be there" in early["message"]
    assert "The next leaves at 12:20." in early["message"]


def test_a_name_that_is_nearly_right_brings_the_right_one(town: Runtime) -> None:
    with pytest.raises(LineUnknownError) as caught:
        why(town, line="Rad")
    assert caught.value.params["suggestions"][0] == "Red"


def test_something_must_have_been_expected(town: Runtime) -> None:
    with pytest.raises(InvalidRequestError, match="a line, a stop or a time"):
        why(town)


def test_no_vehicle_until(town: Runtime) -> None:
    found = why(town, line="yoyaku", to="east", heads=Heads(adults=2))
    assert found["code"] == "no_capacity"
    text = refusal_text("no_capacity", "en", "2026-11-24T10:40:00+09:00")
    assert text.endswith("A vehicle is free from 10:40 on.")
    assert refusal_text("no_capacity", "ja", "2026-11-24T10:40:00+09:00").endswith(
        "10:40からなら乗れる車があります。"
    )


def test_in_what_another_journey_is_better() -> None:
    at = {"departure": "2026-11-24T10:00", "arrival": "2026-11-24T10:30", "journey": 2}
    params = at | {"by_arrival_s": 600, "by_departure_s": 300}
    assert why_not_text("beaten", params, "Red", "en") == (
        "Journey 2 is better than Red leaving at 10:00 and arriving at 10:30: it arrives 10 min "
        "earlier and it leaves 5 min later."
    )
    assert why_not_text("beaten", params, "赤", "ja").endswith(
        "（10分早く着く、5分遅く出られる）。"
    )
    assert why_not_text("beaten", at, "Red", "en").endswith("10:30.")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", sorted(_WHY_NOT))
def test_every_reason_has_words(code: str, language: str) -> None:
    params = {
        "journey": 1, "stop": "hall", "distance_m": 900, "max_walk_m": 500, "short_s": 61,
        "departure": "2026-11-24T10:00", "arrival": "2026-11-24T10:30", "day": "2026-11-24",
        "next_day": "2026-11-25", "changes": 5, "most_changes": 4, "ago_min": 12,
        "deadline": "2026-11-24T09:30",
    }  # fmt: skip
    said = why_not_text(code, params, "Red", language)
    assert said
    assert "{" not in said
    assert said.isascii() == (language == "en")
