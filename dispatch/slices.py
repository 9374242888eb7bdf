"""Driving times that change with the time of day."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError
from dispatch.validation import INSTANTS, UNREACHABLE, travel_times

if TYPE_CHECKING:
    from collections.abc import Sequence

PackedSlices = tuple[NDArray[np.int64], NDArray[np.int32]]
"""Starts and matrices, as the kernels read them; none when driving times stay as they are."""


@dataclass(frozen=True, eq=False)
class Slices:
    """Driving times by the instant of leaving.

    Who leaves in a slice needs its time, or arrives as if leaving in a later slice, when that is
    sooner: the arrival is the least over all later departures, so that nobody arrives sooner by
    leaving later (Orda and Rom, "Shortest-path and minimum-delay algorithms in networks with
    time-dependent edge-length", Journal of the ACM 37, 1990, section 3: unrestricted waiting). It
    is a whole number of seconds without rounding.

    Parameters
    ----------
    starts_s : sequence of int
        Instants at which the slices begin, increasing. The first holds before its start too, the
        last without end.
    travel_s : ndarray of int32, shape (k, n, n)
        Driving seconds of each slice; as ``Problem.travel_s``.
    """

    starts_s: Sequence[int]
    travel_s: NDArray[np.int32]
    least_s: NDArray[np.int32] = field(init=False, repr=False)
    most_s: NDArray[np.int32] = field(init=False, repr=False)
    packed: PackedSlices = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Validate starts and matrices, and find the least and the most of each pair."""
        starts_s = tuple(self.starts_s)
        object.__setattr__(self, "starts_s", starts_s)
        matrices = np.asarray(self.travel_s)
        if matrices.ndim != 3 or len(matrices) != len(starts_s) or not starts_s:
            raise _error(
                "travel_s",
                f"travel_s has the shape {matrices.shape} and there are {len(starts_s)} starts; "
                "give one matrix for each slice, and at least one",
            )
        for start_s in starts_s:
            if not isinstance(start_s, int) or not INSTANTS[0] <= start_s <= INSTANTS[1]:
                raise _error("starts_s", f"starts_s has {start_s!r}; give whole seconds")
        if any(b <= a for a, b in pairwise(starts_s)):
            raise _error("starts_s", "starts_s does not increase; put the slices in order")
        for name, matrix in (
            ("travel_s", np.stack([travel_times(one) for one in matrices])),
            ("least_s", matrices.min(axis=0)),
            ("most_s", matrices.max(axis=0)),
        ):
            matrix.flags.writeable = False
            object.__setattr__(self, name, matrix)
        packed = np.array(starts_s, dtype=np.int64)
        packed.flags.writeable = False
        object.__setattr__(self, "packed", (packed, self.travel_s))

    def arrival_s(self, origin: int, to: int, leave_s: int) -> int:
        """Tell when one arrives.

        Parameters
        ----------
        origin, to : int
            Nodes with a way between them.
        leave_s : int
            Earliest instant of leaving.

        Returns
        -------
        int
            The instant.
        """
        later = [(s, self.travel_s[n]) for n, s in enumerate(self.starts_s) if s > leave_s]
        now = len(self.starts_s) - len(later) - 1
        choices: list[tuple[int, Any]] = [(leave_s, self.travel_s[max(now, 0)]), *later]
        return min(s + int(m[origin, to]) for s, m in choices if m[origin, to] != UNREACHABLE)


def _error(name: str, what: str) -> InvalidProblemError:
    return InvalidProblemError(f"Slices: {what}.", kind="slices", field=name)


_NO_STARTS = np.empty(0, dtype=np.int64)
_NO_MATRICES = np.empty((0, 0, 0), dtype=np.int32)
for _empty in (_NO_STARTS, _NO_MATRICES):
    _empty.flags.writeable = False

NO_SLICES: PackedSlices = (_NO_STARTS, _NO_MATRICES)
"""For the kernels: driving times that stay as they are."""
