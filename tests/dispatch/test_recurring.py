"""A ride every Tuesday and Thursday: dated requests, answered day by day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from dispatch.errors import InvalidProblemError
from dispatch.insertion import Insertion, Refusal
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle
from dispatch.recurring import Weekly, answer_series, dated
from tests.oracles.plan_checker import check_plan

DAY_S = 86_400
MONDAY = date(2026, 11, 23)
DAYS = {MONDAY + timedelta(days=n): n * DAY_S for n in range(14)}
NINE = 9 * 3600
RIDE = Request("clinic", 0, 1, NINE, NINE + 600, NINE + 1800, 900, Load(1), earliest_dropoff_s=NINE)
TUESDAYS_AND_THURSDAYS = frozenset({1, 3})


def weekly(**changes: object) -> Weekly:
    given: dict[str, object] = {"first": MONDAY, "last": date(2026, 12, 31)} | changes
    return Weekly(RIDE, TUESDAYS_AND_THURSDAYS, **given)  # type: ignore[arg-type]


def test_each_week_has_its_days() -> None:
    rides = dated(weekly(), DAYS)
    assert [ride.id for ride in rides] == [
        "clinic/2026-11-24",
        "clinic/2026-11-26",
        "clinic/2026-12-01",
        "clinic/2026-12-03",
    ]
    assert [ride.earliest_pickup_s for ride in rides] == [n * DAY_S + NINE for n in (1, 3, 8, 10)]
    assert rides[0].latest_dropoff_s - rides[0].earliest_pickup_s == 1800
    assert rides[0].earliest_dropoff_s == DAY_S + NINE


def test_first_last_and_exceptions_bound_the_series() -> None:
    some = weekly(
        first=date(2026, 11, 25),
        last=date(2026, 12, 1),
        except_on=frozenset({date(2026, 11, 26)}),
    )
    assert [ride.id for ride in dated(some, DAYS)] == ["clinic/2026-12-01"]


def test_the_clock_of_each_day_is_the_callers() -> None:
    """On the day on which clocks go back the times count from an hour later."""
    shifted = {day: at_s + (3600 if day.day == 26 else 0) for day, at_s in DAYS.items()}
    rides = {ride.id: ride for ride in dated(weekly(), shifted)}
    assert rides["clinic/2026-11-26"].earliest_pickup_s == 3 * DAY_S + NINE + 3600


def test_a_full_day_does_not_spoil_the_others() -> None:
    line = np.array([[0, 300], [300, 0]], dtype=np.int32)
    # The van is there on three days of the series; on the fourth it is not.
    vans = tuple(Vehicle(f"van{n}", Load(4), 0, 0, n * DAY_S, (n + 1) * DAY_S) for n in (1, 3, 8))
    problem, plan, answers = answer_series(Problem(vans, (), line), Plan(), dated(weekly(), DAYS))
    taken = [name for name, answer in answers.items() if isinstance(answer, Insertion)]
    assert taken == ["clinic/2026-11-24", "clinic/2026-11-26", "clinic/2026-12-01"]
    assert isinstance(answers["clinic/2026-12-03"], Refusal)
    assert check_plan(problem, plan, taken) == []


def test_a_pattern_without_days_is_refused() -> None:
    with pytest.raises(InvalidProblemError, match="weekdays"):
        Weekly(RIDE, frozenset(), MONDAY, MONDAY)
    with pytest.raises(InvalidProblemError, match="weekdays"):
        Weekly(RIDE, frozenset({7}), MONDAY, MONDAY)
    with pytest.raises(InvalidProblemError, match="last"):
        weekly(last=date(2026, 1, 1))
