"""What was improved on a snapshot is merged only where it still holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dispatch.horizon import answer_batch, freeze, merge, replan
from dispatch.objective import DRIVING_ONLY
from dispatch.plan import Plan, Route, stops_of
from dispatch.problem import Load, Problem, Request, Vehicle
from tests.oracles.plan_checker import check_plan

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VANS = tuple(Vehicle(f"van{i}", Load(4), A, A, 0, 7200) for i in range(3))
X, Y, Z = (Request(name, B, D, 0, 7200, 7200, 3600, Load(1)) for name in "xyz")
PROBLEM = Problem(VANS, (X, Y, Z), LINE)

# van0 drives for x, van1 for y and van2 for z; x and y could share van0.
BEFORE = Plan((Route("van0", stops_of(X)), Route("van1", stops_of(Y)), Route("van2", stops_of(Z))))
SHARED = (stops_of(X)[0], stops_of(Y)[0], stops_of(X)[1], stops_of(Y)[1])
AFTER = Plan((Route("van0", SHARED), Route("van1"), Route("van2", stops_of(Z))))


def test_the_improvement_is_taken_when_nothing_moved() -> None:
    merged = merge(PROBLEM, BEFORE, AFTER, BEFORE)
    assert merged.route("van0").stops == SHARED
    assert check_plan(PROBLEM, merged, "xyz") == []


def test_vehicles_that_exchanged_riders_stand_or_fall_together() -> None:
    # van1 has picked y up meanwhile, or has a new rider: van0 must not fetch y again.
    frozen = BEFORE.with_route(Route("van1", stops_of(Y), 1))
    assert merge(PROBLEM, BEFORE, AFTER, frozen) is frozen
    assert merge(PROBLEM, BEFORE, AFTER, BEFORE, moved=["van1"]) is BEFORE
    assert merge(PROBLEM, BEFORE, AFTER, BEFORE, moved=["van2"]) != BEFORE
    new = Request("new", C, D, 0, 7200, 7200, 3600, Load(1))
    current = BEFORE.with_route(Route("van1", (*stops_of(Y), *stops_of(new))))
    assert merge(PROBLEM.with_requests(new), BEFORE, AFTER, current) is current


def test_a_group_without_the_moved_vehicle_is_still_taken() -> None:
    current = BEFORE.with_route(Route("van2"))
    merged = merge(PROBLEM, BEFORE, AFTER, current)
    assert merged.route("van0").stops == SHARED
    assert merged.route("van2") == Route("van2")


def test_promises_are_checked_against_the_present() -> None:
    # van0 is late now: together x and y would come too late, each alone is still possible.
    promised = PROBLEM.with_requests(replace(X, boarding_s=60), replace(Y, latest_dropoff_s=700))
    late = promised.with_vehicles(replace(VANS[0], start_s=400))
    assert merge(promised, BEFORE, AFTER, BEFORE) != BEFORE
    assert merge(late, BEFORE, AFTER, BEFORE) is BEFORE


def test_what_is_not_cheaper_or_loses_a_rider_is_not_taken() -> None:
    assert merge(PROBLEM, AFTER, BEFORE, AFTER) is AFTER
    lost = Plan((Route("van0", stops_of(X)), Route("van1")))
    assert merge(PROBLEM, BEFORE, lost.with_route(*BEFORE.routes[2:]), BEFORE) is BEFORE


def test_replan_leaves_late_vehicles_alone_and_improves_the_others() -> None:
    late = PROBLEM.with_vehicles(replace(VANS[2], end_s=100))
    better = replan(late, BEFORE, 1, weights=DRIVING_ONLY, rounds=30)
    assert better.route("van2") == BEFORE.route("van2")
    assert sum(not better.route(v).stops for v in ("van0", "van1")) == 1
    assert better.request_ids == BEFORE.request_ids
    assert replan(Problem(VANS[2:], (), LINE), Plan(), 1) == Plan()


def test_a_batch_is_answered_and_merged() -> None:
    before = Plan((Route("van0", stops_of(X)),))
    answer = answer_batch(PROBLEM, before, ["y", "z"], movable=["x"], weights=DRIVING_ONLY)
    assert answer.refused == ()
    assert check_plan(PROBLEM, answer.plan, "xyz") == []
    merged = merge(PROBLEM, before, answer.plan, before, new=["y", "z"])
    assert merged.request_ids == {"x", "y", "z"}
    # Without being told that they are new, or when one has a vehicle by now, nothing is taken.
    assert merge(PROBLEM, before, answer.plan, before) is before
    meanwhile = before.with_route(Route("van1", stops_of(Y)))
    assert check_plan(PROBLEM, merge(PROBLEM, before, answer.plan, meanwhile, new="yz")) == []


def test_a_late_van_takes_nobody_in_a_batch() -> None:
    late = Problem((replace(VANS[0], end_s=100), VANS[1]), (X, Y), LINE)
    before = Plan((Route("van0", stops_of(X)),))
    answer = answer_batch(late, before, ["y"])
    assert answer.plan.route("van0").stops == stops_of(X)
    assert answer.plan.route("van1").request_ids == {"y"}
    nobody = answer_batch(Problem(late.vehicles[:1], (X, Y), LINE), before, ["y"])
    assert (nobody.plan, nobody.refused) == (before, ("y",))


def test_stops_that_are_left_for_soon_are_frozen_and_stay_frozen() -> None:
    # x boards at B at 1000, y at 3000: the van leaves A for x at 900, and D for y at 2800.
    late_y = replace(Y, earliest_pickup_s=3000)
    problem = Problem(VANS[:1], (replace(X, earliest_pickup_s=1000), late_y), LINE)
    plan = Plan((Route("van0", (*stops_of(X), *stops_of(late_y))),))
    assert [freeze(problem, plan, at_s).route("van0").frozen for at_s in (899, 900, 1000)] == [
        0,
        1,
        2,
    ]
    assert freeze(problem, plan, 2799).route("van0").frozen == 2
    assert freeze(problem, plan, 9000).route("van0").frozen == 4
    under_way = plan.with_route(Route("van0", plan.route("van0").stops, 3))
    assert freeze(problem, under_way, 0) is under_way


def test_routes_that_are_late_are_not_frozen_further() -> None:
    late = PROBLEM.with_vehicles(replace(VANS[2], end_s=100))
    assert freeze(late, BEFORE, 9000).route("van2") == BEFORE.route("van2")
