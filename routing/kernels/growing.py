"""Arrays that turn out too short, copied into longer ones, value by value.

Assigning a slice says the same in one line, and takes numba seconds to compile.
"""

import numpy as np
from numpy.typing import NDArray

from routing.kernels.compiled import part


@part("int32[:, ::1](int32[:, ::1], int64, int64)")
def longer_rows(rows: NDArray[np.int32], count: int, length: int) -> NDArray[np.int32]:
    """Rows with room for more.

    Parameters
    ----------
    rows
        int32 ``[n, c]``.
    count
        How many are in use.
    length
        Rows of the copy.

    Returns
    -------
    ndarray
        The rows in use, then room.
    """
    longer = np.empty((length, rows.shape[1]), np.int32)
    for row in range(count):
        for column in range(rows.shape[1]):
            longer[row, column] = rows[row, column]
    return longer


@part("int64[:, ::1](int64[:, ::1], int64, int64)")
def longer_long_rows(rows: NDArray[np.int64], count: int, length: int) -> NDArray[np.int64]:
    """Rows of 64 bits with room for more.

    Parameters
    ----------
    rows
        int64 ``[n, c]``.
    count
        How many are in use.
    length
        Rows of the copy.

    Returns
    -------
    ndarray
        The rows in use, then room.
    """
    longer = np.empty((length, rows.shape[1]), np.int64)
    for row in range(count):
        for column in range(rows.shape[1]):
            longer[row, column] = rows[row, column]
    return longer


@part("int32[::1](int32[::1], int64, int64)")
def longer_ints(values: NDArray[np.int32], count: int, length: int) -> NDArray[np.int32]:
    """Values with room for more.

    Parameters
    ----------
    values
        int32 ``[n]``.
    count
        How many are in use.
    length
        Values of the copy.

    Returns
    -------
    ndarray
        The values in use, then room.
    """
    longer = np.empty(length, np.int32)
    for at in range(count):
        longer[at] = values[at]
    return longer


@part("int64[::1](int64[::1], int64, int64)")
def longer_longs(values: NDArray[np.int64], count: int, length: int) -> NDArray[np.int64]:
    """Values with room for more.

    Parameters
    ----------
    values
        int64 ``[n]``.
    count
        How many are in use.
    length
        Values of the copy.

    Returns
    -------
    ndarray
        The values in use, then room.
    """
    longer = np.empty(length, np.int64)
    for at in range(count):
        longer[at] = values[at]
    return longer


@part("float64[::1](float64[::1], int64, int64)")
def longer_floats(values: NDArray[np.float64], count: int, length: int) -> NDArray[np.float64]:
    """Values with room for more.

    Parameters
    ----------
    values
        float64 ``[n]``.
    count
        How many are in use.
    length
        Values of the copy.

    Returns
    -------
    ndarray
        The values in use, then room.
    """
    longer = np.empty(length, np.float64)
    for at in range(count):
        longer[at] = values[at]
    return longer
