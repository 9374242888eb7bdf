"""Give a case to a program in a process of its own, and check what comes back.

A plan counts only after ``tests/oracles/plan_checker.py``, which shares no code with the engine or
with any peer, has found nothing wrong with it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.dispatch.cases import Case
from benchmarks.dispatch.peers.wire import NOT_INSTALLED, Task, Visit
from dispatch.plan import Plan, Route, stops_of
from tests.oracles.plan_checker import check_plan

ROOT = Path(__file__).resolve().parents[2]
OURS = "meguri"
PEERS = ("pyvrp", "vroom", "vrp_cli", "ortools")


@dataclass(frozen=True)
class Solver:
    """A program.

    Parameters
    ----------
    name
        Of its module in ``benchmarks.dispatch.peers``.
    python
        The interpreter that has it.
    setting
        Of a program that has several.
    """

    name: str
    python: str = sys.executable
    setting: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one run gave.

    Parameters
    ----------
    case, solver, seed
        What was run; ``solver`` is the name of the program with its version.
    failure
        Why there is no plan: not installed, an error, out of time. Empty when there is one.
    vehicles, cost
        Of the plan, the cost in units of the file.
    left_over
        Requests that the plan does not serve.
    broken
        What the checker found wrong with it.
    cpu_s
        CPU seconds from reading the task to the answer.
    process_cpu_s
        CPU seconds of the whole process, with its start and its imports.
    note
        What the program says about its setting.
    """

    case: str
    solver: str
    seed: int
    failure: str = ""
    vehicles: int = 0
    cost: float = 0.0
    left_over: int = 0
    broken: tuple[str, ...] = ()
    cpu_s: float = 0.0
    process_cpu_s: float = 0.0
    note: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it serves everybody and breaks no rule."""
        return not (self.failure or self.left_over or self.broken)


def run(solver: Solver, case: Case, seconds: float, seed: int) -> Outcome:
    """Run a program on a case.

    Parameters
    ----------
    solver
        The program.
    case
        The case.
    seconds
        CPU seconds.
    seed
        Of the search.

    Returns
    -------
    Outcome
        Checked.
    """
    task = Task(
        seconds,
        seconds / cpu_share(),
        seed,
        case.counts_vehicles,
        solver.setting,
        case.problem.travel_s.tolist(),
        case.vans,
        case.rides,
    )
    words = [solver.python, "-m", f"benchmarks.dispatch.peers.{solver.name}"]
    failed = Outcome(case.name, " ".join([solver.name, solver.setting]).strip(), seed)
    before_s = _children_s()
    try:
        done = subprocess.run(
            words,
            input=json.dumps(asdict(task)),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=20 * seconds + 300,
        )
    except subprocess.TimeoutExpired:
        return replace(failed, failure="did not end in time")
    if done.returncode == NOT_INSTALLED:
        return replace(failed, failure="not installed")
    if done.returncode != 0:
        return replace(failed, failure=(done.stderr.strip().splitlines() or ["failed"])[-1])
    answer = json.loads(done.stdout)
    routes = {
        int(number): [(int(n), bool(boards)) for n, boards in visits]
        for number, visits in answer["routes"].items()
    }
    return _checked(
        replace(
            failed,
            solver=answer["program"],
            note=answer["note"],
            cpu_s=answer["cpu_s"],
            process_cpu_s=_children_s() - before_s,
        ),
        case,
        routes,
    )


def cpu_share() -> float:
    """Measure which share of one processor a busy process gets here and now.

    Returns
    -------
    float
        From 0.2 to 1: programs that only know wall time get that much more of it.
    """
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    while time.perf_counter() - wall_s < 0.5:
        pass
    share = (time.process_time() - cpu_s) / (time.perf_counter() - wall_s)
    return min(1.0, max(0.2, share))


def _checked(outcome: Outcome, case: Case, routes: dict[int, list[Visit]]) -> Outcome:
    requests, vehicles = case.problem.requests, case.problem.vehicles
    plan = Plan(
        tuple(
            Route(
                vehicles[number].id,
                tuple(stops_of(requests[n])[not boards] for n, boards in visits),
            )
            for number, visits in routes.items()
            if visits
        )
    )
    served = plan.request_ids
    return replace(
        outcome,
        vehicles=len(plan.routes),
        cost=case.cost(routes),
        left_over=sum(request.id not in served for request in requests),
        broken=tuple(check_plan(case.problem, plan)),
    )


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
