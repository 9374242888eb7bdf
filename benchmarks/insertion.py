"""Inserting a morning of ride requests into the routes of a small fleet, one after the other."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.measuring import Comparison, DisagreementError, cpu_seconds
from benchmarks.plain_dispatch import PlainDispatcher
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import DEFAULT_WEIGHTS
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle

NODES = 80
VEHICLES = 5
REQUESTS = 40
MORNING_S = 4 * 3600


def morning(seed: int) -> tuple[Problem, list[Request]]:
    """Draw a fleet and its requests.

    Parameters
    ----------
    seed : int
        Of the random numbers.

    Returns
    -------
    tuple
        A problem without requests, and the requests in the order they arrive.
    """
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(0, 12_000, NODES), draw.uniform(0, 12_000, NODES)
    # Streets are 1.3 times the straight line, driven at 10 m/s.
    metres = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    travel_s = np.rint(metres * 1.3 / 10).astype(np.int32)
    vehicles = tuple(
        Vehicle(f"van-{n}", Load(9), n % NODES, n % NODES, 0, MORNING_S + 3600)
        for n in range(VEHICLES)
    )
    requests = []
    for n in range(REQUESTS):
        pickup, dropoff = (int(node) for node in draw.choice(NODES, size=2, replace=False))
        direct_s = int(travel_s[pickup, dropoff])
        longest_s = direct_s * 3 // 2 + 600
        wish_s = int(draw.integers(0, MORNING_S))
        requests.append(
            Request(
                id=f"ride-{n}",
                pickup_node=pickup,
                dropoff_node=dropoff,
                earliest_pickup_s=wish_s,
                latest_pickup_s=wish_s + 900,
                latest_dropoff_s=wish_s + 900 + 60 + longest_s,
                max_ride_s=longest_s,
                load=Load(int(draw.integers(1, 4))),
                boarding_s=60,
            )
        )
    return Problem(vehicles, (), travel_s), requests


def insert_all(problem: Problem, requests: list[Request]) -> list[int | None]:
    """Insert the requests by our dispatcher.

    Parameters
    ----------
    problem : Problem
        The fleet.
    requests : list of Request
        In the order they arrive.

    Returns
    -------
    list
        The added cost of each request in weighted seconds, None where it was refused.
    """
    plan, costs = Plan(), list[int | None]()
    for request in requests:
        answer = best_insertion(problem, plan, request)
        if isinstance(answer, Insertion):
            problem, plan = problem.with_requests(request), plan.with_route(answer.route)
            costs.append(answer.cost_s)
        else:
            costs.append(None)
    return costs


def compare(seeds: range) -> Comparison:
    """Measure insertion against the plain peer.

    Parameters
    ----------
    seeds : range
        One morning each.

    Returns
    -------
    Comparison
        CPU seconds for each seed.

    Raises
    ------
    DisagreementError
        When the two disagree on a request: then there is nothing to compare.
    """
    result = Comparison(
        work=f"insert {REQUESTS} requests into {VEHICLES} vehicles",
        peer="plain Python, every pair of positions",
        agreement="which requests are served, and at which added cost",
    )
    insert_all(*morning(0))  # compiles or loads the kernels, outside the measurement
    for seed in seeds:
        problem, requests = morning(seed)
        ours, ours_s = cpu_seconds(partial(insert_all, problem, requests))
        peer, peer_s = cpu_seconds(partial(insert_plainly, problem, requests))
        if ours != peer:
            raise DisagreementError(f"seed {seed}: we answered {ours}, the peer {peer}")
        result.ours_s.append(ours_s)
        result.peer_s.append(peer_s)
    return result


def insert_plainly(problem: Problem, requests: list[Request]) -> list[int | None]:
    """Insert the requests by the plain peer.

    Parameters
    ----------
    problem : Problem
        The fleet.
    requests : list of Request
        In the order they arrive.

    Returns
    -------
    list
        As ``insert_all``.
    """
    peer = PlainDispatcher(problem, DEFAULT_WEIGHTS)
    costs = [peer.insert(request) for request in requests]
    return [None if cost is None else cost // 100 for cost in costs]
