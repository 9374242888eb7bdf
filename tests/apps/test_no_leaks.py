"""Every route, as everybody, with somebody else's identifiers: who may not, reads nothing.

Somebody has an account, a verified attribute, a place among the staff, and a booked ride. Everybody
else then asks for all of it: a stranger, a rider, staff of every role of the city and of another
organisation, and whoever has the staff key. The routes are those of the OpenAPI document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from apps.api import create_app
from apps.runtime import Runtime
from maas.accounts import Actor, Attribute, Role
from maas.tables import LinkedIdentity, LoginSession, Membership, Passkey, VerifiedAttribute
from tests.apps.doors import EVERYBODY, RULES, Rule
from tests.apps.test_accounts_over_http import book, enter

ELSEWHERE = "town"
"""The agency that drives the bus: staff of it are none of the city's."""

EMAIL, NAME, PHONE = "owner@example.jp", "Rider Q", "0761-72-0009"
CLOSED = {"not_signed_in", "staff_key_wrong", "forbidden"}


@pytest.fixture
def api(runtime: Runtime) -> Iterator[TestClient]:
    """The API; streams end at once."""
    app = create_app(runtime)
    with TestClient(app, raise_server_exceptions=False) as opened:
        app.state.stopping.set()
        yield opened


def join(runtime: Runtime, email: str, role: Role, organisation: str) -> None:
    """Make somebody staff of an organisation."""
    chief = Actor("service", frozenset({(runtime.city.id, Role.ADMINISTRATOR)}), runtime.city.id)
    with runtime.database.transaction() as session:
        runtime.accounts.invite(session, chief, organisation, email, role, runtime.clock())


@pytest.fixture
def owned(api: TestClient, runtime: Runtime) -> dict[str, str]:
    """Everything that somebody has, by the name of the parameter that asks for it."""
    join(runtime, EMAIL, Role.DRIVER, runtime.city.id)
    owner = enter(api, runtime, EMAIL)
    account = api.patch("/v1/account", json={"name": NAME, "phone": PHONE}, headers=owner).json()
    clerk = Actor("clerk", frozenset({(runtime.city.id, Role.OPERATOR)}), runtime.city.id)
    with runtime.database.transaction() as session:
        runtime.accounts.verify(
            session, clerk, account["id"], Attribute.SENIOR, "a card", None, runtime.clock()
        )
        linked = LinkedIdentity(
            id="idn_1", account_id=account["id"], provider="none", subject_mark="m", since_s=0,
            used_s=0,
        )  # fmt: skip
        session.add(linked)
        passkey = Passkey(
            id="psk_1", account_id=account["id"], credential_mark="m", credential="AAAA",
            public_key="AAAA", sign_count=0, name="x", created_s=0,
        )  # fmt: skip
        session.add(passkey)
    rider = {"name": NAME, "phone": PHONE}
    booking = book(api, "owned", "10:00", headers=owner, rider=rider)
    staff = {"Authorization": f"Bearer {runtime.keys.staff}"}
    stops = api.get("/v1/vehicles/1/stops?date=2026-11-24", headers=staff).json()["stops"]
    with runtime.database.reading() as session:
        attribute = session.exec(select(VerifiedAttribute)).one()
        member = session.exec(select(Membership)).one()
        return {
            "account_id": account["id"],
            "attribute_id": attribute.id,
            "booking_id": booking["id"],
            "city_id": runtime.city.id,
            "email": EMAIL,
            "identity_id": "idn_1",
            "member_id": member.id,
            "organisation_id": runtime.city.id,
            "passkey_id": "psk_1",
            "phone": PHONE,
            "provider_id": "none",
            "session_id": session.exec(select(LoginSession)).one().id,
            "series_id": "none",
            "stop_id": stops[0]["id"],
            "vehicle_id": "1",
        }


def come(who: str, api: TestClient, runtime: Runtime) -> dict[str, str]:
    """Sign in as somebody; what is sent along from then on."""
    if who == "stranger":
        return {}
    if who == "key":
        return {"Authorization": f"Bearer {runtime.keys.staff}"}
    if who != "rider":
        elsewhere, _, role = who.rpartition(":")
        organisation = ELSEWHERE if elsewhere else runtime.city.id
        join(runtime, "somebody@example.jp", Role(role), organisation)
    return enter(api, runtime, "somebody@example.jp")


def ask(api: TestClient, operation: str, owned: Mapping[str, str], headers: dict[str, str]) -> Any:
    """Ask for somebody else's."""
    method, path = operation.split(" ")
    rule = RULES[operation]
    body = rule.body and {
        name: value.format_map(owned) if isinstance(value, str) else value
        for name, value in rule.body.items()
    }
    address = path.format_map(owned) + f"?{rule.query.format_map(owned)}"
    return api.request(method, address, json=body, headers=headers)


def faults(who: str, operation: str, answer: Any, owned: Mapping[str, str]) -> Iterator[str]:
    """Tell what is wrong with an answer."""
    rule: Rule = RULES[operation]
    code = answer.json().get("code", "") if answer.status_code >= 400 else ""
    said = f"{who}: {operation}: {answer.status_code} {code}"
    # Streams end here because the server says that it ends: it is right not to be ready then.
    if answer.status_code >= 500 and operation != "GET /readyz":
        yield f"{said}: broke"
    if who in rule.may and code in CLOSED:
        yield f"{said}: should have been let in"
    if who not in rule.may and code not in CLOSED:
        yield f"{said}: should have been kept out"
    if who in rule.may != EVERYBODY and answer.status_code == 422:
        yield f"{said}: was asked wrongly: {answer.text}"
    if rule.is_own and answer.is_success:
        yield f"{said}: did that to somebody else"
    if who not in rule.may_read:
        asked = operation.split(" ")[1].format_map(owned)
        secrets = {EMAIL, NAME, PHONE, owned["booking_id"], owned["account_id"]}
        # A problem names the address that was asked for; that is no news to who asked.
        text = answer.text.replace(asked, "")
        yield from (f"{said}: shows {secret}" for secret in sorted(secrets) if secret in text)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_somebody_elses(who: str, api: TestClient, runtime: Runtime, owned: dict[str, str]) -> None:
    headers = come(who, api, runtime)
    wrong: list[str] = []
    # Looking first, then changing, then taking away; what ends the session at the very end.
    order = {"GET": 0, "POST": 1, "PATCH": 1, "PUT": 1, "DELETE": 2}
    operations = sorted(
        RULES, key=lambda name: (RULES[name].ends_session, order[name.split(" ")[0]])
    )
    for operation in operations:
        wrong += faults(who, operation, ask(api, operation, owned, headers), owned)
        ended = RULES[operation].ends_session and who in RULES[operation].may
        if ended and operation != operations[-1]:
            headers = come(who, api, runtime)
    assert wrong == []


def test_an_identifier_that_is_guessed_opens_nothing(
    api: TestClient, owned: dict[str, str]
) -> None:
    near, last = owned["booking_id"][:-1], owned["booking_id"][-1]
    guessed = owned | {"booking_id": near + ("y" if last == "x" else "x")}
    holders = [name for name in RULES if "{booking_id}" in name]
    assert len(holders) > 3
    for operation in holders:
        answer = ask(api, operation, guessed, {})
        assert answer.status_code in {404, 422}, operation
        assert NAME not in answer.text
