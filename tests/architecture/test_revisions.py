"""Revisions of the schema stand in one line: two with one number would start no service."""

import re

from tests.architecture.house import ROOT

REVISION = re.compile(
    r'^revision: str = "(\d+)"\ndown_revision: str \| None = (?:"(\d+)"|None)', re.M
)


def test_each_revision_follows_the_one_before() -> None:
    paths = sorted((ROOT / "maas" / "migrations" / "versions").glob("*.py"))
    found = [REVISION.search(path.read_text(encoding="utf-8")) for path in paths]
    told = [one.groups() for one in found if one is not None]
    numbers = [f"{number:04}" for number in range(1, len(paths) + 1)]
    assert told == list(zip(numbers, [None, *numbers], strict=False))
    assert [path.name[:4] for path in paths] == numbers
