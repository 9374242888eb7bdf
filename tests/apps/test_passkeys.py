"""Passkeys over HTTP, with a device that answers as the tests want."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app
from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from maas.tables import Passkey
from tests.apps.conftest import MORNING
from tests.apps.test_accounts_over_http import enter
from tests.authenticator import Authenticator
from tests.builders import toytown

BASE = "http://testserver"


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """The toy town, reached by a name."""
    settings = Settings(
        city=toytown(tmp_path / "town"),
        data_dir=tmp_path / "var",
        database_url="",
        redis_url="",
        public_url=BASE,
        now=MORNING,
    )
    with open_runtime(settings) as opened:
        yield opened


@pytest.fixture
def api(runtime: Runtime) -> TestClient:
    return TestClient(create_app(runtime), base_url=BASE)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(BASE, "testserver")


def add(
    api: TestClient, headers: dict[str, str], device: Authenticator, name: str = "Telephone"
) -> Any:
    """Make a passkey in a device."""
    asked = api.post("/v1/account/passkey-options", headers=headers)
    assert asked.status_code == 201, asked.text
    body = {"name": name, "credential": device.create(asked.json()["options"])}
    return api.post("/v1/account/passkeys", json=body, headers=headers)


def challenge(api: TestClient) -> dict[str, Any]:
    options: dict[str, Any] = api.post("/v1/passkey-challenges").json()["options"]
    return options


def sign_in(api: TestClient, passkey: dict[str, Any]) -> Any:
    answer = api.post("/v1/sessions", json={"passkey": passkey})
    api.cookies.clear()
    return answer


def refused(answer: Any) -> bool:
    return (answer.status_code, answer.json()["code"]) == (401, "passkey_refused")


def test_made_used_named_and_removed(
    api: TestClient, runtime: Runtime, device: Authenticator
) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    other = enter(api, runtime, "other@example.jp")
    added = add(api, rider, device)
    assert added.status_code == 201, added.text
    path = f"/v1/account/passkeys/{added.json()['id']}"
    in_ = sign_in(api, device.get(challenge(api)))
    assert in_.status_code == 201, in_.text
    assert in_.json()["account"]["email"] == "rider@example.jp"
    (known,) = in_.json()["account"]["passkeys"]
    assert (known["name"], known["used"] is None) == ("Telephone", False)

    assert api.patch(path, json={"name": "家の電話"}, headers=other).status_code == 404
    assert api.patch(path, json={"name": "家の電話"}, headers=rider).json()["name"] == "家の電話"
    assert api.delete(path, headers=other).status_code == 404
    assert api.delete(path, headers=rider).status_code == 204
    assert refused(sign_in(api, device.get(challenge(api))))
    log = api.get("/v1/account/audit", headers=rider).json()["entries"]
    assert [entry["action"] for entry in log] == [
        *("passkey_removed", "signed_in", "passkey_added", "signed_in")
    ]


def test_nothing_of_a_passkey_lies_open(
    api: TestClient, runtime: Runtime, device: Authenticator
) -> None:
    add(api, enter(api, runtime, "rider@example.jp"), device)
    with runtime.database.reading() as session:
        row = session.connection().exec_driver_sql(f"SELECT * FROM {Passkey.__tablename__}").one()
    assert device.id.hex() not in str(row)
    assert "Telephone" not in str(row)


def test_a_challenge_counts_once_and_for_its_purpose(
    api: TestClient, runtime: Runtime, device: Authenticator
) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    add(api, rider, device)
    asked = challenge(api)
    assert sign_in(api, device.get(asked)).status_code == 201
    assert refused(sign_in(api, device.get(asked)))
    made_up = {"challenge": "AAAA"}
    assert refused(sign_in(api, device.get(made_up)))
    new = api.post("/v1/account/passkey-options", headers=rider).json()["options"]
    assert refused(sign_in(api, device.get(new)))
    # A wrong answer takes the challenge out of use, too.
    asked = challenge(api)
    wrong = device.get(asked)
    wrong["response"]["signature"] = "AAAA"
    assert refused(sign_in(api, wrong))
    assert refused(sign_in(api, device.get(asked)))


def test_a_device_that_does_not_count_on_is_refused(
    api: TestClient, runtime: Runtime, device: Authenticator
) -> None:
    device.count = 5
    add(api, enter(api, runtime, "rider@example.jp"), device)
    assert sign_in(api, device.get(challenge(api))).status_code == 201
    device.count = 5  # a copy of the device signs as the sixth again
    assert refused(sign_in(api, device.get(challenge(api))))
    device.count = 6
    assert sign_in(api, device.get(challenge(api))).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"verifies": False}],
    ids=["another page", "another service", "nobody verified"],
)
def test_wrong_in_one_thing(api: TestClient, runtime: Runtime, wrong: dict[str, Any]) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    told = {"origin": BASE, "host": "testserver"} | wrong
    assert refused(add(api, rider, Authenticator(**told)))
    device = Authenticator(BASE, "testserver")
    assert add(api, rider, device).status_code == 201
    for name, value in wrong.items():
        setattr(device, name, value)
    assert refused(sign_in(api, device.get(challenge(api))))


def test_another_key_does_not_open(
    api: TestClient, runtime: Runtime, device: Authenticator
) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    other = enter(api, runtime, "other@example.jp")
    add(api, rider, device)
    thief = Authenticator(BASE, "testserver", id=device.id)
    assert refused(sign_in(api, thief.get(challenge(api))))
    assert refused(add(api, other, thief))  # an id that is taken
    options = api.post("/v1/account/passkey-options", headers=rider).json()["options"]
    mine = Authenticator(BASE, "testserver").create(options)
    body = {"name": "x", "credential": mine}
    assert refused(api.post("/v1/account/passkeys", json=body, headers=other))


@pytest.mark.parametrize(
    "nonsense",
    [
        {"id": 1},
        {"response": None},
        {"response": {"clientDataJSON": 5}},
        {"response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": "%%"}},
    ],
)
def test_nonsense_is_refused(api: TestClient, runtime: Runtime, nonsense: dict[str, Any]) -> None:
    assert refused(sign_in(api, nonsense))


def test_the_account_is_deleted_with_its_passkeys(
    api: TestClient, runtime: Runtime, device: Authenticator
) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    add(api, rider, device)
    assert api.delete("/v1/account", headers=rider).status_code == 204
    assert refused(sign_in(api, device.get(challenge(api))))


def test_a_service_without_a_name_says_so(tmp_path: Path) -> None:
    settings = Settings(
        city=toytown(tmp_path / "town"), data_dir=tmp_path / "var", redis_url="", now=MORNING
    )
    with open_runtime(settings) as opened:
        answer = TestClient(create_app(opened)).post("/v1/passkey-challenges")
    assert (answer.status_code, answer.json()["code"]) == (409, "passkeys_unavailable")
    assert "MAAS_PUBLIC_URL" in answer.json()["detail"]
