"""Idle vehicles wait where riders are expected, if that is worth the drive."""

from __future__ import annotations

from itertools import permutations
from math import exp

import numpy as np
import pytest

from dispatch.errors import InvalidProblemError
from dispatch.problem import UNREACHABLE
from dispatch.rebalancing import Relocation, rebalance

# A road of five places, 100 s apart:  A --- B --- C --- D --- E
A, B, C, D, E = range(5)
ROAD = np.array([[100 * abs(a - b) for b in range(5)] for a in range(5)], dtype=np.int32)


def test_a_van_waits_where_a_rider_is_expected() -> None:
    assert rebalance([("van", A)], {D: 2.0}, ROAD) == (Relocation("van", D, 300),)


def test_the_nearer_van_goes_and_the_other_stays() -> None:
    assert rebalance([("far", A), ("near", C)], {D: 0.5}, ROAD) == (Relocation("near", D, 100),)


def test_who_stands_well_stays() -> None:
    assert rebalance([("van", D)], {D: 1.0, A: 1.0}, ROAD) == ()
    (move,) = rebalance([("van", D), ("other", D)], {D: 1.0, A: 1.0}, ROAD)
    assert (move.node, move.drive_s) == (A, 300)


def test_a_drive_that_is_not_worth_it_is_not_made() -> None:
    assert rebalance([("van", A)], {E: 0.1}, ROAD) == ()
    assert rebalance([("van", A)], {E: 5.0}, ROAD, longest_s=399) == ()
    assert rebalance([("van", A)], {E: 0.001}, ROAD, worth_s=10**6) == ()
    cut_off = ROAD.copy()
    cut_off[A, E] = UNREACHABLE
    assert rebalance([("van", A)], {E: 5.0}, cut_off, longest_s=2**31) == ()


def test_nobody_is_sent_where_there_is_nobody_or_nothing() -> None:
    assert rebalance([], {A: 1.0}, ROAD) == ()
    assert rebalance([("van", A)], {}, ROAD) == ()
    assert rebalance([("van", A)], {B: 0.0}, ROAD) == ()


@pytest.mark.parametrize("expected", [{7: 1.0}, {-1: 1.0}, {A: -1.0}, {A: float("nan")}])
def test_demand_that_cannot_be_is_refused(expected: dict[int, float]) -> None:
    with pytest.raises(InvalidProblemError, match="Expected demand"):
        rebalance([("van", A)], expected, ROAD)


@pytest.mark.parametrize("seed", range(10))
def test_no_division_of_vans_is_worth_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    idle = [(f"van{i}", int(rng.integers(5))) for i in range(3)]
    expected = {int(node): float(rng.uniform(0, 2)) for node in rng.choice(5, 2, replace=False)}
    goes_to = {move.vehicle_id: move.node for move in rebalance(idle, expected, ROAD)}

    def worth(nodes: tuple[int, ...]) -> float:
        total = 0.0
        for node, riders in expected.items():
            at_least = [1 - exp(-riders), 1 - exp(-riders) * (1 + riders)]
            at_least.append(1 - exp(-riders) * (1 + riders + riders**2 / 2))
            total += 900 * sum(at_least[: nodes.count(node)])
        return total - sum(int(ROAD[at, to]) for (_, at), to in zip(idle, nodes, strict=True))

    chosen = worth(tuple(goes_to.get(name, at) for name, at in idle))
    everywhere = set(permutations([*range(5)] * 3, 3))
    assert chosen >= max(worth(nodes) for nodes in everywhere) - 900 * 0.01 * 3
