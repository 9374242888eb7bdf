"""A simulated day as pandas frames: requests, vehicles, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dispatch.problem import Vehicle
from dispatch.simulation import Outcome
from gtfs.times import format_time


@dataclass(frozen=True)
class SimulatedDay:
    """A day as it was driven, with the names of its city.

    Parameters
    ----------
    outcome : Outcome
        What became of it; instants are seconds of the service day.
    vehicles : sequence of Vehicle
        The shifts.
    stop_ids : sequence of str
        Names of the nodes.
    labels : Mapping of str to Mapping of str to str
        By request, what is known of who asked, by column.
    metres : Mapping of (int, int) to int
        Length of each way that was driven.
    """

    outcome: Outcome
    vehicles: Sequence[Vehicle]
    stop_ids: Sequence[str]
    labels: Mapping[str, Mapping[str, str]]
    metres: Mapping[tuple[int, int], int]


def frames_of(day: SimulatedDay) -> dict[str, pd.DataFrame]:
    """Lay a day out in tables.

    Parameters
    ----------
    day : SimulatedDay
        The day.

    Returns
    -------
    dict of str to DataFrame
        ``requests``, a row for each; ``vehicles``, a row for each shift; ``events``, all that
        happened, in order. Columns that end in ``_s`` are seconds, of the service day when they are
        instants; missing ones are empty.
    """
    return {
        "requests": _requests(day),
        "vehicles": _vehicles(day),
        "events": _events(day),
    }


def _requests(day: SimulatedDay) -> pd.DataFrame:
    rows = []
    for ride in day.outcome.rides:
        request, promise = ride.request, ride.promise
        wait_s = ride_s = None
        if ride.pickup_s is not None:
            wait_s = ride.pickup_s - request.earliest_pickup_s
            if ride.dropoff_s is not None:
                ride_s = ride.dropoff_s - ride.pickup_s - request.boarding_s
        rows.append(
            {
                "id": request.id,
                "state": str(ride.state),
                "refusal": ride.refusal,
                "from_stop_id": day.stop_ids[request.pickup_node],
                "to_stop_id": day.stop_ids[request.dropoff_node],
                "seats": request.load.seats,
                "wheelchairs": request.load.wheelchairs,
                "requested_s": ride.released_s,
                "answered_s": ride.answered_s,
                "earliest_pickup_s": request.earliest_pickup_s,
                "promised_pickup_s": None if promise is None else promise.latest_pickup_s,
                "promised_dropoff_s": None if promise is None else promise.latest_dropoff_s,
                "pickup_s": ride.pickup_s,
                "dropoff_s": ride.dropoff_s,
                "wait_s": wait_s,
                "ride_s": ride_s,
                "direct_s": ride.direct_s,
                "vehicle_id": ride.vehicle_id,
                **day.labels.get(request.id, {}),
            }
        )
    frame = pd.DataFrame(rows)
    instants = [name for name in frame.columns if name.endswith("_s")]
    return frame.astype(dict.fromkeys(instants, "Int64"))


def _vehicles(day: SimulatedDay) -> pd.DataFrame:
    rows: dict[str, dict[str, Any]] = {
        vehicle.id: {
            "id": vehicle.id,
            "seats": vehicle.capacity.seats,
            "shift_start_s": vehicle.start_s,
            "shift_end_s": vehicle.end_s,
            "parties": 0,
            "driving_s": 0,
            "driven_m": 0,
            "empty_m": 0,
            "seat_s": 0,
        }
        for vehicle in day.vehicles
    }
    for visit in day.outcome.visits:
        if visit.boarded and visit.kind == "pickup":
            rows[visit.vehicle_id]["parties"] += 1
    for drive in day.outcome.drives:
        row, took_s = rows[drive.vehicle_id], drive.arrival_s - drive.left_s
        metres = day.metres.get((drive.from_node, drive.to_node), 0)
        row["driving_s"] += took_s
        row["driven_m"] += metres
        row["empty_m"] += 0 if drive.riders else metres
        row["seat_s"] += drive.seats * took_s
    frame = pd.DataFrame(list(rows.values()))
    frame["occupancy"] = frame.pop("seat_s") / frame["driving_s"].where(frame["driving_s"] > 0)
    return frame


def _events(day: SimulatedDay) -> pd.DataFrame:
    rows: list[tuple[int, str, str, str, str]] = []
    for ride in day.outcome.rides:
        rows.append((ride.released_s, "requested", ride.request.id, "", ""))
        if ride.answered_s is not None:
            said = "refused" if ride.promise is None else "accepted"
            rows.append((ride.answered_s, said, ride.request.id, "", ride.refusal))
    for visit in day.outcome.visits:
        what = str(visit.kind) if visit.boarded else "nobody_there"
        place = day.stop_ids[visit.node]
        rows.append((visit.begin_s, what, visit.request_id, visit.vehicle_id, place))
    for drive in day.outcome.drives:
        what = "rebalances" if drive.is_rebalancing else "leaves"
        rows.append((drive.left_s, what, "", drive.vehicle_id, day.stop_ids[drive.to_node]))
    for incident in day.outcome.incidents:
        said = f"{incident.cause}: {incident.bound} +{incident.by_s} s"
        row = (incident.at_s, "promise_falls", incident.request_id, incident.vehicle_id, said)
        rows.append(row)
    rows.sort(key=lambda row: row[0])
    columns = ["at_s", "event", "request_id", "vehicle_id", "detail"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.insert(1, "time", [format_time(at_s) for at_s in frame["at_s"]])
    return frame
