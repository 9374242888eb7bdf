"""Run every benchmark: ``make bench``, or ``python -m benchmarks --seeds 10 --json``."""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from benchmarks import insertion
from benchmarks.measuring import Comparison

BENCHMARKS = (insertion.compare,)


def table_of(comparisons: list[Comparison]) -> Table:
    """Lay comparisons out for a person.

    Parameters
    ----------
    comparisons : list of Comparison
        What was measured.

    Returns
    -------
    Table
        One row for each.
    """
    table = Table(title="CPU milliseconds, median over seeds; ratio = peer / Meguri (least-most)")
    for heading in ("work", "Meguri", "peer", "ratio", "against", "agreed on"):
        table.add_column(heading, justify="right" if heading in {"Meguri", "peer"} else "left")
    for row in (comparison.document() for comparison in comparisons):
        spread = f"{row['ratio_median']} ({row['ratio_least']}-{row['ratio_most']})"
        cells = (row["work"], row["ours_cpu_ms"], row["peer_cpu_ms"], spread)
        table.add_row(*map(str, cells), str(row["peer"]), str(row["agreement"]))
    return table


def main() -> int:
    """Measure and print.

    Returns
    -------
    int
        Exit code 0.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default 5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    comparisons = [compare(range(1, arguments.seeds + 1)) for compare in BENCHMARKS]
    if arguments.json:
        json.dump([comparison.document() for comparison in comparisons], sys.stdout, indent=2)
        print()
    else:
        Console().print(table_of(comparisons))
    return 0


if __name__ == "__main__":
    sys.exit(main())
