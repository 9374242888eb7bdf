"""One refusal of each kind, on the line A ---100--- B ---100--- C ---100--- D, depot at A."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.errors import InvalidProblemError
from dispatch.insertion import Insertion, Refusal, best_insertion
from dispatch.plan import Plan, Route, stops_of
from dispatch.problem import UNREACHABLE, Load, Problem, Request, Vehicle

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(2), A, A, 0, 3600)
WISH = Request("wish", B, C, 300, 600, 900, 400, Load(1), 30)


def ask(request: Request, *vehicles: Vehicle, plan: Plan = Plan(), known: tuple = ()) -> object:
    return best_insertion(Problem(vehicles, known, LINE), plan, request)


def refusal(answer: object) -> Refusal:
    assert isinstance(answer, Refusal), answer
    return answer


def test_no_vehicle_is_in_shift_before_it_begins_and_after_it_ends() -> None:
    early = refusal(ask(WISH, replace(VAN, start_s=1000)))
    assert (early.code, early.next_pickup_s) == ("no_vehicle_in_shift", 1100)
    late = refusal(ask(WISH, replace(VAN, end_s=500)))
    assert (late.code, late.next_pickup_s) == ("no_vehicle_in_shift", None)
    assert refusal(ask(WISH)).code == "no_vehicle_in_shift"
    other_area = replace(WISH, vehicle_ids=frozenset({"shuttle"}))
    assert refusal(ask(other_area, VAN)).code == "no_vehicle_in_shift"


def test_a_vehicle_in_shift_but_too_far_away_is_a_matter_of_the_window() -> None:
    hurried = replace(WISH, earliest_pickup_s=0, latest_pickup_s=60)
    answer = refusal(ask(hurried, VAN))
    assert (answer.code, dict(answer.params)) == ("window_too_tight", {"by_s": 40})
    assert answer.next_pickup_s == 100


def test_no_capacity_no_wheelchair_place_and_no_child_seat() -> None:
    answer = refusal(ask(replace(WISH, load=Load(3)), VAN))
    assert (answer.code, dict(answer.params)) == ("no_capacity", {"seats": 3})
    answer = refusal(ask(replace(WISH, load=Load(0, 1)), VAN))
    assert (answer.code, dict(answer.params)) == ("no_wheelchair_place", {"wheelchairs": 1})
    answer = refusal(ask(replace(WISH, load=Load(1, child_seats=2)), VAN))
    assert (answer.code, dict(answer.params)) == ("no_child_seat", {"child_seats": 2})
    fitted = replace(VAN, alternative_capacities=(Load(1, 1),))
    assert isinstance(ask(replace(WISH, load=Load(0, 1)), fitted), Insertion)


def test_a_full_van_is_free_again_later() -> None:
    # x rides from A to D with two seats, 300 -> 600; the wish fits only after it: back at B at 800.
    x = Request("x", A, D, 300, 300, 900, 600, Load(2))
    plan = Plan((Route("van", stops_of(x)),))
    wish = replace(WISH, earliest_pickup_s=350, latest_pickup_s=450, latest_dropoff_s=650)
    answer = refusal(ask(wish, VAN, plan=plan, known=(x,)))
    assert (answer.code, answer.next_pickup_s) == ("no_capacity", 800)


def test_a_ride_that_is_too_long_by_itself() -> None:
    answer = refusal(ask(replace(WISH, max_ride_s=70), VAN))
    assert (answer.code, dict(answer.params)) == ("max_ride_exceeded", {"by_s": 30})


def test_unreachable() -> None:
    holes = LINE.copy()
    holes[:, C] = UNREACHABLE
    holes[C, C] = 0
    answer = refusal(best_insertion(Problem((VAN,), (), holes), Plan(), WISH))
    assert (answer.code, dict(answer.params)) == ("unreachable", {"from_node": B, "to_node": C})


def test_two_reasons_together_are_both_named() -> None:
    answer = refusal(ask(replace(WISH, load=Load(3, 1)), VAN))
    assert (answer.code, answer.params["also"]) == ("no_wheelchair_place", ("no_capacity",))


def test_a_van_that_is_late_already_takes_nothing_new() -> None:
    x = Request("x", C, D, 0, 100, 900, 400, Load(1))
    plan = Plan((Route("van", stops_of(x)),))
    answer = refusal(ask(WISH, VAN, plan=plan, known=(x,)))
    assert (answer.code, answer.next_pickup_s) == ("plan_infeasible", None)


def test_frozen_stops_stay_in_front() -> None:
    x = Request("x", C, D, 0, 900, 1200, 400, Load(1))
    for frozen in (0, 1, 2):
        plan = Plan((Route("van", stops_of(x), frozen),))
        answer = ask(
            replace(WISH, latest_pickup_s=2000, latest_dropoff_s=2500), VAN, plan=plan, known=(x,)
        )
        assert isinstance(answer, Insertion)
        assert answer.route.stops[:frozen] == stops_of(x)[:frozen]
        assert answer.route.frozen == frozen


def test_a_request_cannot_be_inserted_twice() -> None:
    plan = Plan((Route("van", stops_of(WISH)),))
    with pytest.raises(InvalidProblemError, match="serves it already"):
        ask(WISH, VAN, plan=plan, known=(WISH,))


def test_a_detour_may_be_quicker_than_the_direct_way() -> None:
    # Fetching the wish at A, the van is at B again at 130: too late to bring x to C by 220 on the
    # direct way, 100 s, but from B over D, where the wish alights, it takes 20 s and 30 s there.
    matrix = LINE.copy()
    matrix[B, D] = matrix[D, C] = 10
    x = Request("x", B, C, 0, 220, 220, 400, Load(1))
    wish = Request("wish", A, D, 0, 300, 900, 400, Load(1), 30)
    problem = Problem((replace(VAN, start_node=B, start_s=-100),), (x,), matrix)
    plan = Plan((Route("van", stops_of(x)),))
    answer = best_insertion(problem, plan, wish)
    assert isinstance(answer, Insertion)
    words = [f"{stop.kind} {stop.request_id}" for stop in answer.route.stops]
    assert words == ["pickup wish", "pickup x", "dropoff wish", "dropoff x"]
