"""When reality breaks a promise: plans are repaired, promises that fall are entered and told."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from dispatch.incidents import Breakdown, late_vehicles
from maas.database import Session
from maas.errors import InvalidRequestError, NotFoundError
from maas.operations import queries
from maas.operations.decisions import BACK, BREAKDOWN, LATE, MEND, recorded
from maas.operations.fleet import Area, Fleet
from maas.operations.plans import touch
from maas.operations.repairing import Repairing
from maas.operations.state import ShiftState, days_around, load_state
from maas.tables import Vehicle
from maas.tables.outbox import record

_LONGEST_DELAY_S = 12 * 3600


class Incidents:
    """What drivers report beyond single stops, and what follows from it.

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

    def broke_down(
        self, session: Session, vehicle_id: str, stop_id: str | None, now_s: int
    ) -> list[str]:
        """Take a vehicle out of service; its riders of today go on with others.

        Rides of later days stay with it: by then it may be back, and if not, this is said again.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        stop_id : str or None
            Stop at which those on board wait; None for the last one it left.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[str]
            Bookings whose rides have ended or gone on elsewhere.

        Raises
        ------
        NotFoundError
            There is no such vehicle, or its area is none of the city's any more.
        InvalidRequestError
            The stop is not one of the area's.
        """
        vehicle, area = self._locked(session, vehicle_id)
        if stop_id is not None and stop_id not in area.nodes:
            raise InvalidRequestError(
                f"{stop_id!r} is no stop of this vehicle's area; name one, or none for the last "
                "stop it left.",
                stop_id=stop_id,
            )
        said = {"vehicle_id": vehicle_id, "stop_id": stop_id}
        with recorded(session, area, self.zone, now_s, BREAKDOWN, said, always=True):
            vehicle.in_service = False
            session.flush()
            state = load_state(session, area, days_around(now_s, self.zone), now_s, self.zone)
            breakdowns = [
                Breakdown(shift_id, _stands_at(area, shift, stop_id), now_s)
                for shift_id, shift in state.shifts.items()
                if shift.plannable and shift.shift.vehicle_id == vehicle_id and shift.way.ahead
            ]
            record(session, f"vehicle:{vehicle_id}", "broke_down", now_s)
            if not breakdowns:
                return []
            return Repairing(session, area, state, now_s).run(breakdowns)

    def is_late(self, session: Session, vehicle_id: str, late_s: int, now_s: int) -> list[str]:
        """Take down that a vehicle reaches its next stop late; the plans follow at once.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        late_s : int
            How much later than planned, seconds.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[str]
            Bookings whose rides have ended: nobody can take them.

        Raises
        ------
        NotFoundError
            There is no such vehicle, or it has no stop ahead.
        InvalidRequestError
            The delay is none.
        """
        if not 0 < late_s <= _LONGEST_DELAY_S:
            raise InvalidRequestError("Say by how many minutes: more than 0, and 12 hours at most.")
        _, area = self._locked(session, vehicle_id)
        said = {"vehicle_id": vehicle_id, "late_s": late_s}
        with recorded(session, area, self.zone, now_s, LATE, said):
            state = load_state(session, area, days_around(now_s, self.zone), now_s, self.zone)
            own = [s for s in state.shifts.values() if s.shift.vehicle_id == vehicle_id]
            ahead = [shift for shift in own if shift.way.ahead]
            if not ahead:
                raise NotFoundError("This vehicle has no stop ahead today: it cannot be late.")
            shift = min(ahead, key=lambda s: s.way.ahead[0].planned_s)
            shift.shift.not_before_s = shift.way.ahead[0].planned_s + late_s
            touch(session, shift.shift, now_s)
            session.flush()
            return self.mend(session, area, (shift.shift.service_day,), now_s)

    def is_back(self, session: Session, vehicle_id: str, now_s: int) -> None:
        """Put a vehicle into service again.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        NotFoundError
            There is no such vehicle, or its area is none of the city's any more.
        """
        vehicle, area = self._locked(session, vehicle_id)
        said = {"vehicle_id": vehicle_id}
        with recorded(session, area, self.zone, now_s, BACK, said, always=True):
            vehicle.in_service = True
        record(session, f"vehicle:{vehicle_id}", "back_in_service", now_s)

    def mend(self, session: Session, area: Area, days: Sequence[date], now_s: int) -> list[str]:
        """Plan again for the vehicles that cannot keep their promises any more.

        Parameters
        ----------
        session : Session
            A writing session; the area is locked here.
        area : Area
            The area.
        days : Sequence[date]
            Service days to look at.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[str]
            Bookings whose rides have ended: nobody can take them.
        """
        queries.lock_area(session, area.id)
        state = load_state(session, area, days, now_s, self.zone)
        if not late_vehicles(state.problem, state.plan):
            return []
        said = {"days": [day.isoformat() for day in days]}
        with recorded(session, area, self.zone, now_s, MEND, said):
            return Repairing(session, area, state, now_s).run(())

    def late_days(self, session: Session, area: Area, now_s: int) -> list[date]:
        """Name the days on which a vehicle is late beyond what is promised, without any lock.

        Parameters
        ----------
        session : Session
            Any session.
        area : Area
            The area.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[date]
            Service days, soonest first.
        """
        late = []
        # Of a vehicle that is very late all stops were planned for a time that has passed.
        days = {
            *days_around(now_s, self.zone),
            *queries.days_with_open_stops(session, area.id, now_s),
        }
        for day in sorted(days):
            state = load_state(session, area, (day,), now_s, self.zone)
            if late_vehicles(state.problem, state.plan):
                late.append(day)
        return late

    def _locked(self, session: Session, vehicle_id: str) -> tuple[Vehicle, Area]:
        """Find a vehicle and its area, and lock the area.

        Parameters
        ----------
        session : Session
            A writing session.
        vehicle_id : str
            The vehicle.

        Returns
        -------
        tuple[Vehicle, Area]
            Both, current.
        """
        queries.lock_area_of_vehicle(session, vehicle_id)
        vehicle = next((v for v in queries.all_vehicles(session) if v.id == vehicle_id), None)
        area = None if vehicle is None else self.fleet.areas.get(vehicle.area_id)
        if vehicle is None or area is None:
            raise NotFoundError(
                f"There is no vehicle {vehicle_id!r} here; `maas drivers list` shows all of them."
            )
        return vehicle, area


def _stands_at(area: Area, shift: ShiftState, stop_id: str | None) -> int:
    """Tell at which node the riders of a broken vehicle stand.

    Parameters
    ----------
    area : Area
        The area.
    shift : ShiftState
        The vehicle's shift.
    stop_id : str or None
        What the driver says.

    Returns
    -------
    int
        The node; that of the last stop it left where nothing was said.
    """
    if stop_id is None:
        driven = shift.way.driven
        stop_id = driven[-1].stop_id if driven else shift.known.vehicle.depot_stop_id
    return area.nodes[stop_id]
