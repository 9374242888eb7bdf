"""What is asked of the dispatcher: vehicles, requests and the promises they carry, travel times.

All instants are integers on one clock of the caller (UTC epoch seconds in the service), all
durations are seconds. Zero is a value like any other. Everything here is immutable and is
validated when made; an error names the field and the id.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError
from dispatch.halts import Halt
from dispatch.slices import NO_SLICES, PackedSlices, Slices
from dispatch.validation import (
    INSTANTS,
    MOST_NODES,
    by_id,
    require_id,
    require_int,
    require_ints,
    travel_times,
)

UNREACHABLE = 2**31 - 1
"""Entry of ``travel_s`` for a pair of nodes without a way between them."""

LATEST_INSTANT_S = INSTANTS[1]
"""No instant or duration may lie beyond this (about 34,000 years): sums then stay in int64."""

MOST_PLACES = 2**14
"""Upper bound of the places of one kind of one vehicle or request."""


@dataclass(frozen=True)
class Load:
    """What a party takes up, or what a vehicle offers.

    Parameters
    ----------
    seats : int
        Passenger seats.
    wheelchairs : int
        Wheelchair places.
    child_seats : int
        Places with a seat for a small child, which takes up no other seat.
    """

    seats: int
    wheelchairs: int = 0
    child_seats: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that are negative or absurd."""
        for name in ("seats", "wheelchairs", "child_seats"):
            require_int("load", "", name, getattr(self, name), 0, MOST_PLACES)

    def __add__(self, other: Load) -> Load:
        """Return the sum, kind by kind."""
        return Load(*(a + b for a, b in zip(self.places, other.places, strict=True)))

    @property
    def places(self) -> tuple[int, int, int]:
        """Seats, wheelchair places and child seats."""
        return self.seats, self.wheelchairs, self.child_seats

    def fits(self, capacity: Load) -> bool:
        """Tell whether this load fits into a capacity.

        Parameters
        ----------
        capacity : Load
            What is offered.

        Returns
        -------
        bool
            True when no kind is exceeded.
        """
        return all(
            taken <= offered for taken, offered in zip(self.places, capacity.places, strict=True)
        )


@dataclass(frozen=True)
class Onboard:
    """A rider who sits in the vehicle when planning starts.

    Parameters
    ----------
    request_id : str
        The request; its dropoff is somewhere in the vehicle's route.
    departed_s : int
        Instant at which the vehicle left the pickup: the ride time counts from here.
    """

    request_id: str
    departed_s: int


