"""Real ``maas serve`` processes for tests, each ended by its own handle."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.apps.conftest import MORNING, STAFF_KEY

START_S = 60.0


class Server:
    """A running ``maas serve``, or one that is starting.

    Parameters
    ----------
    environment : dict[str, str]
        Settings, as ``MAAS_`` variables.
    *options : str
        Further words for ``maas serve``.
    """

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAAS_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "apps.cli.main", "serve", "--port", "0", "--json", *options],
            env={**kept, "MAAS_NOW": MORNING, "MAAS_STAFF_KEY": STAFF_KEY, **environment},
            cwd=Path(__file__).resolve().parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = ""
        self.key = ""

    def wait(self) -> "Server":
        """Wait until it says where it serves."""
        assert self.process.stdout is not None
        decoder, said = json.JSONDecoder(), ""
        for line in self.process.stdout:
            said += line
            with contextlib.suppress(json.JSONDecodeError):
                document, _ = decoder.raw_decode(said)
                self.url = document["url"]
                self.key = document["driver_url"].rsplit("key=", 1)[1]
                return self
        raise RuntimeError(f"maas serve ended: {self.process.communicate()[1]}")

    def client(self) -> httpx.Client:
        """Open a client of its own connections."""
        return httpx.Client(base_url=self.url, timeout=30)

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; tell exit code, output and errors."""
        out, err = self.process.communicate(timeout=START_S)
        return self.process.returncode, out, err


@contextlib.contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Wait for servers, and end at the end those that still run."""
    try:
        for server in servers:
            server.wait()
        yield
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.process.kill()
                server.process.communicate()


def plan_offer(client: httpx.Client, wish: dict[str, Any]) -> str:
    """Plan, and take the first offer."""
    answer = client.post("/v1/plans", json=wish)
    assert answer.status_code == 200, answer.text
    return next(str(one["offer"]) for one in answer.json()["journeys"] if one["bookable"])


def send_booking(client: httpx.Client, offer: str, key: str) -> httpx.Response:
    """Book an offer."""
    return client.post(
        "/v1/bookings",
        json={"offer": offer, "rider": {"name": "Rider A", "phone": "0761"}},
        headers={"Idempotency-Key": key},
    )
