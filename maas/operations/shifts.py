"""Which shifts a vehicle drives: those its hours give, and those that have rides already.

Hours change while rides are promised. A shift that has a row keeps its id and its stops whatever
becomes of the hours it was made from; it takes on the new hours where they overlap with the old,
but stays long enough for what is promised. New rides follow the new hours alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from dispatch.problem import LATEST_INSTANT_S, Request
from gtfs.times import service_day_origin
from maas.operations.halts import ShiftHalt, Span, halts_of
from maas.tables import Shift, Vehicle

_SATURDAY = 5

_ALWAYS: Span = (0, LATEST_INSTANT_S)
_NEVER: Span = (1, 0)


@dataclass(frozen=True)
class KnownShift:
    """A shift, the hours it is planned in and those it may be sold in.

    Parameters
    ----------
    shift : Shift
        Its row, or what its row would be.
    vehicle : Vehicle
        Who drives it.
    hours : tuple[int, int]
        Start and end as planned now, UTC epoch seconds.
    sold : tuple[int, int]
        Span in which new rides must lie, UTC epoch seconds.
    halts : tuple[ShiftHalt, ...]
        Breaks and charges.
    """

    shift: Shift
    vehicle: Vehicle
    hours: Span
    sold: Span = _ALWAYS
    halts: tuple[ShiftHalt, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it takes new rides at all."""
        return self.sold[0] < self.sold[1]

    @property
    def takes_all(self) -> bool:
        """Whether only its hours bound what it takes."""
        return self.sold == _ALWAYS

    def takes(self, request: Request) -> bool:
        """Tell whether a new ride may go onto this shift, if it fits.

        Parameters
        ----------
        request : Request
            The ride.

        Returns
        -------
        bool
            True when it lies in the span that is sold.
        """
        first_s, last_s = self.sold
        return first_s <= request.earliest_pickup_s and request.latest_dropoff_s <= last_s


def known_shifts(
    vehicle: Vehicle,
    rows: Sequence[Shift],
    promised: Mapping[str, Span],
    days: Sequence[date],
    zone: ZoneInfo,
    since_s: int = 0,
) -> list[KnownShift]:
    """List every shift of a vehicle on some days: those with rows, then those hours add.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.
    rows : Sequence[Shift]
        Its shifts that have rows, on these days.
    promised : Mapping[str, tuple[int, int]]
        For shifts with stops ahead, by id: when they leave the depot and are back, UTC epoch
        seconds.
    days : Sequence[date]
        Service days.
    zone : ZoneInfo
        The city's time zone.
    since_s : int
        Days whose hours are all over by then add no shifts, UTC epoch seconds.

    Returns
    -------
    list[KnownShift]
        No two of them at once, as far as they can still be sold.
    """
    fresh = list(scheduled_hours(vehicle, days, zone)) if vehicle.in_service else []
    known = []
    for row in sorted(rows, key=lambda row: (row.service_day, row.starts_s, row.id)):
        old = (row.starts_s, row.ends_s)
        match = max(
            (item for item in fresh if item[0] == row.service_day),
            key=lambda item: _overlap_s(item[1], old),
            default=None,
        )
        if match is None or _overlap_s(match[1], old) <= 0:
            known.append(KnownShift(row, vehicle, old, _NEVER))
            continue
        fresh.remove(match)
        item = _renewed(row, vehicle, match[1], promised.get(row.id))
        halts = halts_of(vehicle, row.id, match[0], match[1], zone)
        known.append(replace(item, halts=halts))
    busy = [item.hours for item in known if item.is_open]
    busy += [promised[item.shift.id] for item in known if item.shift.id in promised]
    taken = {row.id for row in rows}
    # Whole days only: the shifts of one day are numbered through, whenever they are asked for.
    current = {day for day, hours in fresh if hours[1] > since_s}
    for day, hours in fresh:
        if day in current and not any(_overlap_s(hours, other) > 0 for other in busy):
            shift = _new_shift(vehicle, day, hours, taken)
            taken.add(shift.id)
            halts = halts_of(vehicle, shift.id, day, hours, zone)
            known.append(KnownShift(shift, vehicle, hours, halts=halts))
    return known


def scheduled_hours(
    vehicle: Vehicle, days: Sequence[date], zone: ZoneInfo
) -> Iterator[tuple[date, Span]]:
    """List the hours a vehicle drives on some days.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.
    days : Sequence[date]
        Service days.
    zone : ZoneInfo
        The city's time zone.

    Yields
    ------
    tuple[date, tuple[int, int]]
        Service day, start and end in UTC epoch seconds.
    """
    for day in days:
        origin_s = service_day_origin(day, zone)
        kind = "weekends" if day.weekday() >= _SATURDAY else "weekdays"
        for hours in vehicle.hours:
            if hours["days"] in {"daily", kind, day.isoformat()}:
                yield day, (origin_s + hours["start_s"], origin_s + hours["end_s"])


def _renewed(row: Shift, vehicle: Vehicle, hours: Span, promised: Span | None) -> KnownShift:
    """Give a shift that has a row its present hours, and what is promised outside them.

    Parameters
    ----------
    row : Shift
        The row.
    vehicle : Vehicle
        The vehicle.
    hours : tuple[int, int]
        The vehicle's hours now.
    promised : tuple[int, int] or None
        When the shift's stops ahead need it.

    Returns
    -------
    KnownShift
        Wide enough for the promises; new rides only in the hours themselves.
    """
    if promised is None or (hours[0] <= promised[0] and promised[1] <= hours[1]):
        return KnownShift(row, vehicle, hours)
    wide = (min(hours[0], promised[0]), max(hours[1], promised[1]))
    return KnownShift(row, vehicle, wide, hours)


def _new_shift(vehicle: Vehicle, day: date, hours: Span, taken: set[str]) -> Shift:
    """Make a shift that has no row yet.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.
    day : date
        The service day.
    hours : tuple[int, int]
        Start and end, UTC epoch seconds.
    taken : set[str]
        Ids that are in use.

    Returns
    -------
    Shift
        With version 0, not in any session; every process gives it the same id.
    """
    number = 0
    while (shift_id := f"{vehicle.id}/{day.isoformat()}/{number}") in taken:
        number += 1
    return Shift(
        id=shift_id,
        vehicle_id=vehicle.id,
        service_day=day,
        starts_s=hours[0],
        ends_s=hours[1],
        version=0,
        halts=[],
    )


def _overlap_s(one: Span, other: Span) -> int:
    """Measure how long two spans are at once.

    Parameters
    ----------
    one, other : tuple[int, int]
        From and to.

    Returns
    -------
    int
        Seconds; not positive where they are apart.
    """
    return min(one[1], other[1]) - max(one[0], other[0])
