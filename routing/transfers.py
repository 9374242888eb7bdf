"""Changes between stops: walks along the streets, and what transfers.txt says."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.layout import starts_of
from routing.snapping import DETOUR, Plane
from routing.timetable import Timetable
from routing.walks import Walks

CHANGE_WALK_M: Final = 600
"""Longest walk of a change, metres, where transfers.txt does not name the pair."""

CHANGE_S: Final = 60
"""Time to get off, find the way and get on, added to the walk of every change, seconds."""

_TIMED, _MINIMUM, _FORBIDDEN = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Changes:
    """Pairs of stops between which riders change; a stop pairs with itself, too.

    Parameters
    ----------
    starts, heads
        Changes from stop s lead to ``heads[starts[s]:starts[s + 1]]``; int64, int32.
    walk_m
        Walk, metres, int32.
    least_s
        Shortest time, seconds, int32: the rule of transfers.txt.
    slack_s
        Added to the walk, seconds, int32.
    """

    starts: NDArray[np.int64]
    heads: NDArray[np.int32]
    walk_m: NDArray[np.int32]
    least_s: NDArray[np.int32]
    slack_s: NDArray[np.int32]

    def seconds(self, walk_speed_mm_s: int) -> NDArray[np.int32]:
        """Time of each change.

        Parameters
        ----------
        walk_speed_mm_s
            Walking speed, millimetres a second.

        Returns
        -------
        ndarray
            Seconds, rounded up, int32.
        """
        needed_s = walk_s(self.walk_m, walk_speed_mm_s) + self.slack_s
        return np.asarray(np.maximum(needed_s, self.least_s), np.int32)

    def walk_between_m(self, origin: int, target: int) -> int:
        """Walk of one change.

        Parameters
        ----------
        origin, target
            Stops that pair.

        Returns
        -------
        int
            Metres.
        """
        found = slice(self.starts[origin], self.starts[origin + 1])
        return int(self.walk_m[found][np.flatnonzero(self.heads[found] == target)[0]])


def walk_s(distance_m: NDArray[np.int32], walk_speed_mm_s: int) -> NDArray[np.int64]:
    """Time of walks.

    Parameters
    ----------
    distance_m
        Metres, int32 ``[n]``.
    walk_speed_mm_s
        Walking speed, millimetres a second.

    Returns
    -------
    ndarray
        Seconds, rounded up, int64 ``[n]``.
    """
    return np.asarray(-(-distance_m.astype(np.int64) * 1000 // walk_speed_mm_s))


def find_changes(
    timetable: Timetable,
    walks: Walks,
    limit_m: int = CHANGE_WALK_M,
    change_s: int = CHANGE_S,
) -> Changes:
    """Find where riders change.

    Parameters
    ----------
    timetable
        Stops, and the rules of transfers.txt.
    walks
        Along the streets and inside stations.
    limit_m
        Longest walk, metres; ways inside one station may be longer.
    change_s
        Slack of a change without a rule, seconds.

    Returns
    -------
    Changes
        Rules win over walks: a forbidden pair is left out, a timed one has no slack, a minimum
        time holds. But no rule leads a wheelchair where no walk does.
    """
    served = timetable.served_stops
    tails, heads, walk_m = walks.pairs(served, served, limit_m)
    found = {
        (origin, target): (m, 0, change_s)
        for origin, target, m in zip(tails.tolist(), heads.tolist(), walk_m.tolist(), strict=True)
    }
    found.update({(stop, stop): (0, 0, change_s) for stop in served.tolist()})
    walked = {pair: walk for pair, (walk, _, _) in found.items()}
    calls, may_be_far = set(served.tolist()), walks.profile == "walk"
    for origin, target, kind, least_s in timetable.transfer_rules.tolist():
        for a in timetable.platforms(origin):
            for b in timetable.platforms(target):
                if a in calls and b in calls and (may_be_far or (a, b) in walked):
                    found.pop((a, b), None)
                    if kind != _FORBIDDEN:
                        walk = walked[a, b] if (a, b) in walked else _straight_m(timetable, a, b)
                        found[a, b] = (walk, *_times(kind, least_s, change_s))
    return _pack(len(timetable.stop_ids), found)


def _times(kind: int, least_s: int, change_s: int) -> tuple[int, int]:
    """Shortest time and slack under a rule, seconds."""
    if kind == _MINIMUM and least_s >= 0:
        return least_s, 0
    return 0, 0 if kind == _TIMED else change_s


def _straight_m(timetable: Timetable, a: int, b: int) -> int:
    lat, lon = timetable.stop_lat, timetable.stop_lon
    plane = Plane(float(lat[a]))
    return round(
        float(plane.distance_m(lat[a : a + 1], lon[a : a + 1], lat[b], lon[b])[0]) * DETOUR
    )


def _pack(stops: int, found: dict[tuple[int, int], tuple[int, int, int]]) -> Changes:
    pairs = np.array(list(found), np.int64).reshape(-1, 2)
    values = np.array(list(found.values()), np.int32).reshape(-1, 3)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    starts = starts_of(np.bincount(pairs[:, 0], minlength=stops))
    walk_m, least_s, slack_s = (np.ascontiguousarray(values[order, c]) for c in range(3))
    return Changes(starts, pairs[order, 1].astype(np.int32), walk_m, least_s, slack_s)
