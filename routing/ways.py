"""Ways to the stops where a journey begins, from those where it ends, and between vehicles."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.kernels.arrays import NEVER_S
from routing.layout import starts_of

_Ints = NDArray[np.int32]
_Whole = NDArray[np.int64] | NDArray[np.int32]

ALWAYS_S: Final = -(2**30)
"""Opening of a way that is always open, seconds from the origin of the runs."""


@lru_cache(maxsize=1024)
def _open_ways(count: int) -> tuple[_Ints, _Ints, _Ints]:
    """First and last moment of ways that are always open, and zeros; shared, not to be changed."""
    return tuple(np.full(count, value, np.int32) for value in (ALWAYS_S, NEVER_S, 0))  # type: ignore[return-value]


def _ints(values: _Whole) -> _Ints:
    return np.ascontiguousarray(values, np.int32)


class Access(NamedTuple):
    """Ways from the origin to stops; all times in seconds from the origin of the runs.

    Parameters
    ----------
    stops
        Where each way leads, int32 ``[n]``.
    duration_s
        How long it takes, int32 ``[n]``.
    opens_s, closes_s
        First and last departure, int32 ``[n]``.
    """

    stops: NDArray[np.int32]
    duration_s: NDArray[np.int32]
    opens_s: NDArray[np.int32]
    closes_s: NDArray[np.int32]

    @classmethod
    def walks(cls, stops: _Whole, duration_s: _Whole) -> "Access":
        """Ways that are always open.

        Parameters
        ----------
        stops, duration_s
            Where they lead, and how long they take.

        Returns
        -------
        Access
            The ways.
        """
        always, never, _ = _open_ways(len(stops))
        return cls(
            np.ascontiguousarray(stops, np.int32),
            np.ascontiguousarray(duration_s, np.int32),
            always,
            never,
        )

    @property
    def mirrored(self) -> "Egress":
        """The same ways back, times negative: the end of a journey that is turned round."""
        opens_s, closes_s = _turned(self.opens_s, self.closes_s, np.zeros_like(self.duration_s))
        zero = np.zeros_like(self.duration_s)
        return Egress(self.stops, self.duration_s, opens_s, closes_s, zero)


class Egress(NamedTuple):
    """Ways from stops to the target; all times in seconds from the origin of the runs.

    Parameters
    ----------
    stops
        Where each way begins, int32 ``[n]``.
    before_s
        From the arrival of the vehicle until the way can be started, int32 ``[n]``.
    opens_s, closes_s
        When it can be started, int32 ``[n]``; riders wait for it to open.
    after_s
        From its start to the target, int32 ``[n]``.
    """

    stops: NDArray[np.int32]
    before_s: NDArray[np.int32]
    opens_s: NDArray[np.int32]
    closes_s: NDArray[np.int32]
    after_s: NDArray[np.int32]

    @classmethod
    def walks(cls, stops: _Whole, duration_s: _Whole) -> "Egress":
        """Ways that are always open and start at once.

        Parameters
        ----------
        stops, duration_s
            Where they begin, and how long they take.

        Returns
        -------
        Egress
            The ways.
        """
        always, never, zero = _open_ways(len(stops))
        at, after_s = (
            np.ascontiguousarray(stops, np.int32),
            np.ascontiguousarray(duration_s, np.int32),
        )
        return cls(at, zero, always, never, after_s)

    @property
    def mirrored(self) -> Access:
        """The same ways back, times negative: the begin of a journey that is turned round."""
        opens_s, closes_s = _turned(self.opens_s, self.closes_s, self.after_s)
        return Access(self.stops, self.before_s + self.after_s, opens_s, closes_s)


def _turned(opens_s: _Ints, closes_s: _Ints, after_s: _Ints) -> tuple[_Ints, _Ints]:
    """First and last end of ways that are started between two instants, times negative."""
    first_s = np.maximum(-(closes_s.astype(np.int64) + after_s), ALWAYS_S)
    last_s = np.where(opens_s <= ALWAYS_S, NEVER_S, -(opens_s.astype(np.int64) + after_s))
    return first_s.astype(np.int32), last_s.astype(np.int32)


@dataclass(frozen=True)
class ChangeTimes:
    """Changes with their seconds, see `routing.transfers.Changes`.

    Parameters
    ----------
    starts, heads
        Compressed sparse rows by stop.
    seconds
        int32.
    """

    starts: NDArray[np.int64]
    heads: NDArray[np.int32]
    seconds: NDArray[np.int32]

    @cached_property
    def backwards(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """The same by the stop they lead to: starts, stops they come from, seconds."""
        stops = len(self.starts) - 1
        tails = np.repeat(np.arange(stops, dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.heads, kind="stable")
        counts = np.bincount(self.heads, minlength=stops)
        return starts_of(counts), tails[order], self.seconds[order]

    @cached_property
    def mirrored(self) -> "ChangeTimes":
        """The same changes from where they lead to where they begin."""
        return ChangeTimes(*self.backwards)
