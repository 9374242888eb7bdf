"""Slow, independent check of a day as it was driven: against the streets, the places, the promises.

It imports nothing of the engine and reads plain attributes. What it believes is the list of stops
with their instants and the list of drives; whether these could have happened, and whether they keep
what was told to the riders, it works out stop by stop.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any


def wrong_with(day: Any, outcome: Any, noisy: bool = False) -> list[str]:
    """List everything about a driven day that cannot be, or breaks a promise without an incident.

    Parameters
    ----------
    day : Day
        Anything with ``vehicles``, ``wishes`` and ``travel_s``.
    outcome : Outcome
        Anything with ``rides``, ``visits``, ``drives`` and ``incidents``.
    noisy : bool
        Whether drives may take another time than the day says.

    Returns
    -------
    list of str
        Empty when all is well.
    """
    asked = {wish.request.id: wish for wish in day.wishes}
    by_vehicle = defaultdict(list)
    for visit in outcome.visits:
        by_vehicle[visit.vehicle_id].append(visit)
    vehicles = {vehicle.id: vehicle for vehicle in day.vehicles}
    excused = {incident.request_id for incident in outcome.incidents}
    overtime = {i.vehicle_id for i in outcome.incidents if not i.request_id}
    failed = {breakdown.vehicle_id for breakdown in day.breakdowns}
    wrong: list[str] = []
    for name, visits in by_vehicle.items():
        sent = [d for d in outcome.drives if d.vehicle_id == name]
        late_ok = name in overtime
        wrong += _way(day, vehicles[name], visits, sent, noisy=noisy, overtime=late_ok)
        wrong += _places(vehicles[name], visits, asked, fails=name in failed)
    wrong += _rides(outcome, asked, by_vehicle, excused)
    return wrong


def _way(
    day: Any, vehicle: Any, visits: Any, drives: Any, *, noisy: bool, overtime: bool
) -> list[str]:
    """Could the vehicle have been at each stop when it was?"""
    wrong: list[str] = []
    at, free_s = vehicle.start_node, vehicle.start_s
    # Whoever gets there at an instant stops there afterwards, whoever leaves gets there later.
    steps = [("stop", v.begin_s, 1, v) for v in visits]
    steps += [("drive", d.arrival_s, 0, d) for d in drives]
    before_s = None
    for kind, _, _, step in sorted(steps, key=lambda one: one[1:3]):
        if kind == "drive":
            leg_s = int(day.travel_s[step.from_node][step.to_node])
            if step.from_node != at:
                wrong.append(f"{vehicle.id} drives from {step.from_node}, but is at {at}")
            if step.left_s < free_s:
                wrong.append(f"{vehicle.id} leaves {at} at {step.left_s}, free at {free_s}")
            if step.planned_s != leg_s:
                wrong.append(f"{vehicle.id}: the drive from {at} takes {leg_s}")
            if not noisy and step.arrival_s - step.left_s != leg_s:
                wrong.append(f"{vehicle.id}: the drive from {at} took not {leg_s}")
            at, free_s = step.to_node, step.arrival_s
            continue
        if before_s is not None and step.begin_s < before_s:
            wrong.append(f"{vehicle.id}: two stops at once")
        if step.node != at or step.begin_s < free_s:
            wrong.append(f"{vehicle.id} stops at {step.node} before it is there")
        at, free_s, before_s = step.node, step.departure_s, step.begin_s
    if visits and free_s > vehicle.end_s and not overtime:
        wrong.append(f"{vehicle.id} drives until {free_s}, its shift ends at {vehicle.end_s}")
    return wrong


def _places(vehicle: Any, visits: Any, asked: Any, *, fails: bool) -> list[str]:
    """Was there a seat for everybody, and did everybody get off who got on?"""
    wrong: list[str] = []
    inside: set[str] = set()
    for visit in visits:
        request = asked[visit.request_id].request
        if not visit.boarded:
            continue
        if str(visit.kind) == "pickup":
            if visit.request_id in inside:
                wrong.append(f"{visit.request_id} boards twice")
            if visit.begin_s < request.earliest_pickup_s:
                wrong.append(f"{visit.request_id} boards before it wishes to")
            inside.add(visit.request_id)
        elif visit.request_id in inside:
            if visit.node != request.dropoff_node:
                wrong.append(f"{visit.request_id} alights at the wrong node")
            inside.remove(visit.request_id)
        else:
            wrong.append(f"{visit.request_id} alights without having boarded")
        if request.vehicle_ids is not None and vehicle.id not in request.vehicle_ids:
            wrong.append(f"{visit.request_id} may not ride with {vehicle.id}")
        loads = [asked[name].request.load for name in inside]
        kinds = list(vars(vehicle.capacity))
        sums = {kind: sum(getattr(load, kind) for load in loads) for kind in kinds}
        arrangements = (vehicle.capacity, *vehicle.alternative_capacities)
        if not any(all(sums[k] <= getattr(c, k) for k in kinds) for c in arrangements):
            wrong.append(f"{vehicle.id} carries {sums}")
    if inside and not fails:
        wrong.append(f"{sorted(inside)} never get off {vehicle.id}")
    return wrong


def _rides(outcome: Any, asked: Any, by_vehicle: Any, excused: set[str]) -> list[str]:
    """Does what was told to the riders agree with what was driven, and is it what was asked?"""
    wrong: list[str] = []
    began: dict[str, dict[str, int]] = defaultdict(dict)
    service_s: dict[str, int] = {}
    for visit in sorted((v for vs in by_vehicle.values() for v in vs), key=lambda v: v.begin_s):
        if visit.boarded:
            began[visit.request_id].setdefault(str(visit.kind), visit.begin_s)
            if str(visit.kind) == "pickup":
                service_s[visit.request_id] = visit.departure_s - visit.begin_s
    for ride in outcome.rides:
        name, state, promise = ride.request.id, str(ride.state), ride.promise
        times = began.get(name, {})
        if ride.request != asked[name].request:
            wrong.append(f"{name} is not what was asked")
        if (times.get("pickup"), times.get("dropoff")) != (ride.pickup_s, ride.dropoff_s):
            wrong.append(f"{name}: the stops say {times}")
        if (state == "served") != ("dropoff" in times):
            wrong.append(f"{name} is {state}, with stops {sorted(times)}")
        if promise is None and times:
            wrong.append(f"{name} rides, but was promised nothing")
        if state == "refused" and promise is not None:
            wrong.append(f"{name} was promised a ride, and refused")
        if name not in excused:
            wrong += _promise(ride, times, service_s.get(name, 0))
    return wrong


def _promise(ride: Any, times: dict[str, int], service_s: int) -> list[str]:
    """Was the promise kept?"""
    name, state, promise = ride.request.id, str(ride.state), ride.promise
    wrong: list[str] = []
    if promise is None or state == "cancelled":
        return wrong
    if promise.latest_pickup_s > ride.request.latest_pickup_s:
        wrong.append(f"{name} was promised less than it asked for")
    if state == "stranded":
        wrong.append(f"{name} was left behind without an incident")
    if state != "served":
        return wrong
    if not ride.request.earliest_pickup_s <= times["pickup"] <= promise.latest_pickup_s:
        wrong.append(f"{name}: the promised pickup is broken")
    if times["dropoff"] > promise.latest_dropoff_s:
        wrong.append(f"{name}: the promised arrival is broken")
    if times["dropoff"] - times["pickup"] - service_s > promise.max_ride_s:
        wrong.append(f"{name}: the promised longest ride is broken")
    return wrong
