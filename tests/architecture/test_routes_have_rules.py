"""Every route of the API says who may ask it."""

from tests.apps.doors import RULES, operations


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    """A new route: write into tests/apps/doors.py who may ask it, and who may read of others."""
    assert sorted(RULES) == sorted(operations())
