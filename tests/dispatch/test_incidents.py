"""When a promise breaks: who is moved, who is promised anew, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.drafts import Bound, Unserved
from dispatch.errors import InvalidProblemError
from dispatch.halts import Halt
from dispatch.incidents import BREAKDOWN, LATE_VEHICLE, Breakdown, Fallen, repair
from dispatch.plan import Plan, Route, halt_stop, stops_of
from dispatch.problem import UNREACHABLE, Load, Onboard, Problem, Request, Vehicle
from tests.oracles.plan_checker import check_plan

# A road of five places, 100 s apart:  A --- B --- C --- D --- E
A, B, C, D, E = range(5)
ROAD = np.array([[100 * abs(a - b) for b in range(5)] for a in range(5)], dtype=np.int32)
VAN0, VAN1 = (Vehicle(f"van{i}", Load(2), A, None, 0, 7200) for i in range(2))
X = Request("x", B, D, 100, 200, 400, 300, Load(1))
Y = Request("y", C, E, 200, 300, 500, 300, Load(1))


def two_vans(*requests: Request, van0: Vehicle = VAN0, van1: Vehicle = VAN1) -> Problem:
    return Problem((van0, van1), requests, ROAD)


def on_van0(*requests: Request, frozen: int = 0) -> Plan:
    return Plan((Route("van0", tuple(s for r in requests for s in stops_of(r)), frozen),))


def test_nothing_happens_where_every_promise_holds() -> None:
    problem, plan = two_vans(X), on_van0(X)
    answer = repair(problem, plan)
    assert (answer.problem, answer.plan, answer.fallen) == (problem, plan, ())


def test_a_late_vans_rider_goes_to_another_van_inside_his_promise() -> None:
    # van0 is free only at 500, far beyond x's latest pickup at 200; van1 stands at A with time.
    answer = repair(two_vans(X, van0=replace(VAN0, start_s=500)), on_van0(X))
    assert answer.fallen == ()
    assert answer.plan.route("van1").stops == stops_of(X)
    assert answer.plan.route("van0").stops == ()
    assert answer.problem.request("x") == X
    assert check_plan(answer.problem, answer.plan, ["x"]) == []


def test_with_one_van_the_promise_falls_by_no_more_than_the_van_is_late() -> None:
    # Free at A at 150: at B at 250 instead of 200, at D at 450 instead of 400.
    late = Problem((replace(VAN0, start_s=150),), (X,), ROAD)
    answer = repair(late, on_van0(X))
    assert answer.fallen == (
        Fallen("x", Bound.ARRIVAL, 400, 450, LATE_VEHICLE, "van0"),
        Fallen("x", Bound.PICKUP, 200, 250, LATE_VEHICLE, "van0"),
    )
    assert answer.problem.request("x").latest_pickup_s == 250
    assert check_plan(answer.problem, answer.plan, ["x"]) == []


def test_what_falls_is_promised_anew_with_the_tolerance_and_nothing_else_moves() -> None:
    # Ten seconds late at the pickup only: the arrival has room, and keeps its bound.
    roomy = replace(X, latest_dropoff_s=1000)
    late = Problem((replace(VAN0, start_s=110),), (roomy,), ROAD)
    answer = repair(late, on_van0(roomy), tolerance_s=60)
    assert [(f.bound, f.old_s, f.new_s) for f in answer.fallen] == [(Bound.PICKUP, 200, 270)]
    assert answer.problem.request("x") == replace(roomy, latest_pickup_s=270)


def test_riders_of_a_broken_van_are_fetched_where_they_stand() -> None:
    # x boarded van0 at 100 and stands at C since 220, due at D by 400; y waits at C.
    broken = replace(VAN0, start_node=C, start_s=220, onboard=(Onboard("x", 100),))
    plan = Plan((Route("van0", (stops_of(X)[1], *stops_of(Y))),))
    late_y = replace(Y, latest_pickup_s=900, latest_dropoff_s=1100)
    problem = two_vans(X, late_y, van0=broken, van1=replace(VAN1, start_node=B, start_s=190))
    answer = repair(problem, plan, [Breakdown("van0", C, 220)])
    assert answer.fallen == ()
    assert [vehicle.id for vehicle in answer.problem.vehicles] == ["van1"]
    moved = answer.problem.request("x")
    assert (moved.pickup_node, moved.earliest_pickup_s, moved.latest_dropoff_s) == (C, 220, 400)
    assert check_plan(answer.problem, answer.plan, ["x", "y"]) == []


def test_the_ride_of_who_was_put_out_goes_on_counting() -> None:
    # x may ride 250 s and has been under way since 100; van1 comes to C at 400 and to D at 500.
    broken = replace(VAN0, start_node=C, start_s=220, onboard=(Onboard("x", 100),))
    x = replace(X, latest_dropoff_s=1000, max_ride_s=250)
    problem = two_vans(x, van0=broken, van1=replace(VAN1, start_s=200))
    answer = repair(problem, Plan((Route("van0", stops_of(x)[1:]),)), [Breakdown("van0", C, 220)])
    assert answer.fallen == (Fallen("x", Bound.RIDE, 250, 400, BREAKDOWN, "van0"),)
    moved = answer.problem.request("x")
    assert (moved.latest_pickup_s, moved.latest_dropoff_s) == (400, 500)
    assert check_plan(answer.problem, answer.plan, ["x"]) == []


def test_the_others_promises_are_not_touched_for_the_sake_of_a_broken_one() -> None:
    # van1 is promised to y alone, tightly; x of the broken van has to wait until y is at E.
    y = replace(Y, latest_pickup_s=200, latest_dropoff_s=400)
    plan = on_van0(X).with_route(Route("van1", stops_of(y)))
    answer = repair(two_vans(X, y), plan, [Breakdown("van0", A, 0)])
    assert answer.problem.request("y") == y
    assert {fallen.request_id for fallen in answer.fallen} <= {"x"}
    assert check_plan(answer.problem, answer.plan, ["x", "y"]) == []


def test_somebody_elses_rider_makes_room_if_he_has_a_place_elsewhere() -> None:
    # One seat each. van1 at A drives for y, who has time; van2 far off at E can take y, not x.
    y = replace(Y, pickup_node=D, latest_pickup_s=2000, latest_dropoff_s=3000)
    single = replace(VAN1, capacity=Load(1))
    van2 = replace(VAN1, id="van2", start_node=E, capacity=Load(1), start_s=300)
    plan = on_van0(X).with_route(Route("van1", stops_of(y)))
    problem = Problem((VAN0, single, van2), (X, y), ROAD)
    answer = repair(problem, plan, [Breakdown("van0", A, 0)])
    assert answer.fallen == ()
    assert check_plan(answer.problem, answer.plan, ["x", "y"]) == []


def test_a_vehicle_goes_on_to_the_stop_it_is_driving_to() -> None:
    # van0 has left for x at B and cannot turn back, however late it is.
    late = replace(VAN0, start_s=150)
    answer = repair(two_vans(X, Y, van0=late), on_van0(X, Y, frozen=1))
    assert answer.plan.route("van0").stops[0] == stops_of(X)[0]
    assert answer.plan.route("van0").frozen == 1
    assert {fallen.request_id for fallen in answer.fallen} == {"x"}
    assert check_plan(answer.problem, answer.plan, ["x", "y"]) == []


def test_few_broken_promises_are_better_than_little_lateness() -> None:
    # Driven in order, both would be late by 50 s. Alone, y can be kept and x is later.
    late = Problem((replace(VAN0, start_node=C, start_s=250),), (X, Y), ROAD)
    answer = repair(late, on_van0(X, Y))
    assert {fallen.request_id for fallen in answer.fallen} == {"x"}
    assert check_plan(answer.problem, answer.plan, ["x", "y"]) == []


def test_who_can_be_taken_by_nobody_is_said_to_be_so() -> None:
    chair = replace(X, load=Load(0, 1))
    able = replace(VAN0, capacity=Load(2, 1))
    answer = repair(two_vans(chair, van0=able), on_van0(chair), [Breakdown("van0", A, 0)])
    assert answer.unserved == (Unserved("x", "no_wheelchair_place"),)
    assert answer.plan.request_ids == frozenset()


def test_a_shift_ends_later_rather_than_leaving_its_riders_behind() -> None:
    late = Problem((replace(VAN0, start_s=250, end_s=400),), (X,), ROAD)
    answer = repair(late, on_van0(X))
    assert answer.overtime == (("van0", 400, 550),)
    assert answer.problem.vehicle("van0").end_s == 550
    assert check_plan(answer.problem, answer.plan, ["x"]) == []


def test_riders_who_cannot_be_driven_at_all_stay_where_they_are() -> None:
    # The road to D is closed, and x sits in van0.
    closed = ROAD.copy()
    closed[:D, D] = UNREACHABLE
    carrying = replace(VAN0, start_node=B, start_s=160, onboard=(Onboard("x", 160),))
    plan = Plan((Route("van0", stops_of(X)[1:]),))
    answer = repair(Problem((carrying, VAN1), (X,), closed), plan)
    assert answer.left_alone == ("van0",)
    assert answer.plan.route("van0") == plan.route("van0")
    assert answer.fallen == ()


def test_a_late_vans_break_begins_late_when_it_must_and_is_named() -> None:
    # Ten minutes at D between 400 and 450; the van has x on board and comes to D at 600.
    pause = Halt("pause", 400, 450, 600, D)
    carrying = replace(
        VAN0, start_node=B, start_s=400, onboard=(Onboard("x", 160),), halts=(pause,)
    )
    plan = Plan((Route("van0", (stops_of(X)[1], halt_stop(pause))),))
    answer = repair(Problem((carrying,), (X,), ROAD), plan)
    assert answer.late_halts == (("pause", 450, 600),)
    assert {fallen.request_id for fallen in answer.fallen} == {"x"}
    assert check_plan(answer.problem, answer.plan, ["x"]) == []


def test_a_breakdown_outside_of_the_map_is_refused() -> None:
    with pytest.raises(InvalidProblemError, match="only 5 nodes"):
        repair(two_vans(X), on_van0(X), [Breakdown("van0", 9, 0)])
    with pytest.raises(InvalidProblemError, match="Vehicle van9"):
        repair(two_vans(X), on_van0(X), [Breakdown("van9", A, 0)])
