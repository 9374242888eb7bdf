"""A fleet that stays packed answers like one that is packed anew, and drives as it has planned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.errors import InvalidPlanError, InvalidProblemError
from dispatch.fleet import Fleet
from dispatch.halts import Halt
from dispatch.insertion import Insertion, Refusal
from dispatch.plan import DROPOFF, PICKUP, Plan, Route, Stop, bare_plan, stops_of
from dispatch.problem import Load, Onboard, Problem, Request, Vehicle
from tests.oracles.plan_checker import check_plan

# Five places in a row, 100 seconds from one to the next.
LINE = (100 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))).astype(np.int32)
VAN = Vehicle("van", Load(4), 0, None, 0, 10_000)
ANN = Request("ann", 1, 3, 300, 900, 2000, 600, Load(1), boarding_s=10)
BEN = Request("ben", 2, 4, 300, 900, 2000, 600, Load(1), boarding_s=10)


def accepted(fleet: Fleet, request: Request) -> Insertion:
    answer = fleet.insert(request)
    assert isinstance(answer, Insertion)
    fleet.accept(answer, request)
    return answer


def stops_ahead(fleet: Fleet) -> str:
    """Write the routes down: ``van: ann+ ben+ | ann- ben-``, frozen stops before the bar."""
    lines = []
    for route in fleet.plan():
        marks = [s.request_id + ("+" if s.kind is PICKUP else "-") for s in route.stops]
        if route.frozen:
            marks.insert(route.frozen, "|")
        lines.append(f"{route.vehicle_id}: {' '.join(marks)}")
    return "; ".join(lines)


def test_a_van_leaves_when_it_must_and_stops_are_left_behind() -> None:
    fleet = Fleet(Problem((VAN,), (), LINE), Plan())
    accepted(fleet, ANN)
    accepted(fleet, BEN)
    assert stops_ahead(fleet) == "van: ann+ ben+ ann- ben-"

    # Ann wishes to board at 300, a hundred seconds away: until 200 the van waits.
    assert fleet.advance(150) == ()
    assert fleet.problem().vehicle("van").start_s == 150
    assert stops_ahead(fleet) == "van: ann+ ben+ ann- ben-"
    assert fleet.advance(240) == ()
    assert fleet.problem().vehicle("van").start_s == 200
    assert stops_ahead(fleet) == "van: ann+ | ben+ ann- ben-"

    (driven,) = fleet.advance(310)
    assert (driven.stop, driven.begin_s, driven.departed_s) == (stops_of(ANN)[0], 300, 310)
    assert stops_ahead(fleet) == "van: ben+ | ann- ben-"
    assert fleet.problem().vehicle("van") == replace(
        VAN, start_node=1, start_s=310, onboard=(Onboard("ann", 310),)
    )

    assert [d.stop.request_id for d in fleet.advance(5000)] == ["ben", "ann", "ben"]
    assert (fleet.plan(), fleet.problem().requests) == (Plan(), ())
    assert fleet.problem().vehicle("van") == replace(VAN, start_node=4, start_s=5000)


def test_a_longest_tour_counts_from_when_the_van_left() -> None:
    fleet = Fleet(Problem((replace(VAN, longest_s=700),), (), LINE), Plan())
    accepted(fleet, ANN)
    fleet.advance(310)  # it left at 200: the tour ends by 900
    van = fleet.problem().vehicle("van")
    assert (van.end_s, van.longest_s) == (900, None)


def test_what_is_removed_may_be_put_back() -> None:
    fleet = Fleet(Problem((VAN,), (), LINE), Plan())
    accepted(fleet, ANN)
    accepted(fleet, BEN)
    assert fleet.remove("ann") == ANN
    assert stops_ahead(fleet) == "van: ben+ ben-"
    accepted(fleet, ANN)
    assert stops_ahead(fleet) == "van: ann+ ben+ ann- ben-"
    fleet.advance(320)
    with pytest.raises(InvalidPlanError, match="on board"):
        fleet.remove("ann")
    with pytest.raises(InvalidProblemError, match="no route serves it"):
        fleet.remove("carl")


def test_a_van_under_way_to_a_request_that_is_removed_drives_there() -> None:
    fleet = Fleet(Problem((VAN,), (), LINE), Plan())
    accepted(fleet, ANN)
    fleet.advance(240)
    fleet.remove("ann")
    van = fleet.problem().vehicle("van")
    assert (van.start_node, van.start_s, fleet.plan()) == (1, 300, Plan())


def test_a_place_that_is_out_of_date_is_refused() -> None:
    fleet = Fleet(Problem((VAN,), (), LINE), Plan())
    place = fleet.insert(ANN)
    assert isinstance(place, Insertion)
    with pytest.raises(InvalidPlanError, match="promise no less"):
        fleet.accept(place, replace(ANN, latest_dropoff_s=400))
    accepted(fleet, BEN)
    with pytest.raises(InvalidPlanError, match="insert the request again"):
        fleet.accept(place, ANN)
    with pytest.raises(InvalidProblemError, match="serves it already"):
        fleet.insert(BEN)
    assert stops_ahead(fleet) == "van: ben+ ben-"


def test_a_van_can_be_told_what_really_happened() -> None:
    fleet = Fleet(Problem((VAN,), (), LINE), Plan())
    accepted(fleet, ANN)
    late = replace(VAN, start_node=1, start_s=700, onboard=(Onboard("ann", 650),))
    fleet.renew(late, Route("van", (stops_of(ANN)[1],)))
    assert fleet.problem().vehicle("van") == late
    assert isinstance(fleet.insert(replace(BEN, latest_pickup_s=790)), Refusal)
    assert isinstance(fleet.insert(BEN), Insertion)
    with pytest.raises(InvalidProblemError, match="not in this problem"):
        fleet.renew(late, Route("van", (stops_of(ANN)[1], Stop("carl", PICKUP, 1))))
    # Without her stop the rider is gone, and may ask again.
    fleet.renew(VAN, Route("van"))
    accepted(fleet, ANN)


def test_a_fleet_without_vehicles_refuses() -> None:
    answer = Fleet(Problem((), (), LINE), Plan()).insert(ANN)
    assert isinstance(answer, Refusal)
    assert answer.code == "no_vehicle_in_shift"


def wish(rng: np.random.Generator, number: int, now_s: int, travel_s: np.ndarray) -> Request:
    nodes = len(travel_s)
    origin, to = rng.integers(0, nodes, size=2).tolist()
    earliest_s = now_s + int(rng.integers(0, 1500))
    longest_s = int(travel_s[origin, to]) * 3 // 2 + 300
    load = [Load(1), Load(2), Load(1, 1), Load(1, 0, 1)][int(rng.choice(4, p=[0.6, 0.2, 0.1, 0.1]))]
    due_s = earliest_s + 960 + longest_s
    return Request(
        f"r{number}", origin, to, earliest_s, earliest_s + 900, due_s, longest_s, load, 60
    )


def halts_of(i: int) -> tuple[Halt, ...]:
    """Van 0 has lunch anywhere, van 3 charges at node 5, on the others nobody rests."""
    if i == 0:
        return (Halt("lunch", 3000, 5000, 1200),)
    if i == 3:
        return (Halt("plug", 2000, 6000, 900, node=5, charges=True, with_riders=True),)
    return ()


@pytest.mark.parametrize("seed", range(8))
def test_it_answers_like_a_fleet_packed_anew(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = 15
    travel_s = rng.integers(60, 900, size=(nodes, nodes)).astype(np.int32)
    np.fill_diagonal(travel_s, 0)
    has_halts = seed >= 4
    has_detours = seed % 2 == 0  # some ways are shorter over a third place, or none
    if not has_detours:
        for via in range(nodes):
            travel_s = np.minimum(travel_s, travel_s[:, via, None] + travel_s[via])
    fleet = Fleet(
        Problem(
            tuple(
                Vehicle(
                    f"van{i}",
                    Load(4, 0, 1),
                    0,
                    None if i else 0,
                    0,
                    30_000,
                    alternative_capacities=(Load(2, 1),) if i % 2 else (),
                    longest_s=9000 if i == 2 else None,
                    halts=halts_of(i) if has_halts else (),
                    range_s=4000 if i == 3 and has_halts else None,
                    full_range_s=3000 if i == 3 and has_halts else None,
                )
                for i in range(4)
            ),
            (),
            travel_s,
        ),
        Plan(),
    )
    for vehicle in fleet.problem().vehicles:
        fleet.renew(vehicle, bare_plan(fleet.problem()).route(vehicle.id))
    promised: set[str] = set()
    served = 0
    for number in range(60):
        now_s = number * 150
        for driven in fleet.advance(now_s):
            if driven.stop.kind is DROPOFF:
                promised.remove(driven.stop.request_id)
                served += 1
        waiting = sorted(
            promised - {r.request_id for v in fleet.problem().vehicles for r in v.onboard}
        )
        if not has_detours and waiting and rng.random() < 0.15:
            gone = str(rng.choice(waiting))
            fleet.remove(gone)
            promised.remove(gone)
        request = wish(rng, number, now_s, travel_s)
        answer = fleet.insert(request)
        assert Fleet(fleet.problem(), fleet.plan()).insert(request) == answer
        if isinstance(answer, Insertion):
            fleet.accept(answer, request)
            promised.add(request.id)
        assert check_plan(fleet.problem(), fleet.plan(), promised) == []
    assert served >= 15
    assert not any(vehicle.halts for vehicle in fleet.problem().vehicles)


def test_another_plan_of_the_same_riders_is_taken_or_nothing_changes() -> None:
    two = (VAN, replace(VAN, id="other"))
    fleet = Fleet(Problem(two, (), LINE), Plan())
    accepted(fleet, ANN)
    accepted(fleet, BEN)
    apart = Plan((Route("van", stops_of(ANN)), Route("other", stops_of(BEN))))
    fleet.take(apart)
    assert stops_ahead(fleet) == "van: ann+ ann-; other: ben+ ben-"
    assert fleet.cost_centi_s() == Fleet(fleet.problem(), apart).cost_centi_s()
    assert check_plan(fleet.problem(), fleet.plan(), {"ann", "ben"}) == []
    assert fleet.remove("ben") == BEN

    before = fleet.plan()
    for wrong in (
        Plan(),  # loses Ann
        Plan((Route("van", (*stops_of(ANN), *stops_of(BEN))),)),  # serves one who was not accepted
        Plan((Route("van", tuple(reversed(stops_of(ANN)))),)),
    ):
        with pytest.raises(InvalidPlanError, match="refuse it"):
            fleet.take(wrong)
        assert fleet.plan() == before
    fleet.advance(240)  # on its way to Ann
    with pytest.raises(InvalidPlanError, match="refuse it"):
        fleet.take(Plan((Route("other", stops_of(ANN)),)))
    assert stops_ahead(fleet) == "van: ann+ | ann-"
