"""Where the kernels find what: columns of the arrays that describe a vehicle, a stop, a rider.

A route is one int64 table with a row for each stop, so that a stop lies in two cache lines and
moves as one.
"""

from __future__ import annotations

# Vehicle: int64 [10]. RANGE_S is how long it can drive before it must charge, FULL_RANGE_S the same
# after a charge.
START_NODE, START_S, END_NODE, END_S, LONGEST_S = range(5)
ONBOARD_SEATS, ONBOARD_WHEELCHAIRS, ONBOARD_CHILD_SEATS, RANGE_S, FULL_RANGE_S = range(5, 10)
VEHICLE_FIELDS = 10

# Stops: int64 [k, 12]. A dropoff has the position of its pickup in PICKUP_AT; pickups, and dropoffs
# of riders on board, have NO_STOP. SEATS, WHEELCHAIRS and CHILD_SEATS are changes of the load.
# WISH_S is the rider's earliest pickup and PERCENT the weight of each second after it. HALT is a
# sum of the flags below for a halt of the vehicle, 0 for riders.
NODE, EARLIEST_S, LATEST_S, SERVICE_S, PICKUP_AT, MAX_RIDE_S = range(6)
SEATS, WHEELCHAIRS, CHILD_SEATS, WISH_S, PERCENT, HALT = range(6, 12)
STOP_FIELDS = 12

IS_HALT = 1
EMPTY = 2
"""Nobody may be on board."""
CHARGES = 4
"""The vehicle has its full range from here."""
HERE = 8
"""Made at the node of the stop before, whichever that is: NODE is that of the present route."""

# Arrangements of places: int64 [arrangements, 3]: seats, wheelchair places, child seats.
PLACES = 3

NO_NODE = -1
NO_STOP = -1
UNREACHABLE = 2**31 - 1
NEVER_S = 2**41
"""An instant, a duration or a rank beyond all others, small enough to be added to."""

TRAVEL = "Array(int32, 2, 'C', readonly=True)"
"""numba's type of the travel times: read-only."""

SLICES = "Tuple((Array(int64, 1, 'C', readonly=True), Array(int32, 3, 'C', readonly=True)))"
"""numba's type of driving times by the time of day: starts [k] and times [k, n, n]; k = 0: none."""
