"""Limits: counted together over Redis, alone where Redis is away."""

import pytest

from maas.errors import TooManyTriesError
from maas.throttle import Throttle


def tries(throttle: Throttle, what: str, rates: str, most: int = 20) -> int:
    """How many are let through at once."""
    for number in range(most):
        try:
            throttle.spend(what, rates)
        except TooManyTriesError:
            return number
    return most


def test_who_is_stopped_learns_for_how_long() -> None:
    throttle = Throttle("")
    throttle.spend("a", "1/minute")
    with pytest.raises(TooManyTriesError) as caught:
        throttle.spend("a", "1/minute")
    assert 50 <= caught.value.params["retry_after_s"] <= 60


def test_a_process_counts_for_itself() -> None:
    throttle = Throttle("")
    assert tries(throttle, "a", "5/minute") == 5
    assert tries(throttle, "b", "5/minute;3/hour") == 3
    assert tries(Throttle(""), "a", "5/minute") == 5


@pytest.mark.services
def test_processes_count_together(redis_url: str) -> None:
    assert tries(Throttle(redis_url), "a", "5/minute") == 5
    assert tries(Throttle(redis_url), "a", "5/minute") == 0


def test_without_redis_people_still_get_in() -> None:
    throttle = Throttle("redis://127.0.0.1:1/0")
    assert tries(throttle, "a", "5/minute") == 5
