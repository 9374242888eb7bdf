"""What a refused party is offered instead: the nearest sooner, later, or a few steps away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.alternatives import Nearby, alternatives, moved
from dispatch.errors import InvalidProblemError
from dispatch.fleet import Fleet
from dispatch.insertion import Insertion, Refusal
from dispatch.plan import Plan, Route, stops_of
from dispatch.problem import UNREACHABLE, Load, Problem, Request, Vehicle
from tests.dispatch.test_fleet import wish

# Five places in a row, 100 seconds from one to the next.
LINE = (100 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))).astype(np.int32)
VAN = Vehicle("van", Load(4), 0, None, 0, 10_000)
# The van is at place 4 from 1,000 to 1,100 and drives back and forth around it.
BUSY = Request("busy", 0, 4, 600, 600, 1000, 400, Load(4))
ANN = Request("ann", 0, 1, 1000, 1100, 1300, 150, Load(1))


def fleet(*plans: Request) -> Fleet:
    stops = tuple(stop for request in plans for stop in stops_of(request))
    return Fleet(Problem((VAN,), plans, LINE), Plan((Route("van", stops),) if stops else ()))


def test_sooner_and_later_are_the_nearest() -> None:
    assert isinstance(fleet(BUSY).insert(ANN), Refusal)
    sooner, later = alternatives(fleet(BUSY), ANN)
    # From 400 to 500 Ann can ride to place 1, from where the van is back in time for the busy ride;
    # after it the van is at place 0 again at 1,400.
    assert (sooner.moved_s, sooner.insertion.pickup_s) == (-600, 400)
    assert (later.moved_s, later.insertion.pickup_s) == (400, 1400)
    assert later.request == moved(ANN, 400)
    (only,) = alternatives(fleet(BUSY), ANN, most_s=400)
    assert only == later
    assert alternatives(fleet(BUSY), ANN, most_s=399) == ()


def test_of_stops_nearby_the_shortest_walk_is_taken() -> None:
    # From place 3 the van can be there at 1,100; place 4 is farther on foot, place 2 too far away.
    pickups = [Nearby(4, 90), Nearby(3, 80), Nearby(2, 10)]
    dropoffs = [Nearby(2, 50), Nearby(2, 40)]
    (walk,) = alternatives(fleet(BUSY), ANN, pickups, dropoffs, most_s=0)
    assert walk.walk_s == 80 + 40
    assert (walk.request.pickup_node, walk.request.dropoff_node) == (3, 2)
    assert walk.request.earliest_pickup_s == ANN.earliest_pickup_s + 80
    assert walk.request.latest_dropoff_s == ANN.latest_dropoff_s - 40
    assert walk.insertion.pickup_s == 1100


def test_who_would_walk_past_the_window_is_not_sent() -> None:
    assert alternatives(fleet(BUSY), ANN, [Nearby(3, 101)], [Nearby(2, 0)], most_s=0) == ()
    with pytest.raises(InvalidProblemError, match="only 5 nodes"):
        alternatives(fleet(BUSY), ANN, [Nearby(5, 1)])


def test_who_fits_needs_no_alternative() -> None:
    assert alternatives(fleet(), ANN, [Nearby(3, 1)]) == ()


def test_nothing_is_offered_where_there_is_no_way() -> None:
    holes = np.full((5, 5), UNREACHABLE, dtype=np.int32)
    np.fill_diagonal(holes, 0)
    van = replace(VAN, end_s=10**6)
    assert alternatives(Fleet(Problem((van,), (), holes), Plan()), ANN, [Nearby(2, 9)]) == ()


def test_every_alternative_can_be_accepted_and_none_is_nearer() -> None:
    rng = np.random.default_rng(3)
    travel_s = rng.integers(60, 600, size=(12, 12)).astype(np.int32)
    np.fill_diagonal(travel_s, 0)
    vans = tuple(Vehicle(f"van{i}", Load(4, 1, 1), 0, None, 0, 20_000) for i in range(2))
    busy = Fleet(Problem(vans, (), travel_s), Plan())
    kinds = {"sooner": 0, "later": 0, "walk": 0}
    for number in range(120):
        request = wish(rng, number, 1800 + 20 * number, travel_s)
        near = [Nearby(int(node), int(rng.integers(60, 400))) for node in rng.integers(0, 12, 3)]
        for other in alternatives(busy, request, near, near):
            assert busy.find(other.request) == other.insertion
            if other.walk_s:
                kinds["walk"] += 1
            elif other.moved_s < 0:
                kinds["sooner"] += 1
                nearer = range(other.moved_s + 60, 0, 60)
                assert all(busy.find(moved(request, by_s)) is None for by_s in nearer)
            else:
                kinds["later"] += 1
        place = busy.insert(request)
        if isinstance(place, Insertion):
            busy.accept(place, request)
    assert min(kinds.values()) >= 5, kinds
