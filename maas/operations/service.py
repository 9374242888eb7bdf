"""Fleet operations: holding and releasing rides, drivers' reports, improving the plans.

Every function that changes a plan first locks its area's row, so that one plan is changed at a
time whichever process asks; each change raises the version of the shifts it touches.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from dispatch.answers import Insertion
from dispatch.fleet import Fleet as Vehicles
from dispatch.schedule import Timed, schedule
from maas.database import Session
from maas.errors import NotFoundError, RideGoneError, StopAlreadySettledError
from maas.ids import new_id
from maas.operations import queries
from maas.operations.decisions import HOLD, RELEASE, REPORT, recorded
from maas.operations.fleet import Area, Fleet
from maas.operations.incidents import Incidents
from maas.operations.plans import (
    keep_halts,
    number_stops,
    open_shift,
    remove_stops,
    touch,
    write_route,
    write_routes,
)
from maas.operations.promises import enter_promise
from maas.operations.room import find_room
from maas.operations.state import AreaState, days_around, load_state, request_of
from maas.tables import PlanStop, Ride
from maas.tables.outbox import record
from maas.tracing import traced


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
    child_seats, luggage : int
        The rest of the load: child seats, and large pieces of luggage.
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
    child_seats: int = 0
    luggage: int = 0


class Operations:
    """What may be done to the plans of a city's fleet.

    Parameters
    ----------
    fleet : Fleet
        The city's areas.
    zone : ZoneInfo
        The city's time zone.

    Attributes
    ----------
    incidents : Incidents
        Breakdowns and delays.
    """

    def __init__(self, fleet: Fleet, zone: ZoneInfo) -> None:
        self.fleet = fleet
        self.zone = zone
        self.incidents = Incidents(fleet, zone)

    def lock_for(
        self, session: Session, orders: Sequence[RideOrder], rides: Sequence[Ride] = ()
    ) -> None:
        """Lock every area some orders and rides are in, always in the same order.

        Parameters
        ----------
        session : Session
            A writing session.
        orders : Sequence[RideOrder]
            The rides that are to be held.
        rides : Sequence[Ride]
            Rides that are to be given up.
        """
        trip_ids = {order.trip_id for order in orders}
        areas = {area.id for trip_id in trip_ids if (area := self.fleet.area_of_trip(trip_id))}
        areas |= set(queries.areas_of_shifts(session, [ride.shift_id for ride in rides]))
        for area_id in sorted(areas):
            queries.lock_area(session, area_id)

    def lock_rides(self, session: Session, rides: Sequence[Ride]) -> None:
        """Lock every area some rides are in, always in the same order.

        Parameters
        ----------
        session : Session
            A writing session.
        rides : Sequence[Ride]
            The rides that are to be changed.
        """
        for area_id in queries.areas_of_shifts(session, [ride.shift_id for ride in rides]):
            queries.lock_area(session, area_id)

    @traced("hold")
    def hold(
        self,
        session: Session,
        order: RideOrder,
        booking_id: str,
        now_s: int,
        ride_id: str | None = None,
    ) -> Ride:
        """Put a promised ride into a vehicle's plan, or say that it is gone.

        Where it fits into no plan as it is, others make way inside their promises.

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
        ride_id : str or None
            What the ride is to be called; None for a fresh identifier.

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
        ride = _ride(order, area, booking_id, ride_id or new_id("ride"))
        said = {"ride_id": ride.id, "order": asdict(order)}
        with recorded(session, area, self.zone, now_s, HOLD, said):
            self._put(session, area, ride, now_s)
        return ride

    def _put(self, session: Session, area: Area, ride: Ride, now_s: int) -> None:
        """Put a ride into a vehicle's plan.

        Parameters
        ----------
        session : Session
            A writing session that holds the area's lock.
        area : Area
            The area.
        ride : Ride
            The ride, not yet in the session.
        now_s : int
            The instant, UTC epoch seconds.
        """
        days = days_around(ride.pickup_earliest_s, self.zone)
        state = load_state(session, area, days, now_s, self.zone)
        request = state.asking(request_of(ride, area))
        vehicles = Vehicles(state.problem, state.plan)
        settled_s = now_s + area.rules.freeze_s
        found = find_room(vehicles, request, settled_s, area.ejection_s)
        if not isinstance(found, Insertion):
            raise RideGoneError(
                "Somebody was faster: no vehicle can keep this promise any more. Search again, "
                "the next possible rides are shown.",
                reason=found.code,
                next_pickup_s=found.next_pickup_s,
            )
        shift = state.shifts[found.vehicle_id]
        ride.shift_id = shift.shift.id
        open_shift(session, shift)
        session.add(ride)
        session.flush()
        write_routes(
            session, state, state.problem.with_requests(request), found.routes, now_s, ride
        )
        enter_promise(session, ride, now_s)

    def release(self, session: Session, ride: Ride, now_s: int) -> None:
        """Take a ride that has not begun out of its vehicle's plan.

        A pickup the vehicle is already driving to stays in the list, as cancelled: the next way
        begins there.

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
        with recorded(session, area, self.zone, now_s, RELEASE, {"ride_id": ride.id}):
            pickup = queries.stop_of_ride(session, ride.id, "pickup")
            reached_s = None
            if area is not None:
                reached_s = self._state(session, area, ride, now_s).reaches_s(ride)
            ride.state = "cancelled"
            if pickup is None or reached_s is None:
                remove_stops(session, ride.id)
            else:
                remove_stops(session, ride.id, "dropoff")
                pickup.state, pickup.done_s = "cancelled", reached_s
            self._retime(session, area, ride, now_s)

    def report(
        self, session: Session, vehicle_id: str, stop_id: str, outcome: str, now_s: int
    ) -> Ride:
        """Take down what a driver says of a stop; who alights has boarded.

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
        said = {"ride_id": ride.id, "stop": stop.kind, "outcome": outcome}
        said["vehicle_id"] = vehicle_id
        with recorded(session, area, self.zone, now_s, REPORT, said):
            states = self._settle(session, stop, ride, outcome, now_s)
            self._retime(session, area, ride, now_s)
        for state in states:
            record(session, f"booking:{ride.booking_id}", f"ride_{state}", now_s, ride_id=ride.id)
        return ride

    def _settle(
        self, session: Session, stop: PlanStop, ride: Ride, outcome: str, now_s: int
    ) -> list[str]:
        """Write down the outcome of a stop, and what becomes of its ride.

        Parameters
        ----------
        session : Session
            A writing session that holds the area's lock.
        stop : PlanStop
            The stop.
        ride : Ride
            Its ride.
        outcome : str
            ``done`` or ``no_show``.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[str]
            The states the ride has gone through.
        """
        states = ["on_board" if stop.kind == "pickup" else "completed"]
        if outcome == "no_show":
            states = ["no_show"]
            remove_stops(session, ride.id, "dropoff")
        elif stop.kind == "dropoff" and self._boarded(session, ride, now_s):
            states = ["on_board", "completed"]
        stop.state, stop.done_s = outcome, now_s
        queries.shift_of(session, ride)[0].not_before_s = None
        ride.state = states[-1]
        return states

    def _boarded(self, session: Session, ride: Ride, now_s: int) -> bool:
        """Report the pickup of a ride that is alighting, where the driver forgot to.

        Parameters
        ----------
        session : Session
            A writing session that holds the area's lock.
        ride : Ride
            The ride.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        bool
            True when it had not been reported.
        """
        pickup = queries.stop_of_ride(session, ride.id, "pickup")
        if pickup is None or pickup.state != "planned":
            return False
        pickup.state, pickup.done_s = "done", min(now_s, pickup.departs_s)
        return True

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

    def _locked_area(self, session: Session, ride: Ride) -> Area | None:
        """Lock the area a ride is driven in.

        Parameters
        ----------
        session : Session
            A writing session.
        ride : Ride
            The ride.

        Returns
        -------
        Area or None
            The area; None where it is no longer part of the city: its rides can still be cancelled
            and reported, but nothing is planned there.
        """
        self.lock_rides(session, [ride])
        _, vehicle = queries.shift_of(session, ride)
        return self.fleet.areas.get(vehicle.area_id)

    def _state(self, session: Session, area: Area, ride: Ride, now_s: int) -> AreaState:
        """Read the plans of the day of a ride's shift.

        Parameters
        ----------
        session : Session
            A writing session that holds the area's lock.
        area : Area
            The area.
        ride : Ride
            The ride.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        AreaState
            The plans.
        """
        session.flush()
        shift, _ = queries.shift_of(session, ride)
        return load_state(session, area, (shift.service_day,), now_s, self.zone)

    def _retime(self, session: Session, area: Area | None, ride: Ride, now_s: int) -> None:
        """Plan the instants of the stops ahead in a ride's shift anew, in their order.

        Where the new instants would break a promise (the vehicle is late), the old ones stay:
        they are what the riders know.

        Parameters
        ----------
        session : Session
            A writing session that holds the area's lock.
        area : Area or None
            The area, where the city still has it.
        ride : Ride
            A ride of the shift.
        now_s : int
            The instant, UTC epoch seconds.
        """
        session.flush()
        shift, _ = queries.shift_of(session, ride)
        if area is None:
            number_stops(queries.stops_of_shift(session, shift.id))
        else:
            state = self._state(session, area, ride, now_s)
            here = state.shifts[shift.id]
            number_stops((*here.way.driven, *here.way.ahead))
            keep_halts(here)
            timed = schedule(state.problem, state.plan.route(shift.id)) if here.plannable else None
            if isinstance(timed, Timed):
                write_route(session, state.rides, here, timed)
        touch(session, shift, now_s)
        session.flush()


def _ride(order: RideOrder, area: Area, booking_id: str, ride_id: str) -> Ride:
    """Make the ride of an order.

    Parameters
    ----------
    order : RideOrder
        The promise.
    area : Area
        Its area.
    booking_id : str
        Whose ride it is.
    ride_id : str
        What it is called.

    Returns
    -------
    Ride
        Not yet in any vehicle's plan.
    """
    direct_s = area.direct_s(order.from_stop_id, order.to_stop_id)
    return Ride(
        id=ride_id,
        booking_id=booking_id,
        shift_id="",
        leg=order.leg,
        trip_id=order.trip_id,
        from_stop_id=order.from_stop_id,
        to_stop_id=order.to_stop_id,
        seats=order.seats,
        wheelchairs=order.wheelchairs,
        child_seats=order.child_seats,
        luggage=order.luggage,
        pickup_earliest_s=order.pickup_earliest_s,
        pickup_latest_s=order.pickup_latest_s,
        arrival_latest_s=order.arrival_latest_s,
        ride_limit_s=area.longest_ride_s(direct_s),
    )
