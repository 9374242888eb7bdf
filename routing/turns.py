"""Turn restrictions in a driving graph: a junction is split only where a turn is forbidden.

A car that comes to a junction by a street with a forbidden turn arrives at a copy of the junction
that lacks the forbidden ways out. A drive *to* the junction may end at any of its copies: they all
lead, at no cost, to one more node, its goal, which leads nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Turn = tuple[int, int, int]
"""Node before a junction, the junction, node after it."""


@dataclass(frozen=True)
class Restriction:
    """A turn restriction of OpenStreetMap with a node between its ways.

    Parameters
    ----------
    only
        True when this turn is the only one allowed, False when it is forbidden.
    ways_from
        Ways before the turn.
    via
        The junction.
    ways_to
        Ways after it.
    """

    only: bool
    ways_from: frozenset[int]
    via: int
    ways_to: frozenset[int]


def forbidden_turns(
    restrictions: Iterable[Restriction],
    before: dict[int, list[tuple[int, int]]],
    after: dict[int, list[tuple[int, int]]],
) -> set[Turn]:
    """What restrictions forbid.

    Parameters
    ----------
    restrictions
        Restrictions of OpenStreetMap.
    before, after
        For each junction the (way, node) that one drives in from, and out to.

    Returns
    -------
    set
        Turns. A restriction whose ways pass through their junction, so that it is not clear which
        turn is meant, forbids nothing; coming back the same way is always clear.
    """
    turns: set[Turn] = set()
    for rule in restrictions:
        ins = {node for way, node in before.get(rule.via, ()) if way in rule.ways_from}
        outs = {node for way, node in after.get(rule.via, ()) if way in rule.ways_to}
        if not ins or not outs:
            continue
        if rule.ways_from == rule.ways_to and not rule.only:
            turns |= {(node, rule.via, node) for node in ins & outs}
        elif len(ins) <= len(rule.ways_from) and len(outs) <= len(rule.ways_to):
            if rule.only:
                outs = {node for _, node in after[rule.via] if node not in outs}
            turns |= {(a, rule.via, b) for a in ins for b in outs}
    return turns


def with_no_turning_back(
    starts: NDArray[np.int64], heads: NDArray[np.int32], turns: Iterable[Turn]
) -> set[Turn]:
    """Forbid turning back in the middle of the streets that leave a junction of forbidden turns.

    Otherwise a car would pass the junction, turn a few metres behind it and come back from a side
    that may turn everywhere. Without forbidden turns nobody gains by turning back.

    Parameters
    ----------
    starts, heads
        The graph, compressed sparse rows, streets cut into pieces.
    turns
        Forbidden turns.

    Returns
    -------
    set
        Those, and the turns back up to the next junction or dead end, where they are allowed.
    """
    found = set(turns)
    for via in {via for _, via, _ in found}:
        for first in heads[starts[via] : starts[via + 1]].tolist():
            before, node = via, first
            while node != via:
                ahead = set(heads[starts[node] : starts[node + 1]].tolist())
                if before not in ahead or len(ahead) != 2:
                    break
                found.add((before, node, before))
                (after,) = ahead - {before}
                before, node = node, after
    return found


def split(
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    weights: NDArray[np.int32],
    turns: Iterable[Turn],
) -> tuple[
    NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]
]:
    """Split junctions so that no path makes a forbidden turn.

    Parameters
    ----------
    starts, heads, weights
        The graph, compressed sparse rows; int64 ``[n + 1]``, int32, int32 ``[m]``.
    turns
        Forbidden turns; those that the graph does not hold are passed over.

    Returns
    -------
    tuple
        The new graph, with ``k`` more nodes; the node that each new one stands for, int64 ``[k]``;
        the node to search for in order to get to each old one, int64 ``[n]``.
    """
    n = len(starts) - 1
    forbidden: dict[tuple[int, int], set[int]] = {}
    edges = {}
    for before, via, after in sorted(turns):
        for edge in range(starts[before], starts[before + 1]):
            if heads[edge] == via:
                edges[before, via] = edge
                forbidden.setdefault((before, via), set()).add(after)
    copies = {entry: n + k for k, entry in enumerate(forbidden)}
    junctions = sorted({via for _, via in forbidden})
    goal = {via: n + len(copies) + k for k, via in enumerate(junctions)}
    new_heads = heads.copy()
    for entry, copy in copies.items():
        new_heads[edges[entry]] = copy
    more = [(via, goal[via], 0) for via in junctions]
    for (before, via), copy in copies.items():
        more.append((copy, goal[via], 0))
        more += [
            (copy, int(new_heads[edge]), int(weights[edge]))
            for edge in range(starts[via], starts[via + 1])
            if int(heads[edge]) not in forbidden[before, via]
        ]
    spots = np.array([via for _, via in copies] + junctions, np.int64)
    goals = np.arange(n)
    goals[junctions] = [goal[via] for via in junctions]
    extra = np.array(more, np.int64).reshape(-1, 3)
    tails = np.concatenate([np.repeat(np.arange(n), np.diff(starts)), extra[:, 0]])
    all_heads = np.concatenate([new_heads, extra[:, 1]])
    graph = pack(n + len(spots), tails, all_heads, np.concatenate([weights, extra[:, 2]]))
    return *graph, spots, goals


def pack(
    n: int, tails: NDArray[np.int64], heads: NDArray[np.int64], weights: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Edges in compressed sparse rows.

    Parameters
    ----------
    n
        Count of nodes.
    tails, heads, weights
        Edges, int64 ``[m]``.

    Returns
    -------
    tuple
        First edge of each node, int64 ``[n + 1]``; heads and weights, int32 ``[m]``.
    """
    order = np.lexsort((heads, tails))
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=n), out=starts[1:])
    return starts, heads[order].astype(np.int32), weights[order].astype(np.int32)
