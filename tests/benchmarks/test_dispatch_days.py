"""Days of other people's examples, as the table of the dispatcher drives them."""

from __future__ import annotations

import pytest

from benchmarks.dispatch import manhattan, munich
from dispatch.simulation import Rules, simulate
from tests.oracles.day_checker import wrong_with

pytestmark = [pytest.mark.shared]


@pytest.mark.skipif(not munich.FOLDER.is_dir(), reason="the reference data is not there")
def test_munich_is_driven_by_its_rules() -> None:
    starts = munich.starts_of(1, 6)
    streets = munich.Streets(starts)
    day = munich.day_of(streets, starts, strict=True)
    assert (len(day.wishes), len(streets.stops)) == (400, 28)
    rules = Rules(make_room_s=0.01, tend_every_s=120 * munich.TENTHS, rebalances=True)
    outcome = simulate(day, rules)
    assert wrong_with(day, outcome) == []
    assert 0.4 < outcome.summary().served_share < 0.7
    for ride in outcome.rides:
        if ride.dropoff_s is not None and ride.pickup_s is not None:
            assert ride.pickup_s - ride.released_s <= 300 * munich.TENTHS
            direct_s = ride.direct_s - munich.BOARDING
            on_board_s = ride.dropoff_s - ride.pickup_s - munich.BOARDING
            assert on_board_s <= 1.4 * direct_s


@pytest.mark.skipif(not manhattan.FOLDER.is_dir(), reason="the reference data is not there")
def test_manhattan_in_small_is_driven_by_its_rules() -> None:
    day = manhattan.day_of(seed=3, hours=0.2, vehicles=40, per_hour=600)
    outcome = simulate(day, manhattan.RULES)
    assert wrong_with(day, outcome) == []
    summary = outcome.summary()
    assert summary.broken_by_planning == 0
    assert summary.served_share > 0.5
    assert max(r.pickup_s - r.released_s for r in outcome.rides if r.pickup_s) <= manhattan.WAIT_S
