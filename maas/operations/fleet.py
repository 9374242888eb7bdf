"""The fleet as a city describes it: on-demand areas, their rules, and driving times inside them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from dispatch.canonical import array_digest, text
from dispatch.problem import Load
from gtfs.errors import GtfsError
from gtfs.flex import FlexTrip
from gtfs.times import parse_time
from maas.city import City
from maas.errors import CityInvalidError
from maas.operations import queries
from maas.operations.policy import Policy, read_policy
from maas.operations.rosters import read_halts
from maas.operations.travel import driving_table
from maas.tables import ServiceArea, Vehicle


class Party(Protocol):
    """Who and what rides: a planner's party, an order, a ride's row."""

    @property
    def seats(self) -> int:
        """Riders on seats."""

    @property
    def wheelchairs(self) -> int:
        """Riders in their wheelchair."""

    @property
    def child_seats(self) -> int:
        """Children in a child seat."""

    @property
    def luggage(self) -> int:
        """Large pieces."""


_DAYS = ("daily", "weekdays", "weekends")
_DAY_S = 24 * 3600


@dataclass(frozen=True)
class AreaRules:
    """How an area promises rides.

    Parameters
    ----------
    pickup_window_s : int
        Width of the promised pickup window.
    max_ride_factor_percent, max_ride_extra_s : int
        The longest promised ride: the direct one times the factor, plus the extra.
    arrival_buffer_s : int
        The promised arrival is the expected one plus this, never beyond the longest ride.
    boarding_s : int
        Time a stop takes.
    batch_window_s : int
        How often the worker improves the plans.
    freeze_s : int
        Departures closer than this are not changed by an improvement.
    tolerance_s : int
        A bound of a promise that an incident broke is promised anew as planned plus this.
    ejection_ms : int
        How long others may be moved about for one ride that fits nowhere; 0: never. The area is
        locked meanwhile.
    luggage_per_seat : int
        So many large pieces of luggage take up a seat; 0 where none does.
    """

    pickup_window_s: int = 600
    max_ride_factor_percent: int = 150
    max_ride_extra_s: int = 600
    arrival_buffer_s: int = 600
    boarding_s: int = 60
    batch_window_s: int = 30
    freeze_s: int = 60
    tolerance_s: int = 180
    ejection_ms: int = 20
    luggage_per_seat: int = 0


@dataclass(frozen=True)
class Area:
    """An on-demand area, ready to dispatch in.

    Parameters
    ----------
    id : str
        Identifier, also that of its row.
    name : dict[str, str]
        Name by language.
    rules : AreaRules
        How it promises.
    trips : Mapping[str, FlexTrip]
        The GTFS-Flex trips its vehicles serve, by id.
    nodes : Mapping[str, int]
        Stop id to row of `travel_s`.
    travel_s : ndarray of int32
        Driving seconds between stops, shape (stops, stops).
    organisation_id : str
        Whose drivers serve it.
    policy : Policy
        What changing and cancelling costs.
    """

    id: str
    name: dict[str, str]
    rules: AreaRules
    trips: Mapping[str, FlexTrip]
    nodes: Mapping[str, int]
    travel_s: NDArray[np.int32]
    organisation_id: str
    policy: Policy = field(default_factory=Policy)

    def load(self, party: Party) -> Load:
        """Give what a party takes up in a vehicle.

        Parameters
        ----------
        party : Party
            Anything that counts seats, wheelchairs, child seats and luggage: a party or a ride.

        Returns
        -------
        Load
            As the dispatcher counts.
        """
        seats = party.seats
        if self.rules.luggage_per_seat:
            seats += -(-party.luggage // self.rules.luggage_per_seat)
        return Load(seats, party.wheelchairs, party.child_seats)

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """All that decisions look at, as plain values; driving times by their digest."""
        return {
            "id": self.id,
            "organisation_id": self.organisation_id,
            "rules": {name: getattr(self.rules, name) for name in sorted(vars(self.rules))},
            "trips": sorted(self.trips),
            "stops": sorted(self.nodes, key=lambda stop_id: self.nodes[stop_id]),
            "driving": array_digest(self.travel_s),
        }

    @cached_property
    def digest(self) -> str:
        """The digest of its description."""
        return sha256(text(self.description).encode()).hexdigest()

    @property
    def ejection_s(self) -> float:
        """How long others may be moved about for one ride, seconds."""
        return self.rules.ejection_ms / 1000

    def direct_s(self, from_stop_id: str, to_stop_id: str) -> int:
        """Give the driving time between two stops.

        Parameters
        ----------
        from_stop_id, to_stop_id : str
            Stops of the area.

        Returns
        -------
        int
            Seconds.
        """
        return int(self.travel_s[self.nodes[from_stop_id], self.nodes[to_stop_id]])

    def drive_s(self, from_stop_id: str, to_stop_id: str) -> int:
        """Give the driving time between two stops that may have left the area since.

        Parameters
        ----------
        from_stop_id, to_stop_id : str
            Stops.

        Returns
        -------
        int
            Seconds; 0 where one of them is unknown.
        """
        if from_stop_id not in self.nodes or to_stop_id not in self.nodes:
            return 0
        return self.direct_s(from_stop_id, to_stop_id)

    def longest_ride_s(self, direct_s: int) -> int:
        """Give the longest time on board that may be promised.

        Parameters
        ----------
        direct_s : int
            The direct drive, seconds.

        Returns
        -------
        int
            Seconds.
        """
        return direct_s * self.rules.max_ride_factor_percent // 100 + self.rules.max_ride_extra_s


@dataclass(frozen=True)
class Fleet:
    """All on-demand areas of a city, and the vehicles its directory lists.

    Parameters
    ----------
    areas : Mapping[str, Area]
        Areas by id.
    vehicles : tuple[Vehicle, ...]
        Vehicles to seed the database with.
    """

    areas: Mapping[str, Area]
    vehicles: tuple[Vehicle, ...]

    def area_of_trip(self, trip_id: str) -> Area | None:
        """Find the area whose vehicles serve a flex trip.

        Parameters
        ----------
        trip_id : str
            GTFS-Flex trip.

        Returns
        -------
        Area or None
            None where the city has no vehicles for it.
        """
        return next((area for area in self.areas.values() if trip_id in area.trips), None)


def load_fleet(city: City, cache_dir: Path | None) -> Fleet:
    """Read fleet.toml and compute the driving times between the stops of each area.

    Parameters
    ----------
    city : City
        The city.
    cache_dir : Path or None
        Where driving tables may be kept.

    Returns
    -------
    Fleet
        Its areas and vehicles; empty without a fleet.toml.

    Raises
    ------
    CityInvalidError
        fleet.toml cannot be used; the message names the entry and the field.
    """
    path = city.folder / "fleet.toml"
    if not path.is_file():
        return Fleet({}, ())
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityInvalidError(f"{path}: {error}. Mend the line.", file=str(path)) from error
    vehicles = tuple(_vehicle(row) for row in table.get("vehicles", ()))
    areas = {}
    for row in table.get("areas", ()):
        own = [stop for v in vehicles if v.area_id == row.get("id") for stop in _own_stops(v)]
        area = _area(row, city, own, cache_dir)
        areas[area.id] = area
    for vehicle in vehicles:
        if vehicle.area_id not in areas:
            raise CityInvalidError(
                f"fleet.toml, vehicle {vehicle.id}: area {vehicle.area_id!r} is not listed.",
                vehicle=vehicle.id,
            )
    return Fleet(areas, vehicles)


def seed_fleet(session: Session, fleet: Fleet) -> None:
    """Write areas and vehicles that the database does not know yet, and renew known ones.

    A vehicle that is no longer listed keeps its row, for the rides it has, but has no hours. One
    that was taken out of service stays out of service.

    Parameters
    ----------
    session : Session
        A writing session.
    fleet : Fleet
        The city's fleet.
    """
    for area in fleet.areas.values():
        service = ServiceArea(
            id=area.id,
            name=area.name,
            route_ids=sorted({trip.route_id for trip in area.trips.values()}),
            rules={f.name: getattr(area.rules, f.name) for f in fields(area.rules)},
        )
        session.merge(service)
    session.flush()
    known = {row.id: row for row in queries.all_vehicles(session)}
    for vehicle in fleet.vehicles:
        row = Vehicle(**vehicle.model_dump())
        if vehicle.id in known:
            row.in_service = known[vehicle.id].in_service
        session.merge(row)
    listed = {vehicle.id for vehicle in fleet.vehicles}
    for row in known.values():
        if row.area_id in fleet.areas and row.id not in listed and row.owner_id is None:
            row.hours = []


def _area(row: Mapping[str, Any], city: City, own: Sequence[str], cache_dir: Path | None) -> Area:
    """Make an area of its entry.

    Parameters
    ----------
    row : Mapping[str, Any]
        One of ``[[areas]]``.
    city : City
        The city.
    own : Sequence[str]
        Stops of its vehicles: where they start, rest and charge.
    cache_dir : Path or None
        Where driving tables may be kept.

    Returns
    -------
    Area
        The area.
    """
    area_id = str(row.get("id", ""))
    routes = set(row.get("route_ids", ()))
    trips = {trip.trip_id: trip for trip in city.flex_trips if trip.route_id in routes}
    if not trips:
        raise CityInvalidError(
            f"fleet.toml, area {area_id!r}: no GTFS-Flex trip of the feeds runs on its route_ids "
            f"{sorted(routes)}.",
            area=area_id,
        )
    served = {stop_id for trip in trips.values() for stop_id in trip.stop_ids}
    stop_ids = sorted(served | set(own))
    rules = AreaRules(**{f.name: int(row[f.name]) for f in fields(AreaRules) if f.name in row})
    if rules.batch_window_s < 1 or any(getattr(rules, f.name) < 0 for f in fields(AreaRules)):
        raise CityInvalidError(
            f"fleet.toml, area {area_id!r}: batch_window_s is at least 1 second, 5 to 30 serve "
            "well, and no other rule is negative.",
            area=area_id,
        )
    return Area(
        id=area_id,
        name=dict(row.get("name", {"": area_id})),
        rules=rules,
        trips=trips,
        nodes={stop_id: node for node, stop_id in enumerate(stop_ids)},
        travel_s=driving_table(city, stop_ids, cache_dir),
        organisation_id=str(row.get("organisation", city.id)),
        policy=read_policy(area_id, row.get("policy", {})),
    )


def _own_stops(vehicle: Vehicle) -> set[str]:
    """Name the stops a vehicle goes to for itself.

    Parameters
    ----------
    vehicle : Vehicle
        The vehicle.

    Returns
    -------
    set[str]
        Its depot, and where its breaks and charges are.
    """
    halts = [halt["stop_id"] for hours in vehicle.hours for halt in hours.get("halts", ())]
    return {vehicle.depot_stop_id, *(stop_id for stop_id in halts if stop_id)}


def _vehicle(row: Mapping[str, Any]) -> Vehicle:
    """Make a vehicle of its entry.

    Parameters
    ----------
    row : Mapping[str, Any]
        One of ``[[vehicles]]``.

    Returns
    -------
    Vehicle
        The vehicle, not yet in any database.
    """
    vehicle_id = str(row.get("id", ""))
    hours: list[dict[str, Any]] = []
    for shift in row.get("shifts", ()):
        days = shift.get("days", "daily")
        if days not in _DAYS:
            raise CityInvalidError(
                f"fleet.toml, vehicle {vehicle_id}: days is {days!r}; use {', '.join(_DAYS)}.",
                vehicle=vehicle_id,
            )
        try:
            start_s, end_s = (parse_time(f"{shift[edge]}:00") for edge in ("start", "end"))
        except (KeyError, GtfsError) as error:
            raise CityInvalidError(
                f"fleet.toml, vehicle {vehicle_id}: a shift needs start and end such as 08:00.",
                vehicle=vehicle_id,
            ) from error
        hours.append({"start_s": start_s, "end_s": end_s, "days": days})
        halts = read_halts(vehicle_id, shift, (start_s, end_s))
        if halts:
            hours[-1]["halts"] = halts
    _check_hours(vehicle_id, hours)
    try:
        return Vehicle(
            id=vehicle_id,
            area_id=row["area"],
            name=dict(row.get("name", {"": vehicle_id})),
            kind=row["kind"],
            seats=int(row["seats"]),
            wheelchair_places=int(row.get("wheelchair_places", 0)),
            child_seats=int(row.get("child_seats", 0)),
            depot_stop_id=row["depot_stop_id"],
            electric_range_m=row.get("electric_range_m"),
            hours=hours,
        )
    except KeyError as error:
        raise CityInvalidError(
            f"fleet.toml, vehicle {vehicle_id}: {error} is missing.", vehicle=vehicle_id
        ) from error


def _check_hours(vehicle_id: str, hours: Sequence[Mapping[str, Any]]) -> None:
    """Refuse hours in which a vehicle would drive two shifts at once.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    hours : Sequence[Mapping[str, Any]]
        Its shifts: start_s, end_s, days.
    """
    for number, one in enumerate(hours):
        if one["end_s"] <= one["start_s"]:
            raise CityInvalidError(
                f"fleet.toml, vehicle {vehicle_id}: a shift must end after it starts; write two "
                "o'clock at night as 26:00.",
                vehicle=vehicle_id,
            )
        for other_number, other in enumerate(hours):
            apart = {one["days"], other["days"]} == {"weekdays", "weekends"}
            today = number < other_number and not apart and _meet(one, other, 0)
            if today or _meet(one, other, _DAY_S):
                raise CityInvalidError(
                    f"fleet.toml, vehicle {vehicle_id}: two of its shifts overlap; it can drive "
                    "only one at a time.",
                    vehicle=vehicle_id,
                )


def _meet(one: Mapping[str, Any], other: Mapping[str, Any], later_s: int) -> bool:
    """Tell whether two shifts are at once.

    Parameters
    ----------
    one, other : Mapping[str, Any]
        The shifts.
    later_s : int
        How much later the other one's day is, seconds.

    Returns
    -------
    bool
        True when they overlap; one that begins as the other ends does not.
    """
    other_start_s, other_end_s = other["start_s"] + later_s, other["end_s"] + later_s
    return bool(max(one["start_s"], other_start_s) < min(one["end_s"], other_end_s))
