"""Shortest ways between all nodes, as compiled code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled


@compiled("void(int64[:, ::1])")
def close_ways(least_s: NDArray[np.int64]) -> None:
    """Replace driving times by those of the shortest ways, over any nodes; in place.

    Floyd, "Algorithm 97: Shortest path", Communications of the ACM 5, 1962.

    Parameters
    ----------
    least_s : ndarray of int64, shape (n, n)
        Driving seconds, none negative, zero on the diagonal; for a pair without a way a number no
        way is as long as, and twice of which fits.
    """
    n = len(least_s)
    for via in range(n):
        for a in range(n):
            first_s = least_s[a, via]
            for b in range(n):
                through_s = first_s + least_s[via, b]
                least_s[a, b] = min(least_s[a, b], through_s)
