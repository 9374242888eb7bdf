"""Starting, stopping and dying: what `maas serve` and `maas worker` leave behind."""

import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.apps.servers import Server, plan_offer, running, send_booking
from tests.apps.test_api_walk import STAFF, WISH
from tests.backings import Backing
from tests.builders import toytown, vehicle

TOGETHER_S = 7.0
"""Longest orderly end."""


@pytest.fixture
def environment(tmp_path: Path, backing: Backing) -> dict[str, str]:
    """A toy town whose van has plenty of seats, on both backings."""
    town = toytown(tmp_path / "town", vehicle(seats=60))
    named = {"MAAS_CITY": str(town), "MAAS_DATA_DIR": str(tmp_path / "var")}
    return named | backing.environment


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_with_listeners_ends_in_order(
    environment: dict[str, str], how: signal.Signals
) -> None:
    server = Server(environment)
    with running(server), server.client() as client:
        offer = plan_offer(client, WISH)
        booking = send_booking(client, offer, "k").json()
        with (
            client.stream("GET", f"/v1/bookings/{booking['id']}/events") as rider,
            client.stream("GET", "/v1/vehicles/1/events", headers=STAFF) as driver,
        ):
            assert next(rider.iter_text())
            assert next(driver.iter_text())
            asked = time.monotonic()
            server.process.send_signal(how)
            code, _, err = server.end()
    assert time.monotonic() - asked < TOGETHER_S
    assert code in {0, 130}
    assert "Traceback" not in err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_ends_in_order(environment: dict[str, str], how: signal.Signals) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "apps.cli.main", "worker"],
        env={"PATH": "/usr/bin:/bin", **environment},
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout is not None
        assert "yoyaku" in worker.stdout.readline()
        worker.send_signal(how)
        _, err = worker.communicate(timeout=TOGETHER_S + 5)
    finally:
        worker.kill()
    assert worker.returncode == 0
    assert "Traceback" not in err


def test_bookings_that_were_acknowledged_outlive_a_kill(environment: dict[str, str]) -> None:
    server = Server(environment)
    acknowledged: list[str] = []
    with running(server):

        def ride(number: int) -> None:
            with server.client() as client:
                for attempt in range(20):
                    try:
                        offer = plan_offer(client, WISH)
                        answer = send_booking(client, offer, f"{number}-{attempt}")
                    except (httpx.TransportError, AssertionError):
                        return
                    if answer.status_code == 201:
                        acknowledged.append(answer.json()["id"])

        with ThreadPoolExecutor(4) as pool:
            riders = [pool.submit(ride, number) for number in range(4)]
            deadline = time.monotonic() + 20
            while len(acknowledged) < 5 and time.monotonic() < deadline:
                time.sleep(0.02)
            server.process.kill()
            server.process.communicate()
            for rider in riders:
                rider.result()
    assert len(acknowledged) >= 5

    again = Server(environment)
    with running(again), again.client() as client:
        for booking_id in acknowledged:
            assert client.get(f"/v1/bookings/{booking_id}").json()["state"] == "confirmed"
        stops = client.get("/v1/vehicles/1/stops?date=2026-11-24", headers=STAFF).json()["stops"]
        listed = {stop["booking_id"] for stop in stops}
        assert set(acknowledged) <= listed
        assert len(stops) == 2 * len(listed)  # no ride with one stop only
        assert send_booking(client, plan_offer(client, WISH), "after").status_code == 201


def test_a_port_is_taken_from_the_start(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "apps.cli.main", "serve", "--port", str(port)],
            env={"PATH": "/usr/bin:/bin", **environment},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