@dataclass(frozen=True)
class Vehicle:
    """A vehicle, its shift and its state when planning starts.

    Parameters
    ----------
    id : str
        Unique over the vehicles of a problem.
    capacity : Load
        Places in the usual arrangement.
    start_node : int
        Node at which the vehicle is, or becomes, free.
    end_node : int or None
        Node to reach by ``end_s``; None: the shift may end anywhere.
    start_s : int
        Instant at which the vehicle is free at ``start_node``. For an idle vehicle not in the past,
        else a plan could begin with a drive in the past; for one under way to a frozen stop, the
        instant at which it left. It may lie beyond ``end_s`` (a late vehicle): then nothing new
        fits.
    end_s : int
        End of the shift: the last instant at ``end_node``, or of the last service without one.
    onboard : tuple of Onboard
        Riders on board at ``start_s``.
    alternative_capacities : tuple of Load
        Other arrangements, such as fewer seats and a wheelchair place or a child seat. On every leg
        the load must fit at least one arrangement; rearranging takes no time of its own.
    shift_start_s : int or None
        Start of the shift, used only to name the reason of a refusal: a vehicle with
        ``start_s <= shift_start_s`` is waiting for its shift, not busy. None: a vehicle with
        nobody on board and no frozen stop counts as waiting.
    longest_s : int or None
        Longest time from leaving ``start_node`` to the end of a tour with stops; a vehicle may
        leave later than ``start_s`` to keep it. None: no bound.
    halts : tuple of Halt
        Breaks and charges still to be made; every plan makes each of them once.
    range_s : int or None
        How long it can drive before it must charge, in driving seconds of ``travel_s``. That takes
        energy to be proportional to driving time, which a caller with better figures can correct in
        the range. None: as long as you like.
    full_range_s : int or None
        The same after a charge, which is always taken to be a full one. None: as ``range_s``.
    """

    id: str
    capacity: Load
    start_node: int
    end_node: int | None
    start_s: int
    end_s: int
    onboard: tuple[Onboard, ...] = ()
    alternative_capacities: tuple[Load, ...] = ()
    shift_start_s: int | None = None
    longest_s: int | None = None
    halts: tuple[Halt, ...] = ()
    range_s: int | None = None
    full_range_s: int | None = None

    def __post_init__(self) -> None:
        """Refuse fields that cannot be true."""
        require_id("vehicle", self.id)
        require_ints("vehicle", self, ("start_node",), 0, MOST_NODES)
        require_ints("vehicle", self, ("end_node",), 0, MOST_NODES, optional=True)
        require_ints("vehicle", self, ("start_s", "end_s"), *INSTANTS)
        bounds = ("longest_s", "range_s", "full_range_s")
        require_ints("vehicle", self, bounds, 0, LATEST_INSTANT_S, optional=True)
        for rider in self.onboard:
            require_int("vehicle", self.id, "onboard.departed_s", rider.departed_s, *INSTANTS)
        if len({rider.request_id for rider in self.onboard}) != len(self.onboard):
            raise InvalidProblemError(
                f"Vehicle {self.id}: onboard names a request twice; name each rider once.",
                kind="vehicle",
                id=self.id,
                field="onboard",
            )

    @property
    def capacities(self) -> tuple[Load, ...]:
        """Every arrangement of places, the usual one first."""
        return (self.capacity, *self.alternative_capacities)


@dataclass(frozen=True)
class Request:
    """A ride that is wished for or, once accepted, promised.

    The bounds of an accepted request *are* its promise: every later plan keeps them.

    Parameters
    ----------
    id : str
        Unique over the requests of a problem.
    pickup_node, dropoff_node : int
        Nodes of ``travel_s``.
    earliest_pickup_s, latest_pickup_s : int
        Window in which boarding begins.
    latest_dropoff_s : int
        Latest instant at which the vehicle stands at the dropoff and alighting begins.
    max_ride_s : int
        Longest time from leaving the pickup to the begin of alighting.
    load : Load
        What the party takes up.
    boarding_s : int
        Service time at the pickup; at the dropoff too, unless that has its own.
    earliest_dropoff_s : int or None
        Alighting does not begin before; None: no bound.
    vehicle_ids : frozenset of str or None
        Vehicles that may serve it; None: all.
    dropoff_service_s : int or None
        Service time at the dropoff; None: as at the pickup.
    """

    id: str
    pickup_node: int
    dropoff_node: int
    earliest_pickup_s: int
    latest_pickup_s: int
    latest_dropoff_s: int
    max_ride_s: int
    load: Load
    boarding_s: int = 0
    earliest_dropoff_s: int | None = None
    vehicle_ids: frozenset[str] | None = None
    dropoff_service_s: int | None = None

    def __post_init__(self) -> None:
        """Refuse fields that cannot be true."""
        require_id("request", self.id)
        require_ints("request", self, ("pickup_node", "dropoff_node"), 0, MOST_NODES)
        instants = ("earliest_pickup_s", "latest_pickup_s", "latest_dropoff_s")
        require_ints("request", self, instants, *INSTANTS)
        require_ints("request", self, ("max_ride_s", "boarding_s"), 0, LATEST_INSTANT_S)
        require_ints("request", self, ("dropoff_service_s",), 0, LATEST_INSTANT_S, optional=True)
        require_ints("request", self, ("earliest_dropoff_s",), *INSTANTS, optional=True)
        self._require_order("latest_pickup_s", self.earliest_pickup_s, self.latest_pickup_s)
        self._require_order("latest_dropoff_s", self.earliest_pickup_s, self.latest_dropoff_s)
        if self.earliest_dropoff_s is not None:
            self._require_order("latest_dropoff_s", self.earliest_dropoff_s, self.latest_dropoff_s)
        if not any(self.load.places):
            raise InvalidProblemError(
                f"Request {self.id}: load is empty; ask for a seat, a wheelchair place or a child "
                "seat.",
                kind="request",
                id=self.id,
                field="load",
            )

    def _require_order(self, name: str, earlier_s: int, later_s: int) -> None:
        if later_s < earlier_s:
            raise InvalidProblemError(
                f"Request {self.id}: {name} is {later_s}, before the window opens at {earlier_s}; "
                "a window must not end before it begins.",
                kind="request",
                id=self.id,
                field=name,
                value=later_s,
            )

    @property
    def alighting_s(self) -> int:
        """Service time at the dropoff."""
        return self.boarding_s if self.dropoff_service_s is None else self.dropoff_service_s

    def allows(self, vehicle_id: str) -> bool:
        """Tell whether a vehicle may serve this request.

        Parameters
        ----------
        vehicle_id : str
            Id of the vehicle.

        Returns
        -------
        bool
            True when the request names no vehicles or names this one.
        """
        return self.vehicle_ids is None or vehicle_id in self.vehicle_ids


