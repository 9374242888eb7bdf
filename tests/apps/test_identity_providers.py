"""Signing in by providers of identity, over HTTP with a real one that is strict."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey
from sqlmodel import select

from apps.api import create_app
from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from maas.tables import Account
from tests.apps.conftest import MORNING
from tests.apps.test_accounts_over_http import enter
from tests.builders import toytown
from tests.identity_provider import CLIENT_ID, IdentityProvider, identity_provider

BASE = "http://testserver"
PROVIDERS = """
[[provider]]
id = "digital-id"
name = { ja = "デジタル認証", en = "Digital ID" }
issuer = "%(url)s"
client_id = "%(client_id)s"
scope = "openid name address birthdate email"
%(more)s

[provider.attributes]
resident = { claim = "address", starts_with = "石川県加賀市", valid_days = 365 }
senior = { claim = "birthdate", age_at_least = 65 }
e_resident = { claim = "kaga.e_resident", equals = true }
"""
PERSON = {
    "sub": "person-1",
    "address": "石川県加賀市大聖寺南町",
    "birthdate": "1950-11-24",
    "kaga": {"e_resident": False},
}


class Town:
    """The toy town, the provider, and a browser."""

    def __init__(self, runtime: Runtime, provider: IdentityProvider) -> None:
        self.runtime, self.provider = runtime, provider
        self.browser = TestClient(create_app(runtime), base_url=BASE)

    def ask(self, *, link: bool = False, headers: dict[str, str] | None = None) -> dict[str, str]:
        """Go to the provider; what its answer brings to the account page."""
        path = "/v1/identity-providers/digital-id/questions"
        asked = self.browser.post(path, json={"link": link}, headers=headers)
        assert asked.status_code == 201, asked.text
        answer = httpx.get(asked.json()["url"], follow_redirects=False)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["location"])
        assert f"{target.scheme}://{target.netloc}{target.path}" == f"{BASE}/account"
        brought = dict(parse_qsl(target.query))
        return {name: brought[name] for name in ("state", "code", "error") if name in brought}

    def bring(self, answer: dict[str, str], headers: dict[str, str] | None = None) -> Any:
        """Bring an answer to the service."""
        return self.browser.post("/v1/sessions", json=answer, headers=headers)


@pytest.fixture
def more() -> str:
    """Further settings of the provider."""
    return ""


@pytest.fixture
def town(tmp_path: Path, more: str) -> Iterator[Town]:
    """A town that one provider knows."""
    with ExitStack() as stack:
        opened: list[Runtime] = []
        provider = stack.enter_context(
            identity_provider(f"{BASE}/account", lambda: opened[0].client_key.published)
        )
        provider.person = dict(PERSON)
        file = tmp_path / "providers.toml"
        words = {"url": provider.url, "client_id": CLIENT_ID, "more": more}
        file.write_text(PROVIDERS % words, encoding="utf-8")
        settings = Settings(
            city=toytown(tmp_path / "town"),
            data_dir=tmp_path / "var",
            database_url="",
            redis_url="",
            public_url=BASE,
            now=MORNING,
            identity_providers=str(file),
        )
        opened.append(stack.enter_context(open_runtime(settings)))
        yield Town(opened[0], provider)


def test_the_first_time_opens_an_account_and_the_second_finds_it(town: Town) -> None:
    assert town.browser.get("/v1/identity-providers").json() == {
        "providers": [{"id": "digital-id", "name": {"ja": "デジタル認証", "en": "Digital ID"}}]
    }
    first = town.bring(town.ask())
    assert first.status_code == 201, first.text
    assert "HttpOnly" in first.headers["set-cookie"]
    account = first.json()["account"]
    assert account["email"] == ""
    # Not e_resident: the claim is false. 76 years old today, living in 加賀市.
    held = {one["kind"]: one for one in account["attributes"]}
    assert set(held) == {"resident", "senior"}
    assert held["resident"]["valid_until"].startswith("2027-11-24")
    assert held["senior"]["valid_until"] is None
    assert held["senior"]["evidence"] == "Digital ID"
    assert town.browser.get("/v1/account").json()["id"] == account["id"]
    town.browser.cookies.clear()
    again = town.bring(town.ask()).json()["account"]
    assert (again["id"], len(again["attributes"])) == (account["id"], 2)
    log = town.browser.get("/v1/account/audit").json()["entries"]
    assert [entry["action"] for entry in log] == [
        *("signed_in", "signed_in", "verified", "verified", "identity_linked")
    ]
    assert "person-1" not in str(log)


def test_what_a_provider_says_no_more_is_taken_back(town: Town) -> None:
    town.bring(town.ask())
    town.provider.person = {"sub": "person-1", "address": "東京都", "kaga": {"e_resident": True}}
    account = town.bring(town.ask()).json()["account"]
    held = {one["kind"] for one in account["attributes"] if one["revoked"] is None}
    assert held == {"e_resident"}
    assert {one["kind"] for one in account["attributes"]} == {"resident", "senior", "e_resident"}


def test_the_provider_knows_us_by_our_key_alone(town: Town) -> None:
    published = town.browser.get("/.well-known/jwks.json").json()["keys"]
    assert [set(key) >= {"kty", "kid", "x", "y"} for key in published] == [True]
    assert "d" not in published[0]
    stranger = ECKey.generate_key("P-256", {"kid": published[0]["kid"]})
    town.provider.client.keys = lambda: {"keys": [stranger.as_dict(private=False)]}
    refused = town.bring(town.ask())
    assert (refused.status_code, refused.json()["code"]) == (401, "identity_refused")


LIES: list[dict[str, Any]] = [
    {"id_token": {"iss": "https://elsewhere.example"}},
    {"id_token": {"aud": ["somebody-else"]}},
    {"id_token": {"aud": [CLIENT_ID, "somebody-else"]}},  # without azp
    {"id_token": {"exp": int(time.time()) - 120}},
    {"id_token": {"iat": int(time.time()) + 600}},
    {"id_token": {"nonce": "of another question"}},
    {"id_token": {"at_hash": "of another token"}},
    {"id_token": {"sub": 7}},
    {"userinfo": {"sub": "person-2"}},
    {"key": ECKey.generate_key("P-256", {"kid": "1"})},
]


def test_an_answer_that_is_wrong_in_one_thing_is_refused(town: Town) -> None:
    for lies in LIES:
        town.provider.lies = lies
        refused = town.bring(town.ask())
        assert (refused.status_code, refused.json()["code"]) == (401, "identity_refused"), lies
        assert town.browser.get("/v1/account").status_code == 401
    town.provider.lies = {}
    assert town.bring(town.ask()).status_code == 201


def test_clocks_may_differ_by_a_minute_and_claims_may_come_signed(town: Town) -> None:
    now_s = int(time.time())
    town.provider.lies = {"id_token": {"exp": now_s - 30, "iat": now_s + 30}}
    assert town.bring(town.ask()).status_code == 201
    town.provider.lies = {"signed_userinfo": True}
    account = town.bring(town.ask()).json()["account"]
    assert {one["kind"] for one in account["attributes"]} == {"resident", "senior"}


def test_new_keys_of_a_provider_are_read(town: Town) -> None:
    town.bring(town.ask())
    town.provider.key = ECKey.generate_key("P-256", {"kid": "2"})
    assert town.bring(town.ask()).status_code == 201


DOWN = ["/.well-known/openid-configuration", "/token", "/jwks"]
DISCOVERIES = [
    {"issuer": "https://elsewhere.example"},
    {"token_endpoint": "http://elsewhere.example/token"},
    {"jwks_uri": None},
]


def test_a_provider_that_is_down_or_describes_itself_wrongly_can_be_asked_later(town: Town) -> None:
    path = "/v1/identity-providers/digital-id/questions"
    for lies in [{"down": DOWN[:1]}, *({"discovery": one} for one in DISCOVERIES)]:
        town.provider.lies = lies
        answer = town.browser.post(path, json={})
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
    for down in DOWN[1:]:
        town.provider.lies = {"down": [down]}
        answer = town.bring(town.ask())
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
    town.provider.lies = {}
    assert town.bring(town.ask()).status_code == 201


def test_an_answer_counts_once_and_in_one_browser(town: Town) -> None:
    answer = town.ask()
    stolen = TestClient(create_app(town.runtime), base_url=BASE).post("/v1/sessions", json=answer)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "sign_in_failed")
    assert town.bring(answer).status_code == 201
    kept = {"Cookie": f"meguri_step={answer['state']}"}
    assert town.bring(answer, headers=kept).json()["code"] == "sign_in_failed"
    swapped = town.ask() | {"code": "made-up"}
    assert town.bring(swapped).json()["code"] == "identity_refused"
    of_another = town.ask() | {"iss": "https://elsewhere.example"}
    assert town.bring(of_another).json()["code"] == "identity_refused"


def test_who_says_no_at_the_provider_is_not_signed_in(town: Town) -> None:
    town.provider.person = None
    answer = town.ask()
    assert answer["error"] == "access_denied"
    assert town.bring(answer).json()["code"] == "identity_refused"


def test_linking_to_an_account_and_back(town: Town) -> None:
    rider = enter(town.browser, town.runtime, "rider@example.jp")
    other = enter(town.browser, town.runtime, "other@example.jp")
    path = "/v1/identity-providers/digital-id/questions"
    assert town.browser.post(path, json={"link": True}).status_code == 401
    answer = town.ask(link=True, headers=rider)
    assert town.bring(answer, headers=other).json()["code"] == "sign_in_failed"
    account = town.bring(town.ask(link=True, headers=rider), headers=rider).json()["account"]
    assert account["email"] == "rider@example.jp"
    assert [one["provider"] for one in account["identities"]] == ["digital-id"]
    town.browser.cookies.clear()
    assert town.bring(town.ask()).json()["account"]["id"] == account["id"]
    taken = town.bring(town.ask(link=True, headers=other), headers=other)
    assert (taken.status_code, taken.json()["code"]) == (409, "identity_taken")

    link = f"/v1/account/identities/{account['identities'][0]['id']}"
    assert town.browser.delete(link, headers=other).status_code == 404
    assert town.browser.delete(link, headers=rider).status_code == 204
    left = town.browser.get("/v1/account", headers=rider).json()
    assert left["identities"] == []
    assert all(one["revoked"] for one in left["attributes"])


def test_the_last_way_in_stays(town: Town) -> None:
    account = town.bring(town.ask()).json()["account"]
    link = f"/v1/account/identities/{account['identities'][0]['id']}"
    refused = town.browser.delete(link)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
    assert town.browser.delete("/v1/account").status_code == 204
    assert town.bring(town.ask()).json()["account"]["id"] != account["id"]


def test_an_address_that_is_there_already_is_linked_by_its_owner(town: Town) -> None:
    enter(town.browser, town.runtime, "rider@example.jp")
    assert town.provider.person is not None
    town.provider.person |= {"email": "rider@example.jp", "email_verified": True}
    refused = town.bring(town.ask())
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_unknown")
    town.provider.person["email_verified"] = False
    assert town.bring(town.ask()).json()["account"]["email"] == ""


@pytest.mark.parametrize("more", ["trusts_email = true"])
def test_an_address_of_a_trusted_provider_opens_its_account(town: Town) -> None:
    enter(town.browser, town.runtime, "rider@example.jp")
    assert town.provider.person is not None
    town.provider.person |= {"email": "Rider@example.jp", "email_verified": True}
    assert town.bring(town.ask()).json()["account"]["email"] == "rider@example.jp"
    with town.runtime.database.reading() as session:
        assert len(session.exec(select(Account)).all()) == 1


@pytest.mark.parametrize("more", ["opens_accounts = false"])
def test_a_provider_that_opens_no_accounts(town: Town) -> None:
    assert town.bring(town.ask()).json()["code"] == "identity_unknown"
    rider = enter(town.browser, town.runtime, "rider@example.jp")
    linked = town.bring(town.ask(link=True, headers=rider), headers=rider)
    assert linked.status_code == 201


def test_a_provider_nobody_knows(town: Town) -> None:
    answer = town.browser.post("/v1/identity-providers/none/questions", json={})
    assert answer.status_code == 404
