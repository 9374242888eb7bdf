"""The most changes a rider accepts."""

import pytest

from tests.routing.towns import Town

TOWN = Town("""
    A 36.30 136.30
    B 36.34 136.30
    C 36.38 136.30
    D 36.42 136.30
    slow X daily | A 08:00 D 10:00
    ab   P daily | A 08:00 B 08:10
    bc   Q daily | B 08:20 C 08:30
    cd   R daily | C 08:40 D 08:50
    bd   S daily | B 08:20 D 09:20
""")


@pytest.mark.parametrize(
    ("most", "arrivals"),
    [(0, ["10:00"]), (1, ["09:20", "10:00"]), (2, ["08:50", "09:20", "10:00"])],
)
def test_journeys_up_to_so_many_changes(most: int, arrivals: list[str]) -> None:
    texts = TOWN.texts("A", "D", "08:00", window_s=0, max_transfers=most)
    assert [text[-5:] for text in texts] == arrivals


def test_more_than_are_needed_change_nothing() -> None:
    two, seven = (TOWN.texts("A", "D", "08:00", max_transfers=most) for most in (2, 7))
    assert two == seven
