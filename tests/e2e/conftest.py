"""The embedded city, served as ``make run`` does."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.steps import NOW, STAFF_KEY, Service
from tests.services import free_port


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Kaga, as ``make run`` serves it."""
    with serving(tmp_path_factory.mktemp("var"), free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def named_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same at a name: browsers keep passkeys for names alone."""
    port = free_port()
    url = f"http://localhost:{port}"
    with serving(tmp_path_factory.mktemp("var"), port, MAAS_PUBLIC_URL=url) as running:
        yield running


@contextmanager
def serving(data_dir: Path, port: int, **settings: str) -> Iterator[Service]:
    """Serve Kaga on a port, with its worker, as ``make run`` does; end it by Ctrl-C."""
    environment = {name: value for name, value in os.environ.items() if "MAAS_" not in name}
    environment |= {"MAAS_NOW": NOW, "MAAS_DATA_DIR": str(data_dir), "MAAS_STAFF_KEY": STAFF_KEY}
    environment |= settings
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.cli.main", "serve", "--port", str(port), "--json"],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = ""
    while line := process.stdout.readline():
        lines += line
        if line.startswith("}"):
            break
    assert lines, process.stderr.read() if process.stderr else ""
    said = json.loads(lines)
    yield Service(said["url"], said["driver_url"], data_dir)
    process.send_signal(signal.SIGINT)
    _out, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130, -signal.SIGINT), errors
    assert "Traceback" not in errors
