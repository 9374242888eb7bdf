"""Breaks and charges of a vehicle: stops it makes for itself, between its riders' stops.

The hours of a vehicle name them; where they lie in a plan is kept with the shift (`Shift.halts`).
Here they are woven into the stops of the shift as rows that no session knows, so that what has been
driven is decided for both by one rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dispatch.halts import Halt
from gtfs.times import service_day_origin
from maas.operations.progress import TravelTime
from maas.tables import PlanStop, Shift, Vehicle

HALT = "halt"
"""Kind of a stop that is a halt."""

Span = tuple[int, int]
"""From and to, UTC epoch seconds."""


@dataclass(frozen=True)
class ShiftHalt:
    """A break or a charge of a shift.

    Parameters
    ----------
    id : str
        Unique over all shifts.
    number : int
        Its place among those of the shift's hours.
    earliest_s, latest_s : int
        Window in which it begins, UTC epoch seconds.
    duration_s : int
        How long it takes.
    stop_id : str or None
        Where; None: wherever the vehicle is.
    charges : bool
        Whether the vehicle charges.
    """

    id: str
    number: int
    earliest_s: int
    latest_s: int
    duration_s: int
    stop_id: str | None
    charges: bool


def halts_of(
    vehicle: Vehicle, shift_id: str, day: date, hours: Span, zone: ZoneInfo
) -> tuple[ShiftHalt, ...]:
    """List the halts of one shift of a vehicle.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle; its hours name the halts, in seconds of the service day.
    shift_id : str
        The shift.
    day : date
        Its service day.
    hours : tuple[int, int]
        The hours it is made from, UTC epoch seconds.
    zone : ZoneInfo
        The city's time zone.

    Returns
    -------
    tuple[ShiftHalt, ...]
        In the order of their windows; none where the vehicle has no such hours.
    """
    origin_s = service_day_origin(day, zone)
    span = (hours[0] - origin_s, hours[1] - origin_s)
    entry = next((h for h in vehicle.hours if (h["start_s"], h["end_s"]) == span), None)
    return tuple(
        ShiftHalt(
            f"{shift_id}/halt-{number}",
            number,
            origin_s + halt["earliest_s"],
            origin_s + halt["latest_s"],
            halt["duration_s"],
            halt["stop_id"],
            halt["charges"],
        )
        for number, halt in enumerate(entry.get("halts", ()) if entry else ())
    )


def weave(
    shift: Shift,
    halts: Sequence[ShiftHalt],
    stops: Sequence[PlanStop],
    depot_stop_id: str,
    drive_s: TravelTime,
) -> list[PlanStop]:
    """Put the halts of a shift among its stops.

    Parameters
    ----------
    shift : Shift
        The shift; says where its halts lie, as far as they have been planned.
    halts : Sequence[ShiftHalt]
        Its halts.
    stops : Sequence[PlanStop]
        Its stops in driving order.
    depot_stop_id : str
        Where it begins.
    drive_s : Callable[[str, str], int]
        Driving seconds.

    Returns
    -------
    list[PlanStop]
        Stops and halts in driving order. A halt that was not planned before lies where it breaks
        no promise; where there is no such place, it is given up.
    """
    windows = {halt.number: halt for halt in halts}
    planned: Mapping[int, dict[str, int]] = {
        entry["number"]: entry
        for entry in shift.halts
        # Hours that were changed since may have halts at other times.
        if entry["number"] in windows and entry["planned_s"] >= windows[entry["number"]].earliest_s
    }
    rows = list(stops)
    for halt in halts:
        if halt.number in planned:
            entry = planned[halt.number]
            rows.append(_row(shift, halt, entry["sequence"], entry["planned_s"]))
    rows.sort(key=lambda row: row.sequence)
    for halt in halts:
        if halt.number not in planned:
            _place(rows, shift, halt, depot_stop_id, drive_s)
    _locate(rows, halts, depot_stop_id)
    return rows


def dispatch_halt(halt: ShiftHalt, row: PlanStop, nodes: Mapping[str, int]) -> Halt:
    """Give a halt as the dispatcher plans it.

    Parameters
    ----------
    halt : ShiftHalt
        The halt.
    row : PlanStop
        Where it lies in the plan: an incident may have put it behind its window.
    nodes : Mapping[str, int]
        Nodes of stops.

    Returns
    -------
    dispatch.halts.Halt
        With its window.
    """
    return Halt(
        halt.id,
        halt.earliest_s,
        max(halt.latest_s, row.planned_s),
        halt.duration_s,
        node=None if halt.stop_id is None else nodes[halt.stop_id],
        charges=halt.charges,
    )


def remember(shift: Shift, halts: Sequence[ShiftHalt], rows: Sequence[PlanStop]) -> None:
    """Keep with a shift where its halts lie.

    Parameters
    ----------
    shift : Shift
        Its row.
    halts : Sequence[ShiftHalt]
        Its halts.
    rows : Sequence[PlanStop]
        Its stops and halts, numbered through.
    """
    numbers = {halt.id: halt.number for halt in halts}
    kept = [
        {
            "number": numbers[row.id],
            "sequence": row.sequence,
            "planned_s": row.planned_s,
            "departs_s": row.departs_s,
        }
        for row in rows
        if row.kind == HALT
    ]
    if kept != shift.halts:
        shift.halts = kept


def _row(shift: Shift, halt: ShiftHalt, sequence: int, planned_s: int) -> PlanStop:
    """Make the row of a halt.

    Parameters
    ----------
    shift : Shift
        Its shift.
    halt : ShiftHalt
        The halt.
    sequence : int
        Its place.
    planned_s : int
        Its begin, UTC epoch seconds.

    Returns
    -------
    PlanStop
        In no session, and never to be in one.
    """
    return PlanStop(
        id=halt.id,
        shift_id=shift.id,
        ride_id=halt.id,
        kind=HALT,
        sequence=sequence,
        stop_id=halt.stop_id or "",
        planned_s=planned_s,
        departs_s=planned_s + halt.duration_s,
    )


def _place(
    rows: list[PlanStop], shift: Shift, halt: ShiftHalt, depot_stop_id: str, drive_s: TravelTime
) -> None:
    """Put a halt where the vehicle is empty and has the time, the instants of the others kept.

    Parameters
    ----------
    rows : list[PlanStop]
        Stops and halts so far; the halt is put among them, if anywhere.
    shift : Shift
        Their shift.
    halt : ShiftHalt
        The halt.
    depot_stop_id : str
        Where the shift begins.
    drive_s : Callable[[str, str], int]
        Driving seconds.
    """
    aboard, free_s, here = 0, shift.starts_s, depot_stop_id
    for position in range(len(rows) + 1):
        there = halt.stop_id or here
        begin_s = max(halt.earliest_s, free_s + drive_s(here, there))
        following = rows[position] if position < len(rows) else None
        away_s = begin_s + halt.duration_s
        if following is not None:
            away_s += drive_s(there, following.stop_id or there)
        fits = following is None or away_s <= following.planned_s
        if not aboard and begin_s <= halt.latest_s and fits:
            rows.insert(position, _row(shift, halt, position, begin_s))
            return
        if following is not None:
            aboard += {"pickup": 1, "dropoff": -1}.get(following.kind, 0)
            free_s, here = following.departs_s, following.stop_id or here


def _locate(rows: Sequence[PlanStop], halts: Sequence[ShiftHalt], depot_stop_id: str) -> None:
    """Say where halts are made that lie wherever the vehicle is, and which of them are over.

    Parameters
    ----------
    rows : Sequence[PlanStop]
        Stops and halts in driving order.
    halts : Sequence[ShiftHalt]
        The halts.
    depot_stop_id : str
        Where the shift begins.
    """
    here = depot_stop_id
    anywhere = {halt.id for halt in halts if halt.stop_id is None}
    for row in rows:
        if row.id in anywhere:
            row.stop_id = here
        here = row.stop_id
    reported_s: int | None = None
    for row in reversed(rows):
        if row.kind != HALT:
            reported_s = row.done_s if row.done_s is not None else reported_s
        elif reported_s is not None:  # who was at a later stop has had the break, or left it out
            row.done_s = min(row.departs_s, reported_s)
