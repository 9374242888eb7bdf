"""The floors of the house: who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGES, ROOT

KERNEL_FILES = sorted(ROOT.glob("*/kernels/**/*.py"))
KERNELS_MAY_IMPORT = {"numba", "numpy"}
KERNELS_MAY_IMPORT |= {"__future__", "collections", "functools", "math", "operator", "typing"}


def test_every_import_contract_of_pyproject_is_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run([program, "--no-logo"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def imported_modules(source: Path) -> set[str]:
    """Modules a file imports, by absolute name, wherever in the file it does."""
    package = ".".join(source.relative_to(ROOT).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] + "." if node.level else ""
            found.add((base + (node.module or "")).rstrip("."))
    return found


@pytest.mark.parametrize("source", KERNEL_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_kernels_import_numpy_numba_and_each_other(source: Path) -> None:
    own = f"{source.relative_to(ROOT).parts[0]}.kernels"
    strangers = {
        name
        for name in imported_modules(source)
        if name.split(".")[0] not in KERNELS_MAY_IMPORT and not name.startswith(own)
    }
    assert not strangers, f"{source.relative_to(ROOT)} imports {sorted(strangers)}"


def test_both_engines_have_kernels() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in KERNEL_FILES} == {"routing", "dispatch"}


def test_both_engines_compile_their_kernels_alike() -> None:
    one, other = (ROOT / engine / "kernels" / "compiled.py" for engine in ("routing", "dispatch"))
    assert one.read_text(encoding="utf-8") == other.read_text(encoding="utf-8")


def test_no_kernel_counts_from_the_end() -> None:
    from_the_end = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in KERNEL_FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript)
        for index in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub)
    ]
    assert from_the_end == [], "numba takes indices of kernels as they are, see compiled.py"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_its_page_and_its_errors(package: str) -> None:
    page = ROOT / package / "package.md"
    assert page.is_file(), f"write {package}/package.md: purpose, files, invariants, how to test"
    assert page.read_text(encoding="utf-8").startswith("# "), f"{page} has no title"
    if package != "apps":
        assert (ROOT / package / "errors.py").is_file(), f"{package} has no errors.py"
