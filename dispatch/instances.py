"""Benchmark files of the dial-a-ride literature, read into problems.

Cordeau's format ("A branch-and-cut algorithm for the dial-a-ride problem", Operations Research 54,
2006; instances a2-16 to a8-96): minutes, Euclidean driving times without rounding. Instants and
driving times are multiplied by ``SCALE``; driving times are rounded *up*, instants are exact as
long as the file has at most three decimals. Rounding up keeps the triangle inequality and makes a
plan that is feasible here feasible in the file's real numbers too; the cost is too high by less
than one unit, a thousandth of a minute, for each leg.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dispatch.errors import InvalidInstanceError
from dispatch.problem import Load, Problem, Request, Vehicle

SCALE = 1000
"""Integer units in one minute of the file."""


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
    """

    name: str
    problem: Problem
    scale: int = SCALE


def read_cordeau(path: Path) -> Instance:
    """Read a dial-a-ride instance in Cordeau's format.

    Parameters
    ----------
    path : Path
        The file: ``vehicles requests longest_route capacity longest_ride``, then one line
        ``id x y service load earliest latest`` for the depot, each pickup, each dropoff and the
        depot again.

    Returns
    -------
    Instance
        Vehicles ``v1``..., requests named by their pickup id.

    Raises
    ------
    InvalidInstanceError
        When a line cannot be read, nodes are missing, or the longest route binds more than the
        depot's window, which is not modelled.
    """
    rows = _rows(path)
    if len(rows[0]) != 5:
        raise _error(path, 1, "the first line needs vehicles, requests, T, Q and L")
    vehicles, count, longest_route, capacity, longest_ride = rows[0]
    nodes = rows[1:]
    n = int(count)
    if len(nodes) != 2 * n + 2:
        raise _error(path, 1, f"{n} requests need {2 * n + 2} nodes, the file has {len(nodes)}")
    for line, node in enumerate(nodes, start=2):
        if len(node) != 7 or int(node[0]) != line - 2:
            raise _error(path, line, f"expected node {line - 2} with 7 numbers")
    opens, closes = nodes[0][5], nodes[0][6]
    if longest_route < closes - opens:
        raise _error(path, 1, "a longest route shorter than the depot's window is not supported")
    fleet = tuple(
        Vehicle(f"v{i + 1}", Load(int(capacity)), 0, 2 * n + 1, _units(opens), _units(closes))
        for i in range(int(vehicles))
    )
    requests = tuple(
        _request(nodes[i], nodes[i + n], _units(longest_ride), (_units(opens), _units(closes)))
        for i in range(1, n + 1)
    )
    xy = np.array([node[1:3] for node in nodes])
    distance = np.sqrt(((xy[:, None, :] - xy[None, :, :]) ** 2).sum(axis=2)) * SCALE
    # Less a hair, so that a distance that is a whole number of units stays what it is.
    travel_s = np.ceil(distance - 1e-6).astype(np.int32)
    return Instance(path.stem, Problem(fleet, requests, travel_s))


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
