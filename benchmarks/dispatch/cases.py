"""What is solved: files of instances with their best known plans, and a random city."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dispatch.peers.wire import Ride, Van, Visit
from dispatch.instances import Instance, read_instance
from dispatch.problem import Load, Problem, Request, Vehicle

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Best:
    """The best known plan of an instance; ``vehicles`` None where only the way counts."""

    cost: float
    vehicles: int | None


@dataclass(frozen=True)
class Case:
    """One problem.

    Parameters
    ----------
    name
        Of the instance.
    problem
        As ours.
    counts_vehicles
        Whether fewer vehicles are better at any cost.
    scale
        Integer units in one unit of the cost.
    best
        Best known plan, if any.
    xy
        Places of the nodes in the file's real numbers, shape (n, 2); None: the cost is what
        ``problem.travel_s`` says.
    """

    name: str
    problem: Problem
    counts_vehicles: bool
    scale: int
    best: Best | None
    xy: NDArray[np.float64] | None

    @property
    def vans(self) -> list[Van]:
        """The vehicles as plain numbers."""
        return [
            Van(
                one.capacity.seats,
                one.start_node,
                one.start_node if one.end_node is None else one.end_node,
                one.start_s,
                one.end_s,
                one.longest_s,
            )
            for one in self.problem.vehicles
        ]

    @property
    def rides(self) -> list[Ride]:
        """The requests as plain numbers; a limit that cannot bind is none."""
        rides = []
        for one in self.problem.requests:
            longest_s = one.latest_dropoff_s - one.earliest_pickup_s
            earliest_s = one.earliest_dropoff_s
            rides.append(
                Ride(
                    one.pickup_node,
                    one.dropoff_node,
                    one.earliest_pickup_s,
                    one.latest_pickup_s,
                    one.earliest_pickup_s if earliest_s is None else earliest_s,
                    one.latest_dropoff_s,
                    None if one.max_ride_s >= longest_s else one.max_ride_s,
                    one.load.seats,
                    one.boarding_s,
                    one.alighting_s,
                )
            )
        return rides

    def cost(self, routes: dict[int, list[Visit]]) -> float:
        """Length of the way of some routes, in units of the file.

        Parameters
        ----------
        routes
            Visits of each vehicle.

        Returns
        -------
        float
            With the real distances of the file where there are any.
        """
        total = 0.0
        for number, visits in routes.items():
            if not visits:
                continue
            vehicle = self.problem.vehicles[number]
            path = [vehicle.start_node]
            for n, boards in visits:
                request = self.problem.requests[n]
                path.append(request.pickup_node if boards else request.dropoff_node)
            path += [] if vehicle.end_node is None else [vehicle.end_node]
            total += sum(self._leg(a, b) for a, b in pairwise(path))
        return total

    def _leg(self, a: int, b: int) -> float:
        if self.xy is None:
            return float(self.problem.travel_s[a, b]) / self.scale
        return float(np.hypot(*(self.xy[a] - self.xy[b])))


def folder(path: Path, best: Path | None) -> list[Case]:
    """Read a folder of instances.

    Parameters
    ----------
    path
        Of the folder: files in the format of Cordeau or of Li and Lim, and nothing else but tables
        and texts in capitals (``FORMAT.txt``).
    best
        Table of best known plans: ``instance`` and ``cost``, or ``vehicles`` and ``distance``.

    Returns
    -------
    list of Case
        By name, small numbers first.
    """
    known = {} if best is None else _best_known(best)
    files = [
        file
        for file in path.iterdir()
        if file.suffix in {"", ".txt"} and not file.stem.isupper() and file.is_file()
    ] or list(path.glob("L*.txt"))
    cases = [_case(read_instance(file), file, known.get(file.stem.lower())) for file in files]
    return sorted(cases, key=lambda case: (len(case.problem.requests), case.name))


def _case(instance: Instance, file: Path, best: Best | None) -> Case:
    rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    xy = np.array([[float(row[1]), float(row[2])] for row in rows[1:]])
    return Case(instance.name, instance.problem, instance.counts_vehicles, instance.scale, best, xy)


def _best_known(table: Path) -> dict[str, Best]:
    with table.open(encoding="utf-8") as lines:
        return {
            row["instance"].lower(): Best(
                float(row.get("cost") or row["distance"]),
                int(row["vehicles"]) if row.get("vehicles") else None,
            )
            for row in csv.DictReader(lines)
        }


def city(requests: int = 1000, vehicles: int = 150, seed: int = 1) -> Case:
    """Draw a city: 12 km across, streets 1.3 times the straight line, driven at 10 m/s.

    In four hours parties of one to three ask for a pickup within a quarter of an hour of their
    wish; a ride may take half again as long as the direct way, and ten minutes. Vans of eight
    stand where they end, a shift of six hours. Boarding and alighting take a minute.

    Parameters
    ----------
    requests
        How many ask.
    vehicles
        Size of the fleet.
    seed
        Of the random numbers.

    Returns
    -------
    Case
        Every stop and every van at a place of its own.
    """
    draw = np.random.default_rng(seed)
    xy = draw.uniform(0, 12_000, (vehicles + 2 * requests, 2))
    metres = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    travel_s = np.ceil(metres * 1.3 / 10).astype(np.int32)
    fleet = tuple(Vehicle(str(n), Load(8), n, n, 0, 6 * 3600) for n in range(vehicles))
    asked = []
    for n in range(requests):
        pickup, dropoff = vehicles + 2 * n, vehicles + 2 * n + 1
        wish_s = 900 + int(draw.integers(0, 4 * 3600))
        longest_s = int(travel_s[pickup, dropoff]) * 3 // 2 + 600
        asked.append(
            Request(
                str(n),
                pickup,
                dropoff,
                wish_s,
                wish_s + 900,
                wish_s + 900 + 60 + longest_s,
                max_ride_s=longest_s,
                load=Load(int(draw.integers(1, 4))),
                boarding_s=60,
            )
        )
    name = f"city of {requests} requests, {vehicles} vehicles, seed {seed}"
    return Case(name, Problem(fleet, tuple(asked), travel_s), False, 1, None, None)
