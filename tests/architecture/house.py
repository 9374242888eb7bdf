"""What the tests of the house look at: its packages, its files, its documentation."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a copy without git may hold beside the project's own files.
MADE_AGAIN = {
    *(".git", ".venv", ".cache", ".hypothesis"),
    *("node_modules", "static", "__pycache__", "var", "dist"),
}
PACKAGES = ("gtfs", "routing", "dispatch", "maas", "apps")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file the repository holds, relative to its root.

    Returns
    -------
    tuple of Path
        In a checkout what git tracks; elsewhere every file that is not made again.
    """
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        paths = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*")))
        return tuple(
            path
            for path in paths
            if (ROOT / path).is_file()
            and not MADE_AGAIN & set(path.parts)
            and not path.parts[0].endswith("_cache")
        )
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = (Path(name) for name in listing.stdout.split("\0") if name)
    return tuple(path for path in files if (ROOT / path).is_file())


@cache
def text_of(path: Path) -> str | None:
    """Text of a tracked file, or None when it is not text."""
    content = (ROOT / path).read_bytes()
    if b"\0" in content[:8000]:
        return None
    return content.decode(errors="replace")


@cache
def documentation() -> str:
    """README.md and every package.md, as one text."""
    pages = [Path("README.md")]
    pages += [path for path in tracked_files() if path.name == "package.md"]
    return "\n".join((ROOT / page).read_text(encoding="utf-8") for page in pages)
