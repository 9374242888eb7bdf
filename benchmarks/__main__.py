"""Run every benchmark: ``make bench``, or ``python -m benchmarks --seeds 10 --json``."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks import insertion, journeys
from benchmarks.measuring import Comparison

BENCHMARKS = (insertion.compare, journeys.compare)


def lines_of(comparison: Comparison) -> str:
    """Say a comparison in words.

    Parameters
    ----------
    comparison : Comparison
        What was measured.

    Returns
    -------
    str
        Three lines.
    """
    row = comparison.document()
    return (
        f"{row['work']}\n"
        f"    Meguri {row['ours_cpu_ms']} ms, {row['peer']} {row['peer_cpu_ms']} ms (CPU, median)\n"
        f"    ratio {row['ratio_median']}, from {row['ratio_least']} to {row['ratio_most']} over "
        f"{row['seeds']} seeds; both agree on {row['agreement']}"
    )


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
        print("\n".join(map(lines_of, comparisons)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
