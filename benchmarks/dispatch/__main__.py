"""The table of the dispatcher, or any folder of instances; ``make bench-dispatch``."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.dispatch.cases import DATA, folder
from benchmarks.dispatch.lines import HEAD, Line, Runs
from benchmarks.dispatch.running import PEERS, Outcome
from benchmarks.dispatch.suites import SUITES, Suite, measure

OTHERS = ("insertion", "throughput", "munich", "manhattan")
"""Lines that are no plans of instances: modules beside this one, each with ``line``."""


def main() -> int:
    """Measure and print the table.

    Returns
    -------
    int
        Exit code: 0, or 1 when the data is missing.
    """
    given = _arguments()
    chosen = _own_suite(given) if given.instances else [s for s in SUITES if _asked(given, s.name)]
    if not given.instances and not DATA.is_dir():
        print(f"the reference data is not there: {DATA}", file=sys.stderr)
        return 1
    lines: list[Line] = []
    outcomes: list[Outcome] = []
    for suite in chosen:
        line, found = _run(suite, given)
        lines.append(line)
        outcomes += found
        print(line.text(), file=sys.stderr)
    for name in () if given.instances else OTHERS:
        if _asked(given, name):
            module = importlib.import_module(f"benchmarks.dispatch.{name}")
            options = {"quick": given.quick, "peers_python": given.peers_python}
            lines.append(module.line(given.seeds, **options))
            print(lines[-1].text(), file=sys.stderr)
    lines.append(_promises(outcomes))
    print(f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, seeds 1 to {given.seeds}, Python {_machine()}\n")
    print(HEAD)
    for line in lines:
        print(line.text())
    broken = [one for one in outcomes if one.broken]
    print(f"\n{len(outcomes)} plans checked; plans that break a rule: {len(broken)}")
    for one in broken:
        print(f"- {one.solver} on {one.case}, seed {one.seed}: {one.broken[0]}")
    if given.json:
        plain = {
            "lines": [asdict(line) for line in lines],
            "outcomes": [asdict(one) for one in outcomes],
        }
        given.json.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


def _promises(outcomes: list[Outcome]) -> Line:
    ours = [one for one in outcomes if one.solver == "Meguri"]
    broken = sum(bool(one.broken) for one in ours)
    measure = f"plans of ours that break a promise or a rule, of {len(ours)} in the suites above"
    return Line(measure, "0", str(broken), held=broken == 0 if ours else None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description=__doc__)
    names = [suite.name for suite in SUITES] + list(OTHERS)
    parser.add_argument("--suite", action="append", choices=names, help="only this; repeatable")
    parser.add_argument("--instances", type=Path, help="a folder of instances instead")
    parser.add_argument("--best", type=Path, help="its best known plans, a table")
    parser.add_argument("--seconds", type=float, help="CPU seconds for each run")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (5)")
    parser.add_argument("--peers", help=f"only these, of {','.join(PEERS)}; or none")
    parser.add_argument(
        "--peers-python",
        default=os.environ.get("PEERS_PYTHON", sys.executable),
        help="interpreter that has benchmarks/dispatch/requirements.txt (this one)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a part of each suite, as the table says"
    )
    parser.add_argument("--json", type=Path, help="where all figures go")
    given = parser.parse_args()
    if given.best and not given.instances:
        parser.error("--best goes with --instances")
    if given.seeds < 1 or (given.seconds is not None and given.seconds <= 0):
        parser.error("--seeds and --seconds need to be positive")
    if given.peers is not None:
        given.peers = [] if given.peers == "none" else given.peers.split(",")
        if unknown := set(given.peers) - set(PEERS):
            parser.error(f"--peers knows no {', '.join(unknown)}; give some of {', '.join(PEERS)}")
    return given


def _asked(given: argparse.Namespace, name: str) -> bool:
    return not given.suite or name in given.suite


def _own_suite(given: argparse.Namespace) -> list[Suite]:
    counts = any(case.counts_vehicles for case in folder(given.instances, given.best))

    def sum_up(runs: Runs, told: str) -> Line:
        measure = f"{given.instances.name}, {told}"
        if not runs.is_known:
            return runs.plain(measure)
        return runs.fleet(measure, None) if counts else runs.way(measure, 0.0)

    return [
        Suite(
            given.instances.name,
            partial(folder, given.instances, given.best),
            given.seconds or 10,
            PEERS,
            1,
            sum_up,
        )
    ]


def _run(suite: Suite, given: argparse.Namespace) -> tuple[Line, list[Outcome]]:
    every = suite.every if given.quick else 1
    everything = suite.cases()
    cases = everything[::-1][::every][::-1]
    seconds = given.seconds or suite.seconds
    solvers = suite.solvers(given.peers_python, quick=given.quick)
    if given.peers is not None:
        wanted = {"meguri", *given.peers}
        solvers = [one for one in solvers if one.name in wanted]
    outcomes = measure(suite, cases, given.seeds, seconds, solvers)
    told = f"{len(cases)} of {len(everything)}, {given.seeds} seeds, {seconds:g} CPU s"
    return suite.line(Runs(cases, outcomes), told), outcomes


def _machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{platform.python_version()}, {os.cpu_count()} processors, load {load}"


if __name__ == "__main__":
    sys.exit(main())
