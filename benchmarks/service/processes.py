"""Processes that are measured: the service, the bare endpoint, and what both keep rows in."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import PostgresServer, RedisServer, free_port, postgres_bin

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Request:
    """What is sent, as bytes, so that sending costs next to nothing."""

    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Load:
    """How a number of requests went."""

    answered: int
    refused: int
    wall_s: float
    cpu_s: float
    took_ms: tuple[float, ...]


@contextmanager
def backing() -> Iterator[dict[str, str]]:
    """Run a PostgreSQL that brings every commit to the disk, and a Redis; give the settings."""
    postgres_folder, redis_program = postgres_bin(), shutil.which("redis-server")
    if postgres_folder is None or redis_program is None:
        raise SystemExit("This needs PostgreSQL and Redis: apt-get install postgresql redis-server")
    postgres, redis = PostgresServer(postgres_folder, is_durable=True), RedisServer(redis_program)
    try:
        postgres.start()
        redis.start()
        yield {"MAAS_DATABASE_URL": postgres.create_database(), "MAAS_REDIS_URL": redis.url}
    finally:
        redis.stop()
        postgres.stop()


@contextmanager
def running(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Run a server until it answers; give its port and process id."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAAS_")}
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--port", str(port)],
        env={**kept, **environment},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline_s = time.monotonic() + _PATIENCE_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline_s:
                raise RuntimeError(f"{words[0]} did not come up")
            time.sleep(0.2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.suppress(OSError):
        connection.request("GET", "/openapi.json")
        return connection.getresponse().status == 200
    return False


def send(port: int, pid: int, requests: Sequence[Request], riders: int) -> Load:
    """Send requests over a number of connections that stay open, each as fast as it is answered."""
    waiting = iter(requests)
    lock = threading.Lock()
    codes: list[int] = []
    took_ms: list[float] = []

    def ride() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                request = next(waiting, None)
            if request is None:
                connection.close()
                return
            began_s = time.perf_counter()
            connection.request("POST", request.path, request.body, dict(request.headers))
            answer = connection.getresponse()
            answer.read()
            with lock:
                took_ms.append(1000 * (time.perf_counter() - began_s))
                codes.append(answer.status)

    threads = [threading.Thread(target=ride) for _ in range(riders)]
    cpu_s, began_s = cpu_of(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall_s = time.perf_counter() - began_s
    done = sum(1 for code in codes if code < 300)
    return Load(done, len(codes) - done, wall_s, cpu_of(pid) - cpu_s, tuple(took_ms))


def cpu_of(pid: int) -> float:
    """Sum the CPU seconds of a process and those it started."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    own_s = (int(stat[11]) + int(stat[12])) / _TICKS
    return own_s + sum(cpu_of(int(child)) for child in children)


def request_of(path: str, document: object, **headers: str) -> Request:
    """Write a request down."""
    body = json.dumps(document).encode()
    return Request(path, body, {"Content-Type": "application/json", **headers})
