"""Fleet operations: holding and releasing rides, drivers' reports, improving the plans.

Every function that changes a plan first locks its area's row, so that one plan is changed at a
time whichever process asks; each change raises the version of the shifts it touches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dispatch.insertion import Insertion, best_insertion
from dispatch.schedule import Timed, schedule
from maas.database import Session
from maas.errors import NotFoundError, RideGoneError, StopAlreadySettledError
from maas.ids import new_id
from maas.operations import queries
from maas.operations.fleet import Area, Fleet
from maas.operations.plans import open_shift, remove_stops, touch, write_route
from maas.operations.state import days_around, load_state, request_of
from maas.tables import Booking, PlanStop, Ride, Vehicle
from maas.tables.outbox import record


@dataclass(frozen=True)
class RideOrder:
    """A promised ride that is to be held.

    Parameters
    ----------
    leg : int
        Position of the ride's leg in the journey.
    trip_id : str
        GTFS-Flex trip.
    from_stop_id, to_stop_id : str
        Stops.
    seats, wheelchairs : int
        The load.
    pickup_earliest_s, pickup_latest_s, arrival_latest_s : int
        The promise, UTC epoch seconds.
    booking_deadline_s : int
        Last instant it may be booked, UTC epoch seconds.
    """

    leg: int
    trip_id: str
    from_stop_id: str
    to_stop_id: str
    seats: int
    wheelchairs: int
    pickup_earliest_s: int
    pickup_latest_s: int
    arrival_latest_s: int
    booking_deadline_s: int


class Operations:
    """What may be done to the plans of a city's fleet.

    Parameters
    ----------
    fleet : Fleet
        The city's areas.
    zone : ZoneInfo
        The city's time zone.
    """

    def __init__(self, fleet: Fleet, zone: ZoneInfo) -> None:
        self.fleet = fleet
        self.zone = zone

    def lock_for(self, session: Session, orders: Sequence[RideOrder]) -> None:
        """Lock every area some orders are in, always in the same order.

        Parameters
        ----------
        session : Session
            A writing session.
        orders : Sequence[RideOrder]
            The rides that are to be held.
        """
        self._lock_trips(session, {order.trip_id for order in orders})

    def lock_rides(self, session: Session, rides: Sequence[Ride]) -> None:
        """Lock every area some rides are in, always in the same order.

        Parameters
        ----------
        session : Session
            A writing session.
        rides : Sequence[Ride]
            The rides that are to be changed.
        """
        self._lock_trips(session, {ride.trip_id for ride in rides})

    def _lock_trips(self, session: Session, trip_ids: set[str]) -> None:
        """Lock the areas of some flex trips.

        Parameters
        ----------
        session : Session
            A writing session.
        trip_ids : set[str]
            The trips.
        """
        areas = {area.id for trip_id in trip_ids if (area := self.fleet.area_of_trip(trip_id))}
        for area_id in sorted(areas):
            queries.lock_area(session, area_id)

    def hold(self, session: Session, order: RideOrder, booking_id: str, now_s: int) -> Ride:
        """Put a promised ride into a vehicle's plan, or say that it is gone.

        Parameters
        ----------
        session : Session
            A writing session that holds the lock of the order's area (`lock_for`).
        order : RideOrder
            The promise.
        booking_id : str
            Whose ride it is.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Ride
            The ride, planned.

        Raises
        ------
        RideGoneError
            No vehicle can keep the promise any more.
        """
        area = self.fleet.area_of_trip(order.trip_id)
        if area is None:
            raise RideGoneError("This on-demand service has no vehicles now. Search again.")
        if now_s > order.booking_deadline_s:
            raise RideGoneError(
                "Booking for this ride has closed. Search again for a later one.",
                reason="booking_closed",
            )
        days = days_around(order.pickup_earliest_s, self.zone)
        state = load_state(session, area, days, now_s, self.zone)
        ride = _ride(order, area, booking_id)
        request = request_of(ride, area)
        found = best_insertion(state.problem, state.plan, request)
        if not isinstance(found, Insertion):
            raise RideGoneError(
                "Somebody was faster: no vehicle can keep this promise any more. Search again, "
                "the next possible rides are shown.",
                reason=found.code,
                next_pickup_s=found.next_pickup_s,
            )
        timed = schedule(state.problem.with_requests(request), found.route)
        assert isinstance(timed, Timed), "an insertion is feasible by construction"
        shift = state.shifts[found.vehicle_id]
        ride.shift_id = shift.shift.id
        open_shift(session, shift)
        session.add(ride)
        session.flush()
        write_route(session, {**state.rides, ride.id: ride}, shift, timed)
        touch(session, shift, now_s)
        return ride

    def release(self, session: Session, ride: Ride, now_s: int) -> None:
        """Take a ride that has not begun out of its vehicle's plan.

        Parameters
        ----------
        session : Session
            A writing session.
        ride : Ride
            The ride; its state becomes ``cancelled``.
        now_s : int
            The instant, UTC epoch seconds.
        """
        area = self._locked_area(session, ride)
        ride.state = "cancelled"
        remove_stops(session, ride.id)
        self._retime(session, area, ride, now_s)

    def report(
        self, session: Session, vehicle_id: str, stop_id: str, outcome: str, now_s: int
    ) -> Ride:
        """Take down what a driver says of a stop.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id, stop_id : str
            The vehicle and the stop of its plan.
        outcome : str
            ``done``, or ``no_show`` at a pickup.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Ride
            The ride, in its new state.

        Raises
        ------
        NotFoundError
            The vehicle has no such stop.
        StopAlreadySettledError
            It was reported before, with another outcome.
        """
        stop, ride = self._own_stop(session, vehicle_id, stop_id)
        if stop.state == outcome:
            return ride
        if stop.state != "planned" or (outcome == "no_show" and stop.kind == "dropoff"):
            raise StopAlreadySettledError(
                f"This {stop.kind} is already {stop.state}; reload the list.", state=stop.state
            )
        area = self._locked_area(session, ride)
        stop.state, stop.done_s = outcome, now_s
        if outcome == "no_show":
            ride.state = "no_show"
            remove_stops(session, ride.id, "dropoff")
        else:
            ride.state = "on_board" if stop.kind == "pickup" else "completed"
        self._retime(session, area, ride, now_s)
        record(session, f"booking:{ride.booking_id}", f"ride_{ride.state}", now_s, ride_id=ride.id)
        return ride

    def _own_stop(self, session: Session, vehicle_id: str, stop_id: str) -> tuple[PlanStop, Ride]:
        """Find a stop of a vehicle's plan, with the area locked.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id, stop_id : str
            The vehicle and the stop.

        Returns
        -------
        tuple[PlanStop, Ride]
            The stop and its ride, current.
        """
        queries.lock_area_of_vehicle(session, vehicle_id)
        found = queries.stop_of_vehicle(session, vehicle_id, stop_id)
        if found is None:
            raise NotFoundError("This vehicle has no such stop (any more); reload the list.")
        return found

    def _locked_area(self, session: Session, ride: Ride) -> Area:
        """Lock the area of a ride.

        Parameters
        ----------
        session : Session
            A writing session.
        ride : Ride
            The ride.

        Returns
        -------
        Area
            The area.
        """
        area = self.fleet.area_of_trip(ride.trip_id)
        if area is None:
            raise NotFoundError("This ride's service is no longer part of the city.")
        queries.lock_area(session, area.id)
        return area

    def _retime(self, session: Session, area: Area, ride: Ride, now_s: int) -> None:
        """Plan the instants of the stops ahead in a ride's shift anew, in their order.

        Where the new instants would break a promise (the vehicle is late), the old ones stay:
        they are what the riders know.

        Parameters
        ----------
        session : Session
            A writing session.
        area : Area
            The area.
        ride : Ride
            A ride of the shift.
        now_s : int
            The instant, UTC epoch seconds.
        """
        session.flush()
        days = days_around(ride.pickup_earliest_s, self.zone)
        state = load_state(session, area, days, now_s, self.zone)
        shift = state.shifts[ride.shift_id]
        timed = schedule(state.problem, state.plan.route(ride.shift_id))
        if isinstance(timed, Timed):
            write_route(session, state.rides, shift, timed)
        touch(session, shift, now_s)


def _ride(order: RideOrder, area: Area, booking_id: str) -> Ride:
    """Make the ride of an order.

    Parameters
    ----------
    order : RideOrder
        The promise.
    area : Area
        Its area.
    booking_id : str
        Whose ride it is.

    Returns
    -------
    Ride
        Not yet in any vehicle's plan.
    """
    direct_s = area.direct_s(order.from_stop_id, order.to_stop_id)
    return Ride(
        id=new_id("ride"),
        booking_id=booking_id,
        shift_id="",
        leg=order.leg,
        trip_id=order.trip_id,
        from_stop_id=order.from_stop_id,
        to_stop_id=order.to_stop_id,
        seats=order.seats,
        wheelchairs=order.wheelchairs,
        pickup_earliest_s=order.pickup_earliest_s,
        pickup_latest_s=order.pickup_latest_s,
        arrival_latest_s=order.arrival_latest_s,
        ride_limit_s=area.longest_ride_s(direct_s),
    )


def manifest(
    session: Session, vehicle_id: str, day: date
) -> Sequence[tuple[PlanStop, Ride, Booking]]:
    """List what a vehicle does on a day.

    Parameters
    ----------
    session : Session
        Any session.
    vehicle_id : str
        The vehicle.
    day : date
        The service day.

    Returns
    -------
    Sequence[tuple[PlanStop, Ride, Booking]]
        In driving order.
    """
    return queries.manifest_rows(session, vehicle_id, day)


def vehicles(session: Session) -> Sequence[Vehicle]:
    """List every vehicle.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    Sequence[Vehicle]
        By area, then id.
    """
    return queries.all_vehicles(session)


def find_vehicle(session: Session, vehicle_id: str) -> Vehicle:
    """Read a vehicle that must be there.

    Parameters
    ----------
    session : Session
        Any session.
    vehicle_id : str
        The vehicle.

    Returns
    -------
    Vehicle
        The vehicle.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found = next((v for v in queries.all_vehicles(session) if v.id == vehicle_id), None)
    if found is None:
        raise NotFoundError(
            f"There is no vehicle {vehicle_id!r}; `maas drivers list` shows all of them."
        )
    return found
