"""Names and messages from outside are printed as they are: none is taken for colours or links."""

from pathlib import Path

import pytest

from tests.apps.test_cli import Maas, maas, town
from tests.builders import FEED, toytown

__all__ = ["maas", "town"]


@pytest.mark.parametrize("name", ["[/x]", "[bold]", "[link=https://example.org]A", "\\[", "[[]]"])
def test_a_riders_name_is_only_a_name(maas: Maas, name: str) -> None:
    wish = ("station", "east", "--depart", "2026-11-24 10:00")
    booked = maas("book", *wish, "--name", name)
    assert booked.returncode == 0, booked.stderr
    listed = maas("drivers", "list", "--date", "2026-11-24")
    assert listed.returncode == 0, listed.stderr
    assert f" {name} (1+0)" in listed.stdout


def test_a_feed_is_quoted_as_it_is(maas: Maas, tmp_path: Path) -> None:
    odd = FEED["routes"].replace("red,town,Red,,3", "red,town,[/x],,many")
    checked = maas("city", "check", str(toytown(tmp_path / "odd", routes=odd)))
    assert checked.returncode in {0, 2}
    places = toytown(tmp_path / "places") / "places.csv"
    places.write_text(places.read_text().replace("36.3,", "[/x],", 1))
    checked = maas("city", "check", str(places.parent))
    assert checked.returncode == 2
    assert "'[/x]'" in checked.stdout
