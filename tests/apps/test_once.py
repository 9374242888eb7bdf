"""Idempotency keys over HTTP: every write, done once, answered alike; another body is refused."""

from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import Runtime
from tests.apps.conftest import STAFF_KEY
from tests.apps.test_api_walk import STAFF, WISH, booked, offer

QUERIES = {
    *("/v1/plans", "/v1/why-not", "/v1/bookings/{booking_id}/change-offers"),
    *("/v1/people/find", "/v1/people/bookings"),
}
"""They take a body and change nothing."""

SIGNING_IN = (
    *("/v1/sessions", "/v1/account/sessions", "/v1/account/identities", "/v1/account/passkeys"),
    *("/v1/login-links", "/v1/identity-providers", "/v1/passkey-challenges"),
    "/v1/account/passkey-options",
)
"""Ways in and out: their answers are secrets, or they do the same however often they are sent."""


def writes() -> list[tuple[str, str, dict[str, Any]]]:
    paths = create_app(cast(Runtime, None)).openapi()["paths"]
    return [
        (method, path, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method != "get" and path not in QUERIES and not path.startswith(SIGNING_IN)
    ]


@pytest.mark.parametrize(("method", "path", "operation"), writes())
def test_every_write_takes_a_key(method: str, path: str, operation: dict[str, Any]) -> None:
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    assert "idempotency-key" in names, f"{method} {path}"
    assert "idempotency_key_reused" in operation["responses"]["422"]["description"]


def test_the_same_answer_even_when_the_world_has_moved_on(client: TestClient) -> None:
    body = {"offer": offer(client)["offer"], "rider": {"name": "Rider A"}}
    key = {"Idempotency-Key": "k"}
    first = client.post("/v1/bookings", json=body, headers=key)
    client.post(f"/v1/bookings/{first.json()['id']}/cancel")
    again = client.post("/v1/bookings", json=body, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


def test_another_body_or_address_is_refused(client: TestClient) -> None:
    booking = booked(client, "k")
    key = {"Idempotency-Key": "k"}
    body = {"offer": offer(client)["offer"], "rider": {"name": "Rider B"}}
    for answer in (
        client.post("/v1/bookings", json=body, headers=key),
        client.post(f"/v1/bookings/{booking['id']}/cancel", headers=key),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert client.get(f"/v1/bookings/{booking['id']}").json()["state"] == "confirmed"


def test_what_was_refused_may_be_tried_again_with_its_key(client: TestClient) -> None:
    booking = booked(client)
    path, key = f"/v1/bookings/{booking['id']}/cancel", {"Idempotency-Key": "c"}
    refused = client.post(f"{path}?fee_minor=7", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "cost_changed")
    assert refused.json()["params"]["fee_minor"] == 0
    assert client.post(path, headers=key).json()["state"] == "cancelled"


def test_a_drivers_report_is_taken_once(client: TestClient) -> None:
    booked(client)
    stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF).json()["stops"]
    path = f"/v1/vehicles/1/stops/{stops[0]['id']}/done"
    answers = [client.post(path, headers=STAFF | {"Idempotency-Key": "d"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"


def test_keys_of_people_signed_in_are_their_own(client: TestClient) -> None:
    path, key = "/v1/vehicles/1/back", {"Idempotency-Key": "k"}
    booked(client, "k")
    answer = client.post(path, headers=STAFF | key)
    assert answer.status_code == 200, answer.text
    assert STAFF_KEY not in answer.text


def test_there_and_back_and_a_note(client: TestClient) -> None:
    back = client.post(
        "/v1/plans", json=WISH | {"from": "east", "to": "station", "depart": "2026-11-24T14:00"}
    ).json()["journeys"][0]
    assert back["bookable"]
    answer = client.post(
        "/v1/bookings",
        json={
            "offer": offer(client)["offer"],
            "return_offer": back["offer"],
            "rider": {"name": "Rider A"},
            "note": "rings the bell twice",
        },
        headers={"Idempotency-Key": "two"},
    )
    assert answer.status_code == 201, answer.text
    there = answer.json()
    assert there["other_way"]["direction"] == "return"
    back_doc = client.get(f"/v1/bookings/{there['other_way']['id']}").json()
    assert back_doc["other_way"] == {
        "id": there["id"],
        "direction": "outbound",
        "state": "confirmed",
        "departure": there["journey"]["departure"],
        "url": f"/bookings/{there['id']}",
    }
    assert "bell" not in answer.text
    stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF).json()["stops"]
    assert {stop["note"] for stop in stops} == {"rings the bell twice"}
    cost = client.get(f"/v1/bookings/{there['id']}/cancellation?language=en").json()
    assert [one["code"] for one in cost["consequences"]] == [
        *("seats_given_back", "free_of_charge", "other_way_stays")
    ]


def test_a_way_back_that_is_gone_leaves_no_way_there(client: TestClient) -> None:
    there, back = (
        client.post("/v1/plans", json=WISH | wish).json()["journeys"][0]
        for wish in ({}, {"from": "east", "to": "station", "depart": "2026-11-24T14:00"})
    )
    taken = client.post(
        "/v1/bookings",
        json={"offer": back["offer"], "rider": {"name": "Rider B"}},
        headers={"Idempotency-Key": "b"},
    )
    assert taken.status_code == 201
    body = {"offer": there["offer"], "return_offer": back["offer"], "rider": {"name": "Rider A"}}
    answer = client.post("/v1/bookings", json=body, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ride_gone")
    assert answer.json()["params"]["way"] == "return"
    stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF).json()["stops"]
    assert {stop["rider"]["name"] for stop in stops} == {"Rider B"}
    early = client.post(
        "/v1/bookings",
        json=body | {"offer": back["offer"], "return_offer": there["offer"]},
        headers={"Idempotency-Key": "c"},
    )
    assert (early.status_code, early.json()["params"]["field"]) == (422, "return_offer")


def test_changing_shows_the_cost_and_then_changes(client: TestClient) -> None:
    booking = booked(client)
    path = f"/v1/bookings/{booking['id']}"
    shown = client.post(f"{path}/change-offers", json={"depart": "2026-11-24T11:00"})
    assert shown.status_code == 200, shown.text
    journey = next(one for one in shown.json()["journeys"] if one["bookable"])
    assert journey["change"]["difference"] == {"amount_minor": 0, "currency": "JPY"}
    assert shown.json()["cost"]["fee"]["amount_minor"] == 0
    body = {"offer": journey["offer"], "fee_minor": 0}
    missing = client.post(f"{path}/change", json=body)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    changed = client.post(f"{path}/change", json=body, headers={"Idempotency-Key": "ch"})
    assert changed.status_code == 200, changed.text
    (ride,) = changed.json()["rides"]
    assert ride["pickup_window"]["earliest"] == "2026-11-24T11:00:00+09:00"
    assert changed.json()["id"] == booking["id"]


def test_child_seats_and_luggage_are_asked_for_and_refused_where_there_are_none(
    client: TestClient,
) -> None:
    party = {"adults": 0, "children": 1, "child_seats": 1, "luggage": 2}
    plan = client.post("/v1/plans", json=WISH | {"party": party}).json()
    assert [journey for journey in plan["journeys"] if journey["bookable"]] == []
    assert "no_child_seat" in {refusal["code"] for refusal in plan["refusals"]}
    many = client.post("/v1/plans", json=WISH | {"party": party | {"child_seats": 2}})
    assert (many.status_code, many.json()["params"]["field"]) == (422, "child_seats")


def test_a_ride_comes_back_every_week(client: TestClient) -> None:
    booking = booked(client)
    path = f"/v1/bookings/{booking['id']}/series"
    body = {"weekdays": [1], "until": "2026-12-15", "except_on": ["2026-12-08"]}
    answers = [client.post(path, json=body, headers={"Idempotency-Key": "s"}) for _ in range(2)]
    assert answers[0].status_code == 201, answers[0].text
    assert answers[0].json() == answers[1].json()
    series = answers[0].json()
    assert [(day["day"], day["state"]) for day in series["days"]] == [
        *(("2026-11-24", "booked"), ("2026-12-01", "planned"), ("2026-12-15", "planned"))
    ]
    one = f"/v1/series/{series['id']}"
    skipped = client.post(f"{one}/skip", json={"day": "2026-12-01"}).json()
    assert skipped["days"][1] == {
        "day": "2026-12-01",
        "state": "skipped",
        "booking_id": None,
        "code": None,
    }
    cost = client.get(f"{one}/cancellation?language=en").json()
    assert cost["fee"] == {"amount_minor": 0, "currency": "JPY"}
    assert client.post(f"{one}/cancel?fee_minor=0").json()["state"] == "ended"
    assert client.get(one).json()["state"] == "ended"
    assert client.get(f"/v1/bookings/{booking['id']}").json()["state"] == "cancelled"
    assert client.get("/v1/series/ser_none").json()["code"] == "not_found"
