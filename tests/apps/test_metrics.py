"""Figures for Prometheus: routes by their pattern, what waits, for staff alone."""

from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import Runtime
from tests.apps.test_accounts_over_http import book

STAFF = {"Authorization": "Bearer toy-staff-key"}


def figures(client: TestClient) -> dict[str, float]:
    text = client.get("/metrics", headers=STAFF).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_requests_and_what_waits_are_counted(runtime: Runtime) -> None:
    client = TestClient(create_app(runtime))
    assert client.get("/metrics").status_code == 401
    booking = book(client)
    client.get(f"/v1/bookings/{booking['id']}")
    client.get("/v1/bookings/none")
    client.get("/nowhere/at/all")
    client.post("/v1/login-links", json={"email": "rider@example.jp"})
    found = figures(client)
    counted = 'meguri_request_seconds_count{method="GET",route="%s",status="%s"}'
    assert found[counted % ("/v1/bookings/{booking_id}", 200)] == 1
    assert found[counted % ("/v1/bookings/{booking_id}", 404)] == 1
    assert found[counted % ("none", 404)] == 1
    assert found['meguri_bookings{state="confirmed"}'] == 1
    assert found["meguri_events_waiting"] >= 2
    assert found["meguri_mails_waiting"] == 1
    assert found["meguri_oldest_event_seconds"] >= 0
    text = client.get("/metrics", headers=STAFF).text
    assert booking["id"] not in text


def test_apps_in_one_process_count_apart(runtime: Runtime) -> None:
    one, other = TestClient(create_app(runtime)), TestClient(create_app(runtime))
    one.get("/v1/city")
    assert not [name for name in figures(other) if "/v1/city" in name]
