"""Breaks and charges as operators write them into the shifts of fleet.toml."""

from collections.abc import Mapping, Sequence
from typing import Any

from gtfs.errors import GtfsError
from gtfs.times import parse_time
from maas.errors import CityInvalidError

_MINUTE_S = 60


def read_halts(
    vehicle_id: str, shift: Mapping[str, Any], hours: tuple[int, int]
) -> list[dict[str, Any]]:
    """Read the breaks and charges of a shift.

    Parameters
    ----------
    vehicle_id : str
        The vehicle, for messages.
    shift : Mapping[str, Any]
        An entry of ``shifts``; its ``breaks`` and ``charges`` are lists of ``start``, ``end`` and,
        where it may begin later, ``minutes``; a break may, a charge must name its ``stop_id``.
    hours : tuple[int, int]
        Start and end of the shift, seconds of the service day.

    Returns
    -------
    list[dict[str, Any]]
        ``earliest_s``, ``latest_s`` (of the begin), ``duration_s``, ``stop_id``, ``charges``, in
        the order of their windows.

    Raises
    ------
    CityInvalidError
        One cannot be read, lies outside the shift, or leaves no time for another.
    """
    entries = [(entry, False) for entry in shift.get("breaks", ())]
    entries += [(entry, True) for entry in shift.get("charges", ())]
    halts = sorted(
        (_halt(vehicle_id, entry, hours, charges=charges) for entry, charges in entries),
        key=lambda halt: (halt["latest_s"], halt["earliest_s"]),
    )
    _check_order(vehicle_id, halts)
    return halts


def _halt(
    vehicle_id: str, entry: Mapping[str, Any], hours: tuple[int, int], *, charges: bool
) -> dict[str, Any]:
    """Read one break or charge.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    entry : Mapping[str, Any]
        As written.
    hours : tuple[int, int]
        Start and end of the shift, seconds of the service day.
    charges : bool
        Whether it is a charge.

    Returns
    -------
    dict[str, Any]
        The halt.
    """
    what = "charge" if charges else "break"
    try:
        start_s, end_s = (parse_time(f"{entry[edge]}:00") for edge in ("start", "end"))
        duration_s = int(entry.get("minutes", (end_s - start_s) / _MINUTE_S)) * _MINUTE_S
    except (KeyError, GtfsError, TypeError, ValueError) as error:
        raise CityInvalidError(
            f"fleet.toml, vehicle {vehicle_id}: a {what} needs start and end such as 12:00, and "
            "minutes where it is shorter than that.",
            vehicle=vehicle_id,
        ) from error
    if not (hours[0] <= start_s and end_s <= hours[1] and 0 < duration_s <= end_s - start_s):
        raise CityInvalidError(
            f"fleet.toml, vehicle {vehicle_id}: a {what} must lie within its shift and be long "
            "enough for its minutes.",
            vehicle=vehicle_id,
        )
    if charges and "stop_id" not in entry:
        raise CityInvalidError(
            f"fleet.toml, vehicle {vehicle_id}: a charge needs stop_id, the stop at the charger.",
            vehicle=vehicle_id,
        )
    return {
        "earliest_s": start_s,
        "latest_s": end_s - duration_s,
        "duration_s": duration_s,
        "stop_id": entry.get("stop_id"),
        "charges": charges,
    }


def _check_order(vehicle_id: str, halts: Sequence[Mapping[str, Any]]) -> None:
    """Refuse halts that cannot be made one after the other.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    halts : Sequence[Mapping[str, Any]]
        In the order of their windows.
    """
    free_s = 0
    for halt in halts:
        begin_s = max(free_s, halt["earliest_s"])
        if begin_s > halt["latest_s"]:
            raise CityInvalidError(
                f"fleet.toml, vehicle {vehicle_id}: two of its breaks and charges leave no time "
                "for each other; set them apart.",
                vehicle=vehicle_id,
            )
        free_s = begin_s + halt["duration_s"]
