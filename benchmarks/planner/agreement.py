"""Earliest arrivals of ours and of a peer side by side, every difference with its reason."""

from __future__ import annotations

from collections import Counter

from benchmarks.planner.ours import Measured
from benchmarks.planner.peers import PeerMeasured

DAY_S = 86_400


def differences(
    ours: list[Measured], theirs: list[PeerMeasured], max_transfers: int
) -> Counter[str]:
    """Count queries by what became of them.

    Parameters
    ----------
    ours, theirs
        Earliest arrivals, query by query.
    max_transfers
        Most changes that we look for.

    Returns
    -------
    Counter of str
        ``equal``, or the reason of a difference: ``peer boards before it arrives`` (its legs do
        not join), ``peer walks twice in a row`` (we join a change by one walk only), ``peer
        changes more often`` than we were asked to look for, ``peer arrives later`` or ``peer
        finds nothing`` (it misses a journey of which we can name every call), ``unexplained``.
    """
    counted: Counter[str] = Counter()
    for one, other in zip(ours, theirs, strict=True):
        arrival_s = min((answer[1] for answer in one.answers), default=None)
        best = min(other.answers, key=lambda answer: answer.arrival_s, default=None)
        if best is None:
            counted["equal" if arrival_s is None else "peer finds nothing"] += 1
        elif arrival_s == best.arrival_s:
            counted["equal"] += 1
        elif arrival_s is not None and arrival_s < best.arrival_s:
            counted["peer arrives later"] += 1
        elif "!" in best.legs:
            counted["peer boards before it arrives"] += 1
        elif "WW" in best.legs:
            counted["peer walks twice in a row"] += 1
        elif best.transfers > max_transfers:
            counted["peer changes more often"] += 1
        else:
            counted["unexplained"] += 1
    return counted
