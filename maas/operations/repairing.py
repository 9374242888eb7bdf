"""Writing what an incident has made of an area's plans: routes, promises, what riders are told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.incidents import BREAKDOWN, LATE_VEHICLE, Breakdown, Repair, late_vehicles, repair
from dispatch.plan import Route
from dispatch.schedule import Timed, schedule
from maas.database import Session
from maas.ids import following_id
from maas.operations import queries
from maas.operations.connections import ONWARD, connections_of
from maas.operations.fleet import Area
from maas.operations.plans import number_stops, open_shift, remove_stops, touch, write_route
from maas.operations.promises import Cause, enter_change
from maas.operations.state import AreaState
from maas.tables import Ride
from maas.tables.outbox import record

_TRIES = 2
"""Random orders tried while the area is locked: each costs every rider who is booking time."""


@dataclass
class Repairing:
    """One repair of an area's plans.

    Parameters
    ----------
    session : Session
        A writing session that holds the area's lock.
    area : Area
        The area.
    state : AreaState
        Its plans, as read under the lock.
    now_s : int
        The instant, UTC epoch seconds.
    """

    session: Session
    area: Area
    state: AreaState
    now_s: int

    def run(self, breakdowns: Sequence[Breakdown]) -> list[str]:
        """Plan again, write the plans and the promises that fell.

        Parameters
        ----------
        breakdowns : Sequence[Breakdown]
            Vehicles (shifts) that drive no further; late ones are found.

        Returns
        -------
        list[str]
            Bookings one of whose rides has ended here.
        """
        problem, plan = self.state.problem, self.state.plan
        answer = repair(
            problem, plan, breakdowns, tolerance_s=self.area.rules.tolerance_s, tries=_TRIES
        )
        broken = [breakdown.vehicle_id for breakdown in breakdowns]
        stranded = {r.request_id for shift_id in broken for r in problem.vehicle(shift_id).onboard}
        homes = {ride.id: ride.shift_id for ride in self.state.rides.values()}
        ended = self._drop(answer, stranded)
        successors = self._go_on(answer, stranded)
        self._promise(answer, successors)
        late = set(late_vehicles(problem, plan)) - set(broken)
        self._write_routes(answer, late, successors)
        for shift_id in broken:
            shift = self.state.shifts[shift_id]
            number_stops(shift.way.driven)
            touch(self.session, shift.shift, self.now_s)
        for ride in self.state.rides.values():
            if ride.shift_id != homes[ride.id]:
                self._tell(ride, "vehicle_changed")
        self.session.flush()
        return [*ended, *(ride.booking_id for ride in successors.values())]

    def _drop(self, answer: Repair, stranded: set[str]) -> list[str]:
        """End the rides no vehicle can take.

        Parameters
        ----------
        answer : Repair
            The repair.
        stranded : set[str]
            Rides whose riders were put out.

        Returns
        -------
        list[str]
            Their bookings.
        """
        dropped = [self.state.rides[one.request_id] for one in answer.unserved]
        for ride in dropped:
            self._leave(ride, aboard=ride.id in stranded)
            ride.state = "dropped"
            enter_change(self.session, ride, self._cause(ride), self.now_s, served=False)
        return [ride.booking_id for ride in dropped]

    def _go_on(self, answer: Repair, stranded: set[str]) -> dict[str, Ride]:
        """Let the rides of those who were put out end where they stand, and new ones begin there.

        Parameters
        ----------
        answer : Repair
            The repair.
        stranded : set[str]
            Rides whose riders were put out.

        Returns
        -------
        dict[str, Ride]
            The new rides, by id of the old.
        """
        successors = {}
        names = {node: stop_id for stop_id, node in self.area.nodes.items()}
        for route in answer.plan:
            for ride_id in sorted(route.request_ids & stranded):
                old, request = self.state.rides[ride_id], answer.problem.request(ride_id)
                open_shift(self.session, self.state.shifts[route.vehicle_id])
                new = Ride(
                    **old.model_dump(exclude={"id", "shift_id", "from_stop_id", "continues"}),
                    id=following_id(old.id),
                    shift_id=route.vehicle_id,
                    from_stop_id=names[request.pickup_node],
                    continues=old.id,
                )
                new.state, old.state = "planned", "interrupted"
                new.pickup_earliest_s = request.earliest_pickup_s
                self._leave(old, aboard=True)
                self.session.add(new)
                self.session.flush()
                for connection in connections_of(self.session, old.id):
                    if connection.kind == ONWARD:
                        connection.ride_id = new.id
                successors[ride_id] = new
        self.session.flush()
        return successors

    def _leave(self, ride: Ride, *, aboard: bool) -> None:
        """Take what lies ahead of a ride out of the plan; who was put out had boarded.

        Parameters
        ----------
        ride : Ride
            The ride.
        aboard : bool
            Whether its rider was on board.
        """
        remove_stops(self.session, ride.id, "dropoff" if aboard else None)
        pickup = queries.stop_of_ride(self.session, ride.id, "pickup")
        if pickup is not None and pickup.state == "planned":  # nobody had reported it
            pickup.state, pickup.done_s = "done", min(self.now_s, pickup.departs_s)

    def _promise(self, answer: Repair, successors: dict[str, Ride]) -> None:
        """Make the promises anew that fell, and those of rides that begin.

        Parameters
        ----------
        answer : Repair
            The repair.
        successors : dict[str, Ride]
            New rides, by id of the old.
        """
        fell = {one.request_id for one in answer.fallen}
        for ride_id in sorted(fell | successors.keys()):
            ride, request = self.state.rides[ride_id], answer.problem.request(ride_id)
            cause = self._cause(ride)
            ride = successors.get(ride_id, ride)
            ride.pickup_latest_s = request.latest_pickup_s
            ride.arrival_latest_s = request.latest_dropoff_s
            ride.ride_limit_s = request.max_ride_s
            fallen = [one for one in answer.fallen if one.request_id == ride_id]
            enter_change(self.session, ride, cause, self.now_s, fallen)

    def _write_routes(self, answer: Repair, late: set[str], successors: dict[str, Ride]) -> None:
        """Write every route that is another one, or that has other instants.

        Parameters
        ----------
        answer : Repair
            The repair.
        late : set[str]
            Shifts that could not keep their promises.
        successors : dict[str, Ride]
            New rides, by id of the old.
        """
        rides = {**self.state.rides, **{ride.id: ride for ride in successors.values()}}
        changed = [
            route
            for route in answer.plan
            if route.vehicle_id not in answer.left_alone
            and (route != self.state.plan.route(route.vehicle_id) or route.vehicle_id in late)
        ]
        for route in changed:
            open_shift(self.session, self.state.shifts[route.vehicle_id])
        for route in changed:
            timed = schedule(answer.problem, route)
            assert isinstance(timed, Timed), "a repair is feasible save where it leaves alone"
            shift = self.state.shifts[route.vehicle_id]
            write_route(self.session, rides, shift, _renamed(timed, successors))
            # Who brings riders home after the end of the shift is on shift until then.
            shift.shift.ends_s = max(shift.shift.ends_s, timed.end_s)
            touch(self.session, shift.shift, self.now_s)

    def _cause(self, ride: Ride) -> Cause:
        """Tell why a ride's promise falls.

        Parameters
        ----------
        ride : Ride
            The ride, where it was before the repair.

        Returns
        -------
        Cause
            The incident and its vehicle.
        """
        route = next(r for r in self.state.plan if ride.id in r.request_ids)
        vehicle = self.state.shifts[route.vehicle_id].known.vehicle
        return Cause(LATE_VEHICLE if vehicle.in_service else BREAKDOWN, vehicle.id)

    def _tell(self, ride: Ride, kind: str) -> None:
        """Tell a rider what happened to a ride.

        Parameters
        ----------
        ride : Ride
            The ride.
        kind : str
            What happened.
        """
        stream = f"booking:{ride.booking_id}"
        record(self.session, stream, kind, self.now_s, ride_id=ride.id)


def _renamed(timed: Timed, successors: dict[str, Ride]) -> Timed:
    """Put rides that begin in the place of those they go on from.

    Parameters
    ----------
    timed : Timed
        A route with instants.
    successors : dict[str, Ride]
        New rides, by id of the old.

    Returns
    -------
    Timed
        The same instants.
    """
    stops = tuple(
        replace(stop, request_id=successors[stop.request_id].id)
        if stop.request_id in successors
        else stop
        for stop in timed.route.stops
    )
    return replace(timed, route=Route(timed.route.vehicle_id, stops, timed.route.frozen))
