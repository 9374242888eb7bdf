"""Twenty riders want one seat over HTTP: one gets it, whatever server and database they ask."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from apps.api.problems import MEDIA_TYPE, Problem
from apps.api.schemas import Alternative
from tests.apps.servers import Server, plan_offer, running, send_booking
from tests.apps.test_api_walk import WISH
from tests.backings import Backing
from tests.builders import toytown

RIDERS = 20


@pytest.fixture
def servers(
    request: pytest.FixtureRequest, backing: Backing, tmp_path: Path
) -> Iterator[list[Server]]:
    """One server on SQLite; two that start at once on an empty PostgreSQL, sharing a Redis."""
    shared = {"MAAS_CITY": str(toytown(tmp_path / "town")), "MAAS_DATA_DIR": str(tmp_path / "var")}
    if not backing.database_url:
        started = [Server(shared)]
    else:
        shared |= backing.environment
        shared["MAAS_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        started = [Server(shared), Server(shared)]
    with running(*started):
        yield started


def test_one_booking_and_nineteen_refusals(servers: list[Server]) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(server.client()) for server in servers]
        offers = [plan_offer(clients[n % len(clients)], WISH) for n in range(RIDERS)]
        start = Barrier(RIDERS)

        def attempt(number: int) -> httpx.Response:
            # The offer of one server is booked at the other: they share their keys.
            client = clients[(number + 1) % len(clients)]
            start.wait()
            return send_booking(client, offers[number], f"attempt-{number}")

        with ThreadPoolExecutor(RIDERS) as pool:
            answers = list(pool.map(attempt, range(RIDERS)))

        assert sorted(answer.status_code for answer in answers) == [201] + [409] * (RIDERS - 1)
        for answer in answers:
            if answer.status_code == 409:
                assert answer.headers["content-type"] == MEDIA_TYPE
                problem = Problem.model_validate(answer.json())
                assert (problem.code, problem.status) == ("ride_gone", 409)
                assert "Search again" in problem.detail
                assert "next_pickup_s" not in problem.params
                others = [Alternative.model_validate(one) for one in problem.alternatives or ()]
                assert others
                assert all(one.journey.offer for one in others)
        booked = next(answer.json() for answer in answers if answer.status_code == 201)
        key = {"Authorization": f"Bearer {servers[0].key}"}
        for client in clients:
            assert client.get(f"/v1/bookings/{booked['id']}").json()["state"] == "confirmed"
            stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=key).json()["stops"]
            assert [stop["booking_id"] for stop in stops] == [booked["id"]] * 2
            keys = client.get("/v1/ticket-keys").json()
            assert keys == clients[0].get("/v1/ticket-keys").json()
        assert len({server.key for server in servers}) == 1
