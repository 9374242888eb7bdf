"""Schemathesis over the whole API: no 5xx, no answer that the OpenAPI document does not tell of.

It makes well-formed and ill-formed requests from the document's own schemas, with its edges, and
holds each answer against the document: status, content type, headers, body. Whoever asks is an
administrator, so that requests come as far as they can, and where an identifier is wanted it is one
that exists in every other request.
"""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from apps.api import create_app
from apps.runtime import Runtime, open_runtime
from maas.accounts import Role
from maas.config import Settings
from tests.apps.conftest import MORNING
from tests.apps.test_accounts_over_http import enter, make
from tests.apps.test_api_walk import booked
from tests.backings import Backing
from tests.builders import toytown, vehicle

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(create_app(cast(Runtime, None)).openapi())
SCHEMA.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
"""Any of them refuses; 413 too."""

STREAMS = "/events"
"""A stream that is found never ends: streams are only asked for what is not there."""


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, module_backing: Backing
) -> Iterator[tuple[Runtime, TestClient]]:
    """The toy town for all questions of this module; its van has plenty of seats."""
    folder = tmp_path_factory.mktemp("schemathesis")
    chosen = Settings(
        city=toytown(folder / "town", vehicle(seats=60)),
        data_dir=folder / "var",
        database_url=module_backing.database_url,
        redis_url=module_backing.redis_url,
        now=MORNING,
        staff_key="toy-staff-key",
    )
    with (
        open_runtime(chosen) as runtime,
        TestClient(create_app(runtime), raise_server_exceptions=False) as opened,
    ):
        yield runtime, opened


@pytest.fixture(scope="module")
def known(town: tuple[Runtime, TestClient]) -> dict[str, str]:
    """Identifiers that exist, by the name of the parameter that wants them."""
    runtime, client = town
    booking = booked(client, "known")
    staff = {"Authorization": f"Bearer {runtime.keys.staff}"}
    stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=staff).json()["stops"]
    make(runtime, "driver@example.jp", Role.DRIVER)
    driver = enter(client, runtime, "driver@example.jp")
    return {
        "booking_id": str(booking["id"]),
        "vehicle_id": "1",
        "stop_id": str(stops[0]["id"]),
        "organisation_id": runtime.city.id,
        "account_id": str(client.get("/v1/account", headers=driver).json()["id"]),
    }


@pytest.fixture(scope="module")
def administrator(town: tuple[Runtime, TestClient]) -> dict[str, str]:
    """What an administrator sends along."""
    runtime, client = town
    make(runtime, "chief@example.jp", Role.ADMINISTRATOR)
    return enter(client, runtime, "chief@example.jp")


@SCHEMA.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(
    case: schemathesis.Case,
    town: tuple[Runtime, TestClient],
    known: dict[str, str],
    administrator: dict[str, str],
) -> None:
    _, client = town
    point_at(case, known)
    asked = case.as_transport_kwargs(base_url="http://testserver", headers=administrator)
    asked["content"] = asked.pop("data", None)
    asked.pop("cookies", None)
    answer = client.request(**asked)
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])


def point_at(case: schemathesis.Case, known: dict[str, str]) -> None:
    """Put identifiers that exist where some are wanted, in about half of the requests."""
    drawn: dict[str, Any] = case.path_parameters or {}
    for name, value in drawn.items():
        if case.path.endswith(STREAMS):
            drawn[name] = f"no-{value}"
        elif name in known and len(str(value)) % 2 == 0:
            drawn[name] = known[name]
