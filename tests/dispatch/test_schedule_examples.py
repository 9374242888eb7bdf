"""Schedules of routes that can be checked by hand.

A line of four stops, 100 s from one to the next; the depot is at A:

    A ---100--- B ---100--- C ---100--- D
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.objective import DRIVING_ONLY, Weights
from dispatch.plan import Route, stops_of
from dispatch.problem import UNREACHABLE, Load, Onboard, Problem, Request, Vehicle
from dispatch.schedule import Infeasible, Timed, schedule

A, B, C, D = range(4)
LINE = np.array([[100 * abs(a - b) for b in range(4)] for a in range(4)], dtype=np.int32)
VAN = Vehicle("van", Load(2), A, A, 0, 3600)


def ride(name: str, origin: int, to: int, window: tuple[int, int], **more: object) -> Request:
    fields: dict = {"latest_dropoff_s": 3600, "max_ride_s": 3600, "load": Load(1)} | more
    return Request(name, origin, to, *window, **fields)


def route(problem: Problem, text: str) -> Route:
    """Build a route from text: "+x +y -x -y" boards x, boards y, and lets x, then y alight."""
    stops = [stops_of(problem.request(word[1:]))["+-".index(word[0])] for word in text.split()]
    return Route(problem.vehicles[0].id, tuple(stops))


def timed(problem: Problem, text: str, weights: Weights = DRIVING_ONLY) -> Timed:
    result = schedule(problem, route(problem, text), weights)
    assert isinstance(result, Timed), result
    return result


def refused(problem: Problem, text: str) -> tuple[str, int, int]:
    result = schedule(problem, route(problem, text))
    assert isinstance(result, Infeasible), result
    return result.code, result.stop_index, result.shortfall_s


def test_waits_for_the_window_and_counts_boarding_at_both_ends() -> None:
    x = ride("x", B, C, (250, 400), boarding_s=30)
    result = timed(Problem((VAN,), (x,), LINE), "+x -x", Weights(20, 10))
    assert result.arrival_s == (100, 380)
    assert result.begin_s == (250, 380)
    assert result.departure_s == (280, 410)
    assert (result.end_s, result.driving_s) == (610, 400)
    assert result.cost_centi_s == 100 * 400 + 20 * 0 + 10 * (380 - 250)
    assert result.cost_s == 413


def test_a_pickup_is_delayed_so_that_its_ride_is_not_too_long() -> None:
    # Boarding x at once would mean waiting for y with x on board: 100 -> 700 is 600 s, too long.
    x = ride("x", B, D, (0, 900), max_ride_s=350)
    y = ride("y", C, D, (600, 900))
    problem = Problem((VAN,), (x, y), LINE)
    assert timed(problem, "+x +y -x -y").begin_s == (350, 600, 700, 700)
    late = Problem((VAN,), (replace(x, latest_pickup_s=349), y), LINE)
    assert refused(late, "+x +y -x -y") == ("max_ride_exceeded", 2, 1)


def test_a_delayed_pickup_delays_the_ride_before_it() -> None:
    # z waits for its window; x and w must board later, or their rides become too long.
    w = ride("w", A, C, (0, 900), max_ride_s=300)
    x = ride("x", B, D, (0, 900), max_ride_s=250)
    z = ride("z", C, D, (700, 900))
    problem = Problem((replace(VAN, capacity=Load(3)),), (w, x, z), LINE)
    # x may leave B no earlier than 800 - 250 = 550; w leaves A no earlier than 700 - 300 = 400.
    assert timed(problem, "+w +x +z -w -x -z").begin_s == (400, 550, 700, 700, 800, 800)


def test_a_delayed_pickup_delays_the_stop_behind_it() -> None:
    # x leaves B at 350 for the sake of its ride, so y at C, which is in no hurry, is at 450.
    x = ride("x", B, D, (0, 900), max_ride_s=350)
    y, z = ride("y", C, D, (0, 900)), ride("z", D, A, (700, 900))
    problem = Problem((replace(VAN, capacity=Load(3)),), (x, y, z), LINE)
    assert timed(problem, "+x +y +z -x -y -z").begin_s == (350, 450, 700, 700, 700, 1000)


def test_zero_travel_times_and_stops_at_one_place() -> None:
    x, y = ride("x", A, A, (0, 0), max_ride_s=0), ride("y", A, B, (0, 0))
    result = timed(Problem((VAN,), (x, y), LINE), "+x -x +y -y")
    assert result.begin_s == (0, 0, 0, 100)


def test_midnight_is_an_instant_like_any_other() -> None:
    x = ride("x", B, C, (-50, 50), latest_dropoff_s=150)
    night = replace(VAN, start_s=-200, end_s=500)
    assert timed(Problem((night,), (x,), LINE), "+x -x").begin_s == (-50, 50)
    assert timed(Problem((replace(night, start_s=-100),), (x,), LINE), "+x -x").begin_s == (0, 100)


@pytest.mark.parametrize(
    ("end_node", "end_s", "expected"),
    [
        (A, 500, None),
        (A, 499, ("shift_end", 2, 1)),
        (None, 300, None),
        (None, 299, 1),
        (D, 400, None),
    ],
)
def test_shift_end_includes_the_way_to_the_end_node(
    end_node: int | None, end_s: int, expected: object
) -> None:
    x = ride("x", B, C, (200, 200))
    problem = Problem((replace(VAN, end_node=end_node, end_s=end_s),), (x,), LINE)
    if expected is None:
        assert timed(problem, "+x -x").end_s == end_s
    else:
        assert refused(problem, "+x -x") == ("shift_end", 2, 1)


def test_lateness_is_told_in_seconds() -> None:
    x = ride("x", C, D, (0, 190), latest_dropoff_s=260)
    assert refused(Problem((VAN,), (x,), LINE), "+x -x") == ("late_pickup", 0, 10)
    y = replace(x, latest_pickup_s=200)
    assert refused(Problem((VAN,), (y,), LINE), "+x -x") == ("late_dropoff", 1, 40)


def test_seats_are_counted_between_stops() -> None:
    x, y = ride("x", A, C, (0, 900), load=Load(2)), ride("y", B, D, (0, 900))
    problem = Problem((VAN,), (x, y), LINE)
    assert refused(problem, "+x +y -x -y")[:2] == ("no_capacity", 1)
    assert timed(problem, "+x -x +y -y").begin_s == (0, 200, 300, 500)


def test_a_van_trades_seats_for_a_wheelchair_place() -> None:
    # Nine seats, or seven and a wheelchair place: never eight riders beside a wheelchair.
    van = replace(VAN, capacity=Load(9), alternative_capacities=(Load(7, 1),))
    chair = ride("w", A, C, (0, 900), load=Load(0, 1))
    for seats, fits in ((7, True), (8, False)):
        party = ride("p", B, D, (0, 900), load=Load(seats))
        problem = Problem((van,), (chair, party), LINE)
        assert isinstance(schedule(problem, route(problem, "+w +p -w -p")), Timed) == fits
        assert timed(problem, "+w -w +p -p").driving_s == 800
    two = replace(chair, id="w2")
    problem = Problem((van,), (chair, two), LINE)
    assert refused(problem, "+w +w2 -w -w2")[:2] == ("no_wheelchair_place", 1)


def test_child_seats_are_counted_on_their_own() -> None:
    # Three seats and a child seat, or two seats and two child seats.
    van = replace(VAN, capacity=Load(3, 0, 1), alternative_capacities=(Load(2, 0, 2),))
    family = ride("f", A, C, (0, 900), load=Load(1, child_seats=1))
    for load, code in (
        (Load(2), None),
        (Load(3), "no_capacity"),
        (Load(1, child_seats=1), None),
        (Load(2, child_seats=1), "no_child_seat"),
        (Load(0, child_seats=2), "no_child_seat"),
        (Load(1, 1), "no_wheelchair_place"),
    ):
        problem = Problem((van,), (family, ride("g", B, D, (0, 900), load=load)), LINE)
        result = schedule(problem, route(problem, "+f +g -f -g"))
        assert getattr(result, "code", None) == code


def test_a_rider_on_board_keeps_its_ride_limit_and_its_seat() -> None:
    x = ride("x", B, D, (0, 900), max_ride_s=330, load=Load(2))
    y = ride("y", C, D, (0, 900))
    bus = replace(VAN, start_node=B, start_s=200, onboard=(Onboard("x", 100),))
    problem = Problem((bus,), (x, y), LINE)
    assert timed(problem, "-x +y -y").begin_s == (400, 500, 600)
    assert refused(problem, "+y -y -x")[:2] == ("no_capacity", 0)
    tired = Problem((bus,), (replace(x, max_ride_s=299), y), LINE)
    assert refused(tired, "-x +y -y") == ("late_dropoff", 0, 1)


def test_a_missing_way_is_named_where_it_is() -> None:
    holes = LINE.copy()
    holes[C, D] = holes[D, A] = UNREACHABLE
    x, y = ride("x", C, D, (0, 900)), ride("y", B, D, (0, 900))
    problem = Problem((VAN,), (x, y), holes)
    assert refused(problem, "+x -x")[:2] == ("unreachable", 1)
    assert refused(problem, "+y -y")[:2] == ("unreachable", 2)


def test_a_vehicle_without_stops_still_drives_home() -> None:
    away = replace(VAN, start_node=C, start_s=50)
    assert timed(Problem((away,), (), LINE), "").end_s == 250
    assert refused(Problem((replace(away, end_s=249),), (), LINE), "") == ("shift_end", 0, 1)
