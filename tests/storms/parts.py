"""The parts of a running service, each of which can be killed and comes back on what it kept."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import httpx
import redis

from tests.conftest import ROOT
from tests.services import PostgresServer, free_port, postgres_bin

PATIENCE_S = 90.0
_THROWN = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Interrupt)\b")
_BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


class Part(Protocol):
    """Something that can be killed."""

    name: str
    kills: int

    def start(self) -> None:
        """Run, on what an earlier run kept; returns when it answers."""

    def kill(self) -> None:
        """End at once, by the signal that nothing can catch."""


class StormClock:
    """The clock of a day that goes on while processes come and go."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()

    def now(self) -> str:
        """The instant as MAAS_NOW takes it."""
        passed = timedelta(seconds=time.monotonic() - self._began_s)
        return (_BEGIN + passed).isoformat(timespec="seconds")


class Postgres:
    """PostgreSQL that brings every commit to the disk, as in earnest."""

    name = "PostgreSQL"

    def __init__(self) -> None:
        bin_dir = postgres_bin()
        if bin_dir is None:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
        self.kills = 0
        self.server = PostgresServer(bin_dir, is_durable=True)
        self.server.start()
        self.url = self.server.create_database()

    def start(self) -> None:
        """Recover what was committed, and answer again."""
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.server.run()
            except RuntimeError:  # children of the killed one are still there
                if time.monotonic() > deadline_s:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        """Kill the postmaster; its children notice and go."""
        self.kills += 1
        self.server.kill()


class Redis:
    """Redis with its append-only file, on one port for good."""

    name = "Redis"

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("Redis is not installed: apt-get install redis-server")
        self.kills = 0
        self.folder = Path(tempfile.mkdtemp(prefix="meguri-storm-redis-"))
        self._port = free_port()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Run on the append-only file."""
        self._process = subprocess.Popen(
            [
                *(self._program, "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""),
                *("--appendonly", "yes", "--appendfsync", "everysec", "--dir", str(self.folder)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with redis.from_url(self.url) as client:
            wait_for(lambda: bool(client.ping()), self.name, self._process)

    def kill(self) -> None:
        """Kill it."""
        self.kills += 1
        kill(self._process)

    def remove(self) -> None:
        """End it and remove what it kept."""
        kill(self._process)
        shutil.rmtree(self.folder, ignore_errors=True)


class Service:
    """One process of ``maas``: the API, or a worker."""

    def __init__(
        self, name: str, clock: StormClock, environment: dict[str, str], folder: Path
    ) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        self.kills = 0
        self._clock = clock
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    @property
    def _is_api(self) -> bool:
        return self.name.startswith("API")

    def start(self) -> None:
        """Run on the database there is."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAAS_")}
        words = ["serve", "--no-worker", "--port", str(self._port)] if self._is_api else ["worker"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "apps.cli.main", *words, "--json"],
                env={**kept, **self._environment, "MAAS_NOW": self._clock.now()},
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        if self._is_api:
            wait_for(self._answers, self.name, self._process)

    def _answers(self) -> bool:
        return httpx.get(f"{self.url}/v1/city", timeout=5).status_code == 200

    def kill(self) -> None:
        """Kill it."""
        self.kills += 1
        kill(self._process)

    def thrown(self) -> list[str]:
        """Name the errors at the ends of the tracebacks it has logged."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [f"{self.name}: {line}" for line in lines if _THROWN.match(line)]

    def end(self) -> None:
        """Kill it for good; it counts as no kill of the storm."""
        kill(self._process)


def kill(process: subprocess.Popen[bytes] | None) -> None:
    """Kill a process of ours, and bury it."""
    if process is not None and process.poll() is None:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_for(answers: Callable[[], bool], name: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until something answers, or tell that it does not."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s and process.poll() is None:
        with contextlib.suppress(httpx.TransportError, redis.RedisError, json.JSONDecodeError):
            if answers():
                return
        time.sleep(0.1)
    raise RuntimeError(f"{name} did not come up (exit code {process.poll()})")
