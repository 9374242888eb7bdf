"""The edges of time over HTTP: midnight, service past it, year's end, leap day, other offsets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import open_runtime
from maas.config import Settings
from tests.builders import FEED, toytown

NIGHT = {
    # A night bus of the evening's service day, and the first bus of the morning at midnight sharp.
    "calendar": FEED["calendar"],
    "trips": FEED["trips"] + "red,daily,red-night,west\nred,daily,red-midnight,west\n",
    "stop_times": FEED["stop_times"]
    + "red-night,25:10:00,25:10:00,station,1,,,,0,0,,\n"
    + "red-night,25:40:00,25:40:00,west,2,,,,0,0,,\n"
    + "red-midnight,00:00:00,00:00:00,station,1,,,,0,0,,\n"
    + "red-midnight,00:30:00,00:30:00,west,2,,,,0,0,,\n",
}

Opened = Callable[[str], TestClient]


@pytest.fixture
def at_time(tmp_path: Path) -> Iterator[Opened]:
    """Open the toy town, with its night buses, at a time of its own."""
    with ExitStack() as stack:

        def open_(now: str) -> TestClient:
            settings = Settings(
                city=toytown(tmp_path / "town", **NIGHT),
                data_dir=tmp_path / "var",
                database_url="",
                redis_url="",
                now=now,
            )
            return stack.enter_context(
                TestClient(create_app(stack.enter_context(open_runtime(settings))))
            )

        yield open_


def buses(client: TestClient, **wish: str) -> list[tuple[str, str, str]]:
    """Plan from station to west; give departure, arrival and service day of each bus."""
    answer = client.post("/v1/plans", json={"from": "station", "to": "west", **wish})
    assert answer.status_code == 200, answer.text
    legs: list[dict[str, Any]] = [
        leg for journey in answer.json()["journeys"] for leg in journey["legs"]
    ]
    return [
        (leg["departure"], leg["arrival"], leg["service_day"])
        for leg in legs
        if leg["mode"] == "BUS"
    ]


def test_a_bus_past_midnight_belongs_to_the_day_before(at_time: Opened) -> None:
    client = at_time("2026-11-24T22:00")
    night = ("2026-11-25T01:10:00+09:00", "2026-11-25T01:40:00+09:00", "2026-11-24")
    assert night in buses(client, depart="2026-11-25T00:50")
    assert night in buses(client, arrive="2026-11-25T01:45")


def test_midnight_is_a_time_like_any_other(at_time: Opened) -> None:
    client = at_time("2026-11-24T22:00")
    midnight = ("2026-11-25T00:00:00+09:00", "2026-11-25T00:30:00+09:00", "2026-11-25")
    assert midnight in buses(client, depart="2026-11-25T00:00")
    assert midnight in buses(client, depart="2026-11-24T23:50")


def test_the_year_ends_between_two_buses(at_time: Opened) -> None:
    client = at_time("2026-12-31T22:00")
    assert ("2027-01-01T00:00:00+09:00", "2027-01-01T00:30:00+09:00", "2027-01-01") in buses(
        client, depart="2026-12-31T23:45"
    )
    assert ("2027-01-01T01:10:00+09:00", "2027-01-01T01:40:00+09:00", "2026-12-31") in buses(
        client, depart="2027-01-01T01:00"
    )


def test_the_leap_day_is_served(at_time: Opened) -> None:
    client = at_time("2028-02-28T12:00")
    found = buses(client, depart="2028-02-29T10:00")
    assert ("2028-02-29T10:20:00+09:00", "2028-02-29T10:50:00+09:00", "2028-02-29") in found
    answer = client.post(
        "/v1/plans", json={"from": "station", "to": "west", "depart": "2027-02-29T10:00"}
    )
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize(
    "depart", ["2026-11-25T01:15:00Z", "2026-11-24T20:15:00-05:00", "2026-11-25 10:15+09:00"]
)
def test_a_time_with_an_offset_of_its_own(at_time: Opened, depart: str) -> None:
    client = at_time("2026-11-24T22:00")
    first = buses(client, depart=depart)[0]
    assert first[0] == "2026-11-25T10:20:00+09:00"


def test_a_ride_on_the_leap_day_is_on_that_days_list(at_time: Opened) -> None:
    client = at_time("2028-02-29T08:00")
    wish = {"from": "station", "to": "east", "depart": "2028-02-29T10:00"}
    journeys = client.post("/v1/plans", json=wish).json()["journeys"]
    offer = next(journey["offer"] for journey in journeys if journey["bookable"])
    booked = client.post(
        "/v1/bookings",
        json={"offer": offer, "rider": {"name": "Rider A"}},
        headers={"Idempotency-Key": "leap"},
    )
    assert booked.status_code == 201, booked.text
    window = booked.json()["rides"][0]["pickup_window"]
    assert window["earliest"] == "2028-02-29T10:00:00+09:00"
