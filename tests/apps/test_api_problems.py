"""Every refusal is a problem document that says what to do."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from apps.api.problems import Problem

GOOD = {"from": "station", "to": "east", "depart": "2026-11-24T10:00"}


def refused(client: TestClient, change: dict[str, Any]) -> Problem:
    """Ask for a plan that must be refused."""
    answer = client.post("/v1/plans", json=GOOD | change)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = Problem.model_validate(answer.json())
    assert problem.status == answer.status_code
    assert 400 <= problem.status < 500
    assert len(problem.detail) > 20
    return problem


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from": "stasion"}, "place_unknown"),
        ({"to": ""}, "place_unknown"),
        ({"from": "35.0,139.0"}, "outside_area"),
        ({"from": {"lat": 35.0, "lon": 139.0}}, "outside_area"),
        ({"from": {"lat": 135.0, "lon": 39.0}}, "invalid_request"),
        ({"from": {"lat": 36.3}}, "invalid_request"),
        ({"to": "station"}, "same_place"),
        ({"depart": "2026-11-20T10:00"}, "past_time"),
        ({"depart": "2030-01-01T10:00"}, "date_without_service"),
        ({"depart": "tomorrow"}, "invalid_request"),
        ({"depart": "2026-11-24"}, "invalid_request"),
        ({"depart": "2026-02-30T10:00"}, "invalid_request"),
        ({"arrive": "2026-11-24T11:00"}, "invalid_request"),
        ({"party": {"adults": 0}}, "invalid_request"),
        ({"party": {"adults": -1}}, "invalid_request"),
        ({"party": {"adults": 1, "wheelchairs": 2}}, "invalid_request"),
        ({"surprise": 1}, "invalid_request"),
        ({"language": "xx"}, "invalid_request"),
    ],
)
def test_a_wish_that_cannot_be_planned(
    client: TestClient, change: dict[str, Any], code: str
) -> None:
    assert refused(client, change).code == code


def test_near_names_are_suggested(client: TestClient) -> None:
    assert "station" in refused(client, {"from": "stasion"}).params["suggestions"]


def test_the_days_with_service_are_named(client: TestClient) -> None:
    problem = refused(client, {"depart": "2030-01-01T10:00"})
    assert "2029-03-31" in problem.detail


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/bookings/bkg_nothing", 404, "not_found"),
        ("POST", "/v1/bookings/bkg_nothing/cancel", 404, "not_found"),
        ("GET", "/v1/bookings/bkg_nothing/qr.svg", 404, "not_found"),
        ("GET", "/v1/bookings/bkg_nothing/events", 404, "not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/vehicles", 401, "staff_key_wrong"),
        ("GET", "/v1/vehicles?key=wrong", 401, "staff_key_wrong"),
        ("GET", "/v1/vehicles/1/stops", 401, "staff_key_wrong"),
        ("POST", "/v1/vehicles/1/stops/x/done", 401, "staff_key_wrong"),
        ("GET", "/v1/vehicles/9/stops?key=toy-staff-key", 404, "not_found"),
        ("POST", "/v1/vehicles/1/stops/x/done?key=toy-staff-key", 404, "not_found"),
        ("GET", "/v1/vehicles/1/stops?key=toy-staff-key&date=soon", 422, "invalid_request"),
        ("GET", "/v1/places?q=a&limit=0", 422, "invalid_request"),
        ("DELETE", "/v1/city", 405, "method_not_allowed"),
    ],
)
def test_other_refusals(client: TestClient, method: str, path: str, status: int, code: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"offer": "x", "rider": {"name": "A"}}, {}, 400, "idempotency_key_missing"),
        ({"offer": "x", "rider": {"name": "A"}}, {"Idempotency-Key": "k"}, 422, "offer_invalid"),
        ({"offer": "x", "rider": {"name": ""}}, {"Idempotency-Key": "k"}, 422, "invalid_request"),
        ({"rider": {"name": "A"}}, {"Idempotency-Key": "k"}, 422, "invalid_request"),
        ({"offer": "x"}, {"Idempotency-Key": "k"}, 422, "invalid_request"),
        ([], {"Idempotency-Key": "k"}, 422, "invalid_request"),
    ],
)
def test_bookings_that_cannot_be(
    client: TestClient, body: Any, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.post("/v1/bookings", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_broken_json_is_told(client: TestClient) -> None:
    answer = client.post("/v1/plans", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
