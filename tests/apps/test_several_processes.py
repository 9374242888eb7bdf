"""`maas serve --workers N`: processes at one port, one that dies comes back, all end together."""

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.apps.servers import Server, plan_offer, running, send_booking
from tests.apps.test_api_walk import WISH
from tests.apps.test_events import eventually
from tests.apps.test_streams import listen
from tests.backings import SERVERS, Backing
from tests.builders import toytown, vehicle

pytestmark = pytest.mark.services


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A toy town whose van has plenty of seats."""
    town = toytown(tmp_path / "town", vehicle(seats=60))
    return {"MAAS_CITY": str(town), "MAAS_DATA_DIR": str(tmp_path / "var")}


@pytest.fixture
def server(environment: dict[str, str], backing: Backing) -> Iterator[Server]:
    """Two API processes and a worker at one port."""
    started = Server(environment | backing.environment, "--workers", "2")
    with running(started):
        yield started


def processes(server: Server) -> set[int]:
    """Name the processes that a supervisor has started."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return {int(child) for child in children if b"spawn_main" in command_of(int(child))}


def command_of(pid: int) -> bytes:
    """Read how a process was called; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("backing", [SERVERS], indirect=True)
def test_one_that_is_killed_comes_back_and_all_end_in_order(server: Server) -> None:
    before = processes(server)
    assert len(before) == 3  # two that serve, one that works
    with server.client() as client:
        booking = send_booking(client, plan_offer(client, WISH), "before").json()
        path = f"/v1/bookings/{booking['id']}/events"
        assert listen(client, path, "0", "booking_confirmed")
    for fresh, victim in enumerate(sorted(before), start=1):
        os.kill(victim, signal.SIGKILL)
        assert eventually(partial(has_fresh, server, before, fresh), 30)
        assert eventually(lambda: answers(server), 60)
    after = processes(server)
    assert not before & after
    with server.client() as client:
        booked = send_booking(client, plan_offer(client, WISH), "after")
        assert booked.status_code == 201
        path = f"/v1/bookings/{booked.json()['id']}/events"
        assert listen(client, path, "0", "booking_confirmed")
    asked_s = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    code, _, err = server.end()
    assert code == 0
    assert "Traceback" not in err
    assert time.monotonic() - asked_s < 12
    assert not [pid for pid in after if command_of(pid)]


@pytest.mark.parametrize("backing", [SERVERS], indirect=True)
def test_processes_end_where_the_first_one_is_killed(server: Server) -> None:
    children = processes(server)
    server.process.kill()
    server.process.communicate()
    assert eventually(lambda: not [pid for pid in children if command_of(pid)], 15)


def test_several_processes_need_a_redis(environment: dict[str, str]) -> None:
    server = Server(environment, "--workers", "2")
    code, _, err = server.end()
    assert code == 2
    assert "MAAS_REDIS_URL" in err


def test_a_setting_that_cannot_be_used_ends_all(
    environment: dict[str, str], redis_url: str
) -> None:
    wrong = {"MAAS_CITY": "/nowhere", "MAAS_REDIS_URL": redis_url}
    code, _, err = Server(environment | wrong, "--workers", "2").end()
    assert code == 2
    assert "maas city import" in err
    assert "Traceback" not in err


def has_fresh(server: Server, before: set[int], fresh: int) -> bool:
    """Tell whether as many processes are new."""
    return len(processes(server) - before) == fresh


def answers(server: Server) -> bool:
    """Tell whether somebody answers."""
    try:
        return httpx.get(f"{server.url}/v1/city", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
