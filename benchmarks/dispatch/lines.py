"""Lines of the table: what was measured, beside whom, and whether the target is held."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.dispatch.cases import Best, Case
from benchmarks.dispatch.running import Outcome

HEAD = (
    "| measure | target | mean | worst | CPU s | beside | held |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Parameters
    ----------
    measure, target
        What, and what it should be.
    mean, worst
        Over all seeds.
    cpu_s
        CPU seconds of one process, for one run.
    beside
        The peers in the same run.
    held
        Whether the target is held; None: nothing to hold, or not measured.
    """

    measure: str
    target: str
    mean: str
    worst: str = "–"
    cpu_s: str = "–"
    beside: str = "–"
    held: bool | None = None

    def text(self) -> str:
        """Give the line in Markdown."""
        held = {True: "yes", False: "**no**", None: "–"}[self.held]
        cells = [self.measure, self.target, self.mean, self.worst, self.cpu_s, self.beside, held]
        return f"| {' | '.join(cells)} |"


class Runs:
    """Outcomes of one suite, ours and those of peers.

    Parameters
    ----------
    cases
        What was solved.
    outcomes
        Of all programs; each is known by ``Outcome.solver``, OR-Tools' settings by their notes.
    """

    def __init__(self, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> None:
        self._best = {case.name: case.best for case in cases if case.best is not None}
        self.ours = [one for one in outcomes if one.solver.lower().startswith("meguri")]
        self.right = [one for one in self.ours if one.is_right]
        self.peers: dict[str, list[Outcome]] = {}
        for one in outcomes:
            if one not in self.ours:
                self.peers.setdefault(one.solver, []).append(one)

    @property
    def is_known(self) -> bool:
        """Whether a best known plan stands for every case."""
        return all(one.case in self._best for one in self.ours)

    def best(self, one: Outcome) -> Best:
        """The best known plan of what was run."""
        return self._best[one.case]

    def gap(self, one: Outcome) -> float:
        """By how many percent the way is longer than the best known."""
        return 100 * (one.cost / self.best(one).cost - 1)

    def cpu(self) -> str:
        """CPU seconds of our runs."""
        ran = [one for one in self.ours if not one.failure]
        if not ran:
            return "–"
        mean, most = statistics.fmean(one.cpu_s for one in ran), max(one.cpu_s for one in ran)
        process = statistics.fmean(one.process_cpu_s for one in ran)
        return f"{mean:.1f}, most {most:.1f}; whole process {process:.1f}"

    def way(self, measure: str, percent: float) -> Line:
        """Sum up a suite where only the way counts.

        Parameters
        ----------
        measure
            What it is called.
        percent
            The mean gap that is wanted.

        Returns
        -------
        Line
            Mean gap over cases and seeds; the worst seed's mean and the worst run.
        """
        wrong = len(self.ours) - len(self.right)
        rest = f"; {wrong} of {len(self.ours)} runs serve not everybody" if wrong else ""
        if not self.right:
            return Line(measure, f"≤ {percent:g} %", f"nothing{rest}", held=False)
        seeds = [
            statistics.fmean(self.gap(one) for one in self.right if one.seed == seed)
            for seed in {one.seed for one in self.right}
        ]
        mean = statistics.fmean(self.gap(one) for one in self.right)
        worst = max(self.right, key=self.gap)
        return Line(
            measure,
            f"≤ {percent:g} %",
            f"{mean:.3f} %{rest}",
            f"{max(seeds):.3f} % a seed, {self.gap(worst):.2f} % a run ({worst.case})",
            self.cpu(),
            "; ".join(self._gap_of(name, runs) for name, runs in sorted(self.peers.items())),
            mean <= percent and not wrong,
        )

    def plain(self, measure: str) -> Line:
        """Sum up a suite without best known plans.

        Parameters
        ----------
        measure
            What it is called.

        Returns
        -------
        Line
            Mean fleet and way, with peers on the runs that both got right.
        """
        duels = [self._duel(name, runs) for name, runs in sorted(self.peers.items())]
        mean = f"{_means(self.right)}; {len(self.right)} of {len(self.ours)} runs right"
        return Line(measure, "–", mean, cpu_s=self.cpu(), beside="; ".join(duels))

    def _gap_of(self, name: str, runs: Sequence[Outcome]) -> str:
        right = [self.gap(one) for one in runs if one.is_right]
        if not right:
            return f"{name}: {_why(runs)}"
        told = f"{name}: {statistics.fmean(right):.2f} % ({len(right)} of {len(runs)} runs right)"
        return told + f" in {statistics.fmean(one.cpu_s for one in runs):.1f} s"

    def fleet(self, measure: str, percent: float | None) -> Line:
        """Sum up a suite where vehicles count first.

        Parameters
        ----------
        measure
            What it is called.
        percent
            The mean gap of the distance that is wanted, with the best known fleet everywhere;
            None: not to be behind any peer.

        Returns
        -------
        Line
            Peers are compared on the runs that both got right.
        """
        over = {one: one.vehicles - (self.best(one).vehicles or 0) for one in self.right}
        gaps = [self.gap(one) for one, more in over.items() if more == 0]
        gap = statistics.fmean(gaps) if gaps else float("nan")
        most = max(over, key=lambda one: over[one], default=None)
        worst = f"gap {max(gaps):.2f} %" if gaps else "–"
        if most is not None and over[most] > 0:
            worst = f"{over[most]} vehicles more ({most.case}); {worst}"
        all_right = len(self.right) == len(self.ours) > 0
        if percent is None:
            held = all_right and not any(self._is_ahead(runs) for runs in self.peers.values())
        else:
            held = all_right and set(over.values()) <= {0} and gap <= percent
        return Line(
            measure,
            "not behind any"
            if percent is None
            else f"best known fleet on all, gap ≤ {percent:g} %",
            f"best known fleet in {len(gaps)} of {len(self.ours)} runs, gap there {gap:.3f} %; "
            f"{_means(self.right)}",
            worst,
            self.cpu(),
            "; ".join(self._duel(name, runs) for name, runs in sorted(self.peers.items())),
            held,
        )

    def _pairs(self, runs: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
        mine = {(one.case, one.seed): one for one in self.right}
        theirs = [one for one in runs if one.is_right and (one.case, one.seed) in mine]
        return [mine[one.case, one.seed] for one in theirs], theirs

    def _is_ahead(self, runs: Sequence[Outcome]) -> bool:
        mine, theirs = self._pairs(runs)
        # A hair of room: a sum of the same distances in another order is not a victory.
        return bool(theirs) and _rank(theirs) < _rank(mine, room=1e-9)

    def _duel(self, name: str, runs: Sequence[Outcome]) -> str:
        mine, theirs = self._pairs(runs)
        if not theirs:
            return f"{name}: {_why(runs)}"
        spent_s = statistics.fmean(one.cpu_s for one in runs)
        told = f"{name}: {_means(theirs)} in {spent_s:.1f} s"
        if len(theirs) < len(runs):
            told += f" where right, {len(theirs)} of {len(runs)}; there we: {_means(mine)}"
        return told

    def cheaper(self, measure: str, percent: float, peer: str) -> Line:
        """Sum up how much cheaper we are than the best setting of a peer, seed by seed.

        Parameters
        ----------
        measure
            What it is called.
        percent
            How much cheaper is wanted.
        peer
            How the peer's name begins.

        Returns
        -------
        Line
            The best setting is taken for each seed anew, among those that serve everybody.
        """
        theirs = [one for name, runs in self.peers.items() if name.startswith(peer) for one in runs]
        shares = []
        for one in self.right:
            costs = [o.cost for o in theirs if o.is_right and o.seed == one.seed]
            if costs:
                shares.append(100 * (1 - one.cost / min(costs)))
        settings: dict[str, list[str]] = {}
        for one in theirs:
            settings.setdefault(one.note or one.solver, []).append(_said(one))
        told = [f"{note}: {', '.join(said)}" for note, said in settings.items()]
        return Line(
            measure,
            f"≥ {percent:g} % cheaper",
            f"{statistics.fmean(shares):.1f} %" if shares else "no pair of right plans",
            f"{min(shares):.1f} %" if shares else "–",
            self.cpu(),
            "; ".join([f"ours {', '.join(map(_said, self.ours))}", *told]),
            bool(shares) and statistics.fmean(shares) >= percent,
        )


def _rank(runs: Sequence[Outcome], room: float = 0.0) -> tuple[float, float]:
    cost = statistics.fmean(one.cost for one in runs)
    return statistics.fmean(one.vehicles for one in runs), cost * (1 - room)


def _means(runs: Sequence[Outcome]) -> str:
    if not runs:
        return "nothing"
    vehicles, cost = _rank(runs)
    return f"{vehicles:.2f} vehicles, {cost:.1f}"


def _why(runs: Sequence[Outcome]) -> str:
    failures = sorted({one.failure for one in runs if one.failure})
    if failures:
        return ", ".join(failures)
    left, broken = sum(one.left_over for one in runs), sum(bool(one.broken) for one in runs)
    return f"no right plan ({left} requests not served, {broken} plans break rules)"


def _said(one: Outcome) -> str:
    if one.failure:
        return one.failure
    rest = f" without {one.left_over} requests" if one.left_over else ""
    broken = f" breaking {len(one.broken)} rules" if one.broken else ""
    return f"{one.cost:.0f}{rest}{broken} in {one.cpu_s:.0f} s"
