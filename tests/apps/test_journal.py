"""The log of a real server: JSON lines with the request's id, and nobody's data."""

import json
import logging
import signal
from pathlib import Path

from apps.journal import JsonLines
from tests.apps.servers import Server, plan_offer, running
from tests.apps.test_api_walk import STAFF, WISH
from tests.builders import toytown, vehicle

NAME, PHONE, MAIL = "Momoko Sakura", "0761-72-1234", "momoko@example.org"


def test_every_request_is_told_and_nobody_is_named(tmp_path: Path) -> None:
    town = toytown(tmp_path / "town", vehicle(seats=60))
    settings = {"MAAS_CITY": str(town), "MAAS_DATA_DIR": str(tmp_path / "var")}
    server = Server(settings | {"MAAS_LOG_LEVEL": "info"})
    with running(server), server.client() as client:
        offer = plan_offer(client, WISH)
        body = {"offer": offer, "rider": {"name": NAME, "phone": PHONE}}
        named = {"Idempotency-Key": "k", "X-Request-Id": "proxy-0001"}
        booked = client.post("/v1/bookings", json=body, headers=named)
        assert booked.status_code == 201
        assert booked.headers["X-Request-Id"] == "proxy-0001"
        again = client.post("/v1/bookings", json=body, headers={"X-Request-Id": "x\ty"})
        assert again.status_code == 400
        assert len(again.headers["X-Request-Id"]) == 32  # what is none is not taken over
        booking_id = booked.json()["id"]
        client.get(f"/v1/bookings/{booking_id}?name={NAME}")
        client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF)
        client.post("/v1/sign-in/link", json={"email": MAIL})
        client.get(f"/{PHONE}")
        server.process.send_signal(signal.SIGTERM)
        _, _, err = server.end()
    lines = [json.loads(line) for line in err.splitlines()]
    told = {line["request"]: line for line in lines if line["message"] == "answered"}
    assert told["proxy-0001"]["route"] == "/v1/bookings"
    assert told["proxy-0001"]["status"] == 201
    assert told["proxy-0001"]["ms"] > 0
    assert {"/v1/plans", "/v1/bookings/{booking_id}"} <= {line["route"] for line in told.values()}
    for secret in (NAME, "Momoko", PHONE, "0761", MAIL, booking_id, offer[:40], STAFF_SECRET):
        assert secret not in err


STAFF_SECRET = STAFF["Authorization"].removeprefix("Bearer ")


def test_of_an_error_only_the_first_line_and_the_places_are_told() -> None:
    try:
        raise ValueError(f"a row is wrong\nDETAIL: Failing row contains ({NAME})")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
        record = logging.LogRecord("meguri", logging.ERROR, "", 0, f"bad\n{PHONE}", None, told)
    line = JsonLines().format(record)
    document = json.loads(line)
    assert "\n" not in line
    assert document["message"] == "bad"
    assert document["error"] == "ValueError: a row is wrong"
    assert "test_journal.py" in document["raised_at"][-1]
    assert not [secret for secret in (NAME, PHONE) if secret in line]
