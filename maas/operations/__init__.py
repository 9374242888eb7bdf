"""Fleet operations: areas, vehicles, shifts, plans, and what drivers report."""

from maas.operations.dispatcher import Dispatcher
from maas.operations.fleet import Area, AreaRules, Fleet, load_fleet, seed_fleet
from maas.operations.service import Operations, RideOrder

__all__ = [
    "Area",
    "AreaRules",
    "Dispatcher",
    "Fleet",
    "Operations",
    "RideOrder",
    "load_fleet",
    "seed_fleet",
]