@dataclass(frozen=True, eq=False)
class Problem:
    """Vehicles, accepted requests and the travel times between their nodes.

    Parameters
    ----------
    vehicles : tuple of Vehicle
        The fleet; ties between vehicles go to the one named first.
    requests : tuple of Request
        Every request a plan of this problem may speak of.
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds between nodes, zero on the diagonal, ``UNREACHABLE`` where there is no
        way. Kept read-only; copied unless it is already a read-only C-ordered array. The triangle
        inequality is not needed.
    slices : Slices or None
        Driving times by the time of day; ``travel_s`` is then their least, ``slices.least_s``: what
        driving costs, and what a range is counted in. None: ``travel_s`` at any time.
    """

    vehicles: tuple[Vehicle, ...]
    requests: tuple[Request, ...]
    travel_s: NDArray[np.int32]
    slices: Slices | None = None
    _vehicles: Mapping[str, Vehicle] = field(init=False, repr=False)
    _requests: Mapping[str, Request] = field(init=False, repr=False)
    _halts: Mapping[str, Halt] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Validate the matrix, the ids, every node and the riders on board."""
        object.__setattr__(self, "vehicles", tuple(self.vehicles))
        object.__setattr__(self, "travel_s", travel_times(self.travel_s))
        if self.slices and not np.array_equal(self.travel_s, self.slices.least_s):
            raise InvalidProblemError(
                "travel_s is not the least of the slices; give slices.least_s.",
                kind="problem",
                field="travel_s",
            )
        object.__setattr__(self, "_vehicles", by_id("vehicle", self.vehicles))
        halts = by_id("halt", [halt for vehicle in self.vehicles for halt in vehicle.halts])
        object.__setattr__(self, "_halts", halts)
        for vehicle in self.vehicles:
            self._check_node("vehicle", vehicle.id, "start_node", vehicle.start_node)
            if vehicle.end_node is not None:
                self._check_node("vehicle", vehicle.id, "end_node", vehicle.end_node)
            for halt in vehicle.halts:
                if halt.node is not None:
                    self._check_node("vehicle", vehicle.id, f"node of halt {halt.id}", halt.node)
        self._set_requests(tuple(self.requests))

    def _set_requests(self, requests: tuple[Request, ...]) -> None:
        object.__setattr__(self, "requests", requests)
        object.__setattr__(self, "_requests", by_id("request", requests))
        for request in requests:
            self.check_request(request)
        self._check_onboard()

    def check_request(self, request: Request) -> None:
        """Check that a request's nodes are nodes of this problem, and its id not that of a halt.

        Parameters
        ----------
        request : Request
            The request, accepted or not.

        Raises
        ------
        InvalidProblemError
            When a node lies outside ``travel_s``, or a halt has this id.
        """
        if request.id in self._halts:
            raise InvalidProblemError(
                f"Request {request.id}: a halt has this id; give one of them another.",
                kind="request",
                id=request.id,
                field="id",
            )
        self._check_node("request", request.id, "pickup_node", request.pickup_node)
        self._check_node("request", request.id, "dropoff_node", request.dropoff_node)

    @property
    def packed_slices(self) -> PackedSlices:
        """The slices as the kernels read them."""
        return NO_SLICES if self.slices is None else self.slices.packed

    def vehicle(self, vehicle_id: str) -> Vehicle:
        """Return the vehicle with an id.

        Parameters
        ----------
        vehicle_id : str
            Id of the vehicle.

        Returns
        -------
        Vehicle
            The vehicle.

        Raises
        ------
        InvalidProblemError
            When there is none.
        """
        try:
            return self._vehicles[vehicle_id]
        except KeyError:
            raise InvalidProblemError(
                f"Vehicle {vehicle_id} is not in this problem; add it to vehicles.",
                kind="vehicle",
                id=vehicle_id,
                field="id",
            ) from None

    def request(self, request_id: str) -> Request:
        """Return the request with an id.

        Parameters
        ----------
        request_id : str
            Id of the request.

        Returns
        -------
        Request
            The request.

        Raises
        ------
        InvalidProblemError
            When there is none.
        """
        try:
            return self._requests[request_id]
        except KeyError:
            raise InvalidProblemError(
                f"Request {request_id} is not in this problem; add it to requests.",
                kind="request",
                id=request_id,
                field="id",
            ) from None

    def with_requests(self, *requests: Request) -> Problem:
        """Return this problem with more requests accepted.

        Parameters
        ----------
        *requests : Request
            Requests to add; one with a known id takes the place of the old one.

        Returns
        -------
        Problem
            A new problem that shares vehicles and travel times with this one.
        """
        merged = dict(self._requests)
        merged.update((request.id, request) for request in requests)
        # The vehicles and the matrix are validated already; only the requests are new.
        problem = object.__new__(Problem)
        for name in ("vehicles", "travel_s", "slices", "_vehicles", "_halts"):
            object.__setattr__(problem, name, getattr(self, name))
        problem._set_requests(tuple(merged.values()))
        return problem

    def with_vehicles(self, *vehicles: Vehicle) -> Problem:
        """Return this problem with the state of some vehicles renewed.

        Parameters
        ----------
        *vehicles : Vehicle
            Vehicles that take the place of those with the same id, or are added.

        Returns
        -------
        Problem
            A new problem.
        """
        merged = dict(self._vehicles)
        merged.update((vehicle.id, vehicle) for vehicle in vehicles)
        return dataclasses.replace(self, vehicles=tuple(merged.values()))

    def _check_node(self, kind: str, item_id: str, name: str, node: int) -> None:
        if node >= len(self.travel_s):
            raise InvalidProblemError(
                f"{kind.capitalize()} {item_id}: {name} is {node}, but travel_s has only "
                f"{len(self.travel_s)} nodes; use a node below that.",
                kind=kind,
                id=item_id,
                field=name,
                value=node,
            )

    def _check_onboard(self) -> None:
        seen: dict[str, str] = {}
        for vehicle in self.vehicles:
            load = Load(0)
            for rider in vehicle.onboard:
                if rider.request_id not in self._requests or rider.request_id in seen:
                    raise InvalidProblemError(
                        f"Vehicle {vehicle.id}: onboard names request {rider.request_id}, which is "
                        "not in requests or sits in another vehicle; name each rider once.",
                        kind="vehicle",
                        id=vehicle.id,
                        field="onboard",
                        value=rider.request_id,
                    )
                seen[rider.request_id] = vehicle.id
                load += self._requests[rider.request_id].load
            if not any(load.fits(capacity) for capacity in vehicle.capacities):
                raise InvalidProblemError(
                    f"Vehicle {vehicle.id}: {load.seats} seats, {load.wheelchairs} wheelchair "
                    f"places and {load.child_seats} child seats are taken by riders on board, more "
                    "than its capacity; correct onboard.",
                    kind="vehicle",
                    id=vehicle.id,
                    field="onboard",
                )
