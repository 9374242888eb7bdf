"""Fleet operations: areas, vehicles, shifts, plans, and what drivers report."""

from maas.operations.connections import (
    FEEDS,
    ONWARD,
    connections_of,
    lose,
    move_with,
    open_connections,
)
from maas.operations.dispatcher import Dispatcher, NearbyStop
from maas.operations.fleet import Area, AreaRules, Fleet, load_fleet, seed_fleet
from maas.operations.improvement import Improver
from maas.operations.incidents import Incidents
from maas.operations.lists import DrivenHalt, find_vehicle, halts, manifest, vehicles
from maas.operations.loans import Loan, Loans
from maas.operations.policy import Policy, share
from maas.operations.promises import promise_entries
from maas.operations.queries import lock_area
from maas.operations.service import Operations, RideOrder
from maas.operations.state import days_around
from maas.operations.waiting import waiting_places

__all__ = [
    "FEEDS",
    "ONWARD",
    "Area",
    "AreaRules",
    "Dispatcher",
    "DrivenHalt",
    "Fleet",
    "Improver",
    "Incidents",
    "Loan",
    "Loans",
    "NearbyStop",
    "Operations",
    "Policy",
    "RideOrder",
    "connections_of",
    "days_around",
    "find_vehicle",
    "halts",
    "load_fleet",
    "lock_area",
    "lose",
    "manifest",
    "move_with",
    "open_connections",
    "promise_entries",
    "seed_fleet",
    "share",
    "vehicles",
    "waiting_places",
]
