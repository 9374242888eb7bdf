"""What may lie in the repository."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import PACKAGES, ROOT, text_of, tracked_files

LARGEST_BYTES = 1 << 20
LONGEST_MODULE = 500

REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org")
MACHINE_PATHS = re.compile(r"(?<![\w.*])/(?:work|root|farm|home/\w+)/|(?<![\w.*])/tmp/[a-z]")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b|#.*\bXXX\b|raise NotImplementedError")
ROOMS_WITHOUT_A_NAME = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def places(pattern: re.Pattern[str], *, outside: tuple[str, ...] = ()) -> Iterator[str]:
    """Lines of tracked text files where a pattern is found, as ``file:line``."""
    for path in tracked_files():
        text = None if path.parts[0] in outside else text_of(path)
        if text is None:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                yield f"{path}:{number}: {line.strip()[:100]}"


def python_files() -> list[Path]:
    """Tracked Python modules."""
    return [path for path in tracked_files() if path.suffix == ".py"]


def test_no_large_files_outside_the_city_data() -> None:
    large = [
        f"{path}: {size} bytes"
        for path in tracked_files()
        if path.parts[:2] != ("data", "kaga")
        and (size := (ROOT / path).stat().st_size) > LARGEST_BYTES
    ]
    assert not large


def test_modules_are_short_enough_to_read() -> None:
    long = [
        f"{path}: {lines} lines"
        for path in python_files()
        if (lines := len((text_of(path) or "").splitlines())) > LONGEST_MODULE
    ]
    assert not long


def test_no_file_names_a_package_registry() -> None:
    assert not list(places(REGISTRIES))


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert not list(places(MACHINE_PATHS, outside=("tests",)))


def test_nothing_is_left_unfinished() -> None:
    assert not list(places(UNFINISHED, outside=("tests",)))


def test_every_module_has_a_name_that_says_what_it_does() -> None:
    vague = [
        str(path)
        for path in python_files()
        if path.parts[0] in PACKAGES and ROOMS_WITHOUT_A_NAME & {path.stem, *path.parts[:-1]}
    ]
    assert not vague


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for name in ("run", "build", "dev"):
        lock = ROOT / "requirements" / f"{name}.txt"
        lines = lock.read_text(encoding="utf-8").splitlines()
        pins = [index for index, line in enumerate(lines) if line and not line.startswith(" ")]
        assert pins, f"{lock.name} is empty"
        for index in pins:
            assert re.match(r"[a-z0-9.\-]+(\[[a-z,]+\])?==", lines[index]), lines[index]
            assert lines[index + 1].lstrip().startswith("--hash=sha256:"), lines[index]


def test_the_optimiser_is_not_resolved_back_to_an_old_one() -> None:
    # A newer protobuf makes resolvers fall back to OR-Tools 9.10 without a word.
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    found = re.search(r"^ortools==(\d+)\.(\d+)", lock, flags=re.MULTILINE)
    assert found is not None
    assert (int(found[1]), int(found[2])) >= (9, 15)
