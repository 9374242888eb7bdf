"""A short storm: `make storm` is the long one."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.storms.storm import Town, blow, faults, judge, running_town


@pytest.mark.services
def test_nothing_that_was_promised_is_lost(tmp_path: Path) -> None:
    with running_town(tmp_path, vans=3) as town:
        memory = blow(town, seconds=10, riders=6, kills=6, seed=3)
        verdict = judge(town, memory)
        assert memory.booked
        assert sum(part.kills for part in town.parts) == 6
        assert faults(verdict) == []
        # The judge sees what is missing: a ride that nobody drives, a booking that nobody knows.
        change(town, "DELETE FROM plan_stop WHERE id = (SELECT min(id) FROM plan_stop)")
        assert judge(town, memory)["WRONG ROWS, PROMISES, EVENTS"] > 0
        change(town, "DELETE FROM idempotency_key")
        verdict = judge(town, memory)
        assert verdict["LOST"] == verdict["DOUBLED"] == len(memory.booked)
        assert faults(verdict)


def change(town: Town, query: str) -> None:
    """Do what no service does."""
    engine = create_engine(town.postgres.url)
    with engine.begin() as connection:
        connection.execute(text(query))
    engine.dispose()
