"""Fixtures every room of the house may use."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# One cache of compiled kernels for all workers and for the programs the tests start, so that the
# compiler is paid once. Set before anything imports numba.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".cache" / "numba"))

pytest_plugins = ["tests.services"]


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
