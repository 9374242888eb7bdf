"""Slow, independent check of a town's rows: every promise, place, order and event.

It imports nothing of the service and nothing of the dispatcher; it reads tables by plain SQL and
walks each vehicle's stops one after the other.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Read = Callable[..., list[Row]]

BOARDING_S = 60
STORY = re.compile(
    r"booking_held (ride_planned )+booking_confirmed "
    r"(vehicle_changed |promise_changed |connection_lost |ride_dropped |ride_on_board "
    r"|ride_completed |ride_no_show |(ride_planned )+booking_changed "
    r"|booking_boarded )*(booking_(cancelled|completed|no_show|interrupted) )?"
    r"((ride_no_show |ride_completed )*)"
)

MOVES = {
    f"booking_{state}"
    for state in (
        *("held", "confirmed", "boarded", "completed"),
        *("cancelled", "no_show", "refused", "interrupted"),
    )
}


def check_rows(
    read: Read,
    travel_s: Mapping[tuple[str, str], int],
    late: Set[str] = frozenset(),
    jumbled: Set[str] = frozenset(),
) -> list[str]:
    """List everything that is wrong.

    Parameters
    ----------
    read : callable
        Runs a query and gives its rows.
    travel_s : Mapping of (str, str) to int
        Driving seconds between stops.
    late : set of str
        Shifts whose driver reported late: their instants need not be possible, but must still be
        those the riders know.
    jumbled : set of str
        Shifts whose driver reported out of order: the places may not suffice any more either.

    Returns
    -------
    list of str
        Empty when all is well.
    """
    shifts = {row["id"]: row for row in read("SELECT * FROM shift")}
    vehicles = {row["id"]: row for row in read("SELECT * FROM vehicle")}
    rides = {row["id"]: row for row in read("SELECT * FROM ride")}
    stops = read("SELECT * FROM plan_stop ORDER BY shift_id, sequence")
    wrong: list[str] = []
    by_shift: dict[str, list[Row]] = defaultdict(list)
    by_ride: dict[str, dict[str, Row]] = defaultdict(dict)
    for stop in stops:
        by_shift[stop["shift_id"]].append(stop)
        by_ride[stop["ride_id"]][stop["kind"]] = stop
    for shift_id, route in by_shift.items():
        vehicle = vehicles[shifts[shift_id]["vehicle_id"]]
        found = _order(route)
        if shift_id not in jumbled:
            found += _places(route, rides, vehicle)
        if shift_id not in late | jumbled:
            found += _driving(route, shifts[shift_id], vehicle["depot_stop_id"], travel_s)
        wrong += [f"{shift_id}: {what}" for what in found]
    for ride_id, ride in rides.items():
        found = _shape(ride, by_ride[ride_id]) + _promise(ride, by_ride[ride_id], late | jumbled)
        wrong += [f"{ride_id}: {what}" for what in found]
    return wrong + _events(read, shifts)


def check_way_ahead(
    read: Read, travel_s: Mapping[tuple[str, str], int], shift_id: str, now_s: int
) -> list[str]:
    """List what a vehicle cannot drive of what lies before it, however late it is.

    Parameters
    ----------
    read : callable
        Runs a query and gives its rows.
    travel_s : Mapping of (str, str) to int
        Driving seconds between stops.
    shift_id : str
        The shift.
    now_s : int
        The instant; where nothing was reported, the van drove on as planned or as fast as it can.

    Returns
    -------
    list of str
        Empty when all can be driven.
    """
    query = "SELECT * FROM plan_stop WHERE shift_id = :id ORDER BY sequence"
    wrong, reported, free_s, at = [], False, 0, ""
    for stop in read(query, id=shift_id):
        here = stop["stop_id"]
        soonest_s = free_s + travel_s[at, here] if reported else 0
        if stop["done_s"] is not None:
            reported, left_s = True, stop["done_s"]
        else:
            if stop["planned_s"] > now_s and stop["planned_s"] < soonest_s:
                wrong.append(f"{shift_id}: stop {stop['sequence']} is {soonest_s} at the soonest")
            stays_s = stop["departs_s"] - stop["planned_s"]
            left_s = max(stop["planned_s"], soonest_s) + stays_s
        free_s, at = max(free_s, left_s), here
    return wrong


def _order(route: list[Row]) -> list[str]:
    numbers = [stop["sequence"] for stop in route]
    return [] if numbers == list(range(len(route))) else [f"stops are numbered {numbers}"]


def _places(route: list[Row], rides: Mapping[str, Row], vehicle: Row) -> list[str]:
    seats = chairs = 0
    wrong = []
    for stop in route:
        if stop["state"] in {"no_show", "cancelled"}:
            continue
        ride, sign = rides[stop["ride_id"]], 1 if stop["kind"] == "pickup" else -1
        seats += sign * ride["seats"]
        chairs += sign * ride["wheelchairs"]
        if min(seats, chairs) < 0:
            wrong.append(f"{stop['ride_id']} alights without having boarded")
        if seats > vehicle["seats"] or chairs > vehicle["wheelchair_places"]:
            wrong.append(f"{seats} seats and {chairs} wheelchair places are taken")
    return [*wrong, f"{seats + chairs} never alight"] if seats or chairs else wrong


def _driving(
    route: list[Row], shift: Row, depot: str, travel_s: Mapping[tuple[str, str], int]
) -> list[str]:
    """Check instants that lie open; what was reported is as it was."""
    wrong = []
    for before, after in pairwise(route):
        if after["state"] != "planned":
            continue
        left_s = before["departs_s"] if before["done_s"] is None else before["done_s"]
        if after["planned_s"] < left_s + travel_s[before["stop_id"], after["stop_id"]]:
            wrong.append(f"stop {after['sequence']} cannot be reached by {after['planned_s']}")
    wrong += [
        f"stop {stop['sequence']} takes no boarding time"
        for stop in route
        if stop["departs_s"] < stop["planned_s"] + BOARDING_S
    ]
    first, last = route[0], route[-1]
    if first["state"] == "planned":
        to_first_s = travel_s[depot, first["stop_id"]]
        if first["planned_s"] < shift["starts_s"] + to_first_s:
            wrong.append("begins before its hours")
    if last["state"] == "planned":
        home_s = travel_s[last["stop_id"], depot]
        if last["departs_s"] + home_s > shift["ends_s"]:
            wrong.append("ends after its hours")
    return wrong


_SHAPES: dict[str, set[tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "planned": {(("planned",), ("planned",))},
    "on_board": {(("done",), ("planned",))},
    "completed": {(("done",), ("done",))},
    "no_show": {(("no_show",), ())},
    "cancelled": {((), ()), (("cancelled",), ())},
    "replaced": {((), ()), (("cancelled",), ())},
}


def _shape(ride: Row, stops: Mapping[str, Row]) -> list[str]:
    wrong = []
    states = [
        tuple(stop["state"] for kind_, stop in stops.items() if kind_ == kind)
        for kind in ("pickup", "dropoff")
    ]
    if (states[0], states[1]) not in _SHAPES[ride["state"]]:
        wrong.append(f"is {ride['state']} with stops {states}")
    if any(stop["shift_id"] != ride["shift_id"] for stop in stops.values()):
        wrong.append("its stops are on another shift than the ride")
    if len(stops) == 2 and stops["pickup"]["sequence"] >= stops["dropoff"]["sequence"]:
        wrong.append("alights before it boards")
    return wrong


def _promise(ride: Row, stops: Mapping[str, Row], late: Set[str]) -> list[str]:
    """Check planned instants; those of a late vehicle stay what the riders were told."""
    wrong = []
    pickup, dropoff = stops.get("pickup"), stops.get("dropoff")
    window = range(ride["pickup_earliest_s"], ride["pickup_latest_s"] + 1)
    boards_s = [] if pickup is None else [pickup["planned_s"], pickup["departs_s"] - BOARDING_S]
    if pickup is not None and any(instant_s not in window for instant_s in boards_s):
        wrong.append(f"is picked up at {pickup['planned_s']}, outside its window")
    if pickup is not None and dropoff is not None:
        if dropoff["planned_s"] > ride["arrival_latest_s"]:
            wrong.append(f"arrives at {dropoff['planned_s']}, later than promised")
        left_s = pickup["departs_s"] if pickup["done_s"] is None else pickup["done_s"]
        begun_s = max(left_s, pickup["departs_s"])  # leaving early promises no earlier arrival
        long = dropoff["planned_s"] - begun_s > ride["ride_limit_s"]
        if dropoff["state"] == "planned" and ride["shift_id"] not in late and long:
            wrong.append("is on board for longer than promised")
    return wrong


def _events(read: Read, shifts: Mapping[str, Row]) -> list[str]:
    wrong = []
    stories: dict[str, str] = defaultdict(str)
    changes: dict[str, int] = defaultdict(int)
    for event in read("SELECT stream, kind, payload FROM outbox_event ORDER BY id"):
        stories[event["stream"]] += f"{event['kind']} "
        if event["kind"] == "plan_changed":
            payload = event["payload"]
            known = next(s for s in shifts if f'"{s}"' in str(payload).replace("'", '"'))
            changes[known] += 1
    for shift_id, shift in shifts.items():
        if changes[shift_id] != shift["version"]:
            wrong.append(f"{shift_id}: {changes[shift_id]} events, version {shift['version']}")
    for booking in read("SELECT id, state FROM booking"):
        story = stories[f"booking:{booking['id']}"]
        if not STORY.fullmatch(story):
            wrong.append(f"{booking['id']}: was told {story}")
        moves = [word for word in story.split() if word in MOVES]
        if moves[-1] != f"booking_{booking['state']}" or len(set(moves)) != len(moves):
            wrong.append(f"{booking['id']}: is {booking['state']} and was told {story}")
    return wrong
