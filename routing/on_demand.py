"""The port through which the planner asks a dispatcher about on-demand rides.

The planner asks twice. Before the search `OnDemandPort.outlook` gives optimistic pickup instants
and ride times for many pairs of stops; after it `OnDemandPort.check` answers exactly for the few
rides of the Pareto journeys. Any dispatcher can fill the port; the planner knows none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

NEVER: Final = 2**62
"""Pickup instant of a stop where no vehicle can ever come (epoch seconds, int64)."""


@dataclass(frozen=True)
class Party:
    """Who travels together, as load on a vehicle.

    Parameters
    ----------
    seats
        Riders on seats; wheelchair users are not counted here.
    wheelchairs
        Riders who travel in their wheelchair.
    child_seats
        Small children who need a child seat; not counted among the seats.
    luggage
        Large pieces of luggage.
    """

    seats: int = 1
    wheelchairs: int = 0
    child_seats: int = 0
    luggage: int = 0

    def __post_init__(self) -> None:
        counts = (self.seats, self.wheelchairs, self.child_seats, self.luggage)
        if min(counts) < 0 or not any(counts[:3]):
            raise ValueError("a party needs at least one rider, and no negative counts")


@dataclass(frozen=True)
class RideRequest:
    """One ride that a journey would need.

    Parameters
    ----------
    trip_id
        The GTFS-Flex trip that describes the service.
    from_stop_id, to_stop_id
        Stops of that trip.
    earliest_pickup_s
        Epoch seconds before which the riders are not at the stop.
    latest_arrival_s
        Epoch seconds by which they must be there; None when nothing has to be caught.
    party
        The load.
    """

    trip_id: str
    from_stop_id: str
    to_stop_id: str
    earliest_pickup_s: int
    latest_arrival_s: int | None
    party: Party


@dataclass(frozen=True)
class RidePromise:
    """What the dispatcher promises for a request; all instants in epoch seconds.

    Parameters
    ----------
    request
        The request that is answered.
    pickup_earliest_s, pickup_latest_s
        The promised pickup window.
    arrival_latest_s
        The promised latest arrival.
    pickup_expected_s, arrival_expected_s
        The present plan, which may move inside the promise.
    """

    request: RideRequest
    pickup_earliest_s: int
    pickup_latest_s: int
    arrival_latest_s: int
    pickup_expected_s: int
    arrival_expected_s: int


@dataclass(frozen=True)
class RideRefusal:
    """Why a ride cannot be had.

    Parameters
    ----------
    request
        The request that is refused.
    code
        Stable reason: no_vehicle_in_shift, no_capacity, no_wheelchair_place, window_too_tight,
        booking_closed, booking_not_open, outside_service_hours, no_service_today,
        max_ride_exceeded.
    params
        Values for a translated message.
    next_pickup_s
        Epoch seconds of the nearest later pickup that would work, when known.
    """

    request: RideRequest
    code: str
    params: dict[str, object] = field(default_factory=dict)
    next_pickup_s: int | None = None


@dataclass(frozen=True)
class RideOutlook:
    """Optimistic view of a service for n pickup stops and m drop-off stops.

    Parameters
    ----------
    pickup_s
        Earliest possible pickup instant at each from-stop, epoch seconds, int64 ``[n]``;
        `NEVER` where no vehicle can come.
    ride_s
        Direct ride with boarding, seconds, int32 ``[n, m]``.
    longest_ride_s
        Longest ride the dispatcher promises, seconds, int32 ``[n, m]``.
    pickup_window_s
        Width of the promised pickup window, seconds.
    """

    pickup_s: NDArray[np.int64]
    ride_s: NDArray[np.int32]
    longest_ride_s: NDArray[np.int32]
    pickup_window_s: int


class OnDemandPort(Protocol):
    """What the planner needs from a dispatcher."""

    def outlook(
        self,
        trip_id: str,
        from_stop_ids: Sequence[str],
        to_stop_ids: Sequence[str],
        earliest_s: int,
        party: Party,
    ) -> RideOutlook:
        """Look ahead optimistically; asked once per flex trip and direction of search.

        Parameters
        ----------
        trip_id
            The GTFS-Flex trip.
        from_stop_ids, to_stop_ids
            Stops of the trip to ride between, n and m of them.
        earliest_s
            Epoch seconds before which nobody wants to ride.
        party
            The load.

        Returns
        -------
        RideOutlook
            Never later and never longer than what `check` would promise.
        """
        ...

    def check(
        self, request: RideRequest, beside: Sequence[RidePromise] = ()
    ) -> RidePromise | RideRefusal:
        """Answer exactly, against the present plans; holds nothing.

        Parameters
        ----------
        request
            The ride.
        beside
            Rides of the same journey, taken for booked already; asked for only where a journey
            has several.

        Returns
        -------
        RidePromise | RideRefusal
            What would be promised if it were booked now, or why not.
        """
        ...
