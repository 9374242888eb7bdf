"""A ryokan lends its shuttle for two hours: dispatched in them, then given back.

bus stops of the toy town:  station ... bath      its own van has no shift at night
"""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from apps.api import create_app
from apps.cli.main import app
from apps.runtime import Runtime
from maas.accounts import Actor, Role, seed_organisations
from tests.apps.conftest import MORNING
from tests.apps.test_accounts_over_http import enter
from tests.builders import toytown

WISH = {"from": "station", "to": "bath", "party": {"adults": 2}}


@pytest.fixture
def api(runtime: Runtime) -> TestClient:
    with runtime.database.transaction() as session:
        seed_organisations(session, runtime.city.id, {"inn": {"ja": "宿"}})
    return TestClient(create_app(runtime))


def join(runtime: Runtime, api: TestClient, email: str, role: Role, where: str) -> dict[str, str]:
    """Make somebody staff, and sign them in."""
    chief = Actor("service", frozenset({(runtime.city.id, Role.ADMINISTRATOR)}), runtime.city.id)
    with runtime.database.transaction() as session:
        runtime.accounts.invite(session, chief, where, email, role, runtime.clock())
    return enter(api, runtime, email)


def rides(api: TestClient, depart: str = "2026-11-24T11:00") -> list[str]:
    """Offers of journeys that can be booked."""
    journeys = api.post("/v1/plans", json=WISH | {"depart": depart}).json()["journeys"]
    return [journey["offer"] for journey in journeys if journey["bookable"]]


def loan(runtime: Runtime, **other: Any) -> dict[str, Any]:
    (area,) = runtime.fleet.areas.values()
    stop = runtime.fleet.vehicles[0].depot_stop_id
    hours = {"start": "2026-11-24T10:30", "end": "2026-11-24T12:30"}
    return {"area": area.id, "name": "宿の車", "seats": 4, "stop": stop} | hours | other


def test_only_within_its_hours_and_given_back_when_nothing_is_promised(
    api: TestClient, runtime: Runtime
) -> None:
    innkeeper = join(runtime, api, "inn@example.jp", Role.OPERATOR, "inn")
    other = join(runtime, api, "other@example.jp", Role.OPERATOR, "town")
    path = "/v1/organisations/inn/loans"
    assert rides(api) == []
    assert api.post(path, json=loan(runtime), headers=other).status_code == 403
    lent = api.post(path, json=loan(runtime), headers=innkeeper)
    assert lent.status_code == 201, lent.text
    vehicle = lent.json()["vehicle"]
    assert lent.json()["start"] == "2026-11-24T10:30:00+09:00"
    assert rides(api, "2026-11-24T13:00") == []
    assert rides(api, "2026-11-25T11:00") == []  # that day alone

    offer = rides(api)[0]
    body = {"offer": offer, "rider": {"name": "Rider A"}}
    booked = api.post("/v1/bookings", json=body, headers={"Idempotency-Key": "k"})
    assert booked.status_code == 201, booked.text
    assert booked.json()["rides"][0]["vehicle"]["id"] == vehicle
    # Its own staff drive it; those of others do not.
    driver = join(runtime, api, "driver@example.jp", Role.DRIVER, "inn")
    stops = f"/v1/vehicles/{vehicle}/stops?date=2026-11-24"
    assert len(api.get(stops, headers=driver).json()["stops"]) == 2
    assert api.get(stops, headers=other).status_code == 403

    refused = api.delete(f"{path}/{vehicle}", headers=innkeeper)
    assert (refused.status_code, refused.json()["code"]) == (409, "loan_promised")
    gone = api.post(f"/v1/bookings/{booked.json()['id']}/cancel", headers={"Idempotency-Key": "c"})
    assert gone.status_code == 200, gone.text
    assert api.delete(f"{path}/{vehicle}", headers=innkeeper).status_code == 204
    assert rides(api) == []
    (after,) = api.get(path, headers=innkeeper).json()["loans"]
    assert (after["vehicle"], after["start"]) == (vehicle, None)


def test_a_breakdown_passes_its_riders_on_and_then_it_goes_back(
    api: TestClient, runtime: Runtime
) -> None:
    innkeeper = join(runtime, api, "inn@example.jp", Role.OPERATOR, "inn")
    path = "/v1/organisations/inn/loans"
    first = api.post(path, json=loan(runtime), headers=innkeeper).json()["vehicle"]
    body = {"offer": rides(api)[0], "rider": {"name": "Rider A"}}
    booked = api.post("/v1/bookings", json=body, headers={"Idempotency-Key": "k"}).json()
    assert booked["rides"][0]["vehicle"]["id"] == first
    second = api.post(path, json=loan(runtime), headers=innkeeper).json()["vehicle"]
    assert api.delete(f"{path}/{first}", headers=innkeeper).status_code == 409
    broken = api.post(f"/v1/vehicles/{first}/breakdown", json={}, headers=innkeeper)
    assert broken.status_code == 200, broken.text
    after = api.get(f"/v1/bookings/{booked['id']}").json()
    assert after["state"] == "confirmed"
    assert after["rides"][-1]["vehicle"]["id"] == second
    assert api.delete(f"{path}/{first}", headers=innkeeper).status_code == 204


def test_what_makes_no_sense_is_refused(api: TestClient, runtime: Runtime) -> None:
    innkeeper = join(runtime, api, "inn@example.jp", Role.OPERATOR, "inn")
    path = "/v1/organisations/inn/loans"
    for wrong, status in (
        ({"area": "nowhere"}, 404),
        ({"stop": "nowhere"}, 422),
        ({"end": "2026-11-24T10:30"}, 422),
        ({"end": "2026-11-26T21:30"}, 422),
        ({"start": "2026-11-23T10:00", "end": "2026-11-23T12:00"}, 422),
        ({"seats": 0}, 422),
    ):
        answer = api.post(path, json=loan(runtime, **wrong), headers=innkeeper)
        assert answer.status_code == status, (wrong, answer.text)
    assert api.get(path, headers=innkeeper).json() == {"loans": []}
    assert api.delete(f"{path}/1", headers=innkeeper).status_code == 404


def test_from_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAAS_CITY", str(toytown(tmp_path / "town")))
    monkeypatch.setenv("MAAS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MAAS_NOW", MORNING)

    def maas(*words: str) -> str:
        return CliRunner().invoke(app, words, catch_exceptions=False).stdout

    where = ["--area", "yoyaku", "--stop", "f-station"]
    when = ["--from", "2026-11-24T10:30", "--until", "2026-11-24T12:30"]
    nobody = CliRunner().invoke(app, ["loans", "add", "inn", *where, *when])
    assert "maas accounts organisation" in str(nobody.exception)
    maas("accounts", "organisation", "inn", "--name", "宿")
    vehicle = maas("loans", "add", "inn", *where, *when).split("Lent as ")[1].strip(". \n")
    assert f"{vehicle}  Shuttle" in maas("loans", "list", "inn")
    maas("loans", "end", "inn", vehicle)
    assert "given back" in maas("loans", "list", "inn")
