"""Fleet operations: areas, vehicles, shifts, plans, and what drivers report."""

from maas.operations.dispatcher import Dispatcher
from maas.operations.fleet import Area, AreaRules, Fleet, load_fleet, seed_fleet
from maas.operations.improvement import Improver
from maas.operations.incidents import Incidents
from maas.operations.lists import find_vehicle, manifest, vehicles
from maas.operations.promises import promise_entries
from maas.operations.service import Operations, RideOrder

__all__ = [
    "Area",
    "AreaRules",
    "Dispatcher",
    "Fleet",
    "Improver",
    "Incidents",
    "Operations",
    "RideOrder",
    "find_vehicle",
    "load_fleet",
    "manifest",
    "promise_entries",
    "seed_fleet",
    "vehicles",
]
