"""Benchmark files of the literature, read into problems.

Cordeau's dial-a-ride format ("A branch-and-cut algorithm for the dial-a-ride problem", Operations
Research 54, 2006, instances a2-16 to a8-96; Cordeau and Laporte, "A tabu search heuristic for the
static multi-vehicle dial-a-ride problem", Transportation Research B 37, 2003, instances R1a to
R10a), and the pickup-and-delivery format of Li and Lim ("A metaheuristic for the pickup and
delivery problem with time windows", 2001). Driving times are Euclidean, without rounding. Instants
and driving times are multiplied by ``SCALE``; driving times are rounded *up*, instants are exact as
long as the file has at most three decimals. Rounding up keeps the triangle inequality and makes a
plan that is feasible here feasible in the file's real numbers too; the cost is too high by less
than one unit, a thousandth of the file's, for each leg.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidInstanceError
from dispatch.problem import Load, Problem, Request, Vehicle

SCALE = 1000
"""Integer units in one unit of the file, a minute of the dial-a-ride files."""


@dataclass(frozen=True)
class Instance:
    """A benchmark problem and how to read its cost.

    Parameters
    ----------
    name : str
        Name of the file without its ending.
    problem : Problem
        Every request of the file; node ids are those of the file.
    scale : int
        Integer units in one unit of the file.
    counts_vehicles : bool
        Whether fewer vehicles are better at any cost, as in the files of Li and Lim.
    """

    name: str
    problem: Problem
    scale: int = SCALE
    counts_vehicles: bool = False


def read_instance(path: Path) -> Instance:
    """Read an instance in Cordeau's or in Li and Lim's format, whichever it is.

    Parameters
    ----------
    path : Path
        Cordeau's: ``vehicles requests longest_route capacity longest_ride``, then one line
        ``id x y service load earliest latest`` for the depot, each pickup, each dropoff and, in
        the instances of 2006, the depot again; those of 2003 count stops instead of requests.
        Li and Lim's: ``vehicles capacity speed``, then one line ``id x y load earliest latest
        service pickup dropoff`` for the depot and each stop, the last two naming its partner, 0
        for none; rides may take any time.

    Returns
    -------
    Instance
        Vehicles ``v1``..., requests named by their pickup id.

    Raises
    ------
    InvalidInstanceError
        When it is neither, a line cannot be read, or nodes or partners are missing.
    """
    rows = _rows(path)
    if len(rows[0]) == 5:
        return _cordeau(path, rows)
    if len(rows[0]) == 3:
        return _li_lim(path, rows)
    raise _error(
        path,
        1,
        "the first line needs vehicles, requests, T, Q and L (Cordeau) or vehicles, "
        "capacity and speed (Li and Lim)",
    )


def _cordeau(path: Path, rows: list[list[float]]) -> Instance:
    vehicles, count, longest_route, capacity, longest_ride = rows[0]
    nodes = rows[1:]
    n = int(count)
    if len(nodes) == n + 1 and n % 2 == 0:
        n //= 2
    elif len(nodes) != 2 * n + 2:
        raise _error(path, 1, f"{n} requests need {2 * n + 2} nodes, the file has {len(nodes)}")
    for line, node in enumerate(nodes, start=2):
        if len(node) != 7 or int(node[0]) != line - 2:
            raise _error(path, line, f"expected node {line - 2} with 7 numbers")
    end = 2 * n + 1 if len(nodes) == 2 * n + 2 else 0
    depot = (_units(nodes[0][5]), _units(nodes[0][6]))
    longest_s = _units(longest_route) if _units(longest_route) < depot[1] - depot[0] else None
    fleet = tuple(
        Vehicle(f"v{i + 1}", Load(int(capacity)), 0, end, *depot, longest_s=longest_s)
        for i in range(int(vehicles))
    )
    requests = tuple(
        _request(nodes[i], nodes[i + n], _units(longest_ride), depot) for i in range(1, n + 1)
    )
    return Instance(path.stem, Problem(fleet, requests, _travel(nodes)))


def _li_lim(path: Path, rows: list[list[float]]) -> Instance:
    nodes = rows[1:]
    for line, node in enumerate(nodes, start=2):
        if len(node) != 9 or int(node[0]) != line - 2:
            raise _error(path, line, f"expected node {line - 2} with 9 numbers")
    if not nodes:
        raise _error(path, 1, "the depot is missing")
    depot = (_units(nodes[0][4]), _units(nodes[0][5]))
    fleet = tuple(
        Vehicle(f"v{i + 1}", Load(int(rows[0][1])), 0, 0, *depot) for i in range(int(rows[0][0]))
    )
    requests = []
    for line, node in enumerate(nodes[1:], start=3):
        partner = int(node[8])
        if partner == 0:
            continue
        if not 0 < partner < len(nodes) or int(nodes[partner][7]) != int(node[0]):
            raise _error(path, line, f"its dropoff {partner} does not name it as its pickup")
        # Cordeau's order of columns: id x y service load earliest latest.
        stops = [[one[c] for c in (0, 1, 2, 6, 3, 4, 5)] for one in (node, nodes[partner])]
        requests.append(_request(stops[0], stops[1], depot[1] - depot[0], depot))
    return Instance(
        path.stem, Problem(fleet, tuple(requests), _travel(nodes)), counts_vehicles=True
    )


def _travel(nodes: list[list[float]]) -> NDArray[np.int32]:
    xy = np.array([node[1:3] for node in nodes])
    distance = np.sqrt(((xy[:, None, :] - xy[None, :, :]) ** 2).sum(axis=2)) * SCALE
    # Less a hair, so that a distance that is a whole number of units stays what it is.
    return np.asarray(np.ceil(distance - 1e-6), np.int32)


def _request(
    pickup: list[float], dropoff: list[float], longest_ride: int, depot: tuple[int, int]
) -> Request:
    # A window wider than the depot's (0..1440 in the files) says the same as the depot's.
    earliest, latest = max(_units(pickup[5]), depot[0]), min(_units(pickup[6]), depot[1])
    earliest_dropoff, due = max(_units(dropoff[5]), depot[0]), min(_units(dropoff[6]), depot[1])
    return Request(
        str(int(pickup[0])),
        int(pickup[0]),
        int(dropoff[0]),
        earliest,
        latest,
        due,
        max_ride_s=longest_ride,
        load=Load(int(pickup[4])),
        boarding_s=_units(pickup[3]),
        earliest_dropoff_s=earliest_dropoff,
        dropoff_service_s=_units(dropoff[3]),
    )


def _units(value: float) -> int:
    return round(value * SCALE)


def _rows(path: Path) -> list[list[float]]:
    rows: list[list[float]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append([float(word) for word in line.split()])
        except ValueError:
            raise _error(path, number, "expected numbers only") from None
        if not all(math.isfinite(value) for value in rows[-1]):
            raise _error(path, number, "expected finite numbers")
    if not rows:
        raise _error(path, 1, "the file is empty")
    return rows


def _error(path: Path, line: int, what: str) -> InvalidInstanceError:
    return InvalidInstanceError(
        f"{path.name}, line {line}: {what}; correct the file.", file=path.name, line=line
    )
