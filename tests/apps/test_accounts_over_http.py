"""Accounts over HTTP: signing in, one's own data, and no way to anybody else's."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from apps.api import create_app
from apps.runtime import Runtime
from maas.accounts import Actor, Role
from maas.tables import Notice
from maas.tables.audit import entries

PASSWORD = "seven hubs, three springs"


@pytest.fixture
def api(runtime: Runtime) -> TestClient:
    """The API without a worker: mails stay where the test can read them."""
    return TestClient(create_app(runtime))


def token_in_mail(runtime: Runtime) -> str:
    with runtime.database.reading() as session:
        newest = session.exec(select(Notice).order_by(col(Notice.id).desc())).first()
        assert newest is not None
        found = re.search(r"#link=(\S+)", newest.body)
    assert found is not None
    return found[1]


def enter(api: TestClient, runtime: Runtime, email: str) -> dict[str, str]:
    """Sign in by a link; what a client sends along from then on."""
    assert api.post("/v1/login-links", json={"email": email}).json() == {"sent": True}
    answer = api.post("/v1/sessions", json={"link": token_in_mail(runtime)})
    assert answer.status_code == 201, answer.text
    api.cookies.clear()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def make(runtime: Runtime, email: str, role: Role) -> None:
    chief = Actor("service", frozenset({(runtime.city.id, Role.ADMINISTRATOR)}), runtime.city.id)
    with runtime.database.transaction() as session:
        runtime.accounts.invite(session, chief, runtime.city.id, email, role, runtime.clock())


def test_by_link_then_by_password_then_out(api: TestClient, runtime: Runtime) -> None:
    api.post("/v1/login-links", json={"email": "rider@example.jp", "language": "en"})
    answer = api.post("/v1/sessions", json={"link": token_in_mail(runtime)})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    account = api.get("/v1/account").json()  # the cookie suffices
    assert (account["email"], account["language"]) == ("rider@example.jp", "en")
    assert api.patch("/v1/account", json={"name": "Rider A"}).json()["name"] == "Rider A"
    assert api.put("/v1/account/password", json={"password": PASSWORD}).status_code == 204
    assert api.delete("/v1/sessions/current").status_code == 204
    assert api.get("/v1/account").status_code == 401

    wrong = api.post("/v1/sessions", json={"email": "rider@example.jp", "password": "no"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_failed")
    right = api.post("/v1/sessions", json={"email": "RIDER@example.jp", "password": PASSWORD})
    assert right.json()["account"]["name"] == "Rider A"
    log = api.get("/v1/account/audit").json()["entries"]
    assert [entry["action"] for entry in log] == [
        *("signed_in", "sign_in_failed", "signed_out", "password_set", "signed_in")
    ]


def test_nobody_learns_who_has_an_account(api: TestClient, runtime: Runtime) -> None:
    enter(api, runtime, "rider@example.jp")
    answers = [
        api.post("/v1/sessions", json={"email": email, "password": PASSWORD}).json()
        for email in ("rider@example.jp", "nobody@example.jp")
    ]
    assert answers[0] == answers[1]


def test_whoever_guesses_is_stopped(api: TestClient, runtime: Runtime) -> None:
    guess = {"email": "rider@example.jp", "password": "a guess at it"}
    codes = [api.post("/v1/sessions", json=guess).status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2
    links = {"email": "rider@example.jp"}
    assert [api.post("/v1/login-links", json=links).status_code for _ in range(4)][-1] == 429


def test_closing_an_account_erases_it(api: TestClient, runtime: Runtime) -> None:
    headers = enter(api, runtime, "rider@example.jp")
    assert api.delete("/v1/account", headers=headers).status_code == 204
    assert api.get("/v1/account", headers=headers).status_code == 401


def test_a_drivers_list_is_for_drivers_and_is_noted(api: TestClient, runtime: Runtime) -> None:
    make(runtime, "driver@example.jp", Role.DRIVER)
    make(runtime, "analyst@example.jp", Role.ANALYST)
    make(runtime, "chief@example.jp", Role.ADMINISTRATOR)
    book(api)
    path = "/v1/vehicles/1/stops?date=2026-11-24"
    assert api.get(path).status_code == 401
    rider = enter(api, runtime, "rider@example.jp")
    assert api.get(path, headers=rider).status_code == 403
    analyst = enter(api, runtime, "analyst@example.jp")
    assert api.get("/v1/vehicles", headers=analyst).status_code == 200
    assert api.get(path, headers=analyst).status_code == 403
    driver = enter(api, runtime, "driver@example.jp")
    for _ in range(3):
        assert api.get(path, headers=driver).json()["stops"]
    chief = enter(api, runtime, "chief@example.jp")
    log = api.get("/v1/audit", headers=chief).json()["entries"]
    reads = [entry for entry in log if entry["action"] == "read_person"]
    assert [(entry["purpose"], entry["subject"][:8]) for entry in reads] == [
        ("driving", "booking:")
    ]


def book(
    api: TestClient,
    key: str = "k",
    time: str = "10:00",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Book the first ride from the station to the bath."""
    wish = {"from": "station", "to": "bath", "depart": f"2026-11-24T{time}"}
    journeys = api.post("/v1/plans", json=wish).json()["journeys"]
    offer = next(journey["offer"] for journey in journeys if journey["bookable"])
    body = {"offer": offer, "rider": {"name": "Rider A"}} | more
    sent = {"Idempotency-Key": key} | (headers or {})
    answer = api.post("/v1/bookings", json=body, headers=sent)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_ones_own_bookings_page_by_page(api: TestClient, runtime: Runtime) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    other = enter(api, runtime, "other@example.jp")
    book(api, "guest", "09:30")
    made = [book(api, f"k{n}", f"1{n}:00", headers=rider)["id"] for n in range(3)]
    page = api.get("/v1/account/bookings", headers=rider).json()
    assert [one["id"] for one in page["bookings"]] == made[::-1]
    assert page["next"] is None
    rest = api.get(f"/v1/account/bookings?before={made[1]}", headers=rider).json()
    assert [one["id"] for one in rest["bookings"]] == made[:1]
    assert api.get("/v1/account/bookings", headers=other).json()["bookings"] == []


