"""Fixtures every room of the house may use."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytest_plugins = ["tests.services", "tests.backings"]


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernels once, before several workers would do so at the same time."""
    workers = config.getoption("numprocesses", default=None)
    if not workers or hasattr(config, "workerinput"):
        return
    sources = [path.relative_to(ROOT) for path in sorted(ROOT.glob("*/kernels/*.py"))]
    modules = [".".join(path.with_suffix("").parts) for path in sources if path.stem[0] != "_"]
    if modules:
        # In a process of its own: a kernel that does not compile fails its tests, not the session.
        importing = [sys.executable, "-c", f"import {', '.join(modules)}"]
        subprocess.run(importing, cwd=ROOT, check=False, capture_output=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Reference data beside the checkout: real feeds, streets and demand of several cities.

    Returns
    -------
    Path
        The folder ``../shared/data``; the test is skipped where there is none.
    """
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no reference data: ../shared/data is not beside this checkout")
    return folder
