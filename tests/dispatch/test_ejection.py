"""Where a request fits nowhere, others give way inside their promises, and nobody is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.ejection import PIECE, EjectionSearch
from dispatch.errors import InvalidPlanError
from dispatch.fleet import Fleet
from dispatch.insertion import Insertion, Refusal
from dispatch.kernels.ejecting import TRIAL
from dispatch.objective import DEFAULT_WEIGHTS
from dispatch.packing import pack_fleet
from dispatch.plan import PICKUP, Plan, Route, stops_of
from dispatch.problem import Load, Problem, Request, Vehicle
from tests.dispatch.test_fleet import wish
from tests.oracles.plan_checker import check_plan

# Five places in a row, 100 seconds from one to the next.
LINE = (100 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))).astype(np.int32)
BIG = Vehicle("big", Load(4, 1), 0, None, 0, 10_000)
SMALL = Vehicle("small", Load(4), 0, None, 0, 10_000)
ANN = Request("ann", 1, 3, 100, 150, 400, 300, Load(4))
WHEELCHAIR = Request("wheelchair", 1, 3, 100, 150, 400, 300, Load(1, 1))


def taken_by(fleet: Fleet) -> dict[str, set[str]]:
    return {route.vehicle_id: set(route.request_ids) for route in fleet.plan()}


def test_who_fits_anywhere_makes_room_for_who_fits_only_there() -> None:
    # Ann is on the van that is named first: the only one with a wheelchair place.
    plan = Plan((Route("big", stops_of(ANN)),))
    fleet = Fleet(Problem((BIG, SMALL), (ANN,), LINE), plan)
    assert isinstance(fleet.insert(WHEELCHAIR), Refusal)
    place = fleet.eject(WHEELCHAIR, seconds=99)
    assert isinstance(place, Insertion)
    assert (place.vehicle_id, place.pickup_s, place.dropoff_s) == ("big", 100, 300)
    assert [route.vehicle_id for route in place.moved] == ["small"]
    assert fleet.plan() == plan, "asking changes nothing"

    fleet.accept(place, WHEELCHAIR)
    assert taken_by(fleet) == {"big": {"wheelchair"}, "small": {"ann"}}
    assert fleet.plan() == Plan((place.route, *place.moved))
    assert check_plan(fleet.problem(), fleet.plan(), {"ann", "wheelchair"}) == []
    assert place.cost_s == fleet.cost_centi_s() // 100 - 300 - 20  # both drive 300 instead of one


def test_two_give_way_where_one_is_not_enough() -> None:
    # Ann may go onto the small van only if Ben leaves it for the third.
    third = replace(SMALL, id="third")
    ann = replace(ANN, vehicle_ids=frozenset({"big", "small"}))
    ben = replace(ANN, id="ben", vehicle_ids=frozenset({"small", "third"}))
    plan = Plan((Route("big", stops_of(ann)), Route("small", stops_of(ben))))
    fleet = Fleet(Problem((BIG, SMALL, third), (ann, ben), LINE), plan)
    place = fleet.eject(WHEELCHAIR, seconds=99)
    assert isinstance(place, Insertion)
    fleet.accept(place, WHEELCHAIR)
    assert taken_by(fleet) == {"big": {"wheelchair"}, "small": {"ann"}, "third": {"ben"}}
    assert check_plan(fleet.problem(), fleet.plan(), {"ann", "ben", "wheelchair"}) == []


def test_nobody_gives_way_who_is_promised_this_van_is_frozen_or_has_nowhere_to_go() -> None:
    problem = Problem((BIG, SMALL), (ANN,), LINE)
    frozen = Fleet(problem, Plan((Route("big", stops_of(ANN), 1),)))
    assert frozen.eject(WHEELCHAIR, seconds=99) is None
    fixed = replace(ANN, vehicle_ids=frozenset({"big"}))
    bound = Fleet(Problem((BIG, SMALL), (fixed,), LINE), Plan((Route("big", stops_of(fixed)),)))
    assert bound.eject(WHEELCHAIR, seconds=99) is None
    alone = Fleet(Problem((BIG,), (ANN,), LINE), Plan((Route("big", stops_of(ANN)),)))
    assert alone.eject(WHEELCHAIR, seconds=99) is None
    assert Fleet(problem, Plan((Route("big", stops_of(ANN)),))).eject(WHEELCHAIR, seconds=0) is None


def test_a_rearrangement_that_is_out_of_date_is_refused() -> None:
    fleet = Fleet(Problem((BIG, SMALL), (ANN,), LINE), Plan((Route("big", stops_of(ANN)),)))
    place = fleet.eject(WHEELCHAIR, seconds=99)
    assert isinstance(place, Insertion)
    fleet.advance(50)  # the big van is on its way to Ann
    with pytest.raises(InvalidPlanError, match="insert the request again"):
        fleet.accept(place, WHEELCHAIR)
    assert taken_by(fleet) == {"big": {"ann"}}


def test_room_that_costs_more_than_it_may_is_not_made() -> None:
    fleet = Fleet(Problem((BIG, SMALL), (ANN,), LINE), Plan((Route("big", stops_of(ANN)),)))
    place = fleet.eject(WHEELCHAIR, seconds=99)
    assert isinstance(place, Insertion)
    assert fleet.eject(WHEELCHAIR, seconds=99, most_s=place.cost_s) == place
    assert fleet.eject(WHEELCHAIR, seconds=99, most_s=place.cost_s - 1) is None


class Ticks:
    """A clock that goes on by a tick whenever it is read."""

    read = 0

    def __call__(self) -> float:
        self.read += 1
        return float(self.read)


@pytest.mark.parametrize("seconds", [2, 5, 40])
def test_a_search_of_a_large_fleet_ends_in_time(seconds: int) -> None:
    # 400 vans with three riders each stand around; nobody could drive as fast as the newcomer asks.
    count, rng = 400, np.random.default_rng(1)
    vans = tuple(replace(SMALL, id=f"van{v}", start_node=v % 5) for v in range(count))
    riders = tuple(
        replace(ANN, id=f"{v}-{n}", load=Load(1), latest_pickup_s=9000, latest_dropoff_s=9900)
        for v in range(count)
        for n in range(3)
    )
    chosen = rng.permutation(len(riders)).tolist()
    served = [riders[n] for n in chosen]
    routes = [
        Route(van.id, tuple(s for r in served[3 * v : 3 * v + 3] for s in stops_of(r)))
        for v, van in enumerate(vans)
    ]
    newcomer = Request("new", 0, 4, 0, 5000, 5399, 399, Load(1))
    problem = Problem(vans, tuple(served), LINE)
    packed = pack_fleet(problem, routes, DEFAULT_WEIGHTS)
    requests = {request.id: request for request in served}
    everyone = np.ones(count, dtype=np.uint8)

    def search() -> EjectionSearch:
        stops = [route.stops for route in routes]
        return EjectionSearch(packed, stops, requests, lambda _: everyone, DEFAULT_WEIGHTS)

    whole, hurried, ticks = search(), search(), Ticks()
    assert whole.find(newcomer, 1e9) is None
    assert whole.work > 40 * PIECE
    # The clock is read before the first piece and after each, which takes a tick; none is begun
    # that might end later than it may. A piece does its work and one step.
    assert hurried.find(newcomer, seconds, clock=ticks) is None
    pieces = seconds - 1
    assert ticks.read == 1 + pieces
    assert pieces * PIECE <= hurried.work <= pieces * (PIECE + 2 * TRIAL + 2 * count)


def room_by_trying_all(fleet: Fleet, new: Request, links: int, kept: frozenset[str]) -> bool:
    """Tell whether others can give way, each to the cheapest place of who comes after."""
    problem, plan = fleet.problem(), fleet.plan()
    for route in plan:
        for stop in route.stops[route.frozen :]:
            if stop.kind is not PICKUP or stop.request_id in kept:
                continue
            tried = Fleet(problem, plan)
            rider = tried.remove(stop.request_id)
            place = tried.find(replace(new, vehicle_ids=frozenset({route.vehicle_id})))
            if place is None:
                continue
            tried.accept(place, new)
            if tried.find(rider) is not None:
                return True
            if links > 1 and room_by_trying_all(tried, rider, links - 1, kept | {new.id}):
                return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_room_is_found_where_trying_everything_finds_it(seed: int) -> None:
    rng = np.random.default_rng(10 + seed)
    xy = rng.random((12, 2)) * 900
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None, :]).T)).astype(np.int32)
    vans = tuple(Vehicle(f"van{i}", Load(3, i % 2, 1), 0, 0, 0, 20_000) for i in range(3))
    fleet = Fleet(Problem(vans, (), travel_s), Plan())
    answers = set()
    for number in range(60):
        fleet.advance(number * 40)
        request = wish(rng, number, number * 40, travel_s)
        place = fleet.find(request)
        if place is None:
            place = fleet.eject(request, seconds=1e9)
            assert (place is not None) == room_by_trying_all(fleet, request, 2, frozenset())
            answers.add(place is not None)
        if place is not None:
            fleet.accept(place, request)
    assert answers == {True, False}


@pytest.mark.parametrize("seed", range(3))
def test_on_a_random_day_more_are_served_and_every_promise_holds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.random((15, 2)) * 900
    travel_s = np.ceil(np.hypot(*(xy[:, None] - xy[None, :]).T)).astype(np.int32)
    vans = tuple(Vehicle(f"van{i}", Load(3, i % 2, 1), 0, 0, 0, 20_000) for i in range(3))
    fleet = Fleet(Problem(vans, (), travel_s), Plan())
    promised: set[str] = set()
    moved = 0
    for number in range(80):
        now_s = number * 60
        for driven in fleet.advance(now_s):
            if driven.stop.kind is not PICKUP:
                promised.remove(driven.stop.request_id)
        request = wish(rng, number, now_s, travel_s)
        before, cost = fleet.plan(), fleet.cost_centi_s()
        place = fleet.find(request)
        if place is None:
            place = fleet.eject(request, seconds=99)
            assert fleet.plan() == before
            assert Fleet(fleet.problem(), fleet.plan()).cost_centi_s() == cost
            moved += place is not None
        if place is not None:
            fleet.accept(place, request)
            promised.add(request.id)
            assert set(fleet.plan()) == set(before.with_route(*place.routes))
            assert place.cost_s == (fleet.cost_centi_s() - cost) // 100
        assert check_plan(fleet.problem(), fleet.plan(), promised) == []
    assert moved >= 1
