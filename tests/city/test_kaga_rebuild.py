"""The city is rebuilt byte for byte from its facts."""

from pathlib import Path


def _files(root: Path) -> dict[str, Path]:
    skipped = {"build", "facts", ".gitattributes"}
    return {
        str(path.relative_to(root)): path
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] not in skipped
    }


def test_a_second_build_gives_the_same_files(kaga: Path, rebuilt: Path) -> None:
    assert set(_files(rebuilt)) == set(_files(kaga))


def test_a_second_build_gives_the_same_bytes(kaga: Path, rebuilt: Path) -> None:
    stored = _files(kaga)
    different = [
        name
        for name, path in _files(rebuilt).items()
        if path.read_bytes() != stored[name].read_bytes()
    ]
    assert different == [], "run `make city` and commit, or pin what changed"


def test_the_build_reads_no_file_outside_its_facts(kaga: Path) -> None:
    sources = [*(kaga / "build").glob("*.py")]
    assert sources
    assert [path.name for path in sources if "shared" in path.read_text(encoding="utf-8")] == []


def test_the_city_stays_small(kaga: Path) -> None:
    assert sum(path.stat().st_size for path in _files(kaga).values()) < 2_000_000
