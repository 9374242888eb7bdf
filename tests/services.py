"""Real servers for tests: PostgreSQL, Redis and Chromium, started here and stopped by pid.

Each pytest-xdist worker starts its own, lazily, so nothing is shared between workers. Where a
program is missing the test is skipped with a reason; under ``CI=true`` it fails instead, because
there a skipped test would hide a broken machine.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from playwright.sync_api import Browser, Page, Request, sync_playwright

START_S = 30.0
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def missing(program: str, package: str) -> NoReturn:
    """Skip the test because a program is not installed, or fail it in continuous integration."""
    reason = f"{program} is not installed: apt-get install {package}"
    if os.environ.get("CI") in {"true", "1"}:
        pytest.fail(reason)
    pytest.skip(reason)


def stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a server that a fixture started: ask, wait, then insist."""
    process.send_signal(how)
    try:
        process.wait(timeout=START_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class PostgresServer:
    """A PostgreSQL cluster of its own, reached over a Unix socket in its own folder.

    Parameters
    ----------
    bin_dir : Path
        Folder of ``initdb`` and ``postgres``.
    is_durable : bool
        Bring every commit to the disk, for tests that kill it.
    """

    def __init__(self, bin_dir: Path, *, is_durable: bool = False) -> None:
        self._is_durable = is_durable
        self.folder = Path(tempfile.mkdtemp(prefix="meguri-pg-"))
        self.owner = self._unprivileged()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._bin = bin_dir
        self._log = self.folder / "server.log"

    def _unprivileged(self) -> str | None:
        """PostgreSQL refuses to run as root: name the account that runs it, None for our own."""
        if os.getuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        owner = "postgres" if "postgres" in names else "nobody"
        shutil.chown(self.folder, owner)
        return owner

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        with self._log.open("wb") as log:
            subprocess.run(
                [
                    *(self._bin / "initdb", "--auth=trust", "--username=postgres"),
                    *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D", self._data),
                ],
                **self._as_owner(),
                check=True,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self.run()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def run(self) -> None:
        """Run on the cluster there is, and wait until it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
        }
        if not self._is_durable:
            # Nothing here outlives the tests, so nothing needs to reach the disk.
            off = ("fsync", "full_page_writes", "synchronous_commit")
            settings |= dict.fromkeys(off, "off")
        with self._log.open("ab") as log:
            options = [f"--{name}={value}" for name, value in settings.items()]
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, *options],
                **self._as_owner(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait()

    def kill(self) -> None:
        """End the postmaster as a power cut would; its children notice, and go by themselves."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _as_owner(self) -> dict[str, Any]:
        if self.owner is None:
            return {}
        return {
            "user": self.owner,
            "group": pwd.getpwnam(self.owner).pw_gid,
            "extra_groups": [],
        }

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            with contextlib.suppress(psycopg.OperationalError), self._admin():
                return
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")
            time.sleep(0.05)

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        )

    def create_database(self, template: str | None = None) -> str:
        """Make an empty database, or a copy of another one.

        Parameters
        ----------
        template : str, optional
            URL of a database to copy; nobody may be connected to it.

        Returns
        -------
        str
            SQLAlchemy URL of the new database.
        """
        name = f"test_{next(self._numbers)}"
        source = "template0" if template is None else urlsplit(template).path.strip("/")
        with self._admin() as admin:
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def drop_database(self, url: str) -> None:
        """Remove a database and whoever is still connected to it."""
        with self._admin() as admin:
            admin.execute(f'DROP DATABASE "{urlsplit(url).path.strip("/")}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._process is not None:
            stop(self._process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class RedisServer:
    """A redis-server on a free port of the loopback, keeping nothing on disk."""

    def __init__(self, program: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meguri-redis-"))
        self.url = ""
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers; a port taken meanwhile means another try."""
        for _ in range(5):
            port = free_port()
            self.url = f"redis://127.0.0.1:{port}/0"
            with (self.folder / "server.log").open("wb") as log:
                self._process = subprocess.Popen(
                    [
                        *(self._program, "--port", str(port), "--bind", "127.0.0.1"),
                        *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
                    ],
                    stdout=log,
                    stderr=log,
                )
            if self._answers(self._process):
                return
        raise RuntimeError(f"redis-server did not start: {self.folder / 'server.log'}")

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + START_S
        while process.poll() is None and time.monotonic() < deadline:
            # Only our own child counts: another server may have taken the port first.
            with contextlib.suppress(redis.ConnectionError), redis.from_url(self.url) as client:
                if client.info("server")["process_id"] == process.pid:
                    return True
            time.sleep(0.05)
        process.kill()
        process.wait()
        return False

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._process is not None:
            stop(self._process, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """Ask the system for a port that is free on the loopback at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_bin() -> Path | None:
    """Find the newest installed PostgreSQL, or none."""
    found = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    beside = shutil.which("initdb")
    return Path(beside).resolve().parent if beside else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL for the session; ask it for databases."""
    bin_dir = postgres_bin()
    if bin_dir is None:
        missing("PostgreSQL", "postgresql")
    server = PostgresServer(bin_dir)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database of this test alone."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A running Redis for the session."""
    program = shutil.which("redis-server")
    if program is None:
        missing("Redis", "redis-server")
    server = RedisServer(program)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def emptied(server: RedisServer) -> str:
    """Empty a Redis, and give its URL."""
    with redis.from_url(server.url) as client:
        client.flushall()
    return server.url


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """URL of a real Redis, empty at the start of the test."""
    return emptied(redis_server)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless.

    It lives for a module, not for the session: Playwright keeps an event loop running in the
    thread, and tests of other modules may want their own.
    """
    program = shutil.which("chromium")
    if program is None:
        missing("Chromium", "chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a page as a phone in Kaga would: Japanese, Tokyo time, 412 x 915.

    Another language: ``@pytest.mark.parametrize("browser_page", ["en-GB"], indirect=True)``. After
    the test the page must have thrown nothing and asked nothing of any other machine.
    """
    context = chromium.new_context(
        locale=getattr(request, "param", "ja-JP"),
        timezone_id="Asia/Tokyo",
        viewport={"width": 412, "height": 915},
    )
    page = context.new_page()
    thrown: list[str] = []
    strangers: list[str] = []

    def note_request(asked: Request) -> None:
        host = urlsplit(asked.url).hostname
        if host is not None and host not in {"127.0.0.1", "localhost"}:
            strangers.append(asked.url)

    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.on("request", note_request)
    yield page
    context.close()
    assert not thrown, f"the page threw: {thrown}"
    assert not strangers, f"the page asked other machines: {strangers}"
