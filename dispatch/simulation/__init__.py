"""Replays a day of requests with a policy, event by event: what would have become of everybody.

`Day` says what happens, a `Policy` what the dispatcher does about it, `simulate` drives it, and
`Outcome` tells of every request, every drive and every stop.
"""

from dispatch.simulation.day import Breakdown, Day, Disturbances, Roads, Wish, disturbed
from dispatch.simulation.outcome import Drive, Incident, Outcome, Ride, RideState, Visit
from dispatch.simulation.policy import Policy, Rules
from dispatch.simulation.replay import simulate

__all__ = [
    "Breakdown",
    "Day",
    "Disturbances",
    "Drive",
    "Incident",
    "Outcome",
    "Policy",
    "Ride",
    "RideState",
    "Roads",
    "Rules",
    "Visit",
    "Wish",
    "disturbed",
    "simulate",
]
