"""A simulated day is decided again from its log: answers, batches, improvement, incidents."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from dispatch.decisions import DecisionLog, replay
from dispatch.simulation import Rules, simulate
from tests.dispatch.test_simulation import random_day


@pytest.mark.parametrize(
    "rules",
    [Rules(), Rules(window_s=30, tend_every_s=600, improve_rounds=200, rebalances=True)],
    ids=["at once", "batches and improvement"],
)
def test_a_whole_day_is_decided_the_same_way_again(rules: Rules) -> None:
    lines: list[str] = []
    outcome = simulate(
        random_day(3), rules, seed=3, noise=0.15, decisions=DecisionLog(lines.append)
    )
    found = replay(lines)
    assert found.difference is None
    kinds = Counter(json.loads(line)["kind"] for line in lines)
    assert kinds["find"] >= len(outcome.rides)
    assert found.decisions == kinds["find"] + kinds["repair"] + kinds["improve"]
    assert kinds["repair"] >= 1, "the noise should make some vehicle late"
    assert outcome.rides == simulate(random_day(3), rules, seed=3, noise=0.15).rides
