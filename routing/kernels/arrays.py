"""Arrays that the kernels of the search hand to each other: types, and numba signatures."""

import numpy as np
from numpy.typing import NDArray

NEVER_S = 2**31 - 1
LOG_COLUMNS = 7
WAIT_COLUMNS = 9

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Lines = tuple[Longs, Ints, Longs, Longs, Ints, Ints]
Boards = tuple[Longs, Ints, Ints]
Walks = tuple[Longs, Ints, Ints]
Egresses = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
Grid = NDArray[np.int32]
Bounds = tuple[Grid, Grid, Grid, int]
Onward = tuple[Longs, Ints]
Labels = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints]
Bests = tuple[Longs, Longs, Longs, NDArray[np.bool_]]
Marks = tuple[Ints, Ints, Longs, Grid, Ints]
Room = tuple[Labels, Marks, Grid]
Ride = tuple[int, int, int, int, int, int, int, int]

AS_LINES = "Tuple((int64[::1], int32[::1], int64[::1], int64[::1], int32[::1], int32[::1]))"
AS_BOARDS = "Tuple((int64[::1], int32[:, ::1], int32[::1]))"
AS_WALKS = "Tuple((int64[::1], int32[::1], int32[::1]))"
AS_EGRESSES = "UniTuple(int32[::1], 6)"
AS_BOUNDS = "Tuple((int32[:, ::1], int32[:, ::1], int32[:, ::1], int64))"
AS_ONWARD = "Tuple((int64[::1], int32[:, ::1]))"
AS_LABELS = "UniTuple(int32[::1], 7)"
AS_BESTS = "Tuple((int64[::1], int64[::1], int64[::1], b1[::1]))"
AS_MARKS = "Tuple((int32[::1], int32[::1], int64[::1], int32[:, ::1], int32[::1]))"
AS_RIDE = "UniTuple(int64, 8)"
