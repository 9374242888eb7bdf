"""From a wish to a completed ride, over HTTP."""

from typing import Any

from fastapi.testclient import TestClient

from apps.api import schemas
from tests.apps.conftest import STAFF_KEY

WISH = {"from": "station", "to": "east", "depart": "2026-11-24T10:00", "language": "en"}
STAFF = {"Authorization": f"Bearer {STAFF_KEY}"}


def offer(client: TestClient) -> dict[str, Any]:
    """Plan and take the first journey that can be booked."""
    answer = client.post("/v1/plans", json=WISH)
    assert answer.status_code == 200, answer.text
    schemas.Plan.model_validate(answer.json())
    return next(journey for journey in answer.json()["journeys"] if journey["bookable"])


def booked(client: TestClient, key: str = "k1") -> dict[str, Any]:
    """Book it."""
    answer = client.post(
        "/v1/bookings",
        json={"offer": offer(client)["offer"], "rider": {"name": "Rider A", "phone": "0761"}},
        headers={"Idempotency-Key": key},
    )
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_plan_book_ride(client: TestClient) -> None:
    booking = booked(client)
    assert booking["state"] == "confirmed"
    assert booking["price"] == {"amount_minor": 500, "currency": "JPY"}
    ride = booking["rides"][0]
    assert ride["vehicle"]["id"] == "1"
    assert ride["pickup_window"]["earliest"] == "2026-11-24T10:00:00+09:00"

    stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF).json()["stops"]
    assert [stop["kind"] for stop in stops] == ["pickup", "dropoff"]
    assert stops[0]["rider"] == {"name": "Rider A", "phone": "0761"}
    for stop in stops:
        answer = client.post(f"/v1/vehicles/1/stops/{stop['id']}/done", headers=STAFF)
        assert answer.status_code == 200, answer.text
    assert client.get(f"/v1/bookings/{booking['id']}").json()["state"] == "completed"


def test_the_ticket_is_a_qr_code(client: TestClient) -> None:
    booking = booked(client)
    answer = client.get(booking["ticket"]["qr_url"])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg")
    keys = client.get("/v1/ticket-keys").json()["keys"]
    assert [(key["kty"], key["crv"]) for key in keys] == [("OKP", "Ed25519")]


def test_the_code_beside_the_ticket_opens_the_door_once(client: TestClient) -> None:
    booking = booked(client)
    shown = client.get(f"/v1/bookings/{booking['id']}/codes").json()
    assert (shown["step_s"], len(shown["codes"])) == (30, 20)
    live = client.get(f"{booking['ticket']['qr_url']}?live=true")
    assert (live.status_code, live.headers["cache-control"]) == (200, "no-store")

    said = {"text": shown["codes"][0]["code"]}
    answers = [
        client.post("/v1/vehicles/1/tickets", json=said, headers=STAFF | {"Idempotency-Key": key})
        for key in ("once", "once", "again")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[0].json() == answers[1].json()  # an answer that was lost on the way
    assert answers[0].json()["booking_id"] == booking["id"]
    assert answers[2].json()["code"] == "ticket_used"
    assert client.post("/v1/vehicles/1/tickets", json=said).status_code == 401


def test_pages_of_journeys(client: TestClient) -> None:
    wish = {"from": "station", "to": "west", "depart": "2026-11-24T10:00", "language": "en"}

    def buses(page: str | None = None) -> tuple[list[str], dict[str, Any]]:
        answer = client.post("/v1/plans", json=wish | ({"page": page} if page else {}))
        assert answer.status_code == 200, answer.text
        document = answer.json()
        journeys = [j for j in document["journeys"] if "BUS" in [x["mode"] for x in j["legs"]]]
        return [journey["departure"][11:16] for journey in journeys], document

    first, document = buses()
    assert first == ["10:20"]
    second, document = buses(document["later"])
    assert second == ["12:20"]
    assert buses(document["earlier"])[0] == ["10:20"]


def test_by_way_of_another_place(client: TestClient) -> None:
    wish = WISH | {"to": "west", "via": [{"place": "hall", "stay_min": 60}]}
    answer = client.post("/v1/plans", json=wish)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    schemas.Plan.model_validate(document)
    assert document["via"][0]["place"]["stop_id"] == "hall"
    assert document["journeys"]
    for journey in document["journeys"]:
        assert journey["duration_s"] > 3600
    too_many = client.post("/v1/plans", json=wish | {"via": wish["via"] * 4})  # type: ignore[operator]
    assert too_many.status_code == 422


def test_a_page_that_nobody_named(client: TestClient) -> None:
    for page in ("later", "soon-1795482000", "later-", "later-٣", "earlier-" + "9" * 12):
        answer = client.post("/v1/plans", json=WISH | {"page": page})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), page
    past = client.post("/v1/plans", json=WISH | {"page": "earlier-1795478000"})
    assert past.json()["code"] == "past_time"


def test_cancelling_frees_the_list(client: TestClient) -> None:
    booking = booked(client)
    answer = client.post(f"/v1/bookings/{booking['id']}/cancel")
    assert answer.json()["state"] == "cancelled"
    stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF).json()["stops"]
    assert stops == []


def test_the_same_key_books_once(client: TestClient) -> None:
    body = {"offer": offer(client)["offer"], "rider": {"name": "Rider A"}}
    answers = [
        client.post("/v1/bookings", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_riders_do_not_see_phone_numbers(client: TestClient) -> None:
    booking = booked(client)
    assert "0761" not in client.get(f"/v1/bookings/{booking['id']}").text
