"""The suites: what issue is taken with which programs, for how long, and what is wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.dispatch.cases import DATA, Case, city, folder
from benchmarks.dispatch.lines import Line, Runs
from benchmarks.dispatch.peers.ortools import SETTINGS
from benchmarks.dispatch.running import Outcome, Solver, run

FILES = DATA / "dispatch"
LI_LIM = FILES / "pdptw_li_lim"


@dataclass(frozen=True)
class Suite:
    """Cases and programs.

    Parameters
    ----------
    name
        For ``--suite``.
    cases
        Gives them.
    seconds
        CPU seconds for each program and case.
    peers
        Names of modules in ``benchmarks.dispatch.peers``.
    every
        A quick run takes each case of this many, and of the peers' settings the first two.
    line
        Sums up: the runs and the words for how many cases, seeds and seconds there were.
    settings
        Of OR-Tools.
    """

    name: str
    cases: Callable[[], list[Case]]
    seconds: float
    peers: tuple[str, ...]
    every: int
    line: Callable[[Runs, str], Line]
    settings: tuple[str, ...] = field(default=SETTINGS[:1])

    def solvers(self, peers_python: str, *, quick: bool) -> list[Solver]:
        """Name the programs of this suite, ours first.

        Parameters
        ----------
        peers_python
            Interpreter that has the peers; OR-Tools is our own dependency.
        quick
            Whether to leave most settings out.

        Returns
        -------
        list of Solver
            Each setting of OR-Tools is one.
        """
        solvers = [Solver("meguri")]
        for name in self.peers:
            if name == "ortools":
                chosen = self.settings[:2] if quick else self.settings
                solvers += [Solver(name, setting=setting) for setting in chosen]
            else:
                solvers.append(Solver(name, peers_python))
        return solvers


SUITES = (
    Suite(
        "a",
        lambda: folder(FILES / "darp_cordeau_a", FILES / "darp_cordeau_a/best_known.csv"),
        4,
        ("ortools",),
        4,
        lambda runs, told: runs.way(f"dial-a-ride a2-16…a8-96, {told}", 0.1),
    ),
    Suite(
        "r",
        lambda: folder(FILES / "darp_cordeau_r", FILES / "darp_cordeau_r/best_known.csv"),
        10,
        ("ortools",),
        3,
        lambda runs, told: runs.way(f"dial-a-ride R1a…R10a, {told}", 1.0),
    ),
    Suite(
        "lilim100",
        lambda: folder(LI_LIM / "100", LI_LIM / "best_known.csv"),
        10,
        ("pyvrp",),
        7,
        lambda runs, told: runs.fleet(f"Li and Lim, size 100, {told}", 0.1),
    ),
    Suite(
        "lilim200",
        lambda: folder(LI_LIM / "200", LI_LIM / "best_known.csv"),
        60,
        ("pyvrp", "vroom", "vrp_cli", "ortools"),
        8,
        lambda runs, told: runs.fleet(f"Li and Lim, size 200, {told}", None),
    ),
    Suite(
        "lilim1000",
        lambda: folder(LI_LIM / "1000", LI_LIM / "best_known.csv"),
        60,
        ("pyvrp", "vroom", "vrp_cli", "ortools"),
        5,
        lambda runs, told: runs.fleet(f"Li and Lim, size 1000, {told}", None),
    ),
    Suite(
        "city",
        lambda: [city()],
        60,
        ("ortools",),
        1,
        lambda runs, told: runs.cheaper(
            f"random city, 1,000 requests, 150 vehicles, {told}", 45, "OR-Tools"
        ),
        settings=SETTINGS,
    ),
)


def measure(
    suite: Suite,
    cases: Sequence[Case],
    seeds: int,
    seconds: float,
    solvers: Sequence[Solver],
) -> list[Outcome]:
    """Run the programs of a suite, with a line of progress for each run.

    Parameters
    ----------
    suite
        The suite.
    cases
        Those of it that are to be run.
    seeds
        1 to this.
    seconds
        CPU seconds for each run.
    solvers
        The programs.

    Returns
    -------
    list of Outcome
        A program that is not installed is asked once.
    """
    outcomes: list[Outcome] = []
    missing: set[Solver] = set()
    for number, case in enumerate(cases, start=1):
        for seed in range(1, seeds + 1):
            for solver in solvers:
                if solver in missing:
                    continue
                one = run(solver, case, seconds, seed)
                outcomes.append(one)
                if one.failure == "not installed":
                    missing.add(solver)
                print(f"{suite.name} {number}/{len(cases)} {told(one)}", file=sys.stderr)
    return outcomes


def told(one: Outcome) -> str:
    """Say an outcome in words.

    Parameters
    ----------
    one
        The outcome.

    Returns
    -------
    str
        One line.
    """
    begin = f"{one.case} seed {one.seed} {one.solver}: "
    if one.failure:
        return begin + one.failure
    rest = f", {one.left_over} not served" if one.left_over else ""
    rest += f", BROKEN {one.broken[0]}" if one.broken else ""
    return f"{begin}{one.vehicles} vehicles, {one.cost:.2f} in {one.cpu_s:.1f} CPU s{rest}"
