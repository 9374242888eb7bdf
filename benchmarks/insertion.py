"""Inserting ride requests: a morning beside a plain peer, and how long one answer takes.

``python -m benchmarks.insertion`` writes the time of one answer for fleets whose vans have ten open
stops each, and of the search for room by moving others where a request is refused; ``python -m
benchmarks`` compares a morning with the peer.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Comparison, DisagreementError, cpu_seconds
from benchmarks.plain_dispatch import PlainDispatcher
from dispatch.fleet import Fleet
from dispatch.insertion import Insertion
from dispatch.objective import DEFAULT_WEIGHTS
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle

NODES = 80
VEHICLES = 5
REQUESTS = 40
MORNING_S = 4 * 3600

VANS = (4, 10, 20, 300, 1000, 3000)
OPEN_STOPS = 10
EJECTIONS = 100
"""So many requests that are refused look for room."""

SMALL_TOWN, LARGE_TOWN = 400, 4000
"""Nodes for at most 20 vans, and for more."""


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
    fleet, costs = Fleet(problem, Plan()), list[int | None]()
    for request in requests:
        answer = fleet.insert(request)
        if isinstance(answer, Insertion):
            fleet.accept(answer, request)
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


def town(draw: np.random.Generator, nodes: int) -> NDArray[np.int32]:
    """Draw a town of twenty minutes by twenty.

    Parameters
    ----------
    draw : Generator
        Random numbers.
    nodes : int
        How many places.

    Returns
    -------
    ndarray of int32, shape (nodes, nodes)
        Driving seconds.
    """
    at = draw.random((nodes, 2)).astype(np.float32) * 1200
    return np.asarray(np.ceil(np.hypot(*(at[:, None] - at[None, :]).T)), np.int32)


def wish(draw: np.random.Generator, name: str, travel_s: NDArray[np.int32]) -> Request:
    """Draw a request of the next hour and a half: a window of ten minutes, 150 % + 10 minutes.

    Parameters
    ----------
    draw : Generator
        Random numbers.
    name : str
        Its id.
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.

    Returns
    -------
    Request
        For one rider.
    """
    origin, to = draw.choice(len(travel_s), size=2, replace=False).tolist()
    earliest_s = int(draw.integers(0, 5400))
    longest_s = int(travel_s[origin, to]) * 3 // 2 + 600
    due_s = earliest_s + 660 + longest_s
    return Request(name, origin, to, earliest_s, earliest_s + 600, due_s, longest_s, Load(1), 60)


def hurried(request: Request, travel_s: NDArray[np.int32]) -> Request:
    """Ask for the same ride at once: even a large fleet has nobody so near, as a rule.

    Parameters
    ----------
    request : Request
        A ride at another time.
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.

    Returns
    -------
    Request
        With a window of five seconds, and half of the direct way for detours.
    """
    longest_s = int(travel_s[request.pickup_node, request.dropoff_node]) * 3 // 2
    return replace(
        request,
        earliest_pickup_s=0,
        latest_pickup_s=5,
        latest_dropoff_s=65 + longest_s,
        max_ride_s=longest_s,
    )


def full_fleet(draw: np.random.Generator, vans: int) -> tuple[Fleet, NDArray[np.int32]]:
    """Give every van requests until it has ten stops.

    Parameters
    ----------
    draw : Generator
        Random numbers.
    vans : int
        How many.

    Returns
    -------
    fleet : Fleet
        All of them.
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.
    """
    nodes = SMALL_TOWN if vans <= 20 else LARGE_TOWN
    travel_s = town(draw, nodes)
    vehicles = tuple(
        Vehicle(f"v{i}", Load(9), int(draw.integers(nodes)), None, 0, 8 * 3600) for i in range(vans)
    )
    fleet, open_stops = (
        Fleet(Problem(vehicles, (), travel_s), Plan()),
        dict.fromkeys((vehicle.id for vehicle in vehicles), 0),
    )
    number = 0
    while open_stops:
        request = replace(wish(draw, f"r{number}", travel_s), vehicle_ids=frozenset(open_stops))
        answer = fleet.insert(request)
        if isinstance(answer, Insertion):
            fleet.accept(answer, replace(request, vehicle_ids=None))
            open_stops[answer.vehicle_id] += 2
            if open_stops[answer.vehicle_id] == OPEN_STOPS:
                del open_stops[answer.vehicle_id]
        number += 1
    return fleet, travel_s


def measure(vans: int, asked: int, seed: int) -> dict[str, list[float]]:
    """Ask many requests of a full fleet, every fourth in a hurry; none is accepted.

    Parameters
    ----------
    vans : int
        Size of the fleet.
    asked : int
        How many requests.
    seed : int
        Of the random numbers.

    Returns
    -------
    dict of str to list of float
        Milliseconds of CPU of each answer, ``accepted`` and ``refused`` apart; of wall time of each
        search for room that others could make, ``moved`` and ``in vain``.
    """
    draw = np.random.default_rng(seed)
    fleet, travel_s = full_fleet(draw, vans)
    spent: dict[str, list[float]] = {"accepted": [], "refused": [], "moved": [], "in vain": []}
    fleet.eject(wish(draw, "first", travel_s))  # compiles what is compiled late
    for number in range(asked):
        request = wish(draw, f"new{number}", travel_s)
        if number % 4 == 3:
            request = hurried(request, travel_s)
        begin = time.thread_time()
        answer = fleet.insert(request)
        took_ms = 1000 * (time.thread_time() - begin)
        spent["accepted" if isinstance(answer, Insertion) else "refused"].append(took_ms)
        if not isinstance(answer, Insertion) and len(spent["refused"]) <= EJECTIONS:
            begin = time.perf_counter()
            place = fleet.eject(request)
            took_ms = 1000 * (time.perf_counter() - begin)
            spent["in vain" if place is None else "moved"].append(took_ms)
    return spent


def main() -> None:
    """Write a line for each fleet size, answers and refusals apart."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.insertion", description=__doc__)
    parser.add_argument("--vans", type=int, nargs="*", default=VANS, help="fleet sizes")
    parser.add_argument("--asked", type=int, default=2000, help="requests for each (default 2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers")
    arguments = parser.parse_args()
    for vans in arguments.vans:
        for name, took_ms in measure(vans, arguments.asked, arguments.seed).items():
            if took_ms:
                p50, p99, most = np.percentile(took_ms, [50, 99, 100])
                sys.stdout.write(
                    f"{vans:4} vans  {name:8} {len(took_ms):5}  "
                    f"p50 {p50:7.3f} ms  p99 {p99:7.3f} ms  most {most:7.3f} ms\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
