"""How the benchmarks measure: CPU seconds of this process, the best of a few repeats per seed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def cpu_seconds(work: Callable[[], T], repeats: int = 3) -> tuple[T, float]:
    """Run some work and measure it.

    Parameters
    ----------
    work : callable
        The work, without arguments; it must give the same answer each time.
    repeats : int
        How often to run it; other programs on the machine only ever add time, so the least
        measurement is the truest.

    Returns
    -------
    tuple
        The answer, and the least CPU seconds of one run.
    """
    taken_s = []
    for _ in range(repeats):
        start_s = time.process_time()
        answer = work()
        taken_s.append(time.process_time() - start_s)
    return answer, min(taken_s)


class DisagreementError(Exception):
    """Two programs gave different answers to the same question: there is nothing to compare."""


@dataclass
class Comparison:
    """One piece of work, done by us and by a peer, seed by seed.

    Parameters
    ----------
    work : str
        What is done.
    peer : str
        Who else does it.
    agreement : str
        What was found equal in both answers.
    ours_s, peer_s : list of float
        CPU seconds for each seed.
    """

    work: str
    peer: str
    agreement: str
    ours_s: list[float] = field(default_factory=list)
    peer_s: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """How many times our CPU seconds the peer took, for each seed."""
        return [peer / ours for ours, peer in zip(self.ours_s, self.peer_s, strict=True)]

    def document(self) -> dict[str, object]:
        """Give the comparison as plain data.

        Returns
        -------
        dict
            Names, medians in CPU milliseconds, and the ratios.
        """
        return {
            "work": self.work,
            "peer": self.peer,
            "agreement": self.agreement,
            "seeds": len(self.ours_s),
            "ours_cpu_ms": round(1000 * statistics.median(self.ours_s), 3),
            "peer_cpu_ms": round(1000 * statistics.median(self.peer_s), 3),
            "ratio_median": round(statistics.median(self.ratios), 2),
            "ratio_least": round(min(self.ratios), 2),
            "ratio_most": round(max(self.ratios), 2),
        }
