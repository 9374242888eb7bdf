"""Earliest arrivals of ours and of a peer side by side, every difference with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.planner.network import Query
from benchmarks.planner.peers import PeerMeasured
from benchmarks.planner.tracing import Day, Step


def differences(
    day: Day, ours: Sequence[Sequence[Step] | None], theirs: Sequence[PeerMeasured], most: int
) -> Counter[str]:
    """Count queries by what became of them.

    Parameters
    ----------
    day
        The exported day with its queries.
    ours
        The steps of our earliest arrival, query by query; None for no journey.
    theirs
        The answers of a peer.
    most
        Most changes that we look for.

    Returns
    -------
    Counter of str
        ``equal``, or the reason of each difference, see `reason`.
    """
    rows = zip(day.queries, ours, theirs, strict=True)
    return Counter(reason(day, query, mine, other, most) for query, mine, other in rows)


def reason(
    day: Day, query: Query, ours: Sequence[Step] | None, theirs: PeerMeasured, most: int
) -> str:
    """Why two earliest arrivals differ.

    Parameters
    ----------
    day
        The exported day.
    query
        What was asked, in its names.
    ours
        The steps of our earliest arrival; None for no journey.
    theirs
        What the peer answered.
    most
        Most changes that we look for.

    Returns
    -------
    str
        ``equal``. Where the peer is earlier: what its journey does that we do not allow, step by
        step on the day, such as ``peer walks twice in a row``; every journey of its answer that
        is earlier than ours must do so. Where we are earlier, our journey has been followed on
        the day without a fault; the reason is then the one correction of the peer's code with
        which it arrives as early, such as ``peer, corrected: scanner``; ``ours stays seated`` where
        none does and the journey has a fault once riders change instead; or ``peer misses it``
        for a peer whose code we did not correct. Else ``unexplained``, with what is wrong.
    """
    mine = None if ours is None else day.follow(query, ours, most)
    if mine is not None and mine.faults:
        return f"unexplained: ours {mine.faults[0]}"
    limit_s = None if mine is None else mine.arrival_s
    answers = sorted(theirs.answers, key=lambda answer: answer.arrival_s)
    best_s = answers[0].arrival_s if answers else None
    if best_s == limit_s:
        return "equal"
    if limit_s is not None and (best_s is None or best_s > limit_s):
        changed = [step._replace(has_stayed=False) for step in ours or ()]
        return _missed(theirs, limit_s, bool(day.follow(query, changed, most).faults))
    found = ""
    for answer in answers:
        if limit_s is not None and answer.arrival_s >= limit_s:
            break
        followed = day.follow(query, answer.steps, most)
        if not followed.faults:
            return "unexplained: ours misses a journey of the peer"
        found = found or f"peer {followed.faults[0]}"
    return found


def _missed(theirs: PeerMeasured, limit_s: int, must_stay: bool) -> str:
    """Which correction makes the peer find a journey as early as ours."""
    for name, arrival_s in theirs.corrected.items():
        if arrival_s is not None and arrival_s <= limit_s:
            return f"peer, corrected: {name}"
    if must_stay:
        return "ours stays seated"
    return (
        "unexplained: the corrected peer misses it, too" if theirs.corrected else "peer misses it"
    )