def test_a_call_taker_books_for_a_caller_and_finds_it_again(
    api: TestClient, runtime: Runtime
) -> None:
    make(runtime, "clerk@example.jp", Role.CALL_TAKER)
    clerk = enter(api, runtime, "clerk@example.jp")
    rider = enter(api, runtime, "rider@example.jp")
    caller = {"on_behalf": True, "rider": {"name": "Rider B", "phone": "0761-72-0000"}}
    made = book(api, "call", "10:00", headers=clerk, **caller)["id"]
    assert api.get("/v1/account/bookings", headers=clerk).json()["bookings"] == []

    asked = {"phone": "+81 761 72 0000", "purpose": "wants to cancel"}
    found = api.post("/v1/people/bookings", json=asked, headers=clerk).json()["bookings"]
    assert [one["id"] for one in found] == [made]
    nobody = api.post("/v1/people/bookings", json=asked | {"phone": "090"}, headers=clerk)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "invalid_request")
    assert api.post("/v1/people/bookings", json=asked, headers=rider).status_code == 403
    with runtime.database.reading() as session:
        read = entries(session, f"booking:{made}", None, 1)[0]
        assert (read.action, read.purpose) == ("read_person", "wants to cancel")

    wish = {"offer": "x", "on_behalf": True, "rider": {"name": "Rider B"}}
    for headers, status in (({}, 401), (rider, 403)):
        answer = api.post("/v1/bookings", json=wish, headers=headers | {"Idempotency-Key": "n"})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [{}, {"link": "x", "email": "a@b.jp"}, {"link": "x", "password": "y"}, {"email": "no address",
     "password": PASSWORD}],
)  # fmt: skip
def test_a_way_in_that_is_none(api: TestClient, body: dict[str, str]) -> None:
    answer = api.post("/v1/sessions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
