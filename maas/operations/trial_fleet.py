"""Vehicles of an area for a day that is only tried out: those it lists, or as many as wanted."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.problem import Load
from dispatch.problem import Vehicle as Shift
from maas.errors import InvalidRequestError
from maas.operations.fleet import Area, Fleet
from maas.tables import Vehicle

MOST_VEHICLES = 20_000


def choose_area(fleet: Fleet, area_id: str | None) -> Area:
    """Find the area to try out.

    Parameters
    ----------
    fleet : Fleet
        The city's areas.
    area_id : str or None
        Which; None for the one with the most vehicles.

    Returns
    -------
    Area
        The area.

    Raises
    ------
    InvalidRequestError
        There is none, or none of this name.
    """
    if not fleet.areas:
        raise InvalidRequestError(
            "The city has no on-demand service to simulate; list an area in its fleet.toml."
        )
    if area_id is None:
        counts = {one: sum(v.area_id == one for v in fleet.vehicles) for one in fleet.areas}
        area_id = max(counts, key=lambda one: counts[one])
    if area_id not in fleet.areas:
        raise InvalidRequestError(
            f"There is no area {area_id!r}; choose one of {', '.join(sorted(fleet.areas))}.",
            area=area_id,
        )
    return fleet.areas[area_id]


def trial_shifts(
    area: Area, vehicles: Sequence[Vehicle], count: int | None, *, weekend: bool = False
) -> tuple[Shift, ...]:
    """Make the shifts of one day, in seconds of the service day.

    Parameters
    ----------
    area : Area
        Where they drive.
    vehicles : sequence of Vehicle
        Those the city lists.
    count : int or None
        How many vehicles; more than are listed are copies of them, one after the other. None: those
        that are listed.
    weekend : bool
        Whether the hours of a weekend hold.

    Returns
    -------
    tuple of dispatch.problem.Vehicle
        One for each shift of each vehicle, empty and at its depot, where it has to end.

    Raises
    ------
    InvalidRequestError
        The area has no vehicles with hours on such a day, or the number is not possible.
    """
    listed = [vehicle for vehicle in vehicles if vehicle.area_id == area.id]
    if count is not None and not 1 <= count <= MOST_VEHICLES:
        raise InvalidRequestError(f"--vehicles is {count}; give 1 to {MOST_VEHICLES}.")
    shifts: list[Shift] = []
    for number in range((count or len(listed)) if listed else 0):
        pattern, turn = listed[number % len(listed)], number // len(listed)
        name = pattern.id if turn == 0 else f"{pattern.id}-copy{turn}"
        shifts += _shifts_of(area, pattern, name, weekend=weekend)
    if not shifts:
        raise InvalidRequestError(
            f"Area {area.id} has no vehicle with hours on such a day; list them in fleet.toml.",
            area=area.id,
        )
    return tuple(shifts)


def _shifts_of(area: Area, vehicle: Vehicle, name: str, *, weekend: bool) -> list[Shift]:
    """Make the shifts of one vehicle."""
    depot = area.nodes[vehicle.depot_stop_id]
    today = ("daily", "weekends" if weekend else "weekdays")
    hours = [span for span in vehicle.hours if span["days"] in today]
    capacity = Load(vehicle.seats, vehicle.wheelchair_places)
    return [
        Shift(
            id=name if len(hours) == 1 else f"{name}#{turn}",
            capacity=capacity,
            start_node=depot,
            end_node=depot,
            start_s=span["start_s"],
            end_s=span["end_s"],
            shift_start_s=span["start_s"],
        )
        for turn, span in enumerate(hours, start=1)
    ]
