"""Where the kernels find what: columns of the arrays that describe a vehicle, a stop, a rider.

A route is one int64 table with a row for each stop, so that a stop lies in two cache lines and
moves as one.
"""

from __future__ import annotations

# Vehicle: int64 [8].
START_NODE, START_S, END_NODE, END_S, LONGEST_S = range(5)
ONBOARD_SEATS, ONBOARD_WHEELCHAIRS, ONBOARD_CHILD_SEATS = range(5, 8)
VEHICLE_FIELDS = 8

# Stops: int64 [k, 11]. A dropoff has the position of its pickup in PICKUP_AT; pickups, and dropoffs
# of riders on board, have NO_STOP. SEATS, WHEELCHAIRS and CHILD_SEATS are changes of the load.
# WISH_S is the rider's earliest pickup and PERCENT the weight of each second after it.
NODE, EARLIEST_S, LATEST_S, SERVICE_S, PICKUP_AT, MAX_RIDE_S = range(6)
SEATS, WHEELCHAIRS, CHILD_SEATS, WISH_S, PERCENT = range(6, 11)
STOP_FIELDS = 11

# Arrangements of places: int64 [arrangements, 3]: seats, wheelchair places, child seats.
PLACES = 3

NO_NODE = -1
NO_STOP = -1
UNREACHABLE = 2**31 - 1
NEVER_S = 2**41
"""An instant, a duration or a rank beyond all others, small enough to be added to."""

TRAVEL = "Array(int32, 2, 'C', readonly=True)"
"""numba's type of the travel times: read-only."""
