"""``maas solve``: dial-a-ride and pickup-and-delivery instances of the literature."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from apps.cli.output import console, write_json
from maas.errors import InvalidRequestError


def solve(
    file: Annotated[
        Path, typer.Argument(help="Instance in the format of Cordeau or of Li and Lim.")
    ],
    seconds: Annotated[float, typer.Option("--seconds", help="CPU seconds for the search.")] = 10.0,
    seed: Annotated[int, typer.Option("--seed", help="Of the search.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Solve a dial-a-ride or pickup-and-delivery instance: the fewest vehicles, then the way."""
    if not file.is_file():
        raise InvalidRequestError(f"{file} is no file; name an instance to solve.")
    if not 0 < seconds <= 86_400:
        raise InvalidRequestError(f"--seconds is {seconds}; give more than 0, and a day at most.")
    if not 0 <= seed < 2**31:
        raise InvalidRequestError(f"--seed is {seed}; give 0 or a larger number.")
    document = _solution(file, seconds, seed)
    if document["findings"]:
        sys.stderr.write(f"In what follows a unit of {file.name} is {document['scale']} seconds.\n")
    for finding in document["findings"]:
        sys.stderr.write(f"{finding['message']}\n")
    if as_json:
        write_json(document)
        return
    if document["feasible"]:
        console.print(f"cost {document['cost']:.2f}, {document['vehicles']} vehicles")
    else:
        left = ", ".join(document["left_over"])
        console.print(f"found no place for {escape(left)}; the others:")
    for route in document["routes"]:
        console.print(" ".join(str(node) for node in route))


def _solution(file: Path, seconds: float, seed: int) -> dict[str, Any]:
    # The solver's kernels take a moment to load, and no other command needs them.
    from dispatch.errors import DispatchError
    from dispatch.findings import review
    from dispatch.improvement.ruin_recreate import solve as search
    from dispatch.instances import read_instance
    from dispatch.objective import DRIVING_ONLY
    from dispatch.schedule import Infeasible, schedule_plan

    try:
        instance = read_instance(file)
    except (DispatchError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{file.name} cannot be read: {error}") from error
    problem = instance.problem
    _load(search)
    begin_s = time.process_time()
    findings = [
        {
            "code": finding.code,
            "request_id": finding.request_id,
            "message": finding.message,
            "params": dict(finding.params),
        }
        for finding in review(problem)
    ]
    # What the review took is taken off the search, of which a tenth is left in any case.
    spent_s = time.process_time() - begin_s
    found = search(
        problem,
        max(seconds - spent_s, seconds / 10),
        seed,
        weights=DRIVING_ONLY,
        fewest_vehicles=instance.counts_vehicles,
    )
    timed = schedule_plan(problem, found.plan, DRIVING_ONLY)
    if isinstance(timed, Infeasible):
        raise AssertionError(f"the search returned an infeasible route: {timed}")
    return {
        "cost": sum(one.driving_s for one in timed) / instance.scale,
        "vehicles": len(found.plan.routes),
        "feasible": not found.left_over,
        "left_over": list(found.left_over),
        "findings": findings,
        "scale": instance.scale,
        "routes": [[stop.node for stop in route.stops] for route in found.plan],
    }


def _load(search: Callable[..., Any]) -> None:
    """Have the kernels at hand before the clock starts: the first time they are compiled."""
    import numpy as np

    from dispatch.findings import review
    from dispatch.problem import Load, Problem, Request, Vehicle

    van = Vehicle("van", Load(1), 0, 0, 0, 9)
    ride = Request("ride", 0, 1, 0, 9, 9, 9, Load(1))
    problem = Problem((van,), (ride,), np.array([[0, 1], [1, 0]], dtype=np.int32))
    review(problem)
    search(problem, 1.0, rounds=1, fewest_vehicles=True)
